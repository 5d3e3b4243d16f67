//! The rules in force: rulebook, calendars and the law's limits, read once from files.

use crate::desk::Workload;
use crate::plans::FundingRules;
use calendar::Calendars;
use clock::{CalendarRole, CalendarRoles, Clock, Rulebook};
use planning::rag::RagRule;
use record::Law;

/// Rulebook, calendars and the law's limits.
#[derive(Debug)]
pub struct Rules {
    rulebook: Rulebook,
    calendars: Calendars,
    law: Law,
    workload: Workload,
    rag: RagRule,
    funding: FundingRules,
    drafts: Vec<Rulebook>,
    definitions: Vec<measure::Definition>,
}

/// The rules cannot be used together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RulesError(String);

impl Rules {
    /// Puts the rules together; the rulebook's calendars must be there.
    pub fn new(rulebook: Rulebook, calendars: Calendars, law: Law) -> Result<Self, RulesError> {
        let workload = Workload::shipped().map_err(|error| RulesError(error.to_string()))?;
        let rag =
            RagRule::parse(include_str!("../../../plans/rag.toml")).map_err(|error| RulesError(error.to_string()))?;
        let funding = FundingRules::shipped().map_err(|error| RulesError(error.to_string()))?;
        let rules =
            Self { rulebook, calendars, law, workload, rag, funding, drafts: Vec::new(), definitions: Vec::new() };
        rules.roles(&rules.rulebook).map(drop)?;
        Ok(rules)
    }

    /// The same rules with drafts to compare them with; each must find its calendars.
    pub fn with_drafts(mut self, drafts: Vec<Rulebook>) -> Result<Self, RulesError> {
        drafts.iter().try_for_each(|draft| self.roles(draft).map(drop))?;
        self.drafts = drafts;
        Ok(self)
    }

    /// The same rules with definitions of reoffending.
    #[must_use]
    pub fn with_definitions(mut self, definitions: Vec<measure::Definition>) -> Self {
        self.definitions = definitions;
        self
    }

    /// The definitions by which reoffending can be measured.
    pub fn definitions(&self) -> &[measure::Definition] {
        &self.definitions
    }

    /// Drafts that the rulebook in force can be compared with.
    pub fn drafts(&self) -> &[Rulebook] {
        &self.drafts
    }

    /// The rulebook in force.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Every calendar known.
    pub fn calendars(&self) -> &Calendars {
        &self.calendars
    }

    /// The law's limits.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// What cases weigh.
    pub fn workload(&self) -> &Workload {
        &self.workload
    }

    /// What makes work on a plan red, amber or green.
    pub fn rag(&self) -> &RagRule {
        &self.rag
    }

    /// The formulas by which money can be divided, and between whom.
    pub fn funding(&self) -> &FundingRules {
        &self.funding
    }

    /// The clock of the rulebook in force.
    pub fn clock(&self) -> Result<Clock<'_>, RulesError> {
        self.clock_of(&self.rulebook)
    }

    /// A clock of another rulebook on the same calendars.
    pub fn clock_of<'a>(&'a self, rulebook: &'a Rulebook) -> Result<Clock<'a>, RulesError> {
        Ok(Clock::new(rulebook, self.roles(rulebook)?))
    }

    fn roles<'a>(&'a self, rulebook: &Rulebook) -> Result<CalendarRoles<'a>, RulesError> {
        let calendar = |role: CalendarRole, name: &str| {
            let id = rulebook.calendar(role).ok_or_else(|| {
                RulesError(format!("the rulebook \"{}\" does not say which calendar is the {name} one: add it to [calendars] in rulebook.toml", rulebook.id()))
            })?;
            self.calendars.get(id).ok_or_else(|| {
                RulesError(format!("the rulebook \"{}\" counts on the calendar \"{id}\", which is not among the calendars given: add its file", rulebook.id()))
            })
        };
        Ok(CalendarRoles {
            council: calendar(CalendarRole::Council, "council")?,
            court: calendar(CalendarRole::Court, "court")?,
            national: calendar(CalendarRole::National, "national")?,
        })
    }
}
