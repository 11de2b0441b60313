use async_trait::async_trait;
use offhook_call::{Time, Turn};

use crate::Error;

/// The clock by which everything is stamped is turned. What waits for a time to elapse
/// is moved with it; what stands for a date (permissions, tokens, hours, what has happened) stays.
#[async_trait]
pub trait Turning {
    /// `now` becomes `now + by`. In one transaction: live calls, what is pending of the outbox, since when endpoints fail,
    /// until when old secrets are good, idempotency keys of the last hour.
    async fn turn(&self, now: Time, by: Turn) -> Result<(), Error>;
}
