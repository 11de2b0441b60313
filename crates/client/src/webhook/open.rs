use offhook_wire::signature::verify;

use super::{Event, read};

/// Why a webhook is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// Answer it with 403.
    #[error("not signed with this app's secret over these bytes")]
    Signature,
    /// Answer it with 400.
    #[error("rightly signed, but not a webhook's envelope")]
    Unreadable(#[from] serde_json::Error),
}

/// Verifies a webhook in constant time and reads its events, in their order.
///
/// `signature`: the value of the header `X-Hub-Signature-256`, if there is one. `body`: the very bytes that arrived.
pub fn open(app_secret: &str, signature: Option<&str>, body: &[u8]) -> Result<Vec<Event>, Rejected> {
    if !signature.is_some_and(|signature| verify(app_secret, body, signature)) {
        return Err(Rejected::Signature);
    }
    Ok(read::events(body)?)
}
