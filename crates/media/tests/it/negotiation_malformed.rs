//! No text makes negotiation panic, and lint and negotiate never disagree.

use offhook_media::{Severity, lint, lint_again, lint_answer};
use proptest::prelude::*;
use proptest::sample::Index;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::negotiation::{fixtures, local, negotiate};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        judge(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_lines(lines in prop::collection::vec(line(), 0..60)) {
        judge(&format!("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n{}", lines.join("\r\n")))?;
    }

    #[test]
    fn damaged_offers_of_real_clients(which: Index, damages in prop::collection::vec(damage(), 1..6)) {
        let offers = fixtures();
        let (_, mut offer) = which.get(&offers).clone();
        for damage in damages {
            offer = damage.apply(&offer);
        }
        judge(&offer)?;
    }
}

/// What must hold for any text at all.
fn judge(offer: &str) -> Result<(), TestCaseError> {
    let findings = lint(offer);
    for pair in [lint_again(offer, offer), lint_answer(offer, offer)] {
        prop_assert!(pair.len() <= findings.len() + 10 * SECTIONS_MAX, "{pair:#?}");
    }
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    match negotiate(offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)) {
        Ok(negotiated) => {
            prop_assert!(!refused, "{findings:#?}");
            for sdp in [&negotiated.answer, &negotiated.offer] {
                prop_assert!(webrtc_sdp::parse_sdp(sdp, false).is_ok(), "{offer}\n=>\n{sdp}");
            }
            prop_assert_eq!(lint(&negotiated.offer)[0].rule, "both-ice-lite", "our own offer is for clients");
        }
        Err(refusal) => {
            prop_assert!(refused);
            prop_assert_eq!(refusal.findings, findings);
        }
    }
    Ok(())
}

/// Sections that are read at all.
const SECTIONS_MAX: usize = 32;

/// Lines that are nearly SDP.
fn line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "a=mid:",
        "a=group:BUNDLE ",
        "a=fingerprint:sha-256 ",
        "a=setup:",
        "a=rtpmap:",
        "a=extmap:",
        "a=ssrc:",
        "a=msid:",
        "a=ice-ufrag:",
        "a=ice-pwd:",
        "a=candidate:",
        "a=imageattr:",
        "a=simulcast:",
        "a=rid:",
        "a=fmtp:",
        "a=rtcp-fb:",
        "m=audio ",
        "m=",
        "o=",
        "c=",
        "a=",
        "",
        "b=",
        "a=rtcp-mux",
        "a=ssrc-group:",
        "a=sctpmap:",
        "a=rtcp:",
        "a=identity:",
    ]);
    let value = prop_oneof![
        any::<String>(),
        "[0-9a-zA-Z/:;=,. \\[\\]*+-]{0,40}",
        "[0-9 ]{0,20} UDP/TLS/RTP/SAVPF [0-9 ]{0,20}"
    ];
    (name, value).prop_map(|(name, value)| format!("{name}{value}"))
}

#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    RemoveLine(Index),
    RepeatLine(Index, Index),
    ReplaceCharacter(Index, char),
    InsertLine(Index, String),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        1 => any::<Index>().prop_map(Damage::Cut),
        4 => any::<Index>().prop_map(Damage::RemoveLine),
        4 => any::<(Index, Index)>().prop_map(|(from, to)| Damage::RepeatLine(from, to)),
        4 => any::<(Index, char)>().prop_map(|(at, with)| Damage::ReplaceCharacter(at, with)),
        4 => (any::<Index>(), line()).prop_map(|(at, line)| Damage::InsertLine(at, line)),
    ]
}

impl Damage {
    fn apply(self, offer: &str) -> String {
        let mut lines: Vec<String> = offer.lines().map(str::to_owned).collect();
        if lines.is_empty() {
            return offer.to_owned();
        }
        match self {
            Damage::Cut(at) => {
                let characters: Vec<char> = offer.chars().collect();
                return characters[..at.index(characters.len())].iter().collect();
            }
            Damage::RemoveLine(at) => drop(lines.remove(at.index(lines.len()))),
            Damage::RepeatLine(from, to) => {
                let line = from.get(&lines).clone();
                lines.insert(to.index(lines.len()), line);
            }
            Damage::ReplaceCharacter(at, with) => {
                let mut characters: Vec<char> = offer.chars().collect();
                let at = at.index(characters.len());
                characters[at] = with;
                return characters.into_iter().collect();
            }
            Damage::InsertLine(at, line) => lines.insert(at.index(lines.len()), line),
        }
        lines.iter().flat_map(|line| [line, "\r\n"]).collect()
    }
}
