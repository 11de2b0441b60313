//! What the commands' tables share: one call in each of its states.

use super::{Applied, Command, Refused};
use crate::{
    AgentId, AppId, Business, Call, CallId, Desk, DeviceId, Direction, Doing, Duration, Effect, EndReason, Ended,
    Event, EventKind, Limits, PageId, Psid, Seat, State, Time,
};

pub(crate) const NOW: Time = Time(1_790_000_000_000);
pub(crate) const LATER: Time = Time(NOW.0 + 12_345);
pub(crate) const LIMITS: Limits = Limits {
    ring_timeout: Duration::from_secs(60),
    max_duration: Duration::from_hours(4),
    calls_per_page: 1000,
    connected_calls_per_day: 100,
};
pub(crate) const ENDED: Ended = Ended { at: NOW, reason: EndReason::NoAnswer, connected_at: None };

pub(crate) fn device(name: &str) -> DeviceId {
    DeviceId::try_from(name.to_owned()).unwrap()
}

/// The app that owns the calls that have an owner.
pub(crate) const OWNER: AppId = AppId(3);
/// The apps that a consumer's call rings.
pub(crate) const RUNG: [AppId; 2] = [OWNER, AppId(4)];
/// An app that was not told of any call.
pub(crate) const STRANGER: AppId = AppId(5);

fn call(state: State) -> Call {
    Call {
        id: CallId([1; 32]),
        page: PageId(1),
        psid: Psid(2),
        business: Business::Apps { rung: vec![OWNER], owner: Some(OWNER) },
        direction: Direction::BusinessInitiated,
        created_at: NOW,
        version: 0,
        state,
    }
}

pub(crate) fn dialing() -> Call {
    call(State::Dialing)
}

pub(crate) fn ringing() -> Call {
    call(State::Ringing { since: NOW })
}

/// The consumer calls with the device `phone`.
pub(crate) fn calling() -> Call {
    let direction = Direction::ConsumerInitiated;
    let business = Business::Apps { rung: RUNG.to_vec(), owner: None };
    Call { direction, business, ..call(State::Calling { device: device("phone") }) }
}

/// A consumer's call that the owner accepted.
pub(crate) fn answered() -> Call {
    let business = Business::Apps { rung: RUNG.to_vec(), owner: Some(OWNER) };
    Call { business, state: connected().state, ..calling() }
}

/// A consumer's call that nobody accepted.
pub(crate) fn missed() -> Call {
    Call { state: State::Ended(ENDED), ..calling() }
}

/// Connected with the device `phone`.
pub(crate) fn connected() -> Call {
    call(State::Connected { since: NOW, device: device("phone") })
}

/// The agent who has the calls that an agent has, and another one of the same desk.
pub(crate) const AGENT: AgentId = AgentId(8);
pub(crate) const COLLEAGUE: AgentId = AgentId(9);

/// An agent's tab.
pub(crate) fn seat(agent: AgentId) -> Seat {
    Seat { agent, device: device("tab") }
}

/// The consumer calls a Page that routes to the desk.
pub(crate) fn at_desk() -> Call {
    Call { business: Business::Desk(Desk::Ringing { refused: Vec::new() }), ..calling() }
}

/// The same call, which the agent has.
pub(crate) fn taken(doing: Doing) -> Call {
    Call { business: Business::Desk(Desk::Taken { by: seat(AGENT), doing }), state: connected().state, ..calling() }
}

/// The agent calls the consumer.
pub(crate) fn dialed_by_agent() -> Call {
    Call { business: taken(Doing::Talking).business, ..dialing() }
}

pub(crate) fn ended() -> Call {
    call(State::Ended(ENDED))
}

pub(crate) fn apply(call: &Call, command: Command) -> Result<Applied, Refused> {
    call.apply(command, LATER, &LIMITS)
}

/// The command does nothing to a call that is over but say so.
pub(crate) fn assert_refused_when_ended(command: Command) {
    assert_eq!(apply(&ended(), command), Err(Refused::Ended(ENDED)));
}

/// The command ends the call `LATER` with one terminate event to each app, tells the devices and closes the bridge.
pub(crate) fn assert_ends(call: &Call, command: Command, reason: EndReason) {
    let connected_at = matches!(call.state, State::Connected { .. }).then_some(NOW);
    let applied = apply(call, command).unwrap();
    assert_eq!(applied.call.state, State::Ended(Ended { at: LATER, reason, connected_at }));
    let terminate = |&app| owed_to(app, call, EventKind::Terminate { reason, connected_at });
    let mut expected: Vec<_> = call.rung().iter().map(terminate).collect();
    expected.extend([Effect::TellEnded, Effect::CloseBridge]);
    expected.extend(call.show_desk());
    assert_eq!(applied.effects, expected);
}

/// The event that the owner is owed.
pub(crate) fn owed(call: &Call, kind: EventKind) -> Effect {
    owed_to(OWNER, call, kind)
}

fn owed_to(app: AppId, call: &Call, kind: EventKind) -> Effect {
    let Call { id, page, psid, .. } = *call;
    Effect::Owe(Event { call: id, page, psid, app, at: LATER, kind })
}
