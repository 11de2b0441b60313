//! What a load showed, for programs: docs/load.md has the words.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::hearing::Flow;
use super::media::MediaTimes;
use super::notes::{Step, Webhook};
use super::stage::WebhookWay;
use super::tally::Tally;
use super::times::{Summary, Times};
use super::{Caller, Plan};

/// The whole of it. Times are in milliseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Changes when something that is here changes its meaning or goes.
    pub schema: u32,
    pub asked: Asked,
    pub calls: Calls,
    /// From when a call should have started: a server that makes calls wait cannot hide it.
    pub setup_ms: BTreeMap<Step, Summary>,
    pub webhooks: Option<Webhooks>,
    pub audio: Audio,
    pub generator: Generator,
    /// What would have needed the other side, or was not reached.
    pub left_out: Vec<&'static str>,
}

/// What was asked for, and what follows from it.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    pub caller: Caller,
    pub calls: u32,
    pub rate: f64,
    pub for_s: f64,
    pub call_length_s: f64,
    pub consumers: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct Calls {
    pub planned: u64,
    pub started: u64,
    pub completed: u64,
    pub failed: u64,
    /// Given up because the load was interrupted before the parties talked.
    pub interrupted: u64,
    /// Why calls failed, and how many.
    pub failures: BTreeMap<String, u64>,
    /// Most calls at a time; more than asked for if the server makes them late to end.
    pub live_max: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct Webhooks {
    pub way: WebhookWay,
    /// Not rightly signed, or none.
    pub wrong: u64,
    /// From the request or message that a webhook tells of until it came.
    pub lag_ms: BTreeMap<Webhook, Summary>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Audio {
    pub to_business: Direction,
    /// Absent if somebody else listens there.
    pub to_consumer: Option<Direction>,
}

/// One way of all calls that went as planned.
#[derive(Debug, Clone, Serialize)]
pub struct Direction {
    #[serde(flatten)]
    pub flow: Flow,
    pub loss_percent: f64,
    /// From when a packet was made until it reached the listener's socket; absent if the other side did not stamp it.
    pub delay_ms: Option<Summary>,
}

/// The load generator itself: what it shows of the server is worth nothing if it did not keep up.
#[derive(Debug, Clone, Serialize)]
pub struct Generator {
    pub kept_up: bool,
    /// Processor cores used, on average.
    pub cpu_cores: Option<f64>,
    pub media_threads: usize,
    /// How much after its time each packet was said.
    pub packet_late_ms: Option<Summary>,
    /// The same of each call's first request.
    pub start_late_ms: Option<Summary>,
    /// Datagrams that this machine refused to send.
    pub unsent: u64,
}

/// What there is to say while a load runs.
#[derive(Debug, Clone)]
pub struct Progress {
    pub elapsed: Duration,
    pub planned: u64,
    pub started: u64,
    pub live: usize,
    pub completed: u64,
    pub failed: u64,
    /// Until the parties talked: the median and the 99th percentile.
    pub talking: Option<(Duration, Duration)>,
    /// A packet's way in either direction, 99th percentile.
    pub delay: Option<Duration>,
}

const SCHEMA: u32 = 1;

/// Of a hundred packets one may be as late as the next is due, and of a hundred calls one so late.
const PACKET_LATE_MAX: Duration = Duration::from_millis(20);
const START_LATE_MAX: Duration = Duration::from_millis(50);

/// What a report is made of.
pub(super) struct Parts<'a> {
    pub(super) caller: Caller,
    pub(super) plan: &'a Plan,
    pub(super) consumers: usize,
    pub(super) started: u64,
    pub(super) live_max: usize,
    pub(super) tally: Tally,
    pub(super) media: MediaTimes,
    pub(super) media_threads: usize,
    pub(super) webhooks: Option<WebhookWay>,
    pub(super) wrong: u64,
    pub(super) cpu_cores: Option<f64>,
}

impl Parts<'_> {
    pub(super) fn report(self) -> Report {
        let Self { plan, tally, media, .. } = &self;
        let by_step = tally.steps.iter().filter_map(|(step, times)| Some((*step, times.summary()?)));
        let lags = tally.webhooks.iter().filter_map(|(webhook, times)| Some((*webhook, times.summary()?)));
        Report {
            schema: SCHEMA,
            asked: Asked {
                caller: self.caller,
                calls: plan.calls(),
                rate: plan.rate(),
                for_s: plan.time().as_secs_f64(),
                call_length_s: plan.length().as_secs_f64(),
                consumers: self.consumers,
            },
            calls: Calls {
                planned: plan.starts(),
                started: self.started,
                completed: tally.completed,
                failed: tally.failed(),
                interrupted: tally.interrupted,
                failures: tally.failures.clone(),
                live_max: self.live_max,
            },
            setup_ms: by_step.collect(),
            webhooks: self.webhooks.map(|way| Webhooks { way, wrong: self.wrong, lag_ms: lags.collect() }),
            audio: Audio {
                to_business: Direction::of(tally.to_business, &media.to_business),
                to_consumer: tally.to_consumer.map(|flow| Direction::of(flow, &media.to_consumer)),
            },
            generator: self.generator(),
            left_out: self.left_out(),
        }
    }

    fn generator(&self) -> Generator {
        let starts = self.tally.steps.get(&Step::Asked);
        let in_time = starts.is_none_or(|starts| starts.at(P99) <= START_LATE_MAX);
        Generator {
            kept_up: in_time && self.media.late.at(P99) <= PACKET_LATE_MAX && self.media.unsent == 0,
            cpu_cores: self.cpu_cores,
            media_threads: self.media_threads,
            packet_late_ms: self.media.late.summary(),
            start_late_ms: starts.and_then(Times::summary),
            unsent: self.media.unsent,
        }
    }

    fn left_out(&self) -> Vec<&'static str> {
        let checks = [
            (self.webhooks.is_none(), "webhooks: they go to the Page's own app"),
            (self.webhooks.is_none(), "what the consumer hears, and its connection: somebody else answers"),
            (self.webhooks.is_none(), "delay: the other side does not stamp its packets"),
            (self.started < self.plan.starts(), "calls that were not started: the load was interrupted"),
        ];
        checks.into_iter().filter_map(|(holds, what)| holds.then_some(what)).collect()
    }
}

impl Direction {
    fn of(flow: Flow, delays: &Times) -> Self {
        let loss = 100.0 * flow.lost as f64 / flow.sent.max(1) as f64;
        Self { flow, loss_percent: (loss * 1_000.0).round() / 1_000.0, delay_ms: delays.summary() }
    }
}

pub(super) const P99: f64 = 0.99;
