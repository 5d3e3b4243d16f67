//! Whether an order's requirements are within the law, alone and together.

use super::law::Law;
use super::requirement::{Requirement, RequirementKind};
use super::{FineDefault, Imposed, OrderKind};
use crate::Record;
use crate::court::CourtKind;
use crate::refusal::{Refusal, require};

/// Checks a community payback order as a whole (1995 Act ss.227A–227ZO). `ages` is the youngest and the oldest that the
/// person can be, `None` when not known.
pub(super) fn community_payback_order(
    order: &Imposed,
    ages: Option<(i16, i16)>,
    record: &Record,
    law: &Law,
) -> Result<(), Refusal> {
    let rules = &law.community_payback_order;
    require(!order.requirements.is_empty(), &rules.cites, || {
        "A community payback order has at least one requirement. Add it.".into()
    })?;
    each_once(&order.requirements, &rules.cites)?;
    allowed_by_court(order, law)?;
    supervision_where_needed(&order.requirements, ages, law)?;
    report_first(order, law)?;
    let jp = order.court.kind == CourtKind::JusticeOfThePeace;
    for requirement in &order.requirements {
        one_requirement(requirement, &order.requirements, ages, jp, law)?;
    }
    if let Some(work) = find(&order.requirements, RequirementKind::UnpaidWork) {
        unpaid_work(work, order.fine_default, record, law)?;
    }
    Ok(())
}

/// Checks the requirements that an order would have after a variation.
pub(crate) fn varied_requirements(
    requirements: &[Requirement],
    ages: Option<(i16, i16)>,
    jp: bool,
    law: &Law,
) -> Result<(), Refusal> {
    let rules = &law.community_payback_order;
    require(!requirements.is_empty(), &rules.cites, || {
        "With this variation the order would have no requirement left. Revoke or discharge it instead.".into()
    })?;
    each_once(requirements, &rules.cites)?;
    supervision_where_needed(requirements, ages, law)?;
    for requirement in requirements {
        one_requirement(requirement, requirements, ages, jp, law)?;
    }
    find(requirements, RequirementKind::UnpaidWork).map_or(Ok(()), |work| hours_in_range(work, law).map(drop))
}

/// Checks another kind of measure that has limits of its own.
pub(super) fn other_measure(order: &Imposed, ages: Option<(i16, i16)>, law: &Law) -> Result<(), Refusal> {
    match order.kind {
        OrderKind::DrugTreatmentAndTestingOrder => {
            let limits = &law.drug_treatment_and_testing_order;
            require(ages.is_none_or(|(_, oldest)| oldest >= limits.min_age), &limits.cites, || {
                format!(
                    "A drug treatment and testing order is for people aged {} or over. Check the date of birth.",
                    limits.min_age
                )
            })?;
            let fits = order.months.is_none_or(|months| (limits.min_months..=limits.max_months).contains(&months));
            require(fits, &limits.cites, || {
                format!(
                    "A drug treatment and testing order lasts {} to {} months. Check its length.",
                    limits.min_months, limits.max_months
                )
            })
        }
        OrderKind::FiscalWorkOrder => {
            let limits = &law.fiscal_work_order;
            let fits = order.hours.is_some_and(|hours| (limits.min_hours..=limits.max_hours).contains(&hours));
            require(fits, &limits.cites, || {
                format!("A fiscal work order has {} to {} hours. Check the hours.", limits.min_hours, limits.max_hours)
            })
        }
        _ => Ok(()),
    }
}

fn find(requirements: &[Requirement], kind: RequirementKind) -> Option<&Requirement> {
    requirements.iter().find(|requirement| requirement.kind == kind)
}

fn each_once(requirements: &[Requirement], cites: &str) -> Result<(), Refusal> {
    for kind in RequirementKind::ALL {
        let times = requirements.iter().filter(|requirement| requirement.kind == *kind).count();
        require(times <= 1, cites, || {
            format!("The {} requirement stands {times} times. Put its terms into one.", kind.as_str())
        })?;
    }
    Ok(())
}

