//! The parameters of a Graph request, wherever they came from.

use serde_json::{Map, Value};

use crate::GraphError;
use crate::debug::{DebugLevel, DebugMessage, Log};

/// Query and body of a request as one map. A form's values are texts, a JSON body's are typed; readers take both.
/// An explicit `null` is the same as absent. It notes what was read, so that a request in debug mode can be told what
/// was ignored.
#[derive(Debug, Default)]
pub struct Parameters {
    values: Map<String, Value>,
    log: Log,
}

impl Parameters {
    /// Sets a parameter; a later one of the same name wins, so the body is added after the query.
    pub fn set(&mut self, name: String, value: Value) {
        self.values.insert(name, value);
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.log.read(name);
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// All names and values of an object whose keys are not an edge's to fix.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.iter()
    }

    /// All of them as they came, but for those that are secret.
    pub fn shown_without(&self, secret: &[&str]) -> Value {
        let open = self.values.iter().filter(|(name, _)| !secret.contains(&name.as_str()));
        Value::Object(open.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// Something that the sender of this request should know, if it asks for it.
    pub fn say(&self, message: DebugMessage) {
        self.log.say(message);
    }

    /// Which debug messages are asked for, if any.
    pub fn debug_level(&self) -> Option<DebugLevel> {
        self.value("debug")?.as_str().and_then(|word| DebugLevel::named(&word.to_ascii_lowercase()))
    }

    /// What was said about this request.
    pub fn said(&self) -> Vec<DebugMessage> {
        self.log.said()
    }

    /// The parameters that nobody has read.
    pub fn unread(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str).filter(|name| !self.log.was_read(name))
    }

    /// A text, or a whole number written without quotes (ids are often sent so).
    pub fn text(&self, name: &'static str) -> Result<Option<String>, GraphError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) if number.is_u64() => Ok(Some(number.to_string())),
            Some(other) => Err(GraphError::wrong_type(name, "a string", other)),
        }
    }

    /// As [`text`](Self::text), and neither absent nor empty.
    pub fn required_text(&self, name: &'static str) -> Result<String, GraphError> {
        match self.text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            Some(_) | None => Err(GraphError::missing(name)),
        }
    }

    /// One word of an enum, in lower case: Graph compares them without regard to case.
    pub(crate) fn word(&self, name: &'static str) -> Result<Option<String>, GraphError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.to_ascii_lowercase())),
            Some(other) => Err(GraphError::wrong_type(name, "a string", other)),
        }
    }

    /// `true`, or the texts that a query has for it.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        match self.value(name) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            Some(_) | None => false,
        }
    }

    /// A boolean, or the texts that a form has for it.
    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, GraphError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(on)) => Ok(Some(*on)),
            Some(value @ Value::String(text)) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Ok(Some(true)),
                "false" | "0" => Ok(Some(false)),
                _ => Err(GraphError::wrong_type(name, "true or false", value)),
            },
            Some(other) => Err(GraphError::wrong_type(name, "true or false", other)),
        }
    }

    /// A whole number, or a text that holds one.
    pub(crate) fn number(&self, name: &'static str) -> Result<Option<i64>, GraphError> {
        let wrong = |value: &Value| GraphError::wrong_type(name, "a whole number", value);
        match self.value(name) {
            None => Ok(None),
            Some(value @ Value::Number(number)) => number.as_i64().map(Some).ok_or_else(|| wrong(value)),
            Some(value @ Value::String(text)) => text.parse().map(Some).map_err(|_| wrong(value)),
            Some(other) => Err(wrong(other)),
        }
    }

    /// An object, or a text that holds one as JSON (as forms have it).
    pub(crate) fn object(&self, name: &'static str) -> Result<Option<Parameters>, GraphError> {
        let wrong = |value: &Value| GraphError::wrong_type(name, "an object", value);
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map.clone().into())),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(value @ Value::String(text)) => match serde_json::from_str::<Map<_, _>>(text) {
                Ok(map) => Ok(Some(map.into())),
                Err(_) => Err(wrong(value)),
            },
            Some(other) => Err(wrong(other)),
        }
    }

    /// A list of objects, or a text that holds one as JSON.
    pub(crate) fn objects(&self, name: &'static str) -> Result<Option<Vec<Parameters>>, GraphError> {
        let wrong = |value: &Value| GraphError::wrong_type(name, "a list of objects", value);
        let read = |value: &Value| serde_json::from_value::<Vec<Map<String, Value>>>(value.clone()).ok();
        match self.value(name) {
            None => Ok(None),
            Some(value) => {
                let list = value.as_str().map_or_else(|| read(value), |text| serde_json::from_str(text).ok());
                Ok(Some(list.ok_or_else(|| wrong(value))?.into_iter().map(Self::from).collect()))
            }
        }
    }

    /// A JSON array, or a text that holds one.
    pub fn array(&self, name: &'static str) -> Result<Option<Vec<Value>>, GraphError> {
        let wrong = |value: &Value| GraphError::wrong_type(name, "an array", value);
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items.clone())),
            Some(value @ Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| wrong(value)),
            Some(other) => Err(wrong(other)),
        }
    }

    /// A list of texts: a JSON array, a text that holds one, or texts with commas between them.
    pub(crate) fn list(&self, name: &'static str) -> Result<Option<Vec<String>>, GraphError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(items)) => texts(name, items).map(Some),
            Some(Value::String(text)) => match serde_json::from_str::<Vec<Value>>(text) {
                Ok(items) => texts(name, &items).map(Some),
                Err(_) => Ok(Some(comma_separated(text))),
            },
            Some(other) => Err(GraphError::wrong_type(name, "a list of strings", other)),
        }
    }
}

fn texts(name: &'static str, items: &[Value]) -> Result<Vec<String>, GraphError> {
    let text = |item: &Value| {
        item.as_str().map(str::to_owned).ok_or_else(|| GraphError::wrong_type(name, "a list of strings", item))
    };
    items.iter().map(text).collect()
}

fn comma_separated(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

impl From<Map<String, Value>> for Parameters {
    fn from(values: Map<String, Value>) -> Self {
        Self { values, log: Log::default() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameters(value: Value) -> Parameters {
        let Value::Object(map) = value else { panic!("tests pass objects") };
        map.into()
    }

    #[test]
    fn a_form_and_a_json_body_read_the_same() {
        let form = parameters(json!({ "to": "77", "session": "{\"sdp\":\"v=0\"}", "fields": "a, b" }));
        let body = parameters(json!({ "to": 77, "session": { "sdp": "v=0" }, "fields": ["a", "b"] }));
        for given in
            [form, body, parameters(json!({ "to": "77", "session": {"sdp":"v=0"}, "fields": "[\"a\",\"b\"]" }))]
        {
            assert_eq!(given.text("to").unwrap().as_deref(), Some("77"));
            assert_eq!(given.object("session").unwrap().unwrap().text("sdp").unwrap().as_deref(), Some("v=0"));
            assert_eq!(given.list("fields").unwrap().unwrap(), ["a", "b"]);
        }
    }

    #[test]
    fn null_is_absent_and_a_wrong_type_is_named() {
        let given = parameters(json!({ "to": null, "call_id": true, "session": "[1]", "fields": [1] }));
        assert_eq!(given.text("to"), Ok(None));
        assert_eq!(given.required_text("to"), Err(GraphError::missing("to")));
        let refused = [
            ("call_id", given.text("call_id").unwrap_err()),
            ("session", given.object("session").unwrap_err()),
            ("fields", given.list("fields").unwrap_err()),
        ];
        for (name, error) in refused {
            assert_eq!(error.blame(), Some(name));
        }
    }
}
