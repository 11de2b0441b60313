use axum::body::{Bytes, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::Value;

/// A response that was read.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body as JSON, or as a JSON text if it is none.
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        // A stream has no end.
        let is_stream = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let bytes = if is_stream { Bytes::new() } else { to_bytes(body, usize::MAX).await.unwrap() };
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The error's status, code, subcode and name.
    pub(crate) fn error(&self) -> (u16, i64, Option<u64>, &str) {
        let error = &self.body["error"];
        let code = error["code"].as_i64().unwrap_or_else(|| panic!("no Graph error: {self:?}"));
        (self.status, code, error["error_subcode"].as_u64(), error["error_data"]["offhook"]["error"].as_str().unwrap())
    }

    /// The parameter that `blame_field_specs` names.
    pub(crate) fn blamed(&self) -> &str {
        self.body["error"]["error_data"]["blame_field_specs"][0][0].as_str().unwrap_or_default()
    }

    /// The body of an error without its trace id, which differs each time.
    pub(crate) fn untraced(&self) -> Value {
        let mut body = self.body.clone();
        body["error"]["fbtrace_id"].take();
        body
    }

    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.body
    }
}
