//! One entry of a record in words: what stands, what became of it, who recorded it. And its own page, whole.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::words::{Detail, Names, Said, Telling, Words, happened, moment_short};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::{Event, EventId, Happened, History, Standing, What};
use service::Owing;
use std::cmp::Reverse;

/// How many characters of its details an entry shows in a list; its own page shows all.
const IN_A_LIST: usize = 900;

/// An event with what became of it, and when what stands took place.
#[derive(Clone, Debug)]
pub(crate) struct Told<'a> {
    pub(crate) event: &'a Event,
    pub(crate) standing: Standing<'a>,
    pub(crate) happened: Happened,
    pub(crate) what: &'a What,
}

/// Every event with what became of it, the latest first.
pub(crate) fn latest_first(history: &History) -> Vec<Told<'_>> {
    let mut told: Vec<Told<'_>> = history.standings().map(|(event, standing)| told(event, standing)).collect();
    told.sort_by_key(|told| Reverse((told.happened.date(), told.happened.time(), told.event.stamp.recorded)));
    told
}

fn told<'a>(event: &'a Event, standing: Standing<'a>) -> Told<'a> {
    let (mut happened, mut what) = (event.stamp.happened, &event.what);
    if let Standing::Corrected(by) = &standing
        && let What::Corrected(correction) = &by.what
    {
        what = &correction.instead;
        happened = correction.happened.unwrap_or(happened);
    }
    Told { event, standing, happened, what }
}

/// An entry as a page shows it.
pub(crate) struct Entry {
    pub(crate) id: String,
    /// For machines: the day, or as much of it as is known.
    pub(crate) iso: String,
    pub(crate) when: String,
    pub(crate) telling: Telling,
    pub(crate) recorded: String,
    /// What became of it.
    pub(crate) amended: Option<Amended>,
    pub(crate) href: String,
    /// Its details are longer than a list shows.
    pub(crate) cut: bool,
    /// The entry that this one corrects or strikes: its address and its words.
    pub(crate) of: Option<(String, String)>,
}

/// What became of an entry.
pub(crate) struct Amended {
    pub(crate) struck: bool,
    /// "Struck on Monday 2 March 2026 at 9am by Ms Khan because it was another person."
    pub(crate) sentence: String,
    /// What it said before it was corrected.
    pub(crate) before: Option<(String, Telling)>,
}

/// What an entry is told with.
pub(crate) struct Teller<'a> {
    pub(crate) words: &'a Words,
    pub(crate) names: &'a Names,
    pub(crate) history: &'a History,
    pub(crate) base: &'a str,
    pub(crate) query: &'a str,
}

