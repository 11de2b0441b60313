use offhook_call::{AppId, Command, Duration, Psid, Time};
use offhook_store::EndpointHealth::{Failing, Gone, Healthy, Paused};
use offhook_store::{
    AppSubscription, Attempt, AttemptOutcome, DeliveryFilter, DeliveryStatus, EndpointHealth, HealthChange,
    LeaseLimits, Leased, NewApp, PageSubscription, Store,
};

use super::{
    APP, LEASE, LIMITS, NOW, PSID, RULES, after, callback, command, connect, consumer, furnish_subscribed, lease,
    new_call, only, page_subscription, settle,
};

async fn health(store: &dyn Store) -> EndpointHealth {
    only_endpoint(store).await.health
}

async fn only_endpoint(store: &dyn Store) -> offhook_store::Endpoint {
    store.endpoints().await.unwrap().remove(0)
}

/// Tries what is due; what changed.
async fn try_once(store: &dyn Store, at: Time, outcome: AttemptOutcome) -> Option<HealthChange> {
    let held = only(lease(store, at).await);
    record(store, &held, at, outcome).await
}

async fn record(store: &dyn Store, held: &Leased, at: Time, outcome: AttemptOutcome) -> Option<HealthChange> {
    let attempt = Attempt { at, took: Duration::ZERO, status: None, response: String::new(), fault: None, outcome };
    store.record(held, attempt, RULES).await.unwrap()
}

fn change(from: EndpointHealth, to: EndpointHealth) -> Option<HealthChange> {
    Some(HealthChange { from, to })
}

/// Tries that fail at these minutes, each with the next one due at once.
async fn fail_at(store: &dyn Store, minutes: impl IntoIterator<Item = u64>) -> Vec<Option<HealthChange>> {
    let mut changes = Vec::new();
    for minute in minutes {
        let at = after(60 * minute);
        changes.push(try_once(store, at, AttemptOutcome::RetryAt(at)).await);
    }
    changes
}

pub(crate) async fn an_endpoint_fails_once_every_try_failed_for_long(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    assert_eq!(fail_at(store, [0, 14, 15, 16]).await, [None, None, change(Healthy, Failing), None]);
    let shown = only_endpoint(store).await;
    assert_eq!((shown.app, shown.callback_url), (APP, callback(&[]).callback_url));
    assert_eq!((shown.health, shown.since, shown.failing_since), (Failing, after(900), Some(NOW)));
    assert_eq!(try_once(store, after(1000), AttemptOutcome::Delivered).await, change(Failing, Healthy));
    let shown = only_endpoint(store).await;
    assert_eq!((shown.health, shown.since, shown.failing_since), (Healthy, after(1000), None));
}

pub(crate) async fn an_endpoint_that_failed_for_too_long_is_paused(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    assert_eq!(fail_at(store, [0, 59]).await, [None, change(Healthy, Failing)]);
    assert_eq!(fail_at(store, [60]).await, [change(Failing, Paused)]);
    assert!(lease(store, after(9999)).await.is_empty());
    assert_eq!(store.next_due(NOW).await.unwrap(), None);
}

pub(crate) async fn a_paused_endpoint_is_owed_and_gets_it_all_when_resumed(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    fail_at(store, [0, 60]).await;
    command(store, &call, Command::Ring, after(3700)).await.unwrap();
    assert_eq!(store.deliveries(DeliveryFilter::default(), 10).await.unwrap().len(), 2, "it is not unsubscribed");
    let resumed = store.resume_endpoint(APP, after(4000)).await.unwrap().unwrap();
    assert_eq!((resumed.health, resumed.since, resumed.failing_since), (Healthy, after(4000), None));
    for _ in 0..2 {
        try_once(store, after(4000), AttemptOutcome::Delivered).await;
    }
    assert!(
        store
            .deliveries(DeliveryFilter::default(), 10)
            .await
            .unwrap()
            .iter()
            .all(|one| one.state == DeliveryStatus::Delivered)
    );

    command(store, &call, super::TERMINATE, after(5000)).await.unwrap();
    fail_at(store, [100, 160]).await;
    assert_eq!(health(store).await, Paused);
    store.set_app_subscription(callback(&["calls"]), after(9700)).await.unwrap();
    assert_eq!(health(store).await, Healthy, "setting it again resumes too");
    assert_eq!(try_once(store, after(9700), AttemptOutcome::Delivered).await, None);
    assert_eq!(store.resume_endpoint(AppId(9), NOW).await.unwrap(), None);
}

