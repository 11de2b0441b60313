use async_trait::async_trait;
use offhook_call::{CallSettings, PageId, RingTarget, SettingsChange, SettingsRefused, Time};

use crate::Error;

/// Pages' call settings.
#[async_trait]
pub trait Settings {
    /// `None`: no such Page.
    async fn settings(&self, page: PageId) -> Result<Option<SettingsInForce>, Error>;

    /// Changes them; if they are different afterwards, each app subscribed to `call_settings_update` is owed it.
    /// `None`: no such Page.
    async fn change_settings(
        &self,
        page: PageId,
        change: SettingsChange,
        now: Time,
    ) -> Result<Option<SettingsInForce>, SettingsError>;
}

/// Settings, and what follows from the Page's subscriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsInForce {
    pub settings: CallSettings,
    /// Who rings ([`CallSettings::ring_target`]).
    pub ring_target: RingTarget,
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    Refused(#[from] SettingsRefused),
    #[error(transparent)]
    Store(#[from] Error),
}
