//! `GET /{page-id}/messenger_call_permissions` (contract section 2).

use offhook_call::{PermissionStatus, Psid};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::{Compat, Fields, GraphError, Parameters, PermissionNames, StatusCase, schema};

/// Whose permission is asked about, and in which shape the answer is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionQuery {
    pub psid: Psid,
    fields: Fields,
    /// `summary=true`, as Meta's Python SDK sends it.
    summary: bool,
}

/// The parameters that [`PermissionQuery`] reads.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; nothing holds it")]
pub struct PermissionParams {
    /// The consumer.
    #[param(value_type = schema::Psid)]
    psid: String,
    /// The wanted fields of the answer with commas between them; all unless told.
    #[param(nullable = false)]
    fields: Option<String>,
    /// `true`: the answer as an edge, `{"data": […]}`.
    #[param(nullable = false)]
    summary: Option<String>,
}

/// The answer, bare or as an edge.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum PermissionBody {
    Bare(CallPermissions),
    Edge(crate::Data<CallPermissions>),
}

impl PermissionQuery {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        let psid = parameters.required_text("psid")?.parse().map_err(|_| GraphError::InvalidPsid)?;
        let fields = Fields::parse(parameters, &["permission", "actions"])?;
        Ok(Self { psid, fields, summary: parameters.is_on("summary") })
    }

    /// The answer as the query and the app want it.
    pub fn render(&self, answer: &CallPermissions, compat: &Compat) -> Value {
        let mut object = json!(answer);
        match compat.status_case {
            StatusCase::Upper => {}
            StatusCase::Lower => lower(&mut object["permission"]["status"]),
        }
        match compat.permission_names {
            PermissionNames::Current => {}
            PermissionNames::Older => older_names(&mut object["actions"]),
        }
        compat.edge_shape.shaped(self.fields.select(object), self.summary)
    }
}

/// May this consumer be called, and may permission be asked for?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallPermissions {
    #[schema(required = false)]
    pub permission: PermissionAnswer,
    #[schema(required = false)]
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Action {
    pub action_name: String,
    pub can_perform: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<ActionLimit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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

fn lower(status: &mut Value) {
    if let Value::String(status) = status {
        status.make_ascii_lowercase();
    }
}

/// The names of an earlier copy of Meta's permission page.
fn older_names(actions: &mut Value) {
    for action in actions.as_array_mut().into_iter().flatten() {
        rename(action, "can_perform", "can_perform_action");
        for limit in action["limits"].as_array_mut().into_iter().flatten() {
            rename(limit, "max_allowed", "max_allowed_per_user");
        }
    }
}

fn rename(object: &mut Value, from: &str, to: &str) {
    object[to] = object[from].take();
    if let Value::Object(fields) = object {
        fields.remove(from);
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
        let metas = Compat::default();
        let expected = json!({
            "permission": { "status": "HAS_PERMISSION", "expiration_time": 1790000000 },
            "actions": [
                { "action_name": "send_call_permission_request", "can_perform": false,
                  "limits": [{ "time_period": "PT24H", "max_allowed": 2, "current_usage": 1 }] },
                { "action_name": "start_call", "can_perform": true,
                  "limits": [{ "time_period": "PT24H", "max_allowed": 100, "current_usage": 3 }] },
            ],
        });
        assert_eq!(query(json!({ "psid": "7" })).unwrap().render(&answer(), &metas), expected);
        assert_eq!(
            query(json!({ "psid": "7", "summary": "true" })).unwrap().render(&answer(), &metas),
            json!({ "data": [expected] })
        );
        let only = query(json!({ "psid": "7", "fields": "permission" })).unwrap().render(&answer(), &metas);
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
