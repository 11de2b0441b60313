//! A Page's call settings, for its apps and for its consumers.

use offhook_call::{CallSettings, Opening, PageId, SettingsChange, Time};
use offhook_store::{Error, SettingsError, SettingsInForce};

use crate::{Caller, DeviceEvent, Service};

/// The settings as they show to consumers at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingsView {
    pub audio: bool,
    pub video: bool,
    pub icon: bool,
    /// The Page takes calls at this hour.
    pub open: bool,
    /// When it does again; `None`: it is open, or never will be.
    pub next_opening: Option<Time>,
}

impl SettingsView {
    pub(crate) fn of(settings: &CallSettings, now: Time) -> Self {
        let (open, next_opening) = match settings.opening(now) {
            Opening::Open { .. } => (true, None),
            Opening::Closed { next } => (false, next),
        };
        let CallSettings { audio_enabled: audio, video_enabled: video, icon_enabled: icon, .. } = *settings;
        Self { audio, video, icon, open, next_opening }
    }
}

impl Service {
    /// `None`: the caller's Page is gone.
    pub async fn call_settings(&self, caller: Caller) -> Result<Option<SettingsInForce>, Error> {
        self.store().settings(caller.page).await
    }

    /// Changes them; connected devices learn at once. `None`: the caller's Page is gone.
    pub async fn change_call_settings(
        &self,
        caller: Caller,
        change: SettingsChange,
    ) -> Result<Option<SettingsInForce>, SettingsError> {
        let changed = self.store().change_settings(caller.page, change, self.now()).await?;
        if let Some(SettingsInForce { settings, .. }) = &changed {
            self.tell_settings(caller.page, settings);
        }
        self.inner.parts.webhooks.poke();
        Ok(changed)
    }

    pub(crate) fn tell_settings(&self, page: PageId, settings: &CallSettings) {
        let view = SettingsView::of(settings, self.now());
        self.inner.devices.tell_page(page, &DeviceEvent::Settings(view));
    }
}
