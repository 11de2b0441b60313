//! The clock of a sandbox, and what its faults do to webhooks.

use offhook_call::Turn;
use offhook_store::{Attempt, AttemptOutcome, Hands, Order, Store};

use super::{
    LEASE, NOW, PSID, RULES, TERMINATE, after, command, connect, furnish_subscribed, lease, new_call, only, settle,
};

pub(crate) async fn the_hands_of_a_clock_are_kept(store: &dyn Store) {
    assert_eq!(store.hands().await.unwrap(), Hands::Going { ahead: Turn(0) });
    for hands in [Hands::Frozen { at: NOW }, Hands::Going { ahead: Turn(-1500) }, Hands::Going { ahead: Turn(61_000) }]
    {
        store.keep_hands(hands).await.unwrap();
        assert_eq!(store.hands().await.unwrap(), hands);
    }
}

/// A call that is told its beginning, and its end if `ended`.
async fn told(store: &dyn Store, ended: bool) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    if ended {
        command(store, &call, TERMINATE, after(1)).await.unwrap();
    }
}

pub(crate) async fn a_webhook_that_is_late_keeps_its_place(store: &dyn Store) {
    told(store, true).await;
    let first = only(lease(store, after(1)).await);
    store.hold_back(&first, after(1), after(9), Order::Kept).await.unwrap();
    store.correct_times(after(2), LEASE, LEASE).await.unwrap();
    assert!(lease(store, after(8)).await.is_empty(), "what comes after it waits");
    let late = only(lease(store, after(9)).await);
    assert_eq!((late.id, late.attempts, &late.body), (first.id, 0, &first.body));
    settle(store, &late, after(9), 200, AttemptOutcome::Delivered).await;
    assert_ne!(only(lease(store, after(9)).await).id, first.id);
}

pub(crate) async fn a_webhook_that_is_held_back_is_overtaken(store: &dyn Store) {
    told(store, true).await;
    let first = only(lease(store, after(1)).await);
    store.hold_back(&first, after(1), after(60), Order::Broken).await.unwrap();
    let second = only(lease(store, after(1)).await);
    assert_ne!(second.id, first.id);
    settle(store, &second, after(2), 200, AttemptOutcome::Delivered).await;
    assert!(lease(store, after(3)).await.is_empty());
    store.let_go(vec![first.id, second.id], after(3)).await.unwrap();
    let last = only(lease(store, after(3)).await);
    assert_eq!(last.id, first.id);
    settle(store, &last, after(3), 200, AttemptOutcome::Delivered).await;
    store.let_go(vec![first.id, second.id], after(4)).await.unwrap();
    assert!(lease(store, after(100)).await.is_empty(), "what is delivered stays so");
}

pub(crate) async fn what_is_owed_later_overtakes_too_and_nothing_is_left_behind(store: &dyn Store) {
    told(store, false).await;
    let first = only(lease(store, NOW).await);
    store.hold_back(&first, NOW, after(60), Order::Broken).await.unwrap();
    let call = store.call(new_call(1, PSID).id).await.unwrap().unwrap();
    command(store, &call, TERMINATE, after(1)).await.unwrap();
    let second = only(lease(store, after(1)).await);
    settle(store, &second, after(1), 500, AttemptOutcome::RetryAt(after(120))).await;
    // Nothing overtook it in time; when it fails, it is in its place again.
    let alone = only(lease(store, after(60)).await);
    assert_eq!(alone.id, first.id);
    settle(store, &alone, after(60), 500, AttemptOutcome::RetryAt(after(180))).await;
    assert!(lease(store, after(179)).await.is_empty());
    let again = only(lease(store, after(180)).await);
    assert_eq!(again.id, first.id);
    settle(store, &again, after(180), 200, AttemptOutcome::Delivered).await;
    assert_eq!(only(lease(store, after(180)).await).id, second.id);
}

pub(crate) async fn a_lease_that_was_lost_holds_nothing_back(store: &dyn Store) {
    told(store, false).await;
    let lost = only(lease(store, NOW).await);
    let other = only(lease(store, NOW + LEASE).await);
    store.hold_back(&lost, NOW + LEASE, after(60), Order::Broken).await.unwrap();
    settle(store, &other, after(16), 200, AttemptOutcome::Delivered).await;
    assert!(lease(store, after(100)).await.is_empty());
}

pub(crate) async fn an_attempt_tells_the_fault_that_struck_it(store: &dyn Store) {
    told(store, false).await;
    let leased = only(lease(store, NOW).await);
    let fault = Some("f_1 webhook_twice".to_owned());
    let outcome = AttemptOutcome::Delivered;
    let attempt =
        Attempt { at: NOW, took: LEASE, status: Some(200), response: String::new(), fault: fault.clone(), outcome };
    store.record(&leased, attempt, RULES).await.unwrap();
    assert_eq!(store.delivery(leased.id).await.unwrap().unwrap().1[0].fault, fault);
}
