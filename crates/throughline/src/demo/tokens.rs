//! Tokens of the API for a demonstration's staff, for programs that try it out.

use crate::arguments::Common;
use crate::platform;
use crate::session::Session;
use anyhow::{Context as _, Result};
use record::Purpose;
use serde_json::json;
use service::{Actor, Attempt, Role, Seed};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Makes a token for each role, valid for a day, and writes them into a file that only its owner can read.
pub(super) fn write(
    common: &Common,
    session: &Session,
    staff: &[Actor],
    manager: &Actor,
    person: &str,
    file: &Path,
) -> Result<()> {
    let edge = platform::of_desk(common.now.as_deref())?;
    let mut tokens = serde_json::Map::new();
    for actor in staff.iter().chain([manager]) {
        let acting = session.as_another(actor.clone());
        let attempt = Attempt {
            at: session.now,
            id: platform::new_id(session.now),
            seed: Seed::new((edge.secret)()),
            address: String::new(),
            device: "throughline demo".to_owned(),
            known: None,
        };
        let (_, secret) = session.service.make_api_token(
            &acting.request(Purpose::Management),
            &attempt,
            "a program",
            &actor.roles,
            1,
        )?;
        // The case manager of the person shown is the last, and takes the place of any other.
        let role = actor.roles.iter().next().map_or("none", |role: &Role| role.as_str());
        tokens.insert(role.to_owned(), secret.reveal().into());
    }
    let team = manager.team.as_ref().map(ToString::to_string);
    let told = json!({"tokens": tokens, "person": person, "team": team});
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let write = open.and_then(|mut open| open.write_all(told.to_string().as_bytes()));
    write.with_context(|| format!("the tokens cannot be written to {}", file.display()))
}
