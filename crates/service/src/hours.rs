//! Pages open and close by the clock: connected devices learn it when it happens.

use offhook_call::{PageId, Time};

use crate::{DeviceEvent, Service, SettingsView};

impl Service {
    /// Tells the devices of each Page whose settings, or their meaning at this hour, are not what they were told.
    pub async fn handle_hours(&self) {
        for page in self.inner.devices.pages() {
            if let Err(error) = self.tell_view(page).await {
                tracing::error!(%page, error = &error as &dyn std::error::Error, "devices cannot be told the hours");
            }
        }
    }

    /// Returns how many devices were told.
    pub(crate) async fn tell_view(&self, page: PageId) -> Result<usize, offhook_store::Error> {
        let Some(found) = self.store().page(page).await? else { return Ok(0) };
        let view = SettingsView::of(&found.settings, self.now());
        Ok(self.inner.devices.tell_news(page, None, &DeviceEvent::Settings(view)))
    }

    /// Returns at the next full minute: hours begin and end at one.
    pub(crate) async fn wait_for_minute(&self) {
        let now = self.now();
        let minute = Time(now.0 - now.0.rem_euclid(MINUTE_MS) + MINUTE_MS);
        match self.inner.parts.clock.until(minute) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => std::future::pending().await,
        }
    }
}

const MINUTE_MS: i64 = 60_000;
