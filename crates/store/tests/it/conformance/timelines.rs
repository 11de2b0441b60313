use offhook_call::{CallId, Happening, TimelineEntry};
use offhook_store::{Store, TimelinePart};

use super::{PSID, connect, furnish};

pub(crate) async fn a_timeline_is_kept_part_by_part(store: &dyn Store) {
    furnish(store).await;
    let call = connect(store, 1, PSID).await.id;
    assert_eq!(store.timeline(call).await.unwrap(), []);
    let (later, first) = (TimelinePart { begun_at_us: 9, ..timeline(call, 2) }, timeline(call, 1));
    store.keep_timelines(vec![later.clone(), first]).await.unwrap();
    let grown = timeline(call, 500);
    store.keep_timelines(vec![grown.clone()]).await.unwrap();
    assert_eq!(store.timeline(call).await.unwrap(), [grown, later], "each in its own place");
}

pub(crate) async fn a_timeline_needs_its_call(store: &dyn Store) {
    furnish(store).await;
    let (call, unknown) = (connect(store, 1, PSID).await.id, CallId([9; 32]));
    store.keep_timelines(vec![timeline(unknown, 1), timeline(call, 1)]).await.unwrap();
    assert_eq!(store.timeline(unknown).await.unwrap(), []);
    assert_eq!(store.timeline(call).await.unwrap(), [timeline(call, 1)]);
}

/// Of so many entries.
pub(crate) fn timeline(call: CallId, entries: i64) -> TimelinePart {
    let fault = |at_us| Happening::Fault { fault: "late \u{1F570} \"\0".to_owned(), detail: format!("number {at_us}") };
    let entries = (0..entries).map(|at_us| TimelineEntry { at_us, what: fault(at_us) }).collect();
    TimelinePart { call, begun_at_us: -1, entries }
}
