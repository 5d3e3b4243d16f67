//! Recording: events as they are typed in the record's own vocabulary, on a person who is known or is to be.

use super::operation::{Api, IDEMPOTENCY_KEY, Operation};
use super::problem::Problem;
use super::sent::{Key, Of, Read, Sent, Why, versioned};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use record::{EventId, What};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{Entry, PersonId, Recorded, Role};
use uuid::Uuid;

/// The most events that one request records.
const MOST: usize = 50;

pub(super) fn operations(api: Api) -> Api {
    let records = Access::Only(&[Role::CaseManager, Role::TeamManager, Role::UnpaidWorkSupervisor]);
    let begins = Access::Only(&[Role::CaseManager, Role::TeamManager]);
    api.operation(
        Operation::post("/api/v1/people/{person}/events", records, "people", "Record what happened to a person")
            .says("All of the events or none: one that the record refuses refuses all. Send the version that you have read; if others recorded something meanwhile, nothing of yours is recorded and the answer says what came.")
            .takes::<ToRecord>()
            .answers::<Kept>(201)
            .with(super::operation::PURPOSE)
            .changes_what_was_read(),
        record,
    )
    .operation(
        Operation::post("/api/v1/people", begins, "people", "Begin a new person's record")
            .says("With what is known: names, birth, an order. Search first: the person may be on record already.")
            .takes::<ToRecord>()
            .answers::<Kept>(201)
            .with(super::operation::PURPOSE)
            .with(IDEMPOTENCY_KEY)
            .versioned()
            .may_answer(409)
            .may_answer(412)
            .may_answer(422),
        begin,
    )
}

/// What happened.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ToRecord {
    /// In the order in which it is to be recorded.
    #[schemars(length(min = 1, max = 50))]
    events: Vec<ToKeep>,
}

/// An event to record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToKeep {
    #[serde(default)]
    id: Option<Uuid>,
    kind: String,
    happened: String,
    data: Value,
}

impl JsonSchema for ToKeep {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EventToRecord".into()
    }

    /// One alternative for each kind, with the content that it has in the record.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kinds: Vec<(&str, String)> = What::schemas()
            .into_iter()
            .map(|(kind, schema)| {
                let name = format!("Event_{}", kind.replace('.', "_"));
                let data = hoisted(&name, schema, generator);
                let alternative = serde_json::json!({
                    "type": "object",
                    "title": kind,
                    "required": ["kind", "happened", "data"],
                    "properties": {
                        "id": {"type": "string", "format": "uuid", "description": "An id of your own: the same event with the same id again is recorded once."},
                        "kind": {"const": kind},
                        "happened": {
                            "type": "string",
                            "description": "When it took place: `2026-03-02T14:30`, `2026-03-02`, or as far as it is known: `2026-03`, `2026`.",
                            "examples": ["2026-03-02T14:30"],
                            "maxLength": 40,
                        },
                        "data": data,
                    },
                    "additionalProperties": false,
                });
                let name = format!("ToRecord_{}", kind.replace('.', "_"));
                generator.definitions_mut().insert(name.clone(), alternative);
                (kind, format!("#/components/schemas/{name}"))
            })
            .collect();
        let some: Vec<Value> = kinds.iter().map(|(_, target)| serde_json::json!({"$ref": target})).collect();
        let mapping: serde_json::Map<String, Value> =
            kinds.into_iter().map(|(kind, target)| (kind.to_owned(), target.into())).collect();
        json_schema!({
            "description": "An event to record: what its kind says of it.",
            "oneOf": some,
            "discriminator": {"propertyName": "kind", "mapping": mapping},
        })
    }
}

