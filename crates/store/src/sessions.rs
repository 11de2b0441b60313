use async_trait::async_trait;
use offhook_call::Time;

use crate::{Error, TokenHash};

/// People who are signed in. Tokens are made by the caller and kept as hashes only.
#[async_trait]
pub trait Sessions {
    async fn open_session(&self, session: Session, now: Time) -> Result<(), Error>;

    /// It may have expired.
    async fn session(&self, hash: TokenHash) -> Result<Option<Session>, Error>;

    /// One that is over already stays so.
    async fn end_session(&self, hash: TokenHash) -> Result<(), Error>;
}

/// That somebody is signed in, at one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub hash: TokenHash,
    /// In the words of the caller.
    pub who: String,
    pub expires_at: Time,
}
