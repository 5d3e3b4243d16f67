//! What is asked of measures, as it is typed and as a link says it.

use super::{begun_in, financial_year};
use crate::form::Form;
use crate::when;
use jiff::Timestamp;
use jiff::civil::Date;
use measure::{Cohort, Definition, Length, Scale};
use service::Rules;

/// By what figures may be broken down.
pub(super) fn breakdowns(rules: &Rules) -> Vec<(String, String)> {
    let groups = rules.priority_groups().map(|(_, group)| (group.id.clone(), format!("In the group: {}", group.title)));
    BREAKDOWNS.iter().map(|(value, title)| ((*value).to_owned(), (*title).to_owned())).chain(groups).collect()
}

/// What any record says, and the predictors that are shipped.
const BREAKDOWNS: [(&str, &str); 14] = [
    ("", "Nothing: everybody together"),
    ("age", "Age at the index date"),
    ("sex", "Sex"),
    ("ethnicity", "Ethnicity"),
    ("group", "Crime of the index conviction"),
    ("disposal", "Disposal of the index conviction"),
    ("order", "Kind of order"),
    ("requirement", "Requirements of the order, as imposed"),
    ("programme", "Programme required"),
    ("council", "Council"),
    ("level", "Level of contact, if supervised already"),
    ("ogrs3", "Risk band by OGRS3"),
    ("arp-static", "Risk band by the All Reoffending Predictor"),
    ("previous", "Previous convictions"),
];

/// For how long people are followed.
pub(super) const FOLLOW_UPS: [(&str, &str); 4] =
    [("", "As the definition says"), ("1 year", "1 year"), ("2 years", "2 years"), ("3 years", "3 years")];

/// The definitions that stand side by side unless something else is asked.
const SIDE_BY_SIDE: [&str; 3] = ["scotland-headline", "scotland-without-pseudo", "proven-reoffending"];

/// The most cohorts in one table.
const MOST_COHORTS: usize = 10;

/// What is asked of measures.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) cohorts: Vec<Cohort>,
    pub(super) definitions: Vec<Definition>,
    pub(super) by: Option<String>,
    pub(super) follow_up: &'static str,
    /// By what offences are weighed, if by anything.
    pub(super) scale: Option<Scale>,
    pub(super) as_of: Date,
}

/// The form as it is shown first: the three series, over the last cohorts that can be measured by all of them.
pub(super) fn suggested(definitions: &[Definition], today: Date) -> Form {
    let side_by_side = || definitions.iter().filter(|one| SIDE_BY_SIDE.contains(&one.id.as_str()));
    let measurable = |first: &i16| {
        Cohort::parse(&financial_year(*first))
            .is_ok_and(|cohort| side_by_side().all(|one| one.measurable_from(cohort.last()) <= today.into()))
    };
    let last = (0..10).map(|ago| begun_in(today) - ago).find(measurable).unwrap_or_else(|| begun_in(today) - 3);
    let cohorts: Vec<String> = (0..3).rev().map(|ago| financial_year(last - ago)).collect();
    let ticked = side_by_side().map(|one| ("definition", one.id.clone()));
    Form::suggesting([("cohort", cohorts.join(", "))].into_iter().chain(ticked))
}

impl Asked {
    /// What was understood of what was typed; what was not is wrong in the form.
    pub(super) fn understood(form: &mut Form, rules: &Rules, now: Timestamp) -> Option<Self> {
        let follow_up = FOLLOW_UPS.iter().map(|(value, _)| *value).find(|value| *value == form.get("follow_up"));
        let length = follow_up.and_then(Length::parse);
        let mut definitions: Vec<Definition> = rules
            .definitions()
            .iter()
            .filter(|one| form.has("definition", &one.id))
            .map(|one| length.map_or_else(|| one.clone(), |length| one.clone().followed_for(length)))
            .collect();
        definitions.sort_by_key(|one| SIDE_BY_SIDE.iter().position(|id| *id == one.id).unwrap_or(SIDE_BY_SIDE.len()));
        if definitions.is_empty() {
            form.wrong("definition", "Tick at least one definition.");
        }
        let cohorts = cohorts(form);
        let as_of = match form.get("as_of") {
            "" => Some(when::day_of(now)),
            typed => when::typed_day(typed, now),
        };
        match as_of {
            None => form.wrong("as_of", "Write the day as 4 March 2026 or 4/3/2026."),
            Some(day) if day > when::day_of(now) => {
                form.wrong("as_of", "Nobody knows yet what will be known then. Name today or an earlier day.");
            }
            Some(_) => {}
        }
        let by = breakdowns(rules).into_iter().map(|(value, _)| value).find(|value| *value == form.get("by"));
        if !form.mistakes().is_empty() {
            return None;
        }
        Some(Self {
            cohorts,
            definitions,
            by: by.filter(|by| !by.is_empty()),
            follow_up: follow_up.unwrap_or_default(),
            scale: rules.scales().iter().find(|scale| scale.id == form.get("severity")).cloned(),
            as_of: as_of?,
        })
    }

    /// The address at which the same is asked of another page.
    pub(super) fn address(&self, path: &str) -> String {
        self.address_with(path, self.cohorts.iter(), self.definitions.iter().map(|one| one.id.as_str()), None)
    }

    /// The address of the people behind one row.
    pub(super) fn address_of_row(&self, cohort: &Cohort, definition: &str, word: Option<&str>) -> String {
        self.address_with("/measures/people", [cohort].into_iter(), [definition].into_iter(), word)
    }

    fn address_with<'a>(
        &'a self,
        path: &str,
        cohorts: impl Iterator<Item = &'a Cohort>,
        definitions: impl Iterator<Item = &'a str>,
        word: Option<&str>,
    ) -> String {
        let cohorts: Vec<String> = cohorts.map(ToString::to_string).collect();
        let mut fields = vec![("cohort", cohorts.join(","))];
        fields.extend(definitions.map(|id| ("definition", id.to_owned())));
        fields.extend(self.by.clone().map(|by| ("by", by)));
        fields.extend(Some(("follow_up", self.follow_up.to_owned())).filter(|(_, value)| !value.is_empty()));
        fields.extend(self.scale.iter().map(|scale| ("severity", scale.id.clone())));
        fields.push(("as_of", self.as_of.to_string()));
        fields.extend(word.map(|word| ("row", word.to_owned())));
        format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }
}

fn cohorts(form: &mut Form) -> Vec<Cohort> {
    let typed: Vec<String> = form.get("cohort").split([',', ';']).map(|one| one.trim().to_owned()).collect();
    let mut cohorts = Vec::new();
    for one in typed.iter().filter(|one| !one.is_empty()) {
        match Cohort::parse(one) {
            Ok(cohort) => cohorts.push(cohort),
            Err(error) => form.wrong("cohort", error.to_string()),
        }
    }
    if cohorts.is_empty() && form.mistake("cohort").is_empty() {
        form.wrong("cohort", "Name at least one cohort, such as 2022-23.");
    }
    if cohorts.len() > MOST_COHORTS {
        form.wrong("cohort", format!("Name at most {MOST_COHORTS} cohorts at once."));
    }
    cohorts
}
