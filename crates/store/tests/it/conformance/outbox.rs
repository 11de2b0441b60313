use std::slice;

use offhook_call::{AppId, CallId, Command, Duration, EventKind, PageId, Psid};
use offhook_store::{
    AppChange, AppSubscription, AttemptOutcome, DeliveryFilter, DeliveryStatus, LeaseLimits, NewApp, PageSubscription,
    Store, Subject,
};

use super::{
    ANY, APP, LEASE, LIMITS, NOW, PAGE, PSID, Rendered, TERMINATE, accept, after, callback, command, connect, consumer,
    event_of, furnish, furnish_subscribed, lease, new_call, only, page_subscription, settle,
};

pub(crate) async fn events_are_owed_when_both_levels_want_them(store: &dyn Store) {
    furnish(store).await;
    let with_calls = Some(&["calls", "messages"][..]);
    let without = Some(&["messages"][..]);
    let table = [
        (with_calls, true, with_calls, 1),
        (with_calls, false, with_calls, 0),
        (without, true, with_calls, 0),
        (with_calls, true, without, 0),
        (with_calls, true, None, 0),
    ];
    for (number, (app, active, page, owed)) in (1..).zip(table) {
        let psid = Psid(number.into());
        consumer(store, psid).await;
        let app = callback(app.unwrap_or_default());
        store.set_app_subscription(AppSubscription { active, ..app }, NOW).await.unwrap();
        match page {
            Some(fields) => store.subscribe_page(page_subscription(fields), NOW).await.unwrap(),
            None => assert!(store.unsubscribe_page(APP, PAGE).await.unwrap()),
        }
        let call = connect(store, number, psid).await;
        let all = store.deliveries(DeliveryFilter::default(), 100).await.unwrap();
        assert_eq!(
            all.iter().filter(|delivery| delivery.subject == Subject::Call(call.id)).count(),
            owed,
            "row {number}"
        );
        command(store, &call, Command::Decline, NOW).await.unwrap();
    }
}

pub(crate) async fn an_event_is_rendered_with_its_apps_switches(store: &dyn Store) {
    furnish_subscribed(store).await;
    let compat = serde_json::json!({ "sdp_shape": "string" });
    store.change_app(APP, AppChange { compat: Some(compat.clone()), ..AppChange::default() }).await.unwrap();
    connect(store, 1, PSID).await;
    let body = only(lease(store, NOW).await).body;
    assert_eq!(serde_json::from_slice::<Rendered>(&body).unwrap().compat, compat);
}

pub(crate) async fn a_lease_bears_what_a_worker_needs(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    let moved = AppSubscription { callback_url: "https://moved.example/".into(), ..callback(&[]) };
    store.set_app_subscription(moved, NOW).await.unwrap();
    let lease = only(lease(store, after(1)).await);
    assert_eq!((lease.app, lease.page, lease.subject), (APP, PAGE, Subject::Call(call.id)));
    assert_eq!((&*lease.app_secret, &*lease.callback_url), ("s3cret", "https://moved.example/"));
    assert_eq!((lease.owed_at, lease.attempts, lease.carries_offer), (NOW, 0, false));
    assert_eq!(lease.leased_until, after(1) + LEASE);
    assert!(!format!("{lease:?}").contains("s3cret"));
}

pub(crate) async fn events_of_a_call_go_one_after_the_other(store: &dyn Store) {
    furnish_subscribed(store).await;
    consumer(store, Psid(78)).await;
    let call = connect(store, 1, PSID).await;
    command(store, &call, Command::Ring, NOW).await.unwrap();
    command(store, &call, accept("phone"), NOW).await.unwrap();
    connect(store, 2, Psid(78)).await;
    let first = lease(store, NOW).await;
    let subjects: Vec<_> = first.iter().map(|lease| lease.subject).collect();
    assert_eq!(subjects, [Subject::Call(call.id), Subject::Call(CallId([2; 32]))], "the first event of each call");
    let mut held = first[0].clone();
    let mut told = Vec::new();
    loop {
        settle(store, &held, NOW, 200, AttemptOutcome::Delivered).await;
        let next = lease(store, NOW).await;
        let Some(next) = next.into_iter().next() else { break };
        told.push((event_of(&next.body), next.carries_offer));
        held = next;
    }
    let update = EventKind::MediaUpdate { version: 1, sdp: "v=0\r\n".into() };
    assert_eq!(told, [(EventKind::Ringing, false), (EventKind::Accepted, false), (update, true)]);
}

