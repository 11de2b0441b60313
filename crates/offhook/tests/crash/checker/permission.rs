//! G6, permission per Page and consumer: no connect succeeds that only a permission from before an acknowledged revoke
//! explains. And of G1: a grant that was acknowledged lets a connect through, and is shown at the end.

use std::collections::HashMap;

use offhook_call::CallId;

use super::register::{Write, may_find};
use super::{BEGINNING, Violation, violation};
use crate::history::{At, Deed, History, Operation, Outcome, Span, Thread};

/// Ends that the program gave to calls that nobody answered while it was down are granted a little later than recorded.
const RECORDED_BEFORE_US: u64 = 2_000_000;

/// The program sets its clock at its start by whole milliseconds of two clocks, and stamps by whole ones: what it records is
/// up to two milliseconds old, and a little more if it was interrupted between the two, or up to one too new.
const STAMPED_LATE_US: u64 = 3_000;
const STAMPED_EARLY_US: u64 = 1_000;

pub(super) fn check(history: &History) -> Vec<Violation> {
    let writes = writes(history);
    let mut begun: HashMap<&str, At> = HashMap::new();
    let mut violations = Vec::new();
    let mut operations: Vec<_> = history.operations.iter().collect();
    operations.sort_by_key(|operation| operation.span.from);
    for operation in operations {
        let first = if let Deed::Connect { key, .. } = &operation.deed {
            *begun.entry(key).or_insert(operation.span.from)
        } else if let Deed::Dial { .. } = &operation.deed {
            operation.span.from
        } else {
            continue;
        };
        let Some(found) = permission_found(&operation.outcome) else { continue };
        // The call may stem from an earlier try of the same key; a refusal is of this try.
        let from = if found { first } else { operation.span.from };
        if !may_find(&writes[&operation.thread], Span { from, to: operation.span.to }, &found) {
            violations.push(if found {
                violation(6, format!("a connect succeeded after a revoke was acknowledged: {operation:?}"))
            } else {
                violation(1, format!("a connect was refused although a grant was acknowledged: {operation:?}"))
            });
        }
    }
    violations.extend(shown_at_the_end(history, &writes));
    violations
}

/// What a connect's outcome says about the permission, which is looked at before everything else that can refuse.
fn permission_found(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::Done => Some(true),
        Outcome::Refused(name) if name == "no_call_permission" => Some(false),
        Outcome::Refused(_) | Outcome::Unknown => None,
    }
}

fn shown_at_the_end<'a>(
    history: &'a History,
    writes: &'a HashMap<Thread, Vec<Write<bool>>>,
) -> impl Iterator<Item = Violation> + 'a {
    history.found.permissions.iter().filter_map(move |(thread, found)| {
        let read = history.found.read?;
        let lost = !may_find(&writes[thread], read, found);
        lost.then(|| {
            violation(1, format!("at the end the permission of {thread:?} is {found}, which nothing explains"))
        })
    })
}

fn writes(history: &History) -> HashMap<Thread, Vec<Write<bool>>> {
    let threads = history.found.threads.keys().chain(history.operations.iter().map(|operation| &operation.thread));
    let never = Write { span: BEGINNING, value: false, sure: true };
    let mut writes: HashMap<_, _> = threads.map(|thread| (*thread, vec![never.clone()])).collect();
    for operation in &history.operations {
        if let Some(write) = write(history, operation) {
            writes.entry(operation.thread).or_default().push(write);
        }
    }
    for call in history.found.calls.values().filter(|call| !call.is_of_business() && call.connected_at.is_none()) {
        // A consumer's call that the business missed grants, and so may one that the program lost.
        let Some(ended) = call.ended_at.map(At::of_ms) else { continue };
        let span = Span { from: ended, to: At(ended.0 + RECORDED_BEFORE_US) };
        writes.entry(call.thread()).or_default().push(Write { span, value: true, sure: false });
    }
    writes
}

/// The permission that an operation leaves behind, if it is about one. A call that is picked up grants.
fn write(history: &History, operation: &Operation) -> Option<Write<bool>> {
    let value = match &operation.deed {
        Deed::Grant | Deed::PickUp { .. } | Deed::Accept { .. } | Deed::Reply { approve: true, .. } => true,
        Deed::AgentAccept { call, .. } if connects(history, *call, operation.span) => true,
        Deed::Revoke => false,
        Deed::Connect { .. }
        | Deed::Terminate { .. }
        | Deed::Reject { .. }
        | Deed::Send { .. }
        | Deed::Set { .. }
        | Deed::Call { .. }
        | Deed::AgentAccept { .. }
        | Deed::Dial { .. }
        | Deed::Hold { .. }
        | Deed::HandOver { .. }
        | Deed::HandedOver { .. }
        | Deed::Free { .. }
        | Deed::Say { .. }
        | Deed::Reply { approve: false, .. }
        | Deed::Told { .. } => return None,
    };
    let sure = operation.outcome == Outcome::Done;
    let may_be = sure || operation.outcome == Outcome::Unknown;
    may_be.then_some(Write { span: operation.span, value, sure })
}

/// Who takes over a call from another agent finds it connected: that grants nothing.
pub(super) fn connects(history: &History, call: CallId, accepted: Span) -> bool {
    let connected = history.found.calls.get(&call).and_then(|call| call.connected_at).map(At::of_ms);
    connected.is_some_and(|at| At(at.0 + STAMPED_LATE_US) > accepted.from && at.0 <= accepted.to.0 + STAMPED_EARLY_US)
}
