use std::collections::BTreeSet;

use futures_util::future::join_all;
use offhook_call::{CallId, ConnectRefused, Psid, Refused, State};
use offhook_store::{
    AttemptOutcome, ConnectError, ConnectOutcome, DeliveryFilter, DeliveryStatus, Idempotency, LeaseLimits, Store,
};

use super::{
    ANY, APP, LEASE, LIMITS, NOW, PAGE, PSID, accept, after, command, connect, consumer, furnish, furnish_subscribed,
    lease, new_call, only, settle,
};

pub(crate) async fn one_of_many_connects_to_a_consumer_wins(store: &dyn Store) {
    furnish(store).await;
    let tries = (1..=20).map(|number| store.connect(new_call(number, PSID), None, NOW, &LIMITS));
    let (won, lost): (Vec<_>, Vec<_>) = join_all(tries).await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for refused in lost {
        assert!(matches!(refused, Err(ConnectError::Refused(ConnectRefused::ConsumerBusy))), "{refused:?}");
    }
    assert_eq!(store.live_calls().await.unwrap().len(), 1);
}

pub(crate) async fn one_of_many_connects_with_a_key_is_made(store: &dyn Store) {
    furnish_subscribed(store).await;
    let tries = (1..=20).map(|number| {
        let key = Idempotency { app: APP, key: "k".into(), answer: format!("answer {number}") };
        store.connect(new_call(number, PSID), Some(key), NOW, &LIMITS)
    });
    let mut made = Vec::new();
    let mut repeated = Vec::new();
    for outcome in join_all(tries).await {
        match outcome.unwrap() {
            ConnectOutcome::Created(applied) => made.push(applied.call.id),
            ConnectOutcome::Repeated(answered) => repeated.push(answered),
        }
    }
    let [CallId([number, ..])] = made[..] else { panic!("{made:?}") };
    assert_eq!(repeated.len(), 19);
    for answered in repeated {
        assert_eq!((answered.call, answered.answer), (made[0], format!("answer {number}")));
    }
}

pub(crate) async fn one_of_many_devices_gets_the_call(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    let names: Vec<String> = (0..20).map(|number| format!("device-{number}")).collect();
    let outcomes = join_all(names.iter().map(|name| command(store, &call, accept(name), NOW))).await;
    let winners: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(Refused::AlreadyAccepted)).count(), 19);
    let kept = store.call(call.id).await.unwrap().unwrap();
    assert!(matches!(kept.state, State::Connected { .. }));
    assert_eq!(kept, winners[0].call);
    assert_eq!(
        store.deliveries(DeliveryFilter::default(), 100).await.unwrap().len(),
        3,
        "connect, accepted, media_update"
    );
}

pub(crate) async fn no_connect_succeeds_after_a_revoke(store: &dyn Store) {
    furnish(store).await;
    for number in 1..=20 {
        let psid = Psid(number.into());
        consumer(store, psid).await;
        let early = store.connect(new_call(number, psid), None, NOW, &LIMITS);
        let revoked = async {
            store.revoke(PAGE, psid, NOW).await.unwrap();
            store.connect(new_call(number + 100, psid), None, NOW, &LIMITS).await
        };
        let (_either, late) = tokio::join!(early, revoked);
        assert!(matches!(late, Err(ConnectError::Refused(ConnectRefused::NoPermission))), "{late:?}");
    }
}

pub(crate) async fn no_delivery_is_leased_twice(store: &dyn Store) {
    furnish_subscribed(store).await;
    let roomy = offhook_call::Limits { calls_per_page: 100, ..LIMITS };
    for number in 1..=40 {
        consumer(store, Psid(number.into())).await;
        store.connect(new_call(number, Psid(number.into())), None, NOW, &roomy).await.unwrap();
    }
    let limits = LeaseLimits { total: 3, ..ANY };
    let leased: Vec<_> = join_all((0..20).map(|_| store.lease(NOW, LEASE, limits))).await;
    let ids: Vec<_> = leased.into_iter().flat_map(Result::unwrap).map(|lease| lease.id).collect();
    assert_eq!(ids.len(), 40);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 40);
}

pub(crate) async fn a_delivery_redelivered_many_times_at_once_is_leased_once(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let first = only(lease(store, NOW).await);
    settle(store, &first, NOW, 500, AttemptOutcome::Dead).await;
    let redeliver = async |number| store.redeliver(first.id, after(number)).await.unwrap().unwrap();
    let lease_some = async |number| lease(store, after(number)).await;
    let (_, leased) = tokio::join!(join_all((1..=9).map(redeliver)), join_all((0..20).map(|_| lease_some(9))));
    let mut leased: Vec<_> = leased.into_iter().flatten().collect();
    leased.extend(lease(store, after(9)).await);
    let held = only(leased);
    settle(store, &held, after(10), 200, AttemptOutcome::Delivered).await;
    assert_eq!(store.delivery(first.id).await.unwrap().unwrap().0.state, DeliveryStatus::Delivered);
    assert!(lease(store, after(99)).await.is_empty());
}
