//! The same for the desk, and for what threads and the desk show of calls.

use offhook_call::{AgentId, EndReason, Status};
use offhook_wire::desk::PastCall;
use offhook_wire::webhook::CallDirection;
use offhook_wire::{CallOutcome, ThreadEntry, ThreadEntryKind};

use super::super::check;
use super::{ADA, BO, Spoil, THREAD, begun, call, done, ended, judge, record, show, sound};
use crate::history::{At, Deed, History, Operation, Outcome, Record, Span};

const CY: AgentId = AgentId(1022000000003);

fn of_desk(id: u8, created_at: u64, agent: Option<AgentId>, connected_at: Option<u64>) -> Record {
    let lost = record(id, created_at, 58, EndReason::NodeLost);
    Record { app_id: None, agent_id: agent, connected_at, ..lost }
}

fn from_consumer(id: u8, created_at: u64, agent: Option<AgentId>, connected_at: Option<u64>) -> Record {
    Record { direction: "user_initiated".to_owned(), ..of_desk(id, created_at, agent, connected_at) }
}

/// After the handing over to Bo, and before he takes over.
fn between(operation: Operation) -> Operation {
    Operation { span: Span { from: At(25_600), to: At(25_900) }, ..operation }
}

/// Beside all that, Ada takes calls, calls the consumer and hands over to Bo, and a consumer's call rings at the desk.
fn with_desk() -> History {
    let mut history = sound();
    history.operations.extend([
        done(20, Deed::Free { agent: ADA, free: true }),
        done(22, Deed::Dial { agent: ADA, call: Some(call(4)) }),
        done(23, Deed::PickUp { call: call(4) }),
        done(25, Deed::HandOver { agent: ADA, call: call(4), to: BO }),
        done(26, Deed::AgentAccept { agent: BO, call: call(4) }),
        done(27, Deed::HandedOver { agent: ADA, call: call(4) }),
        done(28, Deed::Call { call: Some(call(5)) }),
    ]);
    let calls = [of_desk(4, 22, Some(BO), Some(23)), from_consumer(5, 28, None, None)];
    history.found.calls.extend(calls.map(|call| (call.id, call)));
    history.found.free = [(ADA, true), (BO, false)].into();
    history.found.names = [(ADA, "Ada".to_owned()), (BO, "Bo".to_owned())].into();
    history
}

#[test]
fn a_sound_history_of_the_desk_passes() {
    assert_eq!(judge(with_desk()), []);
    let mut history = with_desk();
    let open = Deed::Dial { agent: ADA, call: None };
    history.operations.push(Operation { outcome: Outcome::Unknown, ..done(40, open) });
    history.found.calls.insert(call(6), of_desk(6, 40, Some(ADA), None));
    assert_eq!(judge(history), [], "what an unknown outcome leaves open");
}

#[test]
fn each_spoiled_history_of_the_desk_is_found_out() {
    let spoil: [Spoil; 17] = [
        (1, "an agent's call is gone", |history| drop(history.found.calls.remove(&call(4)))),
        (1, "the first agent has it again", |history| {
            history.found.calls.get_mut(&call(4)).unwrap().agent_id = Some(ADA)
        }),
        (1, "nobody has it", |history| history.found.calls.get_mut(&call(4)).unwrap().agent_id = None),
        (1, "an agent takes no calls", |history| history.found.free = [(ADA, false)].into()),
        (1, "a call that nobody made", |history| {
            history.found.calls.insert(call(6), of_desk(6, 40, Some(ADA), None));
        }),
        (1, "an agent was told another end", |history| {
            history.operations.push(done(40, Deed::Told { call: call(4), reason: EndReason::ConsumerHungUp }));
        }),
        (1, "an agent takes over what nobody handed over", |history| {
            history.operations.retain(|operation| !matches!(operation.deed, Deed::HandOver { .. }));
        }),
        (1, "an agent takes over what was handed to another one", |history| {
            history.operations.push(between(done(25, Deed::HandOver { agent: ADA, call: call(4), to: CY })));
        }),
        (1, "an agent takes over what was taken back", |history| {
            history.operations.push(between(done(25, Deed::Hold { agent: ADA, call: call(4), on: false })));
        }),
        (1, "an agent holds what another one has taken over", |history| {
            history.operations.push(done(40, Deed::Hold { agent: ADA, call: call(4), on: true }));
        }),
        (1, "an agent hands over what another one has taken over", |history| {
            history.operations.push(done(40, Deed::HandOver { agent: ADA, call: call(4), to: CY }));
        }),
        (1, "a held call was never connected", |history| {
            history.operations.push(done(40, Deed::Dial { agent: ADA, call: Some(call(6)) }));
            history.operations.push(done(42, Deed::Hold { agent: ADA, call: call(6), on: true }));
            history.found.calls.insert(call(6), of_desk(6, 40, Some(ADA), None));
        }),
        (1, "an agent was told that a call is taken over which is not", |history| {
            history.operations.push(done(40, Deed::HandedOver { agent: BO, call: call(4) }));
        }),
        (8, "a call that was handed over ends otherwise than as lost", |history| {
            history.found.calls.get_mut(&call(4)).unwrap().reason = Some(EndReason::BusinessHungUp);
        }),
        (3, "an app is told of an agent's call", |history| history.arrivals.push(begun(4))),
        (3, "an app is told of a call to the desk", |history| history.arrivals.push(ended(5, Status::Failed))),
        (6, "an agent's call after the revoke", |history| {
            // The end of a call that was missed may grant a little later.
            history.operations.retain(|operation| !matches!(operation.deed, Deed::Call { .. }));
            history.found.calls.remove(&call(5));
            history.operations.push(done(74, Deed::Dial { agent: ADA, call: Some(call(6)) }));
            history.found.calls.insert(call(6), of_desk(6, 74, Some(ADA), None));
        }),
    ];
    for (guarantee, what, spoil) in spoil {
        let mut history = with_desk();
        spoil(&mut history);
        let found = judge(history);
        assert!(found.iter().any(|violation| violation.guarantee == guarantee), "{what}: {found:#?}");
    }
}

