//! Codecs, keys and header extensions.

use super::{Client, Rule, Severity, define};

define! {
    NO_OPUS = Error "no-opus" {
        what: "Opus is not offered.",
        why: "Opus is the only audio codec of the calling API, and the relay does not transcode.",
        source: "Meta, Messenger Platform, Calling, Video; RFC 7587",
        mend: "Add `a=rtpmap:<payload type> opus/48000/2` and list the payload type in `m=audio`.",
        Chromium: "Leave `audio/opus` in what `setCodecPreferences` gets.",
        Aiortc: "Leave `audio/opus` in what `setCodecPreferences` gets; aiortc encodes to it by itself.",
        Pion: "`RegisterDefaultCodecs`, or `RegisterCodec` with `MimeTypeOpus`, `ClockRate: 48000`, `Channels: 2`; samples that you write must be Opus.",
        Werift: "`codecs: { audio: [new RTCRtpCodecParameters({ mimeType: \"audio/opus\", clockRate: 48000, channels: 2 })] }`.",
        Str0m: "`Rtc::builder().enable_opus(true, false)`.",
    }
    OPUS_FORM = Error "opus-form" {
        what: "Opus is offered with another clock rate or channel count than 48000 and 2.",
        why: "Opus is always written `opus/48000/2`, mono and narrowband included, so this names no codec.",
        source: "RFC 7587 section 7",
        mend: "Write `opus/48000/2`; say mono with `stereo=0` in `a=fmtp`.",
        Pion: "`webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}`.",
        Werift: "`clockRate: 48000, channels: 2` in `RTCRtpCodecParameters`.",
    }
    PAYLOAD_TYPE_RANGE = Error "payload-type-range" {
        what: "Opus has a payload type of 64 to 95.",
        why: "These collide with RTCP on a shared transport.",
        source: "RFC 5761 section 4",
        mend: "Give Opus one of 96 to 127.",
        Pion: "`PayloadType: 111` in `RegisterCodec`.",
        Werift: "`payloadType: 111` in `RTCRtpCodecParameters`.",
    }
    CODECS_DROPPED = Info "codecs-dropped" {
        what: "Some codecs of this section are left out of the answer.",
        why: "Calls carry Opus and telephone-event, and for video VP8, VP9, H264, H265 and AV1 with RTX; redundancy, comfort noise, FEC and G.711 are not taken.",
        source: "Meta, Messenger Platform, Calling, Video and SDP samples",
        mend: "Nothing, as long as what you send follows the answer: feed no PCMU or PCMA.",
        Pion: "Bind tracks to `MimeTypeOpus`: a `TrackLocalStaticSample` of PCMU finds no codec and sends nothing.",
    }
    FORMAT_NOT_LISTED = Warning "format-not-listed" {
        what: "`a=rtpmap` maps a payload type that the `m=` line does not list.",
        why: "Only the formats of the `m=` line are offered; the mapping alone does nothing.",
        source: "RFC 8866 section 5.14",
        mend: "Add the payload type to the `m=` line, or take its attributes out.",
    }
    PTIME_NOT_OPUS = Warning "ptime-not-opus" {
        what: "`a=ptime` or `a=maxptime` is no length that an Opus packet can have.",
        why: "Opus packets last 2.5 to 120 ms, so what is asked for cannot be sent.",
        source: "RFC 7587 section 6.1",
        mend: "Ask for 20, or leave it out.",
    }
    PTIME_NOT_KEPT = Info "ptime-not-kept" {
        what: "The packet length asked for does not reach the other party.",
        why: "Packets pass through as they are sent, and the other party's offer was made without this; most send 20 ms.",
        source: "Offhook; RFC 8866 section 6.4",
        mend: "Be ready for packets of any length up to 120 ms, or leave it out.",
    }
    NO_TELEPHONE_EVENT = Info "no-telephone-event" {
        what: "telephone-event is not offered at 48000 or 8000 Hz.",
        why: "Keys that the consumer presses come as RTP events and in no webhook, so they do not reach the peer.",
        source: "Meta, Messenger Platform, Calling, DTMF; RFC 4733",
        mend: "Offer `telephone-event/48000` to receive them.",
        Aiortc: "aiortc offers none.",
        Pion: "`RegisterCodec` with `MimeType: \"audio/telephone-event\"`, `ClockRate: 48000`, `PayloadType: 110`.",
        Werift: "Add `new RTCRtpCodecParameters({ mimeType: \"audio/telephone-event\", clockRate: 48000, payloadType: 110 })`.",
    }
    TELEPHONE_EVENT_CLOCK = Info "telephone-event-clock" {
        what: "telephone-event is offered at 8000 Hz only, beside Opus at 48000.",
        why: "Keys share the audio's timestamps, so their clock should be the audio's. The relay tells durations in the rate offered; in Meta's samples it is 48000.",
        source: "RFC 4733 section 2.1; Meta, SDP samples",
        mend: "Offer `telephone-event/48000` too, and take a key's length in the clock of its payload type.",
        Pion: "`ClockRate: 48000` in the `RegisterCodec` of `audio/telephone-event`.",
    }
    NO_MID_EXTENSION = Info "no-mid-extension" {
        what: "The MID header extension cannot be used: it is not offered, or not both ways with an id of 1 to 14.",
        why: "The change to the server's own audio section goes by time instead of by MID.",
        source: "RFC 9143 section 15; RFC 8285 section 4.2",
        mend: "Offer urn:ietf:params:rtp-hdrext:sdes:mid with an id of 1 to 14.",
        Pion: "`MediaEngine.RegisterHeaderExtension` with `sdp.SDESMidURI` for audio.",
        Werift: "`headerExtensions: { audio: [useSdesMid()] }`.",
        Str0m: "`set_extension(4, Extension::RtpMid)`, which is among the defaults.",
    }
}
