//! What is drawn from: the published figures as weights, each with the word of practice that it means.

use crate::{SyntheticError, Targets};
use record::ending::HowEnded;
use record::noncompliance::LateReason;
use record::order::{OrderKind, RequirementKind};

/// Things with their weights.
pub(crate) type Weights<T> = Vec<(T, f64)>;

/// Why a person comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coming {
    /// With a community payback order.
    PaybackOrder,
    /// For a report that leads to nothing here.
    ReportAlone,
    /// With a drug treatment and testing order.
    DrugTreatment,
    /// On licence.
    Licence,
    /// With another measure.
    Other(OrderKind),
}

/// Early, late, very late: the three classes of the published figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lateness {
    /// In time.
    InTime,
    /// Late.
    Late,
    /// Very late.
    VeryLate,
}

/// When a work placement begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlacementStart {
    /// Within seven working days.
    InTime,
    /// Within three weeks.
    ThreeWeeks,
    /// Within a month.
    Month,
    /// Within two months.
    TwoMonths,
    /// Later.
    Later,
}

/// When unpaid work is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkEnd {
    /// In the statutory period.
    Statutory,
    /// In a longer period that the court set.
    Extended,
    /// Late.
    Late,
}

/// All weights.
#[derive(Debug)]
pub(crate) struct Mix {
    pub(crate) coming: Weights<Coming>,
    pub(crate) more_orders: Weights<i32>,
    pub(crate) extra_reports: f64,
    pub(crate) work_and_supervision: Weights<(bool, bool)>,
    pub(crate) with_supervision: Weights<RequirementKind>,
    pub(crate) progress_review: f64,
    pub(crate) level_2: f64,
    pub(crate) months: Weights<i32>,
    pub(crate) ages: Weights<(i32, i32)>,
    pub(crate) female: f64,
    pub(crate) employment: Weights<&'static str>,
    pub(crate) white: f64,
    pub(crate) first_contact: Weights<Lateness>,
    pub(crate) induction: Weights<Lateness>,
    pub(crate) work_end: Weights<WorkEnd>,
    pub(crate) late_work: Weights<LateReason>,
    pub(crate) late_first_contact: Weights<LateReason>,
    pub(crate) late_induction: Weights<LateReason>,
    pub(crate) ends: Weights<HowEnded>,
    pub(crate) breaches: f64,
    pub(crate) lodged_in_time: f64,
    pub(crate) dtto_first_contact: Weights<Lateness>,
    pub(crate) dtto_completed: f64,
    pub(crate) licences: Weights<OrderKind>,
}

/// Hours of level 1 as courts give them, weighted so that the mean is the published 70.8.
pub(crate) const LEVEL_1: [(i32, f64); 9] =
    [(20, 1.0), (40, 9.0), (50, 10.0), (60, 24.0), (70, 5.0), (75, 8.0), (80, 20.0), (90, 8.0), (100, 15.0)];
/// Hours of level 2, weighted so that the mean is the published 178.3.
pub(crate) const LEVEL_2: [(i32, f64); 10] = [
    (110, 2.0),
    (120, 18.0),
    (135, 8.0),
    (150, 22.0),
    (160, 5.0),
    (180, 15.0),
    (200, 13.0),
    (225, 7.0),
    (240, 6.0),
    (300, 10.0),
];

const LATE_REASONS: [(&str, LateReason); 11] = [
    ("did_not_turn_up", LateReason::DidNotTurnUp),
    ("already_on_order", LateReason::AlreadyOnOrder),
    ("custody", LateReason::Custody),
    ("paid_employment", LateReason::PaidEmployment),
    ("ill", LateReason::Ill),
    ("other_person", LateReason::OtherPerson),
    ("staff_not_available", LateReason::StaffNotAvailable),
    ("no_work", LateReason::NoWork),
    ("first_contact_late", LateReason::FirstContactLate),
    ("non_compliance", LateReason::NonCompliance),
    ("other_service", LateReason::OtherService),
];

/// The name of a reason in the published figures.
pub(crate) fn late_reason_name(reason: LateReason) -> &'static str {
    LATE_REASONS.iter().find(|(_, known)| *known == reason).map_or("other_service", |(name, _)| name)
}

