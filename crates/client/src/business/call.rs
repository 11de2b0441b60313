use std::time::{Duration, Instant};

use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use super::{Failure, Report};
use crate::graph::CallId;
use crate::phone::{LineEvent, Milestone, Phone, PhoneError, Source};
use crate::story::{Narrator, What};
use crate::webhook::{Arrival, CallEventKind, End, Event, Receiver};

/// Why following a call came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Followed {
    /// What was waited for happened, or the call ended.
    Done,
    Late,
    Stopped,
}

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
    /// Whether webhooks come; if not, the line must tell what happens.
    told: bool,
    line_lost: bool,
    /// Version of the server's last offer that was applied.
    version: u32,
    /// What the terminate webhook said.
    pub(super) ended: Option<End>,
}

impl Conversation {
    pub(super) fn new(call: CallId, phone: Phone, started: Instant, told: bool, narrator: Narrator) -> Self {
        Self {
            call,
            phone,
            narrator,
            started,
            connected_after: started.elapsed(),
            ringing_after: None,
            accepted_after: None,
            audio_after: None,
            told,
            line_lost: false,
            version: 0,
            ended: None,
        }
    }

    /// The business itself has accepted.
    pub(super) fn accepted(&mut self) {
        self.accepted_after = Some(self.connected_after);
    }

    /// Takes webhooks and the phone's events as they come, until `done` or the end of the call.
    pub(super) async fn follow(
        &mut self,
        mut webhooks: Option<&mut Receiver>,
        deadline: Option<Instant>,
        stop: &CancellationToken,
        done: impl Fn(&Self) -> bool,
    ) -> Result<Followed, Failure> {
        while !done(self) && !self.has_ended() {
            tokio::select! {
                () = stop.cancelled() => return Ok(Followed::Stopped),
                arrival = next_of(&mut webhooks) => self.take_webhook(arrival.ok_or(Failure::NoWebhooks)?).await?,
                Some(event) = self.phone.next_event() => self.take_line_event(event),
                () = until(deadline) => return Ok(Followed::Late),
            }
        }
        Ok(Followed::Done)
    }

    /// Picked up, and the consumer is heard.
    pub(super) fn is_talking(&self) -> bool {
        (self.accepted_after.is_some() || !self.told) && self.audio_after.is_some()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_some() || (!self.told && self.line_lost)
    }

    pub(super) async fn say(&self, voice: Source) -> Result<(), Failure> {
        unless_closed(self.phone.say(voice).await)
    }

    /// Applies an offer of the server's.
    pub(super) async fn renegotiate(&self, offer: &str) -> Result<(), Failure> {
        unless_closed(self.phone.apply_offer(offer).await.map(drop))
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
                self.renegotiate(&offer).await?;
            }
            CallEventKind::MediaUpdate { .. } => {}
            CallEventKind::Terminate(end) => {
                self.ended.get_or_insert(end);
            }
        }
        Ok(())
    }

    fn take_line_event(&mut self, event: LineEvent) {
        match event {
            LineEvent::Reached { milestone: Milestone::FirstPacket, .. } => {
                self.audio_after.get_or_insert(self.started.elapsed());
            }
            LineEvent::IceDisconnected | LineEvent::Closed => self.line_lost = true,
            LineEvent::Reached { .. } | LineEvent::Digit { .. } => {}
        }
        self.narrator.tell(What::Line(event));
    }
}

/// A line that closed is no failure: the end of the call is on its way.
fn unless_closed(result: Result<(), PhoneError>) -> Result<(), Failure> {
    match result {
        Ok(()) | Err(PhoneError::Closed) => Ok(()),
        Err(failed) => Err(failed.into()),
    }
}

async fn next_of(webhooks: &mut Option<&mut Receiver>) -> Option<Arrival> {
    match webhooks {
        Some(webhooks) => webhooks.next().await,
        None => std::future::pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
