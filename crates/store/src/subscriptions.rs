use async_trait::async_trait;
use offhook_call::{AppId, PageId, Time};

use crate::Error;

/// Who wants which webhooks: an app's callback and fields, and the Pages it is subscribed to. An event goes out only
/// if its field is subscribed at both levels (Meta's Webhooks and subscribed_apps pages).
#[async_trait]
pub trait Subscriptions {
    /// Sets an app's callback for object `page`, replacing the one before.
    async fn set_app_subscription(&self, subscription: AppSubscription, now: Time) -> Result<(), Error>;
    async fn app_subscription(&self, app: AppId) -> Result<Option<AppSubscription>, Error>;

    /// Subscribes an app to a Page's fields, replacing its fields there.
    async fn subscribe_page(&self, subscription: PageSubscription, now: Time) -> Result<(), Error>;
    async fn page_subscriptions(&self, page: PageId) -> Result<Vec<PageSubscription>, Error>;
    /// `false`: there was none.
    async fn unsubscribe_page(&self, app: AppId, page: PageId) -> Result<bool, Error>;
}

/// A webhook field, by Graph's name (`calls`, `call_permission_reply`, `messages`, …).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field(pub String);

impl Field {
    pub const CALLS: &str = "calls";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppSubscription {
    pub app: AppId,
    pub callback_url: String,
    pub verify_token: String,
    pub fields: Vec<Field>,
    /// False after the endpoint answered 410.
    pub active: bool,
}

impl AppSubscription {
    /// The callback of an app that fetches its webhooks itself.
    pub const LISTENER: &str = "listen:";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSubscription {
    pub app: AppId,
    pub page: PageId,
    pub fields: Vec<Field>,
}