/// Moves a schema and what it refers to among the document's own, under names that do not clash with those of other kinds.
fn hoisted(name: &str, schema: Schema, generator: &mut SchemaGenerator) -> Value {
    let mut schema = schema.to_value();
    let parts = schema.as_object_mut().and_then(|fields| {
        fields.remove("$schema");
        fields.remove("$defs")
    });
    let prefix = format!("#/components/schemas/{name}_");
    point(&mut schema, &prefix);
    if let Some(Value::Object(parts)) = parts {
        for (part, mut content) in parts {
            point(&mut content, &prefix);
            generator.definitions_mut().insert(format!("{name}_{part}"), content);
        }
    }
    generator.definitions_mut().insert(name.to_owned(), schema);
    serde_json::json!({"$ref": format!("#/components/schemas/{name}")})
}

fn point(schema: &mut Value, prefix: &str) {
    match schema {
        Value::Object(fields) => {
            for (name, content) in fields {
                match content {
                    Value::String(target) if name == "$ref" => {
                        if let Some(part) = target.strip_prefix("#/$defs/") {
                            *target = format!("{prefix}{part}");
                        }
                    }
                    other => point(other, prefix),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| point(item, prefix)),
        _ => {}
    }
}

/// An object of which the document says no more.
pub(super) fn any_object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

/// What was recorded.
#[derive(Debug, Serialize, JsonSchema)]
struct Kept {
    /// The person's id.
    person: String,
    /// The version of the record now.
    version: u64,
    /// The ids of the events, in order.
    events: Vec<Uuid>,
    /// They had been recorded before; nothing was added.
    already: bool,
}

fn entries(sent: ToRecord, id: impl Fn(usize) -> Uuid) -> Result<Vec<Entry>, Problem> {
    if sent.events.is_empty() || sent.events.len() > MOST {
        return Err(Problem::field("events", format!("one request records 1 to {MOST} events")));
    }
    let read = |(n, event): (usize, ToKeep)| {
        let happened = event
            .happened
            .parse()
            .map_err(|error: record::NotADate| Problem::field(&format!("events[{n}].happened"), error.to_string()))?;
        let what = What::typed(&event.kind, &event.data.to_string())
            .map_err(|refusal| Problem::field(&format!("events[{n}]"), refusal.to_string()))?;
        Ok(Entry { id: EventId(event.id.unwrap_or_else(|| id(n))), happened, what })
    };
    sent.events.into_iter().enumerate().map(read).collect()
}

fn kept(person: &PersonId, events: Vec<Uuid>, recorded: Recorded) -> Response {
    let body =
        Kept { person: person.as_str().to_owned(), version: recorded.version, events, already: recorded.already };
    let mut response = versioned(StatusCode::CREATED, recorded.version, body);
    let at = format!("/api/v1/people/{}", person.as_str().replace('/', "%2F"));
    if let Ok(at) = HeaderValue::from_str(&at) {
        response.headers_mut().insert(header::LOCATION, at);
    }
    response
}

async fn record(
    State(desk): State<Desk>,
    seen: Seen,
    Of(person): Of,
    Read(version): Read,
    key: Key,
    why: Why,
    Sent(sent): Sent<ToRecord>,
) -> Result<Response, Problem> {
    if version == 0 {
        return Err(Problem::field("If-Match", "a record that is to begin is sent to /api/v1/people"));
    }
    let entries = entries(sent, |n| key.id(&desk, &seen, person.as_str(), n))?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.0).collect();
    let of = person.clone();
    let recorded =
        why.ask(&desk, &seen, move |service, request| service.record(request, &of, version, entries)).await?;
    Ok(kept(&person, ids, recorded))
}

async fn begin(
    State(desk): State<Desk>,
    seen: Seen,
    key: Key,
    why: Why,
    Sent(sent): Sent<ToRecord>,
) -> Result<Response, Problem> {
    let id = key.id(&desk, &seen, "a new person", 0);
    let person = PersonId::new(&id.to_string()).map_err(|error| Problem::not_understood(error.to_string()))?;
    let entries = entries(sent, |n| key.id(&desk, &seen, "a new person", n + 1))?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.0).collect();
    let of = person.clone();
    let recorded = why.ask(&desk, &seen, move |service, request| service.record(request, &of, 0, entries)).await?;
    Ok(kept(&person, ids, recorded))
}