impl Mix {
    /// The weights that follow from the published figures.
    pub(crate) fn of(targets: &Targets) -> Result<Self, SyntheticError> {
        let figure = |id: &str, value: &str| targets.figure(id, value);
        let both = figure("requirements", "both")?;
        let work = figure("requirements", "unpaid_work")?;
        let supervised = figure("requirements", "supervision")?;
        // Orders beyond the first, for every 100 people with one.
        let further = figure("orders_per_person", "all")? - 100.0;
        Ok(Self {
            coming: coming(targets)?,
            more_orders: vec![(0, 100.0 - further * 0.92), (1, further * 0.84), (2, further * 0.08)],
            extra_reports: EXTRA_REPORTS,
            work_and_supervision: vec![
                ((true, true), both),
                ((true, false), work - both),
                ((false, true), supervised - both),
            ],
            with_supervision: drawn(targets, "requirements", &BESIDE_SUPERVISION, RequirementKind::as_str)?
                .into_iter()
                .map(|(kind, of_all)| (kind, of_all / supervised * 100.0))
                .collect(),
            progress_review: figure("progress_review", "all")?,
            level_2: figure("hours_level", "level_2")?,
            months: months(targets)?,
            ages: AGES
                .iter()
                .map(|(band, name)| Ok((*band, figure("age", name)?)))
                .collect::<Result<_, SyntheticError>>()?,
            female: figure("sex", "female")?,
            employment: drawn(targets, "employment", &EMPLOYMENT, |name| name)?,
            white: figure("ethnicity", "White")?,
            first_contact: lateness(targets, "first_contact", ["up to 1", "2 to 5", "over 5"])?,
            induction: lateness(targets, "induction", ["up to 5", "6 to 10", "over 10"])?,
            work_end: vec![
                (WorkEnd::Statutory, figure("unpaid_work_end", "in the statutory period")?),
                (WorkEnd::Extended, figure("unpaid_work_end", "in the court's longer period")?),
                (WorkEnd::Late, figure("unpaid_work_end", "late")?),
            ],
            late_work: reasons(targets, "late_unpaid_work"),
            late_first_contact: reasons(targets, "late_first_contact"),
            late_induction: reasons(targets, "late_induction"),
            ends: drawn(targets, "ends", &ENDS, HowEnded::as_str)?,
            breaches: figure("breach", "all")?,
            lodged_in_time: figure("breach_lodged", "all")?,
            dtto_first_contact: lateness(targets, "dtto_first_contact", ["up to 1", "2 to 5", "over 5"])?,
            dtto_completed: figure("dtto_completed", "all")?,
            licences: drawn(targets, "licence_kind", &LICENCES, OrderKind::as_str)?,
        })
    }
}

/// People who come for a report alone, for every 100 orders: what is left of the published reports.
const REPORTS_ALONE: f64 = 70.0;
/// Further reports on a person with an order, in per cent of such people.
const EXTRA_REPORTS: f64 = 35.0;
const AGES: [((i32, i32), &str); 6] = [
    ((16, 17), "16-17"),
    ((18, 20), "18-20"),
    ((21, 25), "21-25"),
    ((26, 30), "26-30"),
    ((31, 40), "31-40"),
    ((41, 68), "over 40"),
];
const EMPLOYMENT: [&str; 5] = ["unemployed", "employed", "economically inactive", "full-time education", "other"];
const BESIDE_SUPERVISION: [RequirementKind; 7] = [
    RequirementKind::Conduct,
    RequirementKind::Programme,
    RequirementKind::Compensation,
    RequirementKind::AlcoholTreatment,
    RequirementKind::DrugTreatment,
    RequirementKind::MentalHealth,
    RequirementKind::Residence,
];
const ENDS: [HowEnded; 7] = [
    HowEnded::Completed,
    HowEnded::EarlyDischarge,
    HowEnded::RevokedOnReview,
    HowEnded::RevokedOnBreach,
    HowEnded::Transferred,
    HowEnded::Died,
    HowEnded::Other,
];
const LICENCES: [OrderKind; 7] = [
    OrderKind::SupervisedReleaseOrder,
    OrderKind::ParoleLicence,
    OrderKind::ShortTermSexOffenderLicence,
    OrderKind::NonParoleLicence,
    OrderKind::ExtendedSentence,
    OrderKind::LifeLicence,
    OrderKind::HomeDetentionCurfew,
];

/// Each thing with the published figure of its name.
fn drawn<T: Copy>(
    targets: &Targets,
    id: &str,
    things: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<Weights<T>, SyntheticError> {
    things.iter().map(|thing| Ok((*thing, targets.figure(id, name(*thing))?))).collect()
}

/// Why people come, weighed for every 100 orders.
fn coming(targets: &Targets) -> Result<Weights<Coming>, SyntheticError> {
    let people = 10_000.0 / targets.figure("orders_per_person", "all")?;
    let mut coming = vec![
        (Coming::PaybackOrder, people),
        (Coming::ReportAlone, REPORTS_ALONE),
        (Coming::DrugTreatment, targets.figure("cases", "dtto")?),
        (Coming::Licence, targets.figure("cases", "licence")?),
    ];
    for kind in [
        OrderKind::Diversion,
        OrderKind::BailSupervision,
        OrderKind::StructuredDeferredSentence,
        OrderKind::VoluntaryThroughcare,
        OrderKind::FiscalWorkOrder,
    ] {
        coming.push((Coming::Other(kind), targets.figure("cases", kind.as_str())?));
    }
    Ok(coming)
}

/// Courts give whole and half years; a few give something between. The mean is the published 15.5 months.
fn months(targets: &Targets) -> Result<Weights<i32>, SyntheticError> {
    let band = |name| targets.figure("supervision_months", name);
    Ok(vec![
        (6, band("up to 6")?),
        (9, band("6 to 12")? * 0.06),
        (12, band("6 to 12")? * 0.94),
        (15, band("12 to 18")? * 0.05),
        (18, band("12 to 18")? * 0.95),
        (24, band("18 to 24")?),
        (30, band("24 to 36")? * 0.1),
        (36, band("24 to 36")? * 0.9),
    ])
}

fn lateness(targets: &Targets, id: &str, names: [&str; 3]) -> Result<Weights<Lateness>, SyntheticError> {
    let classes = [Lateness::InTime, Lateness::Late, Lateness::VeryLate];
    classes.into_iter().zip(names).map(|(class, name)| Ok((class, targets.figure(id, name)?))).collect()
}

/// The reasons that a table knows; not every table has every reason.
fn reasons(targets: &Targets, id: &str) -> Weights<LateReason> {
    let known = |(name, reason): &(&str, LateReason)| Some((*reason, *targets.get(id)?.values.get(*name)?));
    LATE_REASONS.iter().filter_map(known).collect()
}
