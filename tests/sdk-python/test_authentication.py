"""What the SDK does about tokens."""

from conftest import refused
from facebook_business.adobjects.page import Page
from facebook_business.api import FacebookAdsApi


def permissions(facts, psid, secret, token):
    api = FacebookAdsApi.init(facts.app_id, secret, token, crash_log=False)
    return Page(facts.page_id, api=api).get_messenger_call_permissions(params={"psid": psid})


def test_a_token_that_is_unknown_is_refused(facts):
    with refused(190) as refusal:
        permissions(facts, facts.psid("echo"), None, "unknown")
    assert refusal.status == 401


def test_a_proof_with_another_secret_is_refused(facts):
    with refused(100) as refusal:
        permissions(facts, facts.psid("echo"), "another secret", facts.page_token)
    assert refusal.name == "invalid_app_secret_proof"
