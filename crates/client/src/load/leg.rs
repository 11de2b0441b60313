//! A party as the control side holds it.

use std::io;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use super::hearing::Hearing;
use super::media::{Handle, MediaTimes};
pub(super) use super::party::News;
use super::stamp::Speaker;
use crate::phone::SdpRefused;

/// One party's connection. Dropping it closes it.
pub(super) struct Leg {
    thread: Handle,
    party: usize,
    news: mpsc::Receiver<(News, Instant)>,
}

/// What a media thread can be told.
pub(super) enum Command {
    Open {
        speaker: Speaker,
        partner: Option<Speaker>,
        news: mpsc::Sender<(News, Instant)>,
        done: oneshot::Sender<io::Result<(usize, String)>>,
    },
    Answer {
        party: usize,
        sdp: String,
        done: oneshot::Sender<Result<(), SdpRefused>>,
    },
    Offer {
        party: usize,
        sdp: String,
        done: oneshot::Sender<Result<(), SdpRefused>>,
    },
    Hush {
        party: usize,
    },
    /// `done` gets what the party said and heard.
    Close {
        party: usize,
        done: Option<oneshot::Sender<(u32, Hearing)>>,
    },
    Times {
        done: oneshot::Sender<MediaTimes>,
    },
}

#[derive(Debug, thiserror::Error)]
pub(super) enum LegError {
    #[error("no UDP socket")]
    Io(#[source] io::Error),
    #[error(transparent)]
    Sdp(#[from] SdpRefused),
    #[error("the media thread is gone")]
    Gone,
}

/// Each milestone once, and the end.
const NEWS_MAX: usize = 8;

impl Handle {
    /// Tells the thread what makes an answer necessary, and waits for it.
    pub(super) async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, LegError> {
        let (done, answer) = oneshot::channel();
        self.tell(command(done)).await?;
        answer.await.map_err(|_| LegError::Gone)
    }
}

impl Leg {
    pub(super) async fn open(
        thread: Handle,
        speaker: Speaker,
        partner: Option<Speaker>,
    ) -> Result<(Self, String), LegError> {
        let (told, news) = mpsc::channel(NEWS_MAX);
        let opened = thread.ask(|done| Command::Open { speaker, partner, news: told, done }).await?;
        let (party, offer) = opened.map_err(LegError::Io)?;
        Ok((Self { thread, party, news }, offer))
    }

    pub(super) async fn apply_answer(&self, sdp: String) -> Result<(), LegError> {
        Ok(self.thread.ask(|done| Command::Answer { party: self.party, sdp, done }).await??)
    }

    pub(super) async fn apply_offer(&self, sdp: String) -> Result<(), LegError> {
        Ok(self.thread.ask(|done| Command::Offer { party: self.party, sdp, done }).await??)
    }

    /// Says no more, and goes on listening.
    pub(super) async fn hush(&self) -> Result<(), LegError> {
        self.thread.tell(Command::Hush { party: self.party }).await
    }

    /// Hangs up: how many packets were said, and what was heard.
    pub(super) async fn close(self) -> Result<(u32, Hearing), LegError> {
        self.thread.ask(|done| Command::Close { party: self.party, done: Some(done) }).await
    }

    /// What happens, and when; waits for ever after the last. Can be dropped and called again.
    pub(super) async fn next(&mut self) -> (News, Instant) {
        match self.news.recv().await {
            Some(news) => news,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Leg {
    /// Closing twice is no harm: the second finds nobody.
    fn drop(&mut self) {
        self.thread.forget(self.party);
    }
}
