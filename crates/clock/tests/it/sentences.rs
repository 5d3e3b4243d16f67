//! Explanations that can be read aloud, and what comes with an obligation.

use crate::shared::{calendars, roles, scotland};
use clock::{Clock, Detail, State, next_change};
use facts::Timeline;
use jiff::civil::{Date, date};

fn check<T>(lines: &[&str], today: Date, look: impl FnOnce(&[clock::Obligation<'_>]) -> T) -> T {
    let (rulebook, calendars) = (scotland(), calendars());
    let clock = Clock::new(&rulebook, roles(&rulebook, &calendars));
    let facts = lines.iter().map(|line| clock::scenario::read_fact(line).unwrap()).collect();
    look(&clock.evaluate(&Timeline::new(facts), today, Detail::Explained).unwrap())
}

fn explanation(lines: &[&str], today: Date, standard: &str) -> String {
    check(lines, today, |found| {
        let found = found.iter().find(|obligation| obligation.standard.id() == standard).unwrap();
        found.explanation.clone().unwrap()
    })
}

#[test]
fn an_explanation_names_the_days_skipped_and_why() {
    let lines = ["2026-12-24 order.received order=cpo", "2026-12-30 case_manager.allocated"];
    insta::assert_snapshot!(explanation(&lines, date(2027, 1, 5), "nos.allocate"));
}

#[test]
fn an_explanation_of_a_longer_period_shows_both_dates() {
    let lines = [
        "2026-03-02 requirement.imposed order=cpo requirement=unpaid_work upw_hours=80",
        "2026-05-20 upw.extended upw_until=2026-08-31",
    ];
    insta::assert_snapshot!(explanation(&lines, date(2026, 7, 1), "nos.upw.complete.level1"));
}

#[test]
fn an_explanation_of_a_week_says_which_week() {
    let lines = ["2026-03-02 order.made order=cpo", "2026-03-04 contact.in_person"];
    let text = check(&lines, date(2026, 3, 20), |found| {
        let weeks = found.iter().filter(|one| one.standard.id() == "nos.contact.first_four_weeks");
        weeks.map(|week| week.explanation.clone().unwrap()).collect::<Vec<_>>().join("\n")
    });
    insta::assert_snapshot!(text);
}

#[test]
fn clock_hours_without_a_time_say_that_they_count_to_the_end_of_the_day() {
    let lines = ["2026-03-02 release.on_bail order=bail_supervision"];
    insta::assert_snapshot!(explanation(&lines, date(2026, 3, 3), "bail.seen"));
    let lines = ["2026-03-02T15:30 release.on_bail order=bail_supervision", "2026-03-03T16:00 contact.in_person"];
    insta::assert_snapshot!(explanation(&lines, date(2026, 3, 4), "bail.seen"));
}

#[test]
fn of_two_reviews_the_earlier_due_governs_and_both_reasons_are_shown() {
    let lines =
        ["2026-03-02 order.imposed order=cpo requirements=supervision,", "2026-03-09 contact_level.set level=high"];
    check(&lines, date(2026, 4, 1), |found| {
        let review = |id| found.iter().find(|obligation| obligation.standard.id() == id).unwrap();
        let (first, second) = (review("cpo2.review"), review("nos.level_review.high"));
        assert!(first.due < second.due && first.governed_by.is_none());
        assert_eq!(second.governed_by.unwrap().0.id(), "cpo2.review");
        assert_eq!(serde_json::to_value(second).unwrap()["governed_by"], "cpo2.review");
        assert!(first.explanation.as_deref().unwrap().contains("which falls due later"));
        assert!(second.explanation.as_deref().unwrap().contains("falls due first and governs"));
    });
}

#[test]
fn the_next_change_is_the_day_after_the_next_due_date_or_the_next_period() {
    let lines = ["2026-03-02 order.received order=cpo"];
    let next = |today| check(&lines, today, |found| next_change(found, today));
    assert_eq!(next(date(2026, 3, 2)), Some(date(2026, 3, 5)), "allocation is due on 4 March");
    assert_eq!(next(date(2026, 3, 5)), None, "missed, and it stays so");
    let weekly = ["2026-03-02 contact_level.set level=high", "2026-03-03 contact.case_manager"];
    let next = check(&weekly, date(2026, 3, 4), |found| next_change(found, date(2026, 3, 4)));
    assert_eq!(next, Some(date(2026, 3, 9)), "the week is met, and the next begins on 9 March");
}

#[test]
fn a_reason_stands_beside_what_was_missed_and_an_obligation_is_written_as_json() {
    let lines = [
        "2026-03-02 order.received order=cpo",
        "2026-03-10 case_manager.allocated",
        "2026-03-11 standard.reason_recorded standard=nos.allocate reason=\"Two case managers were ill.\"",
    ];
    check(&lines, date(2026, 3, 12), |found| {
        let late = found.iter().find(|obligation| obligation.standard.id() == "nos.allocate").unwrap();
        assert_eq!((late.state, late.reason.as_deref()), (State::Late, Some("Two case managers were ill.")));
        insta::assert_json_snapshot!(late);
    });
}

#[test]
fn a_year_that_the_calendar_does_not_cover_is_refused_with_a_sentence() {
    let (rulebook, calendars) = (scotland(), calendars());
    let clock = Clock::new(&rulebook, roles(&rulebook, &calendars));
    let facts = vec![clock::scenario::read_fact("2040-03-02 order.received order=cpo").unwrap()];
    let refusal = clock.evaluate(&Timeline::new(facts), date(2040, 3, 12), Detail::Plain).unwrap_err();
    assert!(refusal.to_string().contains("2040"), "{refusal}");
}
