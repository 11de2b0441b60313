"""`Page.create_message`: what calling sends into a consumer's thread."""

import urllib.request

from conftest import refused


def send(page, psid, message):
    return page.create_message(params={"recipient": {"id": psid}, "message": message})


def template(**payload):
    return {"attachment": {"type": "template", "payload": payload}}


OPT_IN = template(template_type="calling_optin")


def open_window(facts):
    """The consumer writes to the Page: the business may write for 24 hours."""
    with facts.device("by_hand") as device:
        device.say(type="message", text="Hello")
        device.hear("entry")


def revoke(facts, psid):
    url = f"{facts.base_url}/offhook/v1/pages/{facts.page_id}/consumers/{psid}/permission"
    request = urllib.request.Request(url, method="DELETE", headers={"authorization": f"Bearer {facts.admin_token}"})
    urllib.request.urlopen(request, timeout=10).close()


def test_a_text(page, facts):
    open_window(facts)
    psid = facts.psid("by_hand")
    answer = send(page, psid, {"text": "How can we help?"})
    assert answer["recipient_id"] == psid
    assert answer["message_id"].startswith("m_")


def test_a_button_that_calls(page, facts):
    open_window(facts)
    button = {"type": "audio_call", "title": "Call us", "expires_in_days": 5}
    answer = send(page, facts.psid("by_hand"), template(template_type="button", text="Need help?", buttons=[button]))
    assert answer["message_id"]


def test_a_button_that_lives_too_long_is_refused(page, facts):
    open_window(facts)
    button = {"type": "audio_call", "title": "Call us", "expires_in_days": 8}
    with refused(100, 9100012):
        send(page, facts.psid("by_hand"), template(template_type="button", text="Need help?", buttons=[button]))


def test_a_call_prompt(page, facts):
    open_window(facts)
    assert send(page, facts.psid("by_hand"), template(template_type="call_prompt", ttl_days=3))["message_id"]


def test_permission_is_asked_for_only_while_it_is_not_held(page, facts):
    open_window(facts)
    psid = facts.psid("by_hand")
    with refused(613, 9100008):
        send(page, psid, OPT_IN)
    revoke(facts, psid)
    assert send(page, psid, OPT_IN)["recipient"]["id"] == psid


def test_nothing_is_sent_outside_the_window(page, facts):
    with refused(10, 2018278):
        send(page, facts.psid("tone"), {"text": "Hello?"})
