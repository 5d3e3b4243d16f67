//! One sitting at a form: where the record stands, the draft that was kept, what is recorded and what is said afterwards.

use crate::form::Form;
use crate::frame;
use crate::person::bar::Bar;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::words::Names;
use crate::{Desk, when};
use axum::response::Response;
use jiff::civil::{Date, DateTime};
use record::{EventId, Purpose, Refusal, What};
use service::{Draft, Entry, Ground, PersonId, Role, ServiceError};

/// A person's record, for somebody who is about to record something.
pub(crate) struct Sitting {
    pub(crate) person: PersonId,
    /// What the person is called.
    pub(crate) name: String,
    pub(crate) ground: Ground,
    /// The draft that was kept, unless it was recorded meanwhile.
    pub(crate) draft: Option<(Form, String)>,
    /// What staff, teams and councils are called.
    pub(crate) names: Names,
    /// The local time in London.
    pub(crate) now: DateTime,
}

/// What came of recording.
pub(crate) enum Outcome {
    Recorded,
    /// The record refuses.
    Refused(Refusal),
    /// The record changed meanwhile.
    Stale,
    /// The same form was recorded before with other content.
    SaidDifferently,
}

impl Sitting {
    /// Takes a seat: the record, and the draft of a form.
    pub(crate) async fn at(desk: &Desk, seen: &Seen, person: &str, form: &str) -> Result<Self, Trouble> {
        let person = PersonId::new(person).map_err(|_| Trouble::NotFound)?;
        let (of, form) = (person.clone(), form.to_owned());
        let (ground, draft) = desk
            .ask(seen, Purpose::Supervision, move |service, request| {
                let ground = service.ground(request, &of)?;
                let draft = if form.is_empty() { None } else { service.draft(request, Some(&of), &form)? };
                Ok((ground, draft))
            })
            .await?;
        let name = ground.record.person.called().unwrap_or_else(|| "Name not known".to_owned());
        let draft = draft.and_then(|draft| kept(&draft, &ground));
        Ok(Self { person, name, ground, draft, names: desk.names(seen), now: when::local(desk.now()) })
    }

    /// Whose record this is, as far as the reader sees it.
    pub(crate) fn bar(&self, desk: &Desk, seen: &Seen) -> Bar {
        let (record, base) = (&self.ground.record, home_of(seen, &self.person));
        match self.ground.history {
            Some(_) => Bar::beside(desk.words(), &self.names, record, self.today(), base),
            None => Bar::name_alone(record, base),
        }
    }

    pub(crate) fn today(&self) -> Date {
        self.now.date()
    }

    /// Where the person's page is.
    pub(crate) fn page(&self) -> String {
        format!("/people/{}", self.person.as_str())
    }

    /// Whether this kind of event may be recorded here by this reader.
    pub(crate) fn may(&self, kind: &str) -> bool {
        self.ground.allowed.contains(&kind)
    }

    /// What every form carries: where the record stood, and the identifier that makes sending it twice harmless.
    pub(crate) fn begin(&self, desk: &Desk, form: &mut Form) {
        form.set("based_on", self.ground.version.to_string());
        form.set("entry", new_id(desk));
    }
}

/// A new identifier for an event.
pub(crate) fn new_id(desk: &Desk) -> String {
    (desk.platform().new_id)(desk.now()).to_string()
}

/// The draft as a form with when it was saved, unless its event is on the record already.
fn kept(draft: &Draft, ground: &Ground) -> Option<(Form, String)> {
    let form = Form::suggesting(serde_urlencoded::from_str::<Vec<(String, String)>>(&draft.content).ok()?);
    let entry = entry_of(&form).ok();
    let recorded = |history: &record::History| history.events().iter().any(|event| Some(event.stamp.id) == entry);
    if ground.history.as_ref().is_some_and(recorded) {
        return None;
    }
    Some((form, when::moment(draft.saved_at)))
}

/// The identifier that the form carries.
pub(crate) fn entry_of(form: &Form) -> Result<EventId, Trouble> {
    let id = form.get("entry").parse().map_err(|_| garbled())?;
    Ok(EventId(id))
}

/// The version that the form is based on.
pub(crate) fn based_on(form: &Form) -> Result<u64, Trouble> {
    form.get("based_on").parse().map_err(|_| garbled())
}

fn garbled() -> Trouble {
    Trouble::NotUnderstood(
        "The form came without what it was based on. Go back, reload the page and send it again.".into(),
    )
}

