"""A call from aiortc, a WebRTC implementation that shares no code with ours, to a consumer that echoes.

aiortc has no MID demultiplexing: it gives a stream that no description declares to its only receiver. It must hear
one copy all the same.
"""

import asyncio
import time
from dataclasses import dataclass

import numpy
import pytest
from business import SAMPLE_RATE, Business, decibels, gather_loopback_only, loudest_hertz
from server import Running, Server, Webhooks

HERTZ = 1000
#: How long the sound is listened to before the server's offer is applied, and after.
BEFORE_S, AFTER_S = 2.0, 4.0
#: How much more or less sound than time may have been heard: a second copy of a second would be a fifth more.
SHARE = 0.06


@pytest.fixture(scope="module")
def server():
    gather_loopback_only()
    with Running() as running:
        yield running


@dataclass(frozen=True)
class Sound:
    """What one remote track played."""

    seconds: float
    decibels: float
    hertz: float


async def call_and_listen(server: Server, renegotiate: str) -> tuple[float, list[Sound]]:
    """Calls and talks; applies the server's offer `never`, `at once` or `later`. How long it listened, and to what."""
    business = Business(HERTZ)
    async with Webhooks(server) as webhooks:
        offer = {"sdp_type": "offer", "sdp": await business.offer()}
        psid = server.consumer("echo")
        connected = await server.calls({"action": "connect", "to": psid, "session": offer})
        call = connected["id"]
        await business.answered(connected["session"]["sdp_response"]["sdp"])
        update = await webhooks.next(call, "media_update")
        server_offer = update["session"]["sdp_renegotiation"]["sdp"]
        if renegotiate == "at once":
            await business.renegotiate(server_offer)
        await until_heard(business)
        start = time.monotonic()
        await asyncio.sleep(BEFORE_S)
        if renegotiate == "later":
            await business.renegotiate(server_offer)
        await asyncio.sleep(AFTER_S)
        listened = time.monotonic() - start
        tracks = [heard.since(start) for heard in business.heard]
        await server.calls({"action": "terminate", "call_id": call})
        ended = await webhooks.next(call, "terminate")
        await business.close()
    assert ended["status"] == "Completed"
    return listened, [sound_of(samples) for samples in tracks if len(samples) > SAMPLE_RATE / 2]


def sound_of(samples: numpy.ndarray) -> Sound:
    return Sound(len(samples) / SAMPLE_RATE, decibels(samples), loudest_hertz(samples))


async def until_heard(business: Business) -> None:
    async with asyncio.timeout(20):
        while not any(decibels(heard.since(0)) > -24 for heard in business.heard):
            await asyncio.sleep(0.05)


def assert_one_copy(listened: float, sounds: list[Sound]) -> None:
    heard = sum(sound.seconds for sound in sounds)
    assert abs(heard - listened) < listened * SHARE, f"{heard:.2f} s of sound in {listened:.2f} s: {sounds}"
    for sound in sounds:
        assert abs(sound.hertz - HERTZ) < 5, f"the tone came back: {sounds}"
        assert -24 < sound.decibels < -14, f"as loud as it was sent: {sounds}"


def test_with_only_the_answer_the_business_hears_the_consumer(server):
    listened, sounds = asyncio.run(call_and_listen(server, "never"))
    assert len(sounds) == 1
    assert_one_copy(listened, sounds)


def test_with_the_renegotiation_the_business_hears_the_consumer_in_its_own_section(server):
    listened, sounds = asyncio.run(call_and_listen(server, "at once"))
    assert len(sounds) == 1
    assert_one_copy(listened, sounds)


def test_a_renegotiation_in_the_middle_of_speech_moves_the_consumer_to_its_own_section(server):
    listened, sounds = asyncio.run(call_and_listen(server, "later"))
    assert [round(sound.seconds) for sound in sounds] == [BEFORE_S, AFTER_S]
    assert_one_copy(listened, sounds)
