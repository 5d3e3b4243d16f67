//! Finding people: by name however it is spelt, by birth as far as it is remembered, by any number; and those whom one
//! looked at last. Words are typed, candidates come from the read models, and the likeness of names decides the order.
//!
//! A record that the actor may not know of is left out before anything is counted, by what stands in its row: so it costs
//! the same as a record that is shown, and no more is read for it.

mod asked;
mod birth;
mod candidates;
mod name;
mod nicknames;

pub(crate) use asked::number_forms;
pub use name::normalised;

use crate::lists::person_id;
use crate::path::Whose;
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use asked::Asked;
use candidates::{Candidates, NAME};
use name::Typed;
use nicknames::Nicknames;
use std::collections::BTreeMap;
use store::rows::{self, Held, Identifier, Profile};
use store::{StreamId, Tx};

/// What to search for; what is given should fit, the best first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words of a name in any order, perhaps misspelt or only their beginnings; a date of birth or a number among them is
    /// understood too.
    pub name: Option<String>,
    /// An identifier, or the reference of an order or report, with or without its strokes.
    pub identifier: Option<String>,
    /// A date of birth, whole or in part, as people type it: `17/5/1990`, `May 1990`, `1990`, `aged 36`.
    pub date_of_birth: Option<String>,
}

/// A person found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their other names.
    pub also_known_as: Vec<String>,
    /// Their date of birth, when fully known.
    pub date_of_birth: Option<String>,
    /// Their date of birth as far as it is known: `1990-05-17`, `1990-05` or `1990`; empty when it is not.
    pub born: String,
    /// Their identifiers, by kind (`chs`, `pnc`, …).
    pub identifiers: Vec<(String, String)>,
    /// Their cases that have not ended.
    pub cases: Vec<FoundCase>,
    /// The record is not for everyone.
    pub restricted: bool,
}

/// A case of somebody found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCase {
    /// Its reference.
    pub reference: String,
    /// What kind of case.
    pub kind: String,
    /// The team, when allocated.
    pub team: Option<String>,
    /// The worker, when allocated.
    pub worker: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The people, the best fit first.
    pub people: Vec<Found>,
    /// More people fit than are shown.
    pub more: bool,
    /// The words of a name that were looked for.
    pub words: Vec<String>,
    /// The date of birth that was looked for, said back: "in May 1990".
    pub born: Option<String>,
}

/// Somebody whom the actor looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// Who.
    pub person: Found,
    /// When, last.
    pub at: jiff::Timestamp,
}

/// The most people that one search shows.
const SHOWN: usize = 30;
/// A person who fits less is somebody else.
const FITS: f64 = 0.6;
/// The same, name and date of birth together.
const FITS_WITH_BIRTH: f64 = 0.55;
/// The people looked at last that are listed.
const RECENT: usize = 20;
/// The latest entries of one's own among which they are looked for.
const RECENT_ENTRIES: u32 = 1_000;

impl Service {
    /// Finds people by name, identifier or date of birth, the best fit first. Restricted records appear only to those who
    /// may see them. The entry in the log lists who was shown, never what was typed.
    pub fn search(&self, request: &Request<'_>, query: &Query) -> Result<Results, ServiceError> {
        let asked = Asked::read(query, request.today())?;
        let nicknames = Nicknames::shipped()?;
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many_shown(request, Doing::Search, whose, |tx| {
            let mut results =
                Results { words: asked.words.clone(), born: asked.born.map(birth::Sought::said), ..Results::default() };
            let mut numbered = by_number(tx, &asked)?;
            let streams = if numbered.is_empty() { Candidates::find(tx, &asked, nicknames)? } else { Vec::new() };
            let by_name = !streams.is_empty();
            numbered.extend(streams);
            let mut fitting = Vec::new();
            let mut typed = Typed::new(&asked.words, nicknames);
            for profile in rows::profiles(tx, &numbered, request.actor.id.as_str())? {
                if let Some(worth) = worth(&asked, &mut typed, &profile, by_name) {
                    fitting.push((worth, profile));
                }
            }
            fitting.sort_by(|(a, one), (b, other)| {
                b.total_cmp(a)
                    .then_with(|| one.display_name.cmp(&other.display_name))
                    .then_with(|| one.born.cmp(&other.born))
                    .then_with(|| one.stream.cmp(&other.stream))
            });
            results.more = fitting.len() > SHOWN;
            fitting.truncate(SHOWN);
            let shown: Vec<StreamId> = fitting.iter().map(|(_, profile)| profile.stream.clone()).collect();
            results.people = found(tx, fitting.into_iter().map(|(_, profile)| profile).collect())?;
            Ok((results, shown))
        })
    }

