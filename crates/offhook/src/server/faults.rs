use std::sync::Arc;

use offhook_call::fault::{Fault, Occasion, TriedWebhook, WebhookEvent};
use offhook_service::{Faults, Subject};
use offhook_store::{DeliveryId, Leased};
use offhook_webhook::StruckTry;
use serde_json::Value;

/// The rules of a sandbox, for the webhook worker.
pub(super) struct WebhookFaults(pub(super) Arc<Faults>);

impl offhook_webhook::Faults for WebhookFaults {
    fn strike(&self, lease: &Leased) -> Option<StruckTry> {
        let struck = self.0.strike(&Occasion::Webhook(tried(lease)))?;
        let name = struck.fault.name();
        match struck.fault {
            Fault::Webhook(fault) => Some(StruckTry { id: struck.id, name, fault }),
            Fault::Api(_) | Fault::VersionCollision | Fault::Media(_) => None,
        }
    }

    fn delivered(&self, lease: &Leased) -> Vec<DeliveryId> {
        self.0.delivered(&tried(lease)).into_iter().map(DeliveryId).collect()
    }
}

fn tried(lease: &Leased) -> TriedWebhook {
    let call = match lease.subject {
        Subject::Call(call) => Some(call),
        Subject::Thread(_) | Subject::Page => None,
    };
    TriedWebhook {
        app: lease.app,
        page: lease.page,
        call,
        subject: lease.subject.to_string(),
        delivery: lease.id.0,
        event: event(&lease.body),
    }
}

/// Which event a body tells, in Meta's shape.
fn event(body: &[u8]) -> WebhookEvent {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let call = &body["entry"][0]["calls"][0];
    match (call["event"].as_str(), call["call_status"].as_str()) {
        (Some("connect"), _) => WebhookEvent::Connect,
        (Some("call_status"), Some("ringing")) => WebhookEvent::Ringing,
        (Some("call_status"), Some("accepted")) => WebhookEvent::Accepted,
        (Some("media_update"), _) => WebhookEvent::MediaUpdate,
        (Some("terminate"), _) => WebhookEvent::Terminate,
        (_, _) => WebhookEvent::Other,
    }
}
