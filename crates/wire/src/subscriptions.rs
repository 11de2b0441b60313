//! `/{app-id}/subscriptions` and `/{page-id}/subscribed_apps` (Meta's Webhooks and Subscribed Apps pages).

use offhook_call::AppId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{GraphError, GraphVersion, Parameters, schema};

/// An app's callback for object `page`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeApp {
    pub callback_url: String,
    pub verify_token: String,
    pub fields: Vec<String>,
}

impl SubscribeApp {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        if parameters.required_text("object")?.to_ascii_lowercase() != PAGE_OBJECT {
            return Err(GraphError::parameter("object", "Only the object `page` has webhooks here."));
        }
        Ok(Self {
            callback_url: parameters.required_text("callback_url")?,
            verify_token: parameters.required_text("verify_token")?,
            fields: page_fields(parameters, "fields")?,
        })
    }
}

/// The body of `POST /{app-id}/subscriptions`, as [`SubscribeApp`] reads it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
pub struct SubscribeAppBody {
    #[schema(pattern = "^page$")]
    object: String,
    /// Must echo `hub.challenge` when it is asked with this `verify_token`.
    #[schema(format = "uri", min_length = 1)]
    callback_url: String,
    #[schema(min_length = 1)]
    verify_token: String,
    /// Webhook fields with commas between them.
    #[schema(min_length = 1, example = "calls")]
    fields: String,
}

/// The body of `POST /{page-id}/subscribed_apps`, as [`SubscribePage`] reads it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
pub struct SubscribePageBody {
    /// Webhook fields with commas between them.
    #[schema(min_length = 1, example = "calls")]
    subscribed_fields: String,
}

/// The fields of a Page that the token's app wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribePage {
    pub fields: Vec<String>,
}

impl SubscribePage {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        Ok(Self { fields: page_fields(parameters, "subscribed_fields")? })
    }
}

/// `{"success": true}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Success {
    pub success: bool,
}

impl Success {
    pub const YES: Self = Self { success: true };
}

/// An edge: `{"data": […]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Data<T> {
    pub data: Vec<T>,
}

/// An entry of `GET /{app-id}/subscriptions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AppSubscriptionAnswer {
    #[schema(required = false)]
    pub object: String,
    #[schema(required = false)]
    pub callback_url: String,
    #[schema(required = false)]
    pub active: bool,
    #[schema(required = false)]
    pub fields: Vec<SubscribedField>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubscribedField {
    pub name: String,
    pub version: String,
}

impl AppSubscriptionAnswer {
    pub const FIELDS: &[&str] = &["object", "callback_url", "active", "fields"];

    pub fn new(callback_url: String, active: bool, fields: impl IntoIterator<Item = String>) -> Self {
        let field = |name| SubscribedField { name, version: GraphVersion::LATEST.to_string() };
        Self { object: PAGE_OBJECT.to_owned(), callback_url, active, fields: fields.into_iter().map(field).collect() }
    }
}

/// An entry of `GET /{page-id}/subscribed_apps`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageSubscriptionAnswer {
    #[schema(value_type = schema::AppId, required = false)]
    pub id: AppId,
    #[schema(required = false)]
    pub name: String,
    #[schema(required = false)]
    pub subscribed_fields: Vec<String>,
}

impl PageSubscriptionAnswer {
    pub const FIELDS: &[&str] = &["id", "name", "subscribed_fields"];
}

fn page_fields(parameters: &Parameters, name: &'static str) -> Result<Vec<String>, GraphError> {
    let mut fields = parameters.list(name)?.unwrap_or_default();
    if fields.is_empty() {
        return Err(GraphError::missing(name));
    }
    if let Some(unknown) = fields.iter().find(|field| !PAGE_FIELDS.contains(&field.as_str())) {
        return Err(GraphError::parameter(name, format!("The object `page` has no webhook field `{unknown}`.")));
    }
    fields.sort_unstable();
    fields.dedup();
    Ok(fields)
}

const PAGE_OBJECT: &str = "page";

/// The webhook fields of calling, then those of messaging, as Meta's machine-readable specification lists them.
pub const PAGE_FIELDS: &[&str] = &[
    "calls",
    "call_permission_reply",
    "call_settings_update",
    "business_integrity",
    "conversations",
    "feature_access_list",
    "inbox_labels",
    "marketing_message_clicks",
    "marketing_message_deliveries",
    "marketing_message_delivery_failed",
    "marketing_message_echoes",
    "marketing_message_reads",
    "message_context",
    "message_deliveries",
    "message_echoes",
    "message_edits",
    "message_mention",
    "message_reactions",
    "message_reads",
    "message_template_status_update",
    "messages",
    "messaging_account_linking",
    "messaging_appointments",
    "messaging_checkout_updates",
    "messaging_customer_information",
    "messaging_direct_sends",
    "messaging_fblogin_account_linking",
    "messaging_feedback",
    "messaging_game_plays",
    "messaging_handovers",
    "messaging_in_thread_lead_form_submit",
    "messaging_integrity",
    "messaging_optins",
    "messaging_optouts",
    "messaging_payments",
    "messaging_policy_enforcement",
    "messaging_postbacks",
    "messaging_pre_checkouts",
    "messaging_referrals",
    "response_feedback",
    "send_cart",
    "standby",
    "user_action",
];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parameters(value: Value) -> Parameters {
        let Value::Object(map) = value else { panic!("tests pass objects") };
        map.into()
    }

    #[test]
    fn fields_come_as_a_list_or_as_text_and_once_each() {
        for fields in [json!("messages,calls, calls"), json!(["calls", "messages"]), json!("[\"calls\",\"messages\"]")]
        {
            let parsed = SubscribePage::parse(&parameters(json!({ "subscribed_fields": fields }))).unwrap();
            assert_eq!(parsed.fields, ["calls", "messages"]);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = json!({ "object": "page", "callback_url": "https://a.example/hook", "verify_token": "t", "fields": "calls" });
        assert!(SubscribeApp::parse(&parameters(good.clone())).is_ok());
        let wrong = [
            ("object", json!("user")),
            ("object", Value::Null),
            ("callback_url", json!("")),
            ("verify_token", Value::Null),
            ("fields", json!("call")),
            ("fields", json!("")),
            ("fields", json!({})),
        ];
        for (name, value) in wrong {
            let mut body = good.clone();
            body[name] = value;
            assert_eq!(SubscribeApp::parse(&parameters(body)).unwrap_err().blame(), Some(name));
        }
    }
}
