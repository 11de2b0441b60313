//! The audio section, and sections as such.

use super::{Client, Rule, Severity, define};

define! {
    NO_AUDIO = Error "no-audio" {
        what: "There is no audio section.",
        why: "A call is made of audio; video comes beside it.",
        source: "Meta, Messenger Platform, Calling",
        mend: "Add an `m=audio` section.",
        Chromium: "`pc.addTransceiver('audio')` or `pc.addTrack(microphone, stream)` before the offer.",
        Aiortc: "`pc.addTransceiver(\"audio\")` or `pc.addTrack(track)` before `createOffer`.",
        Pion: "`pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio)` or `pc.AddTrack(track)` before `CreateOffer`.",
        Werift: "`pc.addTransceiver(\"audio\")` before `createOffer`.",
        Str0m: "`sdp_api().add_media(MediaKind::Audio, Direction::SendRecv, …)` before `apply`.",
    }
    AUDIO_DISABLED = Error "audio-disabled" {
        what: "The audio section has port 0, so it is not offered.",
        why: "Port 0 switches a section off for good.",
        source: "RFC 3264 section 5.1",
        mend: "Offer it with port 9 or a real port: do not stop the audio transceiver.",
    }
    PLAIN_RTP = Error "plain-rtp" {
        what: "The audio section is offered without DTLS.",
        why: "The relay speaks DTLS-SRTP only: unencrypted RTP and keys in SDP are refused.",
        source: "RFC 8827 section 6.5",
        mend: "Offer UDP/TLS/RTP/SAVPF: use a WebRTC stack, or a gateway in front of a SIP one.",
    }
    SDES_CRYPTO = Error "sdes-crypto" {
        what: "`a=crypto` sends media keys through the signalling (SDES).",
        why: "Whoever reads the request could hear the call, so it is refused even beside DTLS.",
        source: "RFC 8827 section 6.5",
        mend: "Switch SDES off and DTLS-SRTP on; in SIP gateways that is `SDES: off` (rtpengine) or `media_encryption=dtls` (Asterisk).",
    }
    NO_MID = Error "no-mid" {
        what: "The audio section has no `a=mid`.",
        why: "BUNDLE and the answer name sections by it.",
        source: "RFC 9143 section 7.1",
        mend: "Add one and list it in `a=group:BUNDLE`.",
        Chromium: "Offer in Unified Plan, which is the default; do not take lines out.",
    }
    MALFORMED_MID = Error "malformed-mid" {
        what: "The MID is not 1 to 64 printable ASCII characters without spaces.",
        why: "The answer repeats it.",
        source: "RFC 5888 section 4",
        mend: "Choose a short one, such as 0.",
    }
    DUPLICATE_MID = Error "duplicate-mid" {
        what: "An earlier section has the same MID.",
        why: "An answer, and packets that bear it, would be ambiguous.",
        source: "RFC 5888 section 4",
        mend: "Make every MID unique.",
    }
    NO_BUNDLE = Error "no-bundle" {
        what: "There is no `a=group:BUNDLE`.",
        why: "BUNDLE is required: a whole call goes over one transport.",
        source: "Meta, Messenger Platform, Calling, Video; RFC 9143",
        mend: "Use the max-bundle or balanced bundle policy, and do not take the line out.",
        Chromium: "`new RTCPeerConnection({ bundlePolicy: 'max-bundle' })`.",
        Aiortc: "`RTCConfiguration(bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)`; the line is always written.",
        Pion: "`webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}`.",
        Werift: "`new RTCPeerConnection({ bundlePolicy: \"max-bundle\" })`; `\"disable\"` leaves the line out.",
    }
    AUDIO_NOT_IN_BUNDLE = Error "audio-not-in-bundle" {
        what: "`a=group:BUNDLE` does not list the MID of the audio section.",
        why: "A whole call goes over one transport.",
        source: "RFC 9143 section 7.2",
        mend: "Add the MID to the group.",
    }
    NO_RTCP_MUX = Error "no-rtcp-mux" {
        what: "The audio section has no `a=rtcp-mux`.",
        why: "RTP and RTCP go over one transport; there is no port for RTCP alone.",
        source: "RFC 5761 section 5.1.1; RFC 8834 section 4.5",
        mend: "Use the rtcp-mux policy `require`.",
        Chromium: "`rtcpMuxPolicy: 'require'`, which is the default.",
        Pion: "`webrtc.Configuration{RTCPMuxPolicy: webrtc.RTCPMuxPolicyRequire}`.",
    }
    AUDIO_INACTIVE = Warning "audio-inactive" {
        what: "The audio section is inactive.",
        why: "It is answered inactive, so the peer's audio stays silent.",
        source: "RFC 3264 section 6.1",
        mend: "Offer sendrecv.",
        Chromium: "`transceiver.direction = 'sendrecv'`.",
        Pion: "`webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendrecv}`.",
        Str0m: "`sdp_api().set_direction(mid, Direction::SendRecv)`.",
    }
    AUDIO_ONE_WAY = Warning "audio-one-way" {
        what: "The audio section goes one way only.",
        why: "The answer mirrors it, so one of the two is not heard in this section.",
        source: "RFC 3264 section 6.1",
        mend: "Offer sendrecv to speak and to hear.",
        Chromium: "`pc.addTransceiver(track, { direction: 'sendrecv' })`; `addTransceiver('audio')` without a track sends silence.",
        Aiortc: "`pc.addTransceiver(track, direction=\"sendrecv\")`.",
        Pion: "`AddTransceiverFromTrack` with `RTPTransceiverDirectionSendrecv`; a `recvonly` transceiver never sends.",
        Str0m: "`add_media(MediaKind::Audio, Direction::SendRecv, …)`.",
    }
    NO_MSID = Info "no-msid" {
        what: "The section sends, but has no `a=msid`.",
        why: "`tracks[].msid` of `media_update` names tracks by it, so this one can only be meant by its label.",
        source: "Meta, Messenger Platform, Calling, Video; RFC 8830",
        mend: "Offer the track with an id.",
        Pion: "Give `NewTrackLocalStaticRTP` a track id and a stream id, and add it with `AddTrack`.",
        Str0m: "Give `add_media` a stream id and a track id.",
    }
    SEVERAL_SSRCS = Warning "several-ssrcs" {
        what: "The section declares several streams that are not grouped.",
        why: "One track is carried per section: streams that take turns are heard one at a time, streams at once make noise.",
        source: "RFC 8829 section 5.2.1; RFC 3550 section 5.2",
        mend: "Give each track a section of its own, and mix voices before sending.",
        Chromium: "Unified Plan (the default) instead of `sdpSemantics: 'plan-b'`.",
        Aiortc: "One `addTrack` per track; mix voices in a `MediaStreamTrack` of your own.",
    }
    SECTION_REJECTED = Info "section-rejected" {
        what: "This section is answered as rejected (port 0).",
        why: "A call has one audio section, the first that can be used, and video.",
        source: "Offhook",
        mend: "Leave it out if it is not needed.",
        Chromium: "Do not call `createDataChannel`; the calling API has no use for one.",
        Aiortc: "Do not call `createDataChannel`.",
        Pion: "Do not call `CreateDataChannel`.",
    }
    SECTION_INACTIVE = Info "section-inactive" {
        what: "This section is answered without media: it cannot be used, but it comes first in `a=group:BUNDLE`.",
        why: "The first section's transport carries all others.",
        source: "RFC 9143 section 7.3.1",
        mend: "Put the audio first: add it before anything else.",
    }
}
