//! An offer and what the server has to offer: the answer, the later offer, and the leg.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::{Rng, RngExt as _};

use super::finding::Finding;
use super::offer::{Offer, Reading, read};
use super::write::Writer;
use crate::{AudioSpec, IceCredentials, LegSpec, VideoSpec};

/// What the server brings to every negotiation.
#[derive(Debug, Clone)]
pub struct Local {
    /// Every advertised address, the preferred first within its family and protocol.
    pub candidates: Vec<Candidate>,
    /// SHA-256 of the server's DTLS certificate.
    pub fingerprint: [u8; 32],
    /// Parameters of Opus as they go into `a=fmtp` (`media.opus` in the configuration).
    pub opus_fmtp: String,
}

/// An address under which peers reach the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidate {
    Udp(SocketAddr),
    /// The relay listens, the peer connects (`tcptype passive`, RFC 6544).
    Tcp(SocketAddr),
}

/// An offer answered.
#[derive(Debug, Clone)]
pub struct Negotiated {
    /// The answer to the peer's offer.
    pub answer: String,
    /// The server's own offer, for later: it declares the other party's audio in a section of its own. Applying it is
    /// up to the peer, and no answer to it needs to come back.
    pub offer: String,
    /// What the relay needs to know.
    pub leg: LegSpec,
}

/// An offer that cannot be answered. Prints as its first error.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .findings.first().map(Finding::to_string).unwrap_or_default())]
pub struct Refused {
    /// The worst first, then by line; the first is an error.
    pub findings: Vec<Finding>,
}

/// Answers a peer's offer (the Calling API's SDP profile; contract section 6).
///
/// The peer's own audio section is answered with its direction mirrored, everything else is rejected in its place. The
/// server's later offer turns the peer's section into a receiving one and adds a sending section for the other party's
/// audio. It does so even if the peer's own section does not ask to hear anything: Meta's calls work like that, so a
/// peer may offer `sendonly` in expectation of the other section, and an offer can be declined.
pub fn negotiate(offer: &str, local: &Local, rng: &mut impl Rng) -> Result<Negotiated, Refused> {
    let Reading { offer, findings } = read(offer);
    let Some(offer) = offer else { return Err(Refused { findings }) };
    let ours = Ours::draw(&offer, rng);
    let writer = Writer { offer: &offer, ours: &ours, local };
    let (answer, renegotiation) = (writer.answer(), writer.renegotiation());
    Ok(Negotiated { answer, offer: renegotiation, leg: leg(offer, ours) })
}

/// What the server makes up for one leg. Nothing in it tells who the other party is.
pub(super) struct Ours {
    pub(super) ice: IceCredentials,
    /// `<user>:<rand>`, the canonical name of both streams: they carry the same source (RFC 3550 section 6.5.1).
    pub(super) cname: String,
    pub(super) far_mid: String,
    pub(super) ssrc_a: u32,
    pub(super) ssrc_b: u32,
}

impl Ours {
    fn draw(offer: &Offer<'_>, rng: &mut impl Rng) -> Self {
        let ssrc_a = unused_ssrc(rng, &offer.ssrcs, None);
        Self {
            ice: draw_ice(rng),
            cname: format!("{}:{:08x}", rng.random_range(USER_IDS), rng.random::<u32>()),
            far_mid: unused_mid(offer),
            ssrc_a,
            ssrc_b: unused_ssrc(rng, &offer.ssrcs, Some(ssrc_a)),
        }
    }
}

/// Credentials in Meta's form: 16 base64 characters, `/` and a small number; a password of 24 characters.
fn draw_ice(rng: &mut impl Rng) -> IceCredentials {
    let ufrag = STANDARD.encode(rng.random::<[u8; 12]>());
    let pwd = STANDARD.encode(rng.random::<[u8; 18]>());
    IceCredentials { ufrag: format!("{ufrag}/{}", rng.random_range(1..=9)), pwd }
}

fn unused_ssrc(rng: &mut impl Rng, theirs: &[u32], ours: Option<u32>) -> u32 {
    let start: u32 = rng.random();
    let mut from_start = (0..=u32::MAX).map(|step| start.wrapping_add(step));
    from_start
        .find(|ssrc| *ssrc != 0 && Some(*ssrc) != ours && !theirs.contains(ssrc))
        .expect("an offer of 64 KiB cannot name every SSRC")
}

/// Meta's way: the next number, unless the peer's names are numbers out of order.
fn unused_mid(offer: &Offer<'_>) -> String {
    (offer.sections.len()..)
        .map(|number| number.to_string())
        .find(|mid| offer.sections.iter().all(|section| section.mid != Some(mid)))
        .expect("there are more numbers than sections")
}

fn leg(offer: Offer<'_>, ours: Ours) -> LegSpec {
    let audio = offer.audio;
    LegSpec {
        local_ice: ours.ice,
        remote_ice: audio.ice,
        fingerprints: audio.fingerprints,
        audio: AudioSpec {
            mid: audio.mid,
            far_mid: ours.far_mid,
            ssrc_a: ours.ssrc_a,
            ssrc_b: ours.ssrc_b,
            cname: ours.cname,
            opus: audio.opus,
            telephone_event: audio.telephone_event,
            mid_extension: audio.mid_extension,
            level_extension: audio.level_extension,
            sends: audio.direction.sends,
            receives: audio.direction.receives,
        },
        video: VideoSpec::default(),
    }
}

/// Numbers that look like the user ids in Meta's stream names, and are random.
const USER_IDS: std::ops::RangeInclusive<u64> = 1_000_000_000_000_000..=9_999_999_999_999_999;
