use std::time::{Duration, Instant};

use tokio::time::sleep_until;

use super::{Failure, Report};
use crate::graph::CallId;
use crate::phone::{LineEvent, Milestone, Phone, PhoneError};
use crate::story::{Narrator, What};
use crate::webhook::{Arrival, CallEventKind, End, Event, Receiver};

/// One call while it lasts: its phone, and what the webhooks said of it.
pub(super) struct Conversation {
    pub(super) call: CallId,
    pub(super) phone: Phone,
    narrator: Narrator,
    started: Instant,
    connected_after: Duration,
    ringing_after: Option<Duration>,
    accepted_after: Option<Duration>,
    audio_after: Option<Duration>,
    /// Version of the server's last offer that was applied.
    version: u32,
    /// What the terminate webhook said.
    pub(super) ended: Option<End>,
}

impl Conversation {
    pub(super) fn new(call: CallId, phone: Phone, started: Instant, narrator: Narrator) -> Self {
        Self {
            call,
            phone,
            narrator,
            started,
            connected_after: started.elapsed(),
            ringing_after: None,
            accepted_after: None,
            audio_after: None,
            version: 0,
            ended: None,
        }
    }

    /// Takes webhooks and the phone's events as they come, until `done` or the end of the call; false if the deadline
    /// is earlier.
    pub(super) async fn follow(
        &mut self,
        webhooks: &mut Receiver,
        deadline: Instant,
        done: impl Fn(&Self) -> bool,
    ) -> Result<bool, Failure> {
        while !done(self) && !self.has_ended() {
            tokio::select! {
                arrival = webhooks.next() => self.take_webhook(arrival.ok_or(Failure::NoWebhooks)?).await?,
                Some(event) = self.phone.next_event() => self.take_line_event(event),
                () = sleep_until(deadline.into()) => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Picked up, and the consumer is heard.
    pub(super) fn is_talking(&self) -> bool {
        self.accepted_after.is_some() && self.audio_after.is_some()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Puts the phone down.
    pub(super) async fn report(self, ended: End) -> Report {
        let statistics = self.phone.hang_up().await;
        self.narrator.tell(What::HungUp(Box::new(statistics.clone())));
        Report {
            call: self.call,
            connected_after: self.connected_after,
            ringing_after: self.ringing_after,
            accepted_after: self.accepted_after,
            audio_after: self.audio_after,
            status: ended.status,
            duration: ended.duration,
            statistics,
        }
    }

    async fn take_webhook(&mut self, arrival: Arrival) -> Result<(), Failure> {
        self.narrator.tell(What::Webhook(arrival.clone()));
        let Arrival::Valid { events, .. } = arrival else { return Ok(()) };
        for event in events {
            match event {
                Event::Call(event) if event.call == self.call => self.take_call_event(event.kind).await?,
                Event::Call(_)
                | Event::PermissionReply(_)
                | Event::Settings(_)
                | Event::Incoming(_)
                | Event::Other(_) => {}
            }
        }
        Ok(())
    }

    /// Deliveries may come twice and late: each step counts once, and of the server's offers only a newer one.
    async fn take_call_event(&mut self, event: CallEventKind) -> Result<(), Failure> {
        let after = self.started.elapsed();
        match event {
            CallEventKind::Calling { .. } | CallEventKind::Dialing { .. } | CallEventKind::Other(_) => {}
            CallEventKind::Ringing { .. } => {
                self.ringing_after.get_or_insert(after);
            }
            CallEventKind::Accepted { .. } => {
                self.accepted_after.get_or_insert(after);
            }
            CallEventKind::MediaUpdate { version, offer } if version > self.version => {
                self.version = version;
                match self.phone.apply_offer(&offer).await {
                    // The end is on its way.
                    Ok(_) | Err(PhoneError::Closed) => {}
                    Err(failed) => return Err(failed.into()),
                }
            }
            CallEventKind::MediaUpdate { .. } => {}
            CallEventKind::Terminate(end) => {
                self.ended.get_or_insert(end);
            }
        }
        Ok(())
    }

    fn take_line_event(&mut self, event: LineEvent) {
        if let LineEvent::Reached { milestone: Milestone::FirstPacket, .. } = event {
            self.audio_after.get_or_insert(self.started.elapsed());
        }
        self.narrator.tell(What::Line(event));
    }
}
