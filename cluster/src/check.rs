//! People made up with every trap that a measure must not fall into, followed by the engine of `measure`, by the plan on this
//! machine and by the plan on a cluster: all must say the same to the digit.

use crate::layout;
use crate::plan::Question;
use crate::run::{self, Engine};
use anyhow::{Result, bail};
use clap::Args;
use jiff::civil::date;
use measure::{
    Breakdown, Cohort, Day, Definition, EventRow, Histories, HistoriesBuilder, Known, MeasureError, PersonRow, Scale,
    follow, report,
};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// How many people to make up
    #[arg(long, value_name = "NUMBER", default_value_t = 2_000)]
    people: u32,
    /// The folder of definitions
    #[arg(long, value_name = "FOLDER", default_value = "../definitions")]
    definitions: PathBuf,
    /// In how many parts to lay them out
    #[arg(long, value_name = "NUMBER", default_value_t = 8)]
    parts: usize,
    /// Only under this definition, and without breakdowns: to say how long it takes
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// A cluster's scheduler, such as df://127.0.0.1:50050
    #[arg(long, value_name = "URL")]
    scheduler: Option<String>,
}

/// The definitions that are shipped.
const SHIPPED: [&str; 4] = ["scotland-headline", "scotland-without-pseudo", "proven-reoffending", "return-to-custody"];

/// The breakdowns that are compared.
const BREAKDOWNS: [&[&str]; 4] = [&[], &["age", "sex"], &["disposal", "group"], &["previous", "council"]];

pub(crate) async fn run(asked: &Check) -> Result<()> {
    let (histories, scale) = (made_up(asked.people)?, scale()?);
    let folder = tempfile::tempdir()?;
    layout::write(&histories, asked.parts, folder.path())?;
    println!("{} people, {} events", histories.people(), histories.events());
    let mut engines = vec![("DataFusion here", Engine::Here)];
    engines.extend(asked.scheduler.as_deref().map(|url| ("Ballista", Engine::Cluster(url))));
    let ids = SHIPPED.iter().filter(|id| asked.only.as_deref().is_none_or(|only| only == **id));
    let breakdowns = if asked.only.is_some() { &BREAKDOWNS[..1] } else { &BREAKDOWNS[..] };
    for id in ids {
        for by in breakdowns {
            let definition = definition(&asked.definitions, id)?;
            for (name, engine) in &engines {
                let (ours, theirs) = compare(&histories, folder.path(), &definition, by, &scale, engine).await?;
                println!("{id} by {by:?}: the same; embedded {ours:.3} s, {name} {theirs:.3} s");
            }
        }
    }
    Ok(())
}

pub(crate) fn definition(folder: &Path, id: &str) -> Result<Definition> {
    let file = folder.join(format!("{id}.toml"));
    Ok(Definition::parse(id, &crate::read(&file)?)?)
}

/// Compares both; answers how long each took in seconds.
pub(crate) async fn compare(
    histories: &Histories,
    folder: &Path,
    definition: &Definition,
    by: &[&str],
    scale: &Scale,
    engine: &Engine<'_>,
) -> Result<(f64, f64)> {
    let cohort = Cohort::parse("2016-17")?;
    // What was learned and withdrawn later must not be seen.
    let known = Known { as_of: date(2020, 9, 1).into(), complete: date(2020, 9, 1).into() };
    let by: Vec<String> = by.iter().map(|by| (*by).to_owned()).collect();
    let began = Instant::now();
    let followed = follow(histories, definition, &cohort, known, Some(scale.severe_from))?;
    let named = by.iter().map(|by| Breakdown::named(by, histories)).collect::<Result<Vec<_>, MeasureError>>()?;
    let ours = serde_json::to_string(&report(&followed, &named, Some(scale)))?;
    let our_time = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let question = Question { definition, cohort: &cohort, known, by: &by, scale: Some(scale) };
    let theirs = serde_json::to_string(&run::report(engine, folder, &question).await?)?;
    let their_time = began.elapsed().as_secs_f64();
    if ours != theirs {
        bail!("{} by {by:?}: the figures differ\nembedded {ours}\nplan     {theirs}", definition.id);
    }
    Ok((our_time, their_time))
}

pub(crate) fn scale() -> Result<Scale, MeasureError> {
    Scale::parse(
        "check.toml",
        "id = \"check\"\ntitle = \"Weights of the check\"\nversion = \"1\"\nsource = \"Made up\"\nunit = \"days\"\nsevere_from = 800\nweight = []\n",
    )
}

/// The same numbers on every machine (a xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 33) % u64::from(bound.max(1))).unwrap_or_default()
    }

    fn day(&mut self, from: Day, within: u32) -> Day {
        from.plus(i32::try_from(self.below(within)).unwrap_or_default())
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let place = self.below(u32::try_from(words.len()).unwrap_or(1)) as usize;
        words.get(place).copied().unwrap_or_default()
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }
}

/// People with pseudo-reconvictions, several convictions on one day, unknown offence dates, delayed proof, custody that
/// overlaps, deaths, what was learned late and what was withdrawn.
pub(crate) fn made_up(people: u32) -> Result<Histories, MeasureError> {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let start = Day::from(date(2013, 1, 1));
    let mut builder = HistoriesBuilder::new(["council"], ["sex"]);
    for number in 0..people {
        let sex = chance.one_of(&["female", "male", ""]);
        let born = (!chance.one_in(20)).then(|| chance.day(date(1950, 1, 1).into(), 18_000));
        let left = chance.one_in(15).then(|| chance.day(date(2016, 1, 1).into(), 1_500));
        let person = builder.add_person(&format!("p{number}"), &PersonRow { born, left, words: &[sex] })?;
        let council = chance.one_of(&["hills", "coast", "town"]);
        for _ in 0..chance.below(9) {
            // Days on a grid, so that several fall together.
            let on = start.plus(i32::try_from(chance.below(260) * 10).unwrap_or_default());
            let disposal = chance.one_of(&["custody", "community", "fine", "other", ""]);
            let late = on.plus(i32::try_from(chance.below(700)).unwrap_or_default());
            let custodial = disposal == "custody";
            builder.event(&EventRow {
                kind: chance.one_of(&["conviction", "conviction", "conviction", "caution"]),
                offence: (!chance.one_in(12)).then(|| on.plus(-i32::try_from(chance.below(400)).unwrap_or_default())),
                at_liberty: if custodial { (!chance.one_in(6)).then_some(late) } else { Some(on) },
                disposal,
                group: chance.one_of(&["violent", "dishonesty", "motoring", "minor", "other", ""]),
                weight: (!chance.one_in(5)).then(|| u16::try_from(chance.below(1_000)).unwrap_or_default()),
                learned: chance.one_in(10).then(|| chance.day(on, 1_500)),
                withdrawn: chance.one_in(15).then(|| chance.day(on, 1_500)),
                words: &[council],
                ..EventRow::new(person, "", on)
            })?;
        }
        for _ in 0..chance.below(4) {
            let from = chance.day(start, 2_200);
            let until = (!chance.one_in(8)).then(|| chance.day(from, 300));
            builder.custody(person, from, until);
            builder.event(&EventRow { words: &[council], ..EventRow::new(person, "return", from) })?;
            if let Some(until) = until {
                builder.event(&EventRow { words: &[council], ..EventRow::new(person, "release", until) })?;
            }
        }
    }
    Ok(builder.build())
}
