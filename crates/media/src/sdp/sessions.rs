//! The two sessions of a call: an offer or a switch on one side, and what it means for both.

use offhook_call::{ConsumerAudio, Side, Track};
use rand::Rng;

use super::finding::Finding;
use super::labels::{self, UnknownTrack};
use super::local::Local;
use super::match_up::Matched;
use super::offer::{Reading, read};
use super::section::FarAudio;
use super::session::{Continuation, Session};
use super::view::Text;
use super::write::write;
use crate::LegSpec;

/// What the parties of a call and the server have said in SDP.
///
/// [`Self::negotiate`] and [`Self::switch`] only prepare: nothing changes until [`Self::adopt`] gets their [`Change`].
#[derive(Debug, Default)]
pub struct Sessions {
    business: Option<Session>,
    consumer: Option<Session>,
    /// Counts what was adopted.
    generation: u64,
}

/// An offer answered.
#[derive(Debug)]
pub struct Answered {
    pub answer: String,
    /// The server's own offer for this leg; `None` if the answer says it all, or the other party is not there yet. It is
    /// up to the peer to apply it, and no answer to it comes back.
    pub offer: Option<String>,
    /// The server's offer that the other leg's peer must get now; `None` if nothing changes for it, or it is not there.
    pub far_offer: Option<String>,
    pub change: Change,
}

/// Tracks switched.
#[derive(Debug)]
pub struct Switched {
    /// As in [`Answered::far_offer`].
    pub far_offer: Option<String>,
    pub change: Change,
}

/// Something prepared, for [`Sessions::adopt`].
#[derive(Debug)]
pub struct Change {
    side: Side,
    own: Option<Session>,
    far: Option<Session>,
    /// The own leg is a new one.
    opens: bool,
    /// The generation that this was prepared on.
    base: u64,
}

impl Change {
    /// The change opens a leg, so it makes sense without anything before it.
    pub fn opens(&self) -> bool {
        self.opens
    }
}

/// What the engine must do about a leg.
#[derive(Debug, Clone)]
pub enum LegChange {
    /// [`Engine::open_leg`](crate::Engine::open_leg).
    Open(LegSpec),
    /// [`Engine::update_leg`](crate::Engine::update_leg).
    Update(LegSpec),
    /// The peer has applied the server's offer, whether or not its arrival was seen.
    OfferApplied,
}

