use offhook_call::{Call, Command, Duration, EventKind, PageId, Psid, Time};
use offhook_store::{AttemptOutcome, DeliveryFilter, DeliveryId, DeliveryState, DeliveryStatus, PastAttempt, Store};

use super::{
    APP, LEASE, LIMITS, NOW, PAGE, PSID, TERMINATE, after, command, connect, consumer, event_of, furnish_subscribed,
    lease, new_call, only, settle,
};

const WEEK: Duration = Duration::from_hours(7 * 24);

async fn found(store: &dyn Store, filter: DeliveryFilter) -> Vec<i64> {
    store.deliveries(filter, 100).await.unwrap().into_iter().map(|delivery| delivery.id.0).collect()
}

async fn shown(store: &dyn Store, id: DeliveryId) -> DeliveryState {
    store.delivery(id).await.unwrap().unwrap().0
}

async fn redeliver(store: &dyn Store, id: DeliveryId, now: Time) -> DeliveryState {
    store.redeliver(id, now).await.unwrap().unwrap()
}

/// A call that rang and was ended: `connect`, `ringing` and `terminate` are owed, a second after each other.
async fn told_call(store: &dyn Store) -> Call {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    command(store, &call, Command::Ring, after(1)).await.unwrap();
    command(store, &call, TERMINATE, after(2)).await.unwrap();
    call
}

/// Settles what is due, one after the other, each with the same outcome.
async fn settle_all(store: &dyn Store, at: Time, status: u16, outcome: AttemptOutcome) -> Vec<DeliveryId> {
    let mut settled = Vec::new();
    while let Some(next) = lease(store, at).await.into_iter().next() {
        settle(store, &next, at, status, outcome).await;
        settled.push(next.id);
    }
    settled
}

pub(crate) async fn what_is_asked_for_is_found(store: &dyn Store) {
    let call = told_call(store).await;
    consumer(store, Psid(78)).await;
    store.connect(new_call(2, Psid(78)), None, after(3), &LIMITS).await.unwrap();
    let first = lease(store, after(3)).await.remove(0);
    settle(store, &first, after(3), 410, AttemptOutcome::Dead).await;
    let all = DeliveryFilter::default;
    assert_eq!(found(store, all()).await, [4, 3, 2, 1]);
    let call_1 = DeliveryFilter { call: Some(call.id), ..all() };
    assert_eq!(found(store, call_1.clone()).await, [3, 2, 1]);
    assert_eq!(found(store, DeliveryFilter { state: Some(DeliveryStatus::Dead), ..all() }).await, [1]);
    assert_eq!(found(store, DeliveryFilter { state: Some(DeliveryStatus::Pending), ..call_1.clone() }).await, [3, 2]);
    assert_eq!(found(store, DeliveryFilter { since: Some(after(1)), until: Some(after(3)), ..all() }).await, [3, 2]);
    assert_eq!(found(store, DeliveryFilter { app: Some(APP), page: Some(PAGE), ..all() }).await, [4, 3, 2, 1]);
    assert!(found(store, DeliveryFilter { app: Some(offhook_call::AppId(9)), ..call_1.clone() }).await.is_empty());
    assert!(found(store, DeliveryFilter { page: Some(PageId(9)), ..call_1 }).await.is_empty());
}

pub(crate) async fn a_cursor_goes_forward(store: &dyn Store) {
    told_call(store).await;
    let page = async |after| {
        let filter = DeliveryFilter { after: Some(DeliveryId(after)), ..DeliveryFilter::default() };
        store.deliveries(filter, 2).await.unwrap().into_iter().map(|delivery| delivery.id.0).collect::<Vec<_>>()
    };
    assert_eq!(page(0).await, [1, 2]);
    assert_eq!(page(2).await, [3]);
    assert!(page(3).await.is_empty());
}

pub(crate) async fn every_attempt_is_kept(store: &dyn Store) {
    told_call(store).await;
    let first = only(lease(store, after(2)).await);
    settle(store, &first, after(2), 500, AttemptOutcome::RetryAt(after(4))).await;
    let again = only(lease(store, after(4)).await);
    settle(store, &again, after(4), 200, AttemptOutcome::Delivered).await;
    let (delivery, attempts) = store.delivery(first.id).await.unwrap().unwrap();
    assert_eq!((delivery.state, delivery.attempts, delivery.due_at), (DeliveryStatus::Delivered, 2, None));
    let attempt = |number, at, status| PastAttempt {
        number,
        at,
        took: Duration::from_millis(80),
        status: Some(status),
        response: "ok".into(),
        fault: None,
    };
    assert_eq!(attempts, [attempt(1, after(2), 500), attempt(2, after(4), 200)]);
    assert_eq!(store.delivery(DeliveryId(99)).await.unwrap(), None);
}

pub(crate) async fn a_redelivered_event_is_the_same_on_a_new_schedule(store: &dyn Store) {
    told_call(store).await;
    let first = lease(store, after(2)).await.remove(0);
    settle(store, &first, after(2), 500, AttemptOutcome::Dead).await;
    settle_all(store, after(3), 200, AttemptOutcome::Delivered).await;
    let later = after(3) + WEEK;
    let returned = redeliver(store, first.id, later).await;
    assert_eq!((returned.state, returned.attempts, returned.due_at), (DeliveryStatus::Pending, 1, Some(later)));
    assert_eq!((returned.owed_at, returned.redelivered_at), (NOW, Some(later)));
    let again = only(lease(store, later).await);
    assert_eq!((again.id, &again.body, again.owed_at), (first.id, &first.body, first.owed_at));
    assert_eq!((again.schedule_from, again.schedule_tries, again.attempts), (later, 0, 1));
    settle(store, &again, later, 200, AttemptOutcome::Delivered).await;
    let (delivered, attempts) = store.delivery(first.id).await.unwrap().unwrap();
    assert_eq!(delivered.state, DeliveryStatus::Delivered);
    assert_eq!(attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 2]);
    let once_more = redeliver(store, first.id, later).await;
    assert_eq!(once_more.state, DeliveryStatus::Pending, "what was delivered may be sent again too");
    assert_eq!(store.redeliver(DeliveryId(99), later).await.unwrap(), None);
}

