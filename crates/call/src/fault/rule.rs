use super::{Fault, Occasion, WebhookEvent, WebhookFault};
use crate::{AppId, CallId, PageId, Side};

/// What goes wrong, for whom, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub fault: Fault,
    pub scope: Scope,
    pub aim: Aim,
    pub when: When,
}

/// Whom it is for; what is `None` is not asked about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    pub app: Option<AppId>,
    pub page: Option<PageId>,
    pub call: Option<CallId>,
}

/// Which occasions of its kind it is for; what is `None` is not asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aim {
    /// Of webhooks.
    pub event: Option<WebhookEvent>,
    /// Of requests.
    pub edge: Option<String>,
    /// Of requests.
    pub action: Option<String>,
    /// Of legs: whose.
    pub side: Option<Side>,
}

/// Which of those that it is for it strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct When {
    /// Only the n-th, from 1: webhooks are counted in their call, requests and legs by the rule.
    pub nth: Option<u64>,
    /// Each with this chance.
    pub probability: f64,
    /// So many at most.
    pub times: Option<u64>,
    /// What chance is drawn from.
    pub seed: u64,
}

/// Why a rule would never mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleRefused {
    #[error("`{field}` is for faults of {of} only")]
    OtherKind { field: &'static str, of: &'static str },
    #[error("`nth` and `times` count from 1")]
    Zero,
    #[error("`probability` is more than 0 and up to 1")]
    Probability,
    #[error("only `connect` webhooks come after their call's terminate: leave `event` out")]
    ConnectOnly,
}

impl Rule {
    /// Whether it can strike anything.
    pub fn check(&self) -> Result<(), RuleRefused> {
        let Aim { event, edge, action, side } = &self.aim;
        let (webhooks, requests, legs) = match self.fault {
            Fault::Webhook(_) => (true, false, false),
            Fault::Api(_) => (false, true, false),
            Fault::Media(_) => (false, false, true),
            Fault::VersionCollision => (false, false, false),
        };
        let asked = [
            ("event", event.is_some(), webhooks, "webhooks"),
            ("edge", edge.is_some(), requests, "the API"),
            ("action", action.is_some(), requests, "the API"),
            ("side", side.is_some(), legs, "media"),
        ];
        if let Some(&(field, _, _, of)) = asked.iter().find(|(_, asked, fits, _)| *asked && !fits) {
            return Err(RuleRefused::OtherKind { field, of });
        }
        let When { nth, probability, times, .. } = self.when;
        if nth == Some(0) || times == Some(0) {
            return Err(RuleRefused::Zero);
        }
        if !(probability > 0.0 && probability <= 1.0) {
            return Err(RuleRefused::Probability);
        }
        let after_terminate = matches!(self.fault, Fault::Webhook(WebhookFault::TerminateFirst { .. }));
        if after_terminate && event.is_some_and(|event| event != WebhookEvent::Connect) {
            return Err(RuleRefused::ConnectOnly);
        }
        Ok(())
    }

    pub(super) fn is_for(&self, occasion: &Occasion) -> bool {
        let Scope { app, page, call } = self.scope;
        let in_scope = app.is_none_or(|app| occasion.app() == Some(app))
            && page.is_none_or(|page| occasion.page() == page)
            && call.is_none_or(|call| occasion.call() == Some(call));
        in_scope && self.is_aimed_at(occasion)
    }

    fn is_aimed_at(&self, occasion: &Occasion) -> bool {
        let Aim { event, edge, action, side } = &self.aim;
        match (&self.fault, occasion) {
            (Fault::Webhook(WebhookFault::TerminateFirst { .. }), Occasion::Webhook(webhook)) => {
                webhook.event == WebhookEvent::Connect
            }
            (Fault::Webhook(_), Occasion::Webhook(webhook)) => event.is_none_or(|event| webhook.event == event),
            (Fault::Api(_), Occasion::Request(request)) => {
                edge.as_ref().is_none_or(|edge| request.edge == *edge)
                    && (action.is_none() || request.action == *action)
            }
            (Fault::Media(_), Occasion::Leg(leg)) => side.is_none_or(|side| leg.side == side),
            (Fault::VersionCollision, Occasion::Update(_)) => true,
            (Fault::Webhook(_), Occasion::Request(_) | Occasion::Update(_) | Occasion::Leg(_))
            | (Fault::Api(_), Occasion::Webhook(_) | Occasion::Update(_) | Occasion::Leg(_))
            | (Fault::VersionCollision, Occasion::Webhook(_) | Occasion::Request(_) | Occasion::Leg(_))
            | (Fault::Media(_), Occasion::Webhook(_) | Occasion::Request(_) | Occasion::Update(_)) => false,
        }
    }
}