/// A justice of the peace court, and a fine-level order or one for default, may use only some requirements.
fn allowed_by_court(order: &Imposed, law: &Law) -> Result<(), Refusal> {
    let rules = &law.community_payback_order;
    let level_2 = |requirement: &Requirement| {
        requirement.kind == RequirementKind::UnpaidWork
            && requirement.hours.is_some_and(|hours| hours > law.unpaid_work.level_1_max_hours)
    };
    let only = |allowed: &[RequirementKind], cites: &str, who: &str| {
        for requirement in &order.requirements {
            require(allowed.contains(&requirement.kind), cites, || {
                format!(
                    "{who} cannot have a {} requirement. Check the court and the requirements.",
                    requirement.kind.as_str()
                )
            })?;
            require(!level_2(requirement), cites, || {
                format!(
                    "{who} can have unpaid work of level 1 only, at most {} hours.",
                    law.unpaid_work.level_1_max_hours
                )
            })?;
        }
        Ok(())
    };
    if order.court.kind == CourtKind::JusticeOfThePeace {
        only(&rules.jp_court_allows, &rules.jp_court_cites, "An order of a justice of the peace court")?;
    }
    if order.fine_level || order.fine_default.is_some() {
        only(
            &rules.fine_level_allows,
            &rules.fine_level_cites,
            "An order for an offence punishable by fine only, or for fine default,",
        )?;
    }
    Ok(())
}

/// Supervision is compulsory under 18 and beside most other requirements (s.227G).
fn supervision_where_needed(requirements: &[Requirement], ages: Option<(i16, i16)>, law: &Law) -> Result<(), Refusal> {
    if find(requirements, RequirementKind::Supervision).is_some() {
        return Ok(());
    }
    let rules = &law.community_payback_order;
    require(ages.is_none_or(|(_, oldest)| oldest >= rules.supervision_under_age), &rules.supervision_cites, || {
        format!(
            "The person is under {}, so the order must have a supervision requirement. Add it, or check the date of birth.",
            rules.supervision_under_age
        )
    })?;
    let needs =
        |requirement: &&Requirement| law.limits(requirement.kind).is_some_and(|limits| limits.needs_supervision);
    match requirements.iter().find(needs).and_then(|requirement| law.limits(requirement.kind)) {
        None => Ok(()),
        Some(limits) => Err(Refusal::new(
            format!("{}; {}", rules.supervision_cites, limits.cites),
            format!(
                "A {} comes with supervision; this order has none. Add the supervision requirement.",
                limits.title.to_lowercase()
            ),
        )),
    }
}

/// A report first, save for level 1 unpaid work alone and fine default (s.227B).
fn report_first(order: &Imposed, law: &Law) -> Result<(), Refusal> {
    let level_1_alone = order.requirements.iter().all(|requirement| {
        requirement.kind == RequirementKind::UnpaidWork
            && requirement.hours.is_none_or(|hours| hours <= law.unpaid_work.level_1_max_hours)
    });
    require(
        order.report_considered || level_1_alone || order.fine_default.is_some(),
        &law.community_payback_order.report_cites,
        || {
            "The court needs a report before this order. Record that one was considered, or check the requirements."
                .into()
        },
    )
}

