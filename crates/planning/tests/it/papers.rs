//! The real plans of the papers, compared with what was counted in them by hand.

use crate::world::{imported, rule, try_import};
use jiff::civil::date;
use planning::due::due;
use planning::version::change_log;
use planning::{Level, Line, Plan};
use std::collections::BTreeMap;

const S1: &str = include_str!("../../../../examples/plans/national-strategy-2006.toml");
const S2: &str = include_str!("../../../../examples/plans/strategic-plan-2008.toml");
const S4: &str = include_str!("../../../../examples/plans/lothian-borders-2011.toml");
const S5: &str = include_str!("../../../../examples/plans/offender-management-programme.toml");

fn counts(plan: &Plan) -> Vec<(Level, usize)> {
    plan.commitments.counts().into_iter().collect()
}

/// How many commitments of a level stand under each at the top.
fn by_top(plan: &Plan, level: Level) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for item in plan.commitments.standing().filter(|item| item.level == level) {
        let mut top = item;
        while let Some(above) = top.under.as_ref().and_then(|under| plan.commitments.get(under)) {
            top = above;
        }
        *counts.entry(top.id.to_string()).or_default() += 1;
    }
    counts.into_iter().collect()
}

fn table(rows: &[(&str, usize)]) -> Vec<(String, usize)> {
    rows.iter().map(|(id, count)| ((*id).to_owned(), *count)).collect()
}

#[test]
fn the_area_plan_has_every_row_of_appendix_5() {
    let plan = imported(S4).plan();
    let counted = [
        (Level::Aim, 4),
        (Level::Priority, 5),
        (Level::Outcome, 13),
        (Level::Objective, 11),
        (Level::Output, 30),
        (Level::Action, 92),
    ];
    assert_eq!(counts(&plan), counted);
    assert_eq!(by_top(&plan, Level::Output), table(&[("KP1", 5), ("KP2", 7), ("KP3", 5), ("KP4", 4), ("KP5", 9)]));
    assert_eq!(by_top(&plan, Level::Action), table(&[("KP1", 17), ("KP2", 32), ("KP3", 15), ("KP4", 10), ("KP5", 18)]));
    assert_eq!((plan.risks.len(), plan.indicators.len()), (6, 7));
}

#[test]
fn years_and_links_of_the_area_plan_are_those_of_its_tables() {
    let plan = imported(S4).plan();
    let opened = plan.opened.clone().unwrap();
    let actions = || plan.commitments.standing().filter(|item| item.level == Level::Action);
    // Counted in the year column: a row "1-2" begins in year 1 and is due at the end of year 2.
    let mut ends: BTreeMap<Option<i16>, usize> = BTreeMap::new();
    for action in actions() {
        *ends.entry(action.work.due(&opened).map(jiff::civil::Date::year)).or_default() += 1;
    }
    assert_eq!(ends.into_iter().collect::<Vec<_>>(), [(None, 3), (Some(2012), 45), (Some(2013), 24), (Some(2014), 20)]);
    let serving =
        |prefix: &str| actions().filter(|one| one.serves.iter().any(|id| id.as_str().starts_with(prefix))).count();
    assert_eq!((serving("A"), serving("NO")), (26, 72));
}

#[test]
fn the_programme_has_every_goal_project_objective_and_deliverable() {
    let plan = imported(S5).plan();
    assert_eq!(
        counts(&plan),
        [(Level::Goal, 6), (Level::Project, 5), (Level::Objective, 25), (Level::Deliverable, 45)]
    );
    assert_eq!(by_top(&plan, Level::Objective), table(&[("CR", 4), ("CSM", 5), ("ECD", 7), ("PD", 4), ("YP", 5)]));
    assert_eq!(by_top(&plan, Level::Deliverable), table(&[("CR", 5), ("CSM", 12), ("ECD", 11), ("PD", 6), ("YP", 11)]));
    let undated = due(&plan, date(2009, 9, 30), 0).undated;
    insta::assert_debug_snapshot!(undated.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), @r#""PD2.1 PD3.1 PD3.2 PD4.1 PD4.2 CSM3.1 CSM3.2 ECD4.1 ECD4.2 ECD7.2 CR4.1 CR4.2""#);
}

