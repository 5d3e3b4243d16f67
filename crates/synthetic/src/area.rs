//! The area: five councils of invented names with their courts, teams and workers.

use crate::SyntheticError;
use crate::chance::Chance;
use crate::world::{Phrases, Size};
use record::court::{CourtKind, CourtName};
use record::{AreaRef, TeamRef, WorkerRef};

/// What a member of staff does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Manages cases.
    CaseManager,
    /// Manages a team.
    TeamManager,
    /// Supervises unpaid work.
    UnpaidWorkSupervisor,
    /// Counts, without names.
    Analyst,
    /// Checks that law and standards are kept.
    Auditor,
    /// Looks after accounts and settings.
    Administrator,
}

impl Role {
    /// Every role, those with most of the work first.
    pub const ALL: &'static [Role] = &[
        Self::CaseManager,
        Self::TeamManager,
        Self::UnpaidWorkSupervisor,
        Self::Analyst,
        Self::Auditor,
        Self::Administrator,
    ];
}

/// A council of the area.
#[derive(Clone, Debug)]
pub struct Council {
    /// Its reference in records.
    pub reference: AreaRef,
    /// Its name for people.
    pub name: String,
    /// The calendar on which its working days are counted.
    pub calendar: String,
    /// Its sheriff court.
    pub sheriff_court: CourtName,
    /// Its justice of the peace court.
    pub jp_court: CourtName,
    /// Its share of the area's people, in per cent.
    pub share: f64,
}

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its reference in records.
    pub reference: TeamRef,
    /// Its name for people.
    pub name: String,
    /// The council that it belongs to.
    pub council: AreaRef,
    /// Whether it runs unpaid work.
    pub unpaid_work: bool,
}

/// A member of staff.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Their reference in records: the name of their account.
    pub reference: WorkerRef,
    /// Their name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Their team; none for those who serve the whole council.
    pub team: Option<TeamRef>,
    /// The council that employs them: the agency of what they record.
    pub council: AreaRef,
}

/// An area: who works where.
#[derive(Clone, Debug)]
pub struct Area {
    /// The councils.
    pub councils: Vec<Council>,
    /// Their teams.
    pub teams: Vec<Team>,
    /// Their staff.
    pub workers: Vec<Worker>,
}

/// Name, title and share of the area's people, in the proportions of the five councils of Lothian and Borders.
const COUNCILS: [(&str, &str, f64); 5] = [
    ("capital", "Capital Council", 45.0),
    ("westlands", "Westlands Council", 24.0),
    ("east-coast", "East Coast Council", 11.0),
    ("midvale", "Midvale Council", 10.0),
    ("hills", "Hills Council", 10.0),
];
/// Cases that one case manager has.
const CASELOAD: i32 = 45;
/// Case managers in one team.
const TEAM: i32 = 8;
/// Cases open at one time in an area of that shape.
const OPEN_CASES: i32 = 2_700;
/// How long a case is open in the mean, in days: measures of some months and orders of years, and reports alone not at all.
const DAYS_OPEN: i32 = 200;

impl Area {
    /// The area with its usual staff, for some 2,700 open cases.
    pub fn of(seed: u64) -> Result<Self, SyntheticError> {
        Self::with_open_cases(seed, OPEN_CASES)
    }

    /// The area with staff enough for so many people over so long, about 45 open cases to a case manager.
    pub fn staffed_for(seed: u64, size: Size) -> Result<Self, SyntheticError> {
        let people = i64::from(size.people);
        let days = i64::from(crate::days::days_from(size.from, size.until).max(DAYS_OPEN));
        let open = i32::try_from(people * i64::from(DAYS_OPEN) / days).unwrap_or(i32::MAX);
        Self::with_open_cases(seed, open)
    }

    fn with_open_cases(seed: u64, open: i32) -> Result<Self, SyntheticError> {
        let phrases = Phrases::shipped()?;
        let mut chance = Chance::of(seed, u64::MAX);
        let mut area = Self { councils: Vec::new(), teams: Vec::new(), workers: Vec::new() };
        for (reference, name, share) in COUNCILS {
            let town = name.trim_end_matches(" Council");
            let court = |kind, title: &str| -> Result<CourtName, SyntheticError> {
                Ok(CourtName { name: format!("{town} {title}").try_into()?, kind })
            };
            area.councils.push(Council {
                reference: reference.try_into()?,
                name: name.to_owned(),
                calendar: "council-example".to_owned(),
                sheriff_court: court(CourtKind::SheriffSummary, "Sheriff Court")?,
                jp_court: court(CourtKind::JusticeOfThePeace, "Justice of the Peace Court")?,
                share,
            });
            #[expect(clippy::cast_possible_truncation, reason = "a share of a count is a smaller count")]
            let cases = (f64::from(open) * share / 100.0) as i32;
            area.staff(reference, town, cases, &phrases, &mut chance)?;
        }
        Ok(area)
    }

    /// The teams and staff of one council with so many open cases: a quarter of the cases are of unpaid work alone.
    fn staff(
        &mut self,
        council: &str,
        town: &str,
        cases: i32,
        phrases: &Phrases,
        chance: &mut Chance,
    ) -> Result<(), SyntheticError> {
        let managers = (cases / CASELOAD).max(2);
        let for_work = (managers / 4).max(1);
        let teams = ((managers - for_work + TEAM - 1) / TEAM).max(1);
        let mut number = 0;
        let mut hire = |area: &mut Self, role: Role, team: Option<&TeamRef>| -> Result<(), SyntheticError> {
            number += 1;
            area.workers.push(Worker {
                reference: format!("w-{council}-{number:03}").try_into()?,
                name: phrases.anybody(chance)?,
                role,
                team: team.cloned(),
                council: council.try_into()?,
            });
            Ok(())
        };
        for team in 1..=teams {
            let reference: TeamRef = format!("t-{council}-{team}").try_into()?;
            let name = format!("{town} supervision team {team}");
            self.teams.push(Team {
                reference: reference.clone(),
                name,
                council: council.try_into()?,
                unpaid_work: false,
            });
            hire(self, Role::TeamManager, Some(&reference))?;
            let of_team = (managers - for_work) / teams + i32::from(team <= (managers - for_work) % teams);
            for _ in 0..of_team.max(1) {
                hire(self, Role::CaseManager, Some(&reference))?;
            }
        }
        let work: TeamRef = format!("t-{council}-work").try_into()?;
        let name = format!("{town} unpaid work team");
        self.teams.push(Team { reference: work.clone(), name, council: council.try_into()?, unpaid_work: true });
        hire(self, Role::TeamManager, Some(&work))?;
        for _ in 0..for_work {
            hire(self, Role::CaseManager, Some(&work))?;
        }
        for _ in 0..(cases / 60).max(1) {
            hire(self, Role::UnpaidWorkSupervisor, Some(&work))?;
        }
        for role in [Role::Administrator, Role::Analyst, Role::Auditor] {
            hire(self, role, None)?;
        }
        Ok(())
    }

    /// The staff of a council in one role; of its unpaid work team, or of the others, or of any.
    pub(crate) fn staff_of<'a>(
        &'a self,
        council: &'a AreaRef,
        role: Role,
        unpaid_work: Option<bool>,
    ) -> impl Iterator<Item = &'a Worker> {
        let of_work = |worker: &Worker| {
            worker.team.as_ref().is_some_and(|team| self.teams.iter().any(|t| t.unpaid_work && t.reference == *team))
        };
        self.workers.iter().filter(move |worker| {
            worker.council == *council
                && worker.role == role
                && unpaid_work.is_none_or(|wanted| of_work(worker) == wanted)
        })
    }
}
