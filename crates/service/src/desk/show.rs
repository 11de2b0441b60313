//! Each device is shown the board that its agent is due, and told why a call left it.

use std::collections::HashMap;

use offhook_call::{Call, Seat, State};
use offhook_store::Error;
use tokio_util::sync::CancellationToken;

use super::board::Floor;
use super::{Board, DeskEvent};
use crate::Service;

impl Service {
    /// Shows every connected device what is, where it was shown otherwise; how many.
    pub async fn show_desk(&self) -> Result<usize, Error> {
        let _alone = self.inner.seats.showing.lock().await;
        let seats = self.inner.seats.connected();
        if seats.is_empty() {
            return Ok(0);
        }
        let floor = self.floor().await?;
        let mut shown = 0;
        for seat in &seats {
            match floor.board(seat.agent) {
                Some(board) => shown += usize::from(self.show_seat(seat, board).await?),
                None => self.inner.seats.remove(seat.agent),
            }
        }
        Ok(shown)
    }

    /// Shows the desk whenever it may have changed.
    pub(crate) async fn keep_desk(&self, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.inner.seats.poked() => {}
            }
            if let Err(error) = self.show_desk().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the desk cannot be shown now");
                self.heal_soon();
            }
        }
    }

    pub(super) async fn floor(&self) -> Result<Floor, Error> {
        let (agents, calls) = (self.store().agents().await?, self.store().live_desk_calls().await?);
        let mut names = HashMap::new();
        for call in &calls {
            if let Some(consumer) = self.store().consumer(call.page, call.psid).await? {
                names.insert((call.page, call.psid), consumer.name);
            }
        }
        let ring_timeout = self.limits().call.ring_timeout;
        Ok(Floor { agents, connected: self.inner.seats.agents(), calls, names, ring_timeout })
    }

    /// Whether it was shown otherwise before.
    async fn show_seat(&self, seat: &Seat, board: Board) -> Result<bool, Error> {
        let before = self.inner.seats.board(seat);
        if before.as_ref() == Some(&board) {
            return Ok(false);
        }
        for (left, was) in before.iter().flat_map(|before| left(before, &board, seat)) {
            if let Some(why) = self.store().call(left.id).await?.and_then(|call| why_left(left, was, &call)) {
                self.inner.seats.tell(seat, why);
            }
        }
        self.inner.seats.tell(seat, DeskEvent::Board(Box::new(board)));
        Ok(true)
    }
}

/// How a device had a call.
#[derive(Clone, Copy)]
enum Was {
    Ringing,
    Had,
}

/// The calls that rang at the device, or that it had, and does not any more.
fn left<'b>(before: &'b Board, now: &'b Board, seat: &'b Seat) -> impl Iterator<Item = (&'b Call, Was)> {
    let has = |board: &'b Board| board.call.iter().map(|had| &had.call).filter(|call| call.seat() == Some(seat));
    let rings = |board: &'b Board| board.ringing.iter().map(|ringing| &ringing.call);
    let stays = move |call: &Call| has(now).chain(rings(now)).any(|one| one.id == call.id);
    let before = rings(before).map(|call| (call, Was::Ringing)).chain(has(before).map(|call| (call, Was::Had)));
    before.filter(move |(call, _)| !stays(call))
}

/// `None`: it was the agent's own doing, or it just does not ring any more.
fn why_left(before: &Call, was: Was, now: &Call) -> Option<DeskEvent> {
    let call = now.id;
    if let State::Ended(ended) = now.state {
        let (status, connected_for) = (ended.reason.status(), now.connected_for().unwrap_or_default());
        return Some(DeskEvent::Ended { call, status, reason: ended.reason, connected_for });
    }
    let (had, has) = (before.seat().map(|seat| seat.agent), now.seat()?.agent);
    match was {
        // Whoever handed it over keeps it.
        Was::Ringing if had == Some(has) => None,
        Was::Had if had != Some(has) => Some(DeskEvent::HandedOver { call }),
        Was::Ringing | Was::Had => Some(DeskEvent::AnsweredElsewhere { call }),
    }
}
