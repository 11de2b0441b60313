use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The bearer token of the own API. Does not print.
#[derive(Clone)]
pub struct AdminToken(Hmac<Sha256>);

impl AdminToken {
    pub fn new(token: &str) -> Self {
        Self(Hmac::new_from_slice(token.as_bytes()).expect("HMAC takes a key of any length"))
    }

    /// Whether `given` is the token. Compares digests in constant time, so the time taken tells nothing of it.
    pub(crate) fn is(&self, given: &str) -> bool {
        let digest = |key: &Hmac<Sha256>| key.clone().chain_update(MESSAGE).finalize();
        digest(&self.0) == digest(&Self::new(given).0)
    }
}

impl AdminToken {
    /// What a session's token is kept as: with another admin token it is found no more.
    pub(crate) fn bind(&self, session_token: &str) -> String {
        let digest = self.0.clone().chain_update(SESSION).chain_update(session_token).finalize();
        hex::encode(digest.into_bytes())
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminToken(…)")
    }
}

/// What both tokens sign; any fixed text does.
const MESSAGE: &[u8] = b"offhook admin";

/// Tells what is signed for a session from that.
const SESSION: &[u8] = b"offhook session ";

#[cfg(test)]
mod tests {
    use super::AdminToken;

    #[test]
    fn only_the_token_itself_fits_and_it_does_not_print() {
        let token = AdminToken::new("s3cret");
        assert!(token.is("s3cret"));
        for other in ["", "s3cre", "s3crets", "S3cret"] {
            assert!(!token.is(other), "{other:?}");
        }
        assert!(!format!("{token:?}").contains("s3cret"));
    }
}
