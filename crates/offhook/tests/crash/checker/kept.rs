//! G1 for everything that is not overwritten: it stands in the call's record, or in the thread.

use offhook_call::{EndReason, PermissionResponse};
use offhook_wire::{ThreadEntry, ThreadEntryKind};

use super::{Violation, violation};
use crate::history::{Deed, History, Operation, Record};

pub(super) fn check(history: &History) -> Vec<Violation> {
    let lost = history.done().filter(|operation| !is_kept(history, operation));
    lost.map(|operation| violation(1, format!("acknowledged and not there: {operation:?}"))).collect()
}

fn is_kept(history: &History, operation: &Operation) -> bool {
    let call = |id| history.found.calls.get(id).filter(|call| call.thread() == operation.thread);
    let ended_by = |id, reasons: &[EndReason]| {
        call(id).and_then(|call| call.reason).is_some_and(|reason| reasons.contains(&reason))
    };
    match &operation.deed {
        Deed::Connect { app, call: Some(id), .. } => {
            call(id).is_some_and(|call| call.is_of_business() && call.app_id == Some(*app))
        }
        Deed::Call { call: Some(id) } => call(id).is_some_and(|call| !call.is_of_business()),
        Deed::Dial { call: Some(id), .. } => {
            call(id).is_some_and(|call| call.is_of_business() && call.app_id.is_none() && call.agent_id.is_some())
        }
        Deed::Dial { call: None, .. }
        | Deed::Connect { call: None, .. }
        | Deed::Call { call: None }
        | Deed::Send { entry: None } => false,
        Deed::AgentAccept { call: id, .. } | Deed::Hold { call: id, .. } | Deed::HandOver { call: id, .. } => {
            call(id).is_some_and(|call| is_connected(call) && call.app_id.is_none() && call.agent_id.is_some())
        }
        Deed::PickUp { call: id } => call(id).is_some_and(is_connected),
        Deed::Accept { app, call: id } => call(id).is_some_and(|call| is_connected(call) && call.app_id == Some(*app)),
        Deed::Terminate { call: id } => ended_by(id, BY_BUSINESS),
        Deed::Reject { call: id } => ended_by(id, &[EndReason::BusinessRejected]),
        Deed::Told { call: id, reason } => ended_by(id, &[*reason]),
        Deed::Send { entry: Some(id) } => entry(history, operation, |entry| entry.id == *id),
        Deed::Say { text } => entry(
            history,
            operation,
            |entry| matches!(&entry.kind, ThreadEntryKind::Text { text: said } if said == text),
        ),
        Deed::Reply { entry: id, approve } => {
            entry(history, operation, |entry| entry.id == *id && is_answered(&entry.kind, *approve))
        }
        // These are overwritten; `permission`, `settings`, `desk` and `handing` look at them.
        Deed::Grant | Deed::Revoke | Deed::Set { .. } | Deed::Free { .. } | Deed::HandedOver { .. } => true,
    }
}

const BY_BUSINESS: &[EndReason] =
    &[EndReason::BusinessHungUp, EndReason::BusinessCancelled, EndReason::BusinessRejected];

fn is_connected(call: &Record) -> bool {
    call.connected_at.is_some()
}

fn is_answered(kind: &ThreadEntryKind, approve: bool) -> bool {
    let wanted = if approve { PermissionResponse::Approve } else { PermissionResponse::Reject };
    matches!(kind, ThreadEntryKind::PermissionRequest { reply: Some(reply), .. } if *reply == wanted)
}

/// Exactly one such entry stands in the thread.
fn entry(history: &History, operation: &Operation, is: impl Fn(&ThreadEntry) -> bool) -> bool {
    let thread = history.found.threads.get(&operation.thread);
    thread.is_some_and(|entries| entries.iter().filter(|entry| is(entry)).count() == 1)
}
