use offhook_wire::Data;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{AppId, Error, Graph, PageId};

/// An app's callback for an object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AppSubscription {
    /// `page`, where calls are.
    pub object: String,
    pub callback_url: String,
    #[serde(default)]
    pub active: bool,
    #[serde(default)]
    pub fields: Vec<SubscribedField>,
}

/// A webhook field that an app's callback gets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubscribedField {
    pub name: String,
    /// Of the Graph API, like `v26.0`.
    pub version: Option<String>,
}

/// An app that is subscribed to a Page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PageSubscription {
    pub id: AppId,
    pub name: Option<String>,
    #[serde(default)]
    pub subscribed_fields: Vec<String>,
}

impl Graph {
    /// Sets the app's callback; the server asks it for `verify_token` before it answers. Needs the app's token.
    pub async fn subscribe_app(
        &self,
        app: AppId,
        callback: &Url,
        verify_token: &str,
        fields: &[&str],
    ) -> Result<(), Error> {
        let fields = fields.join(",");
        let body = json!({
            "object": "page", "callback_url": callback, "verify_token": verify_token, "fields": fields,
        });
        self.done(self.request(Method::POST, app, "subscriptions").json(&body)).await
    }

    /// The app's callbacks. Needs the app's token.
    pub async fn app_subscriptions(&self, app: AppId) -> Result<Vec<AppSubscription>, Error> {
        let edge: Data<_> = self.send(self.request(Method::GET, app, "subscriptions")).await?;
        Ok(edge.data)
    }

    /// Subscribes the token's app to these fields of the Page. A field comes only if the app's callback has it too.
    pub async fn subscribe_page(&self, page: PageId, fields: &[&str]) -> Result<(), Error> {
        let fields = [("subscribed_fields", fields.join(","))];
        self.done(self.request(Method::POST, page, "subscribed_apps").form(&fields)).await
    }

    /// The apps that are subscribed to the Page.
    pub async fn subscribed_apps(&self, page: PageId) -> Result<Vec<PageSubscription>, Error> {
        let edge: Data<_> = self.send(self.request(Method::GET, page, "subscribed_apps")).await?;
        Ok(edge.data)
    }

    /// Ends the token's app's subscription to the Page.
    pub async fn unsubscribe_page(&self, page: PageId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, page, "subscribed_apps")).await
    }
}
