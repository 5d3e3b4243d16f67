//! An operation of the API: one declaration makes its route and its part of the OpenAPI document, so neither can be without
//! the other.

use super::document::{Document, Known};
use crate::Desk;
use crate::routes::{Access, Routes};
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::MethodFilter;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum In {
    Path,
    Header,
}

/// A parameter in the path or a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) at: In,
    pub(crate) required: bool,
    pub(crate) pattern: &'static str,
    pub(crate) longest: u16,
    pub(crate) says: &'static str,
}

/// The schema of a type.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn whole_schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

/// An operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    /// One word: the part of the API that it belongs to.
    pub(crate) part: &'static str,
    /// What it is, in a few words.
    pub(crate) what: &'static str,
    /// What more there is to know.
    pub(crate) says: &'static str,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) query: Option<SchemaOf>,
    pub(crate) body: Option<SchemaOf>,
    /// The status when it is done, and what is answered then.
    pub(crate) done: (u16, Option<SchemaOf>),
    /// Answers carry the version of the record as `ETag`.
    pub(crate) versioned: bool,
    pub(crate) problems: Vec<u16>,
}

/// A person's id in the path.
pub(crate) const PERSON: Parameter = Parameter {
    name: "person",
    at: In::Path,
    required: true,
    pattern: "^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$",
    longest: 40,
    says: "The person's id. It says nothing about the person.",
};

/// An id in the path.
const ID: Parameter = Parameter {
    name: "",
    at: In::Path,
    required: true,
    pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    longest: 36,
    says: "Its id.",
};

/// The version that the caller has read.
pub(crate) const IF_MATCH: Parameter = Parameter {
    name: "If-Match",
    at: In::Header,
    required: true,
    pattern: "^\"[0-9]{1,15}\"$",
    longest: 17,
    says: "The version of the record that you have read: its ETag, in quotation marks.",
};

/// The key under which a repeated request is known again.
pub(crate) const IDEMPOTENCY_KEY: Parameter = Parameter {
    name: "Idempotency-Key",
    at: In::Header,
    required: false,
    pattern: "^[!-~]{1,100}$",
    longest: 100,
    says: "A key of your own for this request. The same request with the same key again is answered as before and adds nothing.",
};

/// For what purpose.
pub(crate) const PURPOSE: Parameter = Parameter {
    name: "Access-Purpose",
    at: In::Header,
    required: false,
    pattern: "^(supervision|report|protection|throughcare|management|audit|analysis|import)$",
    longest: 20,
    says: "For what purpose; it is entered in the access log. Supervision when nothing is said.",
};

/// The reason for looking at another team's case.
pub(crate) const REASON: Parameter = Parameter {
    name: "Access-Reason",
    at: In::Header,
    required: false,
    pattern: "^[ -~]{10,500}$",
    longest: 500,
    says: "Why you must see a case that is not your team's. It is entered in the access log and reviewed.",
};

impl Operation {
    fn new(method: Method, path: &'static str, access: Access, part: &'static str, what: &'static str) -> Self {
        let mut problems = vec![500, 503];
        if access != Access::Everybody {
            problems.extend([401, 403]);
        }
        let named = |name: &str| path.contains(&format!("{{{name}}}"));
        let mut parameters = if named("person") { vec![PERSON] } else { Vec::new() };
        let ids = ["webhook", "job", "opening", "alarm"].into_iter().filter(|name| named(name));
        parameters.extend(ids.map(|name| Parameter { name, ..ID }));
        if path.contains('{') {
            problems.push(404);
        }
        if named("person") {
            problems.push(429);
        }
        Self {
            method,
            path,
            access,
            part,
            what,
            says: "",
            parameters,
            query: None,
            body: None,
            done: (200, None),
            versioned: false,
            problems,
        }
    }

    /// Something to look at.
    pub(crate) fn get(path: &'static str, access: Access, part: &'static str, what: &'static str) -> Self {
        Self::new(Method::GET, path, access, part, what)
    }

    /// Something to do, or a question whose words must not stand in an address.
    pub(crate) fn post(path: &'static str, access: Access, part: &'static str, what: &'static str) -> Self {
        let mut operation = Self::new(Method::POST, path, access, part, what);
        operation.problems.push(400);
        operation
    }

    /// Something to take away.
    pub(crate) fn delete(path: &'static str, access: Access, part: &'static str, what: &'static str) -> Self {
        let mut operation = Self::new(Method::DELETE, path, access, part, what);
        operation.done = (204, None);
        operation
    }

    /// What more there is to know.
    pub(crate) fn says(mut self, says: &'static str) -> Self {
        self.says = says;
        self
    }

    /// A path's or a header's parameter.
    pub(crate) fn with(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        if parameter.at == In::Header {
            self = self.may_answer(400);
        }
        self
    }

    /// What may be asked for in the query.
    pub(crate) fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(whole_schema_of::<T>);
        self.may_answer(400)
    }

    /// What is sent.
    pub(crate) fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(schema_of::<T>);
        self.may_answer(400).may_answer(415)
    }

    /// What is answered when it is done.
    pub(crate) fn answers<T: JsonSchema>(mut self, status: u16) -> Self {
        self.done = (status, Some(schema_of::<T>));
        self
    }

    /// Nothing is answered when it is done.
    pub(crate) fn done_without_words(mut self) -> Self {
        self.done = (204, None);
        self
    }

    /// It belongs to a person whose case may be another team's.
    pub(crate) fn of_case(self) -> Self {
        self.with(PURPOSE).with(REASON)
    }

    /// Answers carry the record's version.
    pub(crate) fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// It changes a record that the caller has read.
    pub(crate) fn changes_what_was_read(self) -> Self {
        let operation = self.with(IF_MATCH).with(IDEMPOTENCY_KEY).versioned();
        operation.may_answer(409).may_answer(412).may_answer(422).may_answer(428)
    }

    /// A problem that it can answer beside those that every operation can.
    pub(crate) fn may_answer(mut self, status: u16) -> Self {
        if !self.problems.contains(&status) {
            self.problems.push(status);
        }
        self
    }
}

/// The API as it is put together.
pub(crate) struct Api {
    pub(super) routes: Routes,
    pub(super) document: Document,
}

impl Api {
    pub(super) fn new(routes: Routes) -> Self {
        Self { routes, document: Document::default() }
    }

    /// Adds an operation and who carries it out.
    pub(crate) fn operation<H, T>(mut self, operation: Operation, handler: H) -> Self
    where
        H: Handler<T, Desk>,
        T: 'static,
    {
        let filter = match operation.method {
            Method::POST => MethodFilter::POST,
            Method::DELETE => MethodFilter::DELETE,
            Method::PUT => MethodFilter::PUT,
            _ => MethodFilter::GET,
        };
        self.routes =
            self.routes.on(operation.method.clone(), filter, operation.path, operation.access, operation.what, handler);
        self.document.add(Known::from(operation));
        self
    }
}
