//! What was so of somebody at a conviction: by what figures are broken down, frozen at the index date whatever was varied,
//! transferred or learned of them later.

use super::told::OF_PEOPLE;
use crate::Rules;
use jiff::civil::Date;
use measure::predictor::{Asked, Predictor, Sex};
use measure::{AtIndex, Breakdown, Day, PriorityGroup};
use record::court::Disposal;
use record::order::{Order, OrderKind, RequirementKind};
use record::person::{Answer, Birth, Characteristic};
use record::{ChargeRef, Record};
use std::collections::BTreeMap;

/// The names of what is said of each conviction, in the order in which it is said.
pub(crate) fn names(rules: &Rules) -> impl Iterator<Item = &str> + Clone {
    ["order", "council", "requirement", "programme", "level"]
        .into_iter()
        .chain(rules.predictors().iter().map(Predictor::id))
        .chain(rules.priority_groups().map(|(_, group)| group.id.as_str()))
}

/// Whether a group of people has a name that is not taken, and names nothing that a record cannot say.
pub(crate) fn can_be_told(group: &PriorityGroup, rules: &Rules) -> Result<(), String> {
    if Breakdown::among(&group.id, names(rules).chain(OF_PEOPLE)).is_ok() {
        return Err(format!("`{}` is the name of another breakdown; choose another id", group.id));
    }
    let kinds = RequirementKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let orders = OrderKind::ALL.iter().map(|kind| kind.as_str()).collect();
    for (field, words, known) in [
        ("sex", &group.sex, vec!["female", "male"]),
        ("offences", &group.offences, rules.groups_of_offence().collect()),
        ("disposals", &group.disposals, DISPOSALS.to_vec()),
        ("orders", &group.orders, orders),
        ("requirements", &group.requirements, kinds),
    ] {
        if let Some(word) = words.iter().find(|word| !known.contains(&word.as_str())) {
            let known = known.join(", ");
            return Err(format!("`{}`, {field}: no record says \"{word}\"; choose of {known}", group.id));
        }
    }
    Ok(())
}

/// What must be read beside figures broken down by a name.
pub(super) fn caveat(name: &str, rules: &Rules) -> Option<String> {
    let predictor = rules.predictors().iter().find(|predictor| predictor.id() == name);
    if let Some((file, group)) = rules.priority_groups().find(|(_, group)| group.id == name) {
        return Some(format!(
            "{}: {} People may be in several groups, which are not added up. ({} {}. Source: {}.)",
            group.title, group.how, file.id, file.version, file.source
        ));
    }
    match name {
        "level" => Some(
            "The level of contact in force on the index date, of who was supervised then already: the level that a new order \
             brings is set later, and depends on what is known of the person by then."
                .to_owned(),
        ),
        _ => predictor.map(Predictor::caveat),
    }
}

/// What was disposed for a charge, and from which day the person was at liberty.
pub(super) struct Sentence<'a> {
    pub(super) disposal: &'static str,
    pub(super) at_liberty: Option<Day>,
    made: Made<'a>,
}

/// What order was made.
enum Made<'a> {
    /// The record does not say.
    NotKnown,
    /// None: a fine, say.
    None,
    /// This one.
    Order(&'a Order),
}

impl<'a> Sentence<'a> {
    /// The first final disposal for a charge from its conviction on.
    pub(super) fn of(record: &'a Record, charge: &ChargeRef, convicted: Date) -> Self {
        let final_ones = record.court.disposals.iter().filter(|(on, disposed)| {
            *on >= convicted && disposed.disposal != Disposal::Deferred && disposed.charges.contains(charge)
        });
        let Some((on, disposed)) = final_ones.min_by_key(|(on, _)| *on) else { return Self::not_known(convicted) };
        let disposal = group_of(disposed.disposal);
        let order = disposed.order.as_ref().and_then(|order| record.orders.get(order));
        let release =
            || record.custody.moves.iter().find(|step| !step.into_custody && step.on >= *on).map(|step| step.on);
        Self {
            disposal,
            at_liberty: if disposal == CUSTODY { release().map(Day::from) } else { Some((*on).into()) },
            made: match order {
                Some(order) => Made::Order(order),
                None if disposal == COMMUNITY => Made::NotKnown,
                None => Made::None,
            },
        }
    }

    /// A conviction of which no disposal is on record.
    pub(super) fn not_known(convicted: Date) -> Self {
        Self { disposal: "", at_liberty: Some(convicted.into()), made: Made::NotKnown }
    }

    fn order(&self) -> &'a str {
        self.of_order("", |order| order.kind.as_str())
    }

    /// The council that the court sent the order to.
    fn council(&self) -> &'a str {
        self.of_order("", |order| order.imposed_for.as_str())
    }

    /// The requirements as imposed, in the order of the statute.
    fn requirements(&self) -> String {
        self.of_order(NONE.to_owned(), |order| {
            let has = |kind: &&RequirementKind| order.imposed_requirements.iter().any(|one| one.kind == **kind);
            let kinds = RequirementKind::ALL.iter().filter(has);
            let kinds: Vec<String> = kinds.map(|kind| kind.as_str().replace('_', " ")).collect();
            if kinds.is_empty() { NONE.to_owned() } else { kinds.join(", ") }
        })
    }

    /// The programme that the court required.
    fn programme(&self, rules: &'a Rules) -> &'a str {
        self.of_order(NONE, |order| {
            let required = order.imposed_requirements.iter().find(|one| one.kind == RequirementKind::Programme);
            let Some(required) = required else { return NONE };
            let meant = required.terms.as_ref().and_then(|terms| rules.programme_meant(terms.as_str()));
            meant.unwrap_or("another programme")
        })
    }

    fn of_order<T: Default>(&self, none: T, say: impl FnOnce(&'a Order) -> T) -> T {
        match self.made {
            Made::NotKnown => T::default(),
            Made::None => none,
            Made::Order(order) => say(order),
        }
    }
}

/// What is said of each conviction of a record.
pub(super) struct Standing<'a> {
    record: &'a Record,
    rules: &'a Rules,
    sex: Option<&'a str>,
    born: Option<Day>,
    /// The days of conviction, each with how many there had been by then, itself among them.
    sanctions: BTreeMap<Date, u32>,
}

