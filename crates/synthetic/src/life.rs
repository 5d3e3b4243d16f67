//! One person's life with the service, while it is being told.

use crate::SyntheticError;
use crate::area::{Council, Role, Worker};
use crate::chance::Chance;
use crate::days::{Days, later};
use crate::mix::Coming;
use crate::stream::{Stream, Written};
use crate::world::{Person, Phrases, Size, World};
use jiff::civil::{Date, Time};
use record::supervision::Allocated;
use record::{EventId, Happened, What, WordsError, WorkerRef};

/// Newcomers came in so many of the last working days.
const JUST_COME: i32 = 3;

/// A person under construction.
pub(crate) struct Life<'a> {
    pub(crate) world: &'a World<'a>,
    pub(crate) chance: Chance,
    pub(crate) stream: Stream,
    pub(crate) council: &'a Council,
    pub(crate) days: Days<'a>,
    number: u32,
    references: u32,
    managers: Vec<(Date, &'a Worker)>,
    pub(crate) known: bool,
    pub(crate) in_custody: bool,
    pub(crate) died: bool,
    /// Until when supervision contacts have been told.
    pub(crate) supervised_until: Option<Date>,
    pub(crate) age: i32,
    pub(crate) female: bool,
    /// The days on which a court sentenced.
    pub(crate) sentenced_on: Vec<Date>,
}

impl<'a> Life<'a> {
    /// A person, not yet known to the service.
    pub(crate) fn of(world: &'a World<'a>, number: u32) -> Result<Self, SyntheticError> {
        let mut chance = Chance::of(world.seed, u64::from(number));
        let shares: Vec<(usize, f64)> = world.area.councils.iter().map(|council| council.share).enumerate().collect();
        let council = chance
            .weighted(&shares)
            .and_then(|place| world.area.councils.get(place))
            .ok_or_else(|| SyntheticError::Words("the area has no council; add one".to_owned()))?;
        Ok(Self {
            days: Days { calendar: world.calendars.require(&council.calendar)?, until: world.size.until },
            world,
            chance,
            stream: Stream::new(world.seed, number),
            council,
            number,
            references: 0,
            managers: Vec::new(),
            known: false,
            in_custody: false,
            died: false,
            supervised_until: None,
            age: 0,
            female: false,
            sentenced_on: Vec::new(),
        })
    }

    /// The whole life, up to the end of the area's history.
    pub(crate) fn lived(mut self) -> Result<Person, SyntheticError> {
        let Size { people, newcomers, from, until, .. } = self.world.size;
        if self.number > people.saturating_add(newcomers) {
            crate::reconviction::papers_alone(&mut self)?;
            return self.recorded();
        }
        let begins = if self.number > people {
            let days = self.chance.between(1, JUST_COME);
            self.days.working_before(until, days)?
        } else {
            let days = self.chance.between(0, crate::days::days_from(from, until) - 1);
            self.days.around(from, days)?
        };
        match self.draw(|mix| &mix.coming).unwrap_or(Coming::ReportAlone) {
            Coming::PaybackOrder => crate::payback::all_orders(&mut self, begins)?,
            Coming::ReportAlone => crate::report::alone(&mut self, begins)?,
            Coming::DrugTreatment => crate::other_measures::drug_treatment(&mut self, begins)?,
            Coming::Licence => crate::release::on_licence(&mut self, begins)?,
            Coming::Other(kind) => crate::other_measures::measure(&mut self, kind, begins)?,
        }
        crate::reconviction::told(&mut self)?;
        self.recorded()
    }

    fn recorded(self) -> Result<Person, SyntheticError> {
        let id = format!("p-{:06}", self.number);
        Ok(Person { id, events: self.stream.recorded(self.world.size.until, self.chance)? })
    }

    /// A draw from the published figures.
    pub(crate) fn draw<T: Copy>(&mut self, of: impl FnOnce(&crate::mix::Mix) -> &Vec<(T, f64)>) -> Option<T> {
        self.chance.weighted(of(&self.world.mix))
    }

    /// One of the words for a field.
    pub(crate) fn pick<T: Clone + 'a>(
        &mut self,
        list: impl FnOnce(&'a Phrases) -> &'a Vec<T>,
    ) -> Result<T, SyntheticError> {
        Phrases::one(list(&self.world.phrases), &mut self.chance)
    }

    /// A new reference that begins with these letters.
    pub(crate) fn reference<T: TryFrom<String, Error = WordsError>>(
        &mut self,
        letters: &str,
    ) -> Result<T, SyntheticError> {
        self.references += 1;
        Ok(T::try_from(format!("{letters}-{}", self.references))?)
    }

    /// The person's number in the area.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Something happened on a day and was written down the same day by the case manager or, before there is one, on duty.
    pub(crate) fn say(&mut self, on: Date, what: impl Into<What>) -> Option<EventId> {
        let by = self.manager_on(on);
        self.tell(Happened::on(on), Written::SameDay, by, what.into())
    }

    /// Something happened, and is written down once all before it is.
    pub(crate) fn say_after_all_else(&mut self, on: Date, what: impl Into<What>) -> Option<EventId> {
        let by = self.manager_on(on);
        self.tell(Happened::on(on), Written::AfterAllElse, by, what.into())
    }

