//! Convictions after the first, at the rates published for sex and age; and people who were sentenced before the area's
//! history begins, of whom only the court's papers are on record.

use crate::SyntheticError;
use crate::chance::Chance;
use crate::days::{days_from, later};
use crate::life::Life;
use crate::person::{Ages, introduce};
use crate::world::Offence;
use jiff::civil::{Date, Weekday};
use record::ChargeRef;
use record::court::{Charged, Convicted, Disposal, Disposed};

/// Men reconvicted within a year, in per cent, by the last age of the band (Reconviction Rates in Scotland, 2016-17 cohort).
const MEN: [(i32, f64); 5] = [(20, 33.6), (25, 30.9), (30, 30.1), (40, 30.2), (i32::MAX, 20.3)];
/// The same of women.
const WOMEN: [(i32, f64); 5] = [(20, 24.2), (25, 22.0), (30, 25.2), (40, 27.5), (i32::MAX, 18.1)];
/// Published rates are of everybody convicted in a year. Who was convicted before is so more often; of the others, this share of the rate.
const AFTER_THE_FIRST: f64 = 0.8;
/// What is left of the chance in each further year: two-year rates are about one and a half times those of one year.
const EACH_FURTHER_YEAR: f64 = 0.6;
/// Of people with an order, so many per cent get another one within the year, which is a reconviction already.
const ANOTHER_ORDER: f64 = 9.5;
/// How many per cent of those reconvicted are so once more: 0.48 reconvictions for each person, 27.2% of them reconvicted.
const ONCE_MORE: f64 = 43.0;
/// How many per cent of reconvictions are for an offence committed before the index date.
const OF_BEFORE: f64 = 12.0;
/// For how many days before the area's history begins there are court papers.
const DAYS_OF_PAPERS: i32 = 4 * 365;
/// Keeps these draws apart from all others, so that what else is told of a person does not depend on them.
const APART: u64 = 0x5EC0_7D0F_FE4D_ED00;

/// Tells the further convictions of somebody who was sentenced. They lead to no order, so that nothing of practice follows.
pub(crate) fn told(life: &mut Life<'_>) -> Result<(), SyntheticError> {
    let Some(first) = life.sentenced_on.first().copied().filter(|_| !life.died) else { return Ok(()) };
    let apart = Chance::of(life.world.seed ^ APART, u64::from(life.number()));
    let own = std::mem::replace(&mut life.chance, apart);
    life.stream.fence = Date::MAX;
    let told = reconvicted(life, first);
    life.chance = own;
    told
}

/// Somebody sentenced in the years before, of whom the council has no more than the court's papers.
pub(crate) fn papers_alone(life: &mut Life<'_>) -> Result<(), SyntheticError> {
    let days = life.chance.between(1, DAYS_OF_PAPERS);
    let sentenced = weekday(later(life.world.size.from, -days)?)?;
    introduce(life, later(sentenced, -40)?, sentenced, Ages::AsPublished)?;
    let disposal = life.chance.weighted(&[
        (Disposal::Monetary, 42.0),
        (Disposal::Admonition, 29.0),
        (Disposal::CommunityPaybackOrder, 23.0),
    ]);
    let committed = later(sentenced, -life.chance.between(30, 300))?;
    convicted(life, committed, sentenced, disposal.unwrap_or(Disposal::Monetary))?;
    life.sentenced_on.push(sentenced);
    told(life)
}

fn reconvicted(life: &mut Life<'_>, first: Date) -> Result<(), SyntheticError> {
    let bands = if life.female { WOMEN } else { MEN };
    let of_age = bands.iter().find(|(to, _)| life.age <= *to).map_or(0.0, |(_, percent)| *percent * AFTER_THE_FIRST);
    let again = |on: &Date| (1..=365).contains(&days_from(first, *on));
    let already = life.sentenced_on.iter().any(again);
    let has_order = life.sentenced_on.first().is_some_and(|on| *on >= life.world.size.from);
    let first_year = match (already, has_order) {
        (true, _) => 0.0,
        (false, true) => 100.0 * (of_age - ANOTHER_ORDER) / (100.0 - ANOTHER_ORDER),
        (false, false) => of_age,
    };
    let (mut begins, mut percent) = (first, first_year);
    while begins < life.world.size.until {
        let mut more = life.chance.percent(percent);
        while more {
            let (one, other) = (life.chance.between(22, 363), life.chance.between(22, 363));
            let on = weekday(later(begins, one.min(other))?)?;
            let committed = if life.chance.percent(OF_BEFORE) {
                later(first, -life.chance.between(5, 200))?
            } else {
                later(on, -life.chance.between(1, (days_from(first, on) - 1).min(150)))?
            };
            let disposal = life.chance.weighted(&[(Disposal::Monetary, 57.0), (Disposal::Admonition, 43.0)]);
            convicted(life, committed, on, disposal.unwrap_or(Disposal::Monetary))?;
            more = life.chance.percent(ONCE_MORE);
        }
        begins = later(begins, 365)?;
        percent = EACH_FURTHER_YEAR * if begins == later(first, 365)? { of_age } else { percent };
    }
    Ok(())
}

/// A charge, the conviction and its disposal on one day. Published rates leave motoring out, and so does this.
fn convicted(life: &mut Life<'_>, committed: Date, on: Date, disposal: Disposal) -> Result<(), SyntheticError> {
    let world = life.world;
    let offences: Vec<&Offence> = world.phrases.offences.iter().filter(|offence| !offence.motoring).collect();
    let Some(offence) = life.chance.one_of(&offences).copied() else { return Ok(()) };
    let reference: ChargeRef = life.reference("CH")?;
    let (words, code) = (offence.words.clone(), offence.code.clone());
    let charge = Charged { charge: reference.clone(), offence: words, code, from: committed, until: None };
    life.say(committed.max(later(on, -20)?), charge);
    let court = life.council.sheriff_court.clone();
    let of_all = vec![reference];
    life.say(on, Convicted { charges: of_all.clone(), offence: None, court: Some(court.clone()) });
    life.say(on, Disposed { charges: of_all, court, disposal, order: None, reasons: None });
    Ok(())
}

/// The same day, or the Monday after a weekend: courts sit on weekdays. Holidays are not looked at.
fn weekday(day: Date) -> Result<Date, SyntheticError> {
    match day.weekday() {
        Weekday::Saturday => later(day, 2),
        Weekday::Sunday => later(day, 1),
        _ => Ok(day),
    }
}
