//! The headers that name and sign a delivery. Two signatures, both HMAC-SHA256 keyed with the bytes of the app secret:
//!
//! - `X-Hub-Signature-256` over the body (Meta's Webhooks page);
//! - `webhook-signature` over `id.timestamp.body`, base64 after `v1,` (Standard Webhooks), with `webhook-id`, the same
//!   on every try, and `webhook-timestamp`, the seconds of this try.
//!
//! While an old secret is still good, the first is made with the new one, because it has room for one signature and Meta
//! signs with the present secret; the second has both, separated by a space, as Standard Webhooks provides for rotation.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use offhook_call::Time;
use offhook_store::{Leased, Subject};
use offhook_wire::signature::{SIGNATURE_HEADER, sign};
use sha2::{Digest as _, Sha256};

pub(crate) fn headers(lease: &Leased, now: Time) -> [(&'static str, String); 4] {
    let secrets: Vec<String> = std::iter::once(&lease.app_secret).chain(&lease.old_app_secret).cloned().collect();
    of(&webhook_id(lease), &secrets, &lease.body, now)
}

/// `secrets`: those that are good, the present one first.
pub(crate) fn of(id: &str, secrets: &[String], body: &[u8], now: Time) -> [(&'static str, String); 4] {
    let timestamp = now.seconds().to_string();
    let standard: Vec<_> = secrets.iter().map(|secret| standard_signature(secret, id, &timestamp, body)).collect();
    let present = secrets.first().map_or("", String::as_str);
    [
        (SIGNATURE_HEADER, sign(present, body)),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", standard.join(" ")),
    ]
}

/// The delivery's number alone would come again in a new database; the call id, which is random, or the body makes it
/// unique. Both stay as they are, unlike the moment at which it was owed, which moves when the clock is turned.
fn webhook_id(lease: &Leased) -> String {
    fail::fail_point!("bug::other_id", |_| format!("{}-{}", lease.id.0, lease.attempts));
    match lease.subject {
        Subject::Call(call) => format!("{call}-{}", lease.id.0),
        Subject::Thread(_) | Subject::Page => {
            let digest = Sha256::digest(&lease.body);
            format!("{}-{}-{}", lease.page, URL_SAFE_NO_PAD.encode(&digest[..DIGEST_LEN]), lease.id.0)
        }
    }
}

fn standard_signature(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Bytes of a body's digest, of which no two are alike by chance.
const DIGEST_LEN: usize = 12;