pub(crate) async fn a_dead_event_lets_the_next_go(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    command(store, &call, Command::Ring, NOW).await.unwrap();
    let first = only(lease(store, NOW).await);
    settle(store, &first, NOW, 500, AttemptOutcome::RetryAt(after(2))).await;
    assert!(lease(store, after(1)).await.is_empty(), "the second waits for the first's retry");
    let first = only(lease(store, after(2)).await);
    settle(store, &first, after(2), 500, AttemptOutcome::Dead).await;
    assert_eq!(event_of(&only(lease(store, after(2)).await).body), EventKind::Ringing);
    let shown = store.deliveries(DeliveryFilter::default(), 10).await.unwrap();
    let last = shown.last().unwrap();
    assert_eq!((last.state, last.attempts, last.last_status), (DeliveryStatus::Dead, 2, Some(500)));
    assert_eq!(last.last_response.as_deref(), Some("ok"));
    assert_eq!((shown[0].state, shown[0].attempts, shown[0].last_status), (DeliveryStatus::Pending, 0, None));
    assert_eq!(shown[0].last_response, None);
}

pub(crate) async fn a_retry_comes_back_unchanged_at_its_time(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let first = only(lease(store, NOW).await);
    settle(store, &first, NOW, 500, AttemptOutcome::RetryAt(after(2))).await;
    assert!(lease(store, after(2) - Duration::from_millis(1)).await.is_empty());
    let second = only(lease(store, after(2)).await);
    assert_eq!((second.id, &second.body, second.attempts), (first.id, &first.body, 1));
    settle(store, &second, after(2), 200, AttemptOutcome::Delivered).await;
    assert!(lease(store, after(9999)).await.is_empty());
    assert_eq!(store.deliveries(DeliveryFilter::default(), 1).await.unwrap()[0].state, DeliveryStatus::Delivered);
}

pub(crate) async fn an_expired_lease_goes_to_another_worker(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let slow = only(lease(store, NOW).await);
    assert!(lease(store, NOW + LEASE - Duration::from_millis(1)).await.is_empty());
    let quick = only(lease(store, NOW + LEASE).await);
    assert_eq!(slow.id, quick.id);
    settle(store, &slow, after(16), 500, AttemptOutcome::Dead).await;
    assert_eq!(store.deliveries(DeliveryFilter::default(), 1).await.unwrap()[0].state, DeliveryStatus::Pending);
    settle(store, &quick, after(16), 200, AttemptOutcome::Delivered).await;
    assert_eq!(store.deliveries(DeliveryFilter::default(), 1).await.unwrap()[0].state, DeliveryStatus::Delivered);
}

pub(crate) async fn an_app_gets_its_share_and_no_more(store: &dyn Store) {
    furnish_subscribed(store).await;
    let other = AppId(32);
    let app = NewApp { id: other, name: "other".into(), secret: "o".into(), require_app_secret_proof: false };
    store.create_app(app, NOW).await.unwrap();
    store.set_app_subscription(AppSubscription { app: other, ..callback(&["calls"]) }, NOW).await.unwrap();
    let subscription = PageSubscription { app: other, ..page_subscription(&["calls"]) };
    store.subscribe_page(subscription, NOW).await.unwrap();
    let roomy = offhook_call::Limits { calls_per_page: 100, ..LIMITS };
    for number in 1..=6 {
        let psid = Psid(number.into());
        consumer(store, psid).await;
        let app = if number == 6 { other } else { APP };
        let call = offhook_call::NewCall { by: offhook_call::Dialer::App(app), ..new_call(number, psid) };
        store.connect(call, None, NOW, &roomy).await.unwrap();
    }
    let take = async |now, total, per_app| -> Vec<AppId> {
        let leased = store.lease(now, LEASE, LeaseLimits { total, per_app, ..ANY }).await.unwrap();
        leased.iter().map(|lease| lease.app).collect()
    };
    assert_eq!(take(NOW, 10, 2).await, [APP, APP, other]);
    assert!(take(NOW, 10, 2).await.is_empty(), "both shares are taken");
    assert_eq!(take(NOW, 10, 3).await, [APP]);
    assert_eq!(take(NOW + LEASE, 1, 2).await.len(), 1, "expired leases no longer count");
}

pub(crate) async fn a_disabled_callback_gets_nothing_until_it_is_set_again(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let first = only(lease(store, NOW).await);
    consumer(store, Psid(78)).await;
    connect(store, 2, Psid(78)).await;
    settle(store, &first, NOW, 410, AttemptOutcome::Gone).await;
    assert!(lease(store, NOW).await.is_empty());
    assert_eq!(store.next_due(NOW - LEASE).await.unwrap(), None);
    store.set_app_subscription(callback(&["calls"]), after(5)).await.unwrap();
    only(lease(store, after(5)).await);
}

