//! One device's part: it connects, takes its steps, leaves, and tells what came of it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::actor::{Actor, Trouble};
use super::event::{Present, RunEvent};
use super::hearing::Hearing;
use super::outcome::{DeviceOutcome, StepOutcome, StepResult};
use super::props::Props;
use super::run::Observer;
use super::script::{Device, Wording};
use super::senses::Senses;
use super::tape::{Tape, TapeError};
use crate::audio::Frame;
use crate::consumer::{self, Behaviour, Config, Listener, SimulatedConsumer};
use crate::phone::Tap;
use crate::story::{Narrator, Party, StoryEvent};

/// What all parts of a run have around them.
pub(super) struct Stage {
    pub(super) began: Instant,
    pub(super) deadline: Option<Instant>,
    pub(super) channel: Url,
    pub(super) local_ip: IpAddr,
    pub(super) props: Arc<Props>,
    pub(super) observer: Observer,
    pub(super) stop: CancellationToken,
}

pub(super) struct Part {
    script: Device,
    consumer: Present,
    actor: Actor,
    stage: Arc<Stage>,
    tape: Option<Tape>,
    /// Lets the device go.
    leave: CancellationToken,
    device: JoinHandle<Result<(), consumer::Error>>,
    steps: Vec<StepOutcome>,
}

/// Frames that wait to be measured: ten seconds.
const FRAMES_MAX: usize = 500;

/// Orders that wait for the device.
const ORDERS_MAX: usize = 16;

/// Keeps steps that fail at once from doing so without a pause.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(100);

/// How long a device may take to hang up and close its channel.
const LEAVE_WAIT: Duration = Duration::from_secs(5);

impl Part {
    /// Starts the device.
    pub(super) fn new(script: Device, consumer: Present, token: String, tape: Option<Tape>, stage: Arc<Stage>) -> Self {
        let (narrator, story) = Narrator::begin(Party::Consumer);
        let (orders, taken) = mpsc::channel(ORDERS_MAX);
        let (heard, frames) = mpsc::channel(FRAMES_MAX);
        let leave = CancellationToken::new();
        let config = Config {
            channel: stage.channel.clone(),
            token,
            device: script.name.clone(),
            behaviour: Behaviour::Ignore,
            accept_after: Duration::ZERO,
            hang_up_after: None,
            video: true,
            local_ip: stage.local_ip,
            listen_for_hz: LISTEN_HZ,
            listener: Some(listener(heard, tape.clone())),
        };
        let device = tokio::spawn(SimulatedConsumer::steered(config, narrator, taken, leave.clone()));
        let actor = Actor {
            senses: Senses::new(Hearing::of(script.tones())),
            props: stage.props.clone(),
            consumer: consumer.psid,
            orders,
            story,
            frames,
            tell: teller(&stage.observer, &consumer.name, &script.name.to_string()),
            stop: stage.stop.clone(),
            deadline: stage.deadline,
        };
        Self { script, consumer, actor, stage, tape, leave, device, steps: Vec::new() }
    }

    pub(super) async fn arrive(&mut self) -> Result<(), String> {
        self.actor.arrive().await
    }

    /// Takes all steps, leaves, and judges what was expected at the end.
    pub(super) async fn perform(mut self) -> Result<DeviceOutcome, TapeError> {
        self.take_steps().await;
        self.end_call().await;
        self.leave().await;
        let began = Instant::now();
        for check in self.script.end.clone() {
            let result = match self.actor.senses.judge_end(&check.what) {
                Ok(()) => StepResult::Passed,
                Err(reason) => StepResult::Failed { reason },
            };
            self.report(&check.wording, began, result);
        }
        let senses = &self.actor.senses;
        let recordings = match self.tape {
            Some(tape) => tape.finish(senses.statistics.as_ref()).await?,
            None => Vec::new(),
        };
        Ok(DeviceOutcome {
            name: self.script.name.to_string(),
            steps: self.steps,
            call: senses.call_outcome(),
            heard: senses.heard(),
            recordings,
        })
    }

    /// Takes the steps again and again, from the first after the last or after one that did not pass. Returns when the
    /// run is stopped or the device gives up.
    pub(super) async fn live(mut self) -> Result<(), consumer::Error> {
        let script = self.script.clone();
        while self.actor.pause(BETWEEN_ROUNDS).await.is_ok() {
            for (step, next) in script.pairs() {
                if let Err(trouble) = self.actor.take(step, next).await {
                    tracing::debug!(?trouble, step = step.wording.text, "the steps begin again");
                    break;
                }
            }
            self.end_call().await;
        }
        self.leave.cancel();
        self.device.await.expect("a device neither panics nor is aborted")
    }

    async fn take_steps(&mut self) {
        let script = self.script.clone();
        let mut goes_on = true;
        for (step, next) in script.pairs() {
            let began = Instant::now();
            let result = match goes_on {
                true => self.actor.take(step, next).await.map_or_else(StepResult::from, |()| StepResult::Passed),
                false => StepResult::Skipped,
            };
            goes_on &= result == StepResult::Passed;
            self.report(&step.wording, began, result);
        }
    }

    /// A call that is not over when the steps are is hung up.
    async fn end_call(&mut self) {
        if self.actor.senses.has_phone()
            && let Err(reason) = self.actor.hang_up().await
        {
            tracing::debug!(reason, "the call was not hung up");
        }
    }

    /// Closes the channel, and takes in what the device has still to tell.
    async fn leave(&mut self) {
        self.leave.cancel();
        if timeout(LEAVE_WAIT, &mut self.device).await.is_err() {
            tracing::warn!("a device does not leave");
            self.device.abort();
        }
        while let Ok(event) = self.actor.story.try_recv() {
            self.actor.notice_event(event);
        }
    }

    fn report(&mut self, wording: &Wording, began: Instant, result: StepResult) {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let outcome = StepOutcome {
            step: wording.text.clone(),
            place: wording.place,
            at_ms: millis(began - self.stage.began),
            took_ms: millis(began.elapsed()),
            result,
        };
        self.steps.push(outcome.clone());
        let (consumer, device) = (self.consumer.name.clone(), self.script.name.to_string());
        (self.stage.observer)(RunEvent::Step { consumer, device, outcome });
    }
}

impl From<Trouble> for StepResult {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unmet(reason) => Self::Failed { reason },
            Trouble::Stuck(reason) => Self::Stuck { reason },
        }
    }
}

/// Hands on each frame of each call, to be measured and to be recorded.
fn listener(heard: mpsc::Sender<Box<Frame>>, tape: Option<Tape>) -> Listener {
    Listener::new(move || {
        let heard = heard.clone();
        let mut take = tape.as_ref().map(Tape::begin);
        let tap: Tap = Box::new(move |frame: &Frame| {
            if let Some(take) = &mut take {
                take(frame);
            }
            if heard.try_send(Box::new(*frame)).is_err() {
                tracing::debug!("a frame is not measured");
            }
        });
        tap
    })
}

/// Tells what happens to a device.
fn teller(observer: &Observer, consumer: &str, device: &str) -> Box<dyn Fn(&StoryEvent) + Send> {
    let (observer, consumer, device) = (observer.clone(), consumer.to_owned(), device.to_owned());
    Box::new(move |event| {
        let what = event.what.to_string();
        observer(RunEvent::Told { consumer: consumer.clone(), device: device.clone(), what });
    })
}

/// Of the phone's own measurement, which nothing here uses.
const LISTEN_HZ: u32 = 440;
