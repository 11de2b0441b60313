//! Webhooks for an app that fetches them ([`Listeners`](crate::Listeners)).

use offhook_call::{AppId, PageId};
use offhook_store::{AppSubscription, DeliveryFilter, DeliveryStatus, Error, Field, PageSubscription};

use crate::{REDELIVERED_MAX, Service};

#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error("no such app")]
    UnknownApp,
    #[error("no such Page")]
    UnknownPage,
    /// It would be replaced.
    #[error("the app's webhooks go to {0}")]
    HasCallback(String),
    #[error(transparent)]
    Store(#[from] Error),
}

/// What a listener is for.
#[derive(Debug, Clone)]
pub struct Listen {
    pub app: AppId,
    pub fields: Vec<Field>,
    /// A Page to subscribe the app to as well.
    pub page: Option<PageId>,
    /// Whether a callback that the app has may be replaced.
    pub replace: bool,
}

impl Service {
    /// From now on an app's webhooks wait for its listener. What is pending is due at once.
    pub async fn listen(&self, listen: Listen) -> Result<(), ListenError> {
        let Listen { app, fields, page, replace } = listen;
        self.store().app(app).await?.ok_or(ListenError::UnknownApp)?;
        if let Some(page) = page {
            self.store().page(page).await?.ok_or(ListenError::UnknownPage)?;
        }
        if let Some(current) = self.store().app_subscription(app).await?
            && current.callback_url != AppSubscription::LISTENER
            && !replace
        {
            return Err(ListenError::HasCallback(current.callback_url));
        }
        let callback_url = AppSubscription::LISTENER.to_owned();
        let subscription =
            AppSubscription { app, callback_url, verify_token: String::new(), fields: fields.clone(), active: true };
        self.store().set_app_subscription(subscription, self.now()).await?;
        if let Some(page) = page {
            self.store().subscribe_page(PageSubscription { app, page, fields }, self.now()).await?;
        }
        let pending =
            DeliveryFilter { state: Some(DeliveryStatus::Pending), app: Some(app), ..DeliveryFilter::default() };
        self.store().redeliver_all(pending, REDELIVERED_MAX, self.now()).await?;
        self.inner.parts.webhooks.poke();
        Ok(())
    }
}
