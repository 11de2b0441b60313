//! Every rule about offers: its name, how much it matters, and what a finding of it says.

use super::finding::{Finding, Severity};

/// One rule. The names are stable: clients and tests match on them.
pub(super) struct Rule {
    name: &'static str,
    severity: Severity,
    /// What is wrong, why the relay cares, what to change.
    detail: &'static str,
}

impl Rule {
    const fn error(name: &'static str, detail: &'static str) -> Self {
        Self { name, severity: Severity::Error, detail }
    }

    const fn warning(name: &'static str, detail: &'static str) -> Self {
        Self { name, severity: Severity::Warning, detail }
    }

    const fn info(name: &'static str, detail: &'static str) -> Self {
        Self { name, severity: Severity::Info, detail }
    }

    /// A finding at a line.
    pub(super) fn at(&self, line: usize, attribute: impl Into<String>) -> Finding {
        Finding { line: Some(line), attribute: Some(attribute.into()), ..self.whole() }
    }

    /// A finding about the whole text.
    pub(super) fn whole(&self) -> Finding {
        Finding {
            severity: self.severity,
            line: None,
            attribute: None,
            rule: self.name,
            detail: self.detail.to_owned(),
        }
    }
}

// The text as such.

pub(super) const TOO_LARGE: Rule =
    Rule::error("too-large", "The offer is larger than 64 KiB. Offer fewer sections, codecs or candidates.");
pub(super) const EMPTY: Rule =
    Rule::error("empty", "The offer is empty. Send the text of the local description after setLocalDescription.");
pub(super) const JSON_NOT_SDP: Rule = Rule::error(
    "json-not-sdp",
    "This is a JSON object, not SDP. Send only the value of its `sdp` member, not the whole session description.",
);
pub(super) const ESCAPED_LINE_ENDS: Rule = Rule::error(
    "escaped-line-ends",
    "The line ends are written out as a backslash and letters. The text was escaped twice: encode it as JSON once, so \
     that real CR LF characters arrive.",
);
pub(super) const UNREADABLE_LINE: Rule = Rule::error(
    "unreadable-line",
    "This line is not SDP (RFC 8866: one letter, `=`, value), so the sections after it cannot be trusted. Send the \
     text exactly as the WebRTC stack made it.",
);
pub(super) const NO_VERSION: Rule =
    Rule::error("no-version", "An offer begins with `v=0` (RFC 8866 section 5.1). Send the whole text.");
pub(super) const NO_ORIGIN: Rule = Rule::error(
    "no-origin",
    "There is no `o=` line before the first section (RFC 8866 section 5.2), and the answer must repeat its session id. \
     Send the whole text.",
);
pub(super) const TOO_MANY_SECTIONS: Rule =
    Rule::error("too-many-sections", "The offer has more than 32 `m=` lines. A call needs one audio section.");
pub(super) const UNREADABLE_ATTRIBUTE: Rule = Rule::error(
    "unreadable-attribute",
    "The value of this attribute is not well-formed, and the relay needs it. Send it as the WebRTC stack made it.",
);
pub(super) const IGNORED_ATTRIBUTE: Rule = Rule::warning(
    "ignored-attribute",
    "The value of this attribute is not well-formed; the relay does without it. Send it as the WebRTC stack made it.",
);

// The audio section.

pub(super) const NO_AUDIO: Rule =
    Rule::error("no-audio", "There is no audio section, and a call is made of audio. Add an `m=audio` section.");
