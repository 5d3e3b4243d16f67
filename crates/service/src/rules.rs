//! The rules in force: rulebook, calendars and the law's limits, read once from files.

use crate::desk::Workload;
use crate::measures::index_date;
use crate::plans::{FundingRules, ReportRules};
use calendar::Calendars;
use clock::{CalendarRole, CalendarRoles, Clock, Rulebook};
use measure::predictor::Predictor;
use measure::{PriorityGroup, PriorityGroups};
use planning::ReadError;
use planning::consultee::Consultees;
use planning::rag::RagRule;
use planning::workforce::Qualifications;
use record::Law;

/// Rulebook, calendars and the law's limits.
#[derive(Debug)]
pub struct Rules {
    rulebook: Rulebook,
    calendars: Calendars,
    law: Law,
    workload: Workload,
    plans: PlanRules,
    funding: Option<FundingRules>,
    drafts: Vec<Rulebook>,
    definitions: Vec<measure::Definition>,
    offences: Vec<measure::Offences>,
    predictors: Vec<Predictor>,
    programmes: Vec<measure::Programmes>,
    groups: Vec<PriorityGroups>,
    scales: Vec<measure::Scale>,
}

/// The rules for plans.
#[derive(Debug)]
pub struct PlanRules {
    /// When work is red, amber or green.
    pub rag: RagRule,
    /// Which reports are made.
    pub reports: ReportRules,
    /// Whom the law names to be consulted.
    pub consultees: Consultees,
    /// What posts can need and training can give.
    pub qualifications: Qualifications,
}

impl PlanRules {
    /// Reads each from its file.
    pub fn parse(rag: &str, reports: &str, consultees: &str, qualifications: &str) -> Result<Self, ReadError> {
        Ok(Self {
            rag: RagRule::parse(rag)?,
            reports: ReportRules::parse(reports)?,
            consultees: Consultees::parse(consultees)?,
            qualifications: Qualifications::parse(qualifications)?,
        })
    }

    fn shipped() -> Result<Self, ReadError> {
        Self::parse(
            include_str!("../../../plans/rag.toml"),
            include_str!("../../../plans/reports.toml"),
            include_str!("../../../plans/consultees.toml"),
            include_str!("../../../plans/qualifications.toml"),
        )
    }
}

/// The rules cannot be used together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RulesError(String);

impl Rules {
    /// Puts the rules together; the rulebook's calendars must be there.
    pub fn new(rulebook: Rulebook, calendars: Calendars, law: Law) -> Result<Self, RulesError> {
        let workload = Workload::shipped().map_err(|error| RulesError(error.to_string()))?;
        let plans = PlanRules::shipped().map_err(|error| RulesError(error.to_string()))?;
        let rules = Self {
            rulebook,
            calendars,
            law,
            workload,
            plans,
            funding: None,
            drafts: Vec::new(),
            definitions: Vec::new(),
            offences: Vec::new(),
            predictors: Vec::new(),
            programmes: Vec::new(),
            groups: Vec::new(),
            scales: Vec::new(),
        };
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

    /// The same rules with other rules for plans.
    #[must_use]
    pub fn with_plan_rules(mut self, plans: PlanRules) -> Self {
        self.plans = plans;
        self
    }

    /// The same rules with formulas for money, and the area that it is divided between.
    #[must_use]
    pub fn with_funding(mut self, funding: FundingRules) -> Self {
        self.funding = Some(funding);
        self
    }

    /// The definitions by which reoffending can be measured.
    pub fn definitions(&self) -> &[measure::Definition] {
        &self.definitions
    }

    /// The same rules with groups of offence; of several, the first that knows a code says its group.
    #[must_use]
    pub fn with_offences(mut self, offences: Vec<measure::Offences>) -> Self {
        self.offences = offences;
        self
    }

    /// The group of crime of a code of offence, if any is known.
    pub fn group_of_offence(&self, code: &str) -> Option<&str> {
        self.offences.iter().find_map(|offences| offences.group(code))
    }

    /// The names of the groups of crime.
    pub(crate) fn groups_of_offence(&self) -> impl Iterator<Item = &str> {
        self.offences.iter().flat_map(measure::Offences::names)
    }

    /// The same rules with predictors, by whose bands figures can be broken down: those that need no answers of an assessment.
    #[must_use]
    pub fn with_predictors(mut self, predictors: Vec<Predictor>) -> Self {
        self.predictors = predictors.into_iter().filter(|predictor| !predictor.asks_answers()).collect();
        self
    }

    /// The predictors by whose bands figures can be broken down.
    pub fn predictors(&self) -> &[Predictor] {
        &self.predictors
    }

    /// The same rules with names of programmes; of several files, the first that knows the words of a court says the programme.
    #[must_use]
    pub fn with_programmes(mut self, programmes: Vec<measure::Programmes>) -> Self {
        self.programmes = programmes;
        self
    }

    /// The programme that the words of a court mean, if any is known.
    pub fn programme_meant(&self, words: &str) -> Option<&str> {
        self.programmes.iter().find_map(|programmes| programmes.meant(words))
    }

    /// The same rules with groups of people, by which figures can be broken down. Each has a name of its own, and names what a record
    /// can say and the groups of offence that these rules know.
    pub fn with_priority_groups(mut self, files: Vec<PriorityGroups>) -> Result<Self, RulesError> {
        self.groups = Vec::new();
        for file in files {
            for group in &file.groups {
                index_date::can_be_told(group, &self)
                    .map_err(|trouble| RulesError(format!("groups of people \"{}\": {trouble}", file.id)))?;
            }
            self.groups.push(file);
        }
        Ok(self)
    }

    /// The groups of people by which figures can be broken down, each with the file that names it.
    pub fn priority_groups(&self) -> impl Iterator<Item = (&PriorityGroups, &PriorityGroup)> + Clone {
        self.groups.iter().flat_map(|file| file.groups.iter().map(move |group| (file, group)))
    }

    /// The same rules with severity scales.
    #[must_use]
    pub fn with_scales(mut self, scales: Vec<measure::Scale>) -> Self {
        self.scales = scales;
        self
    }

    /// The scales on which offences can be weighed.
    pub fn scales(&self) -> &[measure::Scale] {
        &self.scales
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
        &self.plans.rag
    }

    /// The formulas by which money can be divided, and between whom; none where this authority keeps none.
    pub fn funding(&self) -> Option<&FundingRules> {
        self.funding.as_ref()
    }

    /// The reports that can be made about a plan.
    pub fn reports(&self) -> &ReportRules {
        &self.plans.reports
    }

    /// Whom the law names to be consulted about unpaid work each year.
    pub fn consultees(&self) -> &Consultees {
        &self.plans.consultees
    }

    /// What posts can need and training can give.
    pub fn qualifications(&self) -> &Qualifications {
        &self.plans.qualifications
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
