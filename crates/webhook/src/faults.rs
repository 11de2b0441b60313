//! Faults that a sandbox wants of its webhooks. What is owed stays owed: a fault changes when a try is made, and what the
//! receiver and the worker see of it.

use offhook_call::fault::{FaultId, WebhookFault};
use offhook_call::{Duration, Time};
use offhook_store::{DeliveryId, Leased, Order};

use crate::attempt::{self, Kind, Verdict};
use crate::{Outbound, Parts};

/// What strikes tries.
pub trait Faults: Send + Sync + 'static {
    /// What strikes this one, if anything does.
    fn strike(&self, lease: &Leased) -> Option<StruckTry>;

    /// It was acknowledged: those that waited for it to overtake them.
    fn delivered(&self, lease: &Leased) -> Vec<DeliveryId>;
}

/// A fault that strikes a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StruckTry {
    pub id: FaultId,
    pub name: &'static str,
    pub fault: WebhookFault,
}

/// What becomes of a try.
pub(crate) enum Course {
    /// None is made now.
    HeldBack {
        by: Duration,
        order: Order,
    },
    Made(Manner),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Usual,
    Dropped,
    AcknowledgementLost,
    Twice,
    Slow { over: Duration },
}

impl Course {
    pub(crate) fn of(struck: Option<&StruckTry>) -> Self {
        let Some(StruckTry { fault, .. }) = struck else { return Self::Made(Manner::Usual) };
        match *fault {
            WebhookFault::Late { by } => Self::HeldBack { by, order: Order::Kept },
            WebhookFault::OutOfOrder { within: by } | WebhookFault::TerminateFirst { within: by } => {
                Self::HeldBack { by, order: Order::Broken }
            }
            WebhookFault::Dropped { .. } => Self::Made(Manner::Dropped),
            WebhookFault::AcknowledgementLost { .. } => Self::Made(Manner::AcknowledgementLost),
            WebhookFault::Twice => Self::Made(Manner::Twice),
            WebhookFault::Slow { over } => Self::Made(Manner::Slow { over }),
        }
    }
}

impl StruckTry {
    /// As the attempt keeps it.
    pub(crate) fn note(&self) -> String {
        format!("{} {}", self.id, self.name)
    }
}

impl Manner {
    /// Sends the delivery so.
    pub(crate) async fn send(self, outbound: &Outbound, lease: &Leased, now: Time) -> Verdict {
        match self {
            Self::Usual => attempt::send(outbound, lease, now, Duration::ZERO).await,
            Self::Slow { over } => attempt::send(outbound, lease, now, over).await,
            Self::Dropped => Verdict::lost("a fault of the sandbox dropped it".to_owned()),
            Self::AcknowledgementLost => {
                let verdict = attempt::send(outbound, lease, now, Duration::ZERO).await;
                match verdict.status {
                    Some(status) => Verdict::lost(format!("a fault of the sandbox lost the answer, a {status}")),
                    None => verdict,
                }
            }
            Self::Twice => {
                let verdict = attempt::send(outbound, lease, now, Duration::ZERO).await;
                if verdict.kind == Kind::Acknowledged {
                    // What is said to the copy changes nothing.
                    attempt::send(outbound, lease, now, Duration::ZERO).await;
                }
                verdict
            }
        }
    }
}

impl Parts {
    pub(crate) async fn hold_back(&self, lease: &Leased, by: Duration, order: Order) {
        let now = self.clock.now();
        if let Err(error) = self.store.hold_back(lease, now, now + by, order).await {
            // The lease runs out, and it goes out then.
            tracing::error!(
                delivery = lease.id.0,
                error = &error as &dyn std::error::Error,
                "a webhook is not held back"
            );
        }
    }

    /// Those that waited for this one to overtake them go out.
    pub(crate) async fn let_overtaken_go(&self, lease: &Leased) {
        let Some(faults) = &self.faults else { return };
        let held = faults.delivered(lease);
        if held.is_empty() {
            return;
        }
        if let Err(error) = self.store.let_go(held, self.clock.now()).await {
            // They go out by themselves in their time.
            tracing::error!(error = &error as &dyn std::error::Error, "webhooks are held back longer than wanted");
        }
    }
}
