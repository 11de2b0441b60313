//! Faults on demand, for sandboxes: what goes wrong, for whom, and when.
//!
//! [`Rules`] are asked about each [`Occasion`] and say which [`Fault`] strikes it. They draw from a rule's seed and from
//! what the occasion is (which webhook of which call, which request, which leg), never from time: the same rules and the
//! same events give the same faults. A fault changes what the other side sees, never what is stored or owed.

mod draw;
mod kind;
mod occasion;
mod rule;
mod rules;

pub use kind::{ApiFault, Fault, MediaFault, Moment, WebhookFault};
pub use occasion::{LegOpened, Occasion, RequestMade, TriedWebhook, UpdateAsked, WebhookEvent};
pub use rule::{Aim, Rule, RuleRefused, Scope, When};
pub use rules::{FaultId, RULES_MAX, Rules, Standing, Struck, TooManyRules};
