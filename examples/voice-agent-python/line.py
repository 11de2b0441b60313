"""The agent's end of a phone line: WebRTC by aiortc, a voice that is tones, an ear for keys."""

import asyncio
import fractions
import math
import re
import time

import numpy
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame

SAMPLE_RATE = 48_000
FRAME_SAMPLES = 960
LEVEL = 0.2 * 32767

#: The payload type that the offer gives to telephone events (RFC 4733): the keys that people press.
KEYS_PAYLOAD_TYPE = 126
KEYS = "0123456789*#ABCD"


class Line:
    """One call's media: `offer`, `connect` and `renegotiate` it, then `say` and `key`."""

    def __init__(self) -> None:
        self._connection = RTCPeerConnection()
        self._voice = Voice()
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._pressed_at: int | None = None
        self._ssrc: int | None = None
        self._connected = asyncio.Event()

    async def __aenter__(self) -> "Line":
        self._connection.on("connectionstatechange", self._look_at_state)
        self._connection.addTrack(self._voice)
        return self

    async def __aexit__(self, *_) -> None:
        await self._connection.close()

    async def offer(self) -> str:
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return with_keys(self._connection.localDescription.sdp)

    async def connect(self, answer: str) -> None:
        """Returns once media can flow."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
        self._ssrc = declared_ssrc(answer)
        self._listen_for_keys()
        async with asyncio.timeout(10):
            await self._connected.wait()

    async def renegotiate(self, offer: str) -> None:
        """Applies the platform's own offer, which declares the consumer's sound. The answer stays here."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        self._ssrc = declared_ssrc(offer)

    async def say(self, hertz: float, seconds: float) -> None:
        """Returns once it is said."""
        await self._voice.say(hertz, seconds)

    async def key(self) -> str:
        """The next key that the other side presses."""
        return await self._keys.get()

    def _look_at_state(self) -> None:
        if self._connection.connectionState == "connected":
            self._connected.set()

    def _listen_for_keys(self) -> None:
        """aiortc drops telephone events and has no hook for them, so this one looks at packets before its router."""
        router = self._connection.getSenders()[0].transport._rtp_router
        route = router.route_rtp

        def hear_and_route(packet):
            if packet.payload_type == KEYS_PAYLOAD_TYPE and packet.ssrc == self._ssrc:
                self._hear_key(packet)
            return route(packet)

        router.route_rtp = hear_and_route

    def _hear_key(self, packet) -> None:
        """All packets of one press bear the timestamp of its beginning (RFC 4733, section 2.2.2)."""
        if packet.timestamp != self._pressed_at:
            self._pressed_at = packet.timestamp
            self._keys.put_nowait(KEYS[packet.payload[0]])


class Voice(MediaStreamTrack):
    """Says tones where a real agent would speak, and silence between them."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._start: float | None = None
        self._sent = 0
        self._hertz = 0.0
        self._until = 0
        self._said = asyncio.Event()

    async def say(self, hertz: float, seconds: float) -> None:
        self._hertz, self._until = hertz, self._sent + round(seconds * SAMPLE_RATE)
        self._said.clear()
        await self._said.wait()

    async def recv(self) -> AudioFrame:
        """The next 20 ms, when it is their time."""
        self._start = self._start or time.monotonic()
        await asyncio.sleep(self._start + self._sent / SAMPLE_RATE - time.monotonic())
        frame = AudioFrame.from_ndarray(self._samples().reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._sent, fractions.Fraction(1, SAMPLE_RATE)
        self._sent += FRAME_SAMPLES
        return frame

    def _samples(self) -> numpy.ndarray:
        if self._sent >= self._until:
            self._said.set()
            return numpy.zeros(FRAME_SAMPLES, numpy.int16)
        phase = (self._sent + numpy.arange(FRAME_SAMPLES)) * (2 * math.pi * self._hertz / SAMPLE_RATE)
        return (numpy.sin(phase) * LEVEL).astype(numpy.int16)


def with_keys(sdp: str) -> str:
    """The offer with telephone events, which aiortc cannot offer. What stands at its end is of its only section."""
    listed = re.sub(r"^(m=audio .*)\r$", rf"\1 {KEYS_PAYLOAD_TYPE}\r", sdp, flags=re.MULTILINE)
    return listed + f"a=rtpmap:{KEYS_PAYLOAD_TYPE} telephone-event/48000\r\na=fmtp:{KEYS_PAYLOAD_TYPE} 0-15\r\n"


def declared_ssrc(sdp: str) -> int | None:
    """Of the consumer's sound. A platform may send it twice, as its answer and as its offer declare it."""
    declared = re.findall(r"^a=ssrc:(\d+)", sdp, flags=re.MULTILINE)
    return int(declared[-1]) if declared else None
