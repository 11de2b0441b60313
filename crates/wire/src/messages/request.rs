use offhook_call::{EntryKind, MessageText, Psid, Reach};

use super::template;
use crate::{GraphError, Parameters};

/// A message to a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRequest {
    pub to: Psid,
    pub reach: Reach,
    pub kind: EntryKind,
}

impl MessageRequest {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        check_notification_type(parameters)?;
        Ok(Self { reach: reach(parameters)?, to: recipient(parameters)?, kind: message(parameters)? })
    }
}

fn recipient(parameters: &Parameters) -> Result<Psid, GraphError> {
    let recipient = parameters.object("recipient")?.ok_or_else(|| GraphError::missing("recipient"))?;
    match recipient.text("id")? {
        Some(id) => id.parse().map_err(|_| GraphError::InvalidPsid),
        None => {
            Err(GraphError::parameter("recipient", "`recipient` must be {\"id\": psid}; no other kind is supported."))
        }
    }
}

fn message(parameters: &Parameters) -> Result<EntryKind, GraphError> {
    let message = parameters.object("message")?.ok_or_else(|| GraphError::missing("message"))?;
    match (message.text("text")?, message.object("attachment")?) {
        (Some(text), None) => text_entry(text),
        (None, Some(attachment)) => template::parse(&attachment),
        (Some(_), Some(_)) => Err(GraphError::parameter("message", "Send either `text` or `attachment`, not both.")),
        (None, None) => Err(GraphError::parameter("message", "Send `text` or `attachment`; the message has neither.")),
    }
}

fn text_entry(text: String) -> Result<EntryKind, GraphError> {
    match MessageText::try_from(text) {
        Ok(text) => Ok(EntryKind::Text { text: text.into() }),
        Err(invalid) => Err(GraphError::parameter("text", format!("`text` is refused: {invalid}."))),
    }
}

/// The rule of the messaging window that the request calls on. Of Meta's tags only `HUMAN_AGENT` is left: the others
/// are refused since 27 April 2026.
fn reach(parameters: &Parameters) -> Result<Reach, GraphError> {
    let tag = parameters.word("tag")?;
    let messaging_type = parameters.word("messaging_type")?;
    let tagged = match messaging_type.as_deref() {
        Some("response" | "update" | "utility") => false,
        Some("message_tag") => true,
        None => tag.is_some(),
        Some(_) => {
            let known = "RESPONSE, UPDATE, MESSAGE_TAG and UTILITY";
            return Err(GraphError::parameter("messaging_type", format!("`messaging_type` is one of {known}.")));
        }
    };
    match (tagged, tag.as_deref()) {
        (false, None) => Ok(Reach::Standard),
        (true, Some("human_agent")) => Ok(Reach::HumanAgent),
        (true, None) => Err(GraphError::missing("tag")),
        (true, Some(_)) => Err(GraphError::parameter("tag", "Only the tag HUMAN_AGENT is supported.")),
        (false, Some(_)) => {
            Err(GraphError::parameter("tag", "A `tag` goes with the `messaging_type` MESSAGE_TAG only."))
        }
    }
}

/// It says how loud a phone is, and here is none; but a wrong word is told.
fn check_notification_type(parameters: &Parameters) -> Result<(), GraphError> {
    match parameters.word("notification_type")?.as_deref() {
        None | Some("regular" | "silent_push" | "no_push") => Ok(()),
        Some(_) => Err(GraphError::parameter(
            "notification_type",
            "`notification_type` is one of REGULAR, SILENT_PUSH and NO_PUSH.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(body: Value) -> Result<MessageRequest, GraphError> {
        let Value::Object(map) = body else { panic!("tests pass objects") };
        MessageRequest::parse(&map.into())
    }

    fn body() -> Value {
        json!({ "recipient": { "id": "77" }, "message": { "text": "Hello" } })
    }

    fn with(more: Value) -> Value {
        let mut body = body();
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    #[test]
    fn a_text_in_every_spelling() {
        let expected =
            MessageRequest { to: Psid(77), reach: Reach::Standard, kind: EntryKind::Text { text: "Hello".to_owned() } };
        let form = json!({ "recipient": "{\"id\":77}", "message": "{\"text\":\"Hello\"}" });
        let spelled_out = with(json!({ "messaging_type": "Response", "notification_type": "NO_PUSH", "extra": 1 }));
        for given in [body(), form, spelled_out, with(json!({ "messaging_type": "UTILITY" }))] {
            assert_eq!(parse(given).unwrap(), expected);
        }
    }

    #[test]
    fn a_human_agent_reaches_further_and_other_tags_are_gone() {
        for more in [json!({ "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT" }), json!({ "tag": "human_agent" })]
        {
            assert_eq!(parse(with(more)).unwrap().reach, Reach::HumanAgent);
        }
        let refused = [
            (json!({ "messaging_type": "MESSAGE_TAG" }), "tag"),
            (json!({ "messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE" }), "tag"),
            (json!({ "messaging_type": "RESPONSE", "tag": "HUMAN_AGENT" }), "tag"),
            (json!({ "messaging_type": "GREETING" }), "messaging_type"),
            (json!({ "notification_type": "LOUD" }), "notification_type"),
        ];
        for (more, blamed) in refused {
            assert_eq!(parse(with(more)).unwrap_err().blame(), Some(blamed));
        }
    }

    #[test]
    fn what_is_missing_or_too_long_is_named() {
        let refused = [
            (json!({ "recipient": null }), "recipient"),
            (json!({ "recipient": { "user_ref": "x" } }), "recipient"),
            (json!({ "message": null }), "message"),
            (json!({ "message": {} }), "message"),
            (json!({ "message": { "text": "Hi", "attachment": {} } }), "message"),
            (json!({ "message": { "text": " " } }), "text"),
            (json!({ "message": { "text": "a".repeat(2001) } }), "text"),
        ];
        for (more, blamed) in refused {
            assert_eq!(parse(with(more)).unwrap_err().blame(), Some(blamed));
        }
        assert_eq!(parse(with(json!({ "recipient": { "id": "Ada" } }))), Err(GraphError::InvalidPsid));
    }
}
