//! An independent WebRTC stack as the peer of a session: str0m.

use std::time::Instant;

use str0m::Rtc;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::media::{Direction, MediaKind, Mid};

use crate::legs::Texts;

pub(crate) struct Stack {
    rtc: Rtc,
    /// Whether it applies the server's offers, or only answers.
    pub(crate) applies_offers: bool,
    /// Its own sections, the audio first.
    pub(crate) own: Vec<Mid>,
}

impl Stack {
    pub(crate) fn new(applies_offers: bool) -> Self {
        Self { rtc: Rtc::new(Instant::now()), applies_offers, own: Vec::new() }
    }

    /// Adds a section and offers; `exchange` is the server.
    pub(crate) fn add(&mut self, kind: MediaKind, direction: Direction, exchange: impl FnOnce(&str) -> Texts) -> Texts {
        let mut change = self.rtc.sdp_api();
        let mid = change.add_media(kind, direction, None, None, None);
        self.own.push(mid);
        let (offer, pending) = change.apply().expect("media was added");
        let texts = exchange(&offer.to_sdp_string());
        self.take_answer(pending, &texts);
        texts
    }

    /// Changes a direction and offers. `None` if the section has that direction already.
    pub(crate) fn turn(
        &mut self,
        section: usize,
        direction: Direction,
        exchange: impl FnOnce(&str) -> Texts,
    ) -> Option<Texts> {
        let mut change = self.rtc.sdp_api();
        change.set_direction(self.own[section], direction);
        let (offer, pending) = change.apply()?;
        let texts = exchange(&offer.to_sdp_string());
        self.take_answer(pending, &texts);
        Some(texts)
    }

    /// Restarts ICE.
    pub(crate) fn restart_ice(&mut self, exchange: impl FnOnce(&str) -> Texts) -> Texts {
        let mut change = self.rtc.sdp_api();
        change.ice_restart(true);
        let (offer, pending) = change.apply().expect("a restart");
        let texts = exchange(&offer.to_sdp_string());
        self.take_answer(pending, &texts);
        texts
    }

    /// The server's offer arrives. Returns the answer, which stays here, if the peer applies it.
    pub(crate) fn take_offer(&mut self, offer: &str) -> Option<String> {
        if !self.applies_offers {
            return None;
        }
        let read = SdpOffer::from_sdp_string(offer).unwrap_or_else(|error| panic!("{error}\n{offer}"));
        let answer = self.rtc.sdp_api().accept_offer(read).unwrap_or_else(|error| panic!("{error}\n{offer}"));
        Some(answer.to_sdp_string())
    }

    fn take_answer(&mut self, pending: str0m::change::SdpPendingOffer, texts: &Texts) {
        let answer = &texts.answer;
        let read = SdpAnswer::from_sdp_string(answer).unwrap_or_else(|error| panic!("{error}\n{answer}"));
        let taken = self.rtc.sdp_api().accept_answer(pending, read);
        taken.unwrap_or_else(|error| panic!("{error}\n{answer}"));
        if let Some(offer) = &texts.offer {
            self.take_offer(offer);
        }
    }
}
