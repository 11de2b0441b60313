// The agent's end of a phone line: WebRTC by werift, a voice that is tones, an ear for keys.

import { setTimeout as wait } from "node:timers/promises";
import OpusScript from "opusscript";
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtpHeader,
  RtpPacket,
  useSdesMid,
} from "werift";

const SAMPLE_RATE = 48_000;
const FRAME_SAMPLES = 960;
const FRAME_MS = 20;
const LEVEL = 0.2 * 32767;
const CONNECT_MS_MAX = 10_000;

const OPUS = new RTCRtpCodecParameters({
  mimeType: "audio/opus",
  clockRate: SAMPLE_RATE,
  channels: 2,
  payloadType: 96,
});

/** Telephone events (RFC 4733): the keys that people press. */
const EVENTS = new RTCRtpCodecParameters({
  mimeType: "audio/telephone-event",
  clockRate: SAMPLE_RATE,
  payloadType: 126,
  parameters: "0-15",
});
const KEYS = "0123456789*#ABCD";

/** One call's media: `offer`, `connect` and `renegotiate` it, then `say` and `key`; `close` it in the end. */
export class Line {
  #connection = new RTCPeerConnection({
    codecs: { audio: [OPUS, EVENTS] },
    headerExtensions: { audio: [useSdesMid()] },
    // werift leaves 127.0.0.1 out of its candidates, which is all that a machine without a network has.
    iceAdditionalHostAddresses: ["127.0.0.1"],
    // Unless it is told that there is none, it asks a public STUN server.
    iceServers: [],
  });
  #voice = new Voice();
  #ear = new Ear();

  async offer() {
    this.#connection.addTransceiver(this.#voice.track, { direction: "sendrecv" });
    this.#connection.onTrack.subscribe((track) => this.#ear.listen(track));
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#connection.localDescription.sdp;
  }

  /** Resolves once media can flow. */
  async connect(answer) {
    const connected = this.#connection.connectionStateChange.watch((state) => state === "connected", CONNECT_MS_MAX);
    await this.#connection.setRemoteDescription({ type: "answer", sdp: withoutGenerations(answer) });
    await connected;
    this.#voice.start();
  }

  /** Applies the platform's own offer, which declares the consumer's sound. The answer stays here. */
  async renegotiate(offer) {
    await this.#connection.setRemoteDescription({ type: "offer", sdp: withoutGenerations(offer) });
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
  }

  /** Resolves once it is said. */
  async say([hertz, seconds]) {
    await this.#voice.say(hertz, seconds);
  }

  /** The next key that the other side presses, or undefined if none comes in time. */
  async key(withinMs) {
    return this.#ear.key(withinMs);
  }

  async close() {
    this.#voice.stop();
    await this.#connection.close();
  }
}

/** Meta's candidates are of generation 1, and so are Offhook's. werift takes them for those of an ICE restart. */
function withoutGenerations(sdp) {
  return sdp.replaceAll(/(a=candidate:.*) generation \d+/g, "$1");
}

/** Says tones where a real agent would speak, and silence between them. */
class Voice {
  track = new MediaStreamTrack({ kind: "audio" });
  #encoder = new OpusScript(SAMPLE_RATE, 1, OpusScript.Application.VOIP);
  #sent = 0;
  #words = { hertz: 0, until: 0, said: () => {} };
  #timer;

  start() {
    const start = performance.now();
    this.#timer = setInterval(() => {
      while (this.#sent * FRAME_MS <= performance.now() - start) this.#send();
    }, FRAME_MS);
  }

  say(hertz, seconds) {
    const until = this.#sent + Math.round((seconds * 1000) / FRAME_MS);
    return new Promise((said) => {
      this.#words = { hertz, until, said };
    });
  }

  stop() {
    clearInterval(this.#timer);
    this.#encoder.delete();
  }

  /** The next 20 ms. */
  #send() {
    const header = new RtpHeader({
      sequenceNumber: this.#sent & 0xffff,
      timestamp: (this.#sent * FRAME_SAMPLES) >>> 0,
      payloadType: OPUS.payloadType,
    });
    this.track.writeRtp(new RtpPacket(header, this.#encoder.encode(this.#samples(), FRAME_SAMPLES)));
    this.#sent += 1;
  }

  #samples() {
    const samples = Buffer.alloc(FRAME_SAMPLES * 2);
    const { hertz, until, said } = this.#words;
    if (this.#sent >= until) {
      said();
      return samples;
    }
    for (let at = 0; at < FRAME_SAMPLES; at += 1) {
      const phase = ((this.#sent * FRAME_SAMPLES + at) * 2 * Math.PI * hertz) / SAMPLE_RATE;
      samples.writeInt16LE(Math.round(Math.sin(phase) * LEVEL), at * 2);
    }
    return samples;
  }
}

/** Hears the keys that are pressed, and keeps them until they are asked for. */
class Ear {
  #track;
  #pressed = [];
  #pressedAt;
  #wake = () => {};

  /** To this track alone: a platform may send the sound twice, as its answer and as its offer declare it. */
  listen(track) {
    this.#track = track;
    track.onReceiveRtp.subscribe((packet) => {
      if (track === this.#track) this.#hear(packet);
    });
  }

  async key(withinMs) {
    if (this.#pressed.length === 0) {
      const pressed = new Promise((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([pressed, wait(withinMs)]);
    }
    return this.#pressed.shift();
  }

  /** All packets of one press bear the timestamp of its beginning (RFC 4733, section 2.2.2). */
  #hear({ header, payload }) {
    if (header.payloadType !== EVENTS.payloadType || header.timestamp === this.#pressedAt) return;
    this.#pressedAt = header.timestamp;
    this.#pressed.push(KEYS[payload[0]]);
    this.#wake();
  }
}
