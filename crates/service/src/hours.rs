//! Pages open and close by the clock: connected devices learn it when it happens.

use std::time::Duration;

use offhook_call::PageId;

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
        let into_minute = u64::try_from(self.now().0.rem_euclid(MINUTE_MS)).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(MINUTE_MS.unsigned_abs() - into_minute)).await;
    }
}

const MINUTE_MS: i64 = 60_000;