/// The form as a draft keeps it.
pub(crate) fn as_draft(form: &Form) -> Result<String, Trouble> {
    let fields: Vec<(&str, &str)> = form.fields().filter(|(name, _)| *name != "act").collect();
    serde_urlencoded::to_string(fields).map_err(|error| Trouble::internal(&error))
}

/// Keeps what was typed.
pub(crate) async fn keep(
    desk: &Desk,
    seen: &Seen,
    person: Option<&PersonId>,
    name: &str,
    form: &Form,
) -> Result<(), Trouble> {
    let (of, name, content) = (person.cloned(), name.to_owned(), as_draft(form)?);
    desk.ask(seen, Purpose::Supervision, move |service, request| {
        service.save_draft(request, of.as_ref(), &name, content)
    })
    .await
}

/// Lets go of what was typed.
pub(crate) async fn discard(desk: &Desk, seen: &Seen, person: Option<&PersonId>, name: &str) -> Result<(), Trouble> {
    let (of, name) = (person.cloned(), name.to_owned());
    desk.ask(seen, Purpose::Supervision, move |service, request| service.discard_draft(request, of.as_ref(), &name))
        .await
}

/// Records, and says what came of it.
pub(crate) async fn record(
    desk: &Desk,
    seen: &Seen,
    person: &PersonId,
    based_on: u64,
    entries: Vec<Entry>,
) -> Result<Outcome, Trouble> {
    let of = person.clone();
    let purpose = entries.first().map_or(Purpose::Supervision, |entry| purpose_of(entry.what.kind()));
    let answer = desk.ask(seen, purpose, move |service, request| service.record(request, &of, based_on, entries)).await;
    match answer {
        Ok(_) => Ok(Outcome::Recorded),
        Err(Trouble::Service(error)) => match *error {
            ServiceError::Refused(refusal) => Ok(Outcome::Refused(refusal)),
            ServiceError::Conflict { .. } => Ok(Outcome::Stale),
            ServiceError::SaidDifferently => Ok(Outcome::SaidDifferently),
            other => Err(Trouble::Service(Box::new(other))),
        },
        Err(other) => Err(other),
    }
}

/// For what purpose something is recorded.
fn purpose_of(kind: &str) -> Purpose {
    match kind.split('.').next() {
        Some("report") => Purpose::Report,
        Some("custody") => Purpose::Throughcare,
        _ => Purpose::Supervision,
    }
}

/// After something was recorded: the draft goes, and the person's page says what was done and what is due next.
pub(crate) async fn finish(
    desk: &Desk,
    seen: &Seen,
    person: &PersonId,
    draft: &str,
    done: String,
) -> Result<Response, Trouble> {
    let (of, draft) = (person.clone(), draft.to_owned());
    let next = desk
        .ask(seen, Purpose::Supervision, move |service, request| {
            service.discard_draft(request, Some(&of), &draft)?;
            // A supervisor of unpaid work records attendance without seeing the record.
            match service.person(request, &of, None) {
                Ok(view) => Ok(next_due(&view.obligations, request.today())),
                Err(ServiceError::NotAllowed { .. } | ServiceError::NeedsReason) => Ok(None),
                Err(other) => Err(other),
            }
        })
        .await?;
    let sentence = match next {
        Some(next) => format!("{done} Next: {next}"),
        None => done,
    };
    Ok(frame::done(desk, seen, sentence, &home_of(seen, person)))
}

/// What is due next, in a sentence.
fn next_due(obligations: &[service::Due], today: Date) -> Option<String> {
    let open = obligations.iter().filter(|due| due.state == "open");
    let next =
        open.filter_map(|due| due.due.map(|by| (by, due))).filter(|(by, _)| *by >= today).min_by_key(|(by, _)| *by);
    next.map(|(by, due)| format!("{}, by {}.", due.title.trim_end_matches('.'), when::day(by)))
}

/// What an entry says, as the end of "Recorded: …".
pub(crate) fn told(desk: &Desk, names: &Names, what: &What) -> String {
    desk.words().tell(what, names).sentence.trim_end_matches('.').to_owned()
}

/// Where whoever records goes back to: the person's page, or the hours alone for those who see nothing else.
pub(super) fn home_of(seen: &Seen, person: &PersonId) -> String {
    let sees_person = [Role::CaseManager, Role::TeamManager].iter().any(|role| seen.actor.roles.contains(role));
    format!("/people/{}{}", person.as_str(), if sees_person { "" } else { "/unpaid-work" })
}
