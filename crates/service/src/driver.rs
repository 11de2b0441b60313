//! What happens to calls by themselves: time passes, media is lost.

use std::time::Duration;

use offhook_call::{Abandonment, CallId, Command, Refused, Time};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{MediaEvent, Service};

impl Service {
    /// Drives deadlines and media events until `stop`. Ends early only if `events` closes.
    pub async fn run(&self, mut events: mpsc::Receiver<MediaEvent>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                event = events.recv() => match event {
                    Some(event) => self.handle_media_event(event).await,
                    None => return,
                },
                call = self.due() => self.end_by_itself(call, Command::Expire).await,
            }
        }
    }

    /// Returns the next call whose deadline passed, and forgets that deadline.
    async fn due(&self) -> CallId {
        loop {
            let wait = match self.inner.timers.next() {
                Some((deadline, call)) if deadline <= self.now() => {
                    self.inner.timers.set(call, None);
                    return call;
                }
                Some((deadline, _)) => self.until(deadline),
                None => IDLE,
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.inner.timers.changed() => {}
            }
        }
    }

    fn until(&self, deadline: Time) -> Duration {
        deadline.since(self.now()).min(IDLE)
    }

    async fn handle_media_event(&self, event: MediaEvent) {
        let (call, command) = match event {
            MediaEvent::Lost { call, side, cause } => {
                tracing::info!(%call, ?side, ?cause, "a leg was lost");
                (call, Command::LoseMedia { cause })
            }
            MediaEvent::Failed { call } => (call, Command::Abandon { cause: Abandonment::InternalError }),
        };
        self.end_by_itself(call, command).await;
    }

    async fn end_by_itself(&self, call: CallId, command: Command) {
        match self.apply(call, command.clone()).await {
            Ok(Some(Ok(_)) | None) => {}
            // Somebody else ended the call first.
            Ok(Some(Err(Refused::Ended(_)))) => {}
            Ok(Some(Err(refused))) => tracing::debug!(%call, %refused, "nothing to end"),
            Err(error) => {
                tracing::error!(%call, error = &error as &dyn std::error::Error, "a call could not be ended, trying again");
                self.inner.timers.set(call, Some(self.now() + RETRY));
            }
        }
    }
}

/// Longest sleep between two looks at the deadlines.
const IDLE: Duration = Duration::from_secs(3600);

/// When the store could not end a call: how long until the next try.
const RETRY: Duration = Duration::from_secs(1);