pub(crate) async fn a_redelivered_event_goes_before_those_that_wait(store: &dyn Store) {
    told_call(store).await;
    let first = only(lease(store, after(2)).await);
    settle(store, &first, after(2), 500, AttemptOutcome::Dead).await;
    let second = only(lease(store, after(2)).await);
    settle(store, &second, after(2), 500, AttemptOutcome::RetryAt(after(600))).await;
    redeliver(store, first.id, after(3)).await;
    assert_eq!(only(lease(store, after(601)).await).id, first.id, "the second has stepped back");
    let first = only(lease(store, after(620)).await);
    settle(store, &first, after(620), 200, AttemptOutcome::Delivered).await;
    assert_eq!(settle_all(store, after(620), 200, AttemptOutcome::Delivered).await, [DeliveryId(2), DeliveryId(3)]);
}

pub(crate) async fn a_redelivered_event_waits_for_the_one_in_a_workers_hands(store: &dyn Store) {
    told_call(store).await;
    let first = only(lease(store, after(2)).await);
    settle(store, &first, after(2), 500, AttemptOutcome::Dead).await;
    let second = only(lease(store, after(2)).await);
    assert_eq!(redeliver(store, first.id, after(3)).await.due_at, None);
    assert!(lease(store, after(3)).await.is_empty());
    settle(store, &second, after(3), 500, AttemptOutcome::RetryAt(after(5))).await;
    assert_eq!(shown(store, second.id).await.due_at, None, "it steps back behind the first");
    let all = settle_all(store, after(3), 200, AttemptOutcome::Delivered).await;
    assert_eq!(all, [DeliveryId(1), DeliveryId(2), DeliveryId(3)]);
}

pub(crate) async fn a_pending_event_is_brought_forward(store: &dyn Store) {
    told_call(store).await;
    let first = only(lease(store, after(2)).await);
    settle(store, &first, after(2), 500, AttemptOutcome::RetryAt(after(600))).await;
    assert_eq!(redeliver(store, first.id, after(3)).await.due_at, Some(after(3)));
    assert_eq!(redeliver(store, DeliveryId(3), after(3)).await.due_at, None, "it waits for those before it");
    let again = only(lease(store, after(3)).await);
    assert_eq!((again.id, again.schedule_tries), (first.id, 0));
}

pub(crate) async fn a_try_under_way_does_not_undo_a_redelivery(store: &dyn Store) {
    told_call(store).await;
    let first = only(lease(store, after(2)).await);
    assert_eq!(redeliver(store, first.id, after(3)).await.due_at, Some(after(2) + LEASE), "it is being tried");
    assert!(lease(store, after(3)).await.is_empty());
    settle(store, &first, after(4), 500, AttemptOutcome::Dead).await;
    let again = only(lease(store, after(4)).await);
    assert_eq!((again.id, again.schedule_from, again.attempts), (first.id, after(3), 1));
    redeliver(store, again.id, after(5)).await;
    settle(store, &again, after(6), 200, AttemptOutcome::Delivered).await;
    assert_eq!(shown(store, first.id).await.state, DeliveryStatus::Delivered, "it did arrive after it was asked for");
    assert_eq!(event_of(&only(lease(store, after(6)).await).body), EventKind::Ringing);
}

pub(crate) async fn a_range_is_redelivered_piece_by_piece(store: &dyn Store) {
    told_call(store).await;
    settle_all(store, after(2), 500, AttemptOutcome::Dead).await;
    let dead = DeliveryFilter { state: Some(DeliveryStatus::Dead), app: Some(APP), ..DeliveryFilter::default() };
    let piece = store.redeliver_all(dead.clone(), 2, after(3)).await.unwrap();
    assert_eq!((piece.count, piece.more_after), (2, Some(DeliveryId(2))));
    let rest = DeliveryFilter { after: piece.more_after, ..dead.clone() };
    let rest = store.redeliver_all(rest, 2, after(3)).await.unwrap();
    assert_eq!((rest.count, rest.more_after), (1, None));
    let all = settle_all(store, after(3), 200, AttemptOutcome::Delivered).await;
    assert_eq!(all, [DeliveryId(1), DeliveryId(2), DeliveryId(3)], "in their order");
    assert_eq!(store.redeliver_all(dead, 2, after(4)).await.unwrap().count, 0);
    let second = DeliveryFilter { since: Some(after(1)), until: Some(after(2)), ..DeliveryFilter::default() };
    assert_eq!(store.redeliver_all(second, 9, after(4)).await.unwrap().count, 1);
    assert_eq!(only(lease(store, after(4)).await).id, DeliveryId(2));
}

pub(crate) async fn a_redelivered_event_is_kept_as_long_as_a_new_one(store: &dyn Store) {
    told_call(store).await;
    settle_all(store, after(2), 500, AttemptOutcome::Dead).await;
    redeliver(store, DeliveryId(2), after(100)).await;
    settle_all(store, after(100), 500, AttemptOutcome::Dead).await;
    assert_eq!(store.purge(after(50)).await.unwrap(), 2);
    assert_eq!(found(store, DeliveryFilter::default()).await, [2]);
    assert_eq!(store.purge(after(101)).await.unwrap(), 1);
}
