//! Predictors: how many of every 100 people like somebody reoffended, where and when the predictor was made.
//!
//! A predictor is a file (`predictors/`). It decides nothing; [`crate::calibration`] says how well it does.

use crate::day::Day;
use crate::error::MeasureError;
use crate::statistics::logistic::logistic;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A predictor.
#[derive(Clone, Debug)]
pub struct Predictor {
    file: File,
    /// The category of each code of offence.
    categories: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    title: String,
    version: String,
    source: String,
    licence: String,
    caveat: String,
    form: Form,
    offences: String,
    bands: Bands,
    horizon: Vec<Horizon>,
    numbers: BTreeMap<String, f64>,
    #[serde(default)]
    age: Vec<AgeBand>,
    male: Option<BySex>,
    female: Option<BySex>,
    offence_free: Option<OffenceFree>,
    #[serde(default)]
    items: BTreeMap<String, f64>,
    offence: BTreeMap<String, f64>,
}

/// How a predictor's numbers are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// OGRS3: bands of age, and the rate of sanctions over a career.
    Ogrs3,
    /// The All Reoffending Predictor: powers of age, the first sanctions apart, months free of offences.
    Arp,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bands {
    medium: f64,
    high: f64,
    very_high: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Horizon {
    years: u8,
    constant: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgeBand {
    to: i16,
    male: f64,
    female: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BySex {
    constant: f64,
    age: Vec<f64>,
    gap: f64,
    copas: [f64; 2],
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OffenceFree {
    most_months: u32,
    months: Vec<f64>,
}

/// What a predictor asks of somebody.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The sex in the terms of the predictor, which knows two.
    pub sex: Sex,
    /// The day of birth.
    pub date_of_birth: Day,
    /// The day of the current conviction.
    pub date_of_current_conviction: Day,
    /// The day from which the person is at liberty: sentence, or release.
    pub date_at_start_of_followup: Day,
    /// The day of the assessment: months free of offences count up to it. Without it, none.
    #[serde(default)]
    pub assessment_date: Option<Day>,
    /// All occasions on which the person was sanctioned, the current one included.
    pub sanctions: u32,
    /// The age at the first of them.
    pub age_at_first_sanction: i16,
    /// The category of the current offence, as the predictor names it.
    #[serde(default)]
    pub offence_category: Option<String>,
    /// Or its Home Office code, five digits.
    #[serde(default)]
    pub offence_code: Option<String>,
    /// Answers of an assessment, for predictors that weigh them.
    #[serde(default)]
    pub items: BTreeMap<String, f64>,
}

/// The sex in the terms of a predictor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Sex {
    /// Male.
    #[serde(alias = "M", alias = "male", alias = "MALE", rename = "male")]
    Male,
    /// Female.
    #[serde(alias = "F", alias = "female", alias = "FEMALE", rename = "female")]
    Female,
}

/// What a predictor says of people like somebody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Which predictor, and the version of its file.
    pub model: String,
    /// For each length of time.
    pub chances: Vec<Chance>,
    /// The band, by the longest time.
    pub band: Band,
    /// The sum of the terms, without the constants of the lengths of time.
    pub weight: f64,
    /// What each thing adds.
    pub terms: Vec<Term>,
    /// What must be said with it.
    pub caveat: String,
}

/// The chance within a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Chance {
    /// How many years.
    pub years: u8,
    /// The constant of this length of time and the terms together: the logarithm of the odds.
    pub total_weight: f64,
    /// The chance.
    pub chance: f64,
    /// Of every 100 people, as the predictor's own program rounds it.
    pub percent: f64,
}

/// What one thing adds to the logarithm of the odds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// What.
    pub name: String,
    /// How much.
    pub weight: f64,
}

/// The band in which a percentage lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// The lowest.
    Low,
    /// Above it.
    Medium,
    /// Above that.
    High,
    /// The highest.
    VeryHigh,
}

impl Band {
    /// All, from the lowest.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::VeryHigh];

    /// The word of tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::VeryHigh => "very high",
        }
    }
}

impl Predictor {
    /// Reads a predictor, and the map of offence codes that it names.
    pub fn parse(file: &str, text: &str, offences: &str) -> Result<Self, MeasureError> {
        let read: File = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        let arp = read.male.is_some() && read.female.is_some() && read.offence_free.is_some();
        if read.horizon.is_empty()
            || (read.form == Form::Ogrs3 && read.age.is_empty())
            || (read.form == Form::Arp && !arp)
        {
            return Err(MeasureError::bad(
                file,
                "the file",
                "It lacks numbers that its form needs: see predictors/README.md.",
            ));
        }
        let mut categories = BTreeMap::new();
        let mut rows = csv::Reader::from_reader(offences.as_bytes());
        for row in rows.deserialize::<(String, String)>() {
            let (code, category) = row
                .map_err(|error| MeasureError::Unreadable { file: read.offences.clone(), reason: error.to_string() })?;
            if !read.offence.contains_key(&category) {
                return Err(MeasureError::bad(
                    &read.offences,
                    format!("code {code}"),
                    format!("The category `{category}` has no weight in {file}. Give it one, or correct the map."),
                ));
            }
            categories.insert(code, category);
        }
        Ok(Self { file: read, categories })
    }

