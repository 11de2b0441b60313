//! The clock is turned.

use offhook_call::{Duration, State, Turn};
use offhook_store::{Attempt, AttemptOutcome, Store};

use super::{
    NOW, PSID, RULES, TERMINATE, accept, after, command, connect, consumer, furnish_subscribed, lease, new_call,
};

const HOUR: Turn = Turn(3_600_000);
const BACK: Turn = Turn(-3_600_000);

async fn retry_at(store: &dyn Store, at: offhook_call::Time) {
    let leased = lease(store, NOW).await;
    let outcome = AttemptOutcome::RetryAt(at);
    let attempt = Attempt { at: NOW, took: Duration::ZERO, status: Some(500), response: String::new(), outcome };
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
        assert!(lease(store, after(29) + by).await.is_empty(), "{by:?}");
        assert_eq!(lease(store, after(30) + by).await.len(), 1, "{by:?}");
        // Out of the way of the other one.
        store.turn(after(30) + by, Turn(10 * 24 * HOUR.0)).await.unwrap();
    }
}
