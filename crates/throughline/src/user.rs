//! `throughline user`: who can sign in to the desk. The first administrator is made here; all others can be made on the
//! desk too.

use crate::arguments::{Common, FirstPassword, Hired, User};
use crate::session::Session;
use crate::table::Table;
use crate::{out, platform, staff, wording};
use anyhow::{Context as _, Result};
use record::{Purpose, WorkerRef};
use service::UserState;
use std::io::Write;

pub(crate) fn run(common: &Common, command: User, out: &mut dyn Write) -> Result<()> {
    match command {
        User::Add { hired, first } => add(common, &hired, &first, out),
        User::List(json) => list(&Session::open(common)?, json.json, out),
        User::Reset { account, first } => reset(&Session::open(common)?, &account, &first, out),
        User::Disable { account } => disable(&Session::open(common)?, &account, out),
    }
}

fn add(common: &Common, hired: &Hired, first: &FirstPassword, out: &mut dyn Write) -> Result<()> {
    let member = staff::member(hired)?;
    let given = given(first)?;
    let session =
        if common.acting_as.is_some() { Session::open(common)? } else { staff::first(common, &member.actor)? };
    let (request, attempt) = (session.request(Purpose::Management), platform::attempt(session.now)?);
    let id = platform::new_id(session.now);
    let password = session.service.add_user(&request, &attempt, id, &member, given.as_deref())?;
    writeln!(out, "{} can sign in: {}.", member.actor.id, staff::roles(&member.actor.roles))?;
    tell(&password, given.is_some(), out)
}

fn reset(session: &Session, account: &str, first: &FirstPassword, out: &mut dyn Write) -> Result<()> {
    let (named, given) = (WorkerRef::try_from(account).context("ACCOUNT")?, given(first)?);
    let (request, attempt) = (session.request(Purpose::Management), platform::attempt(session.now)?);
    let password = session
        .service
        .reset_user(&request, &attempt, &named, given.as_deref())
        .with_context(|| format!("the account {named}"))?;
    writeln!(out, "Every secret, session and token of {named} is gone.")?;
    tell(&password, given.is_some(), out)
}

fn disable(session: &Session, account: &str, out: &mut dyn Write) -> Result<()> {
    let named = WorkerRef::try_from(account).context("ACCOUNT")?;
    let (request, id) = (session.request(Purpose::Management), platform::new_id(session.now));
    session.service.disable_user(&request, id, &named).with_context(|| format!("the account {named}"))?;
    writeln!(out, "{named} is off the staff register; nothing of theirs opens the desk any more.")?;
    Ok(())
}

/// The one-time password on standard input, if it is to be read there.
fn given(first: &FirstPassword) -> Result<Option<String>> {
    if first.password_stdin { Ok(Some(platform::read_line("the one-time password")?)) } else { Ok(None) }
}

/// Tells a one-time password that was made here; one that was given is known already.
fn tell(password: &str, is_known: bool, out: &mut dyn Write) -> Result<()> {
    if !is_known {
        writeln!(out, "One-time password: {password}")?;
    }
    writeln!(
        out,
        "It counts for three days and opens nothing until they have chosen their own and added a second factor."
    )?;
    Ok(())
}

fn list(session: &Session, json: bool, out: &mut dyn Write) -> Result<()> {
    let users = session.service.users(&session.request(Purpose::Management))?;
    if json {
        return out::json(out, &users);
    }
    let mut table = Table::new(&["Account", "Name", "Roles", "State", "Second factor", "Last signed in"]);
    for user in users {
        let actor = &user.member.actor;
        let factor = match (user.has_codes, user.passkeys) {
            (false, 0) => "–".to_owned(),
            (true, 0) => "authenticator".to_owned(),
            (codes, many) => {
                format!(
                    "{}{}",
                    if codes { "authenticator, " } else { "" },
                    wording::counted(many as u64, "passkey", "passkeys")
                )
            }
        };
        let state = match user.state {
            UserState::NoAccount => "no way to sign in",
            UserState::HalfMade => "half made",
            UserState::Ready => "ready",
            UserState::Left => "left",
        };
        let last = user.signed_in_at.map_or_else(|| "never".to_owned(), wording::moment);
        let row = [actor.id.to_string(), user.member.name.to_string(), staff::roles(&actor.roles)];
        let [account, name, roles] = row;
        table.row([account, name, roles, state.to_owned(), factor, last]);
    }
    Ok(table.write(out, 0)?)
}
