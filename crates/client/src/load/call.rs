//! One call of the load, from the moment at which it should start.

mod broken;
mod events;

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use self::broken::Broken;
use super::Caller;
use super::guest::{Guest, NOTICES_MAX, Notice, Part};
use super::leg::{Leg, News};
use super::media::Media;
use super::notes::{End, Failure, Flows, Notes, Outcome, Step, Webhook};
use super::stage::Callee;
use super::stamp::{Side, Speaker};
use super::webhooks::{Route, Told};
use crate::graph::CallId;

/// What all calls share.
pub(super) struct Scene {
    pub(super) media: Arc<Media>,
    pub(super) caller: Caller,
    /// How long a call lasts, from when it should have started.
    pub(super) length: Duration,
    /// Ends all calls.
    pub(super) stop: CancellationToken,
}

/// A call whose time has come.
pub(super) struct Course {
    pub(super) number: u32,
    pub(super) due: Instant,
    pub(super) callee: Arc<Callee>,
}

/// A call that lasts at least so long after both parties hear each other, however late that is.
const TALK_MIN: Duration = Duration::from_millis(300);
/// Longest wait, from when it should have started, until both parties hear each other. A call that should last longer than
/// that is waited for as long.
const SETUP_WAIT: Duration = Duration::from_secs(10);
/// What comes so long after the last packet was said is lost for a listener.
const LISTEN_ON: Duration = Duration::from_millis(300);
/// Longest wait for everybody to be told that the call is over.
const END_WAIT: Duration = Duration::from_secs(10);

/// Holds a call to its end.
pub(super) async fn hold(scene: Arc<Scene>, course: Course) -> Outcome {
    let (notices_told, notices) = mpsc::channel(NOTICES_MAX);
    let mut call = Call {
        notes: Notes::new(course.due),
        scene,
        course,
        notices,
        call: None,
        leg: None,
        route: None,
        version: 0,
        is_over: false,
        has_hung_up: false,
    };
    let held = call.hold(notices_told).await;
    call.clear(held).await
}

struct Call {
    scene: Arc<Scene>,
    course: Course,
    notes: Notes,
    /// Of the consumer's device, if it is the load's.
    notices: mpsc::Receiver<(Notice, Instant)>,
    /// The server's name for the call, once it is known.
    call: Option<CallId>,
    leg: Option<Leg>,
    route: Option<Route>,
    /// Version of the server's last offer that was applied.
    version: u32,
    /// The server has said so.
    is_over: bool,
    has_hung_up: bool,
}

impl Call {
    async fn hold(&mut self, notices: mpsc::Sender<(Notice, Instant)>) -> Result<(), Broken> {
        let part = Part { number: self.course.number, notices };
        match self.scene.caller {
            Caller::Business => self.call_consumer(part).await?,
            Caller::Consumer => self.answer_consumer(part).await?,
        }
        let wait = self.course.due + SETUP_WAIT.max(self.scene.length - LISTEN_ON);
        self.until(wait, |call| call.notes.has(Step::Talking)).await?;
        if !self.notes.has(Step::Talking) {
            return Err(Broken::Failed(self.not_talking()));
        }
        let talk_until = (self.course.due + self.scene.length - LISTEN_ON).max(Instant::now() + TALK_MIN);
        self.talk(talk_until).await?;
        self.hang_up().await
    }

    async fn call_consumer(&mut self, part: Part) -> Result<(), Broken> {
        if let Some(guest) = self.guest() {
            guest.expect(part).await;
        }
        let offer = self.open_leg().await?;
        let (callee, asked) = (Arc::clone(&self.course.callee), Instant::now());
        self.notes.reach(Step::Asked, asked);
        self.notes.cause(Webhook::Connect, asked);
        let connected = callee.business.graph.connect(callee.business.page, callee.psid, &offer).await?;
        self.notes.reach(Step::Answered, Instant::now());
        self.claim(connected.call);
        self.apply(connected.answer, connected.renegotiation).await
    }

    async fn answer_consumer(&mut self, part: Part) -> Result<(), Broken> {
        // A stage of given consumers does not let them call.
        let Some(guest) = self.guest() else { return Err(Broken::Failed(Failure::Machine)) };
        guest.call(part).await;
        let wait = self.course.due + SETUP_WAIT;
        self.until(wait, |call| call.notes.has(Step::Ringing) || call.is_over).await?;
        let Some(id) = self.call.clone() else { return Err(Broken::Failed(Failure::NoAnswer)) };
        if !self.notes.has(Step::Ringing) {
            return Err(Broken::Failed(Failure::NotAccepted));
        }
        let offer = self.open_leg().await?;
        let callee = Arc::clone(&self.course.callee);
        let answered = callee.business.graph.accept(callee.business.page, &id, &offer).await?;
        self.notes.reach(Step::Accepted, Instant::now());
        self.apply(answered.answer, answered.renegotiation).await
    }

