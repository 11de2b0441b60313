//! Pages open and close by the clock: connected devices learn it when it happens.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use offhook_call::{Opening, PageId, Time};

use crate::Service;

/// Until when openings and closings have been told.
pub(crate) struct HoursWatch(AtomicI64);

impl HoursWatch {
    pub(crate) fn since(now: Time) -> Self {
        Self(AtomicI64::new(now.0))
    }
}

impl Service {
    /// Tells the devices of each Page that opened or closed since the last look.
    pub async fn handle_hours(&self) {
        let now = self.now();
        let before = Time(self.inner.hours.0.swap(now.0, Ordering::Relaxed));
        for page in self.inner.devices.pages() {
            if let Err(error) = self.tell_opening(page, before, now).await {
                tracing::error!(%page, error = &error as &dyn std::error::Error, "devices cannot be told the hours");
            }
        }
    }

    async fn tell_opening(&self, page: PageId, before: Time, now: Time) -> Result<(), offhook_store::Error> {
        let Some(found) = self.store().page(page).await? else { return Ok(()) };
        let is_open = |at| matches!(found.settings.opening(at), Opening::Open { .. });
        if is_open(before) != is_open(now) {
            self.tell_settings(page, &found.settings);
        }
        Ok(())
    }

    /// Returns at the next full minute: hours begin and end at one.
    pub(crate) async fn wait_for_minute(&self) {
        let into_minute = u64::try_from(self.now().0.rem_euclid(MINUTE_MS)).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(MINUTE_MS.unsigned_abs() - into_minute)).await;
    }
}

const MINUTE_MS: i64 = 60_000;
