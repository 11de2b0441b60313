"""A call from aiortc, a WebRTC implementation that shares no code with ours, to a consumer that echoes.

aiortc has no MID demultiplexing: it gives a stream that no description declares to its only receiver. It must hear
one copy all the same.
"""

import asyncio
import time

import pytest
from business import SAMPLE_RATE, Business, decibels, gather_loopback_only, loudest_hertz
from server import Running, Server, Webhooks

HERTZ = 1000
#: How long the sound is listened to, once it is there.
LISTEN_S = 3.0
#: How long the server may take to leave only the stream that the business plays.
SETTLE_S = 5.0


@pytest.fixture(scope="module")
def server():
    gather_loopback_only()
    with Running() as running:
        yield running


async def call_and_listen(server: Server, renegotiate: bool) -> list[tuple[float, float]]:
    """Calls and talks. The level and the strongest frequency of each remote track, in dBFS and hertz."""
    business = Business(HERTZ)
    async with Webhooks(server) as webhooks:
        offer = {"sdp_type": "offer", "sdp": await business.offer()}
        psid = server.consumer("echo")
        connected = await server.calls({"action": "connect", "to": psid, "session": offer})
        call = connected["id"]
        await business.answered(connected["session"]["sdp_response"]["sdp"])
        update = await webhooks.next(call, "media_update")
        if renegotiate:
            await business.renegotiate(update["session"]["sdp_renegotiation"]["sdp"])
        await until_heard(business)
        await asyncio.sleep(SETTLE_S)
        start = time.monotonic()
        await asyncio.sleep(LISTEN_S)
        sounds = [heard.since(start) for heard in business.heard]
        await server.calls({"action": "terminate", "call_id": call})
        ended = await webhooks.next(call, "terminate")
        await business.close()
    assert ended["status"] == "Completed"
    return [(decibels(sound), loudest_hertz(sound) if len(sound) > SAMPLE_RATE else 0.0) for sound in sounds]


async def until_heard(business: Business) -> None:
    async with asyncio.timeout(20):
        while not any(decibels(heard.since(0)) > -40 for heard in business.heard):
            await asyncio.sleep(0.05)


def assert_one_copy(sounds: list[tuple[float, float]]) -> None:
    audible = [(level, hertz) for level, hertz in sounds if level > -40]
    assert len(audible) == 1, f"exactly one track is heard: {sounds}"
    [(level, hertz)] = audible
    assert abs(hertz - HERTZ) < 5, f"the tone came back: {hertz} Hz"
    assert -24 < level < -14, f"once, as loud as it was sent: {level} dB"


def test_with_only_the_answer_the_business_hears_the_consumer(server):
    assert_one_copy(asyncio.run(call_and_listen(server, renegotiate=False)))


def test_with_the_renegotiation_the_business_hears_the_consumer(server):
    sounds = asyncio.run(call_and_listen(server, renegotiate=True))
    assert_one_copy(sounds)
    assert len(sounds) == 2, "the renegotiation brings the consumer's own section"
    assert sounds[1][0] > -40, "and that is where it is heard"
