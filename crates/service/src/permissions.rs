//! What a business may do with a consumer.

use offhook_call::{PermissionStatus, Psid};
use offhook_store::CallUsage;

use crate::{Caller, Service};

/// The answer to a permission check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionView {
    pub status: PermissionStatus,
    /// Business-initiated calls that the consumer picked up in the last 24 hours.
    pub connected_last_day: u32,
    /// How many there may be.
    pub connected_per_day_max: u32,
    /// Permission is there and the quota is not used up.
    pub can_call: bool,
    /// Permission requests sent in the last 24 hours.
    pub requests_last_day: u32,
    /// How many there may be.
    pub requests_per_day_max: u32,
    /// A permission request would be taken: none is taken while permission is held.
    pub can_request: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum PermissionError {
    #[error("calling is switched off for this Page")]
    NotEnabled,
    #[error("no such consumer on this Page")]
    UnknownConsumer,
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl Service {
    /// Whether calling is switched on for the caller's Page.
    pub async fn has_calling(&self, caller: Caller) -> Result<bool, offhook_store::Error> {
        Ok(self.store().page(caller.page).await?.is_some_and(|page| page.settings.audio_enabled))
    }

    pub async fn permission(&self, caller: Caller, psid: Psid) -> Result<PermissionView, PermissionError> {
        if !self.has_calling(caller).await? {
            return Err(PermissionError::NotEnabled);
        }
        self.consumer(caller.page, psid).await?.ok_or(PermissionError::UnknownConsumer)?;
        let now = self.now();
        let stored = self.store().permission(caller.page, psid).await?;
        let status = stored.map_or(PermissionStatus::None, |permission| permission.status(now));
        let CallUsage { connected_last_day, requests_last_day } = self.store().usage(caller.page, psid, now).await?;
        let connected_per_day_max = self.limits().call.connected_calls_per_day;
        let requests_per_day_max = self.limits().thread.permission_requests_per_day;
        let granted = matches!(status, PermissionStatus::Granted { .. });
        Ok(PermissionView {
            status,
            connected_last_day,
            connected_per_day_max,
            can_call: granted && connected_last_day < connected_per_day_max,
            requests_last_day,
            requests_per_day_max,
            can_request: !granted && requests_last_day < requests_per_day_max,
        })
    }
}
