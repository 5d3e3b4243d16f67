//! Reports and what-if over a handful of cases.

use crate::shared::{calendars, files, roles, scotland};
use clock::{
    Clock, Detail,
    report::{Comparison, Report},
};
use facts::Timeline;
use jiff::civil::date;

fn cases() -> Vec<Timeline> {
    let induction = ["2026-03-04", "2026-03-06", "2026-03-09", "2026-03-20"];
    let case = |day: &&str| {
        let lines = ["2026-03-02 order.made order=cpo requirements=supervision,unpaid_work upw_hours=120".to_owned()];
        let started = [format!("{day} induction.started"), format!("{day} placement.started")];
        let facts = lines.iter().chain(&started).map(|line| clock::scenario::read_fact(line).unwrap());
        Timeline::new(facts.collect())
    };
    induction.iter().map(case).collect()
}

#[test]
fn a_report_counts_by_standard_quarter_and_team_and_shows_the_targets() {
    let (rulebook, calendars) = (scotland().with_targets(), calendars());
    let clock = Clock::new(&rulebook, roles(&rulebook, &calendars));
    let mut report = Report::new();
    let mut other = Report::new();
    for (number, case) in cases().iter().enumerate() {
        let found = clock.evaluate(case, date(2026, 6, 1), Detail::Plain).unwrap();
        if number < 2 { &mut report } else { &mut other }.add(if number == 0 { "east" } else { "west" }, &found);
    }
    report.merge(&other);
    let rows: Vec<_> = report.rows().filter(|row| row.standard == "nos.induction.begin").collect();
    let row = |index: usize| (rows[index].team, rows[index].counts.met, rows[index].counts.late, rows[index].judged);
    assert_eq!(rows.len(), 2);
    assert_eq!((row(0), row(1)), (("east", 1, 0, 1), ("west", 2, 1, 3)));
    assert_eq!(rows[1].quarter.to_string(), "2026 Q1");
    let targets = report.targets(&rulebook);
    let commence = targets.iter().find(|target| target.standard == "ompb.upw.commence.target").unwrap();
    assert_eq!((commence.percent, commence.percent_met, commence.reached), (Some(80), Some(75.0), Some(false)));
}

#[test]
fn what_if_shows_the_same_cases_under_both_rulebooks() {
    let (rulebook, calendars) = (scotland(), calendars());
    let draft = rulebook.draft(&files("rulebooks/drafts/induction-3-days")).unwrap();
    let (base, draft) =
        (Clock::new(&rulebook, roles(&rulebook, &calendars)), Clock::new(&draft, roles(&draft, &calendars)));
    let mut comparison = Comparison::new();
    for case in cases() {
        let today = date(2026, 6, 1);
        let under = |clock: &Clock<'_>| clock.evaluate(&case, today, Detail::Plain).unwrap().len();
        assert_eq!(under(&base), under(&draft));
        comparison.add(
            "east",
            &base.evaluate(&case, today, Detail::Plain).unwrap(),
            &draft.evaluate(&case, today, Detail::Plain).unwrap(),
        );
    }
    let changed: Vec<_> = comparison.differences().into_iter().filter(clock::report::Difference::is_change).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].standard, "nos.induction.begin");
    assert_eq!((changed[0].base.met, changed[0].draft.met), (3, 1));
}
