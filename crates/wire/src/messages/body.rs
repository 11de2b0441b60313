use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Recipient;

/// The body of `POST /{page-id}/messages`, as [`MessageRequest`](super::MessageRequest) reads it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
pub struct MessageBody {
    recipient: Recipient,
    message: Message,
    /// `RESPONSE`, `UPDATE`, `UTILITY`, or `MESSAGE_TAG` with the tag `HUMAN_AGENT`.
    #[schema(nullable = false)]
    messaging_type: Option<String>,
    #[schema(nullable = false)]
    tag: Option<String>,
    /// `REGULAR`, `SILENT_PUSH` or `NO_PUSH`.
    #[schema(nullable = false)]
    notification_type: Option<String>,
}

/// Either a text or a template.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
struct Message {
    #[schema(nullable = false, min_length = 1, max_length = 2000)]
    text: Option<String>,
    #[schema(nullable = false)]
    attachment: Option<Attachment>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
struct Attachment {
    #[schema(rename = "type", pattern = "^template$")]
    kind: String,
    /// By its `template_type`: `calling_optin`, `call_prompt` (`ttl_days`), `button` (`text`, `buttons`) or `generic`
    /// (`elements`). A button that calls is `{"type": "audio_call", "title", "expires_in_days"}`.
    #[schema(value_type = Object)]
    payload: Map<String, Value>,
}