impl<'a> Standing<'a> {
    pub(super) fn of(record: &'a Record, rules: &'a Rules) -> Self {
        let mut days: Vec<Date> = record.court.convictions.iter().map(|(on, _)| *on).collect();
        days.sort_unstable();
        days.dedup();
        let sex = match record.person.characteristics.get(&Characteristic::Sex) {
            Some(Answer::Is(word)) => Some(word.as_str()),
            _ => None,
        };
        Self { record, rules, sex, born: born(record), sanctions: days.into_iter().zip(1..).collect() }
    }

    /// The words for a conviction, in the order of [`names`].
    pub(super) fn words(&self, convicted: Date, code: &str, sentence: &Sentence<'a>) -> Vec<String> {
        let from = sentence.at_liberty.map_or(convicted, Day::date);
        let mut words = vec![
            sentence.order().to_owned(),
            sentence.council().to_owned(),
            sentence.requirements(),
            sentence.programme(self.rules).to_owned(),
            self.level(from).to_owned(),
        ];
        let band = |predictor| self.band(predictor, convicted, code, sentence).unwrap_or_default().to_owned();
        words.extend(self.rules.predictors().iter().map(band));
        let at_index = self.at_index(convicted, code, sentence);
        words.extend(self.rules.priority_groups().map(|(_, group)| match group.holds(&at_index) {
            None => String::new(),
            Some(holds) => (if holds { "yes" } else { "no" }).to_owned(),
        }));
        words
    }

    /// What was on record that says in which groups of people somebody is.
    fn at_index(&self, convicted: Date, code: &str, sentence: &Sentence<'a>) -> AtIndex<'_> {
        let (order, requirements) = match sentence.made {
            Made::NotKnown => (None, None),
            Made::None => (Some(""), Some(Vec::new())),
            Made::Order(order) => {
                let requirements = order.imposed_requirements.iter().map(|one| one.kind.as_str());
                (Some(order.kind.as_str()), Some(requirements.collect()))
            }
        };
        AtIndex {
            sex: self.sex,
            offence: self.rules.group_of_offence(code),
            disposal: Some(sentence.disposal).filter(|disposal| !disposal.is_empty()),
            order,
            requirements,
            previous: self.sanctions.get(&convicted).map_or(0, |sanctions| sanctions - 1),
        }
    }

    /// The level of contact of an order that ran on the day before already.
    fn level(&self, on: Date) -> &'static str {
        let supervised = |order: &Order| order.imposed_on < on && order.runs_on(on);
        if !self.record.orders.values().any(supervised) {
            return "not supervised";
        }
        match self.record.supervision.level_on(on) {
            None => "",
            Some(level) => match level.as_str() {
                "very_high" => "very high",
                word => word,
            },
        }
    }

    /// The band of a predictor, from what was on record at the index date; none where it lacks something that it needs.
    fn band(
        &self,
        predictor: &Predictor,
        convicted: Date,
        code: &str,
        sentence: &Sentence<'_>,
    ) -> Option<&'static str> {
        let first = *self.sanctions.keys().next()?;
        let asked = Asked {
            sex: match self.sex? {
                "male" => Sex::Male,
                "female" => Sex::Female,
                _ => return None,
            },
            date_of_birth: self.born?,
            date_of_current_conviction: convicted.into(),
            date_at_start_of_followup: sentence.at_liberty?,
            assessment_date: None,
            sanctions: *self.sanctions.get(&convicted)?,
            age_at_first_sanction: self.born?.age_on(first.into()),
            offence_category: None,
            offence_code: Some(code.to_owned()),
            items: BTreeMap::new(),
        };
        predictor.predict(&asked).ok().map(|prediction| prediction.band.as_str())
    }
}

/// The day of birth, if it is known to the day.
pub(super) fn born(record: &Record) -> Option<Day> {
    match record.person.birth {
        Birth::Full(date) => Some(Day::from(date)),
        Birth::Month(_) | Birth::Year(_) | Birth::NotKnown => None,
    }
}

const NONE: &str = "none";
const CUSTODY: &str = "custody";
const COMMUNITY: &str = "community";
const FINE: &str = "fine";
const OTHER: &str = "other";

/// The groups of disposals.
const DISPOSALS: [&str; 4] = [CUSTODY, COMMUNITY, FINE, OTHER];

/// A disposal in the groups of the bulletin.
fn group_of(disposal: Disposal) -> &'static str {
    match disposal {
        Disposal::Custody => CUSTODY,
        Disposal::CommunityPaybackOrder
        | Disposal::DrugTreatmentAndTestingOrder
        | Disposal::RestrictionOfLibertyOrder
        | Disposal::SupervisedReleaseOrder
        | Disposal::StructuredDeferredSentence => COMMUNITY,
        Disposal::Monetary => FINE,
        Disposal::Deferred | Disposal::Admonition | Disposal::Other => OTHER,
    }
}
