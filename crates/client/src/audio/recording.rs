use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::{FileError, Frame, Recorder};

/// A file of what is heard, written by a thread of its own: a phone must not wait for a disk.
pub struct Recording {
    writer: JoinHandle<Result<(), FileError>>,
}

/// Frames that wait for the disk: five seconds. More are left out.
const WAITING_MAX: usize = 250;

impl Recording {
    /// Makes the file, or empties it. It ends when what takes the frames is dropped.
    pub fn start(path: &Path) -> Result<(Self, impl FnMut(&Frame) + Send + use<>), FileError> {
        let mut recorder = Recorder::create(path)?;
        let (frames, heard): (SyncSender<Frame>, _) = sync_channel(WAITING_MAX);
        let writer = std::thread::spawn(move || {
            heard.into_iter().try_for_each(|frame| recorder.write(&frame))?;
            recorder.finish()
        });
        let take = move |frame: &Frame| {
            if frames.try_send(*frame).is_err() {
                tracing::warn!("a frame is missing in the recording: the disk is too slow, or full");
            }
        };
        Ok((Self { writer }, take))
    }

    /// Waits until the file is complete.
    pub async fn finish(self) -> Result<(), FileError> {
        let written = tokio::task::spawn_blocking(|| self.writer.join()).await;
        written.expect("a join is not aborted").expect("writing does not panic")
    }
}
