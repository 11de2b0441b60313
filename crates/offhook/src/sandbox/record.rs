//! What is known of a run.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use offhook_call::{Psid, Time};
use offhook_client::scenario::{Outcome, RunError, junit};
use offhook_service::{RunRecord, RunState};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// A run that can be asked for.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) id: u64,
    pub(super) started_at: Time,
    pub(super) stop: CancellationToken,
    pub(super) progress: watch::Receiver<Progress>,
    /// Is removed with the last who knows it.
    pub(super) folder: Arc<TempDir>,
}

/// How a run goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// The names and psids of consumers who can be called.
    pub(super) ready: Option<Vec<(String, Psid)>>,
    pub(super) ending: Option<Ending>,
}

#[derive(Debug, Clone)]
pub(super) enum Ending {
    Played {
        outcome: Value,
        junit: String,
        /// The names of what was recorded.
        files: Vec<String>,
    },
    NotPlayed(Arc<RunError>),
    Broken(String),
}

impl Kept {
    pub(super) fn is_over(&self) -> bool {
        self.progress.borrow().ending.is_some()
    }

    /// How it goes once `holds` does.
    pub(super) async fn until(&self, holds: impl FnMut(&Progress) -> bool) -> Progress {
        let mut seen = self.progress.clone();
        match seen.wait_for(holds).await {
            Ok(progress) => progress.clone(),
            Err(_gone) => self.progress.borrow().clone(),
        }
    }

    pub(super) fn record(&self) -> RunRecord {
        let Progress { ready, ending } = self.progress.borrow().clone();
        let state = match ending {
            None => RunState::Running,
            Some(Ending::Played { outcome, junit, .. }) => RunState::Ended { outcome, junit },
            Some(Ending::NotPlayed(error)) => RunState::Broken { reason: chain(&*error) },
            Some(Ending::Broken(reason)) => RunState::Broken { reason },
        };
        let consumers = ready.unwrap_or_default();
        RunRecord { id: self.id, started_at: self.started_at, consumers, state }
    }
}

impl Ending {
    /// Recordings are named, not placed: where they lie is nobody's business.
    pub(super) fn of(mut outcome: Outcome) -> Self {
        let devices = outcome.consumers.iter_mut().flat_map(|consumer| &mut consumer.devices);
        let mut files = Vec::new();
        for recording in devices.flat_map(|device| &mut device.recordings) {
            if let Some(name) = recording.file_name() {
                *recording = name.into();
                files.push(recording.to_string_lossy().into_owned());
            }
        }
        let junit = junit(std::slice::from_ref(&outcome));
        let outcome = serde_json::to_value(outcome).expect("outcomes are plain data with text keys");
        Self::Played { outcome, junit, files }
    }
}

pub(super) fn files_in(progress: &Progress) -> &[String] {
    match &progress.ending {
        Some(Ending::Played { files, .. }) => files,
        Some(Ending::NotPlayed(_) | Ending::Broken(_)) | None => &[],
    }
}

/// An error with what caused it, in one line.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Returns when the folder's files are larger than that.
pub(super) async fn outgrown(folder: &Path, bytes_max: u64) {
    while size(folder) <= bytes_max {
        sleep(LOOK_EVERY).await;
    }
}

fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

const LOOK_EVERY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn recordings_outgrow_their_limit() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.ogg"), [0; 60]).unwrap();
        let wait = Duration::from_secs(5);
        assert!(tokio::time::timeout(wait, outgrown(folder.path(), 100)).await.is_err());
        std::fs::write(folder.path().join("b.ogg"), [0; 60]).unwrap();
        outgrown(folder.path(), 100).await;
    }
}
