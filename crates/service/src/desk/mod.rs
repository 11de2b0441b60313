//! The built-in desk: agents at their devices, what rings there and what they do with it.
//!
//! What agents are shown is one [`Board`], made anew from the store whenever something may have changed
//! ([`Service::show_desk`](crate::Service::show_desk)): nothing that was missed stays missed.

mod actions;
mod agents;
mod board;
mod book;
mod dial;
mod media;
mod seats;
mod show;
mod sit_down;

use offhook_call::{CallId, Duration, EndReason, Refused, Status};

use crate::{NegotiateError, UnknownTrack};

pub use agents::{AgentRefused, NewAgent};
pub use board::{Board, Colleague, DeskCall, Presence};
pub use book::{BookError, DeskConsumer, PastCall};
pub use dial::{DialError, Dialed};
pub(crate) use seats::Seats;
pub use sit_down::{SeatError, Seated};

/// What an agent's device is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskEvent {
    /// What the agent is shown from now on.
    Board(Box<Board>),
    /// A call that rang here was taken by another agent, or at another device of this one.
    AnsweredElsewhere { call: CallId },
    /// Another agent has taken over the call that this one had.
    HandedOver { call: CallId },
    /// A call that rang here, or that the agent had, is over; `connected_for` is zero if it was never picked up.
    Ended { call: CallId, status: Status, reason: EndReason, connected_for: Duration },
    /// The server's own offer for the device's leg.
    Offer { call: CallId, version: u32, sdp: String },
}

/// Why what an agent did changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("no such call for this agent")]
    UnknownCall,
    #[error("the agent has another call")]
    Busy,
    #[error("the other agent is not free for calls of this Page")]
    NotFree,
    #[error("video is switched off for this Page")]
    VideoNotEnabled,
    #[error(transparent)]
    Media(#[from] NegotiateError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl From<UnknownTrack> for DeskError {
    fn from(unknown: UnknownTrack) -> Self {
        Self::Media(unknown.into())
    }
}
