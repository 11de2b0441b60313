//! The built-in desk: agents who answer for a Page that routes its calls to it, and who call its consumers.

use serde::{Deserialize, Serialize};

use crate::{AgentId, AppId, Call, DeviceId, State, Time};

/// Who rings and answers for the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Business {
    /// Apps that act by the calling API, and are told by webhooks.
    Apps {
        /// The apps that were told `connect`; each is told the end. An owner is always one of them.
        rung: Vec<AppId>,
        /// `None` until an app accepts a call that the consumer started.
        owner: Option<AppId>,
    },
    /// The desk. Nobody is told by webhooks.
    Desk(Desk),
}

/// A call at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// It rings at the free agents of the Page, but for those who refused it.
    Ringing { refused: Vec<AgentId> },
    /// An agent has it.
    Taken { by: Seat, doing: Doing },
}

/// One device of an agent: a tab of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seat {
    pub agent: AgentId,
    pub device: DeviceId,
}

/// What an agent does with the call that they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    Talking,
    /// The consumer waits; both legs stay up.
    Holding {
        since: Time,
    },
    /// The consumer waits while the call rings at another agent, who takes it over by accepting.
    HandingOver {
        since: Time,
        to: AgentId,
    },
}

/// Who calls a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialer {
    App(AppId),
    Agent(Seat),
}

impl Call {
    /// The app that owns the call.
    pub fn app(&self) -> Option<AppId> {
        match &self.business {
            Business::Apps { owner, .. } => *owner,
            Business::Desk(_) => None,
        }
    }

    /// The apps that the call rang.
    pub fn rung(&self) -> &[AppId] {
        match &self.business {
            Business::Apps { rung, .. } => rung,
            Business::Desk(_) => &[],
        }
    }

    /// The agent's device that has the call.
    pub fn seat(&self) -> Option<&Seat> {
        match &self.business {
            Business::Desk(Desk::Taken { by, .. }) => Some(by),
            Business::Desk(Desk::Ringing { .. }) | Business::Apps { .. } => None,
        }
    }

    /// Whether the call rings at this agent, if they are free.
    pub fn rings_at(&self, agent: AgentId) -> bool {
        match (&self.state, &self.business) {
            (State::Calling { .. }, Business::Desk(Desk::Ringing { refused })) => !refused.contains(&agent),
            (State::Connected { .. }, Business::Desk(Desk::Taken { doing: Doing::HandingOver { to, .. }, .. })) => {
                *to == agent
            }
            (
                State::Dialing
                | State::Ringing { .. }
                | State::Calling { .. }
                | State::Connected { .. }
                | State::Ended(_),
                Business::Desk(Desk::Ringing { .. } | Desk::Taken { .. }) | Business::Apps { .. },
            ) => false,
        }
    }
}

impl Dialer {
    pub(crate) fn business(self) -> Business {
        match self {
            Self::App(app) => Business::Apps { rung: vec![app], owner: Some(app) },
            Self::Agent(by) => Business::Desk(Desk::Taken { by, doing: Doing::Talking }),
        }
    }
}

impl Doing {
    /// The same when the clock is turned.
    pub(crate) fn turned(self, by: crate::Turn) -> Self {
        match self {
            Self::Talking => Self::Talking,
            Self::Holding { since } => Self::Holding { since: since + by },
            Self::HandingOver { since, to } => Self::HandingOver { since: since + by, to },
        }
    }
}
