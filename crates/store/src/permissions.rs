use async_trait::async_trait;
use offhook_call::{PageId, Permission, Psid, Time};

use crate::Error;

/// Consumers' consent to be called. Linearizable with [`Calls::connect`](crate::Calls::connect) per consumer: after a
/// revoke returned, no later connect succeeds.
#[async_trait]
pub trait Permissions {
    /// The stored permission, expired or not; `None` if there never was one.
    async fn permission(&self, page: PageId, psid: Psid) -> Result<Option<Permission>, Error>;

    /// Grants from `now` on, replacing what was there. `None`: no such consumer on this Page.
    async fn grant(&self, page: PageId, psid: Psid, now: Time) -> Result<Option<Permission>, Error>;

    /// Revokes at `now`. `None`: no such consumer on this Page.
    async fn revoke(&self, page: PageId, psid: Psid, now: Time) -> Result<Option<Permission>, Error>;

    /// What counts against a consumer's limits at `now`.
    async fn usage(&self, page: PageId, psid: Psid, now: Time) -> Result<CallUsage, Error>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallUsage {
    /// Business-initiated calls that the consumer picked up in the last 24 hours.
    pub connected_last_day: u32,
    /// Permission requests that were sent in the last 24 hours.
    pub requests_last_day: u32,
}
