//! The `fields` parameter of a GET.

use serde_json::Value;
use utoipa::IntoParams;

use crate::{GraphError, Parameters};

/// Which fields of an answer are wanted. A name that the edge does not have is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Option<Vec<String>>);

/// The parameter that [`Fields`] reads.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; nothing holds it")]
pub struct FieldsParams {
    /// The wanted fields of the answer with commas between them; all unless told.
    #[param(nullable = false)]
    fields: Option<String>,
}

impl Fields {
    /// `known`: all fields of this edge.
    pub fn parse(parameters: &Parameters, known: &[&str]) -> Result<Self, GraphError> {
        let wanted = parameters.list("fields")?;
        match wanted.iter().flatten().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => {
                let known = known.join(", ");
                Err(GraphError::parameter(
                    "fields",
                    format!("Field `{unknown}` does not exist here; there are: {known}."),
                ))
            }
            None => Ok(Self(wanted)),
        }
    }

    /// The object with the wanted fields only; all if none were named.
    pub fn select(&self, mut object: Value) -> Value {
        if let (Some(wanted), Value::Object(map)) = (&self.0, &mut object) {
            map.retain(|name, _| wanted.contains(name));
        }
        object
    }
}
