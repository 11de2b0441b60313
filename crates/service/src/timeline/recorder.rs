use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_call::{
    Call, CallId, Duration, Happening, LegEvent, LegSample, PageId, Psid, State, Time, Timeline, TimelineEntry, Turn,
};
use tokio::sync::broadcast;

use super::TimelineSettings;

/// What those who look on are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A call is new, or another than before.
    Call(Box<Call>),
    Entry {
        call: CallId,
        entry: TimelineEntry,
    },
    /// The call ended a while ago; nothing more is told of it.
    Over {
        call: CallId,
    },
}

/// The timelines of the calls that live, and of those that ended a moment ago.
pub(crate) struct Recorder {
    pub(super) settings: TimelineSettings,
    /// What the clock showed when nothing had elapsed, in microseconds since the Unix epoch.
    anchor_us: AtomicI64,
    records: Mutex<HashMap<CallId, Record>>,
    news: broadcast::Sender<Arc<News>>,
}

/// One call, since this process knows of it. [`Steady`] moments tell the order, whatever is done to the clock.
pub(super) struct Record {
    call: CallId,
    pub(super) page: PageId,
    pub(super) psid: Psid,
    pub(super) begun: Steady,
    pub(super) begun_at_us: i64,
    pub(super) timeline: Timeline,
    state: Option<State>,
    pub(super) ended: Option<Steady>,
    /// Since when something is not written that is worth it.
    pub(super) unwritten_since: Option<Steady>,
    /// How the legs were when it was last recorded.
    pub(super) sampled: Vec<LegSample>,
    pub(super) sampled_at: Steady,
}

/// A moment by the clock that nobody turns.
pub(super) type Steady = Duration;

impl Recorder {
    pub(crate) fn new(settings: TimelineSettings, now: Time, steady: Steady) -> Self {
        let anchor_us = AtomicI64::new(now.0.saturating_mul(1000).saturating_sub(us(steady)));
        Self { settings, anchor_us, records: Mutex::default(), news: broadcast::Sender::new(NEWS_MAX) }
    }

    /// The call changed, or is new.
    pub(crate) fn changed(&self, call: &Call, steady: Steady) {
        self.tell(|| News::Call(Box::new(call.clone())));
        if !self.settings.enabled {
            return;
        }
        let mut records = self.lock();
        let record = records.entry(call.id).or_insert_with(|| self.begin(call, steady));
        let is_entered = record.state.as_ref() != Some(&call.state);
        record.state = Some(call.state.clone());
        if !call.is_live() {
            record.ended.get_or_insert(steady);
        }
        if is_entered {
            self.record(record, steady, Happening::State(call.state.clone()));
        }
    }

    /// Something happened to the call, if `is_meant` takes it. Calls that are not recorded are left alone.
    pub(super) fn note(
        &self,
        call: CallId,
        steady: Steady,
        is_meant: impl Fn(&Record) -> bool,
        what: impl IntoIterator<Item = Happening>,
    ) {
        if let Some(record) = self.lock().get_mut(&call).filter(|record| is_meant(record)) {
            what.into_iter().for_each(|what| self.record(record, steady, what));
        }
    }

    /// The clock was turned; those who look at what is recorded shall see it.
    pub(crate) fn turned(&self, by: Turn, steady: Steady) {
        self.follow(by);
        for record in self.lock().values_mut() {
            self.record(record, steady, Happening::ClockTurned { by_ms: by.0 });
        }
    }

    /// The clock was corrected by a little.
    pub(crate) fn follow(&self, by: Turn) {
        self.anchor_us.fetch_add(by.0.saturating_mul(1000), Ordering::Relaxed);
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<News>> {
        self.news.subscribe()
    }

    /// News, if anybody listens.
    pub(super) fn tell(&self, news: impl FnOnce() -> News) {
        if self.news.receiver_count() > 0 {
            // The last one may just have gone.
            let _ = self.news.send(Arc::new(news()));
        }
    }

    pub(super) fn record(&self, record: &mut Record, steady: Steady, what: Happening) {
        let is_report = matches!(what, Happening::Report(_));
        let entry = TimelineEntry { at_us: self.at_us(steady), what: self.kept(what) };
        self.tell(|| News::Entry { call: record.call, entry: entry.clone() });
        record.timeline.record(steady, entry);
        // Reports alone are written with what comes next, at the latest with the end.
        if !is_report || record.ended.is_some() {
            record.unwritten_since.get_or_insert(steady);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<CallId, Record>> {
        // Every change leaves the map whole, so a panic elsewhere does not spoil it.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn at_us(&self, steady: Steady) -> i64 {
        self.anchor_us.load(Ordering::Relaxed).saturating_add(us(steady))
    }

    fn begin(&self, call: &Call, steady: Steady) -> Record {
        Record {
            call: call.id,
            page: call.page,
            psid: call.psid,
            begun: steady,
            begun_at_us: self.at_us(steady),
            timeline: Timeline::new(self.settings.limits),
            state: None,
            ended: None,
            unwritten_since: None,
            sampled: Vec::new(),
            sampled_at: steady,
        }
    }

    /// What may be kept of it.
    fn kept(&self, mut what: Happening) -> Happening {
        if let Happening::Leg { event: LegEvent::Key { key, .. }, .. } = &mut what
            && !self.settings.keys
        {
            *key = None;
        }
        what
    }
}

fn us(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// What waits for one who looks on; the oldest are dropped for one who is slow, and it is told so.
const NEWS_MAX: usize = 4096;
