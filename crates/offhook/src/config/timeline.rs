use offhook_call::TimelineLimits;
use offhook_service::TimelineSettings;
use serde::Deserialize;

use super::duration::Span;

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timeline {
    pub(crate) enabled: bool,
    pub(crate) entries: usize,
    pub(crate) kilobytes: usize,
    pub(crate) keys: bool,
    pub(crate) report_every: Span,
}

impl Timeline {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let some = self.entries >= 100 && self.kilobytes >= 64 && self.report_every.0.as_secs() >= 1;
        anyhow::ensure!(
            some,
            "timeline: entries must be at least 100, kilobytes at least 64, report_every at least 1s; or set timeline.enabled = false"
        );
        Ok(())
    }
}

impl From<&Timeline> for TimelineSettings {
    fn from(timeline: &Timeline) -> Self {
        Self {
            enabled: timeline.enabled,
            limits: TimelineLimits { entries: timeline.entries, bytes: timeline.kilobytes.saturating_mul(1024) },
            keys: timeline.keys,
            report_every: timeline.report_every.0,
        }
    }
}
