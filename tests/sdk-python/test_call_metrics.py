"""`Page.create_call_metric`."""

import time

from conftest import refused


def metrics(page, call_id):
    now = int(time.time())
    audio = {"jitter": 0.004, "packets_lost": 1, "packets_received": 500, "round_trip_time_ms": 20.5}
    return page.create_call_metric(
        params={
            "platform": "MESSENGER",
            "call_id": call_id,
            "end_call_reason": "HANGUP_CALL",
            "call_ended_time": now,
            "first_audio_packet_received_time": now,
            "audio_stats": audio,
        }
    )


def test_metrics_are_taken_once_after_the_end(page, call):
    with refused(100, 9100011):
        metrics(page, call["call_id"])
    page.create_call(params={"platform": "MESSENGER", "action": "TERMINATE", "call_id": call["call_id"]})
    metrics(page, call["call_id"])
    with refused(100, 9100011):
        metrics(page, call["call_id"])


def test_metrics_of_an_unknown_call_are_refused(page):
    with refused(-1, 2018390):
        metrics(page, "c_" + 43 * "A")
