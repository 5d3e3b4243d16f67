//! Why one obligation stands as it does: its explanation, and the events that opened and settled it.

use crate::policy::Doing;
use crate::rows::{case_name, state_word};
use crate::{PersonId, Request, Service, ServiceError};
use clock::{Detail, Obligation, Standard};
use facts::FactName;
use jiff::civil::Date;
use record::{Event, Published, Record, Scope};

/// Which obligation of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obliged<'a> {
    /// The order or report, as the lists name it.
    pub case: &'a str,
    /// The standard's id.
    pub standard: &'a str,
    /// The day that opened it.
    pub opened_on: Date,
    /// Which of those that the day opened.
    pub n: u32,
}

/// An event that opened or settled an obligation.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The event, as corrected.
    pub event: Event,
    /// What it meant to the standard.
    pub fact: FactName,
    /// The name of whoever recorded it.
    pub by_name: String,
}

/// Why one obligation stands as it does.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The record as it stands.
    pub record: Record,
    /// The order or report.
    pub case: String,
    /// The standard's id.
    pub standard: String,
    /// Its title.
    pub title: String,
    /// Its citation.
    pub source: String,
    /// What a reader ought to know beside the rule.
    pub note: Option<String>,
    /// The day that opened it.
    pub opened_on: Date,
    /// The last day.
    pub due: Option<Date>,
    /// How it stands.
    pub state: &'static str,
    /// The day that settled it.
    pub on: Option<Date>,
    /// How it came to be so, in sentences.
    pub explanation: String,
    /// The standard of the same group that falls due first.
    pub governed_by: Option<String>,
    /// The facts that discharge it.
    pub discharged_by: Vec<FactName>,
    /// The events that opened it, or began the periods of which it is one.
    pub opened_by: Vec<Trace>,
    /// The events that settled it.
    pub settled_by: Vec<Trace>,
    /// Who works here.
    pub directory: std::sync::Arc<crate::Directory>,
}

impl Service {
    /// Why one obligation of a person stands as it does: computed for that one, from the record.
    pub fn reason(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        obliged: &Obliged<'_>,
    ) -> Result<Reason, ServiceError> {
        let today = request.today();
        let directory = self.path.directory()?;
        self.path.on_person(request, Doing::ViewPerson, person, None, |known| {
            let clock = self.path.clock()?;
            let case = known.record.cases().into_iter().find(|case| case_name(&case.scope) == obliged.case);
            let case = case.ok_or_else(no_longer)?;
            let mut found: Vec<Obligation<'_>> = clock
                .evaluate(&case.timeline, today, Detail::Explained)?
                .into_iter()
                .filter(|one| one.standard.id() == obliged.standard && one.opened_on == obliged.opened_on)
                .collect();
            // As the read models number them.
            found.sort_by_key(|one| (one.due.map(|due| due.to_string()), state_word(one.state)));
            let at = usize::try_from(obliged.n).unwrap_or(usize::MAX);
            let one = found.into_iter().nth(at).ok_or_else(no_longer)?;
            let published = known.record.facts();
            let belongs = |told: &Published| told.scope == case.scope || told.scope == Scope::Person;
            let opening = one.standard.opened_by();
            // A period begins on a day of its own, after the day of what began the first.
            let began = published
                .iter()
                .filter(|told| belongs(told) && told.fact.on <= one.opened_on && opening.contains(&told.fact.name))
                .map(|told| told.fact.on)
                .max();
            let traces = |names: &[FactName], on: Option<Date>| -> Vec<Trace> {
                let fits =
                    |told: &Published| Some(told.fact.on) == on && belongs(told) && names.contains(&told.fact.name);
                let events = known.history.effective().into_iter().filter_map(|event| {
                    let told = published.iter().find(|told| told.by == Some(event.stamp.id) && fits(told))?;
                    let by_name = directory.worker_name(event.stamp.by.as_str()).to_owned();
                    Some(Trace { event: event.into_owned(), fact: told.fact.name, by_name })
                });
                events.collect()
            };
            Ok(Reason {
                person: person.clone(),
                name: known.record.person.called().unwrap_or_else(|| "Name not known".to_owned()),
                record: known.record.clone(),
                case: obliged.case.to_owned(),
                standard: one.standard.id().to_owned(),
                title: one.standard.title().to_owned(),
                source: one.standard.source().to_owned(),
                note: one.standard.note().map(str::to_owned),
                opened_on: one.opened_on,
                due: one.due,
                state: state_word(one.state),
                on: one.on,
                governed_by: one.governed_by.map(|governor| governor.0.title().to_owned()),
                discharged_by: one.standard.discharged_by(),
                opened_by: traces(&opening, began),
                settled_by: traces(&settling(one.standard), one.on),
                explanation: one.explanation.unwrap_or_default(),
                directory: std::sync::Arc::clone(&directory),
            })
        })
    }
}

/// The lists named an obligation that the record does not hold any more.
fn no_longer() -> ServiceError {
    ServiceError::Asked(
        "this is not asked of the person any more: something was recorded meanwhile. Go back to the list and reload it."
            .into(),
    )
}

/// The facts that can settle an obligation of a standard.
fn settling(standard: &Standard) -> Vec<FactName> {
    let mut names = standard.discharged_by();
    names.push(FactName::StandardExcused);
    names.extend(standard.excused_by());
    names
}
