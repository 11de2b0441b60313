//! One leg alone: a first offer, before the other party is known.

use rand::Rng;

use super::labels;
use super::local::Local;
use super::match_up::Matched;
use super::offer::{Reading, read};
use super::session::Session;
use super::sessions::Refused;
use super::view::Text;
use super::write::write;
use crate::LegSpec;

/// A first offer answered, whoever the other party will be.
#[derive(Debug, Clone)]
pub struct Negotiated {
    /// The answer to the peer's offer.
    pub answer: String,
    /// The server's own offer, for a party of audio alone.
    pub offer: String,
    pub leg: LegSpec,
}

/// Answers a first offer as [`Sessions`](super::Sessions) does.
pub fn negotiate(offer: &str, local: &Local, rng: &mut impl Rng) -> Result<Negotiated, Refused> {
    let Reading { offer, findings } = read(offer, None);
    let Some(offer) = offer else { return Err(Refused { findings }) };
    let mut own = Session::begin(offer, rng);
    labels::label_the_rest(&mut own);
    let matched = Matched { own: &own, far: None };
    let [answer, offer] = [Text::Answer, Text::Offer].map(|text| write(matched, local, text));
    Ok(Negotiated { answer, offer, leg: matched.leg() })
}
