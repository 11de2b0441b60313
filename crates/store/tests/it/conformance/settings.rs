use offhook_call::{CallHours, Owed, PageEventKind, PageId, RingTarget, SettingsChange, SettingsRefused};
use offhook_store::{DeliveryFilter, SettingsError, SettingsInForce, Store, Subject};

use super::{APP, NOW, PAGE, after, callback, furnish, owed_in, page_subscription};

fn to_partners() -> SettingsChange {
    SettingsChange { ring_target: Some(RingTarget::Partners), ..SettingsChange::default() }
}

pub(crate) async fn settings_are_kept_and_each_real_change_is_owed(store: &dyn Store) {
    furnish(store).await;
    let fields = ["calls", "call_settings_update"];
    store.set_app_subscription(callback(&fields), NOW).await.unwrap();
    store.subscribe_page(page_subscription(&fields), NOW).await.unwrap();
    let hours = CallHours::new("Africa/Nairobi", []).unwrap();
    let change = SettingsChange { icon_enabled: Some(false), hours: Some(hours), ..to_partners() };
    let changed = store.change_settings(PAGE, change.clone(), after(1)).await.unwrap().unwrap();
    assert_eq!(store.change_settings(PAGE, change, after(2)).await.unwrap(), Some(changed.clone()));
    assert_eq!(store.settings(PAGE).await.unwrap(), Some(changed.clone()));
    assert_eq!(store.page(PAGE).await.unwrap().unwrap().settings, changed.settings);
    let owed = store.deliveries(DeliveryFilter::default(), 10).await.unwrap();
    assert_eq!(owed.len(), 1, "what changes nothing is not told");
    let Owed::Page(event) = owed_in(owed[0].body.as_bytes()) else { panic!("{owed:?}") };
    let SettingsInForce { settings, ring_target } = changed;
    assert_eq!((event.app, event.at), (APP, after(1)));
    assert_eq!(event.kind, PageEventKind::SettingsChanged { settings, ring_target });
    assert_eq!(owed[0].subject, Subject::Page);
}

pub(crate) async fn partners_need_a_subscribed_app(store: &dyn Store) {
    furnish(store).await;
    let ring_target = async || store.settings(PAGE).await.unwrap().unwrap().ring_target;
    let refused = store.change_settings(PAGE, to_partners(), NOW).await;
    assert!(matches!(refused, Err(SettingsError::Refused(SettingsRefused::NoPartner))), "{refused:?}");
    assert_eq!(ring_target().await, RingTarget::Meta);
    store.set_app_subscription(callback(&["calls"]), NOW).await.unwrap();
    store.subscribe_page(page_subscription(&["calls"]), NOW).await.unwrap();
    assert_eq!(ring_target().await, RingTarget::Partners, "the default once an app is subscribed");
    assert!(store.change_settings(PAGE, to_partners(), NOW).await.is_ok());
    assert_eq!(store.settings(PageId(9)).await.unwrap(), None);
    assert_eq!(store.change_settings(PageId(9), to_partners(), NOW).await.unwrap(), None);
}
