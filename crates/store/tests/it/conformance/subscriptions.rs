use offhook_call::{AppId, PageId};
use offhook_store::{AppSubscription, Store};

use super::{APP, NOW, PAGE, after, callback, furnish, page_subscription};

pub(crate) async fn app_subscriptions_are_kept(store: &dyn Store) {
    furnish(store).await;
    assert_eq!(store.app_subscription(APP).await.unwrap(), None);
    store.set_app_subscription(callback(&["messages"]), NOW).await.unwrap();
    let newer = AppSubscription { callback_url: "https://b.example/".into(), ..callback(&["calls", "messages"]) };
    store.set_app_subscription(newer.clone(), after(1)).await.unwrap();
    assert_eq!(store.app_subscription(APP).await.unwrap(), Some(newer.clone()));
    let inactive = AppSubscription { active: false, ..newer };
    store.set_app_subscription(inactive.clone(), after(2)).await.unwrap();
    assert_eq!(store.app_subscription(APP).await.unwrap(), Some(inactive));
}

pub(crate) async fn page_subscriptions_are_kept(store: &dyn Store) {
    furnish(store).await;
    store.subscribe_page(page_subscription(&["messages"]), NOW).await.unwrap();
    store.subscribe_page(page_subscription(&["calls"]), after(1)).await.unwrap();
    assert_eq!(store.page_subscriptions(PAGE).await.unwrap(), [page_subscription(&["calls"])]);
    assert!(store.page_subscriptions(PageId(9)).await.unwrap().is_empty());
    assert!(!store.unsubscribe_page(AppId(9), PAGE).await.unwrap());
    assert!(store.unsubscribe_page(APP, PAGE).await.unwrap());
    assert!(store.page_subscriptions(PAGE).await.unwrap().is_empty());
}
