//! Reports about a plan: what people wrote, beside figures that are computed when the report is read. Which sections a report
//! has is a rule; each figure has a name, and whoever asks for that name again gets the same figure.

mod document;
mod figure_name;
mod of_plan;
mod of_records;
mod of_workforce;
mod published;
mod template;

pub use figure_name::{FigureName, Of};
pub use published::published_document;
pub use template::{ReportRule, ReportRules, SectionRule};

use super::{LiveIndicator, PlanView};
use crate::path::Whose;
use crate::policy::Doing;
use crate::standards::each_history;
use crate::{Request, Service, ServiceError};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use measure::grid::Grid;
use of_plan::PlanFigures;
use of_records::Tally;
use planning::report::{Passage, Period, ReportKind};
use planning::{IndicatorRef, SectionRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportAsked {
    /// What kind.
    pub kind: ReportKind,
    /// About which period.
    pub period: Period,
    /// As it was known at a moment; none for now.
    pub known_at: Option<Timestamp>,
    /// Only where at most so many people are on record, because whoever asks waits.
    pub most_people: u64,
}

/// A report about a plan.
#[derive(Clone, Debug)]
pub struct PlanReport {
    /// What kind.
    pub kind: ReportKind,
    /// About which period.
    pub period: Period,
    /// What it is called.
    pub title: String,
    /// Where it is asked for.
    pub source: String,
    /// The title of the plan.
    pub plan: String,
    /// Who keeps the plan.
    pub owner: String,
    /// The day on which its figures were made.
    pub made_on: Date,
    /// The day on which it was issued, if it was.
    pub issued_on: Option<Date>,
    /// The moment at which that was recorded.
    pub issued_at: Option<Timestamp>,
    /// The moment as of which everything in it was known; none for now.
    pub known_at: Option<Timestamp>,
    /// Its sections.
    pub sections: Vec<ReportSection>,
}

/// A section of a report.
#[derive(Clone, Debug)]
pub struct ReportSection {
    /// Its reference.
    pub id: SectionRef,
    /// Its heading.
    pub heading: String,
    /// Where it is asked for.
    pub source: String,
    /// What is asked of whoever writes it.
    pub asks: String,
    /// What was written, if anything was.
    pub passage: Option<Passage>,
    /// The figures beside it.
    pub figures: Vec<(FigureName, Grid)>,
}

/// Counts over the records that were made a little earlier.
#[derive(Default)]
pub(crate) struct Tallies(Mutex<Kept>);

/// By period, and the moment as of which they count; with the moment at which they were made.
type Kept = BTreeMap<(Period, Option<Timestamp>), (Timestamp, Arc<Tally>)>;

/// Counts are made anew after so long.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

impl Service {
    /// A report about a plan: what was written, with every figure of its sections.
    pub fn plan_report(
        &self,
        request: &Request<'_>,
        view: &PlanView,
        asked: &ReportAsked,
    ) -> Result<PlanReport, ServiceError> {
        let rule = self.report_rule(asked.kind)?;
        let wanted: BTreeSet<FigureName> = rule.sections.iter().flat_map(|section| section.figures.clone()).collect();
        let figures = self.plan_figures(request, view, asked, &wanted)?;
        let written = view.plan.report(asked.kind, asked.period);
        let section = |section: &SectionRule| ReportSection {
            id: section.id.clone(),
            heading: section.heading.clone(),
            source: section.source.clone(),
            asks: section.asks.clone(),
            passage: written.and_then(|written| written.passages.get(&section.id)).cloned(),
            figures: section.figures.iter().filter_map(|name| Some((*name, figures.get(name)?.clone()))).collect(),
        };
        let sections = rule.sections.iter().map(section).collect();
        let opened = view.plan.opened.as_ref();
        let issued = written.and_then(|written| written.issued);
        let owner = opened.map(|opened| {
            let partner = view.plan.partners.get(&opened.owner);
            partner.map_or_else(|| opened.owner.to_string(), |partner| partner.joined.name.to_string())
        });
        Ok(PlanReport {
            kind: asked.kind,
            period: asked.period,
            title: rule.title.clone(),
            source: rule.source.clone(),
            plan: opened.map(|opened| opened.title.to_string()).unwrap_or_default(),
            owner: owner.unwrap_or_default(),
            made_on: asked.known_at.map_or(request.today(), crate::actor::day),
            issued_on: issued.map(|(on, _)| on),
            issued_at: issued.map(|(_, at)| at),
            known_at: asked.known_at,
            sections,
        })
    }

    /// One figure of a report, made by itself.
    pub fn plan_figure(
        &self,
        request: &Request<'_>,
        view: &PlanView,
        asked: &ReportAsked,
        name: FigureName,
    ) -> Result<Grid, ServiceError> {
        let mut made = self.plan_figures(request, view, asked, &BTreeSet::from([name]))?;
        made.remove(&name).ok_or(ServiceError::NotFound)
    }

    fn report_rule(&self, kind: ReportKind) -> Result<&ReportRule, ServiceError> {
        self.path.rules().reports().of(kind).ok_or_else(|| {
            ServiceError::Asked(format!(
                "There is no {} report here: plans/reports.toml says which there are.",
                kind.as_str()
            ))
        })
    }

    fn plan_figures(
        &self,
        request: &Request<'_>,
        view: &PlanView,
        asked: &ReportAsked,
        wanted: &BTreeSet<FigureName>,
    ) -> Result<BTreeMap<FigureName, Grid>, ServiceError> {
        let rule = self.report_rule(asked.kind)?;
        let as_of = asked.known_at.map_or(request.today(), crate::actor::day);
        if asked.period.from > as_of {
            return Err(ServiceError::Asked(format!(
                "{} has not begun yet: ask for a period that has.",
                asked.period.words()
            )));
        }
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        let (live, tally) = self.path.over_many(request, Doing::ViewPlans, whose, |tx| {
            let live = self.live_for(tx, request, view, wanted)?;
            let of_records = wanted.iter().any(|name| name.of() == Of::Records);
            Ok((live, of_records.then(|| self.tally(tx, request, asked, as_of)).transpose()?))
        })?;
        let on = asked.period.to.min(as_of);
        let stood = view.history.as_it_stood_on(on).plan();
        let of_plan = PlanFigures {
            history: &view.history,
            stood: &stood,
            rule: self.path.rules().rag(),
            period: asked.period,
            on,
            ring: self.path.rules().funding().and_then(|funding| funding.formulas.first()).map(|one| &one.ring_fence),
            consultees: self.path.rules().consultees(),
            qualifications: self.path.rules().qualifications(),
            live: &live,
        };
        let mut figures: BTreeMap<FigureName, Grid> =
            wanted.iter().filter_map(|name| Some((*name, of_plan.grid(*name)?))).collect();
        if let Some(tally) = tally {
            let rulebook = self.path.rules().rulebook();
            let of_records =
                wanted.iter().filter_map(|name| Some((*name, tally.grid(*name, rulebook, &rule.standards)?)));
            figures.extend(of_records);
        }
        Ok(figures)
    }

    /// Live indicators, where a figure wants them and there are not too many records to wait for.
    fn live_for(
        &self,
        tx: &mut dyn Tx,
        request: &Request<'_>,
        view: &PlanView,
        wanted: &BTreeSet<FigureName>,
    ) -> Result<BTreeMap<IndicatorRef, LiveIndicator>, ServiceError> {
        let counted = self.counted_live(view).filter(|_| wanted.contains(&FigureName::PlanIndicators));
        match counted.map(|counted| self.live_in(tx, request, view, &counted)) {
            // Too many to wait for: what was recorded is shown.
            None | Some(Err(ServiceError::Asked(_))) => Ok(BTreeMap::new()),
            Some(made) => made,
        }
    }

    /// Counts in everybody's records: made now, or a little earlier for somebody else.
    fn tally(
        &self,
        tx: &mut dyn Tx,
        request: &Request<'_>,
        asked: &ReportAsked,
        as_of: Date,
    ) -> Result<Arc<Tally>, ServiceError> {
        let mut kept = self.tallies.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (at, _)| request.at.duration_since(*at).abs() < FRESH);
        let key = (asked.period, asked.known_at);
        if let Some((_, tally)) = kept.get(&key) {
            return Ok(Arc::clone(tally));
        }
        let tally = Arc::new(self.counted(tx, asked, as_of)?);
        kept.insert(key, (request.at, Arc::clone(&tally)));
        Ok(tally)
    }

    fn counted(&self, tx: &mut dyn Tx, asked: &ReportAsked, as_of: Date) -> Result<Tally, ServiceError> {
        let people = store::health::people(tx)?;
        if people > asked.most_people {
            return Err(ServiceError::Asked(format!(
                "{people} people are on record, and above {} the figures take too long to wait for: run throughline plan report on the server instead.",
                asked.most_people
            )));
        }
        let clock = self.path.clock()?;
        let mut tally = Tally::new(asked.period, as_of);
        each_history(tx, &mut |_, history| {
            let history = history?;
            match asked.known_at {
                None => tally.add(&history, &clock),
                Some(moment) => {
                    let known = history.as_known_at(moment);
                    if known.events().is_empty() { Ok(()) } else { tally.add(&known, &clock) }
                }
            }
        })?;
        Ok(tally)
    }
}

/// The first words of a text, where a line must not be long.
fn first_words(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(79).collect::<String>() + "…" }
}
