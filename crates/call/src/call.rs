//! A call and its states.

use serde::{Deserialize, Serialize};

use crate::{AppId, Business, CallId, Desk, DeviceId, Duration, Limits, PageId, Psid, Time, Turn};

/// Which way a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    BusinessInitiated,
    ConsumerInitiated,
}

/// One of the two parties of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Side {
    Business,
    Consumer,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Business => Side::Consumer,
            Side::Consumer => Side::Business,
        }
    }
}

/// One conversation between a Page and a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub id: CallId,
    pub page: PageId,
    pub psid: Psid,
    /// Who rings and answers for the Page.
    pub business: Business,
    pub direction: Direction,
    pub created_at: Time,
    /// Version of the business's media: 0 at first, one more with each offer that either side makes after the first
    /// exchange. The business names it when it changes its media, so that it cannot overlook an offer under way.
    pub version: u32,
    pub state: State,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The business has its answer; no device has reported that it rings.
    Dialing,
    /// At least one device rings.
    Ringing {
        since: Time,
    },
    /// The consumer calls: the device waits until the business picks up.
    Calling {
        device: DeviceId,
    },
    /// Both parties are in the call; the device is the consumer's.
    Connected {
        since: Time,
        device: DeviceId,
    },
    Ended(Ended),
}

/// How and when a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Time,
    pub reason: EndReason,
    /// When the parties were connected, if they ever were.
    pub connected_at: Option<Time>,
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The business hung up a connected call.
    BusinessHungUp,
    /// The business ended the call before it was picked up.
    BusinessCancelled,
    /// The consumer hung up a connected call.
    ConsumerHungUp,
    /// The consumer did not want the call.
    ConsumerDeclined,
    /// The consumer gave up waiting for the business.
    ConsumerCancelled,
    /// An app of the business did not want the call.
    BusinessRejected,
    /// The consumer called outside the Page's call hours.
    OutsideCallHours,
    /// Nobody picked up before the ring time-out.
    NoAnswer,
    /// The maximum length was reached.
    MaxDuration,
    /// A leg never connected.
    MediaNeverConnected,
    /// A leg fell silent: no authenticated packet for too long.
    MediaLost,
    /// The process or node that held the bridge is gone.
    NodeLost,
    /// The server was stopped, and the call did not end before.
    ServerStopping,
    /// A bug ended the bridge, or a part of the server failed; the log has it.
    InternalError,
}

/// How an ended call counts (contract section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Completed,
    Failed,
}

impl EndReason {
    pub fn status(self) -> Status {
        match self {
            Self::BusinessHungUp
            | Self::BusinessCancelled
            | Self::ConsumerHungUp
            | Self::ConsumerDeclined
            | Self::ConsumerCancelled
            | Self::BusinessRejected
            | Self::OutsideCallHours
            | Self::NoAnswer
            | Self::MaxDuration => Status::Completed,
            Self::MediaNeverConnected
            | Self::MediaLost
            | Self::NodeLost
            | Self::ServerStopping
            | Self::InternalError => Status::Failed,
        }
    }
}

impl Call {
    pub fn is_live(&self) -> bool {
        !matches!(self.state, State::Ended(_))
    }

    /// Whether this app may act on the call for the business: its owner, or while there is none, an app that was rung.
    pub(crate) fn is_for(&self, app: AppId) -> bool {
        self.app().map_or_else(|| self.rung().contains(&app), |owner| owner == app)
    }

    /// When the call must be looked at again if nothing happens before: its ring time-out or its maximum length.
    pub fn deadline(&self, limits: &Limits) -> Option<Time> {
        match self.state {
            State::Dialing | State::Ringing { .. } | State::Calling { .. } => {
                Some(self.created_at + limits.ring_timeout)
            }
            State::Connected { since, .. } => Some(since + limits.max_duration),
            State::Ended(_) => None,
        }
    }

