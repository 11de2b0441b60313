//! ICE, certificates and the DTLS role.

use super::{Client, Rule, Severity, define};

define! {
    ICE_LITE = Error "both-ice-lite" {
        what: "The peer is ICE-lite.",
        why: "So are Meta and the relay: nobody would send connectivity checks.",
        source: "Meta, SDP samples; RFC 8445 section 2.5",
        mend: "Offer with full ICE.",
        Pion: "Do not call `SettingEngine.SetLite(true)`.",
        Werift: "`iceLite: false`, which is the default.",
        Str0m: "Do not call `set_ice_lite(true)`.",
    }
    NO_ICE_CREDENTIALS = Error "no-ice-credentials" {
        what: "There is no `a=ice-ufrag` or no `a=ice-pwd` for the audio section.",
        why: "Connectivity checks could not be authenticated.",
        source: "RFC 8839 section 5.4",
        mend: "Send the text after setLocalDescription.",
        Aiortc: "`pc.localDescription.sdp` after `setLocalDescription`, not what `createOffer` returned.",
    }
    MALFORMED_ICE_CREDENTIALS = Error "malformed-ice-credentials" {
        what: "An ICE ufrag has 4 to 256 and a password 22 to 256 letters, digits, `+` or `/`.",
        why: "Connectivity checks could not be authenticated.",
        source: "RFC 8839 section 5.4",
        mend: "Use what the ICE agent made.",
        Pion: "`SettingEngine.SetICECredentials` takes whatever it is given: leave it out.",
        Str0m: "`set_local_ice_credentials` with `IceCreds::new()`.",
    }
    PRIVATE_CANDIDATES = Info "private-candidates-only" {
        what: "All candidates are private, loopback, link-local or `.local` names.",
        why: "Meta and the relay send no checks of their own and learn the peer's address from the peer's, so this works as long as the peer can send UDP or TCP out. It matters where outgoing UDP is blocked or the relay stands in another private network.",
        source: "Meta, SDP samples (an offer without any candidate); RFC 8445 section 2.5",
        mend: "Nothing, if calls connect. Else look at the way out: firewall, container network, VPN.",
        Chromium: "Names end in `.local` until the page may use the microphone; calls connect with them too.",
        Pion: "On a server behind 1:1 NAT: `SettingEngine.SetICEAddressRewriteRules`, in older versions `SetNAT1To1IPs`.",
        Werift: "`iceAdditionalHostAddresses: [\"<public address>\"]`.",
        Str0m: "`rtc.add_local_candidate(Candidate::server_reflexive(…))` with the public address.",
    }
    NO_FINGERPRINT = Error "no-fingerprint" {
        what: "There is no `a=fingerprint` for the audio section.",
        why: "The certificate could not be verified, so anybody could take the call's place.",
        source: "RFC 8122 section 5; RFC 8827 section 6.5",
        mend: "Offer the sha-256 fingerprint of the DTLS certificate: send the text after setLocalDescription.",
        Aiortc: "`pc.localDescription.sdp` after `setLocalDescription`, not what `createOffer` returned.",
    }
    WEAK_FINGERPRINT = Error "weak-fingerprint" {
        what: "The certificate fingerprint is not sha-256, sha-384 or sha-512.",
        why: "Other hashes are not trusted to tell certificates apart.",
        source: "RFC 8122 section 5",
        mend: "Add a sha-256 fingerprint.",
        Pion: "Certificates of `webrtc.GenerateCertificate` come with sha-256.",
    }
    WEAK_FINGERPRINT_IGNORED = Warning "weak-fingerprint-ignored" {
        what: "This fingerprint is not sha-256, sha-384 or sha-512 and is ignored; a stronger one stands beside it.",
        why: "Meta's servers have refused texts with a fingerprint that is not sha-256, even beside one that is.",
        source: "Met by developers of WhatsApp calls: \"Fingerprint algo is not SHA256\" (100, 2494010)",
        mend: "Offer the sha-256 fingerprint alone.",
    }
    SEVERAL_FINGERPRINTS = Warning "several-fingerprints" {
        what: "Several fingerprints are offered.",
        why: "The relay takes a certificate that matches one of them. Meta's servers have refused such texts, and libwebrtc keeps only the last line.",
        source: "Met by developers of WhatsApp calls: \"Fingerprint algo is not SHA256\" (100, 2494010); RFC 8122 section 5",
        mend: "Take all out but the sha-256 line of the certificate that is used, in every section.",
        Chromium: "Give `certificates` of `RTCPeerConnection` one certificate.",
        Aiortc: "Newer versions write three: `re.sub(r\"a=fingerprint:sha-(384|512) .*\\r\\n\", \"\", pc.localDescription.sdp)`, and send that.",
        Pion: "Give `webrtc.Configuration{Certificates: …}` one certificate.",
    }
    SETUP_ACTIVE = Warning "setup-active" {
        what: "An offer says `a=setup:active`.",
        why: "It works, since the relay is the DTLS server, but offers say actpass. It may be an answer: unlike WhatsApp's, Messenger's calls want an offer of the business in both directions.",
        source: "RFC 8842 section 5.2; Meta, Messenger Platform, Calling",
        mend: "Send what createOffer made, with `sdp_type` `offer`.",
        Pion: "`CreateOffer`; `SetAnsweringDTLSRole` has no part in it.",
        Str0m: "`sdp_api().apply()`, not `accept_offer`.",
    }
    SETUP_PASSIVE = Error "setup-passive" {
        what: "An offer says `a=setup:passive`.",
        why: "Meta and the relay are always the DTLS server, so the peer must connect.",
        source: "Meta, SDP samples; RFC 8842 section 5.2",
        mend: "Offer `a=setup:actpass`.",
        Chromium: "Do not edit the line: Chromium offers actpass.",
        Pion: "Do not edit the line: Pion offers actpass.",
    }
    SETUP_HOLDCONN = Error "setup-holdconn" {
        what: "`a=setup:holdconn` asks for no connection.",
        why: "DTLS-SRTP forbids it.",
        source: "RFC 5763 section 5",
        mend: "Offer `a=setup:actpass`; put a call on hold with the direction of its sections.",
    }
    NO_SETUP = Warning "no-setup" {
        what: "There is no `a=setup`.",
        why: "The relay takes the DTLS server's part and expects the peer to connect; other servers refuse.",
        source: "RFC 8842 section 5.2",
        mend: "Offer `a=setup:actpass`.",
    }
}
