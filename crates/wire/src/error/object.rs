//! The JSON of an error.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{GraphError, RateScope};

/// `{"error": {…}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    pub error: ErrorObject,
}

/// Graph's error object (StandardError in Meta's reference).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorObject {
    /// `(#code) what is wrong`.
    pub message: String,
    #[serde(rename = "type", default)]
    pub kind: String,
    pub code: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_subcode: Option<u32>,
    /// Trying again may help.
    #[serde(default)]
    pub is_transient: bool,
    /// `{"offhook": {"error", "detail", …}, "blame_field_specs": [["name"]]}`.
    #[serde(default)]
    #[schema(value_type = ErrorData)]
    pub error_data: Value,
    /// Also in the response's `x-fb-trace-id`, and in the log.
    #[serde(default)]
    pub fbtrace_id: String,
}

/// What `error_data` holds; written by [`data`].
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
struct ErrorData {
    offhook: OffhookError,
    /// `[["name"]]`: the parameter at fault.
    #[schema(required = false)]
    blame_field_specs: Vec<Vec<String>>,
}

/// Offhook's own part of an error.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
struct OffhookError {
    /// A stable name.
    error: String,
    /// One sentence that a developer can act on.
    detail: String,
}

impl ErrorBody {
    pub fn new(error: &GraphError, fbtrace_id: String) -> Self {
        let row = error.row();
        Self {
            error: ErrorObject {
                message: format!("(#{}) {}", row.code, error.summary()),
                kind: kind(error).to_owned(),
                code: row.code,
                error_subcode: row.subcode,
                is_transient: matches!(error, GraphError::Overloaded { .. } | GraphError::Draining { .. }),
                error_data: data(error),
                fbtrace_id,
            },
        }
    }
}

impl ErrorObject {
    /// Offhook's stable name of the error; `None` from other servers.
    pub fn name(&self) -> Option<&str> {
        self.error_data["offhook"]["error"].as_str()
    }

    /// What to do about it; `None` from other servers.
    pub fn detail(&self) -> Option<&str> {
        self.error_data["offhook"]["detail"].as_str()
    }
}

/// Graph distinguishes errors about the object that a path names.
fn kind(error: &GraphError) -> &'static str {
    if matches!(error, GraphError::InvalidPage | GraphError::UnsupportedMethod) {
        "GraphMethodException"
    } else {
        "OAuthException"
    }
}

fn data(error: &GraphError) -> Value {
    let mut offhook = json!({ "error": error.name(), "detail": error.detail() });
    if let GraphError::InvalidSdp { findings, .. } = error {
        offhook["findings"] = findings.clone();
    }
    if let GraphError::VersionConflict { current } = error {
        offhook["current_version"] = (*current).into();
    }
    if let GraphError::RateLimited { scope, retry_after } = error {
        offhook["limit"] = match scope {
            RateScope::App => "app".into(),
            RateScope::Page => "page".into(),
            RateScope::PageRequests => "page_requests".into(),
        };
        offhook["estimated_time_to_regain_access"] = retry_after.as_secs().div_ceil(SECONDS_A_MINUTE).into();
    }
    let mut data = json!({ "offhook": offhook });
    if let Some(name) = error.blame() {
        data["blame_field_specs"] = json!([[name]]);
    }
    data
}

/// `estimated_time_to_regain_access` is in minutes, as in Meta's usage headers.
const SECONDS_A_MINUTE: u64 = 60;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn object(error: &GraphError) -> Value {
        serde_json::to_value(ErrorBody::new(error, "Abc".to_owned())).unwrap()["error"].clone()
    }

    #[test]
    fn an_error_bears_graphs_fields_and_ours() {
        let object = object(&GraphError::missing("to"));
        assert_eq!(
            object,
            json!({
                "message": "(#100) Invalid parameter: to", "type": "OAuthException", "code": 100,
                "is_transient": false, "fbtrace_id": "Abc",
                "error_data": {
                    "offhook": {
                        "error": "invalid_parameter",
                        "detail": "Parameter `to` is required and must not be empty.",
                    },
                    "blame_field_specs": [["to"]],
                },
            })
        );
    }

    #[test]
    fn a_limit_tells_when_it_opens_again() {
        let limited = GraphError::RateLimited { scope: RateScope::Page, retry_after: Duration::from_secs(61) };
        let data = &object(&limited)["error_data"]["offhook"];
        assert_eq!((&data["limit"], &data["estimated_time_to_regain_access"]), (&json!("page"), &json!(2)));
        assert_eq!(object(&GraphError::Draining { retry_after: Duration::ZERO })["is_transient"], true);
    }

    #[test]
    fn readers_find_the_name() {
        let body: ErrorBody = serde_json::from_value(json!({ "error": object(&GraphError::InvalidPage) })).unwrap();
        assert_eq!(body.error.name(), Some("invalid_page"));
        let metas: ErrorBody =
            serde_json::from_value(json!({ "error": { "message": "(#-1) no", "code": -1 } })).unwrap();
        assert_eq!(metas.error.name(), None);
    }
}
