//! A device at work: it takes its steps one after the other, and notices all the time what happens.

use std::sync::Arc;
use std::time::Duration;

use offhook_call::Psid;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::judge::Judgement;
use super::props::Props;
use super::script::{Awaited, Condition, Deed, Device, Step};
use super::senses::Senses;
use crate::audio::Frame;
use crate::consumer::{Order, PhoneOrder};
use crate::story::StoryEvent;

pub(super) struct Actor {
    pub(super) senses: Senses,
    pub(super) props: Arc<Props>,
    pub(super) consumer: Psid,
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) story: mpsc::Receiver<StoryEvent>,
    pub(super) frames: mpsc::Receiver<Box<Frame>>,
    pub(super) tell: Box<dyn Fn(&StoryEvent) + Send>,
    pub(super) stop: CancellationToken,
    /// When the whole run is given up, if ever.
    pub(super) deadline: Option<Instant>,
}

/// What came of letting time pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noticed {
    Something,
    TimeIsUp,
}

/// Why a step did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// An expectation.
    Unmet(String),
    /// Something that the later steps need.
    Stuck(String),
}

/// How often is looked at what nobody tells.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Longest wait for a phone that counts.
const REPORT_WAIT: Duration = Duration::from_secs(1);

impl Actor {
    /// Waits until the server knows the device.
    pub(super) async fn arrive(&mut self) -> Result<(), String> {
        self.expect_soon("the server did not welcome the device", |senses| senses.channel_open.then_some(())).await
    }

    /// Takes one step. `next` is the one after it.
    pub(super) async fn take(&mut self, step: &Step, next: Option<&Step>) -> Result<(), Trouble> {
        // What has happened already counts, whether or not somebody waited for it.
        while let Ok(event) = self.story.try_recv() {
            self.notice_event(event);
        }
        match &step.deed {
            Deed::Act(action) => self.act(action, next.is_some_and(expects_refusal)).await.map_err(Trouble::Stuck),
            Deed::Pause(time) => self.pause(*time).await.map_err(Trouble::Stuck),
            Deed::Wait(awaited) => self.wait_for(awaited).await.map_err(Trouble::Stuck),
            Deed::Expect(awaited) => self.wait_for(awaited).await.map_err(Trouble::Unmet),
        }
    }

    /// Takes in what happens next, if it happens before `until`.
    pub(super) async fn notice(&mut self, until: Instant) -> Result<Noticed, String> {
        tokio::select! {
            () = self.stop.cancelled() => Err("the run was stopped".to_owned()),
            () = reached(self.deadline) => Err("the run has reached its `limit`".to_owned()),
            event = self.story.recv() => match event {
                Some(event) => {
                    self.notice_event(event);
                    Ok(Noticed::Something)
                }
                None => Err("the device has given up: its connection to the server is over".to_owned()),
            },
            Some(frame) = self.frames.recv() => {
                self.senses.hearing.hear(&frame);
                Ok(Noticed::Something)
            }
            () = sleep_until(until) => Ok(Noticed::TimeIsUp),
        }
    }

    pub(super) fn notice_event(&mut self, event: StoryEvent) {
        (self.tell)(&event);
        self.senses.notice(event.what);
    }

    pub(super) async fn pause(&mut self, time: Duration) -> Result<(), String> {
        let until = Instant::now() + time;
        while self.notice(until).await? == Noticed::Something {}
        Ok(())
    }

    /// Notices things until `done` finds what it wants. `None`: not in time.
    pub(super) async fn notice_until<T>(
        &mut self,
        within: Duration,
        mut done: impl FnMut(&mut Senses) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let until = Instant::now() + within;
        loop {
            if let Some(found) = done(&mut self.senses) {
                return Ok(Some(found));
            }
            if self.notice(until).await? == Noticed::TimeIsUp {
                return Ok(None);
            }
        }
    }

    /// As [`notice_until`](Self::notice_until), for what a server does at once.
    pub(super) async fn expect_soon<T>(
        &mut self,
        otherwise: &str,
        done: impl FnMut(&mut Senses) -> Option<T>,
    ) -> Result<T, String> {
        let found = self.notice_until(SOON, done).await?;
        found.ok_or_else(|| format!("{otherwise} within {} s", SOON.as_secs()))
    }

    /// Waits until a condition holds; the error says what is there instead.
    pub(super) async fn wait_for(&mut self, Awaited { what, within }: &Awaited) -> Result<(), String> {
        let until = Instant::now() + *within;
        if is_counted(what) {
            self.look().await;
        }
        self.senses.begin_step();
        let mut look_at = Instant::now();
        loop {
            let now = Instant::now();
            let looks = now >= look_at;
            if looks {
                look_at = now + LOOK_EVERY;
            }
            let judgement = match what {
                Condition::Webhook(event) if looks => {
                    self.props.webhook(self.consumer, self.senses.call_id(), *event).await
                }
                what if looks && is_counted(what) => {
                    self.look().await;
                    self.senses.judge(what)
                }
                what => self.senses.judge(what),
            };
            match judgement {
                Judgement::Holds => return Ok(()),
                Judgement::Never(reason) => return Err(reason),
                Judgement::NotYet if now >= until => {
                    let instead = self.senses.instead(what);
                    return Err(format!("not within {}: {instead}", humantime::format_duration(*within)));
                }
                Judgement::NotYet => {}
            }
            let wake = if is_looked_for(what) { until.min(look_at) } else { until };
            self.notice(wake).await?;
        }
    }

    /// Asks the phone what it counted.
    pub(super) async fn look(&mut self) {
        let (reply, report) = oneshot::channel();
        if self.orders.send(Order::Phone(PhoneOrder::Report(reply))).await.is_ok()
            && let Ok(Ok(statistics)) = timeout(REPORT_WAIT, report).await
        {
            self.senses.statistics = Some(statistics);
        }
    }
}

async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Of what the server does at once.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// Whether the phone must be asked for it.
fn is_counted(what: &Condition) -> bool {
    matches!(what, Condition::Video { .. } | Condition::RoundTrip { .. })
}

/// Whether nobody tells it.
fn is_looked_for(what: &Condition) -> bool {
    is_counted(what) || matches!(what, Condition::Webhook(_))
}

fn expects_refusal(step: &Step) -> bool {
    match &step.deed {
        Deed::Wait(awaited) | Deed::Expect(awaited) => matches!(awaited.what, Condition::Refused { .. }),
        Deed::Act(_) | Deed::Pause(_) => false,
    }
}

impl Device {
    /// All of its steps, each with the one after it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Step, Option<&Step>)> {
        self.steps.iter().enumerate().map(|(n, step)| (step, self.steps.get(n + 1)))
    }
}
