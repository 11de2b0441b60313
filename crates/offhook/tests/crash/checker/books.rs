//! Of G1 for what is shown of calls that are over: each stands once in its consumer's thread, and once among the past calls at
//! the desk, and both say what its record says.

use offhook_wire::desk::PastCall;
use offhook_wire::webhook::CallDirection;
use offhook_wire::{CallOutcome, ThreadEntry, ThreadEntryKind};

use super::{Violation, violation};
use crate::history::{Found, History, Record};

/// As many as the desk shows.
const PAST_MAX: usize = 100;

pub(super) fn check(history: &History) -> Vec<Violation> {
    let found = &history.found;
    let ended = found.calls.values().filter(|call| call.ended_at.is_some());
    let ended = ended.filter(|call| !stands_once(found, call)).map(|call| format!("in its thread: {call:?}"));
    let never = found.threads.values().flatten().filter(|entry| is_unknown_call(found, entry));
    let never = never.map(|entry| format!("on record, as the thread says: {entry:?}"));
    let past = found.past.iter().filter(|past| !is_as_recorded(found, past));
    let past = past.map(|past| format!("on record, as the desk says: {past:?}"));
    let left_out = left_out(history).into_iter().map(|call| format!("among the past calls of the desk: {call:?}"));
    ended.chain(never).chain(past).chain(left_out).map(|what| violation(1, format!("not once {what}"))).collect()
}

fn stands_once(found: &Found, call: &Record) -> bool {
    let Some(entries) = found.threads.get(&call.thread()) else { return true };
    let id = call.id.to_string();
    let mut entries = entries.iter().filter(|entry| entry.id == id);
    let (Some(entry), None) = (entries.next(), entries.next()) else { return false };
    let direction = if call.is_of_business() { CallDirection::BusinessInitiated } else { CallDirection::UserInitiated };
    let outcome = if call.seconds().is_some() { CallOutcome::Completed } else { CallOutcome::Missed };
    let seconds = call.seconds().unwrap_or_default();
    entry.kind == ThreadEntryKind::Call { direction, outcome, seconds }
}

fn is_unknown_call(found: &Found, entry: &ThreadEntry) -> bool {
    let is_call = matches!(entry.kind, ThreadEntryKind::Call { .. });
    is_call && !entry.id.parse().is_ok_and(|id| found.calls.contains_key(&id))
}

fn is_as_recorded(found: &Found, past: &PastCall) -> bool {
    let Some(call) = found.calls.get(&past.id) else { return false };
    let agent = call.agent_id.and_then(|agent| found.names.get(&agent));
    (past.page, past.psid, past.reason, past.seconds) == (call.page_id, call.psid, call.reason, call.seconds())
        && past.incoming != call.is_of_business()
        && past.agent.as_ref() == agent
}

/// Calls of the desk's Page, of the newest that it shows, which are not there, or are there twice.
fn left_out(history: &History) -> Vec<&Record> {
    let (past, calls) = (&history.found.past, history.found.calls.values());
    let oldest = past.last().filter(|_| past.len() >= PAST_MAX).map_or(0, |past| past.at.0.unsigned_abs());
    let due = calls.filter(|call| Some(call.page_id) == history.desk && call.created_at > oldest);
    due.filter(|call| past.iter().filter(|past| past.id == call.id).count() != 1).collect()
}
