//! What can happen to a call, one file per command. Each file ends with its table of (state → result).

mod abandon;
mod accept;
mod agent_accept;
mod agent_hang_up;
mod app_accept;
mod app_update;
mod call_business;
mod connect;
mod decline;
mod device_update;
mod expire;
mod hand_over;
mod hang_up;
mod hold;
mod lose_media;
mod refuse;
mod reject;
mod ring;
mod seat_resume;
mod seat_update;
#[cfg(test)]
pub(crate) mod table;
mod terminate;

use crate::{
    AgentId, AppId, Business, Call, DeviceId, Effect, EndReason, Ended, EventKind, Limits, Seat, Side, State, Time,
};

pub use call_business::{InboundCall, InboundFacts, InboundRefused, NewInboundCall};
pub use connect::{ConnectFacts, ConnectRefused, NewCall};

/// Something that happens to a call which exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A device reports that it rings.
    Ring,
    /// A device picks up. `offer`: the server's offer that the business must get because of it.
    Accept { device: DeviceId, offer: Option<String> },
    /// A device refuses the call for its consumer.
    Decline,
    /// The device in the call changes its media. `offer`: the server's offer that the business must get because of it.
    DeviceUpdate { device: DeviceId, offer: Option<String> },
    /// An app of the business picks up a consumer's call.
    AppAccept { app: AppId },
    /// An app of the business refuses a consumer's call.
    Reject { app: AppId },
    /// The app that owns the call changes the business's media, which was at version `from`. `renegotiated`: the answer
    /// carries an offer of the server's.
    AppUpdate { app: AppId, from: u32, renegotiated: bool },
    /// The device in the call hangs up, or gives up calling.
    HangUp { device: DeviceId },
    /// An app of the business ends the call.
    Terminate { app: AppId },
    /// An agent picks up, at one of their devices. `offered`: the answer carries an offer of the server's.
    AgentAccept { by: Seat, offered: bool },
    /// An agent does not want a call that rings at them.
    Refuse { agent: AgentId },
    /// The agent's device changes what it sends. `offered`: the answer carries an offer of the server's.
    SeatUpdate { by: Seat, offered: bool },
    /// The agent goes on with a new connection, at this device. `offered`: the answer carries an offer of the server's.
    SeatResume { by: Seat, offered: bool },
    /// The agent lets the consumer wait, or goes on talking.
    Hold { agent: AgentId, on: bool },
    /// The agent offers the call to another one.
    HandOver { agent: AgentId, to: AgentId },
    /// The agent ends the call.
    AgentHangUp { agent: AgentId },
    /// The call's deadline may have passed.
    Expire,
    /// A leg never connected, or fell silent.
    LoseMedia { cause: MediaLoss },
    /// The server cannot carry the call on.
    Abandon { cause: Abandonment },
}

/// How a leg was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaLoss {
    NeverConnected,
    Silent,
}

/// Why the server gave a call up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abandonment {
    /// The process or node that held the bridge is gone.
    NodeLost,
    /// The server is about to stop.
    ServerStopping,
    /// A bug ended the bridge, or a part of the server failed.
    InternalError,
}

/// A change that was made: the call as it is now and what the change asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub call: Call,
    pub effects: Vec<Effect>,
}

/// Why a command changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the call is over")]
    Ended(Ended),
    #[error("the call was already accepted")]
    AlreadyAccepted,
    #[error("the call is not connected")]
    NotConnected,
    #[error("another one has the call, or it is not for this one")]
    NotOwner,
    #[error("another device has the call")]
    OtherDevice,
    #[error("the call goes the other way")]
    WrongDirection,
    #[error("the call's media is at version {current}")]
    VersionConflict { current: u32 },
    #[error("the deadline has not passed")]
    NotDue,
}

impl Call {
    /// What `command` makes of this call at `now`, or at the [moment](Call::moment) of its life that is nearest.
    pub fn apply(&self, command: Command, now: Time, limits: &Limits) -> Result<Applied, Refused> {
        let now = self.moment(now, limits);
        match command {
            Command::Ring => ring::apply(self, now),
            Command::Accept { device, offer } => accept::apply(self, device, offer, now),
            Command::Decline => decline::apply(self, now),
            Command::DeviceUpdate { device, offer } => device_update::apply(self, &device, offer, now),
            Command::AppAccept { app } => app_accept::apply(self, app, now),
            Command::Reject { app } => reject::apply(self, app, now),
            Command::AppUpdate { app, from, renegotiated } => app_update::apply(self, app, from, renegotiated),
            Command::HangUp { device } => hang_up::apply(self, &device, now),
            Command::Terminate { app } => terminate::apply(self, app, now),
            Command::AgentAccept { by, offered } => agent_accept::apply(self, by, offered, now),
            Command::Refuse { agent } => refuse::apply(self, agent),
            Command::SeatUpdate { by, offered } => seat_update::apply(self, &by, offered),
            Command::SeatResume { by, offered } => seat_resume::apply(self, by, offered),
            Command::Hold { agent, on } => hold::apply(self, agent, on, now),
            Command::HandOver { agent, to } => hand_over::apply(self, agent, to, now),
            Command::AgentHangUp { agent } => agent_hang_up::apply(self, agent, now),
            Command::Expire => expire::apply(self, now, limits),
            Command::LoseMedia { cause } => lose_media::apply(self, cause, now, limits),
            Command::Abandon { cause } => abandon::apply(self, cause, now),
        }
    }

    fn unchanged(&self) -> Applied {
        Applied { call: self.clone(), effects: Vec::new() }
    }

    fn changed(&self, state: State, effects: Vec<Effect>) -> Applied {
        Applied { call: Call { state, ..self.clone() }, effects }
    }

    /// The server offers anew to the business, if there is an offer: a new version, which the owner is told.
    fn offered(&self, offer: Option<String>, now: Time) -> Applied {
        let Some(sdp) = offer else { return self.unchanged() };
        let call = Call { version: self.version + 1, ..self.clone() };
        let update = EventKind::MediaUpdate { version: call.version, sdp: sdp.clone() };
        let effects = match call.business {
            Business::Apps { .. } => {
                call.owe_owner(now, update).into_iter().chain([Effect::OfferSent { side: Side::Business }]).collect()
            }
            Business::Desk(_) => vec![Effect::OfferSeat { sdp }],
        };
        Applied { call, effects }
    }

    /// Ends a live call: one terminate event to each app that was rung, then the devices are told and the bridge goes.
    fn end(&self, reason: EndReason, at: Time) -> Result<Applied, Refused> {
        let connected_at = match &self.state {
            State::Dialing | State::Ringing { .. } | State::Calling { .. } => None,
            State::Connected { since, .. } => Some(*since),
            State::Ended(ended) => return Err(Refused::Ended(*ended)),
        };
        let terminate = EventKind::Terminate { reason, connected_at };
        let mut effects: Vec<_> = self.owe_rung(at, &terminate).collect();
        effects.extend([Effect::TellEnded, Effect::CloseBridge]);
        effects.extend(self.show_desk());
        Ok(self.changed(State::Ended(Ended { at, reason, connected_at }), effects))
    }
}
