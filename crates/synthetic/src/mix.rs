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
    pub(crate) placement: Weights<PlacementStart>,
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

/// Hours of level 1 and level 2 as courts give them, weighted so that the means are 70.8 and 178.3.
pub(crate) const LEVEL_1: [(i32, f64); 9] =
    [(20, 1.0), (40, 9.0), (50, 9.0), (60, 20.0), (70, 5.0), (75, 8.0), (80, 22.0), (90, 8.0), (100, 18.0)];
/// Level 2.
pub(crate) const LEVEL_2: [(i32, f64); 10] = [
    (110, 2.0),
    (120, 18.0),
    (135, 8.0),
    (150, 22.0),
    (160, 5.0),
    (180, 15.0),
    (200, 13.0),
    (225, 7.0),
    (240, 5.0),
    (300, 8.0),
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
        let reasons = |id: &str| -> Weights<LateReason> {
            let known = |reason: &(&str, LateReason)| Some((reason.1, *targets.get(id)?.values.get(reason.0)?));
            LATE_REASONS.iter().filter_map(known).collect()
        };
        let three = |id: &str, names: [&str; 3]| -> Result<Weights<Lateness>, SyntheticError> {
            let [in_time, late, very_late] = names;
            Ok(vec![
                (Lateness::InTime, figure(id, in_time)?),
                (Lateness::Late, figure(id, late)?),
                (Lateness::VeryLate, figure(id, very_late)?),
            ])
        };
        let both = figure("requirements", "both")?;
        let supervised = figure("requirements", "supervision")?;
        let among_supervised = |kind: RequirementKind| -> Result<(RequirementKind, f64), SyntheticError> {
            Ok((kind, figure("requirements", kind.as_str())? / supervised * 100.0))
        };
        let ends = [
            HowEnded::Completed,
            HowEnded::EarlyDischarge,
            HowEnded::RevokedOnReview,
            HowEnded::RevokedOnBreach,
            HowEnded::Transferred,
            HowEnded::Died,
            HowEnded::Other,
        ];
        let licences = [
            OrderKind::SupervisedReleaseOrder,
            OrderKind::ParoleLicence,
            OrderKind::ShortTermSexOffenderLicence,
            OrderKind::NonParoleLicence,
            OrderKind::ExtendedSentence,
            OrderKind::LifeLicence,
            OrderKind::HomeDetentionCurfew,
        ];
        // People with an order, for every 100 orders; one more in 18.3% of them, a few of them two more.
        let orders = figure("orders_per_person", "all")?;
        let people = 100.0 / orders * 100.0;
        let case = |kind: OrderKind| -> Result<(Coming, f64), SyntheticError> {
            Ok((Coming::Other(kind), figure("cases", kind.as_str())?))
        };
        Ok(Self {
            coming: vec![
                (Coming::PaybackOrder, people),
                (Coming::ReportAlone, REPORTS_ALONE),
                (Coming::DrugTreatment, figure("cases", "dtto")?),
                (Coming::Licence, figure("cases", "licence")?),
                case(OrderKind::Diversion)?,
                case(OrderKind::BailSupervision)?,
                case(OrderKind::StructuredDeferredSentence)?,
                case(OrderKind::VoluntaryThroughcare)?,
                case(OrderKind::FiscalWorkOrder)?,
            ],
            more_orders: vec![
                (0, 100.0 - (orders - 100.0) * 0.92),
                (1, (orders - 100.0) * 0.84),
                (2, (orders - 100.0) * 0.08),
            ],
            extra_reports: EXTRA_REPORTS,
            work_and_supervision: vec![
                ((true, true), both),
                ((true, false), figure("requirements", "unpaid_work")? - both),
                ((false, true), supervised - both),
            ],
            with_supervision: [
                RequirementKind::Conduct,
                RequirementKind::Programme,
                RequirementKind::Compensation,
                RequirementKind::AlcoholTreatment,
                RequirementKind::DrugTreatment,
                RequirementKind::MentalHealth,
                RequirementKind::Residence,
            ]
            .into_iter()
            .map(among_supervised)
            .collect::<Result<_, _>>()?,
            progress_review: figure("progress_review", "all")?,
            level_2: figure("hours_level", "level_2")?,
            months: vec![
                (6, figure("supervision_months", "up to 6")?),
                (9, figure("supervision_months", "6 to 12")? * 0.06),
                (12, figure("supervision_months", "6 to 12")? * 0.94),
                (15, figure("supervision_months", "12 to 18")? * 0.05),
                (18, figure("supervision_months", "12 to 18")? * 0.95),
                (24, figure("supervision_months", "18 to 24")?),
                (30, figure("supervision_months", "24 to 36")? * 0.1),
                (36, figure("supervision_months", "24 to 36")? * 0.9),
            ],
            ages: vec![
                ((16, 17), figure("age", "16-17")?),
                ((18, 20), figure("age", "18-20")?),
                ((21, 25), figure("age", "21-25")?),
                ((26, 30), figure("age", "26-30")?),
                ((31, 40), figure("age", "31-40")?),
                ((41, 68), figure("age", "over 40")?),
            ],
            female: figure("sex", "female")?,
            employment: ["unemployed", "employed", "economically inactive", "full-time education", "other"]
                .into_iter()
                .map(|name| Ok((name, figure("employment", name)?)))
                .collect::<Result<_, SyntheticError>>()?,
            white: figure("ethnicity", "White")?,
            first_contact: three("first_contact", ["up to 1", "2 to 5", "over 5"])?,
            induction: three("induction", ["up to 5", "6 to 10", "over 10"])?,
            placement: [
                (PlacementStart::InTime, "up to 7 working days"),
                (PlacementStart::ThreeWeeks, "up to 3 weeks"),
                (PlacementStart::Month, "up to 1 month"),
                (PlacementStart::TwoMonths, "up to 2 months"),
                (PlacementStart::Later, "over 2 months"),
            ]
            .into_iter()
            .map(|(start, name)| Ok((start, figure("placement", name)?)))
            .collect::<Result<_, SyntheticError>>()?,
            work_end: vec![
                (WorkEnd::Statutory, figure("unpaid_work_end", "in the statutory period")?),
                (WorkEnd::Extended, figure("unpaid_work_end", "in the court's longer period")?),
                (WorkEnd::Late, figure("unpaid_work_end", "late")?),
            ],
            late_work: reasons("late_unpaid_work"),
            late_first_contact: reasons("late_first_contact"),
            late_induction: reasons("late_induction"),
            ends: ends
                .into_iter()
                .map(|how| Ok((how, figure("ends", how.as_str())?)))
                .collect::<Result<_, SyntheticError>>()?,
            breaches: figure("breach", "all")?,
            lodged_in_time: figure("breach_lodged", "all")?,
            dtto_first_contact: three("dtto_first_contact", ["up to 1", "2 to 5", "over 5"])?,
            dtto_completed: figure("dtto_completed", "all")?,
            licences: licences
                .into_iter()
                .map(|kind| Ok((kind, figure("licence_kind", kind.as_str())?)))
                .collect::<Result<_, SyntheticError>>()?,
        })
    }
}

/// People who come for a report alone, for every 100 orders: what is left of the published reports.
const REPORTS_ALONE: f64 = 60.0;
/// Further reports on a person with an order, in per cent of such people.
const EXTRA_REPORTS: f64 = 35.0;
