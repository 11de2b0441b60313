//! An offer that follows an earlier one of the same call, or a text that was changed between steps.
//!
//! The relay copes with much of this, since it knows sections by place and MID; the peer's own stack and Meta's, which are
//! libwebrtc and its kin, do not. So nothing here is an error.

use super::{Client, Rule, Severity, define};

define! {
    NEW_CONNECTION = Warning "new-connection" {
        what: "The certificate's fingerprints are others than before.",
        why: "That is a new peer connection: its leg replaces the old one, which is silent until the new one has connected.",
        source: "RFC 8842 section 5.5",
        mend: "Make later offers on the peer connection that made the first.",
        Pion: "One `PeerConnection` per call; `Configuration.Certificates` alone does not keep it.",
        Str0m: "One `Rtc` per call; `set_dtls_cert` alone does not keep it.",
    }
    ICE_RESTART = Info "ice-restart" {
        what: "The ICE ufrag and password are others than before: ICE restarts.",
        why: "The connection goes on over the old path until checks with the new credentials have found another.",
        source: "RFC 8839 section 4.4.1.1.1",
        mend: "Nothing, if that is meant.",
        Chromium: "`pc.restartIce()` or `createOffer({ iceRestart: true })` asks for it.",
        Aiortc: "aiortc has no ICE restart: this is another `RTCPeerConnection` or an edited text.",
        Pion: "`CreateOffer(&webrtc.OfferOptions{ICERestart: true})` asks for it.",
        Str0m: "`sdp_api().ice_restart(…)` asks for it.",
    }
    HALF_ICE_RESTART = Warning "half-ice-restart" {
        what: "Of the ICE ufrag and password only one is another than before.",
        why: "A restart changes both; checks with a mixture fail as soon as one side has not followed.",
        source: "RFC 8839 section 4.4.1.1.1",
        mend: "Send the text exactly as the WebRTC stack made it.",
    }
    CHANGED_ORIGIN = Warning "changed-origin" {
        what: "The session id in `o=` is another than before.",
        why: "It names the session, so this offer names another one; with other ICE credentials it is taken for a new peer connection.",
        source: "RFC 3264 section 8; RFC 8866 section 5.2",
        mend: "Keep the session id, and count the version up.",
        Aiortc: "Each `createOffer` makes a new one: put back the session id of the first offer, with a version that counts up, before sending.",
    }
    VERSION_NOT_RAISED = Info "version-not-raised" {
        what: "The text differs from the one before, but its version in `o=` is not higher.",
        why: "A reader may take it for the same text and skip it; the relay and Meta's own texts go without.",
        source: "RFC 3264 section 8; Meta, SDP samples",
        mend: "Count the version up by one with each offer.",
        Aiortc: "Its version is the time in seconds: count it up yourself if two offers come within one.",
        Str0m: "It always writes 2: count it up in the text that you send.",
    }
    REMOVED_SECTION = Warning "removed-section" {
        what: "There are fewer `m=` lines than before.",
        why: "Sections are told apart by their place, so none is ever removed; libwebrtc refuses such an offer.",
        source: "RFC 3264 section 8",
        mend: "Leave the section where it is, with port 0 or inactive.",
        Chromium: "`transceiver.stop()` does that; never take the section out of the text.",
        Pion: "`RTPTransceiver.Stop` or `RemoveTrack`, on the same `PeerConnection`.",
        Str0m: "`sdp_api().stop_media(mid)` or `set_direction(mid, Direction::Inactive)`.",
    }
    MOVED_SECTION = Warning "moved-section" {
        what: "The section with this MID stood in another place before.",
        why: "Sections are told apart by their place; libwebrtc refuses: \"The order of m-lines in subsequent offer doesn't match\".",
        source: "RFC 3264 section 8; RFC 8829 section 5.2.2",
        mend: "Keep the order, and put new sections at the end.",
    }
    RENAMED_SECTION = Warning "renamed-section" {
        what: "The section in this place had another MID before.",
        why: "Packets bear the MID, and the server's own sections are known by it: the old one counts as gone.",
        source: "RFC 9143 section 7.5; RFC 8829 section 5.2.2",
        mend: "Keep each section's MID for as long as the connection lives.",
    }
    CHANGED_MEDIA = Warning "changed-media" {
        what: "The section in this place was of another kind before.",
        why: "A place changes its kind only after it was rejected with port 0.",
        source: "RFC 3264 section 8.3; RFC 8829 section 5.2.2",
        mend: "Put new sections at the end.",
    }
    PAYLOAD_TYPE_REUSED = Warning "payload-type-reused" {
        what: "This payload type stood for another codec before.",
        why: "Packets that are under way are decoded as what they are not.",
        source: "RFC 3264 section 8.3.2",
        mend: "Give each codec the number that it had; a new one gets a new number.",
        Pion: "The same `MediaEngine` registrations for the whole call.",
        Werift: "Fixed `payloadType` values in `codecs`.",
    }
    CODEC_RENUMBERED = Warning "codec-renumbered" {
        what: "A codec of this section has another payload type than before.",
        why: "Packets with the old number, under way or still being sent, are dropped.",
        source: "RFC 8829 section 5.2.2; RFC 3264 section 8.3.2",
        mend: "Keep the numbers of the first offer.",
        Pion: "The same `MediaEngine` registrations for the whole call.",
        Werift: "Fixed `payloadType` values in `codecs`.",
    }
    EXTENSION_RENUMBERED = Warning "extension-renumbered" {
        what: "This header extension id stood for another extension before.",
        why: "An id keeps its meaning for the whole session; packets under way are misread.",
        source: "RFC 8285 section 6",
        mend: "Keep the ids of the first offer.",
    }
}