    /// The name of the map of offence codes that a predictor's file asks for.
    pub fn offences_file(file: &str, text: &str) -> Result<String, MeasureError> {
        let read: File = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        Ok(read.offences)
    }

    /// Its name on the command line.
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// What people call it, where it was published, and under which licence.
    pub fn describe(&self) -> [&str; 3] {
        [&self.file.title, &self.file.source, &self.file.licence]
    }

    /// What must be said with its bands: which predictor, which version, and what it does not say.
    pub fn caveat(&self) -> String {
        let File { title, id, version, caveat, .. } = &self.file;
        format!("Bands of {title} ({id} {version}), from what was on record at the index date. {caveat}")
    }

    /// Whether it needs the answers of an assessment, which no court paper holds.
    pub fn asks_answers(&self) -> bool {
        !self.file.items.is_empty()
    }

    /// What it says of people like somebody.
    pub fn predict(&self, asked: &Asked) -> Result<Prediction, MeasureError> {
        let ages = Ages::of(asked)?;
        let mut terms = match self.file.form {
            Form::Ogrs3 => self.ogrs3(asked, ages)?,
            Form::Arp => self.arp(asked, ages)?,
        };
        let offence = self.offence(asked)?;
        terms.push(Term { name: "offence".to_owned(), weight: offence });
        terms.extend(self.items(asked)?);
        let weight = terms.iter().map(|term| term.weight).sum::<f64>();
        let chances: Vec<Chance> = self.file.horizon.iter().map(|horizon| self.chance(*horizon, weight)).collect();
        let longest = chances.iter().max_by_key(|chance| chance.years).map_or(0.0, |chance| chance.percent);
        Ok(Prediction {
            model: format!("{} {}", self.file.id, self.file.version),
            band: self.band(longest),
            chances,
            weight,
            terms,
            caveat: self.file.caveat.clone(),
        })
    }

    fn chance(&self, horizon: Horizon, weight: f64) -> Chance {
        let total_weight = horizon.constant + weight;
        let chance = logistic(total_weight);
        let percent = match self.file.form {
            Form::Ogrs3 => (100.0 * chance + 0.5).floor().clamp(1.0, 99.0),
            Form::Arp => (10_000.0 * chance + 0.5).floor() / 100.0,
        };
        Chance { years: horizon.years, total_weight, chance, percent }
    }

    fn band(&self, percent: f64) -> Band {
        let bands = self.file.bands;
        match percent {
            _ if percent >= bands.very_high => Band::VeryHigh,
            _ if percent >= bands.high => Band::High,
            _ if percent >= bands.medium => Band::Medium,
            _ => Band::Low,
        }
    }

    fn number(&self, name: &str) -> Result<f64, MeasureError> {
        self.file.numbers.get(name).copied().ok_or_else(|| {
            MeasureError::bad(
                &self.file.id,
                "numbers",
                format!("`{name}` is missing, and this form of predictor needs it."),
            )
        })
    }

    fn offence(&self, asked: &Asked) -> Result<f64, MeasureError> {
        let category = match (&asked.offence_category, &asked.offence_code) {
            (Some(category), _) => category.to_lowercase().replace('_', " "),
            (None, Some(code)) => match self.categories.get(code) {
                Some(category) => category.clone(),
                None => {
                    return Err(refused(format!(
                        "the offence code `{code}` has no category in {}. Give a code of five digits that has one, or offence_category.",
                        self.file.offences
                    )));
                }
            },
            (None, None) => {
                return Err(refused("neither offence_category nor offence_code is given. Give one.".to_owned()));
            }
        };
        let known = || self.file.offence.keys().map(String::as_str);
        let weight = self.file.offence.get(&category).copied();
        weight.ok_or_else(|| MeasureError::unknown("category of offence", &category, known()))
    }

