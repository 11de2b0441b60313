//! G7: one idempotency key, one call.

use std::collections::{HashMap, HashSet};

use offhook_call::{AppId, CallId};

use super::{Violation, violation};
use crate::history::{Deed, History, Outcome, Thread};

/// What is known of a key.
#[derive(Default)]
struct Key {
    calls: HashSet<CallId>,
    /// A try may have made a call of which nobody knows.
    open: bool,
}

/// Refusals that are decided after a look at the key: no earlier try has made a call.
const AFTER_THE_KEY: [&str; 3] = ["no_call_permission", "consumer_busy", "call_quota_reached"];

pub(super) fn check(history: &History) -> Vec<Violation> {
    let keys = keys(history);
    let several = keys.iter().filter(|(_, key)| key.calls.len() > 1);
    let several = several.map(|((_, app, name), key)| {
        violation(7, format!("the key {name} of {app} stands for {} calls: {:?}", key.calls.len(), key.calls))
    });
    several.chain(unasked(history, &keys)).collect()
}

fn keys(history: &History) -> HashMap<(Thread, AppId, &str), Key> {
    let mut keys: HashMap<_, Key> = HashMap::new();
    for operation in &history.operations {
        let Deed::Connect { app, key, call } = &operation.deed else { continue };
        let key = keys.entry((operation.thread, *app, key.as_str())).or_default();
        match &operation.outcome {
            Outcome::Done => {
                key.calls.extend(call);
                key.open = false;
            }
            Outcome::Refused(name) if AFTER_THE_KEY.contains(&name.as_str()) => key.open = false,
            Outcome::Refused(_) => {}
            Outcome::Unknown => key.open = key.calls.is_empty(),
        }
    }
    keys
}

/// Calls of a business that no key accounts for, beyond those whose outcome is open.
fn unasked(history: &History, keys: &HashMap<(Thread, AppId, &str), Key>) -> Vec<Violation> {
    let known: HashSet<_> = keys.values().flat_map(|key| &key.calls).collect();
    let mut unasked: HashMap<Thread, Vec<CallId>> = HashMap::new();
    let of_apps = history.found.calls.values().filter(|call| call.is_of_business() && !history.is_of_desk(call));
    for call in of_apps.filter(|call| !known.contains(&call.id)) {
        unasked.entry(call.thread()).or_default().push(call.id);
    }
    let open = |thread: &Thread| keys.iter().filter(|((of, ..), key)| *of == *thread && key.open).count();
    let too_many = unasked.iter().filter(|(thread, calls)| calls.len() > open(thread));
    too_many
        .map(|(thread, calls)| violation(7, format!("calls to {thread:?} that no key stands for: {calls:?}")))
        .collect()
}