pub(super) const AUDIO_DISABLED: Rule = Rule::error(
    "audio-disabled",
    "The audio section has port 0, which means that it is not offered (RFC 3264 section 5.1). Offer it with port 9 or \
     a real port.",
);
pub(super) const PLAIN_RTP: Rule = Rule::error(
    "plain-rtp",
    "The relay speaks DTLS-SRTP only: unencrypted RTP and keys in SDP are refused. Offer UDP/TLS/RTP/SAVPF.",
);
pub(super) const SDES_CRYPTO: Rule = Rule::error(
    "sdes-crypto",
    "`a=crypto` sends media keys through the signalling (SDES), which is refused even beside DTLS. Switch SDES off.",
);
pub(super) const NO_MID: Rule = Rule::error(
    "no-mid",
    "The audio section has no `a=mid`, which BUNDLE and the answer need (RFC 9143). Add one and list it in `a=group`.",
);
pub(super) const MALFORMED_MID: Rule = Rule::error(
    "malformed-mid",
    "A MID is 1 to 64 printable ASCII characters without spaces (RFC 5888). Choose a short one, such as 0.",
);
pub(super) const DUPLICATE_MID: Rule = Rule::error(
    "duplicate-mid",
    "An earlier section has the same MID, so an answer would be ambiguous (RFC 5888). Make every MID unique.",
);
pub(super) const NO_BUNDLE: Rule = Rule::error(
    "no-bundle",
    "There is no `a=group:BUNDLE`, and the relay carries a whole call over one transport (RFC 9143). Use the \
     max-bundle or balanced bundle policy.",
);
pub(super) const AUDIO_NOT_IN_BUNDLE: Rule = Rule::error(
    "audio-not-in-bundle",
    "`a=group:BUNDLE` does not list the MID of the audio section, and the relay carries a whole call over one \
     transport (RFC 9143). Add the MID to the group.",
);
pub(super) const NO_RTCP_MUX: Rule = Rule::error(
    "no-rtcp-mux",
    "The audio section has no `a=rtcp-mux`; the relay carries RTP and RTCP over one transport (RFC 5761). Use the \
     rtcp-mux policy `require`.",
);
pub(super) const AUDIO_INACTIVE: Rule = Rule::warning(
    "audio-inactive",
    "The audio section is inactive: it is answered inactive and the peer's audio stays silent. Offer sendrecv.",
);
pub(super) const AUDIO_ONE_WAY: Rule = Rule::warning(
    "audio-one-way",
    "The audio section goes one way only; the relay answers likewise. Offer sendrecv to speak and to hear.",
);
pub(super) const SECTION_REJECTED: Rule = Rule::info(
    "section-rejected",
    "This section is answered as rejected (port 0): a call has one audio section, the first that can be used, and video.",
);

pub(super) const SECTION_INACTIVE: Rule = Rule::info(
    "section-inactive",
    "This section is answered without media: it cannot be used, but it comes first in `a=group:BUNDLE`, so its transport \
     is. Put the audio first to avoid that.",
);

// Video. A call goes on without it, so nothing here refuses the offer.

pub(super) const VIDEO_NOT_IN_BUNDLE: Rule = Rule::warning(
    "video-not-in-bundle",
    "The video section is rejected: it has no MID, or `a=group:BUNDLE` does not list it with the audio, and the relay \
     carries a whole call over one transport (RFC 9143). Use the max-bundle or balanced bundle policy.",
);
pub(super) const VIDEO_NO_RTCP_MUX: Rule = Rule::warning(
    "video-no-rtcp-mux",
    "The video section is rejected: it has no `a=rtcp-mux`, and the relay carries RTP and RTCP over one transport (RFC \
     5761). Use the rtcp-mux policy `require`.",
);
pub(super) const VIDEO_PLAIN_RTP: Rule = Rule::warning(
    "video-plain-rtp",
    "The video section is rejected: the relay speaks DTLS-SRTP only. Offer UDP/TLS/RTP/SAVPF.",
);
pub(super) const VIDEO_NO_CODEC: Rule = Rule::warning(
    "video-no-codec",
    "The video section is rejected: it offers none of H264 (packetization-mode 0 or 1), VP8, VP9, AV1 and H265. Offer \
     one of them at 90000 Hz, with well-formed parameters, and list its payload type in `m=video`.",
);
pub(super) const VIDEO_PAYLOAD_TYPE_RANGE: Rule = Rule::warning(
    "video-payload-type-range",
    "This format is left out: payload types 64 to 95 collide with RTCP on a shared transport (RFC 5761 section 4). Give \
     it one of 96 to 127, or 35 to 63.",
);
pub(super) const VIDEO_NO_KEY_FRAME_REQUEST: Rule = Rule::warning(
    "video-no-key-frame-request",
    "Neither `a=rtcp-fb:* nack pli` nor `ccm fir` is offered, so a receiver that lost the picture cannot ask for a new \
     one and it freezes. Offer `nack pli`.",
);
pub(super) const VIDEO_TRANSPORT_CC_WITHOUT_EXTENSION: Rule = Rule::info(
    "video-transport-cc-without-extension",
    "`transport-cc` feedback is offered without the header extension that it reports about, so it is left out. Offer \
     http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01 with an id of 1 to 14.",
);
pub(super) const VIDEO_NO_BANDWIDTH_FEEDBACK: Rule = Rule::info(
    "video-no-bandwidth-feedback",
    "Neither `goog-remb` nor `transport-cc` is offered, so a sender does not learn how much arrives and may send too \
     much. Offer one of them.",
);
pub(super) const VIDEO_SIMULCAST: Rule = Rule::info(
    "video-simulcast",
    "Simulcast is left out of the answer: each track is carried once. The sender then sends one layer.",
);
pub(super) const VIDEO_TOO_MANY: Rule = Rule::info(
    "video-too-many",
    "This section is answered without media: a party has one camera track and one screen track, which are the first two \
     video sections that send.",
);

