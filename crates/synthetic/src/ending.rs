//! How an order ends: completion, discharge, revocation, transfer, death; and what changed on the way.

use crate::SyntheticError;
use crate::area::Council;
use crate::days::{days_from, later};
use crate::life::Life;
use crate::payback::Order;
use jiff::civil::Date;
use record::custody::Admitted;
use record::ending::{Ended, ExitQuestionnaire, FinalReview, HowEnded};
use record::order::{Requirement, RequirementKind};
use record::person::Died;
use record::transfer::{Answered, Applied, Requested, Transferred};
use record::variation::Varied;
use record::{AreaRef, OrderRef};

/// Tells a variation and a move within the area for some, then the end.
pub(crate) fn told(life: &mut Life<'_>, order: &Order, worked_until: Option<Date>) -> Result<(), SyntheticError> {
    variation(life, order)?;
    let moves = order.how != HowEnded::Transferred && life.chance.percent(1.5);
    if moves && days_from(order.imposed, order.ends) > 120 {
        move_within(life, order)?;
    }
    let of = || order.reference.clone();
    match order.how {
        HowEnded::Transferred => {
            let to: AreaRef = "north-firth".try_into()?;
            transfer(life, &order.reference, &to, order.ends, false)?;
            return Ok(());
        }
        HowEnded::Died => {
            life.say_after_all_else(order.ends, Died {});
        }
        _ => {}
    }
    let worked = worked_until.filter(|_| matches!(order.how, HowEnded::Completed | HowEnded::EarlyDischarge));
    let on = order.ends.max(worked.unwrap_or(order.ends));
    life.stream.fence = life.stream.fence.max(on);
    life.say_after_all_else(on, Ended { order: of(), how: order.how, note: None });
    life.stream.fence = later(on, 21)?;
    match order.how {
        HowEnded::Completed | HowEnded::EarlyDischarge => goodbye(life, order, on)?,
        HowEnded::RevokedOnBreach | HowEnded::RevokedOnReview if !life.in_custody && life.chance.percent(45.0) => {
            life.in_custody = true;
            life.say(on, Admitted { establishment: Some("HMP Synthetic".try_into()?) });
        }
        _ => {}
    }
    Ok(())
}

fn goodbye(life: &mut Life<'_>, order: &Order, on: Date) -> Result<(), SyntheticError> {
    let of = || order.reference.clone();
    if order.months.is_some() && life.chance.percent(74.0) {
        let content = life.pick(|words| &words.final_reviews)?;
        life.say(on, FinalReview { order: of(), content });
    }
    if life.chance.percent(52.0) {
        let asked = life.some_days_after(on, 0, 10)?;
        let independent = life.chance.percent(45.0);
        let said = if life.chance.percent(60.0) { Some(life.pick(|words| &words.exit_words)?) } else { None };
        life.say(asked, ExitQuestionnaire { order: of(), independent, said });
    }
    Ok(())
}

/// A conduct requirement is added, or a programme taken off.
fn variation(life: &mut Life<'_>, order: &Order) -> Result<(), SyntheticError> {
    if order.months.is_none() || !life.chance.percent(7.0) {
        return Ok(());
    }
    let on = life.part_way(order.imposed, order.ends, 45)?;
    let reason = life.pick(|words| &words.variation_reasons)?;
    let of = order.reference.clone();
    if order.has(RequirementKind::Programme) {
        life.say(on, Varied { order: of, set: Vec::new(), removed: vec![RequirementKind::Programme], reason });
    } else if !order.has(RequirementKind::Conduct) {
        let terms = Some("To attend the appointments that the supervising officer arranges.".try_into()?);
        let set = vec![Requirement { terms, ..Requirement::of(RequirementKind::Conduct) }];
        life.say(on, Varied { order: of, set, removed: Vec::new(), reason });
    }
    Ok(())
}

/// To another council of the area: the record goes with the person, and somebody there takes the case on.
fn move_within(life: &mut Life<'_>, order: &Order) -> Result<(), SyntheticError> {
    let others: Vec<&Council> =
        life.world.area.councils.iter().filter(|council| council.reference != life.council.reference).collect();
    let Some(to) = life.chance.one_of(&others).copied() else { return Ok(()) };
    let on = life.part_way(order.imposed, order.ends, 70)?;
    if transfer(life, &order.reference, &to.reference, on, true)? {
        life.move_to(to)?;
        let allocated = life.days.working(on, 1)?;
        life.allocate(allocated, order.months.is_none(), Some("moved into the area"))?;
    }
    Ok(())
}

fn transfer(
    life: &mut Life<'_>,
    order: &OrderRef,
    to: &AreaRef,
    on: Date,
    continues_here: bool,
) -> Result<bool, SyntheticError> {
    let reason = life.pick(|words| &words.transfer_reasons)?;
    let of = || order.clone();
    let asked = life.days.working_before(on, 30)?;
    life.say(asked, Requested { order: of(), to: to.clone(), reason });
    let days = life.chance.weighted(&[(2, 20.0), (4, 45.0), (5, 15.0), (9, 20.0)]).unwrap_or(4);
    let answered = life.days.working(asked, days)?;
    life.say(answered, Answered { order: of(), accepted: true });
    let applied = life.days.working(answered, 2)?;
    life.say(applied, Applied { order: of() });
    Ok(life.say_after_all_else(on.max(applied), Transferred { order: of(), to: to.clone(), continues_here }).is_some())
}
