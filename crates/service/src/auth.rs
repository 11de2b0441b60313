//! Who is asking? Page access tokens, app access tokens and `appsecret_proof`.

use hmac::{Hmac, KeyInit as _, Mac as _};
use offhook_call::{AppId, PageId};
use offhook_store::{App, PageToken, TokenHash};
use sha2::Sha256;

use crate::Service;

/// Who makes a Graph request: an app acting for a Page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub app: AppId,
    pub page: PageId,
}

/// Why a request is not let in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("the access token is unknown or was revoked")]
    InvalidToken,
    #[error("the access token has expired")]
    ExpiredToken,
    #[error("the token lacks pages_messaging")]
    MissingPermission,
    #[error("appsecret_proof is wrong")]
    WrongProof,
    #[error("the app requires appsecret_proof")]
    ProofRequired,
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl Service {
    /// Reads a Page access token: who asks, and the app behind it. `proof` is the hexadecimal HMAC-SHA256 of the token under the app's secret
    /// (Meta, "Securing Graph API requests"): checked when given, demanded when the app says so.
    pub async fn authenticate(&self, token: &str, proof: Option<&str>) -> Result<(Caller, App), AuthError> {
        let found = self.store().page_token(TokenHash::of(token)).await?;
        let token_row = found.filter(|row| row.revoked_at.is_none()).ok_or(AuthError::InvalidToken)?;
        if token_row.expires_at.is_some_and(|end| end <= self.now()) {
            return Err(AuthError::ExpiredToken);
        }
        let PageToken { app, page, pages_messaging, .. } = token_row;
        let app_row = self.store().app(app).await?.ok_or(AuthError::InvalidToken)?;
        self.check_proof(&app_row, token, proof)?;
        if !pages_messaging {
            return Err(AuthError::MissingPermission);
        }
        Ok((Caller { app, page }, app_row))
    }

    /// Reads an app access token in Graph's form `APP_ID|APP_SECRET`, which must be the token of `app`.
    pub async fn authenticate_app(&self, app: AppId, token: &str) -> Result<App, AuthError> {
        let (id, secret) = token.split_once('|').ok_or(AuthError::InvalidToken)?;
        if id.parse() != Ok(app) {
            return Err(AuthError::InvalidToken);
        }
        let row = self.store().app(app).await?.ok_or(AuthError::InvalidToken)?;
        // Hashes are compared, so the time taken tells nothing of the secret.
        let given = TokenHash::of(secret);
        if !row.secrets(self.now()).any(|good| TokenHash::of(good) == given) {
            return Err(AuthError::InvalidToken);
        }
        Ok(row)
    }

    fn check_proof(&self, app: &App, token: &str, proof: Option<&str>) -> Result<(), AuthError> {
        let Some(proof) = proof else {
            return if app.require_app_secret_proof { Err(AuthError::ProofRequired) } else { Ok(()) };
        };
        let given = hex::decode(proof).map_err(|_| AuthError::WrongProof)?;
        let proves = |secret| token_mac(secret, token).verify_slice(&given).is_ok();
        if app.secrets(self.now()).any(proves) { Ok(()) } else { Err(AuthError::WrongProof) }
    }
}

fn token_mac(secret: &str, token: &str) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.chain_update(token.as_bytes())
}
