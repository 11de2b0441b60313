use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::call::{Conversation, Followed};
use super::{Failure, Report};
use crate::graph::{self, CallId, Graph, PageId, Psid, Reason};
use crate::phone::{self, Phone, PhoneError, Source};
use crate::story::{Narrator, What};
use crate::webhook::{Arrival, CallEvent, CallEventKind, End, Event, Receiver};

/// A business: a Page, its token, and a callback for its webhooks.
pub struct Business {
    graph: Graph,
    page: PageId,
    webhooks: Option<Receiver>,
    narrator: Narrator,
}

/// A call to make.
pub struct Dial {
    pub to: Psid,
    pub talk: Talk,
    /// How long to wait until the consumer has picked up and is heard.
    pub patience: Duration,
}

/// How a business talks.
pub struct Talk {
    pub phone: phone::Config,
    /// What to say once the other party is there, instead of the phone's own source.
    pub voice: Option<Source>,
    /// How long to talk; `None` leaves the end to `stop` and to the consumer.
    pub length: Option<Duration>,
    /// Hangs up, whatever state the call is in.
    pub stop: CancellationToken,
}

impl Default for Talk {
    /// A silent phone on loopback, without an end.
    fn default() -> Self {
        Self { phone: phone::Config::default(), voice: None, length: None, stop: CancellationToken::new() }
    }
}

/// A [`Talk`] whose phone is picked up.
struct Course {
    voice: Option<Source>,
    length: Option<Duration>,
    patience: Duration,
    stop: CancellationToken,
}

impl Talk {
    async fn begin(self, patience: Duration) -> Result<(Phone, Course), PhoneError> {
        let Self { phone, voice, length, stop } = self;
        Ok((Phone::new(phone).await?, Course { voice, length, patience, stop }))
    }
}

impl Business {
    /// `webhooks` must be the callback that the Page's app subscribed.
    pub fn new(graph: Graph, page: PageId, webhooks: Receiver, narrator: Narrator) -> Self {
        Self { webhooks: Some(webhooks), ..Self::without_webhooks(graph, page, narrator) }
    }

    /// A business that is told nothing: it hears that a consumer has picked up, and that the line is dead some seconds
    /// after the call's end.
    pub fn without_webhooks(graph: Graph, page: PageId, narrator: Narrator) -> Self {
        let watcher = narrator.clone();
        let graph = graph.observed(Arc::new(move |exchange| watcher.tell(What::Request(exchange.clone()))));
        Self { graph, page, webhooks: None, narrator }
    }

    /// Makes a call from the permission check to the terminate webhook. If it fails on its way, it is ended.
    pub async fn call(&mut self, dial: Dial) -> Result<Report, Failure> {
        if !self.graph.call_permissions(self.page, dial.to).await?.may_call() {
            return Err(Failure::NotPermitted);
        }
        let (phone, course) = dial.talk.begin(dial.patience).await?;
        let offer = phone.offer().await?;
        let started = Instant::now();
        let connected = self.graph.connect(self.page, dial.to, &offer).await?;
        let told = self.webhooks.is_some();
        let conversation = Conversation::new(connected.call, phone, started, told, self.narrator.clone());
        let sdp = Descriptions { answer: connected.answer, renegotiation: connected.renegotiation };
        self.hold(conversation, sdp, course).await
    }

    /// Waits for a consumer to call, accepts, and talks. Needs webhooks. `None`: stopped before anybody called.
    pub async fn answer(&mut self, talk: Talk) -> Result<Option<Report>, Failure> {
        let Some(call) = self.next_caller(&talk.stop).await? else { return Ok(None) };
        let (phone, course) = talk.begin(AUDIO_WAIT).await?;
        let offer = phone.offer().await?;
        let started = Instant::now();
        let answered = self.graph.accept(self.page, &call, &offer).await?;
        let mut conversation = Conversation::new(call, phone, started, true, self.narrator.clone());
        conversation.accepted();
        let sdp = Descriptions { answer: answered.answer, renegotiation: answered.renegotiation };
        self.hold(conversation, sdp, course).await.map(Some)
    }

    /// Refuses the next call of a consumer. `None`: stopped before anybody called.
    pub async fn reject(&mut self, stop: &CancellationToken) -> Result<Option<CallId>, Failure> {
        let Some(call) = self.next_caller(stop).await? else { return Ok(None) };
        self.graph.reject(self.page, &call).await?;
        Ok(Some(call))
    }

