//! G5: every try of a webhook has the same id and the same bytes, and is signed.

use std::collections::{HashMap, HashSet};

use offhook_call::AppId;

use super::{Violation, violation};
use crate::history::{Arrival, History};

pub(super) fn check(history: &History) -> Vec<Violation> {
    let unsigned = history.arrivals.iter().filter(|arrival| arrival.events.is_none());
    let unsigned = unsigned.map(|arrival| violation(5, format!("{} is not signed, or no webhook", arrival.id)));
    let mut tries: HashMap<(AppId, &str), Vec<&Arrival>> = HashMap::new();
    for arrival in &history.arrivals {
        tries.entry((arrival.app, &arrival.id)).or_default().push(arrival);
    }
    let acknowledged = history.arrivals.iter().filter(|arrival| arrival.acknowledged);
    let acknowledged: HashSet<_> = acknowledged.map(|arrival| (arrival.app, arrival.body.as_slice())).collect();
    let judged = tries.into_iter().filter_map(|((_, id), tries)| {
        let first = tries[0];
        if tries.iter().any(|other| other.body != first.body) {
            return Some(violation(5, format!("{id} came with different bytes")));
        }
        if tries.iter().any(|arrival| arrival.acknowledged) {
            return None;
        }
        Some(if acknowledged.contains(&(first.app, first.body.as_slice())) {
            violation(5, format!("{id} came again under another id"))
        } else {
            violation(2, format!("{id} was tried and then forgotten"))
        })
    });
    unsigned.chain(judged).collect()
}
