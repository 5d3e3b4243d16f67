//! Breach proceedings: proposed, endorsed, decided, lodged, determined.

use crate::days::days_from;
use crate::life::Life;
use crate::payback::Order;
use crate::{SyntheticError, noncompliance};
use jiff::civil::Date;
use record::breach::{CourtDecision, Decided, Determined, Endorsed, Lodged, Proposed};
use record::ending::HowEnded;
use record::{BreachRef, IncidentRef};

/// An order this short, in days, leaves no time for proceedings that do not end it.
const TOO_SHORT: i32 = 75;
/// Proceedings on orders that do not end by breach, per order long enough, so that the published total is met.
const SHARE_OF_OTHERS: f64 = 0.72;

/// How many orders that are under way when the history ends wait for a manager to discuss a breach, in per cent.
const WAITING: f64 = 8.0;

/// Tells the breach proceedings of an order: those that end it, and those after which it goes on.
pub(crate) fn told(life: &mut Life<'_>, order: &Order) -> Result<(), SyntheticError> {
    let length = days_from(order.imposed, order.ends);
    if order.how == HowEnded::RevokedOnBreach {
        let before = life.chance.between(12, 40);
        let lodged = life.days.working_before(order.ends, before)?;
        proceedings(life, order, lodged, Some((order.ends, CourtDecision::Revoked)))?;
    } else if is_under_way(life, order) && life.chance.percent(WAITING) {
        let before = life.chance.between(1, 2);
        let on = life.days.working_before(life.world.size.until, before)?;
        propose(life, order, on)?;
    } else if length > TOO_SHORT && life.chance.percent(life.world.mix.breaches * SHARE_OF_OTHERS) {
        let percent = life.chance.between(35, 75);
        let lodged = life.part_way(order.imposed, order.ends, percent)?;
        let determined = life.some_days_after(lodged, 21, 70)?;
        let decisions = [
            (CourtDecision::Continued, 55.0),
            (CourtDecision::Varied, 18.0),
            (CourtDecision::Fined, 10.0),
            (CourtDecision::NotEstablished, 17.0),
        ];
        let decision = life.chance.weighted(&decisions).unwrap_or(CourtDecision::Continued);
        proceedings(life, order, lodged, Some((determined, decision)))?;
    } else if length > TOO_SHORT && life.chance.percent(4.0) {
        let on = life.part_way(order.imposed, order.ends, 50)?;
        proposed_only(life, order, on)?;
    }
    Ok(())
}

/// Whether an order has run for long when the history ends, and goes on.
fn is_under_way(life: &Life<'_>, order: &Order) -> bool {
    let until = life.world.size.until;
    order.ends > until && days_from(order.imposed, until) > TOO_SHORT
}

fn incidents(life: &mut Life<'_>, order: &Order, before: Date) -> Result<Vec<IncidentRef>, SyntheticError> {
    let mut incidents = Vec::new();
    for days in [24, 9] {
        let on = life.days.working_before(before, days)?;
        if on > order.imposed {
            incidents.extend(noncompliance::incident(life, &order.reference, on, None, false)?);
        }
    }
    Ok(incidents)
}

fn proceedings(
    life: &mut Life<'_>,
    order: &Order,
    lodged: Date,
    determined: Option<(Date, CourtDecision)>,
) -> Result<(), SyntheticError> {
    let in_time = life.chance.percent(life.world.mix.lodged_in_time);
    let days = if in_time { life.chance.between(1, 5) } else { life.chance.between(6, 16) };
    let decided = life.days.working_before(lodged, days)?.max(order.imposed);
    let before = life.chance.between(0, 4);
    let proposed = life.days.working_before(decided, before)?.max(order.imposed);
    let incidents = incidents(life, order, proposed)?;
    let breach: BreachRef = life.reference("B")?;
    let reasons = life.pick(|words| &words.breach_reasons)?;
    let of = || breach.clone();
    life.say(proposed, Proposed { breach: of(), order: order.reference.clone(), incidents, reasons: reasons.clone() });
    let manager = life.team_manager_on(proposed);
    let endorsed_late = life.chance.percent(4.0);
    let endorsed = Endorsed { breach: of(), discussion: "Agreed; other ways were considered.".try_into()? };
    if !endorsed_late {
        life.say_as(manager.clone(), decided, endorsed.clone());
    }
    life.say(decided, Decided { breach: of(), submit: true, reasons: reasons.clone() });
    if endorsed_late {
        life.say_as(manager, decided, endorsed);
    }
    let court = order.court.name.clone();
    life.say(lodged, Lodged { breach: of(), court, details: reasons });
    if let Some((on, decision)) = determined {
        life.say(on, Determined { breach: of(), decision });
    }
    Ok(())
}

/// A proposal that was not pursued.
fn proposed_only(life: &mut Life<'_>, order: &Order, on: Date) -> Result<(), SyntheticError> {
    let breach = propose(life, order, on)?;
    let decided = life.working_days_after(on, 1, 3)?;
    life.say(
        decided,
        Decided { breach, submit: false, reasons: "Back in contact; the plan was changed instead.".try_into()? },
    );
    Ok(())
}

fn propose(life: &mut Life<'_>, order: &Order, on: Date) -> Result<BreachRef, SyntheticError> {
    let incidents = incidents(life, order, on)?;
    let breach: BreachRef = life.reference("B")?;
    let reasons = life.pick(|words| &words.breach_reasons)?;
    life.say(on, Proposed { breach: breach.clone(), order: order.reference.clone(), incidents, reasons });
    Ok(breach)
}
