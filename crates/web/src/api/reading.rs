//! Reading about the API: the document for programs, and a page for people that is made of it.

use super::document::{Document, PROBLEMS};
use super::operation::{Api, Operation};
use crate::Desk;
use crate::frame::{Frame, page};
use crate::routes::Access;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;
use serde_json::Value;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| super::document().to_json());
static WRITTEN: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_string());

pub(super) fn operations(api: Api) -> Api {
    let mut api = api.operation(
        Operation::get("/api/v1/openapi.json", Access::Everybody, "about", "This document").answers::<AnyDocument>(200),
        async || ([(header::CONTENT_TYPE, "application/json")], WRITTEN.as_str()),
    );
    api.routes = api.routes.get("/api/v1/docs", Access::Everybody, "about the API", about).get(
        "/api/v1/docs/schemas/{name}",
        Access::Everybody,
        "what the API sends and takes",
        schema,
    );
    api
}

/// An OpenAPI document.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct AnyDocument {
    /// The version of OpenAPI.
    openapi: String,
}

/// A part of the API on the page.
struct PartShown {
    name: &'static str,
    operations: Vec<OperationShown>,
}

struct OperationShown {
    id: String,
    method: String,
    path: &'static str,
    what: &'static str,
    says: &'static str,
    who: String,
    parameters: Vec<ParameterShown>,
    takes: Option<SchemaShown>,
    status: u16,
    answers: Option<SchemaShown>,
    problems: Vec<u16>,
}

struct ParameterShown {
    name: String,
    at: &'static str,
    required: bool,
    says: String,
}

/// A schema by its name, or as JSON when it has none.
struct SchemaShown {
    name: String,
    json: String,
}

struct ProblemShown {
    status: u16,
    name: &'static str,
    says: &'static str,
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct AboutPage {
    frame: Frame,
    parts: Vec<PartShown>,
    /// The names of what is sent and taken.
    schemas: Vec<&'static str>,
    problems: Vec<ProblemShown>,
}

async fn about(State(desk): State<Desk>) -> Result<Response, Trouble> {
    let document = super::document();
    let shown = AboutPage {
        frame: Frame::for_anybody(&desk),
        parts: parts(&document),
        schemas: schemas(),
        problems: PROBLEMS.iter().map(|(status, name, says)| ProblemShown { status: *status, name, says }).collect(),
    };
    page(&shown)
}

fn parts(document: &Document) -> Vec<PartShown> {
    let mut parts: Vec<PartShown> = Vec::new();
    for operation in document.operations() {
        if parts.last().is_none_or(|last| last.name != operation.part) {
            parts.push(PartShown { name: operation.part, operations: Vec::new() });
        }
        if let Some(part) = parts.last_mut() {
            part.operations.push(shown(operation));
        }
    }
    parts
}

/// An operation with what the document says of it.
fn shown(operation: &Operation) -> OperationShown {
    let method = operation.method.as_str().to_lowercase();
    let said = DOCUMENT.get("paths").and_then(|paths| paths.get(operation.path)?.get(&method));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let parameters = said.and_then(|said| said.get("parameters")?.as_array()).into_iter().flatten();
    let parameters = parameters.map(|parameter| ParameterShown {
        name: text(parameter.get("name")),
        at: match text(parameter.get("in")).as_str() {
            "path" => "in the path",
            "query" => "in the query",
            _ => "as a header",
        },
        required: parameter.get("required").and_then(Value::as_bool).unwrap_or_default(),
        says: text(parameter.get("description")),
    });
    let content = |value: Option<&Value>| {
        value.and_then(|value| value.get("content")?.get("application/json")?.get("schema")).map(schema_shown)
    };
    let (status, _) = operation.done;
    let mut problems = operation.problems.clone();
    problems.sort_unstable();
    OperationShown {
        id: text(said.and_then(|said| said.get("operationId"))),
        method: operation.method.to_string(),
        path: operation.path,
        what: operation.what,
        says: operation.says,
        who: match operation.access {
            Access::Everybody => "everybody".to_owned(),
            Access::SignedIn => "everybody who is signed in".to_owned(),
            Access::Only(roles) => {
                let names: Vec<String> = roles.iter().map(|role| role.as_str().replace('_', " ")).collect();
                names.join(", ")
            }
        },
        parameters: parameters.collect(),
        takes: content(said.and_then(|said| said.get("requestBody"))),
        status,
        answers: content(said.and_then(|said| said.get("responses")?.get(status.to_string()))),
        problems,
    }
}

fn schema_shown(schema: &Value) -> SchemaShown {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
    SchemaShown { name: name.unwrap_or_default().to_owned(), json: pretty(schema) }
}

fn all_schemas() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let schemas = DOCUMENT.get("components").and_then(|parts| parts.get("schemas")?.as_object());
    schemas.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
}

/// The names of the schemas, without the parts of one kind of event: those are named where they are used.
fn schemas() -> Vec<&'static str> {
    let kinds: Vec<String> =
        record::What::KINDS.iter().map(|(kind, _)| format!("Event_{}_", kind.replace('.', "_"))).collect();
    let is_part = |name: &str| kinds.iter().any(|kind| name.starts_with(kind.as_str()));
    all_schemas().map(|(name, _)| name).filter(|name| !is_part(name)).collect()
}

#[derive(Template)]
#[template(path = "api/schema.html")]
struct SchemaPage {
    frame: Frame,
    name: &'static str,
    says: &'static str,
    json: String,
    /// The schemas that it refers to.
    refers_to: Vec<&'static str>,
}

async fn schema(State(desk): State<Desk>, Path(name): Path<String>) -> Result<Response, Trouble> {
    let (name, schema) = all_schemas().find(|(known, _)| *known == name).ok_or(Trouble::NotFound)?;
    let mut refers_to = Vec::new();
    gather(schema, &mut refers_to);
    refers_to.sort_unstable();
    refers_to.dedup();
    page(&SchemaPage {
        frame: Frame::for_anybody(&desk),
        name,
        says: schema.get("description").and_then(Value::as_str).unwrap_or_default(),
        json: pretty(schema),
        refers_to,
    })
}

fn gather(schema: &'static Value, names: &mut Vec<&'static str>) {
    match schema {
        Value::Object(fields) => {
            for (name, content) in fields {
                match content.as_str() {
                    Some(target) if name == "$ref" => names.extend(target.rsplit('/').next()),
                    _ => gather(content, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, names)),
        _ => {}
    }
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap_or_default()
}
