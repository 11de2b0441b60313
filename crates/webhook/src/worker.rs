use std::sync::Arc;
use std::time::Instant;

use offhook_call::{CallId, Duration, Time};
use offhook_store::{Attempt, AttemptOutcome, DeliveryId, EndpointHealth, Error, HealthChange, Leased, Store, Subject};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::attempt::{Kind, Verdict};
use crate::faults::{Course, Faults};
use crate::upkeep::Upkeep;
use crate::{Outbound, Settings};

/// Tells the time by which webhooks are due.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Time;

    /// How long until it shows `at`; `None`: by itself it never will.
    fn until(&self, at: Time) -> Option<Duration> {
        Some(at.since(self.now()))
    }

    /// The time by which receivers judge how old a signature is.
    fn machine(&self) -> Time {
        self.now()
    }
}

/// Called when a call's app acknowledged the server's offer.
pub type Delivered = Arc<dyn Fn(CallId) + Send + Sync>;

/// Told of each try of a call's webhook once it is recorded: the call, the delivery, which try of it from 1, the status of the
/// answer, and how long it took.
pub type Watcher = Arc<dyn Fn(CallId, DeliveryId, u32, Option<u16>, Duration) + Send + Sync>;

/// What a [`Worker`] is made of.
#[derive(Clone)]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub outbound: Outbound,
    pub clock: Arc<dyn Clock>,
    pub delivered: Delivered,
    pub settings: Settings,
    /// Only a sandbox's worker has them.
    pub faults: Option<Arc<dyn Faults>>,
}

/// Delivers what the store owes. Any number of workers may share a store.
pub struct Worker {
    parts: Parts,
    poke: Arc<Notify>,
    questions: (mpsc::Sender<Question>, mpsc::Receiver<Question>),
    watcher: Watcher,
}

/// Answered once nothing is due that was not tried: with when more gets due by the clock alone.
type Question = oneshot::Sender<Option<Time>>;

/// Pokes and asks a worker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Handle {
    poke: Arc<Notify>,
    questions: mpsc::Sender<Question>,
}

impl Handle {
    /// Something may be owed.
    pub fn poke(&self) {
        self.poke.notify_one();
    }

    /// Returns once all that is due was tried, or the worker has ended. When more gets due by the clock alone, if it
    /// does.
    pub async fn settled(&self) -> Option<Time> {
        let (question, answer) = oneshot::channel();
        self.questions.send(question).await.ok()?;
        answer.await.ok().flatten()
    }
}

impl Worker {
    pub fn new(parts: Parts) -> Self {
        let watcher: Watcher = Arc::new(|_, _, _, _, _| {});
        Self { parts, poke: Arc::default(), questions: mpsc::channel(QUESTIONS_MAX), watcher }
    }

    /// The same worker, whose tries somebody watches.
    #[must_use]
    pub fn watched_by(self, watcher: Watcher) -> Self {
        Self { watcher, ..self }
    }

    pub fn handle(&self) -> Handle {
        Handle { poke: Arc::clone(&self.poke), questions: self.questions.0.clone() }
    }

    /// Works until `stop`; then tries what is due and finishes the tries in flight. What is due later waits for the next
    /// start. A caller that cannot wait drops it: a try that is not recorded is made again.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut tries = JoinSet::new();
        let mut upkeep = Upkeep::default();
        let mut unanswered: Vec<Question> = Vec::new();
        while !stop.is_cancelled() {
            upkeep.run(&self.parts).await;
            let next = self.fill(&mut tries).await;
            if tries.is_empty() {
                for question in unanswered.drain(..) {
                    // Who asked may have gone.
                    let _ = question.send(next);
                }
            }
            let pause = next.and_then(|next| self.parts.clock.until(next)).unwrap_or(Duration::MAX);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.poke.notified() => {}
                () = tokio::time::sleep(pause.min(self.parts.settings.sweep)) => {}
                Some(question) = self.questions.1.recv() => unanswered.push(question),
                Some(ended) = tries.join_next() => log_panic(ended),
            }
        }
        fail::fail_point!("bug::stop_at_once", |_| ());
        self.finish(&mut tries).await;
    }

    /// Tries what is due now, and what gets due by it, until nothing is: for a caller that keeps its own time.
    pub async fn deliver_due(&self) {
        Upkeep::default().run(&self.parts).await;
        self.finish(&mut JoinSet::new()).await;
    }

    async fn finish(&self, tries: &mut JoinSet<()>) {
        loop {
            self.fill(tries).await;
            match tries.join_next().await {
                Some(ended) => log_panic(ended),
                None => return,
            }
        }
    }

    /// Starts as many tries as are due and may run; when something gets due that is not started yet, as far as the store
    /// can tell.
    async fn fill(&self, tries: &mut JoinSet<()>) -> Option<Time> {
        match self.start_due(tries, self.parts.clock.now()).await {
            Ok(due) => due,
            // The store has logged that it cannot write.
            Err(Error::Disk(_)) => None,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "webhooks cannot be leased");
                None
            }
        }
    }

    async fn start_due(&self, tries: &mut JoinSet<()>, now: Time) -> Result<Option<Time>, Error> {
        let running = u32::try_from(tries.len()).unwrap_or(u32::MAX);
        let limits = self.parts.settings.lease_limits(running);
        for lease in self.parts.store.lease(now, self.parts.settings.lease(), limits).await? {
            tries.spawn(self.parts.clone().deliver(lease, Arc::clone(&self.watcher)));
        }
        self.parts.store.next_due(now).await
    }
}

