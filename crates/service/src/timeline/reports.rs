//! How the legs of calls do, again and again.

use offhook_call::{CallId, Duration, Happening, LegReport, LegSample};

use super::recorder::{Record, Recorder, Steady};
use crate::Service;

impl Service {
    /// Records how the legs of all calls did since the last time.
    pub async fn report_legs(&self) {
        if !self.inner.recorder.settings.enabled {
            return;
        }
        let samples = self.media().samples().await;
        self.inner.recorder.sample(&samples, self.moment());
    }
}

impl Recorder {
    /// `samples`: those of a call stand together.
    fn sample(&self, samples: &[(CallId, LegSample)], now: Steady) {
        for legs in samples.chunk_by(|one, next| one.0 == next.0) {
            let mut records = self.lock();
            let Some(record) = records.get_mut(&legs[0].0).filter(|record| self.is_due(record, now)) else { continue };
            let reports = record.report(legs.iter().map(|(_, leg)| *leg), now);
            if !reports.is_empty() {
                self.record(record, now, Happening::Report(reports));
            }
        }
    }

    /// So that the reports of a long call do not crowd out all else, each comes after a hundredth part of its life.
    fn is_due(&self, record: &Record, now: Steady) -> bool {
        let every = self.settings.report_every.max(now.saturating_sub(record.begun) / REPORTS_IN_A_LIFE);
        // The rhythm of those who ask is not exact.
        now.saturating_sub(record.sampled_at) + SLACK >= every
    }
}

impl Record {
    fn report(&mut self, legs: impl Iterator<Item = LegSample>, now: Steady) -> Vec<LegReport> {
        let span_us = u64::try_from(now.saturating_sub(self.sampled_at).as_micros()).unwrap_or(u64::MAX);
        let before = std::mem::replace(&mut self.sampled, legs.collect());
        self.sampled_at = now;
        let of_before = |leg: &LegSample| before.iter().find(|was| was.number == leg.number);
        self.sampled.iter().filter_map(|leg| leg.since(of_before(leg), span_us)).collect()
    }
}

const REPORTS_IN_A_LIFE: u32 = 100;

const SLACK: Duration = Duration::from_millis(500);
