use serde_json::Value;

/// A body in which session descriptions are only named: a timeline has each in an entry of its own. Whatever has one in
/// it, such as a session as text, is left out with it.
pub(crate) fn without_sdp(body: Value) -> Value {
    match body {
        Value::String(text) if text.contains("v=0") => Value::String(format!("(SDP, {} bytes)", text.len())),
        Value::Array(items) => items.into_iter().map(without_sdp).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, without_sdp(value))).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}