fn one_requirement(
    requirement: &Requirement,
    all: &[Requirement],
    ages: Option<(i16, i16)>,
    jp: bool,
    law: &Law,
) -> Result<(), Refusal> {
    let Some(limits) = law.limits(requirement.kind) else { return Ok(()) };
    let cites = limits.cites.as_str();
    let name = &limits.title;
    let youngest = ages.map(|(youngest, _)| youngest);
    require(limits.min_age.is_none_or(|least| ages.is_none_or(|(_, oldest)| oldest >= least)), cites, || {
        format!(
            "An {} is for people aged {} or over. Check the date of birth.",
            name.to_lowercase(),
            limits.min_age.unwrap_or_default()
        )
    })?;
    let movement_only =
        requirement.kind == RequirementKind::Supervision && find(all, RequirementKind::RestrictedMovement).is_some();
    let young_level_1 = requirement.kind == RequirementKind::Supervision
        && youngest.is_some_and(|age| age < law.community_payback_order.supervision_under_age)
        && all.len() == 2
        && find(all, RequirementKind::UnpaidWork)
            .and_then(|work| work.hours)
            .is_some_and(|hours| hours <= law.unpaid_work.level_1_max_hours);
    if let (Some(least), Some(months)) = (limits.min_months, requirement.months) {
        // s.227G: beside restricted movement, and under 18 beside level 1 unpaid work alone, there is no six-month minimum.
        require(months >= least || movement_only || young_level_1, cites, || {
            format!("{name}: at least {least} months; this one has {months}. Check its length.")
        })?;
    }
    if let (Some(most), Some(months)) = (limits.max_months, requirement.months) {
        require(months <= most, cites, || {
            format!("{name}: at most {most} months; this one has {months}. Check its length.")
        })?;
    }
    if let (Some(least), Some(days)) = (limits.min_days, requirement.days) {
        require(days >= least, cites, || {
            format!("{name}: at least {least} days; this one has {days}. Check its length.")
        })?;
    }
    if let Some(most) = limits.max_hours_a_day {
        require(requirement.hours_a_day.is_some_and(|hours| (1..=most).contains(&hours)), cites, || {
            format!("{name}: say how many hours a day, at most {most}, any restriction of liberty order included.")
        })?;
    }
    if let (Some(months), Some(days_jp), Some(length)) =
        (limits.short_max_months, limits.short_max_days_jp, requirement.rough_days())
    {
        let under_18 = youngest.is_some_and(|age| age < law.community_payback_order.supervision_under_age);
        let most = if jp { u32::from(days_jp) } else { u32::from(months) * 30 + 2 };
        require(!under_18 || length <= most, cites, || {
            format!(
                "{name}: for a person under 18 at most {days_jp} days in a justice of the peace court and {months} months elsewhere."
            )
        })?;
    }
    let supervision = find(all, RequirementKind::Supervision).and_then(Requirement::rough_days);
    if let (true, Some(supervised), Some(length)) = (limits.within_supervision, supervision, requirement.rough_days()) {
        require(length <= supervised, cites, || {
            format!(
                "{name}: it would run longer than the supervision requirement. Shorten it, or lengthen supervision."
            )
        })?;
    }
    Ok(())
}

/// Hours between the least and the most that the law allows.
fn hours_in_range(work: &Requirement, law: &Law) -> Result<u16, Refusal> {
    let limits = &law.unpaid_work;
    let hours = work.hours.ok_or_else(|| {
        Refusal::new(limits.cites.as_str(), "Say how many hours of unpaid work or other activity were imposed.")
    })?;
    require((limits.min_hours..=limits.max_hours).contains(&hours), &limits.cites, || {
        format!(
            "Unpaid work is {} to {} hours; this order has {hours}. Check the hours.",
            limits.min_hours, limits.max_hours
        )
    })?;
    Ok(hours)
}

/// Hours, fine default (s.227M) and the total over all orders (s.227N).
fn unpaid_work(work: &Requirement, default: Option<FineDefault>, record: &Record, law: &Law) -> Result<(), Refusal> {
    let limits = &law.unpaid_work;
    let hours = hours_in_range(work, law)?;
    if let Some(default) = default {
        let most = match default {
            FineDefault::AtMostLevel1 => limits.fine_default_level_1_max_hours,
            FineDefault::AboveLevel1 => limits.fine_default_max_hours,
        };
        require(hours <= most, &limits.fine_default_cites, || {
            format!(
                "For default on this fine the hours are at most {most}; this order has {hours}. Check the fine and the hours."
            )
        })?;
    }
    let outstanding = record.hours_outstanding_elsewhere(work.concurrent_with.as_ref());
    let room = i64::from(limits.max_hours) * 60 - outstanding;
    require(i64::from(hours) * 60 <= room, &limits.aggregate_cites, || {
        let left = room.max(0) / 60;
        let way_out = if left < i64::from(limits.min_hours) {
            format!("fewer than {} are left, so no more can be imposed", limits.min_hours)
        } else {
            format!("at most {left} more can be imposed, unless the court directs that they run concurrently")
        };
        format!("With the hours outstanding on other orders the total would pass {}: {way_out}.", limits.max_hours)
    })
}