// The transport.

pub(super) const ICE_LITE: Rule = Rule::error(
    "both-ice-lite",
    "The peer is ICE-lite and so is the relay: nobody would send connectivity checks. Offer with full ICE.",
);
pub(super) const NO_ICE_CREDENTIALS: Rule = Rule::error(
    "no-ice-credentials",
    "There is no `a=ice-ufrag` or no `a=ice-pwd` for the audio section, so checks could not be authenticated (RFC \
     8839). Send the offer after setLocalDescription.",
);
pub(super) const MALFORMED_ICE_CREDENTIALS: Rule = Rule::error(
    "malformed-ice-credentials",
    "An ICE ufrag has 4 to 256 and a password 22 to 256 letters, digits, `+` or `/` (RFC 8839 section 5.4). Use what \
     the ICE agent made.",
);
pub(super) const NO_FINGERPRINT: Rule = Rule::error(
    "no-fingerprint",
    "There is no `a=fingerprint` for the audio section, so the peer's certificate could not be verified (RFC 8122). \
     Offer the sha-256 fingerprint of the DTLS certificate.",
);
pub(super) const WEAK_FINGERPRINT: Rule = Rule::error(
    "weak-fingerprint",
    "The certificate fingerprint is not sha-256, sha-384 or sha-512; other hashes are not trusted to tell \
     certificates apart. Add a sha-256 fingerprint.",
);
pub(super) const WEAK_FINGERPRINT_IGNORED: Rule = Rule::info(
    "weak-fingerprint-ignored",
    "This fingerprint is not sha-256, sha-384 or sha-512 and is ignored; a stronger one stands beside it.",
);
pub(super) const SEVERAL_FINGERPRINTS: Rule =
    Rule::info("several-fingerprints", "Several fingerprints are offered; the peer's certificate must match one.");
pub(super) const SETUP_PASSIVE: Rule = Rule::error(
    "setup-passive",
    "The relay is always the DTLS server, so the peer must connect (RFC 8842 section 5.2). Offer `a=setup:actpass`.",
);
pub(super) const SETUP_HOLDCONN: Rule = Rule::error(
    "setup-holdconn",
    "`a=setup:holdconn` asks for no connection, and DTLS forbids it (RFC 8842). Offer `a=setup:actpass`.",
);
pub(super) const NO_SETUP: Rule = Rule::warning(
    "no-setup",
    "There is no `a=setup`; the relay takes the DTLS server's part and expects the peer to connect. Offer \
     `a=setup:actpass`.",
);

// Codecs and header extensions.

pub(super) const NO_OPUS: Rule = Rule::error(
    "no-opus",
    "Opus is not offered, and the relay does not transcode. Add `a=rtpmap:<payload type> opus/48000/2` (RFC 7587) and \
     list the payload type in `m=audio`.",
);
pub(super) const PAYLOAD_TYPE_RANGE: Rule = Rule::error(
    "payload-type-range",
    "Payload types 64 to 95 collide with RTCP on a shared transport (RFC 5761 section 4). Give Opus one of 96 to 127.",
);
pub(super) const NO_TELEPHONE_EVENT: Rule = Rule::info(
    "no-telephone-event",
    "telephone-event is not offered at 48000 or 8000 Hz, so key presses (RFC 4733) do not reach the peer. Offer it to \
     receive them.",
);
pub(super) const NO_MID_EXTENSION: Rule = Rule::info(
    "no-mid-extension",
    "The MID header extension cannot be used, so the change to the server's own audio section goes by time instead of \
     by MID. Offer urn:ietf:params:rtp-hdrext:sdes:mid with an id of 1 to 14.",
);
