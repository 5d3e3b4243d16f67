//! The OpenAPI 3.1 document, made of the same declarations as the routes.

use super::operation::{In, Operation, Parameter, SchemaOf};
use crate::routes::Access;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An operation as the document and the page about it know it.
pub(super) type Known = Operation;

/// Every operation, in the order of the declarations.
#[derive(Default)]
pub(crate) struct Document {
    operations: Vec<Known>,
}

/// What each status of a problem means, and the name that its `type` ends with.
pub(super) const PROBLEMS: &[(u16, &str, &str)] = &[
    (
        400,
        "not-understood",
        "What was sent cannot be understood: the body, the query or a header. The detail says what and where.",
    ),
    (
        401,
        "sign-in-first",
        "There is no token, or it has ended or was revoked. Send a token as `Authorization: Bearer …`.",
    ),
    (
        403,
        "not-allowed",
        "Your role, agency or relation to the case does not allow this. The detail names the way out.",
    ),
    (404, "not-found", "There is nothing here, or nothing that is open to you: the answer is the same."),
    (405, "method", "The path has other methods. `Allow` lists them."),
    (409, "said-differently", "An id or a key was used before for something else. Use a new one."),
    (
        412,
        "changed-meanwhile",
        "The record has changed since you read it. The detail says what came; read it again and decide again.",
    ),
    (415, "not-json", "The body is to be sent as `application/json`."),
    (422, "refused", "The record refuses: a rule of practice. The detail names the rule and the way out."),
    (428, "version-needed", "A change needs `If-Match` with the version that you have read."),
    (
        429,
        "very-many-records",
        "The account has opened as many people's records within an hour as its work asks for; its managers and the auditors are \
         told. `Retry-After` says when more open.",
    ),
    (500, "fault", "A fault of ours. Give the `instance` to the administrator."),
    (503, "not-now", "Nothing can be done at the moment. Try again; an `Idempotency-Key` makes that safe."),
];

const DESCRIPTION: &str = "Everything that the pages of the desk do, for programs: the same use cases, the same rules about \
     who may do what, the same entries in the access log. Conventions and examples are in docs/api.md.";

impl Document {
    pub(super) fn add(&mut self, operation: Known) {
        self.operations.push(operation);
    }

    pub(super) fn operations(&self) -> &[Known] {
        &self.operations
    }

    /// The document as JSON.
    pub(crate) fn to_json(&self) -> Value {
        let settings =
            SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
        let mut generator = settings.into_generator();
        let mut paths = Map::new();
        for operation in &self.operations {
            let path = paths.entry(operation.path).or_insert_with(|| json!({}));
            if let Some(path) = path.as_object_mut() {
                path.insert(operation.method.as_str().to_lowercase(), of_operation(operation, &mut generator));
            }
        }
        let mut schemas = generator.take_definitions(true);
        schemas.insert("Problem".to_owned(), problem_schema());
        let responses: Map<String, Value> = PROBLEMS
            .iter()
            .map(|(status, _, says)| {
                let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
                (format!("Problem{status}"), json!({"description": says, "content": content}))
            })
            .collect();
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Throughline",
                "version": env!("CARGO_PKG_VERSION"),
                "description": DESCRIPTION,
                "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "responses": responses,
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer", "description": "A token from your account's page."},
                },
            },
        })
    }
}

fn of_operation(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = operation.parameters.iter().map(of_parameter).collect();
    if let Some(query) = operation.query {
        parameters.extend(of_query(query, generator));
    }
    let mut made = json!({
        "operationId": operation_id(operation),
        "summary": operation.what,
        "tags": [operation.part],
        "responses": responses(operation, generator),
    });
    let Some(fields) = made.as_object_mut() else { return made };
    if !operation.says.is_empty() {
        fields.insert("description".to_owned(), operation.says.into());
    }
    if !parameters.is_empty() {
        fields.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(body) = operation.body {
        let schema = body(generator);
        fields.insert(
            "requestBody".to_owned(),
            json!({"required": true, "content": {"application/json": {"schema": schema}}}),
        );
    }
    match operation.access {
        Access::Everybody => {
            fields.insert("security".to_owned(), json!([]));
        }
        Access::SignedIn => {}
        Access::Only(roles) => {
            let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            fields.insert("x-roles".to_owned(), roles.into());
        }
    }
    made
}

fn responses(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let (status, schema) = operation.done;
    let mut done = json!({"description": "Done."});
    if let (Some(schema), Some(fields)) = (schema, done.as_object_mut()) {
        fields.insert("content".to_owned(), json!({"application/json": {"schema": schema(generator)}}));
    }
    if let (true, Some(fields)) = (operation.versioned, done.as_object_mut()) {
        let version = json!({"description": "The version of the record.", "schema": {"type": "string"}});
        fields.insert("headers".to_owned(), json!({"ETag": version}));
    }
    let mut responses = Map::from_iter([(status.to_string(), done)]);
    let problems: BTreeSet<u16> = operation.problems.iter().copied().collect();
    for status in problems {
        responses.insert(status.to_string(), json!({"$ref": format!("#/components/responses/Problem{status}")}));
    }
    Value::Object(responses)
}

fn of_parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": match parameter.at { In::Path => "path", In::Header => "header" },
        "required": parameter.required,
        "description": parameter.says,
        "schema": {"type": "string", "pattern": parameter.pattern, "maxLength": parameter.longest},
    })
}

/// Each field of a type as a parameter of the query.
fn of_query(query: SchemaOf, generator: &mut SchemaGenerator) -> Vec<Value> {
    let schema: Schema = query(generator);
    let required: BTreeSet<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields
        .map(|(name, schema)| {
            let mut schema = schema.clone();
            let says = schema.as_object_mut().and_then(|fields| fields.remove("description")).unwrap_or_default();
            without_null(&mut schema);
            json!({
                "name": name, "in": "query", "required": required.contains(name.as_str()), "description": says,
                "schema": schema,
            })
        })
        .collect()
}

/// A field of a query is there or not; it is never null.
fn without_null(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = fields.get("type") {
        let types: Vec<Value> = types.iter().filter(|one| *one != "null").cloned().collect();
        let only = if let [only] = types.as_slice() { only.clone() } else { Value::Array(types) };
        fields.insert("type".to_owned(), only);
    }
    if let Some(Value::Array(some)) = fields.get("anyOf") {
        let some: Vec<Value> = some.iter().filter(|one| one.get("type") != Some(&json!("null"))).cloned().collect();
        if let [only] = some.as_slice() {
            *schema = only.clone();
        }
    }
}

fn operation_id(operation: &Operation) -> String {
    let path = operation.path.trim_start_matches("/api/v1/");
    let words: Vec<&str> = path.split(['/', '-', '.']).map(|word| word.trim_matches(['{', '}'])).collect();
    format!("{}_{}", operation.method.as_str().to_lowercase(), words.join("_"))
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "Which problem; the page behind it says more."},
            "title": {"type": "string", "description": "The problem in a few words."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What happened here and the way out, as a sentence."},
            "instance": {"type": "string", "format": "uri", "description": "This request, as the log names it."},
            "errors": {
                "type": "array",
                "description": "What is wrong with which field.",
                "items": {
                    "type": "object",
                    "required": ["field", "detail"],
                    "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                    "additionalProperties": false,
                },
            },
            "version": {"type": "integer", "minimum": 0, "description": "The version of the record now."},
        },
        "additionalProperties": false,
    })
}
