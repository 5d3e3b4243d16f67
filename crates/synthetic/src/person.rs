//! Who the person is: told when the service first hears of them.

use crate::SyntheticError;
use crate::area::Role;
use crate::days::later;
use crate::life::Life;
use jiff::civil::Date;
use record::person::{
    Address, AddressKind, Adjustment, Answer, Birth, Born, Characteristic, ContactDetail, Described, Excluded,
    Identified, Identifier, NameKind, Named, Restricted, Route, SafeContact, SpeaksLanguage,
};
use std::collections::BTreeMap;

/// How old people are: a band of years, or as on community payback orders.
#[derive(Clone, Copy)]
pub(crate) enum Ages {
    /// As on community payback orders.
    AsPublished,
    /// Mostly over 30, as on drug treatment and testing orders (STAT 2023-24: 82%).
    MostlyOverThirty,
    /// Adults.
    Adult,
}

/// Tells who the person is, once.
pub(crate) fn introduce(life: &mut Life<'_>, on: Date, begins: Date, ages: Ages) -> Result<(), SyntheticError> {
    if std::mem::replace(&mut life.known, true) {
        return Ok(());
    }
    let (youngest, oldest) = match ages {
        Ages::AsPublished => life.draw(|mix| &mix.ages).unwrap_or((30, 40)),
        Ages::MostlyOverThirty if life.chance.percent(82.0) => (31, 52),
        Ages::MostlyOverThirty => (21, 30),
        Ages::Adult => (19, 60),
    };
    // Within the last band fewer are old than young.
    let span = oldest - youngest;
    let years = if span > 12 {
        let (one, other) = (life.chance.between(0, span), life.chance.between(0, span));
        youngest + one.min(other)
    } else {
        life.chance.between(youngest, oldest)
    };
    life.age = years;
    let female_share = life.world.mix.female;
    let female = life.chance.percent(female_share);
    life.female = female;
    let phrases = &life.world.phrases;
    let given = phrases.given(female, &mut life.chance)?;
    let family = phrases.family(&mut life.chance)?;
    life.say(on, Named { kind: NameKind::Legal, given: Some(given), family: family.clone() });
    if life.chance.percent(12.0) {
        let given = phrases.given(female, &mut life.chance)?;
        life.say(on, Named { kind: NameKind::KnownAs, given: Some(given), family });
    }
    born(life, on, begins)?;
    characteristics(life, on, female)?;
    reach(life, on)?;
    if life.chance.percent(6.0) {
        let [need, adjustment] = life.pick(|words| &words.needs)?;
        life.say(on, Adjustment { need, adjustment });
    }
    if life.chance.percent(2.5) {
        let language = life.pick(|words| &words.languages)?;
        let interpreter = life.chance.percent(60.0);
        life.say(on, SpeaksLanguage { language, interpreter });
    }
    let number = format!("{:07}", life.number());
    life.say(on, Identified { identifier: Identifier::read("local:synthetic", &number)? });
    who_may_see(life, on)
}

/// A full date of birth for nearly all; only the year where papers are lost.
fn born(life: &mut Life<'_>, on: Date, begins: Date) -> Result<(), SyntheticError> {
    let birthday = crate::days::months_later(begins, -12 * life.age)?;
    let date = later(birthday, -life.chance.between(0, 364))?;
    let year_alone = life.age > 25 && life.chance.percent(0.6);
    let born = if year_alone { Birth::Year(date.first_of_year()) } else { Birth::Full(date) };
    life.say(on, Born { born });
    Ok(())
}

fn characteristics(life: &mut Life<'_>, on: Date, female: bool) -> Result<(), SyntheticError> {
    let mut answers = BTreeMap::new();
    answers.insert(Characteristic::Sex, Answer::Is(if female { "female" } else { "male" }.try_into()?));
    let ethnicity = if life.chance.percent(7.0) {
        if life.chance.percent(50.0) { Answer::NotKnown } else { Answer::PreferredNotToSay }
    } else if life.chance.percent(life.world.mix.white) {
        let group = life.chance.weighted(&[
            ("White Scottish", 84.0),
            ("White other British", 8.0),
            ("White Polish", 4.0),
            ("White other", 4.0),
        ]);
        Answer::Is(group.unwrap_or("White Scottish").try_into()?)
    } else {
        let group =
            life.chance.weighted(&[("Asian", 50.0), ("African", 20.0), ("Mixed or multiple", 20.0), ("Other", 10.0)]);
        Answer::Is(group.unwrap_or("Other").try_into()?)
    };
    answers.insert(Characteristic::Ethnicity, ethnicity);
    let employment = life.draw(|mix| &mix.employment).unwrap_or("unemployed");
    answers.insert(Characteristic::Employment, Answer::Is(employment.try_into()?));
    if life.chance.percent(20.0) {
        let answer = if life.chance.percent(40.0) {
            Answer::Is("long-term condition".try_into()?)
        } else {
            Answer::Is("none".try_into()?)
        };
        answers.insert(Characteristic::Disability, answer);
    }
    life.say(on, Described { answers });
    Ok(())
}

/// Where the person lives and how to reach them. Telephone numbers are of the range that Ofcom keeps for drama.
fn reach(life: &mut Life<'_>, on: Date) -> Result<(), SyntheticError> {
    let street = life.pick(|words| &words.streets)?;
    let kind = life.chance.weighted(&[
        (AddressKind::Home, 90.0),
        (AddressKind::Temporary, 8.0),
        (AddressKind::NoFixedAbode, 2.0),
    ]);
    let house = life.chance.between(1, 140);
    let town = life.council.name.trim_end_matches(" Council");
    let lines = vec![format!("{house} {street}").try_into()?, town.try_into()?];
    let postcode = format!("ZZ{} {}ZZ", life.chance.between(1, 99), life.chance.between(1, 9)).try_into()?;
    let kind = kind.unwrap_or(AddressKind::Home);
    life.say(on, Address { kind, lines, postcode: Some(postcode), uprn: None, from: None, until: None });
    let number = life.chance.between(0, 999);
    let value = format!("07700 900{number:03}").try_into()?;
    let write = life.chance.percent(85.0);
    let safe = SafeContact {
        write,
        // Seven in ten of those who may be written to asked for reminders; the number decides, so that no draw is added.
        reminders: write && number % 10 < 7,
        voicemail: life.chance.percent(60.0),
        name_the_service: life.chance.percent(25.0),
        ..SafeContact::default()
    };
    life.say(on, ContactDetail { route: Route::Mobile, value, safe, current: true });
    Ok(())
}

/// A few records are restricted, and a few exclude somebody.
fn who_may_see(life: &mut Life<'_>, on: Date) -> Result<(), SyntheticError> {
    if life.chance.percent(0.5) {
        let only = life.team_manager_on(on).into_iter().collect();
        life.say(on, Restricted { reason: "known to staff".try_into()?, only });
    }
    if life.chance.percent(0.4)
        && let Some(worker) = life.somebody(Role::UnpaidWorkSupervisor)
    {
        life.say(on, Excluded { worker, reason: "a relative".try_into()? });
    }
    Ok(())
}
