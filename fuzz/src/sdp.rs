//! A text as an offer.

use offhook_call::ConsumerAudio;
use offhook_media::{Candidate, LegChange, LegSpec, Local, Sessions, Severity, Side, lint};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// The first offer of a call is refused exactly when `lint` finds an error, and its answer is SDP that names none but
/// the server's addresses.
pub fn answer(offer: &str) {
    let findings = lint(offer);
    let is_refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let (mut sessions, mut rng) = (Sessions::default(), ChaCha8Rng::seed_from_u64(1));
    let answered = sessions.negotiate(Side::Business, offer, &[], ConsumerAudio::Both, &local(), &mut rng);
    assert_eq!(answered.is_err(), is_refused, "{findings:#?}");
    let Ok(answered) = answered else { return };
    judge(&answered.answer);
    let changes = sessions.adopt(answered.change);
    let [(Side::Business, LegChange::Open(leg))] = &changes[..] else { panic!("{changes:?}") };
    judge_leg(leg);
}

/// A text that the server wrote.
pub(crate) fn judge(text: &str) {
    webrtc_sdp::parse_sdp(text, false).unwrap_or_else(|error| panic!("{error}\n{text}"));
    for line in text.lines().filter(|line| line.starts_with("c=") || line.starts_with("a=candidate:")) {
        let is_none = line == "c=IN IP4 0.0.0.0";
        assert!(is_none || line.contains(ADDRESS), "an address that is not the server's: {line}");
    }
}

pub(crate) fn judge_leg(leg: &LegSpec) {
    assert!(!leg.fingerprints.is_empty(), "nobody could connect, or everybody");
    assert!(leg.remote_ice.ufrag.len() >= 4 && leg.local_ice.pwd.len() >= 22);
    assert_ne!(leg.audio.ssrc_a, leg.audio.ssrc_b);
    assert!(leg.audio.cname.len() <= 255);
}

pub(crate) fn local() -> Local {
    let address = format!("{ADDRESS}:41000").parse().expect("an address");
    Local {
        candidates: vec![Candidate::Udp(address)],
        fingerprint: std::array::from_fn(|i| i as u8),
        opus_fmtp: "useinbandfec=1".to_owned(),
        shard: 0,
    }
}

const ADDRESS: &str = "203.0.113.10";
