//! The API's reference, made from its description: what a reader of openapi.json would find there.

mod operation;
mod shape;

use std::sync::LazyLock;

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::article::{Article, Section, sentences};
use operation::Operation;

/// A page of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Graph,
    Own,
    /// What is neither.
    Server,
    /// Of all that is sent and answered.
    Shapes,
}

pub(super) fn article(part: Part) -> Article {
    let (title, about) = match part {
        Part::Graph => ("Reference: Graph's edges", GRAPH),
        Part::Own => ("Reference: Offhook's own API", OWN),
        Part::Server => ("Reference: signing in, the consumer's channel, health", SERVER),
        Part::Shapes => ("Reference: shapes", SHAPES),
    };
    let top = Section { anchor: String::new(), level: 1, heading: title.to_owned(), text: about.to_owned() };
    let (below, body) = match part {
        Part::Graph | Part::Own | Part::Server => operations(part),
        Part::Shapes => shapes(),
    };
    let page = html! {
        h1 { (title) }
        p { (maud::PreEscaped(sentences(about))) }
        (body)
    };
    let sections = std::iter::once(top).chain(below).collect();
    Article { title: title.to_owned(), html: page.into_string(), sections }
}

fn operations(part: Part) -> (Vec<Section>, Markup) {
    let of_part: Vec<_> = Operation::all(&DESCRIPTION).into_iter().filter(|one| one.part() == part).collect();
    let body = html! {
        table.list {
            tbody {
                @for operation in &of_part {
                    tr {
                        td { a href={ "#" (operation.id) } { (operation.name()) } }
                        td { (maud::PreEscaped(sentences(operation.summary))) }
                    }
                }
            }
        }
        @for operation in &of_part { (operation.shown()) }
    };
    (of_part.iter().map(Operation::section).collect(), body)
}

fn shapes() -> (Vec<Section>, Markup) {
    let none = Map::new();
    let schemas = DESCRIPTION.pointer("/components/schemas").and_then(Value::as_object).unwrap_or(&none);
    let body = html! {
        @for (name, schema) in schemas {
            section {
                (heading(name, &html! { (name) }))
                (shape::whole(schema))
            }
        }
    };
    (schemas.iter().map(|(name, schema)| shape::section(name, schema)).collect(), body)
}

/// A heading as Markdown's are.
fn heading(anchor: &str, words: &Markup) -> Markup {
    html! {
        div.heading {
            h2 id=(anchor) { (words) }
            a href={ "#" (anchor) } aria-label="Link to this section" { "#" }
        }
    }
}

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&crate::openapi::document()).expect("a description is JSON"));

const GRAPH: &str = "Every path exists with and without a version before it (`/v26.0/…`). Parameters come as JSON, as a form, \
                     as multipart or in the query. [How it works](api.md) says more; \
                     [openapi.json](openapi.json) has the same for programs.";
const OWN: &str = "For the operator, with the admin token: `Authorization: Bearer …`. [How it works](api.md#the-own-api) \
                   says more; [openapi.json](openapi.json) has the same for programs.";
const SERVER: &str = "What stands beside Graph's edges and the own API. The messages of the consumer's channel have \
                      [a page of their own](consumer-protocol.md).";
const SHAPES: &str = "What the operations of this reference take and answer. A star marks what must be there.";