    /// The answers of an assessment. All of them: an answer that is missing is not a no.
    fn items(&self, asked: &Asked) -> Result<Vec<Term>, MeasureError> {
        if let Some(other) = asked.items.keys().find(|name| !self.file.items.contains_key(*name)) {
            return Err(MeasureError::unknown("item", other, self.file.items.keys().map(String::as_str)));
        }
        let term = |(name, weight): (&String, &f64)| {
            let answer = asked.items.get(name).ok_or_else(|| {
                refused(format!(
                    "the answer to `{name}` is missing. Give it, or use a predictor without an assessment."
                ))
            })?;
            if !(0.0..=4.0).contains(answer) {
                return Err(refused(format!("the answer {answer} to `{name}` is none of 0, 1 and 2.")));
            }
            Ok(Term { name: name.clone(), weight: weight * answer })
        };
        self.file.items.iter().map(term).collect()
    }

    fn ogrs3(&self, asked: &Asked, ages: Ages) -> Result<Vec<Term>, MeasureError> {
        let band = self.file.age.iter().find(|band| ages.at_start <= band.to);
        let band = band.ok_or_else(|| refused(format!("there is no band for the age of {}.", ages.at_start)))?;
        let history = if asked.sanctions == 1 { "first_sanction" } else { "further_sanction" };
        let copas = (f64::from(asked.sanctions) / f64::from(10 + ages.career)).ln();
        Ok(vec![
            term("age and sex", if asked.sex == Sex::Male { band.male } else { band.female }),
            term("history", self.number(history)?),
            term("rate of sanctions", self.number("copas")? * copas),
        ])
    }

    fn arp(&self, asked: &Asked, ages: Ages) -> Result<Vec<Term>, MeasureError> {
        let by_sex = if asked.sex == Sex::Male { &self.file.male } else { &self.file.female };
        let (Some(by_sex), Some(free)) = (by_sex, &self.file.offence_free) else {
            return Err(refused("its file lacks numbers for this sex.".to_owned()));
        };
        let months =
            asked.assessment_date.map_or(0, |assessed| whole_months(asked.date_at_start_of_followup, assessed));
        let mut terms = vec![
            term("sex", by_sex.constant),
            term("age", powers(&by_sex.age, f64::from(ages.at_start))),
            term("number of sanctions", self.number("each_sanction")? * f64::from(asked.sanctions)),
            term("months free of offences", powers(&free.months, f64::from(months.min(free.most_months)))),
        ];
        match asked.sanctions {
            1 => terms.push(term("first sanction", self.number("first_sanction")?)),
            2 => {
                terms.push(term("second sanction", self.number("second_sanction")?));
                terms.push(term("years between the sanctions", by_sex.gap * f64::from(ages.career)));
            }
            more => {
                let copas = (f64::from(more) / f64::from(ages.career + 26)).ln();
                let [once, squared] = by_sex.copas;
                terms.push(term("rate of sanctions", once * copas));
                terms.push(term("rate of sanctions, squared", squared * copas * copas));
            }
        }
        Ok(terms)
    }
}

fn term(name: &str, weight: f64) -> Term {
    Term { name: name.to_owned(), weight }
}

/// `first × x + second × x² + …`
fn powers(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * x)
}

/// Whole months from one day to another; none when the other is earlier.
fn whole_months(from: Day, to: Day) -> u32 {
    let (from, to) = (from.date(), to.date());
    let months = 12 * (i32::from(to.year()) - i32::from(from.year())) + i32::from(to.month()) - i32::from(from.month());
    u32::try_from(months - i32::from(to.day() < from.day())).unwrap_or(0)
}

/// The ages that predictors ask for.
#[derive(Clone, Copy)]
struct Ages {
    at_start: i16,
    /// Years from the first sanction to the current one.
    career: i16,
}

impl Ages {
    fn of(asked: &Asked) -> Result<Self, MeasureError> {
        let at_conviction = asked.date_of_birth.age_on(asked.date_of_current_conviction);
        let at_start = asked.date_of_birth.age_on(asked.date_at_start_of_followup);
        let career = at_conviction - asked.age_at_first_sanction;
        if asked.sanctions == 0 {
            return Err(refused("sanctions is nought, and the current one counts. Give 1 or more.".to_owned()));
        }
        if at_start < 10 || asked.age_at_first_sanction < 8 {
            return Err(refused(format!(
                "an age of {} at the start or of {} at the first sanction is below that of criminal responsibility. Correct the dates.",
                at_start, asked.age_at_first_sanction
            )));
        }
        if career < 0 || at_start < at_conviction {
            return Err(refused(
                "the first sanction lies after the current conviction, or that after the start of the follow-up. Correct the dates."
                    .to_owned(),
            ));
        }
        Ok(Self { at_start, career })
    }
}

fn refused(reason: String) -> MeasureError {
    MeasureError::NotComputable { what: "A prediction", reason }
}
