//! A fault as the own API writes it.

mod names;
mod shown;

use offhook_call::fault::{Aim, ApiFault, Fault, MediaFault, Moment, Rule, Scope, WebhookEvent, WebhookFault, When};
use offhook_call::{AppId, CallId, Duration, PageId, Side};
use offhook_wire::{GraphError, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use names::{EventName, FaultName, MomentName, SideName};

/// What goes wrong, for whom, and when. What is absent or null is not asked about.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultRule {
    fault: FaultName,
    /// How long: how late a webhook is, within which time others may overtake it, over which it is sent, how late an answer
    /// is, after which media stops. Up to 7 days.
    #[schema(maximum = 604_800_000)]
    ms: Option<u64>,
    /// How many tries of a webhook are dropped, or lose their acknowledgement; 1 unless told.
    #[schema(minimum = 1)]
    tries: Option<u32>,
    /// The error that a request is answered with, by its name in the contract's table.
    error: Option<String>,
    /// Whether a request meets its fault before anything is done, or after all is.
    moment: Option<MomentName>,
    #[schema(value_type = Option<schema::AppId>)]
    app_id: Option<AppId>,
    #[schema(value_type = Option<schema::PageId>)]
    page_id: Option<PageId>,
    #[schema(value_type = Option<schema::CallId>)]
    call_id: Option<CallId>,
    /// Of webhooks.
    event: Option<EventName>,
    /// Of requests: the last segment of their path.
    edge: Option<String>,
    /// Of requests to `calls`.
    action: Option<String>,
    /// Of media: whose.
    side: Option<SideName>,
    /// Only the n-th, from 1: webhooks are counted in their call, all else by the fault.
    #[schema(minimum = 1)]
    nth: Option<u64>,
    /// Each with this chance; 1 unless told.
    #[schema(maximum = 1)]
    probability: Option<f64>,
    /// So many at most.
    #[schema(minimum = 1)]
    times: Option<u64>,
    /// What chance is drawn from; a random one unless told.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    seed: Option<u64>,
}

impl FaultRule {
    /// What it means, with all that was left out.
    pub(super) fn parse(mut self) -> Result<Rule, Refusal> {
        if self.ms.is_some_and(|ms| ms > MS_MAX) {
            return Err(refuse(format!("`ms` is {MS_MAX} at most")));
        }
        if self.tries == Some(0) {
            return Err(refuse("`tries` counts from 1".to_owned()));
        }
        one_of("edge", self.edge.as_deref(), &EDGES)?;
        one_of("action", self.action.as_deref(), &ACTIONS)?;
        let fault = self.take_fault()?;
        self.check_nothing_left()?;
        let Self { app_id: app, page_id: page, call_id: call, edge, action, nth, times, .. } = self;
        Ok(Rule {
            fault,
            scope: Scope { app, page, call },
            aim: Aim { event: self.event.map(WebhookEvent::from), edge, action, side: self.side.map(Side::from) },
            when: When {
                nth,
                probability: self.probability.unwrap_or(1.0),
                times,
                seed: self.seed.unwrap_or_else(|| rand::random_range(0..=SEED_MAX)),
            },
        })
    }

    fn take_fault(&mut self) -> Result<Fault, Refusal> {
        Ok(match self.fault {
            FaultName::WebhookLate => Fault::Webhook(WebhookFault::Late { by: self.take_time()? }),
            FaultName::WebhookTwice => Fault::Webhook(WebhookFault::Twice),
            FaultName::WebhookOutOfOrder => {
                Fault::Webhook(WebhookFault::OutOfOrder { within: self.take_time_or(OVERTAKEN_WITHIN) })
            }
            FaultName::WebhookTerminateFirst => {
                Fault::Webhook(WebhookFault::TerminateFirst { within: self.take_time_or(TERMINATED_WITHIN) })
            }
            FaultName::WebhookDropped => Fault::Webhook(WebhookFault::Dropped { tries: self.take_tries() }),
            FaultName::WebhookAcknowledgementLost => {
                Fault::Webhook(WebhookFault::AcknowledgementLost { tries: self.take_tries() })
            }
            FaultName::WebhookSlow => Fault::Webhook(WebhookFault::Slow { over: self.take_time()? }),
            FaultName::ApiError => {
                let moment = self.take_moment(MomentName::Before);
                Fault::Api(ApiFault::Error { name: self.take_error()?, moment })
            }
            FaultName::ApiAnswerLost => {
                Fault::Api(ApiFault::AnswerLost { moment: self.take_moment(MomentName::After) })
            }
            FaultName::ApiSlow => Fault::Api(ApiFault::Slow { by: self.take_time()? }),
            FaultName::VersionCollision => Fault::VersionCollision,
            FaultName::MediaIceNeverConnects => Fault::Media(MediaFault::IceNeverConnects),
            FaultName::MediaDtlsFails => Fault::Media(MediaFault::DtlsFails),
            FaultName::MediaStopsOneWay => {
                Fault::Media(MediaFault::StopsOneWay { after: self.take_time_or(Duration::ZERO) })
            }
        })
    }

    fn take_time(&mut self) -> Result<Duration, Refusal> {
        let ms = self.ms.take().ok_or_else(|| refuse("this fault needs `ms`".to_owned()))?;
        Ok(Duration::from_millis(ms))
    }

    fn take_time_or(&mut self, unless_told: Duration) -> Duration {
        self.ms.take().map_or(unless_told, Duration::from_millis)
    }

    fn take_tries(&mut self) -> u32 {
        self.tries.take().unwrap_or(1)
    }

    fn take_moment(&mut self, unless_told: MomentName) -> Moment {
        self.moment.take().unwrap_or(unless_told).into()
    }

    fn take_error(&mut self) -> Result<String, Refusal> {
        let mut names: Vec<_> = GraphError::catalogue().iter().map(GraphError::name).collect();
        names.dedup();
        let error = self.error.take().ok_or_else(|| refuse("this fault needs `error`".to_owned()))?;
        one_of("error", Some(&error), &names)?;
        Ok(error)
    }

    fn check_nothing_left(&self) -> Result<(), Refusal> {
        let left = [
            ("ms", self.ms.is_some()),
            ("tries", self.tries.is_some()),
            ("error", self.error.is_some()),
            ("moment", self.moment.is_some()),
        ];
        match left.iter().find(|(_, left)| *left) {
            Some((field, _)) => Err(refuse(format!("`{field}` is not for this fault: leave it out"))),
            None => Ok(()),
        }
    }
}

fn one_of(field: &str, given: Option<&str>, known: &[&str]) -> Result<(), Refusal> {
    match given {
        Some(given) if !known.contains(&given) => Err(refuse(format!("`{field}` is none of {}", known.join(", ")))),
        Some(_) | None => Ok(()),
    }
}

fn refuse(detail: String) -> Refusal {
    Refusal::InvalidRequest { detail }
}

const EDGES: [&str; 7] = [
    "calls",
    "call_metrics",
    "business_messaging_feature_status",
    "messenger_call_permissions",
    "messenger_call_settings",
    "messages",
    "subscribed_apps",
];

const ACTIONS: [&str; 5] = ["connect", "accept", "reject", "terminate", "media_update"];

/// As long as a webhook is tried.
const MS_MAX: u64 = 7 * 24 * 3600 * 1000;

/// What JavaScript counts exactly.
const SEED_MAX: u64 = (1 << 53) - 1;

const OVERTAKEN_WITHIN: Duration = Duration::from_secs(60);

/// A call lasts for less, mostly.
const TERMINATED_WITHIN: Duration = Duration::from_secs(3600);
