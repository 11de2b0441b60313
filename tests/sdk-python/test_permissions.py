"""`Page.get_messenger_call_permissions`."""

import pytest
from conftest import refused


def test_the_permission_and_what_it_allows(page, facts):
    cursor = page.get_messenger_call_permissions(params={"psid": facts.psid("echo")})
    answer = cursor[0]
    assert answer["permission"]["status"] == "HAS_PERMISSION"
    assert answer["permission"]["expiration_time"] > 0
    actions = {action["action_name"]: action for action in answer["actions"]}
    assert actions["start_call"]["can_perform"] is True
    assert actions["send_call_permission_request"]["can_perform"] is False


def test_only_the_fields_that_are_asked_for(page, facts):
    answer = page.get_messenger_call_permissions(fields=["permission"], params={"psid": facts.psid("echo")})[0]
    assert "actions" not in answer


@pytest.mark.parametrize("psid", ["1", "nobody"])
def test_a_stranger_is_refused(page, psid):
    with refused(100, 2018001):
        page.get_messenger_call_permissions(params={"psid": psid})
