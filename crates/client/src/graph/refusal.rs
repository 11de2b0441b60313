use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Reason;
use crate::rest;

/// Graph's error object (`StandardError` in Meta's reference).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Refusal {
    #[serde(default)]
    pub message: String,
    #[serde(rename = "type", default)]
    pub kind: String,
    pub code: i64,
    pub error_subcode: Option<i64>,
    /// Trying again may help.
    #[serde(default)]
    pub is_transient: bool,
    /// For the person in front of the screen, in their language.
    pub error_user_title: Option<String>,
    pub error_user_msg: Option<String>,
    /// Whatever else there is to say. Meta also sends it as a JSON text; here it is always the value.
    #[serde(default, deserialize_with = "value_or_text")]
    pub error_data: Value,
    /// What the server's operator finds the request by.
    pub fbtrace_id: Option<String>,
}

impl Refusal {
    /// What is wrong, in one enum for all servers.
    pub fn reason(&self) -> Reason {
        Reason::of(self)
    }

    /// Offhook's stable name of the error; `None` from other servers.
    pub fn name(&self) -> Option<&str> {
        self.error_data["offhook"]["error"].as_str()
    }

    /// What to do about it; `None` from other servers.
    pub fn detail(&self) -> Option<&str> {
        self.error_data["offhook"]["detail"].as_str()
    }
}

impl rest::Refusal for Refusal {
    fn text(&self) -> &str {
        self.detail().or(self.error_user_msg.as_deref()).unwrap_or(&self.message)
    }
}

fn value_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        value => value,
    })
}
