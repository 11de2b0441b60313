//! Video sections. A call goes on without them, so nothing here refuses the offer.

use super::{Client, Rule, Severity, define};

define! {
    VIDEO_NOT_IN_BUNDLE = Warning "video-not-in-bundle" {
        what: "The video section is rejected: it has no MID, or `a=group:BUNDLE` does not list it with the audio.",
        why: "BUNDLE is required: a whole call goes over one transport.",
        source: "Meta, Messenger Platform, Calling, Video; RFC 9143",
        mend: "Use the max-bundle or balanced bundle policy.",
        Chromium: "`new RTCPeerConnection({ bundlePolicy: 'max-bundle' })`.",
        Werift: "`bundlePolicy: \"max-bundle\"`.",
    }
    VIDEO_NO_RTCP_MUX = Warning "video-no-rtcp-mux" {
        what: "The video section is rejected: it has no `a=rtcp-mux`.",
        why: "RTP and RTCP go over one transport.",
        source: "RFC 5761 section 5.1.1; RFC 8834 section 4.5",
        mend: "Use the rtcp-mux policy `require`.",
        Pion: "`webrtc.Configuration{RTCPMuxPolicy: webrtc.RTCPMuxPolicyRequire}`.",
    }
    VIDEO_PLAIN_RTP = Warning "video-plain-rtp" {
        what: "The video section is rejected: it is offered without DTLS.",
        why: "The relay speaks DTLS-SRTP only.",
        source: "RFC 8827 section 6.5",
        mend: "Offer UDP/TLS/RTP/SAVPF.",
    }
    VIDEO_NO_CODEC = Warning "video-no-codec" {
        what: "The video section is rejected: it offers none of H264 (packetization-mode 0 or 1), VP8, VP9, AV1 and H265 at 90000 Hz with well-formed parameters.",
        why: "These are the codecs of the calling API, and the relay does not transcode.",
        source: "Meta, Messenger Platform, Calling, Video",
        mend: "Offer H264 constrained baseline or VP8, and list the payload type in `m=video`.",
        Chromium: "Leave one of them in what `setCodecPreferences` gets.",
        Pion: "`RegisterDefaultCodecs`, or `RegisterCodec` with `MimeTypeH264` or `MimeTypeVP8` and `ClockRate: 90000`.",
        Werift: "`codecs: { video: [new RTCRtpCodecParameters({ mimeType: \"video/VP8\", clockRate: 90000 })] }`.",
        Str0m: "`enable_h264(true)` or `enable_vp8(true)`.",
    }
    VIDEO_PAYLOAD_TYPE_RANGE = Warning "video-payload-type-range" {
        what: "This format is left out: its payload type is one of 64 to 95.",
        why: "These collide with RTCP on a shared transport.",
        source: "RFC 5761 section 4",
        mend: "Give it one of 96 to 127, or 35 to 63.",
        Pion: "`PayloadType` in `RegisterCodec`.",
        Werift: "`payloadType` in `RTCRtpCodecParameters`.",
    }
    VIDEO_NO_KEY_FRAME_REQUEST = Warning "video-no-key-frame-request" {
        what: "Neither `a=rtcp-fb:* nack pli` nor `ccm fir` is offered.",
        why: "A receiver that lost the picture cannot ask for a new one, and it freezes.",
        source: "RFC 4585 section 6.3.1; RFC 8834 section 5.1.2",
        mend: "Offer `nack pli`.",
        Pion: "`RTCPFeedback: []webrtc.RTCPFeedback{{\"nack\", \"pli\"}}` in the codec's capability.",
        Werift: "`rtcpFeedback: [usePLI()]` in `RTCRtpCodecParameters`.",
    }
    VIDEO_TRANSPORT_CC_WITHOUT_EXTENSION = Info "video-transport-cc-without-extension" {
        what: "`transport-cc` feedback is offered without the header extension that it reports about, so it is left out.",
        why: "Without packet numbers nothing can be reported, and senders hold back.",
        source: "draft-holmer-rmcat-transport-wide-cc-extensions-01",
        mend: "Offer http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01 with an id of 1 to 14.",
        Pion: "`webrtc.ConfigureTWCCHeaderExtensionSender` or `RegisterDefaultInterceptors`.",
        Werift: "`headerExtensions: { video: [useTransportWideCC()] }`.",
    }
    VIDEO_NO_BANDWIDTH_FEEDBACK = Info "video-no-bandwidth-feedback" {
        what: "Neither `goog-remb` nor `transport-cc` is offered.",
        why: "A sender does not learn how much arrives, and may send too much or too little.",
        source: "Meta, Messenger Platform, Calling, Video",
        mend: "Offer one of them.",
        Pion: "`RegisterDefaultInterceptors`.",
        Werift: "`rtcpFeedback: [useREMB()]`, or `useTWCC()` with its header extension.",
    }
    VIDEO_SIMULCAST = Info "video-simulcast" {
        what: "Simulcast is left out of the answer.",
        why: "Each track is carried once; Meta's samples have no simulcast either. The sender then sends one layer.",
        source: "Meta, SDP samples",
        mend: "Offer one encoding.",
        Chromium: "`sendEncodings` of `addTransceiver` with one entry, or none.",
        Str0m: "`None` for the simulcast of `add_media`.",
    }
    VIDEO_TOO_MANY = Info "video-too-many" {
        what: "This section is answered without media.",
        why: "A party has one camera track and one screen track, which are the first two video sections that send.",
        source: "Meta, Messenger Platform, Calling, Video",
        mend: "Send no more than two video tracks.",
    }
}
