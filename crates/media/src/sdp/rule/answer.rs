//! An answer beside its offer: the server's, or the one that the peer makes to the server's offer and applies locally.

use super::{Client, Rule, Severity, define};

define! {
    ANSWER_SECTION_COUNT = Error "answer-section-count" {
        what: "The answer has another number of `m=` lines than the offer.",
        why: "Every section of the offer is answered in its place; setLocalDescription and setRemoteDescription refuse anything else.",
        source: "RFC 3264 section 6",
        mend: "Answer with what createAnswer makes of this very offer.",
    }
    ANSWER_SECTION_ORDER = Error "answer-section-order" {
        what: "This section does not answer the one in its place: its kind or its MID is another.",
        why: "Sections are matched by place: \"The order of m-lines in answer doesn't match order in offer\".",
        source: "RFC 3264 section 6; RFC 8829 section 5.3.1",
        mend: "Keep the offer's order and MIDs; pair each answer with its own offer.",
    }
    ANSWER_SETUP = Error "answer-setup" {
        what: "The answer does not choose a DTLS role that fits the offer's.",
        why: "One side connects and the other waits: `active` to `passive` or `actpass`, `passive` to `active`. Meta and the relay are always passive, in their offers too.",
        source: "RFC 8842 section 5.3; Meta, SDP samples",
        mend: "Answer the server's offers with `a=setup:active`.",
        Pion: "`SettingEngine.SetAnsweringDTLSRole(webrtc.DTLSRoleClient)`, which is the default.",
        Aiortc: "It answers active unless an earlier exchange gave it the other role.",
    }
    ANSWER_DIRECTION = Error "answer-direction" {
        what: "The direction does not fit the offer's.",
        why: "To sendonly belongs recvonly, to recvonly sendonly, or inactive; Meta's offers have the business's track in one section and the consumer's in another.",
        source: "RFC 3264 section 6.1; Meta, SDP samples",
        mend: "Do not edit directions between createAnswer and setLocalDescription.",
    }
    ANSWER_NO_BUNDLE = Error "answer-no-bundle" {
        what: "`a=group:BUNDLE` of the answer does not list a section that it accepts and the offer bundles.",
        why: "The section would have no transport.",
        source: "RFC 9143 section 7.3",
        mend: "Bundle what the offer bundles.",
        Werift: "`bundlePolicy: \"max-bundle\"`.",
    }
    ANSWER_NO_RTCP_MUX = Error "answer-no-rtcp-mux" {
        what: "A section that the answer accepts has no `a=rtcp-mux`.",
        why: "RTCP would be expected on a port that nobody has.",
        source: "RFC 5761 section 5.1.1",
        mend: "Use the rtcp-mux policy `require`.",
    }
    ANSWER_NO_CODEC = Error "answer-no-codec" {
        what: "The section is accepted without any format of the offer's.",
        why: "What one side sends the other cannot decode.",
        source: "RFC 3264 section 6.1",
        mend: "Answer with formats of the offer, or reject the section with port 0.",
    }
    ANSWER_FORMAT_CHANGED = Error "answer-format-changed" {
        what: "This payload type stands for another codec in the offer.",
        why: "Packets are decoded as what they are not.",
        source: "RFC 3264 section 6.1; RFC 8829 section 5.3.1",
        mend: "Answer with the offer's numbers.",
        Pion: "Let `SetRemoteDescription` see the offer before `CreateAnswer`: it takes over the numbers.",
    }
    ANSWER_FORMAT_NEW = Warning "answer-format-new" {
        what: "This format is not in the offer.",
        why: "The offerer does not send it and may refuse the answer.",
        source: "RFC 8829 section 5.3.1",
        mend: "Take it out.",
    }
    ANSWER_EXTENSION = Warning "answer-extension" {
        what: "The answer gives this header extension an id that the offer does not give it.",
        why: "Extensions are the offerer's to number; others are misread.",
        source: "RFC 8285 section 6",
        mend: "Answer with the offer's ids.",
    }
    ANSWER_REJECTED = Info "answer-rejected" {
        what: "The answer rejects this section (port 0).",
        why: "Nothing flows in it.",
        source: "RFC 3264 section 6",
        mend: "Nothing, if that is meant.",
    }
}
