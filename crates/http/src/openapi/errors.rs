//! The error answers of an operation, from the names that it lists.

use std::collections::{BTreeMap, BTreeSet};

use offhook_wire::{ErrorBody, GraphError};
use serde_json::Value;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use super::complete::Side;
use crate::own::Refusal;

/// Answers by status. Panics on a name that no error has.
pub(super) fn responses(side: Side, names: &BTreeSet<String>) -> BTreeMap<String, RefOr<Response>> {
    let rows = names.iter().flat_map(|name| rows(side, name));
    let mut by_status: BTreeMap<u16, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_status.entry(row.status).or_default().push(row);
    }
    by_status.into_iter().map(|(status, rows)| (status.to_string(), response(side, &rows).into())).collect()
}

/// What one error can look like.
struct Row {
    name: &'static str,
    status: u16,
    text: String,
}

fn rows(side: Side, name: &str) -> Vec<Row> {
    let rows: Vec<_> = match side {
        Side::Graph => {
            GraphError::catalogue().into_iter().filter(|error| error.name() == name).map(graph_row).collect()
        }
        Side::Own | Side::Session => {
            Refusal::catalogue().into_iter().filter(|refusal| refusal.name() == name).map(own_row).collect()
        }
        Side::Plain => Vec::new(),
    };
    assert!(!rows.is_empty(), "x-errors names `{name}`, which is no error here");
    rows
}

fn graph_row(error: GraphError) -> Row {
    let object = ErrorBody::new(&error, String::new()).error;
    let numbers = match object.error_subcode {
        Some(subcode) => format!("{}/{subcode}", object.code),
        None => object.code.to_string(),
    };
    let summary = object.message.split_once(") ").map_or("", |(_, summary)| summary);
    Row { name: error.name(), status: error.status(), text: format!("`{}` ({numbers}): {summary}.", error.name()) }
}

fn own_row(refusal: Refusal) -> Row {
    Row { name: refusal.name(), status: refusal.status().as_u16(), text: format!("`{}`.", refusal.name()) }
}

fn response(side: Side, rows: &[Row]) -> Response {
    let names: BTreeSet<_> = rows.iter().map(|row| row.name).collect();
    let description = rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join("\n");
    let content = ContentBuilder::new().schema(Some(body(side, names)));
    ResponseBuilder::new().description(description).content("application/json", content.build()).build()
}

/// The error object, with the names that are possible here.
fn body(side: Side, names: BTreeSet<&'static str>) -> Schema {
    let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names.into_iter().map(Value::from)));
    let (component, path): (_, &[&str]) = match side {
        Side::Graph => ("ErrorBody", &["error", "error_data", "offhook", "error"]),
        Side::Own | Side::Session | Side::Plain => ("RefusalBody", &["error", "name"]),
    };
    let narrowed = path.iter().rev().fold(name.build(), |inner, property| {
        ObjectBuilder::new().property(*property, inner).required(*property).build()
    });
    AllOfBuilder::new().item(Ref::from_schema_name(component)).item(narrowed).build().into()
}
