//! Of G1 for the desk: every call that agents made was asked for; who had a call last, and whether an agent takes calls, is what
//! was acknowledged last, or was under way beside it. Of G3: no app is told of a call of the desk.

use std::collections::HashMap;

use offhook_call::AgentId;
use offhook_client::webhook::Event;

use super::register::{Write, may_find};
use super::{BEGINNING, Violation, violation};
use crate::history::{Deed, History, Operation, Outcome, Record, Thread};

pub(super) fn check(history: &History) -> Vec<Violation> {
    [undialed, had_last, take_calls, told].iter().flat_map(|check| check(history)).collect()
}

/// Calls that no dialing accounts for, beyond those whose outcome is open.
fn undialed(history: &History) -> Vec<Violation> {
    let dialed = |call: &Record| {
        history.done().any(|operation| matches!(&operation.deed, Deed::Dial { call: Some(of), .. } if *of == call.id))
    };
    let mut unknown: HashMap<Thread, usize> = HashMap::new();
    let calls = history.found.calls.values().filter(|call| call.is_of_business() && history.is_of_desk(call));
    for call in calls.filter(|call| !dialed(call)) {
        *unknown.entry(call.thread()).or_default() += 1;
    }
    let is_open = |thread: &Thread, operation: &Operation| {
        operation.thread == *thread
            && operation.outcome == Outcome::Unknown
            && matches!(operation.deed, Deed::Dial { .. })
    };
    let open = |thread: &Thread| history.operations.iter().filter(|operation| is_open(thread, operation)).count();
    let too_many = unknown.iter().filter(|(thread, calls)| **calls > open(thread));
    too_many
        .map(|(thread, calls)| violation(1, format!("{calls} calls of the desk to {thread:?} that nobody made")))
        .collect()
}

fn had_last(history: &History) -> Vec<Violation> {
    let Some(read) = history.found.read else { return Vec::new() };
    let of_desk = history.found.calls.values().filter_map(|call| Some((call, call.agent_id?)));
    let lost = of_desk.filter(|(call, agent)| {
        let writes = writes(history, |operation| took(call, operation));
        !may_find(&writes, read, agent)
    });
    lost.map(|(call, _)| violation(1, format!("nothing explains who has {call:?}"))).collect()
}

/// The agent who has the call by what they did.
pub(super) fn took(call: &Record, operation: &Operation) -> Option<AgentId> {
    if let Deed::AgentAccept { agent, call: of } = &operation.deed {
        (*of == call.id).then_some(*agent)
    } else if let Deed::Dial { agent, call: of } = &operation.deed {
        // Which call came of it is not known without an answer.
        of.map_or(operation.thread == call.thread(), |of| of == call.id).then_some(*agent)
    } else {
        None
    }
}

fn take_calls(history: &History) -> Vec<Violation> {
    let Some(read) = history.found.read else { return Vec::new() };
    let lost = history.found.free.iter().filter(|(agent, found)| {
        let mut writes = writes(history, |operation| {
            let Deed::Free { agent: of, free } = &operation.deed else { return None };
            (of == *agent).then_some(*free)
        });
        writes.push(Write { span: BEGINNING, value: false, sure: true });
        !may_find(&writes, read, found)
    });
    lost.map(|(agent, found)| violation(1, format!("agent {agent} takes calls: {found}, at the end"))).collect()
}

/// What was acknowledged, or may have happened.
pub(super) fn writes<T>(history: &History, value: impl Fn(&Operation) -> Option<T>) -> Vec<Write<T>> {
    let may_be = history.operations.iter().filter(|operation| !matches!(operation.outcome, Outcome::Refused(_)));
    let write = |operation: &Operation| {
        let sure = operation.outcome == Outcome::Done;
        Some(Write { span: operation.span, value: value(operation)?, sure })
    };
    may_be.filter_map(write).collect()
}

fn told(history: &History) -> Vec<Violation> {
    let mut violations = Vec::new();
    for arrival in &history.arrivals {
        for event in arrival.events.iter().flatten() {
            let Event::Call(event) = event else { continue };
            let call = event.call.as_str().parse().ok().and_then(|id| history.found.calls.get(&id));
            if call.is_some_and(|call| history.is_of_desk(call)) {
                violations
                    .push(violation(3, format!("{} was told of {}, a call of the desk", arrival.app, event.call)));
            }
        }
    }
    violations
}
