//! What happens to calls by themselves: time passes, media is lost.

use std::time::Duration;

use offhook_call::{Abandonment, CallId, Command, Happening, Refused};
use offhook_store::Error;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{MediaEvent, Service};

impl Service {
    /// Drives deadlines and media events, makes up for what was lost and follows the machine's clock, until `stop`. Ends
    /// early only if `events` closes.
    pub async fn run(&self, events: mpsc::Receiver<MediaEvent>, stop: CancellationToken) {
        let over = stop.child_token();
        let drive = async {
            self.drive(events, &over).await;
            over.cancel();
        };
        tokio::join!(
            drive,
            self.keep_reconciled(&over),
            self.keep_clock(&over),
            self.keep_timelines(&over),
            self.keep_desk(&over)
        );
    }

    async fn drive(&self, mut events: mpsc::Receiver<MediaEvent>, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                event = events.recv() => match event {
                    Some(event) => self.handle_media_event(event).await,
                    None => return,
                },
                () = self.wait_for_deadline() => self.handle_deadlines().await,
                () = self.wait_for_minute() => {
                    self.handle_hours().await;
                    self.inner.consumer_rate.sweep();
                    self.inner.sign_in_rate.sweep();
                }
            }
        }
    }

    /// Ends every call whose deadline has passed.
    pub async fn handle_deadlines(&self) {
        let _alone = self.inner.ending_due.lock().await;
        while let Some((deadline, call)) = self.inner.timers.next() {
            if self.now() < deadline {
                return;
            }
            self.inner.timers.set(call, None);
            self.end_by_itself(call, Command::Expire).await;
        }
    }

    /// Ends the call whose media is gone.
    pub async fn handle_media_event(&self, event: MediaEvent) {
        let (call, command) = match event {
            MediaEvent::Lost { call, side, cause } => {
                tracing::info!(%call, ?side, ?cause, "a leg was lost");
                (call, Command::LoseMedia { cause })
            }
            MediaEvent::Leg { call, side, age, event } => {
                return self.note_past(call, age, Happening::Leg { side, event });
            }
            MediaEvent::Failed { call } => (call, Command::Abandon { cause: Abandonment::InternalError }),
        };
        self.end_by_itself(call, command).await;
    }

    /// Returns at the earliest deadline, or earlier.
    async fn wait_for_deadline(&self) {
        let wait = match self.inner.timers.next() {
            Some((deadline, _)) => self.inner.parts.clock.until(deadline),
            None => None,
        };
        tokio::select! {
            () = tokio::time::sleep(wait.map_or(IDLE, |wait| wait.min(IDLE))) => {}
            () = self.inner.timers.changed() => {}
        }
    }

    async fn end_by_itself(&self, call: CallId, command: Command) {
        match self.apply(call, command.clone()).await {
            Ok(Some(Ok(_)) | None) => {}
            // Somebody else ended the call first. A leg may have been opened after that; nothing else would close it.
            Ok(Some(Err(Refused::Ended(_)))) => self.close_bridge(call).await,
            Ok(Some(Err(Refused::NotDue))) => self.set_timer_anew(call).await,
            Ok(Some(Err(refused))) => tracing::debug!(%call, %refused, "nothing to end"),
            // The deadline is set again, the lost leg found, when the state is reconciled. That it cannot write, the store
            // has logged once for all calls.
            Err(Error::Disk(_)) => {}
            Err(error) => {
                tracing::error!(%call, error = &error as &dyn std::error::Error, "a call could not be ended, trying again");
            }
        }
    }

    /// The deadline that passed was not the call's any more.
    async fn set_timer_anew(&self, call: CallId) {
        match self.store().call(call).await {
            Ok(found) => self.inner.timers.set(call, found.and_then(|call| call.deadline(&self.limits().call))),
            Err(error) => {
                tracing::error!(%call, error = &error as &dyn std::error::Error, "a call's deadline cannot be read");
                self.heal_soon();
            }
        }
    }
}

/// Longest sleep between two looks at the deadlines.
const IDLE: Duration = Duration::from_secs(3600);
