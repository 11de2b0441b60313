use offhook_call::{Duration, Psid, Time};
use offhook_store::{Attempt, AttemptOutcome, Counts, DeliveryFilter, Idempotency, Store};

use super::statistics::statistics;
use super::timelines::timeline;
use super::{
    APP, LIMITS, NOW, PSID, RULES, TERMINATE, after, command, connect, consumer, furnish_subscribed, lease, new_call,
};

const DAY: u64 = 24 * 3600;

/// Delivers all that is owed.
async fn deliver(store: &dyn Store, at: Time) {
    loop {
        let leased = lease(store, at).await;
        if leased.is_empty() {
            return;
        }
        for lease in leased {
            let (status, outcome) = (Some(200), AttemptOutcome::Delivered);
            let attempt = Attempt { at, took: Duration::ZERO, status, response: String::new(), fault: None, outcome };
            store.record(&lease, attempt, RULES).await.unwrap();
        }
    }
}

/// Forgets as often as there is something; how many rows.
async fn forget_all(store: &dyn Store, ended_before: Time, now: Time) -> u32 {
    let mut rows = 0;
    loop {
        match store.forget(Some(ended_before), now, 100).await.unwrap() {
            0 => return rows,
            forgotten => rows += forgotten,
        }
    }
}

pub(crate) async fn an_old_call_is_forgotten_with_what_belongs_to_it(store: &dyn Store) {
    furnish_subscribed(store).await;
    let key = Idempotency { app: APP, key: "k".into(), answer: "v=0".into() };
    store.connect(new_call(1, PSID), Some(key), NOW, &LIMITS).await.unwrap();
    let call = store.call(new_call(1, PSID).id).await.unwrap().unwrap();
    command(store, &call, TERMINATE, after(5)).await.unwrap();
    let report = serde_json::json!({ "call_end_reason": "HANGUP" });
    store.submit_metrics(call.id, APP, report, after(6)).await.unwrap().unwrap().unwrap();
    store.keep_statistics(call.id, statistics(5, 2)).await.unwrap();
    store.keep_timelines(vec![timeline(call.id, 1)]).await.unwrap();
    deliver(store, after(6)).await;

    assert_eq!(forget_all(store, after(5), after(7)).await, 0, "it has not ended before that");
    assert_eq!(forget_all(store, after(6), after(7)).await, 1);
    assert_eq!(store.call(call.id).await.unwrap(), None);
    assert_eq!(store.metrics(call.id).await.unwrap(), None);
    assert_eq!(store.statistics(call.id).await.unwrap(), None);
    assert_eq!(store.timeline(call.id).await.unwrap(), []);
    assert!(store.deliveries(DeliveryFilter::default(), 10).await.unwrap().is_empty());
    assert!(store.permission(call.page, PSID).await.unwrap().is_some(), "permissions stay");
}

pub(crate) async fn a_call_that_lives_or_owes_is_kept(store: &dyn Store) {
    furnish_subscribed(store).await;
    consumer(store, Psid(78)).await;
    let owes = connect(store, 1, PSID).await;
    command(store, &owes, TERMINATE, after(5)).await.unwrap();
    let lives = connect(store, 2, Psid(78)).await;
    assert_eq!(forget_all(store, after(DAY), after(DAY)).await, 0);
    assert!(store.call(owes.id).await.unwrap().is_some() && store.call(lives.id).await.unwrap().is_some());
    deliver(store, after(DAY)).await;
    assert_eq!(forget_all(store, after(DAY), after(DAY)).await, 1);
    assert_eq!(store.call(owes.id).await.unwrap(), None);
    assert!(store.call(lives.id).await.unwrap().is_some());
    assert_eq!(store.deliveries(DeliveryFilter::default(), 10).await.unwrap().len(), 1, "what the live one was told");
}

pub(crate) async fn what_is_old_goes_in_small_pieces_and_the_oldest_first(store: &dyn Store) {
    furnish_subscribed(store).await;
    for number in 1..=5 {
        let call = connect(store, number, PSID).await;
        command(store, &call, TERMINATE, after(number.into())).await.unwrap();
    }
    deliver(store, after(10)).await;
    let oldest = store.recent_calls(None, None, 10).await.unwrap().pop().unwrap();
    let mut calls = Vec::new();
    while store.forget(Some(after(10)), after(10), 2).await.unwrap() > 0 {
        calls.push(store.recent_calls(None, None, 10).await.unwrap().len());
        assert_eq!(store.call(oldest.id).await.unwrap(), None);
    }
    assert_eq!(calls, [3, 1, 0]);
}

pub(crate) async fn keys_that_stand_no_longer_are_forgotten(store: &dyn Store) {
    furnish_subscribed(store).await;
    let key = Idempotency { app: APP, key: "k".into(), answer: "v=0".into() };
    store.connect(new_call(1, PSID), Some(key), NOW, &LIMITS).await.unwrap();
    assert_eq!(store.forget(None, after(DAY - 1), 100).await.unwrap(), 0);
    assert_eq!(store.forget(None, after(DAY), 100).await.unwrap(), 1);
    assert_eq!(store.forget(None, after(DAY), 100).await.unwrap(), 0);
}

pub(crate) async fn the_inventory_counts(store: &dyn Store) {
    furnish_subscribed(store).await;
    consumer(store, Psid(78)).await;
    let first = connect(store, 1, PSID).await;
    command(store, &first, TERMINATE, after(5)).await.unwrap();
    deliver(store, after(5)).await;
    connect(store, 2, Psid(78)).await;
    let inventory = store.inventory().await.unwrap();
    let expected =
        Counts { live_calls: 1, ended_calls: 1, pending_deliveries: 1, delivered_deliveries: 2, dead_deliveries: 0 };
    assert_eq!((inventory.counts, inventory.last_check), (expected, None));
    assert!(inventory.schema_version > 0);
    assert!(store.sizes().await.unwrap().database > 0);
}
