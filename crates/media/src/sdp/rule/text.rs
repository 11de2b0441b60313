//! The text as such, offer or answer.

use super::{Client, Rule, Severity, define};

define! {
    TOO_LARGE = Error "too-large" {
        what: "The text is larger than 64 KiB.",
        why: "A limit of the relay's; offers of WebRTC stacks have 2 to 10 KB.",
        source: "Offhook",
        mend: "Offer fewer sections, codecs or candidates.",
    }
    EMPTY = Error "empty" {
        what: "The text is empty.",
        why: "The business makes the first offer in both directions, and a call begins with it.",
        source: "Meta, Messenger Platform, Calling",
        mend: "Send the text of the local description after setLocalDescription.",
        Chromium: "`await pc.setLocalDescription()`, then `pc.localDescription.sdp`.",
        Aiortc: "`await pc.setLocalDescription(await pc.createOffer())`, then `pc.localDescription.sdp`.",
        Pion: "After `pc.SetLocalDescription(offer)`: `pc.LocalDescription().SDP`.",
        Werift: "`await pc.setLocalDescription(await pc.createOffer())`, then `pc.localDescription.sdp`.",
        Str0m: "`offer.to_sdp_string()` of what `sdp_api().apply()` returned.",
    }
    JSON_NOT_SDP = Error "json-not-sdp" {
        what: "This is JSON, not SDP.",
        why: "`session.sdp` is the text alone; what it is stands in `session.sdp_type`.",
        source: "Meta, Messenger Platform, Calling, `session`",
        mend: "Send only the value of the `sdp` member, not the whole session description.",
        Chromium: "`pc.localDescription.sdp`, not `JSON.stringify(pc.localDescription)`.",
        Pion: "`pc.LocalDescription().SDP`, not `json.Marshal(pc.LocalDescription())`.",
        Str0m: "`offer.to_sdp_string()`, not `serde_json::to_string(&offer)`.",
    }
    BASE64_NOT_SDP = Error "base64-not-sdp" {
        what: "This is base64, not SDP.",
        why: "`session.sdp` is the text itself.",
        source: "Meta, Messenger Platform, Calling, `session`",
        mend: "Decode it, and send the value of its `sdp` member if it is JSON.",
        Pion: "The examples' `encode` is for copying by hand: send `pc.LocalDescription().SDP`.",
    }
    PERCENT_ENCODED = Error "percent-encoded" {
        what: "The text is percent-encoded, as in a URL or a form.",
        why: "It was encoded once more than it is decoded, so no line can be told from the next.",
        source: "RFC 3986 section 2.1",
        mend: "Put the plain text into the JSON or form body and let the HTTP client encode it.",
    }
    ESCAPED_LINE_ENDS = Error "escaped-line-ends" {
        what: "The line ends are written out as a backslash and letters.",
        why: "The text was escaped twice, so it is one long line.",
        source: "RFC 8866 section 5",
        mend: "Encode it as JSON once, so that real CR LF characters arrive; in a shell, let `jq --rawfile` or the like do it.",
    }
    LOST_LINE_ENDS = Error "lost-line-ends" {
        what: "The line ends are gone: the text is one line.",
        why: "Each line of SDP ends with CR LF, or LF alone; nothing else tells where one ends.",
        source: "RFC 8866 section 5",
        mend: "Keep the line ends: quote shell variables, and trim or split nothing.",
    }
    UNREADABLE_LINE = Error "unreadable-line" {
        what: "This line is not SDP: one letter, `=`, value.",
        why: "The sections after it cannot be trusted.",
        source: "RFC 8866 section 5",
        mend: "Send the text exactly as the WebRTC stack made it.",
    }
    NO_VERSION = Error "no-version" {
        what: "The text does not have the line `v=0`.",
        why: "Every session description begins with it, so the beginning is probably lost.",
        source: "RFC 8866 section 5.1",
        mend: "Send the whole text.",
    }
    NO_ORIGIN = Error "no-origin" {
        what: "There is no `o=` line before the first section.",
        why: "The answer must repeat its session id.",
        source: "RFC 8866 section 5.2",
        mend: "Send the whole text.",
    }
    TOO_MANY_SECTIONS = Error "too-many-sections" {
        what: "The text has more than 32 `m=` lines.",
        why: "A limit of the relay's; a call needs one audio section, and one for each video.",
        source: "Offhook",
        mend: "Reuse transceivers instead of adding new ones.",
        Chromium: "`transceiver.sender.replaceTrack(track)` and `transceiver.direction` instead of `addTransceiver`.",
        Pion: "`RTPSender.ReplaceTrack` instead of `AddTrack`.",
    }
    UNREADABLE_ATTRIBUTE = Error "unreadable-attribute" {
        what: "The value of this attribute is not well-formed, and the relay needs it.",
        why: "Nothing else says what it says.",
        source: "RFC 8866 section 6",
        mend: "Send it as the WebRTC stack made it.",
    }
    IGNORED_ATTRIBUTE = Warning "ignored-attribute" {
        what: "The value of this attribute is not well-formed; the relay does without it.",
        why: "What it was to say is not heard, and other parsers refuse the whole text for it.",
        source: "RFC 8866 section 6",
        mend: "Send it as the WebRTC stack made it.",
    }
}
