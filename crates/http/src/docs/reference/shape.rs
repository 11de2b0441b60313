//! JSON schemas for people, as far as our own description uses them.

use maud::{Markup, PreEscaped, html};
use serde_json::{Map, Value};

use super::super::article::{Section, sentences};
use super::DESCRIPTION;

/// A shape with a name of its own, below its heading.
pub(super) fn whole(schema: &Value) -> Markup {
    html! {
        (PreEscaped(sentences(about(schema))))
        (fields_or_type(schema))
        @if let Some(example) = schema["examples"].get(0) { p.facts { "Such as " code { (example.to_string()) } } }
    }
}

pub(super) fn section(name: &str, schema: &Value) -> Section {
    let fields = schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    let text = std::iter::once(about(schema)).chain(fields).collect::<Vec<_>>().join(" ");
    Section { anchor: name.to_owned(), level: 2, heading: name.to_owned(), text }
}

/// A shape where it is used: its name, and what it has.
pub(super) fn resolved(schema: &Value) -> Markup {
    match referred(schema) {
        Some((_, target)) => html! { p { "As " (inline(schema)) ":" } (fields_or_type(target)) },
        None => fields_or_type(schema),
    }
}

/// A name of a field or a parameter.
pub(super) fn name(name: &str, is_required: bool) -> Markup {
    html! { code { (name) } @if is_required { span.must title="must be there" { "*" } } }
}

fn fields_or_type(schema: &Value) -> Markup {
    if let Some(variants) = alternatives(schema).filter(|variants| variants.iter().any(has_fields)) {
        return html! {
            p.facts { "One of:" }
            @for variant in variants { div.variant { (PreEscaped(sentences(about(variant)))) (resolved(variant)) } }
        };
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return html! { @for part in parts { (resolved(part)) } };
    }
    match schema["properties"].as_object() {
        Some(properties) => fields(schema, properties),
        None => html! { p { (inline(schema)) } },
    }
}

fn has_fields(schema: &Value) -> bool {
    let target = referred(schema).map_or(schema, |(_, target)| target);
    target["properties"].is_object() || alternatives(target).is_some_and(|variants| variants.iter().any(has_fields))
}

/// What must be there comes first.
fn fields(schema: &Value, properties: &Map<String, Value>) -> Markup {
    let is_required =
        |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    let (first, then): (Vec<_>, Vec<_>) = properties.iter().partition(|(name, _)| is_required(name));
    html! {
        div.wide tabindex="0" {
            table {
                thead { tr { th { "Field" } th { "Type" } th { "Meaning" } } }
                tbody {
                    @for (field, schema) in first.into_iter().chain(then) {
                        tr {
                            td { (name(field, is_required(field))) }
                            td { (inline(schema)) }
                            td {
                                (PreEscaped(sentences(about(schema))))
                                @if let Some(within) = schema["properties"].as_object() { (fields(schema, within)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The type in some words.
pub(super) fn inline(schema: &Value) -> Markup {
    if let Some((name, _)) = referred(schema) {
        return html! { a href={ "reference-shapes#" (name) } { (name) } (default(schema)) };
    }
    if let Some(variants) = alternatives(schema) {
        return alternately(variants.iter().map(inline));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return alternately(parts.iter().map(inline));
    }
    if let Some(values) = schema["enum"].as_array() {
        return html! { (alternately(values.iter().map(|value| html! { code { (value.to_string()) } }))) (default(schema)) };
    }
    let types = match &schema["type"] {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    };
    html! {
        @if types.is_empty() { "anything" }
        (alternately(types.iter().map(|kind| of_type(kind, schema))))
        (limits(schema))
        (default(schema))
    }
}

fn of_type(kind: &str, schema: &Value) -> Markup {
    match kind {
        "array" => html! { "list of " (inline(&schema["items"])) },
        "object" if schema["additionalProperties"].is_object() => {
            html! { "object of " (inline(&schema["additionalProperties"])) }
        }
        _ => html! { (kind) },
    }
}

fn alternately(variants: impl Iterator<Item = Markup>) -> Markup {
    html! { @for (index, variant) in variants.enumerate() { @if index > 0 { " or " } (variant) } }
}

fn limits(schema: &Value) -> Markup {
    let known = LIMITS.iter().filter_map(|(keyword, words)| {
        let limit = schema.get(keyword)?;
        Some((words, limit.as_str().map_or_else(|| limit.to_string(), str::to_owned)))
    });
    html! { @for (words, limit) in known { span.limit { ", " (words) " " code { (limit) } } } }
}

fn default(schema: &Value) -> Markup {
    html! { @if let Some(default) = schema.get("default") { span.limit { ", else " code { (default.to_string()) } } } }
}

fn about(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array())
}

/// The shape that a reference names.
fn referred(schema: &Value) -> Option<(&str, &'static Value)> {
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    Some((name, DESCRIPTION.pointer("/components/schemas")?.get(name)?))
}

/// Keywords that narrow a type, and what they say.
const LIMITS: [(&str, &str); 8] = [
    ("format", "as"),
    ("pattern", "like"),
    ("minLength", "characters from"),
    ("maxLength", "characters to"),
    ("minimum", "from"),
    ("maximum", "to"),
    ("minItems", "items from"),
    ("maxItems", "items to"),
];
