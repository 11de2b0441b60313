use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A call, as the server names it: `c_` and a text that only the server understands.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct CallId(String);

/// A text that cannot be a call's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a call: one is c_ and letters, digits, `-` and `_`")]
pub struct InvalidCallId;

/// Longest id taken, in bytes; Meta's and Offhook's are far shorter.
const LENGTH_MAX: usize = 256;

impl CallId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CallId {
    type Error = InvalidCallId;

    fn try_from(text: String) -> Result<Self, InvalidCallId> {
        let opaque = text.strip_prefix("c_").ok_or(InvalidCallId)?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte);
        let valid = !opaque.is_empty() && text.len() <= LENGTH_MAX && opaque.bytes().all(known);
        valid.then_some(Self(text)).ok_or(InvalidCallId)
    }
}

impl FromStr for CallId {
    type Err = InvalidCallId;

    fn from_str(text: &str) -> Result<Self, InvalidCallId> {
        text.to_owned().try_into()
    }
}

/// Offhook's own id of a call.
impl From<offhook_call::CallId> for CallId {
    fn from(id: offhook_call::CallId) -> Self {
        Self(id.to_string())
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