#[test]
fn an_agent_who_picks_up_grants_and_one_who_takes_over_does_not() {
    let refused = |ms| {
        let outcome = Outcome::Refused("no_call_permission".to_owned());
        Operation { outcome, ..done(ms, Deed::Dial { agent: ADA, call: None }) }
    };
    let mut history = with_desk();
    history.operations.extend([
        done(30, Deed::Revoke),
        done(31, Deed::HandOver { agent: BO, call: call(4), to: ADA }),
        done(32, Deed::AgentAccept { agent: ADA, call: call(4) }),
        refused(34),
        done(36, Deed::AgentAccept { agent: ADA, call: call(5) }),
    ]);
    let calls = [of_desk(4, 22, Some(ADA), Some(23)), from_consumer(5, 28, Some(ADA), Some(34))];
    history.found.calls.extend(calls.map(|call| (call.id, call)));
    assert_eq!(judge(history.clone()), []);
    history.operations.push(refused(38));
    let found = judge(history);
    assert!(found.len() == 1 && found[0].guarantee == 1, "{found:#?}");
}

#[test]
fn calls_that_are_shown_otherwise_than_recorded_are_found_out() {
    let spoil: [Spoil; 9] = [
        (1, "a call is not in its thread", |history| drop(entries(history).pop())),
        (1, "a call stands twice in its thread", |history| {
            let again = entries(history)[0].clone();
            entries(history).push(again);
        }),
        (1, "a call was missed, says its thread", |history| {
            let entry = entries(history).iter_mut().find(|entry| entry.id == call(4).to_string()).unwrap();
            entry.kind = missed();
        }),
        (1, "a call was never made, but stands in a thread", |history| {
            let entry = entries(history)[0].clone();
            entries(history).push(ThreadEntry { id: call(7).to_string(), ..entry });
        }),
        (1, "a call is not among the past ones", |history| drop(history.found.past.pop())),
        (1, "a call is twice among the past ones", |history| {
            let again = history.found.past[0].clone();
            history.found.past.push(again);
        }),
        (1, "a call ended otherwise, says the desk", |history| past(history).reason = Some(EndReason::NoAnswer)),
        (1, "another agent had it, says the desk", |history| past(history).agent = Some("Ada".to_owned())),
        (1, "a call was never made, but is past", |history| past(history).id = call(7)),
    ];
    for (guarantee, what, spoil) in spoil {
        let mut history = with_desk();
        show(&mut history.found);
        spoil(&mut history);
        let found = check(&history);
        assert!(found.iter().any(|violation| violation.guarantee == guarantee), "{what}: {found:#?}");
    }
}

fn entries(history: &mut History) -> &mut Vec<ThreadEntry> {
    history.found.threads.get_mut(&THREAD).unwrap()
}

fn missed() -> ThreadEntryKind {
    let (direction, outcome) = (CallDirection::BusinessInitiated, CallOutcome::Missed);
    ThreadEntryKind::Call { direction, outcome, seconds: 0 }
}

/// Of the call that was handed over.
fn past(history: &mut History) -> &mut PastCall {
    history.found.past.iter_mut().find(|past| past.id == call(4)).unwrap()
}
