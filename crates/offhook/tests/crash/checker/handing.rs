//! Of G1 for a call that agents hold and hand over: only whoever has it does so, whoever takes it over was offered it and not
//! somebody else since, and who is told that it was taken over hears the truth.

use std::collections::BTreeMap;

use offhook_call::{AgentId, CallId};

use super::desk::{took, writes};
use super::permission::connects;
use super::register::may_find;
use super::{Violation, violation};
use crate::history::{Deed, History, Operation, Outcome};

/// What the agent does with the call that they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Talking,
    Holding,
    HandingOver(AgentId),
}

impl Doing {
    /// `None`: the deed does nothing to it, or to another call.
    fn after(deed: &Deed, call: CallId) -> Option<Self> {
        let (of, doing) = if let Deed::Hold { call: of, on, .. } = deed {
            (of, if *on { Self::Holding } else { Self::Talking })
        } else if let Deed::HandOver { call: of, to, .. } = deed {
            (of, Self::HandingOver(*to))
        } else if let Deed::AgentAccept { call: of, .. } = deed {
            (of, Self::Talking)
        } else {
            return None;
        };
        (*of == call).then_some(doing)
    }
}

pub(super) fn check(history: &History) -> Vec<Violation> {
    history.done().filter_map(|operation| judge(history, operation)).collect()
}

/// What agents did with calls, and how often.
pub(crate) fn at_desk(history: &History) -> BTreeMap<&'static str, usize> {
    let mut deeds = BTreeMap::new();
    for Operation { deed, span, .. } in history.done() {
        let deed = if let Deed::Dial { .. } = deed {
            "dialed"
        } else if let Deed::AgentAccept { call, .. } = deed {
            if connects(history, *call, *span) { "picked_up" } else { "taken_over" }
        } else if let Deed::Hold { on, .. } = deed {
            if *on { "held" } else { "resumed" }
        } else if let Deed::HandOver { .. } = deed {
            "handed_over"
        } else {
            continue;
        };
        *deeds.entry(deed).or_default() += 1;
    }
    deeds
}

fn judge(history: &History, operation: &Operation) -> Option<Violation> {
    let is_explained = match operation.deed {
        Deed::Hold { agent, call, .. } | Deed::HandOver { agent, call, .. } => has(history, agent, call, operation),
        Deed::AgentAccept { agent, call } => {
            connects(history, call, operation.span) || is_offered(history, agent, call, operation)
        }
        Deed::HandedOver { agent, call } => is_taken_over(history, agent, call, operation),
        Deed::Connect { .. }
        | Deed::Terminate { .. }
        | Deed::Accept { .. }
        | Deed::Reject { .. }
        | Deed::Grant
        | Deed::Revoke
        | Deed::Send { .. }
        | Deed::Set { .. }
        | Deed::PickUp { .. }
        | Deed::Call { .. }
        | Deed::Dial { .. }
        | Deed::Free { .. }
        | Deed::Say { .. }
        | Deed::Reply { .. }
        | Deed::Told { .. } => true,
    };
    (!is_explained).then(|| violation(1, format!("who had the call then does not explain {operation:?}")))
}

/// The agent may have had the call at that time. Without the call's record `kept` complains.
fn has(history: &History, agent: AgentId, call: CallId, at: &Operation) -> bool {
    let Some(call) = history.found.calls.get(&call) else { return true };
    may_find(&writes(history, |operation| took(call, operation)), at.span, &agent)
}

/// The call may have rung at this agent, to take it over. A refusal ends that too, and is not looked at.
fn is_offered(history: &History, to: AgentId, call: CallId, at: &Operation) -> bool {
    let doings = writes(history, |operation| Doing::after(&operation.deed, call));
    may_find(&doings, at.span, &Doing::HandingOver(to))
}

/// Another agent has accepted the call before, or tried to.
fn is_taken_over(history: &History, from: AgentId, call: CallId, told: &Operation) -> bool {
    history.operations.iter().any(|operation| {
        matches!(operation.deed, Deed::AgentAccept { agent, call: of } if of == call && agent != from)
            && !matches!(operation.outcome, Outcome::Refused(_))
            && operation.span.from <= told.span.to
    })
}