    async fn talk(&mut self, until: Instant) -> Result<(), Broken> {
        // Interrupted, the parties have talked all the same.
        match self.until(until, |call| call.is_over).await {
            Ok(()) | Err(Broken::Interrupted) => {}
            Err(failed @ Broken::Failed(_)) => return Err(failed),
        }
        if self.is_over {
            return Err(Broken::Failed(Failure::EndedEarly));
        }
        if let Some(leg) = &self.leg {
            leg.hush().await?;
        }
        if let Some(guest) = self.guest() {
            guest.hush().await;
        }
        let heard_by = Instant::now() + LISTEN_ON;
        while !self.is_over && self.step(heard_by).await? {}
        if self.is_over { Err(Broken::Failed(Failure::EndedEarly)) } else { Ok(()) }
    }

    /// Ends the call, and waits until everybody was told.
    async fn hang_up(&mut self) -> Result<(), Broken> {
        let Some(id) = self.call.clone() else { return Ok(()) };
        let business = Arc::clone(&self.course.callee.business);
        self.has_hung_up = true;
        self.notes.cause(Webhook::Terminate, Instant::now());
        business.graph.terminate(business.page, &id).await?;
        if self.route.is_none() {
            return Ok(());
        }
        let told_by = Instant::now() + END_WAIT;
        while !self.is_over && self.step(told_by).await? {}
        if self.is_over { Ok(()) } else { Err(Broken::Failed(Failure::EndNotTold)) }
    }

    /// Leaves nothing behind, whatever came of the call.
    async fn clear(mut self, held: Result<(), Broken>) -> Outcome {
        if let Some(id) = self.call.take().filter(|_| !self.has_hung_up && !self.is_over) {
            let business = &self.course.callee.business;
            if let Err(error) = business.graph.terminate(business.page, &id).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "a failed call is not ended");
            }
        }
        let heard_by_business = match self.leg.take() {
            Some(leg) => leg.close().await.ok(),
            None => None,
        };
        let heard_by_consumer = match self.guest() {
            Some(guest) => guest.leave().await,
            None => None,
        };
        let flows = heard_by_business.filter(|_| held.is_ok()).map(|(said, hearing)| Flows {
            to_business: hearing.flow(heard_by_consumer.as_ref().map(|(said, _)| *said)),
            to_consumer: heard_by_consumer.as_ref().map(|(_, hearing)| hearing.flow(Some(said))),
        });
        let end = match held {
            Ok(()) => End::AsPlanned,
            Err(Broken::Interrupted) => End::Interrupted,
            Err(Broken::Failed(failure)) => End::Failed(failure),
        };
        Outcome { notes: self.notes, flows, end }
    }

    /// What is missing to a conversation.
    fn not_talking(&self) -> Failure {
        let is_told = self.route.is_some();
        match () {
            () if self.is_over => Failure::EndedEarly,
            () if is_told && !self.notes.has(Step::Accepted) => Failure::NotAccepted,
            () if self.notes.has(Step::HeardByBusiness) => Failure::ConsumerHeardNothing,
            () if is_told => Failure::BusinessHeardNothing,
            () => Failure::NotAccepted,
        }
    }

    /// Takes what comes until then, or until `done`.
    async fn until(&mut self, then: Instant, done: impl Fn(&Self) -> bool) -> Result<(), Broken> {
        let stop = self.scene.stop.clone();
        while !done(self) && !self.is_over {
            tokio::select! {
                () = stop.cancelled() => return Err(Broken::Interrupted),
                came = self.step(then) => if !came? { return Ok(()) },
            }
        }
        Ok(())
    }

    /// Takes the next thing that comes; `false` if nothing does until then. Dropped, it loses at most an offer of the
    /// server's, without which the voice goes on in the section that it is in.
    async fn step(&mut self, then: Instant) -> Result<bool, Broken> {
        tokio::select! {
            (news, at) = next_news(&mut self.leg) => self.take_news(news, at),
            Some((notice, at)) = self.notices.recv() => self.take_notice(notice, at)?,
            told = next_told(&mut self.route) => {
                if let (Some(offer), Some(leg)) = (self.take_webhook(told), &self.leg) {
                    leg.apply_offer(offer).await?;
                }
            }
            () = sleep_until(then.into()) => return Ok(false),
        }
        Ok(true)
    }

    async fn open_leg(&mut self) -> Result<String, Broken> {
        let speaker = Speaker { call: self.course.number, side: Side::Business };
        let partner = self.guest().map(|_| speaker.partner());
        let (leg, offer) = self.scene.media.open(speaker, partner).await?;
        self.leg = Some(leg);
        Ok(offer)
    }

    async fn apply(&mut self, answer: String, renegotiation: Option<String>) -> Result<(), Broken> {
        if let Some(leg) = &self.leg {
            leg.apply_answer(answer).await?;
            if let Some(offer) = renegotiation {
                leg.apply_offer(offer).await?;
            }
        }
        Ok(())
    }

    fn claim(&mut self, id: CallId) {
        self.route = self.course.callee.business.routes.as_ref().map(|routes| routes.claim(&id));
        self.call = Some(id);
    }

    fn guest(&self) -> Option<&Guest> {
        self.course.callee.guest.as_ref()
    }
}

async fn next_news(leg: &mut Option<Leg>) -> (News, Instant) {
    match leg {
        Some(leg) => leg.next().await,
        None => pending().await,
    }
}

async fn next_told(route: &mut Option<Route>) -> Told {
    match route {
        Some(route) => route.next().await,
        None => pending().await,
    }
}