    /// The next call of a consumer.
    async fn next_caller(&mut self, stop: &CancellationToken) -> Result<Option<CallId>, Failure> {
        let webhooks = self.webhooks.as_mut().ok_or(Failure::NoWebhooks)?;
        loop {
            let arrival = tokio::select! {
                () = stop.cancelled() => return Ok(None),
                arrival = webhooks.next() => arrival.ok_or(Failure::NoWebhooks)?,
            };
            self.narrator.tell(What::Webhook(arrival.clone()));
            let Arrival::Valid { events, .. } = arrival else { continue };
            if let Some(call) = events.into_iter().find_map(caller) {
                return Ok(Some(call));
            }
        }
    }

    /// Holds a conversation whose server has answered, to its end.
    async fn hold(
        &mut self,
        mut conversation: Conversation,
        sdp: Descriptions,
        course: Course,
    ) -> Result<Report, Failure> {
        match self.talk(&mut conversation, sdp, course).await {
            Ok(()) => {
                let ended = self.hang_up(&mut conversation).await?;
                Ok(conversation.report(ended).await)
            }
            Err(failure) => {
                self.give_up(&conversation.call).await;
                Err(failure)
            }
        }
    }

    /// Follows the call until it was long enough, is stopped, or somebody else ended it.
    async fn talk(
        &mut self,
        conversation: &mut Conversation,
        sdp: Descriptions,
        course: Course,
    ) -> Result<(), Failure> {
        let Course { voice, length, patience, stop } = course;
        conversation.phone.apply_answer(&sdp.answer).await?;
        if let Some(offer) = sdp.renegotiation {
            conversation.renegotiate(&offer).await?;
        }
        let heard_by = Some(Instant::now() + patience);
        match conversation.follow(self.webhooks.as_mut(), heard_by, &stop, Conversation::is_talking).await? {
            Followed::Late => return Err(Failure::NoConversation(patience)),
            Followed::Stopped => return Ok(()),
            Followed::Done => {}
        }
        if let Some(voice) = voice {
            conversation.say(voice).await?;
        }
        let long_enough = length.map(|length| Instant::now() + length);
        conversation.follow(self.webhooks.as_mut(), long_enough, &stop, Conversation::has_ended).await?;
        Ok(())
    }

    /// Ends the call unless it has ended, and waits to be told so.
    async fn hang_up(&mut self, conversation: &mut Conversation) -> Result<End, Failure> {
        if !conversation.has_ended() || self.webhooks.is_none() {
            self.terminate(&conversation.call).await?;
        }
        if self.webhooks.is_none() {
            return Ok(End { status: None, started_at: None, ended_at: None, duration: None });
        }
        let (told_by, never) = (Some(Instant::now() + TERMINATE_WEBHOOK_WAIT), CancellationToken::new());
        conversation.follow(self.webhooks.as_mut(), told_by, &never, Conversation::has_ended).await?;
        conversation.ended.ok_or(Failure::NotTerminated(TERMINATE_WEBHOOK_WAIT))
    }

    /// Ends a call that failed; why it failed matters more than whether this works.
    async fn give_up(&self, call: &CallId) {
        if let Err(error) = self.terminate(call).await {
            tracing::warn!(%call, error = &error as &dyn std::error::Error, "a failed call was not ended");
        }
    }

    async fn terminate(&self, call: &CallId) -> Result<(), Failure> {
        match self.graph.terminate(self.page, call).await {
            Ok(()) => Ok(()),
            // The other side was faster; its webhook is on its way.
            Err(graph::Error::Refused { refusal, .. }) if ALREADY_OVER.contains(&refusal.reason()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// What the server answered to the business's offer.
struct Descriptions {
    answer: String,
    renegotiation: Option<String>,
}

fn caller(event: Event) -> Option<CallId> {
    match event {
        Event::Call(CallEvent { call, kind: CallEventKind::Calling { .. }, .. }) => Some(call),
        Event::Call(_) | Event::PermissionReply(_) | Event::Settings(_) | Event::Incoming(_) | Event::Other(_) => None,
    }
}

/// How long the terminate webhook may take after a hang-up.
const TERMINATE_WEBHOOK_WAIT: Duration = Duration::from_secs(10);

/// How long it may take to hear a consumer whose call was accepted.
const AUDIO_WAIT: Duration = Duration::from_secs(20);

/// Refusals of a terminate that say that nothing is left to end.
const ALREADY_OVER: [Reason; 3] = [Reason::AlreadyTerminated, Reason::CallEnded, Reason::CallFailed];
