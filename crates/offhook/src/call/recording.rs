use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use anyhow::Context as _;
use offhook_client::audio::{FileError, Frame, Recorder};
use offhook_client::phone::Tap;

/// A file that is written by a thread of its own: a phone must not wait for a disk.
pub(super) struct Recording {
    writer: JoinHandle<Result<(), FileError>>,
}

/// Frames that wait for the disk: five seconds. More are left out.
const WAITING_MAX: usize = 250;

impl Recording {
    /// The recording ends when the tap is dropped.
    pub(super) fn start(path: &Path) -> anyhow::Result<(Self, Tap)> {
        let mut recorder = Recorder::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        let (frames, heard): (SyncSender<Frame>, _) = sync_channel(WAITING_MAX);
        let writer = std::thread::spawn(move || {
            heard.into_iter().try_for_each(|frame| recorder.write(&frame))?;
            recorder.finish()
        });
        let tap = move |frame: &Frame| {
            if frames.try_send(*frame).is_err() {
                tracing::warn!("a frame is missing in the recording: the disk is too slow, or full");
            }
        };
        Ok((Self { writer }, Box::new(tap)))
    }

    /// Waits until the file is complete.
    pub(super) async fn finish(self) -> anyhow::Result<()> {
        let written = tokio::task::spawn_blocking(|| self.writer.join()).await?;
        written.map_err(|_| anyhow::anyhow!("the recording panicked"))?.context("the recording is not complete")
    }
}