pub(crate) async fn next_due_tells_when_to_look_again(store: &dyn Store) {
    furnish_subscribed(store).await;
    let next = async |now| store.next_due(now).await.unwrap();
    let before = NOW - Duration::from_millis(1);
    assert_eq!(next(before).await, None);
    let call = connect(store, 1, PSID).await;
    assert_eq!(next(before).await, Some(NOW));
    assert_eq!(next(NOW).await, None);
    let first = only(lease(store, NOW).await);
    assert_eq!(next(NOW).await, Some(NOW + LEASE));
    command(store, &call, TERMINATE, after(1)).await.unwrap();
    assert_eq!(next(NOW).await, Some(NOW + LEASE), "the second event waits for the first");
    settle(store, &first, after(2), 503, AttemptOutcome::RetryAt(after(8))).await;
    assert_eq!(next(after(2)).await, Some(after(8)));
}

pub(crate) async fn settled_deliveries_are_purged_by_age(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    command(store, &call, TERMINATE, after(5)).await.unwrap();
    let first = only(lease(store, after(5)).await);
    settle(store, &first, after(5), 200, AttemptOutcome::Delivered).await;
    assert_eq!(store.purge(NOW).await.unwrap(), 0);
    assert_eq!(store.purge(after(60)).await.unwrap(), 1, "the pending one stays");
    let second = only(store.lease(after(60), LEASE, ANY).await.unwrap());
    let left = store.deliveries(DeliveryFilter::default(), 10).await.unwrap();
    assert_eq!(slice::from_ref(&second.id), left.iter().map(|delivery| delivery.id).collect::<Vec<_>>());
    assert_eq!(left[0].page, PageId(1044));
}

/// What the last process wrote while the clock was an hour ahead.
pub(crate) async fn a_clock_that_went_back_holds_nothing_back(store: &dyn Store) {
    furnish_subscribed(store).await;
    let ahead = after(3600);
    for number in 1..=2 {
        consumer(store, Psid(number.into())).await;
        store.grant(PAGE, Psid(number.into()), ahead).await.unwrap();
        store.connect(new_call(number, Psid(number.into())), None, ahead, &LIMITS).await.unwrap();
    }
    let [tried, dead] = &lease(store, ahead).await[..] else { panic!("two calls") };
    settle(store, tried, ahead, 500, AttemptOutcome::RetryAt(ahead + Duration::from_secs(30))).await;
    settle(store, dead, ahead, 500, AttemptOutcome::Dead).await;
    consumer(store, Psid(3)).await;
    store.grant(PAGE, Psid(3), ahead).await.unwrap();
    store.connect(new_call(3, Psid(3)), None, ahead, &LIMITS).await.unwrap();
    assert!(lease(store, NOW).await.is_empty());
    assert_eq!(store.correct_times(NOW, LEASE, Duration::from_hours(6)).await.unwrap(), 2);
    let untried = only(lease(store, NOW).await);
    assert_eq!(untried.subject, Subject::Call(CallId([3; 32])), "it is due at once");
    settle(store, &untried, NOW, 200, AttemptOutcome::Delivered).await;
    assert_eq!(store.next_due(NOW).await.unwrap(), Some(after(30) - Duration::from_millis(80)));
    assert_eq!(only(lease(store, after(30)).await).id, tried.id, "it waits as long as it was to wait");
    assert_eq!(store.correct_times(after(31), LEASE, Duration::from_hours(6)).await.unwrap(), 0);
}

pub(crate) async fn a_clock_that_went_back_leaves_a_try_under_way_alone(store: &dyn Store) {
    furnish_subscribed(store).await;
    connect(store, 1, PSID).await;
    let held = only(lease(store, after(86_400)).await);
    assert_eq!(store.correct_times(NOW, LEASE, Duration::from_hours(6)).await.unwrap(), 1);
    assert!(lease(store, NOW + LEASE - Duration::from_millis(1)).await.is_empty());
    settle(store, &held, after(5), 200, AttemptOutcome::Delivered).await;
    assert_eq!(
        store.deliveries(DeliveryFilter::default(), 1).await.unwrap()[0].state,
        DeliveryStatus::Delivered,
        "its record counts"
    );

    consumer(store, Psid(78)).await;
    connect(store, 2, Psid(78)).await;
    let lost = only(lease(store, after(86_400)).await);
    store.correct_times(NOW, LEASE, Duration::from_hours(6)).await.unwrap();
    assert_eq!(only(lease(store, NOW + LEASE).await).id, lost.id, "one that is lost is held no longer than a lease");
}
