//! The operator's directory: apps, Pages, consumers, tokens, permissions, and a look at calls.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use offhook_call::{AppId, Call, CallId, Duration, PageId, Permission, Psid, Time};
use offhook_store::{
    App, AppChange, Consumer, ConsumerFilter, ConsumerToken, Error, NewApp, NewConsumer, NewPage, Page, PageChange,
    PageToken, TokenHash,
};

use crate::Service;

/// A token, shown this once; only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct MintedToken {
    pub token: String,
    pub expires_at: Option<Time>,
}

impl std::fmt::Debug for MintedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MintedToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("no such app or Page")]
    UnknownAppOrPage,
    #[error("no such Page")]
    UnknownPage,
    #[error("no such consumer on this Page")]
    UnknownConsumer,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Service {
    pub async fn create_app(&self, name: String, require_app_secret_proof: bool) -> Result<App, Error> {
        let secret = random_secret();
        let app = NewApp { id: AppId(random_id()), name, secret, require_app_secret_proof };
        self.store().create_app(app, self.now()).await
    }

    pub async fn apps(&self) -> Result<Vec<App>, Error> {
        self.store().apps().await
    }

    pub async fn app(&self, app: AppId) -> Result<Option<App>, Error> {
        self.store().app(app).await
    }

    /// `None`: no such app.
    pub async fn change_app(&self, app: AppId, change: AppChange) -> Result<Option<App>, Error> {
        self.store().change_app(app, change).await
    }

    /// Gives an app another secret, `secret` or a random one; the one before is good for [`SECRET_OVERLAP`] more. `None`: no
    /// such app.
    pub async fn rotate_secret(&self, app: AppId, secret: Option<String>) -> Result<Option<App>, Error> {
        let secret = secret.unwrap_or_else(random_secret);
        self.store().rotate_secret(app, secret, self.now() + SECRET_OVERLAP).await
    }

    pub async fn create_page(&self, name: String) -> Result<Page, Error> {
        self.store().create_page(NewPage { id: PageId(random_id()), name }, self.now()).await
    }

    pub async fn pages(&self) -> Result<Vec<Page>, Error> {
        self.store().pages().await
    }

    pub async fn page(&self, page: PageId) -> Result<Option<Page>, Error> {
        self.store().page(page).await
    }

    /// `None`: no such Page.
    pub async fn change_page(&self, page: PageId, change: PageChange) -> Result<Option<Page>, Error> {
        self.store().change_page(page, change).await
    }

    pub async fn create_page_token(
        &self,
        app: AppId,
        page: PageId,
        pages_messaging: bool,
        expires_at: Option<Time>,
    ) -> Result<MintedToken, CreateError> {
        let token = random_token(PAGE_TOKEN_PREFIX);
        let hash = TokenHash::of(&token);
        let row = PageToken { hash, app, page, pages_messaging, expires_at, revoked_at: None };
        if !self.store().create_page_token(row, self.now()).await? {
            return Err(CreateError::UnknownAppOrPage);
        }
        Ok(MintedToken { token, expires_at })
    }

    pub async fn page_tokens(&self, page: PageId) -> Result<Vec<PageToken>, Error> {
        self.store().page_tokens(page).await
    }

    /// `false`: no such token.
    pub async fn revoke_page_token(&self, token: &str) -> Result<bool, Error> {
        self.store().revoke_page_token(TokenHash::of(token), self.now()).await
    }

    pub async fn create_consumer(&self, page: PageId, name: String) -> Result<Consumer, CreateError> {
        let consumer = NewConsumer { page, psid: Psid(random_id()), name };
        self.store().create_consumer(consumer, self.now()).await?.ok_or(CreateError::UnknownPage)
    }

    /// The newest consumers first. `None`: there is no such consumer as those before it are wanted of.
    pub async fn consumers(&self, wanted: ConsumerFilter, limit: u32) -> Result<Option<Vec<Consumer>>, Error> {
        self.store().consumers(wanted, limit).await
    }

    /// A token for a consumer's devices, good for a year.
    pub async fn create_consumer_token(&self, page: PageId, psid: Psid) -> Result<MintedToken, CreateError> {
        self.meet(page, psid).await?;
        let token = random_token(CONSUMER_TOKEN_PREFIX);
        let expires_at = self.now() + CONSUMER_TOKEN_LIFE;
        let row = ConsumerToken { hash: TokenHash::of(&token), page, psid, expires_at };
        if !self.store().create_consumer_token(row, self.now()).await? {
            return Err(CreateError::UnknownConsumer);
        }
        Ok(MintedToken { token, expires_at: Some(expires_at) })
    }

    pub async fn grant(&self, page: PageId, psid: Psid) -> Result<Permission, CreateError> {
        self.meet(page, psid).await?;
        let granted = self.store().grant(page, psid, self.now()).await?.ok_or(CreateError::UnknownConsumer)?;
        self.tell_permission(page, psid, granted);
        Ok(granted)
    }

    /// When this returns, no later connect succeeds.
    pub async fn revoke(&self, page: PageId, psid: Psid) -> Result<Permission, CreateError> {
        self.meet(page, psid).await?;
        let revoked = self.store().revoke(page, psid, self.now()).await?.ok_or(CreateError::UnknownConsumer)?;
        self.tell_permission(page, psid, revoked);
        Ok(revoked)
    }

    /// The newest calls first; of those that are older than `before`, if it is given.
    pub async fn calls(&self, page: Option<PageId>, before: Option<CallId>, limit: u32) -> Result<Vec<Call>, Error> {
        self.store().recent_calls(page, before, limit).await
    }

    /// Those that have not ended, the newest first.
    pub async fn live_calls(&self, page: Option<PageId>, limit: u32) -> Result<Vec<Call>, Error> {
        let mut calls = self.store().live_calls().await?;
        calls.retain(|call| page.is_none_or(|page| page == call.page));
        calls.sort_by_key(|call| std::cmp::Reverse(call.created_at));
        calls.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(calls)
    }

    pub async fn call(&self, call: CallId) -> Result<Option<Call>, Error> {
        self.store().call(call).await
    }
}

/// An id as Graph's look: 16 decimal digits, unguessable enough not to be enumerated by hand.
pub(crate) fn random_id() -> u64 {
    rand::random_range(1_000_000_000_000_000..10_000_000_000_000_000)
}

/// As long as Meta's.
fn random_secret() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

pub(crate) fn random_token(prefix: &str) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}

/// How long an app's old secret is good after a rotation.
pub const SECRET_OVERLAP: Duration = Duration::from_hours(24);

const PAGE_TOKEN_PREFIX: &str = "EAA";
const CONSUMER_TOKEN_PREFIX: &str = "oc_";
const CONSUMER_TOKEN_LIFE: Duration = Duration::from_hours(365 * 24);
