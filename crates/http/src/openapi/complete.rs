//! What every operation of a side has in common.

use std::collections::BTreeSet;

use offhook_wire::{ErrorBody, schema};
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{AnyOf, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::server::ServerVariableBuilder;
use utoipa::openapi::{Components, OpenApi, RefOr, Required, Server, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::{errors, examples};
use crate::BasePath;
use crate::own::RefusalBody;

/// Whose rules a path follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Graph,
    Own,
    /// Signing in.
    Session,
    /// Health, the consumer's channel, this description.
    Plain,
}

/// Adds it.
pub(super) fn complete(api: &mut OpenApi, base: &BasePath) {
    for (path, item) in &mut api.paths.paths {
        let side = Side::of(path);
        item.servers = side.servers(base);
        for operation in operations(item) {
            operation.tags = Some(vec![side.tag().to_owned()]);
            operation.security.get_or_insert_with(|| side.security());
            add_token_in_query(operation);
            add_path_parameters(path, operation);
            add_descriptions(operation);
            add_errors(side, operation);
            examples::add(operation);
        }
    }
    let components = api.components.get_or_insert_default();
    add_component::<ErrorBody>(components);
    add_component::<RefusalBody>(components);
    for name in BARE_OR_EDGE {
        overlap(components, name);
    }
    add_component::<schema::PageId>(components);
    add_component::<schema::Psid>(components);
    add_component::<schema::CallId>(components);
}

impl Side {
    fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("{node}" | "") => Self::Graph,
            Some("offhook") => Self::Own,
            // The channel is no signing in.
            Some("desk") if path.ends_with("/v1") => Self::Plain,
            Some("console" | "desk") => Self::Session,
            Some(_) | None => Self::Plain,
        }
    }

    fn tag(self) -> &'static str {
        match self {
            Self::Graph => "Graph",
            Self::Own => "Own API",
            Self::Session => "Signing in",
            Self::Plain => "Node",
        }
    }

    /// A Graph edge stands under any version and under none.
    fn servers(self, base: &BasePath) -> Option<Vec<Server>> {
        let version = ServerVariableBuilder::new().default_value(VERSION).description(Some("v17.0 or later."));
        let versioned = ServerBuilder::new().url(format!("{base}/{{version}}")).parameter("version", version);
        match self {
            Self::Graph => Some(vec![ServerBuilder::new().url(format!("{base}/")).build(), versioned.build()]),
            Self::Own | Self::Session | Self::Plain => None,
        }
    }

    /// Unless the operation says otherwise.
    fn security(self) -> Vec<SecurityRequirement> {
        match self {
            Self::Graph => vec![requirement("page_token")],
            Self::Own => vec![requirement("admin_token")],
            Self::Session | Self::Plain => Vec::new(),
        }
    }

    /// What each of its operations can answer.
    fn errors(self) -> &'static [&'static str] {
        match self {
            Self::Graph => {
                &["invalid_token", "invalid_parameter", "unsupported_version", "unknown_path", "overloaded", "internal"]
            }
            Self::Own => &["unauthorized", "invalid_request", "overloaded", "internal"],
            Self::Session => &["invalid_request", "overloaded", "internal"],
            Self::Plain => &[],
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.delete, &mut item.put, &mut item.patch].into_iter().flatten()
}

/// Graph's tokens may stand in the query too.
fn add_token_in_query(operation: &mut Operation) {
    let security = operation.security.get_or_insert_default();
    for token in ["page_token", "app_token"] {
        if security.contains(&requirement(token)) {
            security.push(requirement(&format!("{token}_in_query")));
        }
    }
}

fn requirement(name: &str) -> SecurityRequirement {
    SecurityRequirement::new::<_, _, String>(name, [])
}

fn is_about_an_app(operation: &Operation) -> bool {
    operation.security.iter().flatten().any(|one| *one == requirement("app_token"))
}

/// A batch names none, and two edges are about an app.
fn names_a_page(operation: &Operation) -> bool {
    operation.parameters.is_some() && !is_about_an_app(operation)
}

fn add_path_parameters(path: &str, operation: &mut Operation) {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    for name in names {
        let (schema, description): (RefOr<Schema>, _) = match name {
            "node" if is_about_an_app(operation) => (schema::AppId::schema(), "The app."),
            "node" => (page_or_me(), "The Page, or `me` for the Page of the token."),
            "page" => (schema::PageId::schema(), "The Page."),
            "psid" => (schema::Psid::schema(), "The consumer."),
            "app" => (schema::AppId::schema(), "The app."),
            "agent" => (schema::AgentId::schema(), "The agent."),
            "call" => (schema::CallId::schema(), "The call."),
            "run" => (schema::RunId::schema(), "The run."),
            "name" => (String::schema(), "The recording's name, as the outcome has it."),
            "delivery" => (i64::schema(), "The delivery's number."),
            "fault" => (String::schema(), "The fault's id."),
            other => panic!("the path parameter `{other}` of {path} has no description here"),
        };
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        let parameter = parameter.description(Some(description)).schema(Some(schema)).build();
        operation.parameters.get_or_insert_default().push(parameter.into());
    }
}

fn page_or_me() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(me|[1-9][0-9]{0,19})$")).examples(["me"]).into()
}

/// Errors stand below the answers that the endpoint itself has described.
fn add_errors(side: Side, operation: &mut Operation) {
    let own = operation.extensions.as_mut().and_then(|extensions| extensions.remove(ERRORS));
    let own = own.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let of_pages: &[&str] = match side {
        Side::Graph if names_a_page(operation) => &["invalid_app_secret_proof", "missing_permission", "invalid_page"],
        Side::Graph | Side::Own | Side::Session | Side::Plain => &[],
    };
    let names: BTreeSet<_> =
        own.chain(side.errors().iter().copied()).chain(of_pages.iter().copied()).map(str::to_owned).collect();
    for (status, response) in errors::responses(side, &names) {
        operation.responses.responses.entry(status).or_insert(response);
    }
}

/// OpenAPI demands a description of each answer; mostly the operation's summary and the schema say it all.
fn add_descriptions(operation: &mut Operation) {
    for answer in operation.responses.responses.values_mut() {
        match answer {
            RefOr::T(answer) if answer.description.is_empty() => "The answer.".clone_into(&mut answer.description),
            RefOr::T(_) | RefOr::Ref(_) => {}
        }
    }
}

fn add_component<T: ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

/// Both forms may hold: `fields=` leaves out what it does not name, so that no field tells them apart.
fn overlap(components: &mut Components, name: &str) {
    if let Some(RefOr::T(Schema::OneOf(one))) = components.schemas.get(name) {
        let any = AnyOf { items: one.items.clone(), description: one.description.clone(), ..AnyOf::default() };
        components.schemas.insert(name.to_owned(), Schema::AnyOf(any).into());
    }
}

/// Answers that are an object or, as an edge, a list with it.
const BARE_OR_EDGE: [&str; 2] = ["PermissionBody", "SettingsBody"];

/// The extension in which an endpoint names its errors.
const ERRORS: &str = "x-errors";

/// A version that is served, for those who want one.
const VERSION: &str = "v26.0";
