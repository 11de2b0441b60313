//! G8: the calls of a process that died end, as failed, soon after the next one is up.

use offhook_call::{EndReason, Status};

use super::{Violation, violation};
use crate::history::{At, History, Record};

/// From the next process's readiness to the end of the call.
const AFTER_RECOVERY_US: u64 = 15_000_000;

pub(super) fn check(history: &History) -> Vec<Violation> {
    history.found.calls.values().filter_map(|call| judge(history, call)).collect()
}

fn judge(history: &History, call: &Record) -> Option<Violation> {
    // The last process did nothing but show what it found, so each call's process has died.
    let death = history.lives.iter().map(|life| life.died).find(|died| At::of_ms(call.created_at) <= *died)?;
    let recovered = history.lives.iter().filter_map(|life| life.ready).find(|ready| *ready > death)?;
    let Some(ended) = call.ended_at.map(At::of_ms) else {
        return Some(violation(8, format!("still there although its process is dead: {call:?}")));
    };
    if ended <= death {
        return None;
    }
    let in_time = ended <= At(recovered.0 + AFTER_RECOVERY_US);
    let as_failed = call.status == Some(Status::Failed) && call.reason == Some(EndReason::NodeLost);
    (!in_time || !as_failed).then(|| violation(8, format!("not ended in time, or not as lost: {call:?}")))
}