    /// The same call when the clock is turned: how long it has lasted, and how long it may, stay as they are.
    #[must_use]
    pub fn turned(&self, by: Turn) -> Call {
        let state = match &self.state {
            State::Ringing { since } => State::Ringing { since: *since + by },
            State::Connected { since, device } => State::Connected { since: *since + by, device: device.clone() },
            State::Dialing | State::Calling { .. } | State::Ended(_) => self.state.clone(),
        };
        let business = match &self.business {
            Business::Desk(Desk::Taken { by: seat, doing }) => {
                Business::Desk(Desk::Taken { by: seat.clone(), doing: doing.turned(by) })
            }
            Business::Desk(Desk::Ringing { .. }) | Business::Apps { .. } => self.business.clone(),
        };
        Call { created_at: self.created_at + by, business, state, ..self.clone() }
    }

    /// `now`, as far as it lies in the life of the call: not before its state began, and not after its deadline. A clock
    /// that was turned while no process looked gives no call an end before its beginning, nor a length beyond all
    /// limits.
    pub(crate) fn moment(&self, now: Time, limits: &Limits) -> Time {
        let began = match self.state {
            State::Connected { since, .. } => since,
            State::Dialing | State::Ringing { .. } | State::Calling { .. } | State::Ended(_) => self.created_at,
        };
        self.deadline(limits).map_or(now, |deadline| now.clamp(began, deadline))
    }

    /// The sides that have a leg in this state: without one of them the call cannot go on.
    pub fn legs(&self) -> &'static [Side] {
        match self.state {
            State::Dialing | State::Ringing { .. } => &[Side::Business],
            State::Calling { .. } => &[Side::Consumer],
            State::Connected { .. } => &[Side::Business, Side::Consumer],
            State::Ended(_) => &[],
        }
    }

    pub fn ended_at(&self) -> Option<Time> {
        match &self.state {
            State::Ended(ended) => Some(ended.at),
            State::Dialing | State::Calling { .. } | State::Ringing { .. } | State::Connected { .. } => None,
        }
    }

    /// How long the parties were connected, once the call is over; `None` if they never were.
    pub fn connected_for(&self) -> Option<Duration> {
        match &self.state {
            State::Ended(ended) => ended.connected_at.map(|from| ended.at.since(from)),
            State::Dialing | State::Ringing { .. } | State::Calling { .. } | State::Connected { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::command::table::{LIMITS, NOW, apply, calling, connected, dialing, ringing};
    use crate::{Abandonment, Call, Command, Duration, State, Time, Turn};

    const LIVE: [fn() -> Call; 4] = [dialing, ringing, calling, connected];

    #[test]
    fn a_turned_call_has_the_same_time_left() {
        for (call, by) in LIVE.into_iter().flat_map(|call| [3_600_000, -3_600_000, -NOW.0].map(|by| (call(), Turn(by))))
        {
            let turned = call.turned(by);
            assert_eq!(turned.deadline(&LIMITS), call.deadline(&LIMITS).map(|deadline| deadline + by));
            let now = NOW + Duration::from_secs(5);
            let end = Command::Abandon { cause: Abandonment::NodeLost };
            let (was, is) = (
                call.apply(end.clone(), now, &LIMITS).unwrap().call,
                turned.apply(end, now + by, &LIMITS).unwrap().call,
            );
            assert_eq!(is.connected_for(), was.connected_for());
        }
    }

    #[test]
    fn an_end_lies_between_the_beginning_and_the_deadline() {
        let week = Duration::from_hours(7 * 24);
        for (call, now) in LIVE.into_iter().flat_map(|call| [Time(0), NOW - week, NOW + week].map(|now| (call(), now)))
        {
            let Some(deadline) = call.deadline(&LIMITS) else { panic!("live calls have deadlines") };
            let ended = call.apply(Command::Abandon { cause: Abandonment::NodeLost }, now, &LIMITS).unwrap().call;
            let State::Ended(end) = ended.state else { panic!("it is over") };
            assert!(end.at >= NOW && end.at <= deadline, "{end:?}");
            assert!(ended.connected_for().is_none_or(|length| length <= LIMITS.max_duration));
        }
        assert!(apply(&dialing(), Command::Expire).is_err());
    }
}