#[test]
fn the_change_log_of_the_programme_is_reproduced() {
    let log = change_log(&imported(S5));
    let numbers: Vec<_> =
        log.iter().map(|entry| (entry.number.as_ref().map(Line::as_str), entry.changes.len())).collect();
    assert_eq!(
        numbers,
        [(Some("0.01"), 0), (Some("0.02"), 7)],
        "the paper's log has one change of vision and six of rows"
    );
    let changes: Vec<_> = log[1].changes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(changes.join("\n"), @r#"
    Vision changed from "Reduce reoffending by early interventions in proportion, with effective reintegration into the community." to "Break the cycle of reoffending by early interventions in proportion, with effective reintegration into the community."
    PG1 changed from "Prevent offending and reoffending by young people, by fitting interventions" to "Prevent reoffending by young people, by fitting interventions"
    PG2 changed from "Divert cases from court where fitting; remand in proportion" to "Divert cases from court where fitting; bail and remand in proportion"
    PG6 changed from "Gender equality: systems and services meet the specific needs of all" to "Equality: systems and services meet the specific needs of all"
    ECD6 changed from "Fewer people reoffend within two years of completing a community sentence" to "Less severe and less frequent reoffending after a community sentence"
    ECD6.1 changed from "People who reoffend within two years of completing a community sentence down by X%" to "Severity and frequency of reoffending after a community sentence down by X%"
    CSM1.3 changed from "Proposals for intermittent or weekend custody, and for alternatives to custody for women" to "Proposals for alternatives to custody for women"
    "#);
}

#[test]
fn a_version_reads_as_it_was_issued() {
    let history = imported(S5);
    let goal = |version: &str| {
        let plan = history.as_of_version(version).unwrap().plan();
        plan.commitments.get(&"PG6".try_into().unwrap()).unwrap().text.to_string()
    };
    assert_eq!(goal("0.01"), "Gender equality: systems and services meet the specific needs of all");
    assert_eq!(goal("0.02"), "Equality: systems and services meet the specific needs of all");
    assert_eq!(history.as_of_version("0.03"), None);
}

#[test]
fn the_strategy_has_every_task_of_every_body() {
    let plan = imported(S1).plan();
    assert_eq!(counts(&plan), [(Level::Goal, 3), (Level::Theme, 5), (Level::Outcome, 23), (Level::Task, 137)]);
    assert_eq!(by_top(&plan, Level::Task), table(&[("1", 33), ("2", 36), ("3", 20), ("4", 16), ("5", 32)]));
    let mut bodies: BTreeMap<String, usize> = BTreeMap::new();
    for task in plan.commitments.standing().filter(|item| item.level == Level::Task) {
        *bodies.entry(task.work.lead.clone().unwrap().to_string()).or_default() += 1;
    }
    let counted = [
        ("cjas", 26),
        ("councils", 25),
        ("executive", 21),
        ("inspectorates", 10),
        ("nab", 15),
        ("partners", 15),
        ("sps", 25),
    ];
    assert_eq!(bodies.into_iter().collect::<Vec<_>>(), table(&counted));
    assert_eq!(due(&plan, date(2008, 5, 1), 0).late.len(), 138, "every task and one milestone");
}

#[test]
fn the_consultation_has_every_question_and_every_star() {
    let plan = imported(S2).plan();
    let consultation = plan.consultations.values().next().unwrap();
    let questions = &consultation.questions;
    let key: Vec<_> = questions.iter().filter(|one| one.key).map(|one| one.question.as_str()).collect();
    assert_eq!((questions.len(), key), (35, vec!["3.b", "3.g", "4.a", "5.b", "6.b", "7.a", "8.a", "9.a"]));
    assert_eq!(counts(&plan), [(Level::Aim, 2), (Level::Objective, 8)]);
    assert_eq!(plan.framework.len(), 7, "pathways");
}

#[test]
fn every_row_keeps_its_paragraph() {
    for (paper, text) in [("S1", S1), ("S2", S2), ("S4", S4), ("S5", S5)] {
        let plan = imported(text).plan();
        let lost: Vec<_> = plan
            .commitments
            .standing()
            .filter(|item| !item.at.as_ref().is_some_and(|at| at.as_str().starts_with(paper)))
            .map(|item| item.id.to_string())
            .collect();
        assert!(lost.is_empty(), "{paper}: {lost:?}");
    }
}

#[test]
fn targets_that_a_paper_leaves_open_say_so() {
    let plan = imported(S5).plan();
    let said: Vec<_> = plan.indicators.iter().map(|(id, one)| format!("{id}: {}", one.against_target().1)).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    released-homeless: The target is 0 by Saturday 30 June 2012; there is no reading.
    reoffending-severity: The target by Thursday 30 June 2011 has no figure ("X%"): nothing can be met or missed yet.
    sentences-completed: The target by Thursday 30 June 2011 has no figure ("X%"): nothing can be met or missed yet.
    upw-commence: The target is 80% by Friday 30 April 2010; there is no reading.
    upw-complete: The target is 60% by Monday 30 April 2012; there is no reading.
    "#);
}

#[test]
fn a_row_too_many_or_too_few_is_noticed() {
    let without = S4.replacen("action = 92", "action = 93", 1);
    insta::assert_snapshot!(try_import(&without).unwrap_err().to_string(), @"counts: the paper has 93 actions, the file 92. Compare them, and mend whichever is wrong.");
    let twice = S5.replacen(r#"id = "PG2""#, r#"id = "PG1""#, 1);
    insta::assert_snapshot!(try_import(&twice).unwrap_err().to_string(), @"id: PG1 stands in the plan already. Choose another reference, or reword the one that stands. (the plan)");
    let unknown = S5.replacen("awaits = [\"ECD1.1\"]", "awaits = [\"ECD9.9\"]", 1);
    insta::assert_snapshot!(try_import(&unknown).unwrap_err().to_string(), @"There is no ECD9.9 in this plan. Place it first, or check the reference. (the plan)");
}

#[test]
fn the_area_plan_after_its_first_year() {
    let plan = imported(S4).plan();
    let on = date(2012, 4, 1);
    let late = due(&plan, on, 30).late;
    assert_eq!(late.len(), 45, "everything of year 1");
    let priority = plan.commitments.get(&"KP1".try_into().unwrap()).unwrap();
    let rating = planning::rag::rate(&plan, &rule(), priority, on);
    insta::assert_debug_snapshot!(rating, @r#"
    Rating {
        colour: Red,
        reason: "2 of 2 outcomes are red.",
    }
    "#);
}
