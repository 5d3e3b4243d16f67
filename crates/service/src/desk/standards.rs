//! How a team met the standards in a quarter: counts from the read models, then the cases behind a count.

use super::{Place, date, date_of};
use crate::lists::{WorklistOf, person_id};
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;
use store::rows;

/// A quarter of the calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter(Date);

impl Quarter {
    /// The quarter that a day is in.
    pub fn of(day: Date) -> Self {
        let month = (day.month() - 1) / 3 * 3 + 1;
        Self(Date::new(day.year(), month, 1).unwrap_or(day))
    }

    /// Its first day.
    pub fn first(self) -> Date {
        self.0
    }

    /// The quarter after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(3.months()))
    }

    /// The quarter before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(3.months()))
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.next().0.yesterday().unwrap_or(self.0)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-q{}", self.0.year(), (self.0.month() - 1) / 3 + 1)
    }
}

impl FromStr for Quarter {
    type Err = ServiceError;

    fn from_str(text: &str) -> Result<Self, ServiceError> {
        let unknown = || ServiceError::Asked("there is no such quarter: write 2026-q1.".into());
        let (year, number) = text.split_once("-q").ok_or_else(unknown)?;
        let (year, number): (i16, i8) = (year.parse().map_err(|_| unknown())?, number.parse().map_err(|_| unknown())?);
        if !(1990..=2200).contains(&year) || !(1..=4).contains(&number) {
            return Err(unknown());
        }
        Date::new(year, (number - 1) * 3 + 1, 1).map(Self).map_err(|_| unknown())
    }
}

/// How one standard was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandardCount {
    /// The standard's id.
    pub standard: String,
    /// Its title.
    pub title: String,
    /// Its citation.
    pub source: String,
    /// Met in time.
    pub met: u64,
    /// Met after it was due.
    pub late: u64,
    /// Past due and never met.
    pub missed: u64,
    /// Not met for a reason that was accepted.
    pub excused: u64,
    /// Still running.
    pub open: u64,
}

impl StandardCount {
    /// Those that are judged: met in time, met late or missed.
    pub fn judged(&self) -> u64 {
        self.met + self.late + self.missed
    }
}

/// How a team met the standards in a quarter.
#[derive(Clone, Debug)]
pub struct TeamStandards {
    /// The day.
    pub today: Date,
    /// The team.
    pub team: String,
    /// The quarter in which they were opened.
    pub quarter: Quarter,
    /// One row per standard that was asked of anybody, in the order of the rulebook.
    pub rows: Vec<StandardCount>,
    /// The rulebook's id and version.
    pub rulebook: String,
}

/// Which obligations behind a count.
#[derive(Clone, Copy, Debug)]
pub struct StandardCasesAsked<'a> {
    /// The team.
    pub team: &'a str,
    /// The standard.
    pub standard: &'a str,
    /// The quarter.
    pub quarter: Quarter,
    /// Only in this state.
    pub state: Option<&'a str>,
    /// Where the page before ended.
    pub after: Option<&'a str>,
}

/// One obligation behind a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandardCase {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// The order or report.
    pub case: String,
    /// The day that opened it.
    pub opened_on: Date,
    /// Which of those that the day opened.
    pub n: u32,
    /// The last day.
    pub due: Option<Date>,
    /// How it stands.
    pub state: String,
    /// The day that settled it.
    pub on: Option<Date>,
    /// The name of whoever answers for it now.
    pub worker_name: Option<String>,
}

