//! Custody, release and licences: throughcare from sentence to the end of the licence.

use crate::days::{later, months_later};
use crate::first_steps::FirstSteps;
use crate::life::Life;
use crate::other_measures::impose;
use crate::person::{Ages, introduce};
use crate::{SyntheticError, supervision};
use jiff::civil::Date;
use record::breach::{LicenceBreachPhoned, LicenceBreachReported, LicenceBreached};
use record::contact::{ContactKind, Held, With};
use record::custody::{AccommodationConfirmed, Admitted, Released, ReturnKind, Returned, Sentenced};
use record::ending::{Ended, HowEnded};
use record::milestone::{Milestone, Reached};
use record::order::{OrderKind, Received};
use record::supervision::{InductionStarted, Level};
use record::{BreachRef, OrderRef};

/// A person on licence: sentenced earlier, released on the day.
pub(crate) fn on_licence(life: &mut Life<'_>, released: Date) -> Result<(), SyntheticError> {
    let kind = life.draw(|mix| &mix.licences).unwrap_or(OrderKind::ParoleLicence);
    let (sentence, months) = terms(life, kind);
    let served = (sentence / 2).clamp(2, 40);
    let sentenced = life.days.working(months_later(released, -served)?.max(earliest(life)?), 0)?;
    introduce(life, sentenced, released, Ages::Adult)?;
    life.say(
        sentenced,
        Sentenced { months: u16::try_from(sentence).ok(), licence: Some(kind), extension_months: None },
    );
    life.say(sentenced, Admitted { establishment: Some("HMP Synthetic".try_into()?) });
    let designated = life.working_days_after(sentenced, 3, 12)?;
    let order: OrderRef = life.reference("LIC")?;
    let reach = |milestone| Reached { milestone, order: None, count: None, note: None };
    life.say(designated, reach(Milestone::DesignationReceived));
    life.say(designated, reach(Milestone::PbswContacted));
    let conference = life.days.working_before(released, 30)?.max(designated);
    life.say(conference, reach(Milestone::IcmConferenceHeld));
    impose(life, &order, kind, released, Some(months), None);
    life.say(released, Received { order: order.clone(), copy_order: false });
    life.allocate(released, false, None)?;
    life.say(released, Released { licence: Some(order.clone()), release_type: Some(kind.title().try_into()?) });
    if life.chance.percent(88.0) {
        life.say(released, AccommodationConfirmed { licence: Some(order.clone()) });
    }
    let steps = first_steps(life, &order, released)?;
    let whole = later(months_later(released, months)?, -1)?;
    let recalled = life.chance.percent(16.0);
    let percent = life.chance.between(15, 85);
    let ends = if recalled { life.part_way(released, whole, percent)?.max(steps.induction) } else { whole };
    life.stream.fence = ends;
    let level = life.chance.weighted(&[(Level::VeryHigh, 12.0), (Level::High, 58.0), (Level::Medium, 30.0)]);
    supervision::supervised(life, &order, released, steps, ends, level.unwrap_or(Level::High))?;
    if recalled || life.chance.percent(8.0) {
        breach(life, &order, released, ends)?;
    }
    let how = if recalled { HowEnded::Other } else { HowEnded::Completed };
    if recalled {
        life.say(ends, Returned { kind: ReturnKind::Recall, days_after: None, offence: None });
    }
    life.say_after_all_else(ends, Ended { order, how, note: None });
    Ok(())
}

/// The first day of which the calendar knows anything here: a year before the first people come.
fn earliest(life: &Life<'_>) -> Result<Date, SyntheticError> {
    months_later(life.world.size.from, -12)
}

/// Length of the sentence and of the licence, in months.
fn terms(life: &mut Life<'_>, kind: OrderKind) -> (i32, i32) {
    match kind {
        OrderKind::SupervisedReleaseOrder => (life.chance.between(12, 40), life.chance.between(6, 12)),
        OrderKind::ShortTermSexOffenderLicence => (life.chance.between(9, 40), life.chance.between(5, 20)),
        OrderKind::ExtendedSentence => (life.chance.between(24, 72), life.chance.between(24, 60)),
        OrderKind::LifeLicence => (240, 180),
        OrderKind::HomeDetentionCurfew => (life.chance.between(6, 24), life.chance.between(1, 5)),
        _ => (life.chance.between(48, 90), life.chance.between(12, 30)),
    }
}

/// On licence the first contact is due on the day of release (S3 5.2).
fn first_steps(life: &mut Life<'_>, order: &OrderRef, released: Date) -> Result<FirstSteps, SyntheticError> {
    let days = life.chance.weighted(&[(0, 82.0), (1, 12.0), (3, 6.0)]).unwrap_or(0);
    let contact = life.days.working(released, days)?;
    let at = life.time_of_day()?;
    let held = Held {
        contact: None,
        kind: ContactKind::Office,
        with: With::CaseManager,
        first_for: Some(order.clone()),
        unannounced: false,
        incident: None,
        report: None,
        outcome: Some("Licence and its conditions gone through.".try_into()?),
    };
    life.say_in_time(contact, Some(at), None, held);
    let induction = life.working_days_after(contact, 0, 5)?;
    life.say(induction, InductionStarted { order: order.clone() });
    Ok(FirstSteps { contact, induction })
}

fn breach(life: &mut Life<'_>, order: &OrderRef, released: Date, ends: Date) -> Result<(), SyntheticError> {
    let on = life.days.working_before(ends, 12)?.max(released);
    let breach: BreachRef = life.reference("LB")?;
    let what = life.pick(|words| &words.licence_breaches)?;
    life.say(on, LicenceBreached { breach: breach.clone(), order: order.clone(), what });
    if life.chance.percent(92.0) {
        life.say(on, LicenceBreachPhoned { breach: breach.clone(), to: "Community Licence Team".try_into()? });
    }
    let days = life.chance.weighted(&[(1, 50.0), (2, 35.0), (5, 15.0)]).unwrap_or(2);
    let sent = life.days.working(on, days)?;
    life.say(sent, LicenceBreachReported { breach, to: "Community Licence Team".try_into()? });
    Ok(())
}
