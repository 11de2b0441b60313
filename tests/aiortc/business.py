"""aiortc as the business of a call."""

import asyncio
import fractions
import math
import time

import aioice.ice
import numpy
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame

SAMPLE_RATE = 48_000
FRAME_SAMPLES = 960


def gather_loopback_only() -> None:
    """aioice leaves 127.0.0.1 out of its candidates, and the server under test is nowhere else."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"] if use_ipv4 else []


class Tone(MediaStreamTrack):
    """A sine at −18 dBFS, in real time."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._hertz = hertz
        self._sent = 0
        self._start = time.monotonic()

    async def recv(self):
        await asyncio.sleep(self._start + self._sent / SAMPLE_RATE - time.monotonic())
        phase = (self._sent + numpy.arange(FRAME_SAMPLES)) * (2 * math.pi * self._hertz / SAMPLE_RATE)
        samples = (numpy.sin(phase) * 0.18 * 32767).astype(numpy.int16)
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._sent, fractions.Fraction(1, SAMPLE_RATE)
        self._sent += FRAME_SAMPLES
        return frame


class Heard:
    """What one remote track played, and when."""

    def __init__(self, track: MediaStreamTrack) -> None:
        self.frames: list[tuple[float, numpy.ndarray]] = []
        self._task = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            channels = len(frame.layout.channels)
            samples = frame.to_ndarray().reshape(-1, channels)[:, 0] / 32768
            self.frames.append((time.monotonic(), samples))

    def stop(self) -> None:
        self._task.cancel()

    def since(self, start: float) -> numpy.ndarray:
        samples = [samples for at, samples in self.frames if at >= start]
        return numpy.concatenate(samples) if samples else numpy.zeros(0)


class Business:
    """Offers, applies the answer, and applies the server's offer when told to."""

    def __init__(self, hertz: float) -> None:
        self.connection = RTCPeerConnection()
        self.heard: list[Heard] = []
        self.connection.addTrack(Tone(hertz))
        self.connection.on("track", lambda track: self.heard.append(Heard(track)))

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def answered(self, sdp: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))

    async def renegotiate(self, sdp: str) -> None:
        """Applies the server's offer and the answer to it; nothing is sent back."""
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())

    async def close(self) -> None:
        for heard in self.heard:
            heard.stop()
        await self.connection.close()


def loudest_hertz(samples: numpy.ndarray) -> float:
    spectrum = numpy.abs(numpy.fft.rfft(samples * numpy.hanning(len(samples))))
    return float(numpy.argmax(spectrum)) * SAMPLE_RATE / len(samples)


def decibels(samples: numpy.ndarray) -> float:
    power = float(numpy.mean(samples**2)) if len(samples) else 0.0
    return 10 * math.log10(power + 1e-12)