    /// The people whom the actor looked at last, the latest first; at most twenty.
    pub fn recently_viewed(&self, request: &Request<'_>) -> Result<Vec<Recent>, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many_shown(request, Doing::ViewRecent, whose, |tx| {
            let mut looked: BTreeMap<StreamId, i64> = BTreeMap::new();
            for doing in [Doing::ViewPerson, Doing::ViewUnpaidWork] {
                let actor = request.actor.id.as_str();
                for (stream, at) in store::access_log::last_looked_at(tx, actor, doing.word(), RECENT_ENTRIES)? {
                    let latest = looked.entry(stream).or_insert(at);
                    *latest = at.max(*latest);
                }
            }
            let mut latest: Vec<(i64, StreamId)> = looked.into_iter().map(|(stream, at)| (at, stream)).collect();
            latest.sort_by(|a, b| b.cmp(a));
            latest.truncate(RECENT);
            let keys: Vec<String> = latest.iter().map(|(_, stream)| stream.key()).collect();
            let mut known = rows::profiles(tx, &keys, request.actor.id.as_str())?;
            let when = |stream: &StreamId| latest.iter().find(|(_, one)| one == stream).map_or(0, |(at, _)| *at);
            known.sort_by_key(|profile| std::cmp::Reverse(when(&profile.stream)));
            let shown: Vec<StreamId> = known.iter().map(|profile| profile.stream.clone()).collect();
            let people = found(tx, known)?.into_iter().zip(&shown);
            let recent = people.map(|(person, stream)| {
                let at = jiff::Timestamp::from_microsecond(when(stream))
                    .map_err(|error| ServiceError::Asked(error.to_string()))?;
                Ok(Recent { person, at })
            });
            Ok((recent.collect::<Result<Vec<_>, ServiceError>>()?, shown))
        })
    }
}

/// People with the number as it is; failing that, and when it is long enough to mean something, with one that begins so.
fn by_number(tx: &mut dyn Tx, asked: &Asked) -> Result<Vec<String>, ServiceError> {
    if asked.numbers.is_empty() {
        return Ok(Vec::new());
    }
    let most = u32::try_from(candidates::CLOSELY).unwrap_or(u32::MAX);
    let whole = rows::numbered(tx, &asked.numbers, false, most)?;
    if !whole.is_empty() || !asked.words.is_empty() {
        return Ok(whole);
    }
    let long: Vec<String> = asked.numbers.iter().filter(|number| number.len() >= 4).cloned().collect();
    Ok(rows::numbered(tx, &long, true, most)?)
}

/// How well a person fits; `None` when they do not. Whoever has the number fits, whatever else was typed.
fn worth(asked: &Asked, typed: &mut Typed<'_>, profile: &Profile, by_name: bool) -> Option<f64> {
    let name = if asked.words.is_empty() { 1.0 } else { typed.fit(profile.names.iter().map(String::as_str)) };
    let both = asked.born.map_or(name, |sought| NAME * name + (1.0 - NAME) * sought.fit(&profile.born));
    let fits = !by_name || (name >= FITS && both >= FITS_WITH_BIRTH);
    fits.then_some(both)
}

/// What is shown of people, in the order given.
fn found(tx: &mut dyn Tx, profiles: Vec<Profile>) -> Result<Vec<Found>, ServiceError> {
    let keys: Vec<String> = profiles.iter().map(|profile| profile.stream.key()).collect();
    let mut identifiers: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (stream, Identifier { kind, value }) in rows::identifiers_of(tx, &keys)? {
        identifiers.entry(stream).or_default().push((kind, value));
    }
    let mut cases: BTreeMap<String, Vec<FoundCase>> = BTreeMap::new();
    for Held { stream, order_ref, kind, team, worker } in rows::held(tx, &keys)? {
        cases.entry(stream).or_default().push(FoundCase { reference: order_ref, kind, team, worker });
    }
    profiles
        .into_iter()
        .zip(keys)
        .map(|(profile, key)| {
            Ok(Found {
                person: person_id(&profile.stream)?,
                name: profile.display_name,
                also_known_as: profile.also_known_as,
                date_of_birth: (profile.born.len() == 10).then(|| profile.born.clone()),
                born: profile.born,
                identifiers: identifiers.remove(&key).unwrap_or_default(),
                cases: cases.remove(&key).unwrap_or_default(),
                restricted: profile.restricted,
            })
        })
        .collect()
}
