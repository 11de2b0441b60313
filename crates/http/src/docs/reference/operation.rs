//! A method of a path.

use maud::{Markup, PreEscaped, html};
use serde_json::{Map, Value};

use super::super::article::{Section, sentences};
use super::{Part, heading, shape};

pub(super) struct Operation<'a> {
    pub(super) id: &'a str,
    pub(super) summary: &'a str,
    method: &'static str,
    path: &'a str,
    value: &'a Value,
    schemes: &'a Value,
}

impl<'a> Operation<'a> {
    /// All, in the order of their paths.
    pub(super) fn all(description: &'a Value) -> Vec<Self> {
        let schemes = &description["components"]["securitySchemes"];
        let paths = description["paths"].as_object().into_iter().flatten();
        let operations =
            paths.flat_map(|(path, item)| METHODS.iter().map(move |method| (path, *method, &item[method])));
        let operations = operations.filter(|(_, _, value)| value.is_object());
        operations
            .map(|(path, method, value)| {
                let (id, summary) = (text(&value["operationId"]), text(&value["summary"]));
                Self { id, summary, method, path, value, schemes }
            })
            .collect()
    }

    pub(super) fn part(&self) -> Part {
        match text(&self.value["tags"][0]) {
            "Graph" => Part::Graph,
            "Own API" => Part::Own,
            _ => Part::Server,
        }
    }

    pub(super) fn name(&self) -> Markup {
        html! { code.call { span.method { (self.method) } " " (self.path) } }
    }

    pub(super) fn section(&self) -> Section {
        let description = text(&self.value["description"]);
        let errors = self.answers().filter(|(status, _)| is_error(status));
        let errors: String = errors.map(|(_, answer)| text(&answer["description"])).collect::<Vec<_>>().join(" ");
        Section {
            anchor: self.id.to_owned(),
            level: 2,
            heading: format!("{} {}", self.method.to_uppercase(), self.path),
            text: format!("{} {description} {errors}", self.summary),
        }
    }

    pub(super) fn shown(&self) -> Markup {
        html! {
            section.operation {
                (heading(self.id, &self.name()))
                p { (PreEscaped(sentences(self.summary))) }
                (PreEscaped(sentences(text(&self.value["description"]))))
                (self.credentials())
                (self.parameters())
                @if let Some(contents) = self.value["requestBody"]["content"].as_object() {
                    h3 { "Body" }
                    (shown_contents(contents))
                }
                h3 { "Answers" }
                @for (status, answer) in self.answers() { (shown_answer(status, answer)) }
            }
        }
    }

    fn answers(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.value["responses"].as_object().into_iter().flatten()
    }

    /// Each of them is enough.
    fn credentials(&self) -> Markup {
        let names = self.value["security"].as_array().into_iter().flatten().filter_map(Value::as_object);
        let schemes: Vec<_> = names.flat_map(Map::keys).map(|name| &self.schemes[name]).collect();
        html! {
            @if !schemes.is_empty() {
                ul.credentials {
                    @for scheme in schemes {
                        li {
                            @match text(&scheme["in"]) {
                                "query" => code { "?" (text(&scheme["name"])) "=…" },
                                _ => code { "Authorization: Bearer …" },
                            }
                            " " (text(&scheme["description"]))
                        }
                    }
                }
            }
        }
    }

    fn parameters(&self) -> Markup {
        let parameters = self.value["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        html! {
            @if !parameters.is_empty() {
                h3 { "Parameters" }
                div.wide tabindex="0" {
                    table {
                        thead { tr { th { "Name" } th { "In" } th { "Type" } th { "Meaning" } } }
                        tbody {
                            @for parameter in parameters {
                                tr {
                                    td { (shape::name(text(&parameter["name"]), parameter["required"] == true)) }
                                    td { (text(&parameter["in"])) }
                                    td { (shape::inline(&parameter["schema"])) }
                                    td { (PreEscaped(sentences(text(&parameter["description"])))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Errors name themselves in lines; their shape is always the same.
fn shown_answer(status: &str, answer: &Value) -> Markup {
    let description = text(&answer["description"]);
    html! {
        h4 { (status) }
        @if is_error(status) {
            ul.errors { @for line in description.lines() { li { (PreEscaped(sentences(line))) } } }
            @for content in answer["content"].as_object().into_iter().flat_map(Map::values) { (examples(content)) }
        } @else {
            @if description != NOTHING_TO_SAY { p { (PreEscaped(sentences(description))) } }
            @if let Some(contents) = answer["content"].as_object() { (shown_contents(contents)) }
        }
    }
}

fn shown_contents(contents: &Map<String, Value>) -> Markup {
    html! {
        @for (kind, content) in contents {
            @if kind != "application/json" { p { code { (kind) } } }
            @if kind.contains("json") || kind.contains("form") { (shape::resolved(&content["schema"])) }
            (examples(content))
        }
    }
}

fn examples(content: &Value) -> Markup {
    html! {
        @for (name, example) in content["examples"].as_object().into_iter().flatten() {
            details {
                summary { "Example: " (example["summary"].as_str().unwrap_or(name)) }
                div.code { pre tabindex="0" { code { (format!("{:#}", example["value"])) } } }
            }
        }
    }
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5'])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// In the order in which they are read.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What the description has where the shape says all.
const NOTHING_TO_SAY: &str = "The answer.";