pub(crate) async fn one_that_is_gone_stays_gone_until_it_is_set_again(store: &dyn Store) {
    furnish_subscribed(store).await;
    consumer(store, Psid(78)).await;
    let call = connect(store, 1, PSID).await;
    connect(store, 2, Psid(78)).await;
    let [first, second] = &lease(store, NOW).await[..] else { panic!("two calls") };
    assert_eq!(record(store, first, NOW, AttemptOutcome::Gone).await, change(Healthy, Gone));
    assert_eq!(record(store, second, NOW, AttemptOutcome::Delivered).await, None, "under way before");
    assert_eq!(health(store).await, Gone);
    assert!(!store.app_subscription(APP).await.unwrap().unwrap().active);
    command(store, &call, Command::Ring, after(1)).await.unwrap();
    assert_eq!(store.deliveries(DeliveryFilter::default(), 10).await.unwrap().len(), 2, "nothing is owed to it");
    store.set_app_subscription(callback(&["calls"]), after(2)).await.unwrap();
    assert_eq!(health(store).await, Healthy);
}

pub(crate) async fn a_try_of_the_url_before_says_nothing_of_the_one_now(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let held = only(lease(store, NOW).await);
    let moved = AppSubscription { callback_url: "https://moved.example/".into(), ..callback(&["calls"]) };
    store.set_app_subscription(moved, after(1)).await.unwrap();
    assert_eq!(record(store, &held, after(1), AttemptOutcome::Gone).await, None);
    assert_eq!(health(store).await, Healthy);
}

pub(crate) async fn one_of_unknown_health_gets_its_small_share(store: &dyn Store) {
    furnish_subscribed(store).await;
    let apps = [APP, AppId(32), AppId(33)];
    for app in apps {
        if app != APP {
            let new = NewApp { id: app, name: "other".into(), secret: "o".into(), require_app_secret_proof: false };
            store.create_app(new, NOW).await.unwrap();
            store.set_app_subscription(AppSubscription { app, ..callback(&["calls"]) }, NOW).await.unwrap();
            store.subscribe_page(PageSubscription { app, ..page_subscription(&["calls"]) }, NOW).await.unwrap();
        }
    }
    let roomy = offhook_call::Limits { calls_per_page: 100, ..LIMITS };
    for (number, app) in (1..=30).zip(apps.into_iter().cycle()) {
        let psid = Psid(number.into());
        consumer(store, psid).await;
        let call = offhook_call::NewCall { by: offhook_call::Dialer::App(app), ..new_call(number, psid) };
        store.connect(call, None, NOW, &roomy).await.unwrap();
    }
    let limits = LeaseLimits { total: 100, per_app: 4, per_unproven: 1, unproven: 2 };
    let take = async |now| store.lease(now, LEASE, limits).await.unwrap();
    let of = |leased: &[Leased]| leased.iter().map(|lease| lease.app).collect::<Vec<_>>();
    let first = take(NOW).await;
    assert_eq!(of(&first), [APP, AppId(32)], "one each, two in all");
    assert!(take(NOW).await.is_empty());
    settle(store, &first[0], after(1), 200, AttemptOutcome::Delivered).await;
    let more = take(after(1)).await;
    assert_eq!(of(&more), [AppId(33), APP, APP, APP, APP], "it has proven itself, and makes room for the next");
    settle(store, &first[1], after(1), 500, AttemptOutcome::Dead).await;
    settle(store, &more[0], after(1), 500, AttemptOutcome::Dead).await;
    store.resume_endpoint(AppId(33), after(1)).await.unwrap();
    let limits = LeaseLimits { unproven: 1, ..limits };
    let next = store.lease(after(1), LEASE, limits).await.unwrap();
    assert_eq!(of(&next), [AppId(33)], "of the unknown, those that never failed come first");
    settle(store, &next[0], after(1), 500, AttemptOutcome::Dead).await;
    assert_eq!(of(&take(after(1)).await), [AppId(32), AppId(33)]);
    settle(store, &more[1], after(2), 500, AttemptOutcome::Dead).await;
    assert!(take(after(2)).await.is_empty(), "a failure takes the share back");
}

pub(crate) async fn what_has_no_endpoint_is_given_up_in_time(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    command(store, &call, Command::Ring, after(5)).await.unwrap();
    assert_eq!(store.expire(after(60), after(60), 10).await.unwrap(), 0, "tries give it up");
    fail_at(store, [0, 60]).await;
    let now = after(3600);
    assert_eq!(store.expire(NOW, now, 10).await.unwrap(), 0);
    assert_eq!(store.expire(after(1), now, 10).await.unwrap(), 1);
    store.resume_endpoint(APP, now).await.unwrap();
    assert_eq!(only(lease(store, now).await).id.0, 2, "what came later is still owed");
    let states: Vec<_> =
        store.deliveries(DeliveryFilter::default(), 10).await.unwrap().iter().map(|one| one.state).collect();
    assert_eq!(states, [DeliveryStatus::Pending, DeliveryStatus::Dead]);
}
