use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use offhook_client::scenario::{Run, RunError, RunEvent, Scenario};
use offhook_service::{Clock, NewRun, RunRecord, RunRefused, Runs};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::record::{Ending, Kept, Progress, chain, files_in, outgrown};
use super::stage::Stage;

/// Plays scenarios on the server that it lives in.
pub(crate) struct LocalRuns {
    stage: Stage,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// The oldest first.
    kept: Mutex<VecDeque<Kept>>,
}

impl LocalRuns {
    /// Runs are tasks of `tasks`, and end when `stop` is cancelled.
    pub(crate) fn new(stage: Stage, clock: Arc<dyn Clock>, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { stage, clock, tasks, stop, kept: Mutex::default() }
    }

    /// Makes room for one more.
    fn keep(&self, kept: Kept) -> Result<(), RunRefused> {
        let mut all = self.lock();
        if all.iter().filter(|run| !run.is_over()).count() >= RUNS_AT_A_TIME {
            return Err(RunRefused::TooMany(RUNS_AT_A_TIME));
        }
        while all.len() >= RUNS_KEPT
            && let Some(oldest) = all.iter().position(Kept::is_over)
        {
            all.remove(oldest);
        }
        all.push_back(kept);
        Ok(())
    }

    fn find(&self, run: u64) -> Option<Kept> {
        self.lock().iter().find(|kept| kept.id == run).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        // Every change leaves the list whole, so a panic elsewhere does not spoil it.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The run as a task that tells how it goes.
    fn spawn(&self, run: Run, progress: Arc<watch::Sender<Progress>>, folder: Arc<TempDir>) {
        self.tasks.spawn(async move {
            let stop = run.stop.clone();
            let mut playing = tokio::spawn(run.play());
            let mut too_much = false;
            let played = tokio::select! {
                played = &mut playing => played,
                () = outgrown(folder.path(), RECORDED_BYTES_MAX) => {
                    too_much = true;
                    stop.cancel();
                    playing.await
                }
            };
            let ending = match played {
                Ok(Ok(_)) if too_much => {
                    let mib = RECORDED_BYTES_MAX >> 20;
                    Ending::Broken(format!("it recorded more than {mib} MiB: let fewer devices hear less in one run"))
                }
                Ok(Ok(outcome)) => Ending::of(outcome),
                Ok(Err(error)) => Ending::NotPlayed(Arc::new(error)),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a run failed");
                    Ending::Broken("a bug in Offhook; the log has it".to_owned())
                }
            };
            progress.send_modify(|progress| progress.ending = Some(ending));
        });
    }
}

#[async_trait]
impl Runs for LocalRuns {
    async fn start(&self, new: NewRun) -> Result<RunRecord, RunRefused> {
        let NewRun { scenario, files, page } = new;
        let scenario = Scenario::parse("scenario", &scenario);
        let scenario = scenario.map_err(|error| RunRefused::Unplayable(format!("scenario: {error}")))?;
        if scenario.limit() > RUN_MAX {
            let minutes = RUN_MAX.as_secs() / 60;
            let detail = format!("scenario: a run may take {minutes} minutes here, so `limit` may be no longer");
            return Err(RunRefused::Unplayable(detail));
        }
        let folder = TempDir::with_prefix("offhook-run-").map_err(|error| RunRefused::Failed(Box::new(error)))?;
        let (progress, seen) = watch::channel(Progress::default());
        let (progress, folder) = (Arc::new(progress), Arc::new(folder));
        let kept = Kept {
            id: rand::random(),
            started_at: self.clock.now(),
            stop: self.stop.child_token(),
            progress: seen,
            folder: Arc::clone(&folder),
        };
        self.keep(kept.clone())?;
        let told = Arc::clone(&progress);
        let run = Run {
            scenario,
            server: self.stage.server(page),
            files,
            record: Some(folder.path().to_owned()),
            observer: Arc::new(move |event| {
                if let RunEvent::Ready { consumers, .. } = event {
                    let named = consumers.into_iter().map(|present| (present.name, present.psid)).collect();
                    told.send_modify(|progress| progress.ready = Some(named));
                }
            }),
            stop: kept.stop.clone(),
        };
        self.spawn(run, progress, folder);
        match kept.until(|progress| progress.ready.is_some() || progress.ending.is_some()).await {
            Progress { ready: None, ending: Some(Ending::NotPlayed(error)) } => {
                self.lock().retain(|other| other.id != kept.id);
                Err(refusal(error))
            }
            _ready_or_over => Ok(kept.record()),
        }
    }

    fn newest(&self, limit: usize) -> Vec<RunRecord> {
        self.lock().iter().rev().take(limit).map(Kept::record).collect()
    }

    async fn run(&self, run: u64, wait: Duration) -> Option<RunRecord> {
        let kept = self.find(run)?;
        // Over or not: the record says which.
        let _ = timeout(wait, kept.until(|progress| progress.ending.is_some())).await;
        Some(kept.record())
    }

    async fn stop(&self, run: u64) -> Option<RunRecord> {
        self.find(run)?.stop.cancel();
        self.run(run, STOP_WAIT).await
    }

    async fn file(&self, run: u64, name: &str) -> Option<Vec<u8>> {
        let kept = self.find(run)?;
        if !files_in(&kept.progress.borrow()).iter().any(|file| file == name) {
            return None;
        }
        let read = tokio::fs::read(kept.folder.path().join(name)).await;
        read.inspect_err(|error| tracing::error!(%error, "a recording cannot be read")).ok()
    }
}

/// What its sender can change is theirs to know.
fn refusal(error: Arc<RunError>) -> RunRefused {
    match &*error {
        RunError::NoFile(_) | RunError::File { .. } | RunError::Server(_) | RunError::Device(_) => {
            RunRefused::Unplayable(chain(&*error))
        }
        RunError::Http(_) | RunError::Address(_) | RunError::Folder { .. } | RunError::Tape(_) => {
            RunRefused::Failed(Box::new(error))
        }
    }
}

/// Runs that are under way at a time.
const RUNS_AT_A_TIME: usize = 8;

/// Runs that can be asked for, with their recordings; the oldest go.
const RUNS_KEPT: usize = 50;

/// Longest run.
const RUN_MAX: Duration = Duration::from_secs(30 * 60);

/// Of the recordings of one run: an hour of one device's sound.
const RECORDED_BYTES_MAX: u64 = 16 << 20;

/// How long a run that is stopped is waited for: its devices may take some seconds to leave.
const STOP_WAIT: Duration = Duration::from_secs(10);
