use futures_util::future::join_all;
use offhook_call::{
    AppId, Applied, Call, CallId, Command, DeviceId, EndReason, EventKind, InboundCall, InboundRefused, NewInboundCall,
    Permission, Psid, Refused, State,
};
use offhook_store::{AppSubscription, CallBusinessError, DeliveryFilter, NewApp, PageSubscription, Store};

use super::{
    APP, LIMITS, NOW, PAGE, PSID, after, callback, command, consumer, event_of, furnish, furnish_subscribed,
    page_subscription,
};

const SECOND: AppId = AppId(32);

fn phone() -> DeviceId {
    DeviceId::try_from("phone".to_owned()).unwrap()
}

fn new_inbound(number: u8, psid: Psid) -> NewInboundCall {
    NewInboundCall { id: CallId([number; 32]), page: PAGE, psid, device: phone(), via: None }
}

/// A consumer's call that waits.
async fn call_business(store: &dyn Store, number: u8, psid: Psid) -> Call {
    match store.call_business(new_inbound(number, psid), NOW, &LIMITS).await.unwrap() {
        InboundCall::Calling(Applied { call, .. }) => call,
        missed @ InboundCall::Missed { .. } => panic!("the Page is always open: {missed:?}"),
    }
}

/// [`furnish_subscribed`], and a second app that wants the Page's calls too.
async fn furnish_two(store: &dyn Store) {
    furnish_subscribed(store).await;
    let app = NewApp { id: SECOND, name: "second".into(), secret: "s".into(), require_app_secret_proof: false };
    store.create_app(app, NOW).await.unwrap();
    store.set_app_subscription(AppSubscription { app: SECOND, ..callback(&["calls"]) }, NOW).await.unwrap();
    store.subscribe_page(PageSubscription { app: SECOND, ..page_subscription(&["calls"]) }, NOW).await.unwrap();
}

/// What each app was told, in order.
async fn told(store: &dyn Store, app: AppId) -> Vec<EventKind> {
    let owed = store.deliveries(DeliveryFilter::default(), 1000).await.unwrap().into_iter().rev();
    owed.filter(|delivery| delivery.app == app).map(|delivery| event_of(delivery.body.as_bytes())).collect()
}

pub(crate) async fn a_consumers_call_rings_every_app_that_wants_it(store: &dyn Store) {
    furnish_two(store).await;
    let call = call_business(store, 1, PSID).await;
    assert_eq!((call.app(), call.rung()), (None, &[APP, SECOND][..]));
    assert_eq!(store.call(call.id).await.unwrap(), Some(call.clone()));
    assert_eq!(store.live_call_of(PAGE, PSID).await.unwrap(), Some(call.clone()));
    let accepted = command(store, &call, Command::AppAccept { app: SECOND }, after(1)).await.unwrap();
    assert_eq!(accepted.call.app(), Some(SECOND));
    assert_eq!(store.call(call.id).await.unwrap(), Some(accepted.call));
    assert_eq!(store.permission(PAGE, PSID).await.unwrap(), Some(Permission::implied(after(1))));
    command(store, &call, Command::HangUp { device: phone() }, after(2)).await.unwrap();
    for app in [APP, SECOND] {
        let told = told(store, app).await;
        assert!(matches!(told[..], [EventKind::Connect { .. }, EventKind::Terminate { .. }]), "{told:?}");
    }
}

pub(crate) async fn a_consumer_is_in_one_call_at_a_time(store: &dyn Store) {
    furnish(store).await;
    call_business(store, 1, PSID).await;
    let busy = store.call_business(new_inbound(2, PSID), NOW, &LIMITS).await;
    assert!(matches!(busy, Err(CallBusinessError::Refused(InboundRefused::ConsumerBusy))), "{busy:?}");
    assert_eq!(store.call(CallId([2; 32])).await.unwrap(), None);
}

pub(crate) async fn a_call_that_the_business_missed_grants(store: &dyn Store) {
    furnish(store).await;
    store.revoke(PAGE, PSID, NOW).await.unwrap();
    let call = call_business(store, 1, PSID).await;
    command(store, &call, Command::Expire, after(60)).await.unwrap();
    assert_eq!(store.permission(PAGE, PSID).await.unwrap(), Some(Permission::implied(after(60))));
}

pub(crate) async fn one_of_many_accepts_owns_the_call(store: &dyn Store) {
    furnish_two(store).await;
    let call = call_business(store, 1, PSID).await;
    let accept = |number: u8| {
        let app = if number.is_multiple_of(2) { APP } else { SECOND };
        command(store, &call, Command::AppAccept { app }, NOW)
    };
    let outcomes = join_all((0..20).map(accept)).await;
    let winners: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(Refused::NotOwner)).count(), 10);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(Refused::AlreadyAccepted)).count(), 9);
    assert_eq!(store.call(call.id).await.unwrap().unwrap(), winners[0].call);
}

pub(crate) async fn a_consumer_who_gives_up_while_an_app_accepts(store: &dyn Store) {
    furnish_subscribed(store).await;
    for number in 1..=20 {
        let psid = Psid(number.into());
        consumer(store, psid).await;
        let call = call_business(store, number, psid).await;
        let (accepted, hung_up) = tokio::join!(
            command(store, &call, Command::AppAccept { app: APP }, NOW),
            command(store, &call, Command::HangUp { device: phone() }, NOW),
        );
        let State::Ended(ended) = hung_up.unwrap().call.state else { panic!("still live") };
        match accepted {
            Ok(_) => assert_eq!((ended.reason, ended.connected_at), (EndReason::ConsumerHungUp, Some(NOW))),
            Err(refused) => {
                assert_eq!(refused, Refused::Ended(ended));
                assert_eq!((ended.reason, ended.connected_at), (EndReason::ConsumerCancelled, None));
            }
        }
    }
}

pub(crate) async fn updates_of_both_sides_that_meet(store: &dyn Store) {
    furnish_subscribed(store).await;
    for number in 1..=20 {
        let psid = Psid(number.into());
        consumer(store, psid).await;
        let call = call_business(store, number, psid).await;
        command(store, &call, Command::AppAccept { app: APP }, NOW).await.unwrap();
        let offer = Some("v=0".to_owned());
        let (consumers, apps) = tokio::join!(
            command(store, &call, Command::DeviceUpdate { device: phone(), offer }, NOW),
            command(store, &call, Command::AppUpdate { app: APP, from: 0, renegotiated: false }, NOW),
        );
        let version = consumers.unwrap().call.version;
        match apps {
            Ok(applied) => assert_eq!((applied.call.version, version), (1, 2)),
            Err(refused) => assert_eq!((refused, version), (Refused::VersionConflict { current: 1 }, 1)),
        }
        command(store, &call, Command::HangUp { device: phone() }, NOW).await.unwrap();
    }
}
