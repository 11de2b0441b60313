//! Several requests in one (Graph's "Batch Requests" page): `batch=[{"method", "relative_url", "headers"?, "body"?}]`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{GraphError, Parameters};

/// What a batch asks for. An operation that cannot be read does not spoil the others.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRequest {
    pub operations: Vec<Result<BatchOperation, GraphError>>,
    /// `include_headers=false` leaves the headers out of the answer.
    pub include_headers: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchOperation {
    pub method: BatchMethod,
    /// Path and query as they were given, without a slash at their beginning.
    pub relative_url: String,
    pub headers: Vec<BatchHeader>,
    /// A form, or JSON where the operation gave an object.
    pub body: BatchBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchMethod {
    Get,
    Post,
    Delete,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchBody {
    Form(String),
    Json(Value),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchHeader {
    pub name: String,
    pub value: String,
}

/// An entry of the answer, in the order of the operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchAnswer {
    pub code: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub headers: Option<Vec<BatchHeader>>,
    /// The answer's JSON as a text.
    pub body: String,
}

/// The body that [`BatchRequest`] reads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
pub struct BatchForm {
    #[schema(min_items = 1, max_items = 50)]
    batch: Vec<OperationForm>,
    #[schema(nullable = false)]
    include_headers: Option<bool>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
struct OperationForm {
    /// `GET`, `POST` or `DELETE`.
    method: String,
    /// Path and query, with or without a version.
    relative_url: String,
    #[schema(nullable = false)]
    headers: Option<Vec<BatchHeader>>,
    /// A form.
    #[schema(nullable = false)]
    body: Option<String>,
}

impl BatchRequest {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        let entries = parameters.array("batch")?.unwrap_or_default();
        if entries.is_empty() {
            return Err(GraphError::missing("batch"));
        }
        if entries.len() > OPERATIONS_MAX {
            let detail = format!("A batch must not have more than {OPERATIONS_MAX} operations, not {}.", entries.len());
            return Err(GraphError::parameter("batch", detail));
        }
        Ok(Self {
            operations: entries.into_iter().map(BatchOperation::parse).collect(),
            include_headers: parameters.flag("include_headers")?.unwrap_or(true),
        })
    }
}

impl BatchOperation {
    fn parse(entry: Value) -> Result<Self, GraphError> {
        let Value::Object(entry) = entry else {
            return Err(GraphError::parameter("batch", "Each operation must be an object."));
        };
        let entry = Parameters::from(entry);
        for (name, detail) in [("depends_on", DEPENDENT), ("attached_files", ATTACHED)] {
            if entry.value(name).is_some() {
                return Err(GraphError::parameter(name, detail));
            }
        }
        let relative_url = entry.required_text("relative_url")?;
        let body = body(&entry)?;
        if refers_to_another(&relative_url) || matches!(&body, BatchBody::Form(form) if refers_to_another(form)) {
            return Err(GraphError::parameter("batch", DEPENDENT));
        }
        let relative_url = relative_url.trim_start_matches('/').to_owned();
        Ok(Self { method: method(&entry)?, relative_url, headers: headers(&entry)?, body })
    }
}

fn method(entry: &Parameters) -> Result<BatchMethod, GraphError> {
    match entry.word("method")?.as_deref() {
        Some("get") => Ok(BatchMethod::Get),
        Some("post") => Ok(BatchMethod::Post),
        Some("delete") => Ok(BatchMethod::Delete),
        Some(_) | None => Err(GraphError::parameter("method", "An operation's method must be GET, POST or DELETE.")),
    }
}

fn body(entry: &Parameters) -> Result<BatchBody, GraphError> {
    match entry.value("body") {
        None => Ok(BatchBody::Form(String::new())),
        Some(Value::String(form)) => Ok(BatchBody::Form(form.clone())),
        Some(object @ Value::Object(_)) => Ok(BatchBody::Json(object.clone())),
        Some(other) => Err(GraphError::wrong_type("body", "a form as text", other)),
    }
}

/// `[{"name", "value"}]`, or `["Name: value"]`.
fn headers(entry: &Parameters) -> Result<Vec<BatchHeader>, GraphError> {
    let wrong = || GraphError::parameter("headers", "Headers must be a list of {\"name\", \"value\"}.");
    let header = |header: Value| match header {
        Value::String(line) => {
            let (name, value) = line.split_once(':').ok_or_else(wrong)?;
            Ok(BatchHeader { name: name.trim().to_owned(), value: value.trim().to_owned() })
        }
        other => serde_json::from_value(other).map_err(|_| wrong()),
    };
    entry.array("headers")?.unwrap_or_default().into_iter().map(header).collect()
}

/// Whether a text has Graph's JSONPath for the answer of another operation: `{result=name:$…}`.
fn refers_to_another(text: &str) -> bool {
    text.contains("{result=") || text.contains("%7Bresult%3D") || text.contains("%7Bresult=")
}

/// Operations in one batch (Graph's "Batch Requests" page).
const OPERATIONS_MAX: usize = 50;

const DEPENDENT: &str =
    "Operations that depend on others (`depends_on`, `{result=…}`) are not supported; send them one by one.";
const ATTACHED: &str = "Operations with attached files are not supported.";

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn parse(batch: Value) -> Result<BatchRequest, GraphError> {
        BatchRequest::parse(&Map::from_iter([("batch".to_owned(), batch)]).into())
    }

    fn only(operation: Value) -> Result<BatchOperation, GraphError> {
        parse(json!([operation])).unwrap().operations.remove(0)
    }

    #[test]
    fn an_operation_is_read_as_the_sdks_send_it() {
        let python = json!({ "method": "POST", "relative_url": "1044/calls", "body": "action=connect&to=77",
            "headers": [{ "name": "Idempotency-Key", "value": "k" }] });
        let header = BatchHeader { name: "Idempotency-Key".to_owned(), value: "k".to_owned() };
        let expected = BatchOperation {
            method: BatchMethod::Post,
            relative_url: "1044/calls".to_owned(),
            headers: vec![header],
            body: BatchBody::Form("action=connect&to=77".to_owned()),
        };
        assert_eq!(only(python.clone()).unwrap(), expected);
        assert_eq!(parse(json!([python]).to_string().into()).unwrap().operations, [Ok(expected.clone())]);
        let lines = json!({ "method": "post", "relative_url": "/1044/calls", "body": "action=connect&to=77",
            "headers": ["Idempotency-Key: k"] });
        assert_eq!(only(lines).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_with_an_operation_is_its_own_error() {
        let wrong = [
            (json!("GET me/calls"), "batch"),
            (json!({ "relative_url": "me" }), "method"),
            (json!({ "method": "PUT", "relative_url": "me" }), "method"),
            (json!({ "method": "GET" }), "relative_url"),
            (json!({ "method": "POST", "relative_url": "me", "body": [1] }), "body"),
            (json!({ "method": "POST", "relative_url": "me", "headers": [{ "name": "x" }] }), "headers"),
            (json!({ "method": "GET", "relative_url": "me", "depends_on": "first" }), "depends_on"),
            (json!({ "method": "GET", "relative_url": "me?ids={result=first:$.data}" }), "batch"),
            (json!({ "method": "POST", "relative_url": "me", "attached_files": "a" }), "attached_files"),
        ];
        for (operation, blamed) in wrong {
            assert_eq!(only(operation.clone()).unwrap_err().blame(), Some(blamed), "{operation}");
        }
    }

    #[test]
    fn a_batch_has_from_one_to_fifty_operations() {
        let operation = json!({ "method": "GET", "relative_url": "me" });
        assert_eq!(parse(json!(vec![operation.clone(); 50])).unwrap().operations.len(), 50);
        for batch in [json!([]), json!(vec![operation; 51]), json!({}), json!("x"), Value::Null] {
            assert_eq!(parse(batch.clone()).unwrap_err().blame(), Some("batch"), "{batch}");
        }
    }
}
