"""`Page.create_call`: each action, taken and refused."""

from conftest import OFFER, refused

UNKNOWN = "c_" + 43 * "A"


def act(page, action, call_id, **more):
    return page.create_call(params={"platform": "MESSENGER", "action": action, "call_id": call_id, **more})


def test_connect_returns_the_answer_to_the_offer(call):
    assert call["id"] == call["call_id"]
    answer = call["session"]["sdp_response"]
    assert answer["sdp_type"] == "answer"
    assert "a=ice-lite" in answer["sdp"]


def test_connect_with_an_sdp_that_is_none_is_refused(page, facts):
    session = {"sdp_type": "offer", "sdp": "v=0"}
    with refused(-1, 2018392) as refusal:
        page.create_call(
            params={"platform": "MESSENGER", "action": "CONNECT", "to": facts.psid("echo"), "session": session}
        )
    assert (refusal.status, refusal.name) == (400, "invalid_sdp")


def test_connect_to_nobody_is_refused(page, session):
    with refused(100, 2018001):
        page.create_call(params={"platform": "MESSENGER", "action": "CONNECT", "to": "1", "session": session})


def test_terminate_ends_a_call_once(page, call):
    act(page, "TERMINATE", call["call_id"])
    with refused(-1, 9100004):
        act(page, "TERMINATE", call["call_id"])


def test_terminate_of_an_unknown_call_is_refused(page):
    with refused(-1, 2018390):
        act(page, "TERMINATE", UNKNOWN)


def test_accept_and_reject_are_not_for_calls_of_the_business(page, call, session):
    with refused(-1, 9100005):
        act(page, "ACCEPT", call["call_id"], session=session)
    with refused(-1, 9100005):
        act(page, "REJECT", call["call_id"])


def test_accept_answers_a_consumers_call_once(page, facts, session):
    with facts.device("by_hand") as device:
        call = device.call()
        answer = act(page, "ACCEPT", call, session=session)
        assert answer["session"]["sdp_response"]["sdp_type"] == "answer"
        assert answer["session"]["sdp_renegotiation"]["sdp_type"] == "offer"
        device.hear("answered")
        with refused(-1, 9100002):
            act(page, "ACCEPT", call, session=session)
        act(page, "TERMINATE", call)
        assert device.hear("ended")["reason"] == "business_hung_up"


def test_reject_refuses_a_consumers_call_once(page, facts):
    with facts.device("by_hand") as device:
        call = device.call()
        act(page, "REJECT", call)
        assert device.hear("ended")["status"] == "Completed"
        with refused(-1, 9100003):
            act(page, "REJECT", call)


def test_media_update_changes_a_track_once_a_version(page, facts, session):
    track = OFFER.split("a=msid:")[1].split()[1]
    tracks = [{"msid": track, "label": "DEFAULT_AUDIO", "status": "DISABLED"}]
    with facts.device("by_hand") as device:
        call = device.call()
        act(page, "ACCEPT", call, session=session)
        device.hear("answered")
        act(page, "MEDIA_UPDATE", call, from_version=0, to_version=1, tracks=tracks)
        with refused(-1, 9100006):
            act(page, "MEDIA_UPDATE", call, from_version=0, to_version=1, tracks=tracks)
        act(page, "TERMINATE", call)