impl Parts {
    /// One try, from the lease to its record.
    async fn deliver(self, lease: Leased, watcher: Watcher) {
        fail::fail_point!("kill::webhook_leased", |_| std::process::abort());
        let struck = self.faults.as_ref().and_then(|faults| faults.strike(&lease));
        let manner = match Course::of(struck.as_ref()) {
            Course::HeldBack { by, order } => return self.hold_back(&lease, by, order).await,
            Course::Made(manner) => manner,
        };
        let (at, began) = (self.clock.now(), Instant::now());
        let verdict = manner.send(&self.outbound, &lease, self.clock.machine()).await;
        fail::fail_point!("kill::webhook_sent", |_| std::process::abort());
        // A clock that went back meanwhile must not put what follows from this try into its future.
        let ended_at = self.clock.now();
        let at = at.min(ended_at);
        let took = ended_at.since(at);
        self.tell(&lease, &verdict, ended_at, took);
        let (status, lasted) = (verdict.status, began.elapsed());
        let is_acknowledged = verdict.kind == Kind::Acknowledged;
        let mut attempt = verdict.into_attempt(&lease, at, took, self.settings.give_up_after);
        attempt.fault = struck.map(|struck| struck.note());
        if let Err(error) = self.record(&lease, attempt).await {
            // The lease runs out and the delivery is tried again: at least once, never less.
            tracing::error!(delivery = lease.id.0, error = &error as &dyn std::error::Error, "a try is not recorded");
        }
        if is_acknowledged {
            self.let_overtaken_go(&lease).await;
        }
        if let Subject::Call(call) = lease.subject {
            watcher(call, lease.id, lease.attempts + 1, status, lasted);
        }
        fail::fail_point!("kill::webhook_recorded", |_| std::process::abort());
    }

    /// Tells media, metrics and the log how a try went.
    fn tell(&self, lease: &Leased, verdict: &Verdict, ended_at: Time, took: Duration) {
        metrics::counter!("offhook_webhook_attempts_total", "outcome" => verdict.kind.label()).increment(1);
        metrics::histogram!("offhook_webhook_attempt_seconds").record(took.as_secs_f64());
        if verdict.kind == Kind::Acknowledged {
            metrics::histogram!("offhook_webhook_lag_seconds").record(ended_at.since(lease.owed_at).as_secs_f64());
            if let (true, Subject::Call(call)) = (lease.carries_offer, lease.subject) {
                (self.delivered)(call);
            }
        } else {
            let Leased { id, app, subject, attempts, .. } = lease;
            let (outcome, status) = (verdict.kind.label(), verdict.status);
            // The endpoint's own words stay in the attempt's row; the log has only ours.
            let reason = status.is_none().then_some(&*verdict.response);
            tracing::info!(
                delivery = id.0, %app, %subject, attempts, outcome, status, reason, "a webhook was not acknowledged"
            );
        }
    }

    async fn record(&self, lease: &Leased, attempt: Attempt) -> Result<(), Error> {
        let Leased { id, app, subject, .. } = lease;
        if matches!(attempt.outcome, AttemptOutcome::Dead | AttemptOutcome::Gone) {
            tracing::warn!(delivery = id.0, %app, %subject, "a webhook is given up");
        }
        if let Some(change) = self.store.record(lease, attempt, self.settings.health_rules()).await? {
            tell_health(lease, change);
            self.count_endpoints().await;
        }
        Ok(())
    }
}

fn tell_health(lease: &Leased, change: HealthChange) {
    let (app, from, to) = (lease.app, change.from.name(), change.to.name());
    match change.to {
        EndpointHealth::Healthy => tracing::info!(%app, from, to, "an endpoint takes webhooks again"),
        EndpointHealth::Failing => tracing::warn!(%app, from, to, "an endpoint fails; its webhooks are tried on"),
        EndpointHealth::Paused => {
            tracing::warn!(%app, from, to, "an endpoint is paused: its webhooks wait until it is set again or resumed");
        }
        EndpointHealth::Gone => {
            tracing::warn!(%app, from, to, "the callback answered 410: nothing is sent to it until it is set again");
        }
    }
}

/// Questions that wait for a worker to read them.
const QUESTIONS_MAX: usize = 16;

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(error = &error as &dyn std::error::Error, "a webhook try panicked");
    }
}
