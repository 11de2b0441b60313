//! A rule as it is shown: with all that was left out when it was made.

use offhook_call::Duration;
use offhook_call::fault::{Aim, ApiFault, Fault, MediaFault, Rule, Scope, WebhookFault, When};

use super::FaultRule;
use super::names::{EventName, FaultName, MomentName, SideName};

impl From<Rule> for FaultRule {
    fn from(rule: Rule) -> Self {
        let Rule { fault, scope, aim, when } = rule;
        let (name, ms, tries, error, moment) = described(fault);
        let Scope { app: app_id, page: page_id, call: call_id } = scope;
        let Aim { event, edge, action, side } = aim;
        let When { nth, probability, times, seed } = when;
        let ms = ms.map(|span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX));
        let (probability, seed) = (Some(probability), Some(seed));
        let (event, side) = (event.map(EventName::from), side.map(SideName::from));
        Self {
            fault: name,
            ms,
            tries,
            error,
            moment,
            app_id,
            page_id,
            call_id,
            event,
            edge,
            action,
            side,
            nth,
            probability,
            times,
            seed,
        }
    }
}

type Described = (FaultName, Option<Duration>, Option<u32>, Option<String>, Option<MomentName>);

fn described(fault: Fault) -> Described {
    match fault {
        Fault::Webhook(fault) => {
            let (name, ms, tries) = described_webhook(fault);
            (name, ms, tries, None, None)
        }
        Fault::Api(ApiFault::Error { name, moment }) => {
            (FaultName::ApiError, None, None, Some(name), Some(moment.into()))
        }
        Fault::Api(ApiFault::AnswerLost { moment }) => {
            (FaultName::ApiAnswerLost, None, None, None, Some(moment.into()))
        }
        Fault::Api(ApiFault::Slow { by }) => (FaultName::ApiSlow, Some(by), None, None, None),
        Fault::VersionCollision => (FaultName::VersionCollision, None, None, None, None),
        Fault::Media(MediaFault::IceNeverConnects) => (FaultName::MediaIceNeverConnects, None, None, None, None),
        Fault::Media(MediaFault::DtlsFails) => (FaultName::MediaDtlsFails, None, None, None, None),
        Fault::Media(MediaFault::StopsOneWay { after }) => (FaultName::MediaStopsOneWay, Some(after), None, None, None),
    }
}

fn described_webhook(fault: WebhookFault) -> (FaultName, Option<Duration>, Option<u32>) {
    match fault {
        WebhookFault::Late { by } => (FaultName::WebhookLate, Some(by), None),
        WebhookFault::Twice => (FaultName::WebhookTwice, None, None),
        WebhookFault::OutOfOrder { within } => (FaultName::WebhookOutOfOrder, Some(within), None),
        WebhookFault::TerminateFirst { within } => (FaultName::WebhookTerminateFirst, Some(within), None),
        WebhookFault::Dropped { tries } => (FaultName::WebhookDropped, None, Some(tries)),
        WebhookFault::AcknowledgementLost { tries } => (FaultName::WebhookAcknowledgementLost, None, Some(tries)),
        WebhookFault::Slow { over } => (FaultName::WebhookSlow, Some(over), None),
    }
}