/// Why an offer changes nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NegotiateError {
    #[error(transparent)]
    Offer(#[from] Refused),
    #[error(transparent)]
    UnknownTrack(#[from] UnknownTrack),
}

/// An offer that cannot be answered. Prints as its first error.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .findings.first().map(Finding::to_string).unwrap_or_default())]
pub struct Refused {
    /// The worst first, then by line; the first is an error.
    pub findings: Vec<Finding>,
}

impl Sessions {
    /// Answers a peer's offer (the Calling API's SDP profile; contract section 6).
    ///
    /// The peer's own audio section is answered with its direction mirrored, its video sections are received, everything
    /// else is rejected in its place. The other party's tracks are declared in the server's own offer, in a section each.
    /// That offer comes even if the peer's audio section does not ask to hear anything: Meta's calls work like that, so
    /// a peer may offer `sendonly` in expectation of the other section, and an offer can be declined.
    ///
    /// `audio` says where a new session's peer gets the other party's audio.
    ///
    /// An offer of the same peer connection (certificate and ICE credentials) goes on with the session: what is ours
    /// stays. An offer with the same certificate and session id, but other ICE credentials, restarts ICE. Any other one
    /// begins a new session.
    pub fn negotiate(
        &self,
        side: Side,
        offer: &str,
        tracks: &[Track],
        audio: ConsumerAudio,
        local: &Local,
        rng: &mut impl Rng,
    ) -> Result<Answered, NegotiateError> {
        let before = self.leg(side);
        let Reading { offer, findings } = read(offer, before.and_then(Session::far_audio_place));
        let Some(offer) = offer else { return Err(Refused { findings }.into()) };
        let before = before.filter(|before| before.continuation(&offer) != Continuation::Other);
        let opens = before.is_none();
        let mut own = match before {
            Some(before) => before.go_on(offer, local.shard, rng),
            None => Session::begin(offer, audio, local.shard, rng),
        };
        labels::label(&mut own, tracks)?;
        let mut far = self.leg(side.other()).cloned();
        if let Some(far) = &mut far {
            own.follow(far);
            far.follow(&own);
        }
        let answer = own.answer(far.as_ref(), local);
        let offer = far.as_ref().and_then(|far| own.offer_news(far, local));
        let far_offer = far.as_mut().and_then(|far| far.offer_news(&own, local));
        let change = Change { side, own: Some(own), far, opens, base: self.generation };
        Ok(Answered { answer, offer, far_offer, change })
    }

    /// Switches tracks on or off without SDP of the party itself.
    pub fn switch(&self, side: Side, tracks: &[Track], local: &Local) -> Result<Switched, UnknownTrack> {
        let (mut own, mut far) = (self.leg(side).cloned(), self.leg(side.other()).cloned());
        match &mut own {
            Some(own) => labels::switch(own, tracks)?,
            None => labels::none(tracks)?,
        }
        let far_offer = match (&own, &mut far) {
            (Some(own), Some(far)) => {
                far.follow(own);
                far.offer_news(own, local)
            }
            (None, _) | (_, None) => None,
        };
        Ok(Switched { far_offer, change: Change { side, own, far, opens: false, base: self.generation } })
    }

    /// Makes a change, and says what the engine must do about it.
    ///
    /// If another change came in between, this one is made on top of it: what the other leg's peer said stands.
    pub fn adopt(&mut self, change: Change) -> Vec<(Side, LegChange)> {
        let Change { side, own, far, opens, base } = change;
        let before = [side, side.other()].map(|side| self.spec(side));
        let applied = own.as_ref().is_some_and(|own| own.far_audio() == Some(FarAudio::Repeated { receives: true }));
        *self.leg_mut(side) = own;
        if base == self.generation {
            *self.leg_mut(side.other()) = far;
        }
        self.generation += 1;
        self.follow_each_other();
        let mut changes = Vec::new();
        for (side, before) in [side, side.other()].into_iter().zip(before) {
            match self.spec(side) {
                Some(spec) if opens && side == change.side => changes.push((side, LegChange::Open(spec))),
                Some(spec) if before.as_ref() != Some(&spec) => changes.push((side, LegChange::Update(spec))),
                Some(_) | None => {}
            }
        }
        if applied && !opens {
            changes.push((side, LegChange::OfferApplied));
        }
        changes
    }

    fn spec(&self, side: Side) -> Option<LegSpec> {
        let own = self.leg(side)?;
        Some(Matched { own, far: self.leg(side.other()) }.leg())
    }

    fn follow_each_other(&mut self) {
        if let (Some(business), Some(consumer)) = (&mut self.business, &mut self.consumer) {
            business.follow(consumer);
            consumer.follow(business);
        }
    }

    fn leg(&self, side: Side) -> Option<&Session> {
        match side {
            Side::Business => self.business.as_ref(),
            Side::Consumer => self.consumer.as_ref(),
        }
    }

    fn leg_mut(&mut self, side: Side) -> &mut Option<Session> {
        match side {
            Side::Business => &mut self.business,
            Side::Consumer => &mut self.consumer,
        }
    }
}

impl Session {
    fn answer(&mut self, far: Option<&Self>, local: &Local) -> String {
        self.tell(far, local, Text::Answer)
    }

    /// The server's offer, if it says anything that the peer was not told.
    fn offer_news(&mut self, far: &Self, local: &Local) -> Option<String> {
        let news = Matched { own: self, far: Some(far) }.told(Text::Offer);
        (news != self.told).then(|| self.tell(Some(far), local, Text::Offer))
    }

    fn tell(&mut self, far: Option<&Self>, local: &Local, text: Text) -> String {
        let matched = Matched { own: self, far };
        let (written, told) = (write(matched, local, text), matched.told(text));
        self.told = told;
        written
    }
}
