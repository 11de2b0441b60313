use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Error, Graph, PageId, Psid};

/// What can be sent to a consumer's thread, as far as calling needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Text(String),
    /// Asks for permission to call (`calling_optin`).
    CallPermissionRequest,
    /// A button that lets the consumer call for this many days (`call_prompt`).
    CallPrompt {
        ttl_days: Option<u8>,
    },
    /// A text with one to three buttons.
    Buttons {
        text: String,
        buttons: Vec<Button>,
    },
    /// Cards, side by side.
    Generic {
        elements: Vec<Element>,
    },
}

/// A card of a generic template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub title: String,
    pub subtitle: Option<String>,
    pub image_url: Option<Url>,
    pub buttons: Vec<Button>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Button {
    /// Calls the Page when it is tapped; seven days at the longest.
    AudioCall {
        title: String,
        expires_in_days: Option<u8>,
    },
    /// Comes back as a `messaging_postbacks` webhook when it is tapped.
    Postback {
        title: String,
        payload: String,
    },
    Url {
        title: String,
        url: Url,
    },
}

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Answer")]
pub struct Sent {
    pub message_id: String,
    pub recipient: Option<Psid>,
}

impl Graph {
    /// Sends a message to a consumer's thread.
    pub async fn send_message(&self, page: PageId, to: Psid, message: &Message) -> Result<Sent, Error> {
        let body = json!({ "recipient": { "id": to }, "message": message.body() });
        self.send(self.post(page, "messages", &body)).await
    }
}

impl Message {
    fn body(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "text": text }),
            Self::CallPermissionRequest => template(json!({ "template_type": "calling_optin" })),
            Self::CallPrompt { ttl_days } => {
                template(without_nulls(json!({ "template_type": "call_prompt", "ttl_days": ttl_days })))
            }
            Self::Buttons { text, buttons } => {
                let buttons: Vec<_> = buttons.iter().map(Button::body).collect();
                template(json!({ "template_type": "button", "text": text, "buttons": buttons }))
            }
            Self::Generic { elements } => {
                let elements: Vec<_> = elements.iter().map(Element::body).collect();
                template(json!({ "template_type": "generic", "elements": elements }))
            }
        }
    }
}

impl Element {
    fn body(&self) -> Value {
        let buttons: Vec<_> = self.buttons.iter().map(Button::body).collect();
        let Self { title, subtitle, image_url, .. } = self;
        without_nulls(json!({ "title": title, "subtitle": subtitle, "image_url": image_url, "buttons": buttons }))
    }
}

impl Button {
    fn body(&self) -> Value {
        match self {
            Self::AudioCall { title, expires_in_days } => {
                without_nulls(json!({ "type": "audio_call", "title": title, "expires_in_days": expires_in_days }))
            }
            Self::Postback { title, payload } => json!({ "type": "postback", "title": title, "payload": payload }),
            Self::Url { title, url } => json!({ "type": "web_url", "title": title, "url": url }),
        }
    }
}

fn template(payload: Value) -> Value {
    json!({ "attachment": { "type": "template", "payload": payload } })
}

fn without_nulls(mut object: Value) -> Value {
    if let Value::Object(map) = &mut object {
        map.retain(|_, value| !value.is_null());
    }
    object
}

/// Meta writes the recipient flat or nested, and on one page the message's id inside it.
#[derive(Deserialize)]
struct Answer {
    recipient_id: Option<Psid>,
    recipient: Option<Recipient>,
    message_id: Option<String>,
}

#[derive(Deserialize)]
struct Recipient {
    id: Option<Psid>,
    message_id: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("the answer names no message")]
struct NoMessageId;

impl TryFrom<Answer> for Sent {
    type Error = NoMessageId;

    fn try_from(answer: Answer) -> Result<Self, NoMessageId> {
        let Recipient { id, message_id } = answer.recipient.unwrap_or(Recipient { id: None, message_id: None });
        let message_id = answer.message_id.or(message_id).ok_or(NoMessageId)?;
        Ok(Self { message_id, recipient: answer.recipient_id.or(id) })
    }
}