    /// Something that another member of staff wrote down.
    pub(crate) fn say_as(&mut self, worker: Option<WorkerRef>, on: Date, what: impl Into<What>) -> Option<EventId> {
        let by = worker.or_else(|| self.manager_on(on));
        self.tell(Happened::on(on), Written::SameDay, by, what.into())
    }

    /// A contact or a session: at a time of day, written down the same day or some days later. Nothing builds on it.
    pub(crate) fn say_in_time(
        &mut self,
        on: Date,
        at: Option<Time>,
        by: Option<WorkerRef>,
        what: impl Into<What>,
    ) -> Option<EventId> {
        let days = self.chance.weighted(&[(0, 70.0), (1, 18.0), (2, 7.0), (5, 4.0), (12, 1.0)]).unwrap_or(0);
        let happened = at.map_or_else(|| Happened::on(on), |at| Happened::at(on, at));
        let by = by.or_else(|| self.manager_on(on));
        self.tell(happened, Written::DaysLater(days), by, what.into())
    }

    fn tell(&mut self, happened: Happened, written: Written, by: Option<WorkerRef>, what: What) -> Option<EventId> {
        let by = by?;
        self.stream.tell(happened, written, (by, self.council.reference.clone()), what)
    }

    /// A time of day at which appointments begin.
    pub(crate) fn time_of_day(&mut self) -> Result<Time, SyntheticError> {
        let hour = i8::try_from(self.chance.between(9, 16)).unwrap_or(9);
        let minute = i8::try_from(self.chance.between(0, 3) * 15).unwrap_or(0);
        Ok(Time::new(hour, minute, 0, 0)?)
    }

    /// The working day so many days after another.
    pub(crate) fn some_days_after(&mut self, day: Date, least: i32, most: i32) -> Result<Date, SyntheticError> {
        let days = self.chance.between(least, most);
        self.days.around(day, days)
    }

    /// So many working days after another day.
    pub(crate) fn working_days_after(&mut self, day: Date, least: i32, most: i32) -> Result<Date, SyntheticError> {
        let days = self.chance.between(least, most);
        self.days.working(day, days)
    }

    /// Who writes on a day: the case manager, or somebody on duty.
    fn manager_on(&self, day: Date) -> Option<WorkerRef> {
        let manager = self.managers.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from);
        let duty = || self.world.area.staff_of(&self.council.reference, Role::CaseManager, None).next();
        manager.map(|(_, worker)| *worker).or_else(duty).map(|worker| worker.reference.clone())
    }

    /// The manager of the team that has the case on a day.
    pub(crate) fn team_manager_on(&self, day: Date) -> Option<WorkerRef> {
        let manager = self.managers.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from);
        let team = manager.and_then(|(_, worker)| worker.team.as_ref());
        self.world
            .area
            .staff_of(&self.council.reference, Role::TeamManager, None)
            .find(|worker| team.is_none() || worker.team.as_ref() == team)
            .map(|worker| worker.reference.clone())
    }

    /// Somebody of the council in a role.
    pub(crate) fn somebody(&mut self, role: Role) -> Option<WorkerRef> {
        let all: Vec<&Worker> = self.world.area.staff_of(&self.council.reference, role, None).collect();
        self.chance.one_of(&all).map(|worker| worker.reference.clone())
    }

    /// Allocates the case to somebody who has not had it; nothing if there is nobody else. Answers with whom.
    pub(crate) fn allocate(
        &mut self,
        on: Date,
        unpaid_work_alone: bool,
        reason: Option<&str>,
    ) -> Result<Option<WorkerRef>, SyntheticError> {
        let had: Vec<&WorkerRef> = self.managers.iter().map(|(_, worker)| &worker.reference).collect();
        let new = |worker: &&Worker| !had.contains(&&worker.reference);
        let area = self.world.area;
        let council = &self.council.reference;
        let mut free: Vec<&'a Worker> =
            area.staff_of(council, Role::CaseManager, Some(unpaid_work_alone)).filter(new).collect();
        if free.is_empty() {
            free = area.staff_of(council, Role::CaseManager, None).filter(new).collect();
        }
        let Some(worker) = self.chance.one_of(&free).copied() else { return Ok(None) };
        let Some(team) = worker.team.clone() else { return Ok(None) };
        let manager = area
            .staff_of(council, Role::TeamManager, None)
            .find(|manager| manager.team == worker.team)
            .map(|manager| manager.reference.clone());
        let reason = reason.map(TryInto::try_into).transpose()?;
        let told = self.say_as(manager, on, Allocated { worker: worker.reference.clone(), team, reason });
        if told.is_some() {
            self.managers.push((on, worker));
        }
        Ok(told.map(|_| worker.reference.clone()))
    }

    /// Moves the person to another council of the area from now on.
    pub(crate) fn move_to(&mut self, council: &'a Council) -> Result<(), SyntheticError> {
        self.council = council;
        self.days.calendar = self.world.calendars.require(&council.calendar)?;
        Ok(())
    }

    /// A day between two, working, at a fraction of the way.
    pub(crate) fn part_way(&self, start: Date, end: Date, percent: i32) -> Result<Date, SyntheticError> {
        let days = crate::days::days_from(start, end).max(0);
        self.days.working(later(start, days * percent / 100)?, 0)
    }
}
