//! `GET /{page-id}/messenger_call_permissions` (contract section 2).

use offhook_call::{PermissionStatus, Psid};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Fields, GraphError, Parameters};

/// Whose permission is asked about, and in which shape the answer is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionQuery {
    pub psid: Psid,
    fields: Fields,
    /// `summary=true`, as Meta's Python SDK sends it: the answer as an edge, `{"data": […]}`.
    as_edge: bool,
}

impl PermissionQuery {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        let psid = parameters.required_text("psid")?.parse().map_err(|_| GraphError::InvalidPsid)?;
        let fields = Fields::parse(parameters, &["permission", "actions"])?;
        Ok(Self { psid, fields, as_edge: parameters.is_on("summary") })
    }

    pub fn render(&self, answer: &CallPermissions) -> Value {
        let object = self.fields.select(json!(answer));
        if self.as_edge { json!({ "data": [object] }) } else { object }
    }
}

/// May this consumer be called, and may permission be asked for?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPermissions {
    pub permission: PermissionAnswer,
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PermissionAnswer {
    /// `expiration_time`: seconds since the epoch.
    HasPermission {
        expiration_time: i64,
    },
    NoPermission,
}

impl From<PermissionStatus> for PermissionAnswer {
    fn from(status: PermissionStatus) -> Self {
        match status {
            PermissionStatus::Granted { expires_at } => Self::HasPermission { expiration_time: expires_at.seconds() },
            PermissionStatus::None => Self::NoPermission,
        }
    }
}

/// `send_call_permission_request` or `start_call`, and what bounds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    pub action_name: String,
    pub can_perform: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<ActionLimit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionLimit {
    /// ISO 8601 duration.
    pub time_period: String,
    pub max_allowed: u32,
    pub current_usage: u32,
}

impl Action {
    pub fn request_permission(can_perform: bool, limit: ActionLimit) -> Self {
        Self { action_name: "send_call_permission_request".to_owned(), can_perform, limits: vec![limit] }
    }

    pub fn start_call(can_perform: bool, limit: ActionLimit) -> Self {
        Self { action_name: "start_call".to_owned(), can_perform, limits: vec![limit] }
    }
}

impl ActionLimit {
    /// Over a rolling 24 hours.
    pub fn per_day(max_allowed: u32, current_usage: u32) -> Self {
        Self { time_period: "PT24H".to_owned(), max_allowed, current_usage }
    }
}

#[cfg(test)]
mod tests {
    use offhook_call::Time;

    use super::*;

    fn query(value: Value) -> Result<PermissionQuery, GraphError> {
        let Value::Object(map) = value else { panic!("tests pass objects") };
        PermissionQuery::parse(&map.into())
    }

    fn answer() -> CallPermissions {
        CallPermissions {
            permission: PermissionStatus::Granted { expires_at: Time(1_790_000_000_999) }.into(),
            actions: vec![
                Action::request_permission(false, ActionLimit::per_day(2, 1)),
                Action::start_call(true, ActionLimit::per_day(100, 3)),
            ],
        }
    }

    #[test]
    fn the_answer_is_bare_or_an_edge() {
        let expected = json!({
            "permission": { "status": "HAS_PERMISSION", "expiration_time": 1790000000 },
            "actions": [
                { "action_name": "send_call_permission_request", "can_perform": false,
                  "limits": [{ "time_period": "PT24H", "max_allowed": 2, "current_usage": 1 }] },
                { "action_name": "start_call", "can_perform": true,
                  "limits": [{ "time_period": "PT24H", "max_allowed": 100, "current_usage": 3 }] },
            ],
        });
        assert_eq!(query(json!({ "psid": "7" })).unwrap().render(&answer()), expected);
        assert_eq!(
            query(json!({ "psid": "7", "summary": "true" })).unwrap().render(&answer()),
            json!({ "data": [expected] })
        );
        let only = query(json!({ "psid": "7", "fields": "permission" })).unwrap().render(&answer());
        assert_eq!(only, json!({ "permission": expected["permission"] }));
        assert_eq!(json!(PermissionAnswer::from(PermissionStatus::None)), json!({ "status": "NO_PERMISSION" }));
    }

    #[test]
    fn unknown_fields_and_psids_are_refused() {
        let refused = query(json!({ "psid": "7", "fields": "permission,quota" })).unwrap_err();
        assert_eq!(refused.blame(), Some("fields"));
        assert_eq!(query(json!({})).unwrap_err().blame(), Some("psid"));
        assert_eq!(query(json!({ "psid": "x" })), Err(GraphError::InvalidPsid));
    }
}
