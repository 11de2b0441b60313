//! Which webhooks an app gets: its callback, and the Pages it is subscribed to.

use offhook_call::AppId;
use offhook_store::{App, AppSubscription, Endpoint, Error, Field, PageSubscription};

use crate::{CallbackRefused, Caller, Service};

#[derive(Debug, thiserror::Error)]
pub enum SubscribeAppError {
    #[error(transparent)]
    Callback(#[from] CallbackRefused),
    #[error(transparent)]
    Store(#[from] Error),
}

impl Service {
    /// Sets an app's callback after it passed the handshake.
    pub async fn subscribe_app(
        &self,
        app: AppId,
        callback_url: String,
        verify_token: String,
        fields: Vec<Field>,
    ) -> Result<(), SubscribeAppError> {
        self.inner.parts.callbacks.verify(&callback_url, &verify_token).await?;
        let subscription = AppSubscription { app, callback_url, verify_token, fields, active: true };
        self.store().set_app_subscription(subscription, self.now()).await?;
        self.inner.parts.webhooks.poke();
        Ok(())
    }

    pub async fn app_subscription(&self, app: AppId) -> Result<Option<AppSubscription>, Error> {
        self.store().app_subscription(app).await
    }

    /// Where apps get their webhooks, and how these endpoints do.
    pub async fn endpoints(&self) -> Result<Vec<Endpoint>, Error> {
        self.store().endpoints().await
    }

    /// Takes up an endpoint again that is paused or gone. `None`: the app has none.
    pub async fn resume_endpoint(&self, app: AppId) -> Result<Option<Endpoint>, Error> {
        let resumed = self.store().resume_endpoint(app, self.now()).await?;
        self.inner.parts.webhooks.poke();
        Ok(resumed)
    }

    pub async fn subscribe_page(&self, caller: Caller, fields: Vec<Field>) -> Result<(), Error> {
        let Caller { app, page } = caller;
        self.store().subscribe_page(PageSubscription { app, page, fields }, self.now()).await
    }

    /// The apps subscribed to the caller's Page.
    pub async fn page_subscriptions(&self, caller: Caller) -> Result<Vec<(App, PageSubscription)>, Error> {
        let mut found = Vec::new();
        for subscription in self.store().page_subscriptions(caller.page).await? {
            if let Some(app) = self.store().app(subscription.app).await? {
                found.push((app, subscription));
            }
        }
        Ok(found)
    }

    /// `false`: the caller's app was not subscribed.
    pub async fn unsubscribe_page(&self, caller: Caller) -> Result<bool, Error> {
        self.store().unsubscribe_page(caller.app, caller.page).await
    }
}
