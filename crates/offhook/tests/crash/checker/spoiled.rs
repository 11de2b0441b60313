//! A sound history has no finding; each way to spoil it has its own.

mod desk;

use offhook_call::{AgentId, AppId, CallId, EndReason, PageId, Psid, Status, Time};
use offhook_client::webhook;
use offhook_wire::desk::PastCall;
use offhook_wire::webhook::CallDirection;
use offhook_wire::{CallOutcome, Party, ThreadEntry, ThreadEntryKind};
use serde_json::{Value, json};

use super::{Violation, check};
use crate::history::{Arrival, At, Deed, Found, History, Life, Operation, Outcome, Record, Span, Subscriber, Thread};

const APP: AppId = AppId(3);
const PAGE: PageId = PageId(1044000000001);
const ADA: AgentId = AgentId(1022000000001);
const BO: AgentId = AgentId(1022000000002);
const PSID: Psid = Psid(7700000000002);
const THREAD: Thread = Thread { page: PAGE, psid: Some(PSID) };
const FIELDS: &[&str] = &["calls", "messages"];

/// Each millisecond something happens.
fn span(ms: u64) -> Span {
    Span { from: At::of_ms(ms), to: At(ms * 1000 + 500) }
}

fn call(number: u8) -> CallId {
    CallId([number; 32])
}

fn done(ms: u64, deed: Deed) -> Operation {
    Operation { thread: THREAD, span: span(ms), deed, outcome: Outcome::Done }
}

fn connect(ms: u64, key: &str, id: u8) -> Operation {
    done(ms, Deed::Connect { app: APP, key: key.to_owned(), call: Some(call(id)) })
}

fn record(id: u8, created_at: u64, ended_at: u64, reason: EndReason) -> Record {
    Record {
        id: call(id),
        page_id: PAGE,
        psid: PSID,
        app_id: Some(APP),
        agent_id: None,
        direction: "business_initiated".to_owned(),
        created_at,
        connected_at: None,
        ended_at: Some(ended_at),
        status: Some(reason.status()),
        reason: Some(reason),
    }
}

fn arrival(id: &str, entry: Value) -> Arrival {
    let entry = json!([{ "id": PAGE, "time": 1, "calls": [entry] }]);
    let body = json!({ "object": "page", "entry": entry }).to_string().into_bytes();
    let events = webhook::open("secret", Some(&webhook::sign("secret", &body)), &body).ok();
    Arrival { app: APP, id: id.to_owned(), body, events, acknowledged: true }
}

fn begun(id: u8) -> Arrival {
    let event = json!({ "id": call(id), "event": "connect", "timestamp": 1, "from": PAGE, "to": PSID,
        "call_direction": "business_initiated" });
    arrival(&format!("begin-{id}"), event)
}

fn ended(id: u8, status: Status) -> Arrival {
    arrival(&format!("end-{id}"), json!({ "id": call(id), "event": "terminate", "timestamp": 2, "status": status }))
}

/// A granted consumer is called and the business hangs up; a second call dies with the process; then the consumer
/// revokes.
fn sound() -> History {
    let refused = Outcome::Refused("no_call_permission".to_owned());
    let late = Deed::Connect { app: APP, key: "third".to_owned(), call: None };
    History {
        subscribers: vec![Subscriber { app: APP, pages: vec![PAGE], fields: FIELDS }],
        desk: Some(PAGE),
        lives: vec![
            Life { ready: Some(At::of_ms(1)), died: At::of_ms(50) },
            Life { ready: Some(At::of_ms(60)), died: At::of_ms(100) },
        ],
        operations: vec![
            done(10, Deed::Grant),
            connect(12, "first", 1),
            done(14, Deed::Terminate { call: call(1) }),
            connect(16, "second", 2),
            connect(18, "second", 2),
            done(70, Deed::Revoke),
            Operation { outcome: refused, ..done(72, late) },
        ],
        arrivals: vec![begun(1), ended(1, Status::Completed), begun(2), ended(2, Status::Failed)],
        found: Found {
            calls: [record(1, 12, 14, EndReason::BusinessCancelled), record(2, 16, 58, EndReason::NodeLost)]
                .map(|record| (record.id, record))
                .into(),
            threads: [(THREAD, Vec::new())].into(),
            permissions: [(THREAD, false)].into(),
            read: Some(span(90)),
            ..Found::default()
        },
    }
}

/// What is found wrong, if threads and desk show the calls as they are on record.
fn judge(mut history: History) -> Vec<Violation> {
    show(&mut history.found);
    check(&history)
}

fn show(found: &mut Found) {
    let calls = || found.calls.values();
    found.threads = [(THREAD, calls().map(in_thread).collect())].into();
    found.past = calls().map(|call| at_desk(call, call.agent_id.and_then(|agent| found.names.get(&agent)))).collect();
}

fn time(ms: u64) -> Time {
    Time(ms.try_into().unwrap())
}

