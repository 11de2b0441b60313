//! Entries go to the store in the background.

use offhook_store::{Error, TimelinePart};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::recorder::{News, Recorder, Steady};
use crate::Service;
use offhook_call::{CallId, Duration};

impl Service {
    /// Writes what is due, again and again, and all that is left at `stop`.
    pub(crate) async fn keep_timelines(&self, stop: &CancellationToken) {
        let report_every = self.inner.recorder.settings.report_every;
        let mut writes = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
        let mut reports = interval_at(Instant::now() + report_every, report_every);
        writes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        reports.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = reports.tick() => self.report_legs().await,
                _ = writes.tick() => self.write_timelines().await,
            }
        }
        self.write(Due::All).await;
    }

    /// Writes the timelines that are due, and forgets those of calls that ended a while ago.
    pub async fn write_timelines(&self) {
        self.write(Due::InTime).await;
        self.inner.recorder.forget_ended(self.moment());
    }

    async fn write(&self, due: Due) {
        let recorder = &self.inner.recorder;
        let now = self.moment();
        loop {
            let parts = recorder.take_due(&due, now);
            if parts.is_empty() {
                return;
            }
            let calls: Vec<_> = parts.iter().map(|part| part.call).collect();
            match self.store().keep_timelines(parts).await {
                Ok(()) => continue,
                // That it cannot write, the store has logged once for all.
                Err(Error::Disk(_)) => {}
                Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "timelines are not written"),
            }
            return recorder.owe_again(&calls, now);
        }
    }
}

enum Due {
    InTime,
    All,
}

impl Recorder {
    /// A few that are due, as they are now; they count as written.
    fn take_due(&self, due: &Due, now: Steady) -> Vec<TimelinePart> {
        let mut records = self.lock();
        let is_due = |since: Steady, ended: bool| match due {
            Due::All => true,
            Due::InTime => now.saturating_sub(since) >= if ended { WRITE_ENDED_AFTER } else { WRITE_LIVE_AFTER },
        };
        let due = records
            .iter_mut()
            .filter(|(_, record)| record.unwritten_since.is_some_and(|since| is_due(since, record.ended.is_some())));
        let write = due.take(AT_ONCE).map(|(&call, record)| {
            record.unwritten_since = None;
            TimelinePart { call, begun_at_us: record.begun_at_us, entries: record.timeline.entries() }
        });
        write.collect()
    }

    /// They could not be written.
    fn owe_again(&self, calls: &[CallId], now: Steady) {
        let mut records = self.lock();
        for call in calls {
            if let Some(record) = records.get_mut(call) {
                record.unwritten_since.get_or_insert(now);
            }
        }
    }

    fn forget_ended(&self, now: Steady) {
        let is_over = |ended: Steady| now.saturating_sub(ended) >= FORGET_AFTER;
        let mut over = Vec::new();
        self.lock().retain(|&call, record| {
            let forget = record.unwritten_since.is_none() && record.ended.is_some_and(is_over);
            if forget {
                over.push(call);
            }
            !forget
        });
        over.into_iter().for_each(|call| self.tell(|| News::Over { call }));
    }
}

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long what happens right after a call's end is waited for.
const WRITE_ENDED_AFTER: Duration = Duration::from_secs(1);

/// What a process that dies may lose of a live call.
const WRITE_LIVE_AFTER: Duration = Duration::from_secs(10);

/// How long after its end it is recorded what still happens about a call: webhooks that are tried, requests that come late.
const FORGET_AFTER: Duration = Duration::from_secs(20);

/// Timelines that are written in one transaction.
const AT_ONCE: usize = 32;
