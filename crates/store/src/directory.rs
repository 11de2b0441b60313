use async_trait::async_trait;
use offhook_call::{AppId, CallSettings, PageId, Psid, Time, WebOrigin};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;

/// Who is who: apps, Pages, consumers and their tokens. Ids, secrets and tokens are made by the caller; tokens are
/// kept as hashes only.
#[async_trait]
pub trait Directory {
    async fn create_app(&self, app: NewApp, now: Time) -> Result<App, Error>;
    async fn apps(&self) -> Result<Vec<App>, Error>;
    async fn app(&self, app: AppId) -> Result<Option<App>, Error>;
    /// `None`: no such app.
    async fn change_app(&self, app: AppId, change: AppChange) -> Result<Option<App>, Error>;
    /// Gives an app another secret; the one before is good until then. One before that is dropped at once: whoever lost two
    /// secrets wants neither to stay. The secret that the app has already changes nothing, so a repeated request drops
    /// none. `None`: no such app.
    async fn rotate_secret(&self, app: AppId, secret: String, old_until: Time) -> Result<Option<App>, Error>;

    async fn create_page(&self, page: NewPage, now: Time) -> Result<Page, Error>;
    async fn pages(&self) -> Result<Vec<Page>, Error>;
    async fn page(&self, page: PageId) -> Result<Option<Page>, Error>;
    /// `None`: no such Page.
    async fn change_page(&self, page: PageId, change: PageChange) -> Result<Option<Page>, Error>;

    /// `false`: no such app or Page.
    async fn create_page_token(&self, token: PageToken, now: Time) -> Result<bool, Error>;
    async fn page_tokens(&self, page: PageId) -> Result<Vec<PageToken>, Error>;
    async fn page_token(&self, hash: TokenHash) -> Result<Option<PageToken>, Error>;
    /// `false`: no such token.
    async fn revoke_page_token(&self, hash: TokenHash, now: Time) -> Result<bool, Error>;

    /// `None`: no such Page.
    async fn create_consumer(&self, consumer: NewConsumer, now: Time) -> Result<Option<Consumer>, Error>;
    /// The newest first. `None`: there is no such consumer as those before it are wanted of.
    async fn consumers(&self, wanted: ConsumerFilter, limit: u32) -> Result<Option<Vec<Consumer>>, Error>;
    async fn consumer(&self, page: PageId, psid: Psid) -> Result<Option<Consumer>, Error>;

    /// `false`: no such consumer on that Page.
    async fn create_consumer_token(&self, token: ConsumerToken, now: Time) -> Result<bool, Error>;
    async fn consumer_token(&self, hash: TokenHash) -> Result<Option<ConsumerToken>, Error>;
}

/// SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    pub fn of(token: &str) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(token.as_bytes()).into())
    }
}

#[derive(Clone)]
pub struct NewApp {
    pub id: AppId,
    pub name: String,
    pub secret: String,
    pub require_app_secret_proof: bool,
}

impl std::fmt::Debug for NewApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewApp").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    pub id: AppId,
    pub name: String,
    /// Signs webhooks and `appsecret_proof`; kept readable because both sides compute with it.
    pub secret: String,
    /// The secret before this one.
    pub old_secret: Option<OldSecret>,
    pub require_app_secret_proof: bool,
    /// The app's compat switches that are not at their default: an object that the store keeps and does not read.
    pub compat: Value,
    pub created_at: Time,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

impl App {
    /// The secrets that are good at this moment, the present one first.
    pub fn secrets(&self, now: Time) -> impl Iterator<Item = &str> {
        let old = self.old_secret.as_ref().filter(|old| now < old.until);
        std::iter::once(&*self.secret).chain(old.map(|old| &*old.secret))
    }
}

/// A secret that was replaced.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldSecret {
    pub secret: String,
    /// It is good before that.
    pub until: Time,
}

/// What to change of an app.
#[derive(Debug, Clone, Default)]
pub struct AppChange {
    pub require_app_secret_proof: Option<bool>,
    /// A JSON merge patch (RFC 7396) of the switches, already checked.
    pub compat: Option<Value>,
}

#[derive(Debug, Clone)]
pub struct NewPage {
    pub id: PageId,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub id: PageId,
    pub name: String,
    pub settings: CallSettings,
    /// The sites that may show its consumers' conversations within their own pages.
    pub embed_origins: Vec<WebOrigin>,
    pub created_at: Time,
}

/// What to change of a Page, its call settings apart.
#[derive(Debug, Clone, Default)]
pub struct PageChange {
    pub embed_origins: Option<Vec<WebOrigin>>,
}

/// A Page access token: lets `app` act for `page`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageToken {
    pub hash: TokenHash,
    pub app: AppId,
    pub page: PageId,
    /// Whether it bears `pages_messaging`.
    pub pages_messaging: bool,
    pub expires_at: Option<Time>,
    pub revoked_at: Option<Time>,
}

#[derive(Debug, Clone)]
pub struct NewConsumer {
    pub page: PageId,
    pub psid: Psid,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumer {
    pub page: PageId,
    pub psid: Psid,
    pub name: String,
    pub created_at: Time,
}

/// Which consumers of a Page are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerFilter {
    pub page: PageId,
    /// Stands in the name, however it is written there, or in the psid.
    pub text: String,
    /// Only those that were made before this one.
    pub before: Option<Psid>,
}

/// A token with which a consumer's devices connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsumerToken {
    pub hash: TokenHash,
    pub page: PageId,
    pub psid: Psid,
    pub expires_at: Time,
}
