//! Drafts of what somebody is about to record: kept for them alone, under the same policies as recording it.

use crate::openings::moment;
use crate::path::{Path, Whose};
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::{Timestamp, ToSpan};
use store::StreamId;
use store::access_log::Action;
use store::drafts::{self, DraftKey};

/// What somebody typed and has not recorded.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was typed, in the form's own way of writing.
    pub content: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("saved_at", &self.saved_at).finish_non_exhaustive()
    }
}

/// A draft that waits to be finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Who it is about; none for a person who is not on record yet.
    pub person: Option<PersonId>,
    /// Their name.
    pub name: Option<String>,
    /// Which form.
    pub form: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}

/// The most that a draft holds, in bytes: several full notes.
const MOST: usize = 200_000;
/// How many of an account's drafts are listed.
const LISTED: u32 = 50;
/// After how many days a draft that nobody finished is let go.
const KEPT_DAYS: i64 = 60;

impl Service {
    /// Keeps what the actor has typed into a form, in place of what was kept before; about nobody for a new person.
    pub fn save_draft(
        &self,
        request: &Request<'_>,
        person: Option<&PersonId>,
        form: &str,
        content: String,
    ) -> Result<(), ServiceError> {
        if content.len() > MOST {
            return Err(ServiceError::Asked("The draft is too long to be kept. Shorten it, or record it now.".into()));
        }
        let key = key(request, person, form)?;
        let now = request.at.as_microsecond();
        let until = request.at.checked_sub((KEPT_DAYS * 24).hours()).map_or(0, Timestamp::as_microsecond);
        let act = move |tx: &mut dyn store::Tx| drafts::save(tx, &key, &content, now, until);
        self.path.beside_record(request, doing(person), Action::Collection, person, act)
    }

    /// What the actor had typed into a form, if anything is kept.
    pub fn draft(
        &self,
        request: &Request<'_>,
        person: Option<&PersonId>,
        form: &str,
    ) -> Result<Option<Draft>, ServiceError> {
        let key = key(request, person, form)?;
        let act = move |tx: &mut dyn store::Tx| drafts::read(tx, &key);
        let kept = self.path.beside_record(request, doing(person), Action::Consultation, person, act)?;
        kept.map(|kept| Ok(Draft { content: kept.content, saved_at: moment(kept.saved_at)? })).transpose()
    }

    /// Lets go of a draft; there may be none.
    pub fn discard_draft(
        &self,
        request: &Request<'_>,
        person: Option<&PersonId>,
        form: &str,
    ) -> Result<(), ServiceError> {
        let key = key(request, person, form)?;
        let act = move |tx: &mut dyn store::Tx| drafts::discard(tx, &key).map(drop);
        self.path.beside_record(request, doing(person), Action::Erasure, person, act)
    }

    /// The actor's own drafts, the latest first; those on records that are now hidden from them are left out.
    pub fn unfinished(&self, request: &Request<'_>) -> Result<Vec<Unfinished>, ServiceError> {
        let whose =
            Whose { agency: request.actor.agency.as_str(), worker: request.actor.id.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewCaseload, whose, |tx| {
            let mut shown = Vec::new();
            for line in drafts::of_account(tx, request.actor.id.as_str(), LISTED)? {
                let stream = line.about.split_once('/').map(|(kind, id)| StreamId::new(kind, id));
                if let Some(stream) = stream.as_ref().filter(|_| line.restricted)
                    && !Path::may_see(request, tx, stream)?
                {
                    continue;
                }
                let person = stream.map(|stream| PersonId::new(&stream.id)).transpose();
                shown.push(Unfinished {
                    person: person.map_err(|error| ServiceError::Asked(error.to_string()))?,
                    name: line.display_name,
                    form: line.form,
                    saved_at: moment(line.saved_at)?,
                });
            }
            Ok(shown)
        })
    }
}

fn doing(person: Option<&PersonId>) -> Doing {
    if person.is_some() { Doing::KeepDraft } else { Doing::KeepNewDraft }
}

fn key(request: &Request<'_>, person: Option<&PersonId>, form: &str) -> Result<DraftKey, ServiceError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if form.is_empty() || form.len() > 60 || !form.chars().all(fits) {
        return Err(ServiceError::Asked("There is no such form to keep a draft of.".into()));
    }
    Ok(DraftKey {
        account: request.actor.id.to_string(),
        about: person.map(|person| person.stream().to_string()).unwrap_or_default(),
        form: form.to_owned(),
    })
}
