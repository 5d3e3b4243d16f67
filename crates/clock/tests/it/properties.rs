//! What holds of every case, whatever its facts.

use crate::shared::{calendars, roles, scotland};
use calendar::Calendars;
use clock::{Clock, Detail, Kind, Obligation, Rulebook, State, next_change};
use facts::{Fact, FactName, Timeline};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;
use std::sync::LazyLock;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(scotland);
static CALENDARS: LazyLock<Calendars> = LazyLock::new(calendars);
static CLOCK: LazyLock<Clock<'static>> = LazyLock::new(|| Clock::new(&RULEBOOK, roles(&RULEBOOK, &CALENDARS)));

const START: Date = date(2025, 1, 1);
/// The facts that have most to do with one another; half of every case is drawn from these.
const BUSY: [FactName; 24] = [
    FactName::OrderMade,
    FactName::OrderReceived,
    FactName::SupervisionStarted,
    FactName::ReleaseFromCustody,
    FactName::RequirementImposed,
    FactName::RequirementRemoved,
    FactName::ContactLevelSet,
    FactName::ContactLevelSet,
    FactName::ContactCaseManager,
    FactName::ContactInPerson,
    FactName::ContactHeld,
    FactName::ReviewCompleted,
    FactName::ReviewCompleted,
    FactName::NoncomplianceRecorded,
    FactName::NoncomplianceResponseRecorded,
    FactName::BreachProposed,
    FactName::BreachEndorsedByManager,
    FactName::BreachDecision,
    FactName::HoursCredited,
    FactName::UpwExtended,
    FactName::OrderCompleted,
    FactName::StandardExcused,
    FactName::StandardReasonRecorded,
    FactName::YearStarted,
];
const WORDS: [(&str, &[&str]); 9] = [
    ("order", &["cpo", "dtto", "bail_supervision"]),
    ("licence", &["parole", "life"]),
    ("level", &["very_high", "high", "medium", "low"]),
    ("outcome", &["stable", "not_stable"]),
    ("requirement", &["supervision", "unpaid_work", "restricted_movement"]),
    ("incident", &["i1", "i2"]),
    ("with", &["case_manager", "partner"]),
    ("standard", &["nos.contact.high", "nos.allocate", "nos.level_review.medium.next"]),
    ("upw_until", &["2025-12-01", "2026-02-28"]),
];

fn day(number: i64) -> Date {
    START.checked_add(number.days()).unwrap()
}

prop_compose! {
    fn fact()(name in 0..FactName::ALL.len(), busy in proptest::option::of(0..BUSY.len()), on in 0_i64..500, word in 0..WORDS.len(), choice in 0..4_usize,
              hours in proptest::option::of(0_i64..300), timed in proptest::option::of(0_i8..24)) -> Fact {
        let (attribute, choices) = WORDS[word];
        let name = busy.map_or(FactName::ALL[name], |busy| BUSY[busy]);
        let mut fact = Fact::new(name, day(on)).with(attribute, choices[choice % choices.len()]);
        if let Some(hours) = hours {
            fact = fact.with("upw_hours", hours);
        }
        fact.at(timed.map(|hour| jiff::civil::time(hour, 0, 0, 0)))
    }
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    proptest::collection::vec(fact(), 0..40)
}

fn evaluate(facts: &[Fact], today: Date) -> Vec<Obligation<'static>> {
    CLOCK.evaluate(&Timeline::new(facts.to_vec()), today, Detail::Plain).unwrap()
}

type Seen = (String, Date, Option<Date>, State, Option<Date>);

