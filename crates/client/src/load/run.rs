use std::collections::VecDeque;
use std::future::pending;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use offhook_call::{PageId, Psid};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use super::call::{Course, Scene, hold};
use super::leg::LegError;
use super::media::{Media, MediaTimes};
use super::notes::{Failure, Outcome, Step};
use super::report::{P99, Parts};
use super::stage::{Callee, Props, Stage, StageError};
use super::tally::Tally;
use super::{Plan, Progress, Report};
use crate::graph::Graph;

/// Who starts the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    Business,
    Consumer,
}

/// A load whose stage is set.
pub struct Load {
    plan: Plan,
    caller: Caller,
    media: Arc<Media>,
    media_threads: usize,
    stage: Stage,
}

#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the stage cannot be set")]
    Stage(#[from] StageError),
    #[error("no threads or sockets for media")]
    Media(#[source] std::io::Error),
    #[error("a media thread died")]
    MediaDied,
}

/// How often somebody who watches is told.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Load {
    /// Makes Pages, apps, consumers and their devices on an Offhook server, and is all of them.
    pub async fn of_both_sides(plan: Plan, caller: Caller, local_ip: IpAddr, props: &Props) -> Result<Self, LoadError> {
        let (media, media_threads) = media(local_ip)?;
        let stage = Stage::set(props, &plan, &media).await?;
        Ok(Self { plan, caller, media, media_threads, stage })
    }

    /// Is only the business that calls consumers who are there, on any server.
    pub fn of_business(
        plan: Plan,
        local_ip: IpAddr,
        graph: Graph,
        page: PageId,
        consumers: &[Psid],
    ) -> Result<Self, LoadError> {
        let stage = Stage::given(graph, page, consumers, &plan)?;
        let (media, media_threads) = media(local_ip)?;
        Ok(Self { plan, caller: Caller::Business, media, media_threads, stage })
    }

    /// Runs it to its end, or until `stop`: then the calls that are live are ended, and what there is is reported.
    pub async fn run(self, stop: CancellationToken, mut watch: impl FnMut(&Progress)) -> Result<Report, LoadError> {
        let Self { plan, caller, media, media_threads, stage } = self;
        let mut loop_ = OpenLoop {
            plan,
            scene: Arc::new(Scene { media, caller, length: plan.length(), stop: stop.clone() }),
            free: stage.callees.iter().cloned().collect(),
            calls: JoinSet::new(),
            tally: Tally::new(),
            begin: Instant::now(),
            started: 0,
            live_max: 0,
        };
        let cpu_before = cpu_time();
        // Asked apart: no call waits for threads that are busy.
        let mut asked = JoinSet::new();
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while let Some(due) = loop_.due(&stop) {
            tokio::select! {
                () = until(due) => loop_.start(),
                Some(ended) = loop_.calls.join_next() => loop_.take(ended.ok()),
                _ = looks.tick(), if asked.is_empty() => drop(asked.spawn(loop_.scene.media.clone().times())),
                Some(Ok(times)) = asked.join_next() => watch(&loop_.progress(times.map_err(died)?)),
                () = stop.cancelled(), if due.is_some() => {}
            }
        }
        let media_times = loop_.scene.media.clone().times().await.map_err(died)?;
        watch(&loop_.progress(media_times.clone()));
        let cpu = cpu_time().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
        let elapsed = loop_.begin.elapsed().as_secs_f64();
        let report = Parts {
            caller,
            plan: &plan,
            consumers: stage.callees.len(),
            started: loop_.started,
            live_max: loop_.live_max,
            media: media_times,
            tally: loop_.tally,
            media_threads,
            webhooks: stage.webhooks(),
            wrong: stage.routes.iter().map(|routes| routes.wrong()).sum(),
            cpu_cores: cpu.map(|cpu| (100.0 * cpu.as_secs_f64() / elapsed).round() / 100.0),
        }
        .report();
        stage.clear().await;
        Ok(report)
    }
}

/// Starts calls when they are due, whether or not earlier ones have come to anything.
struct OpenLoop {
    plan: Plan,
    scene: Arc<Scene>,
    /// Whoever rested longest is called next.
    free: VecDeque<Arc<Callee>>,
    calls: JoinSet<(Outcome, Arc<Callee>)>,
    tally: Tally,
    begin: Instant,
    started: u64,
    live_max: usize,
}

impl OpenLoop {
    /// When the next call is due, if any more is; `None` once all is over.
    fn due(&self, stop: &CancellationToken) -> Option<Option<Instant>> {
        let has_more = self.started < self.plan.starts() && !stop.is_cancelled();
        let due = has_more.then(|| self.begin + self.plan.start(self.started));
        (due.is_some() || !self.calls.is_empty()).then_some(due)
    }

    fn start(&mut self) {
        let (due, number) = (self.begin + self.plan.start(self.started), self.started);
        self.started += 1;
        let Some(callee) = self.free.pop_front() else {
            self.tally.fail(Failure::NoConsumerFree.name());
            return;
        };
        let number = u32::try_from(number).expect("a plan has no more calls than fit");
        let (scene, course) = (Arc::clone(&self.scene), Course { number, due, callee: Arc::clone(&callee) });
        self.calls.spawn(async move { (hold(scene, course).await, callee) });
        self.live_max = self.live_max.max(self.calls.len());
    }

    /// `None`: the call panicked, and its consumer may be in any state.
    fn take(&mut self, ended: Option<(Outcome, Arc<Callee>)>) {
        match ended {
            Some((outcome, callee)) => {
                self.tally.add(&outcome);
                self.free.push_back(callee);
            }
            None => self.tally.fail(Failure::Machine.name()),
        }
    }

    fn progress(&self, mut delays: MediaTimes) -> Progress {
        delays.to_business.add(&delays.to_consumer);
        let talking = self.tally.steps.get(&Step::Talking).map(|times| (times.at(0.5), times.at(P99)));
        let delay = delays.to_business.summary().map(|_| delays.to_business.at(P99));
        Progress {
            elapsed: self.begin.elapsed(),
            planned: self.plan.starts(),
            started: self.started,
            live: self.calls.len(),
            completed: self.tally.completed,
            failed: self.tally.failed(),
            talking,
            delay,
        }
    }
}

fn media(local_ip: IpAddr) -> Result<(Arc<Media>, usize), LoadError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Ok((Arc::new(Media::start(local_ip, threads).map_err(LoadError::Media)?), threads))
}

fn died(error: LegError) -> LoadError {
    tracing::error!(error = &error as &dyn std::error::Error, "a media thread does not answer");
    LoadError::MediaDied
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due.into()).await,
        None => pending().await,
    }
}

/// What this process has used so far.
#[cfg(unix)]
fn cpu_time() -> Option<Duration> {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).ok().map(Duration::from)
}

#[cfg(not(unix))]
fn cpu_time() -> Option<Duration> {
    None
}
