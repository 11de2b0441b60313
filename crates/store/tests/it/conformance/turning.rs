//! The clock is turned.

use offhook_call::{Duration, State, Turn};
use offhook_store::{Attempt, AttemptOutcome, DeliveryFilter, DeliveryStatus, EndpointHealth, OldSecret, Store};

use super::{
    APP, LEASE, NOW, PSID, RULES, TERMINATE, accept, after, command, connect, consumer, furnish, furnish_subscribed,
    lease, new_call, only, settle,
};

const HOUR: Turn = Turn(3_600_000);
const BACK: Turn = Turn(-3_600_000);

async fn retry_at(store: &dyn Store, at: offhook_call::Time) {
    let leased = lease(store, NOW).await;
    let outcome = AttemptOutcome::RetryAt(at);
    let attempt =
        Attempt { at: NOW, took: Duration::ZERO, status: Some(500), response: String::new(), fault: None, outcome };
    store.record(&leased[0], attempt, RULES).await.unwrap();
}

pub(crate) async fn live_calls_move_and_ended_ones_stay(store: &dyn Store) {
    furnish_subscribed(store).await;
    let other = offhook_call::Psid(78);
    consumer(store, other).await;
    let ended = connect(store, 1, PSID).await;
    command(store, &ended, TERMINATE, after(1)).await.unwrap();
    let ended = store.call(ended.id).await.unwrap();
    let live = connect(store, 2, other).await;
    command(store, &live, accept("phone"), after(10)).await.unwrap();
    store.turn(after(20), HOUR).await.unwrap();
    assert_eq!(store.call(new_call(1, PSID).id).await.unwrap(), ended);
    let live = store.call(live.id).await.unwrap().unwrap();
    let State::Connected { since, .. } = live.state else { panic!("{live:?}") };
    assert_eq!((live.created_at, since), (NOW + HOUR, after(10) + HOUR));
    assert_eq!(store.usage(live.page, other, after(20) + HOUR).await.unwrap().connected_last_day, 1);
}

pub(crate) async fn a_retry_waits_as_long_as_it_would_have(store: &dyn Store) {
    for by in [HOUR, BACK] {
        let psid = offhook_call::Psid(by.0.unsigned_abs() + u64::from(by == BACK));
        if by == HOUR {
            furnish_subscribed(store).await;
        }
        consumer(store, psid).await;
        connect(store, u8::from(by == BACK), psid).await;
        retry_at(store, after(30)).await;
        store.turn(after(10), by).await.unwrap();
        // As a worker does that sees the clock go back.
        store.correct_times(after(10) + by, LEASE, Duration::from_hours(6)).await.unwrap();
        assert!(lease(store, after(29) + by).await.is_empty(), "{by:?}");
        let again = only(lease(store, after(30) + by).await);
        settle(store, &again, after(30) + by, 200, AttemptOutcome::Delivered).await;
    }
}

pub(crate) async fn a_try_under_way_is_made_again(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let held = only(lease(store, NOW).await);
    let month = Turn(30 * 24 * HOUR.0);
    store.turn(after(1), month).await.unwrap();
    let later = after(2) + month;
    settle(store, &held, later, 500, AttemptOutcome::Dead).await;
    let shown = &store.deliveries(DeliveryFilter::default(), 1).await.unwrap()[0];
    assert_eq!((shown.state, shown.due_at), (DeliveryStatus::Pending, Some(later)), "its week has only begun");
    let again = only(lease(store, later).await);
    assert_eq!((again.schedule_from, again.attempts), (NOW + month, 1));
    settle(store, &again, later, 500, AttemptOutcome::Dead).await;
    assert_eq!(store.deliveries(DeliveryFilter::default(), 1).await.unwrap()[0].state, DeliveryStatus::Dead);
}

pub(crate) async fn an_endpoint_is_judged_by_how_long_it_failed(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let health = async || store.endpoints().await.unwrap()[0].health;
    retry_at(store, after(10)).await;
    let mut turned = Turn(0);
    for by in [Turn(3 * HOUR.0), BACK] {
        store.turn(after(5) + turned, by).await.unwrap();
        turned = Turn(turned.0 + by.0);
    }
    let held = only(lease(store, after(10) + turned).await);
    settle(store, &held, after(10) + turned, 500, AttemptOutcome::RetryAt(after(901) + turned)).await;
    assert_eq!(health().await, EndpointHealth::Healthy, "it has failed for 10 s");
    let held = only(lease(store, after(901) + turned).await);
    settle(store, &held, after(901) + turned, 500, AttemptOutcome::RetryAt(after(1800) + turned)).await;
    assert_eq!(health().await, EndpointHealth::Failing, "and now for 15 min");
}

pub(crate) async fn an_old_secret_is_good_for_its_time(store: &dyn Store) {
    furnish(store).await;
    store.rotate_secret(APP, "second".into(), after(100)).await.unwrap();
    let until = async || store.app(APP).await.unwrap().unwrap().old_secret.map(|OldSecret { until, .. }| until);
    store.turn(after(99), HOUR).await.unwrap();
    assert_eq!(until().await, Some(after(100) + HOUR));
    store.turn(after(100) + HOUR, HOUR).await.unwrap();
    assert_eq!(until().await, Some(after(100) + HOUR), "it is good no longer");
}
