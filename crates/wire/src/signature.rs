//! HMAC-SHA256 with the app secret: webhook signatures and `appsecret_proof`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Header of a webhook's signature (Meta's Webhooks page).
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

const PREFIX: &str = "sha256=";

/// The value of `X-Hub-Signature-256` for these exact bytes: `sha256=` and 64 lower-case hex digits.
pub fn sign(app_secret: &str, body: &[u8]) -> String {
    format!("{PREFIX}{}", hex::encode(mac(app_secret, body).finalize().into_bytes()))
}

/// Whether a header's value signs these exact bytes, in constant time.
pub fn verify(app_secret: &str, body: &[u8], header: &str) -> bool {
    let given = header.strip_prefix(PREFIX).and_then(|digits| hex::decode(digits).ok());
    given.is_some_and(|given| mac(app_secret, body).verify_slice(&given).is_ok())
}

/// `appsecret_proof` for an access token: 64 lower-case hex digits.
pub fn appsecret_proof(app_secret: &str, access_token: &str) -> String {
    hex::encode(mac(app_secret, access_token.as_bytes()).finalize().into_bytes())
}

fn mac(app_secret: &str, message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(message);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const DIGEST: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn signatures_match_the_published_vector() {
        let body = b"what do ya want for nothing?";
        assert_eq!(sign("Jefe", body), format!("sha256={DIGEST}"));
        assert_eq!(appsecret_proof("Jefe", "what do ya want for nothing?"), DIGEST);
        assert!(verify("Jefe", body, &format!("sha256={DIGEST}")));
    }

    #[test]
    fn anything_else_is_refused() {
        let signed = sign("secret", b"{}");
        assert!(!verify("other", b"{}", &signed));
        assert!(!verify("secret", b"{} ", &signed));
        for header in ["", "sha256=", "sha256=zz", &signed[7..], &signed[..70]] {
            assert!(!verify("secret", b"{}", header), "{header}");
        }
    }
}