fn in_thread(call: &Record) -> ThreadEntry {
    let (direction, from) = if call.is_of_business() {
        (CallDirection::BusinessInitiated, Party::Business)
    } else {
        (CallDirection::UserInitiated, Party::Consumer)
    };
    let outcome = if call.connected_at.is_some() { CallOutcome::Completed } else { CallOutcome::Missed };
    let kind = ThreadEntryKind::Call { direction, outcome, seconds: 0 };
    ThreadEntry { id: call.id.to_string(), at: time(call.ended_at.unwrap_or_default()), from, kind }
}

fn at_desk(call: &Record, agent: Option<&String>) -> PastCall {
    PastCall {
        id: call.id,
        page: call.page_id,
        psid: call.psid,
        name: "Consumer".to_owned(),
        at: time(call.created_at),
        incoming: !call.is_of_business(),
        reason: call.reason,
        seconds: call.connected_at.map(|_| 0),
        agent: agent.cloned(),
        notes: Vec::new(),
    }
}

#[test]
fn a_sound_history_passes() {
    assert_eq!(judge(sound()), []);
}

#[test]
fn what_an_unknown_outcome_leaves_open_passes() {
    let mut history = sound();
    let open = Deed::Connect { app: APP, key: "fourth".to_owned(), call: None };
    history.operations.push(Operation { outcome: Outcome::Unknown, ..done(20, open) });
    history.found.calls.insert(call(3), record(3, 20, 58, EndReason::NodeLost));
    history.arrivals.extend([begun(3), ended(3, Status::Failed)]);
    history.arrivals.insert(0, Arrival { acknowledged: false, ..begun(1) });
    assert_eq!(judge(history), []);
}

/// The guarantee that it breaks, what it is, and how it is done.
type Spoil = (u8, &'static str, fn(&mut History));

#[test]
fn each_spoiled_history_is_found_out() {
    let spoil: [Spoil; 17] = [
        (1, "a call is gone", |history| drop(history.found.calls.remove(&call(1)))),
        (1, "a hang-up is gone", |history| {
            history.found.calls.get_mut(&call(1)).unwrap().reason = Some(EndReason::NoAnswer)
        }),
        (1, "a grant is gone", |history| {
            let refused = Outcome::Refused("no_call_permission".to_owned());
            let deed = Deed::Connect { app: APP, key: "other".to_owned(), call: None };
            history.operations.push(Operation { outcome: refused, ..done(20, deed) });
        }),
        (1, "a revoke is gone at the end", |history| history.found.permissions = [(THREAD, true)].into()),
        (1, "a message is gone", |history| {
            history.operations.push(done(20, Deed::Send { entry: Some("m_1".to_owned()) }))
        }),
        (1, "a device was told another end", |history| {
            history.operations.push(done(20, Deed::Told { call: call(1), reason: EndReason::ConsumerDeclined }));
        }),
        (1, "the webhook tells another end", |history| history.arrivals[1] = ended(1, Status::Failed)),
        (2, "no connect webhook", |history| drop(history.arrivals.remove(0))),
        (2, "no terminate webhook", |history| drop(history.arrivals.remove(3))),
        (2, "no message webhook", |history| history.operations.push(done(20, Deed::Say { text: "text-1".to_owned() }))),
        (3, "a second terminate", |history| {
            history.arrivals.push(Arrival { id: "more".to_owned(), ..ended(1, Status::Completed) })
        }),
        (4, "connect after terminate", |history| history.arrivals.push(begun(1))),
        (5, "other bytes", |history| {
            let again = Arrival { id: "end-1".to_owned(), ..ended(2, Status::Failed) };
            history.arrivals.push(again);
        }),
        (5, "another id", |history| {
            history.arrivals.insert(0, Arrival { id: "begin-1-0".to_owned(), acknowledged: false, ..begun(1) });
        }),
        (6, "a call after the revoke", |history| {
            history.operations.push(connect(74, "fifth", 4));
            history.found.calls.insert(call(4), record(4, 74, 80, EndReason::NoAnswer));
        }),
        (7, "two calls of a key", |history| {
            history.operations.push(connect(20, "second", 5));
        }),
        (8, "a call outlives its process", |history| {
            let call = history.found.calls.get_mut(&call(2)).unwrap();
            (call.ended_at, call.status, call.reason) = (None, None, None);
        }),
    ];
    for (guarantee, what, spoil) in spoil {
        let mut history = sound();
        spoil(&mut history);
        let found = judge(history);
        assert!(found.iter().any(|violation| violation.guarantee == guarantee), "{what}: {found:#?}");
    }
}

#[test]
fn a_call_that_no_key_stands_for_is_found_out() {
    let mut history = sound();
    history.found.calls.insert(call(3), record(3, 20, 58, EndReason::NodeLost));
    history.arrivals.extend([begun(3), ended(3, Status::Failed)]);
    let found = judge(history);
    assert!(found.len() == 1 && found[0].guarantee == 7, "{found:#?}");
}

#[test]
fn a_lost_call_that_ends_late_or_as_completed_is_found_out() {
    for spoil in
        [|call: &mut Record| call.ended_at = Some(15_061), |call: &mut Record| call.reason = Some(EndReason::NoAnswer)]
    {
        let mut history = sound();
        spoil(history.found.calls.get_mut(&call(2)).unwrap());
        let found = judge(history);
        assert!(found.iter().any(|violation| violation.guarantee == 8), "{found:#?}");
    }
}