/// One page of the obligations behind a count.
#[derive(Clone, Debug)]
pub struct StandardCases {
    /// The standard's title.
    pub title: String,
    /// Its citation.
    pub source: String,
    /// The rows.
    pub rows: Vec<StandardCase>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// Rows of a page.
const PAGE: u32 = 50;

impl Service {
    /// How a team met the standards that were opened in a quarter: counts only.
    pub fn team_standards(
        &self,
        request: &Request<'_>,
        team: &str,
        quarter: Quarter,
    ) -> Result<TeamStandards, ServiceError> {
        let place = Place::of(&self.path, request, WorklistOf::Team(team))?;
        let rulebook = self.path.rules().rulebook();
        let ids: Vec<String> = rulebook.standards().iter().map(|standard| standard.id().to_owned()).collect();
        let (from, until) = (quarter.first().to_string(), quarter.next().first().to_string());
        self.path.over_many(request, Doing::ViewTeamFigures, place.whose(), |tx| {
            let counted = rows::counts_of_quarter(tx, team, &ids, &from, &until, request.actor.id.as_str())?;
            let mut seen = std::collections::BTreeSet::new();
            let mut found = Vec::new();
            for standard in rulebook.standards() {
                let Some(states) = counted.get(standard.id()) else { continue };
                if !seen.insert(standard.id()) {
                    continue;
                }
                let count =
                    |state: &str| states.get(state).map_or(0, |count| u64::try_from(*count).unwrap_or_default());
                found.push(StandardCount {
                    standard: standard.id().to_owned(),
                    title: standard.title().to_owned(),
                    source: standard.source().to_owned(),
                    met: count("met"),
                    late: count("late"),
                    missed: count("missed"),
                    excused: count("excused"),
                    open: count("open"),
                });
            }
            found.retain(|row| row.judged() + row.excused + row.open > 0);
            Ok(TeamStandards {
                today: request.today(),
                team: team.to_owned(),
                quarter,
                rows: found,
                rulebook: format!("{} {}", rulebook.id(), rulebook.version()),
            })
        })
    }

    /// The obligations behind a count, with names.
    pub fn standard_cases(
        &self,
        request: &Request<'_>,
        asked: &StandardCasesAsked<'_>,
    ) -> Result<StandardCases, ServiceError> {
        let place = Place::of(&self.path, request, WorklistOf::Team(asked.team))?;
        let rulebook = self.path.rules().rulebook();
        let standard = rulebook.get(asked.standard).ok_or(ServiceError::NotFound)?;
        let list = rows::StandardCases {
            team: asked.team.to_owned(),
            standard: standard.id().to_owned(),
            from: asked.quarter.first().to_string(),
            until: asked.quarter.next().first().to_string(),
            state: asked.state.map(str::to_owned),
            viewer: request.actor.id.to_string(),
            after: asked.after.map(cursor).transpose()?,
            limit: PAGE,
        };
        self.path.over_many(request, Doing::ViewTeam, place.whose(), |tx| {
            let found = rows::standard_cases(tx, &list)?;
            let is_full = found.len() == PAGE as usize;
            let next = found.last().filter(|_| is_full).map(|row| format!("{}~{}", row.cursor.0, row.cursor.1));
            let case = |row: rows::CountedCase| {
                Ok(StandardCase {
                    person: person_id(&row.stream)?,
                    name: row.display_name,
                    restricted: row.restricted,
                    case: row.order_ref,
                    opened_on: date(&row.opened_on)?,
                    n: u32::try_from(row.n).unwrap_or_default(),
                    due: date_of(row.due.as_ref())?,
                    state: row.state,
                    on: date_of(row.on.as_ref())?,
                    worker_name: row.worker.as_deref().map(|worker| place.directory.worker_name(worker).to_owned()),
                })
            };
            Ok(StandardCases {
                title: standard.title().to_owned(),
                source: standard.source().to_owned(),
                rows: found.into_iter().map(case).collect::<Result<_, ServiceError>>()?,
                next,
            })
        })
    }
}

fn cursor(text: &str) -> Result<(String, i64), ServiceError> {
    let unknown = || ServiceError::Asked("this page of the list cannot be found: begin at its first page.".into());
    let (opened_on, id) = text.split_once('~').ok_or_else(unknown)?;
    let opened_on: Date = opened_on.parse().map_err(|_| unknown())?;
    Ok((opened_on.to_string(), id.parse().map_err(|_| unknown())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_quarter_is_read_as_it_is_written_and_follows_another() {
        let quarter = Quarter::of(date(2026, 12, 31));
        assert_eq!(
            (quarter.to_string(), quarter.first(), quarter.last()),
            ("2026-q4".into(), date(2026, 10, 1), date(2026, 12, 31))
        );
        assert_eq!(quarter.to_string().parse::<Quarter>().unwrap(), quarter);
        assert_eq!((quarter.next().to_string(), quarter.before().to_string()), ("2027-q1".into(), "2026-q3".into()));
        for wrong in ["2026", "2026-q5", "x-q1", "99999-q1", ""] {
            assert!(wrong.parse::<Quarter>().is_err(), "{wrong}");
        }
    }
}
