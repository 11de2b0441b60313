//! What Meta's pages write in more than one form.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An object, bare or as the one entry of an edge (`{"data": [{…}]}`).
pub(super) struct BareOrEdge<T>(pub(super) T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for BareOrEdge<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        let inner = match value.get_mut("data") {
            Some(Value::Array(entries)) if !entries.is_empty() => entries.swap_remove(0),
            Some(_) | None => value,
        };
        serde_json::from_value(inner).map(Self).map_err(D::Error::custom)
    }
}

/// An answer that says no more than that it was done: `success` or `result`, as a boolean or as a text.
pub(super) struct Done;

impl<'de> Deserialize<'de> for Done {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let said = value.get("success").or_else(|| value.get("result"));
        match said {
            Some(Value::Bool(true)) => Ok(Self),
            Some(Value::String(word)) if ["true", "success"].iter().any(|yes| word.eq_ignore_ascii_case(yes)) => {
                Ok(Self)
            }
            Some(_) | None => Err(D::Error::custom("the answer does not say that it was done")),
        }
    }
}

/// A word of an enum, in any case.
pub(super) fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(|word| word.to_ascii_lowercase())
}

/// A whole number, also as a text; `None` for what is empty.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => text.trim().parse().map(Some).map_err(D::Error::custom),
        value => i64::deserialize(value).map(Some).map_err(D::Error::custom),
    }
}