/// What a caller can see of an obligation, in a form that compares.
fn seen(found: &[Obligation<'_>]) -> Vec<Seen> {
    let line = |o: &Obligation<'_>| (o.standard.id().to_owned(), o.opened_on, o.due, o.state, o.on);
    let mut lines: Vec<_> = found.iter().map(line).collect();
    lines.sort();
    lines
}

fn is_figure(obligation: &Obligation<'_>) -> bool {
    matches!(obligation.standard.kind(), Kind::Cap | Kind::Range | Kind::Floor)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_state_agrees_with_its_dates(facts in facts(), today in 0_i64..560) {
        let today = day(today);
        for found in evaluate(&facts, today) {
            let counts_back = found.standard.limit_words().ends_with("before");
            prop_assert!(found.opened_on <= today || counts_back, "{found:?}");
            prop_assert!(found.on.is_none_or(|on| on <= today), "{found:?}");
            if is_figure(&found) {
                continue;
            }
            let due_passed = found.due.is_some_and(|due| due < today);
            let consistent = match found.state {
                State::Met => found.on.is_some_and(|on| found.due.is_none_or(|due| on <= due)),
                State::Late => found.on.zip(found.due).is_some_and(|(on, due)| on >= due),
                State::Missed => due_passed && found.on.is_none(),
                State::Open => !due_passed && found.on.is_none(),
                State::Excused => found.on.is_some(),
                State::NotApplicable => found.on.is_none(),
            };
            prop_assert!(consistent, "{found:?}");
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer_whatever_the_order_of_days(facts in facts(), today in 0_i64..560) {
        let mut one_a_day = facts;
        one_a_day.sort_by_key(|fact| fact.on);
        one_a_day.dedup_by_key(|fact| fact.on);
        let forwards = evaluate(&one_a_day, day(today));
        one_a_day.reverse();
        prop_assert_eq!(seen(&forwards), seen(&evaluate(&one_a_day, day(today))));
    }

    #[test]
    fn what_lies_after_today_changes_nothing(facts in facts(), more in fact(), today in 0_i64..480) {
        let before = evaluate(&facts, day(today));
        let mut facts = facts;
        // The day that a limit counts back from may be known before it comes.
        prop_assume!(more.name != FactName::ParoleQualifyingDate);
        facts.push(Fact { on: day(900), ..more });
        prop_assert_eq!(seen(&before), seen(&evaluate(&facts, day(today))));
    }

    #[test]
    fn nothing_changes_by_itself_before_the_next_change(facts in facts(), today in 0_i64..560) {
        let today = day(today);
        let known: Vec<Fact> = facts.into_iter().filter(|fact| fact.on <= today).collect();
        let found = evaluate(&known, today);
        let next = next_change(&found, today);
        let last = next.map_or(day(1_100), |next| next.yesterday().unwrap());
        prop_assert!(next.is_none_or(|next| next > today));
        prop_assert_eq!(seen(&found), seen(&evaluate(&known, last)));
    }

    #[test]
    fn a_later_start_is_never_due_earlier(start in 0_i64..400, later in 0_i64..100) {
        let due = |start: i64| {
            let facts = [Fact::new(FactName::OrderReceived, day(start)).with("order", "cpo")];
            let found = evaluate(&facts, day(900));
            found.iter().find(|found| found.standard.id() == "nos.allocate").unwrap().due
        };
        prop_assert!(due(start) <= due(start + later));
    }

    #[test]
    fn what_waits_explains_itself_as_it_does_among_all(facts in facts(), today in 0_i64..560) {
        let timeline = Timeline::new(facts);
        let explained = CLOCK.evaluate(&timeline, day(today), Detail::Explained).unwrap();
        let waiting = CLOCK.evaluate(&timeline, day(today), Detail::Waiting).unwrap();
        prop_assert_eq!(seen(&explained), seen(&waiting));
        for (one, other) in explained.iter().zip(&waiting) {
            if other.state.can_still_be_done(other.standard.kind()) {
                prop_assert_eq!(&one.explanation, &other.explanation);
            } else {
                // A reason stated later may have excused what was missed; it keeps its words.
                prop_assert!(other.explanation.is_none() || one.explanation == other.explanation);
            }
        }
    }

    #[test]
    fn an_explained_answer_is_the_plain_answer_with_words(facts in facts(), today in 0_i64..560) {
        let plain = evaluate(&facts, day(today));
        let explained = CLOCK.evaluate(&Timeline::new(facts), day(today), Detail::Explained).unwrap();
        prop_assert_eq!(seen(&plain), seen(&explained));
        prop_assert!(plain.iter().all(|found| found.explanation.is_none()));
        prop_assert!(explained.iter().all(|found| found.explanation.as_ref().is_some_and(|text| text.ends_with('.'))));
    }
}
