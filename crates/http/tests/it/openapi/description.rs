//! The description as the tests read it.

use serde_json::{Value, json};

pub(super) struct Description(Value);

/// One operation with the method and the path that it has.
pub(super) struct Operation<'a> {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) value: &'a Value,
}

impl Description {
    pub(super) fn load() -> Self {
        Self(serde_json::from_str(&offhook_http::openapi()).unwrap())
    }

    pub(super) fn operations(&self) -> Vec<Operation<'_>> {
        let items = self.0["paths"].as_object().unwrap();
        let operations = items.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter().filter(|(_, value)| value["operationId"].is_string());
            methods.map(|(method, value)| Operation { method: method.to_uppercase(), path: path.clone(), value })
        });
        operations.collect()
    }

    /// What is wrong with `instance`, if anything.
    pub(super) fn breach(&self, schema: &Value, instance: &Value) -> Option<String> {
        let schema = json!({ "allOf": [schema], "components": self.0["components"] });
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        validator.validate(instance).err().map(|error| format!("{error} at {}", error.instance_path()))
    }
}

impl Operation<'_> {
    pub(super) fn id(&self) -> &str {
        self.value["operationId"].as_str().unwrap()
    }

    pub(super) fn request(&self) -> &Value {
        &self.value["requestBody"]["content"]["application/json"]
    }

    pub(super) fn answer(&self, status: &str) -> &Value {
        &self.value["responses"][status]["content"]["application/json"]
    }

    /// The token that the operation wants, as its security names it.
    pub(super) fn token(&self) -> Option<&str> {
        self.value["security"][0].as_object()?.keys().next().map(String::as_str)
    }
}