impl Teller<'_> {
    /// An entry for a list: long details are cut.
    pub(crate) fn in_a_list(&self, told: &Told<'_>) -> Entry {
        let mut entry = self.whole(told);
        let mut left = IN_A_LIST;
        entry.cut = cut(&mut entry.telling, &mut left);
        if let Some((_, before)) = entry.amended.as_mut().and_then(|amended| amended.before.as_mut()) {
            entry.cut |= cut(before, &mut left);
        }
        entry
    }

    /// An entry with everything that it says.
    pub(crate) fn whole(&self, told: &Told<'_>) -> Entry {
        let stamp = &told.event.stamp;
        let by = |stamp: &record::Stamp| self.names.worker(stamp.by.as_str()).to_owned();
        Entry {
            id: stamp.id.to_string(),
            iso: told.happened.to_string(),
            when: happened(told.happened),
            telling: self.words.tell(told.what, self.names),
            recorded: format!(
                "Recorded {} by {}, {}, for {}",
                moment_short(stamp.recorded),
                by(stamp),
                self.names.area(stamp.agency.as_str()),
                self.words.inside("purpose", stamp.purpose.as_str())
            ),
            amended: self.amended(told),
            href: self.address_of(stamp.id),
            cut: false,
            of: self.target(told.what),
        }
    }

    fn amended(&self, told: &Told<'_>) -> Option<Amended> {
        let (by, struck) = match told.standing {
            Standing::Stands => return None,
            Standing::Struck(by) => (by, true),
            Standing::Corrected(by) => (by, false),
        };
        let reason = match &by.what {
            What::Corrected(correction) => correction.reason.as_str(),
            What::Struck(strike) => strike.reason.as_str(),
            _ => "",
        };
        let sentence = format!(
            "{} on {} by {} because: {}",
            if struck { "Struck" } else { "Corrected" },
            when::moment(by.stamp.recorded),
            self.names.worker(by.stamp.by.as_str()),
            reason
        );
        let before =
            (!struck).then(|| (happened(told.event.stamp.happened), self.words.tell(&told.event.what, self.names)));
        Some(Amended { struck, sentence, before })
    }

    /// The entry that a correction or a strike is about.
    fn target(&self, what: &What) -> Option<(String, String)> {
        let target = match what {
            What::Corrected(correction) => correction.event,
            What::Struck(strike) => strike.event,
            _ => return None,
        };
        let event = self.history.events().iter().find(|event| event.stamp.id == target)?;
        let words = format!("{}, {}", self.words.event_title(event.what.kind()), happened(event.stamp.happened));
        Some((self.address_of(target), words))
    }

    fn address_of(&self, id: EventId) -> String {
        format!("{}/entries/{id}{}", self.base, self.query)
    }
}

/// Leaves out what goes beyond so many characters; whether anything was left out.
pub(crate) fn cut(telling: &mut Telling, left: &mut usize) -> bool {
    let mut was_cut = false;
    telling.details.retain_mut(|Detail { said, .. }| {
        if *left == 0 {
            was_cut = true;
            return false;
        }
        match said {
            Said::Line(text) | Said::Note(text) => was_cut |= shorten(text, left),
            Said::List(items) => items.retain_mut(|item| {
                let keep = *left > 0;
                was_cut |= !keep || shorten(item, left);
                keep
            }),
        }
        true
    });
    was_cut
}

fn shorten(text: &mut String, left: &mut usize) -> bool {
    let Some((end, _)) = text.char_indices().nth(*left) else {
        *left -= text.chars().count();
        return false;
    };
    text.truncate(end);
    text.push('…');
    *left = 0;
    true
}

#[derive(Template)]
#[template(path = "person/entry.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    entry: Entry,
    may_amend: bool,
}

/// One entry, whole.
pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, entry)): Path<(String, String)>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let opened = super::open(&desk, &seen, &id, Tab::Other, Owing::Nothing, &known).await?;
    let history = &opened.part.history;
    let found = latest_first(history).into_iter().find(|told| told.event.stamp.id.to_string() == entry);
    let told = found.ok_or(Trouble::NotFound)?;
    let teller =
        Teller { words: desk.words(), names: &opened.names, history, base: &opened.base, query: &opened.query };
    let entry = teller.whole(&told);
    let may_amend = opened.bar.may_record && !matches!(told.standing, Standing::Struck(_));
    Ok(frame::page(&Page { frame: opened.frame, bar: opened.bar, entry, may_amend })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn telling(details: Vec<Said>) -> Telling {
        let details = details.into_iter().map(|said| Detail { label: "What".into(), said }).collect();
        Telling { kind: "contact.held", title: String::new(), part: "contact", sentence: String::new(), details }
    }

    #[test]
    fn long_details_are_cut_between_letters_and_say_so() {
        let mut short = telling(vec![Said::Note("é".repeat(5))]);
        assert!(!cut(&mut short, &mut 5));
        let mut long = telling(vec![Said::Note("é".repeat(8)), Said::Line("more".into())]);
        assert!(cut(&mut long, &mut 5));
        assert_eq!(long.details.len(), 1);
        assert_eq!(long.details[0].said, Said::Note("ééééé…".into()));
    }
}
