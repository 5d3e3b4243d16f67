//! Reports about a plan: what was written, beside figures that equal the queries behind them.

use crate::plan_cases::{entry, id, plan, planner};
use crate::world::{World, payback_order};
use documents::{Block, Document};
use measure::grid::{Cell, Grid};
use planning::report::{Period, ReportKind};
use serde_json::{Value, json};
use service::{AsOf, FigureName, PlanReport, ReportAsked};
use std::collections::BTreeMap;

/// Three people in the year from April 2025: one order completed, one in force, one imposed the year before.
fn people(world: &World) {
    let worked = |order: &str, session: &str, activity: &str, minutes: u16| json!({"order": order, "session": session, "activity": activity, "minutes": minutes});
    let say = |person: &str, told: &[(&str, &str, Value)]| {
        let named = json!({"kind": "legal", "given": "Kim", "family": "Example"});
        let mut version = world.try_say(person, 0, "2025-03-01", "person.named", &named).unwrap().version;
        for (on, kind, data) in told {
            version = world
                .try_say(person, version, on, kind, data)
                .unwrap_or_else(|error| panic!("{kind} {data}: {error}"))
                .version;
        }
    };
    say(
        "q-1",
        &[
            ("2025-03-01", "person.born", json!({"born": "1990-05-17"})),
            ("2025-03-01", "person.described", json!({"answers": {"sex": {"is": "male"}}})),
            (
                "2025-05-01",
                "report.requested",
                json!({"report": "R", "kind": "court", "by": "Edinburgh Sheriff Court"}),
            ),
            (
                "2025-05-05",
                "report.gaps_checked",
                json!({"report": "R", "specialist": ["Trauma service"], "universal": ["Tenancy support"]}),
            ),
            ("2025-05-06", "order.imposed", payback_order("A-1", 20)),
            (
                "2025-05-07",
                "unpaid_work.placement_proposed",
                json!({"order": "A-1", "placement": "P", "work": "Clear paths"}),
            ),
            ("2025-05-08", "unpaid_work.placement_assessed", json!({"order": "A-1", "placement": "P"})),
            ("2025-05-09", "unpaid_work.placement_started", json!({"order": "A-1", "placement": "P"})),
            ("2025-05-10", "unpaid_work.worked", worked("A-1", "S1", "work", 600)),
            (
                "2025-05-11",
                "noncompliance.recorded",
                json!({"incident": "I", "order": "A-1", "cause": "drift", "what": "did not come"}),
            ),
            ("2025-06-10", "unpaid_work.worked", worked("A-1", "S2", "work", 540)),
            ("2025-06-11", "unpaid_work.worked", worked("A-1", "S3", "other_activity", 60)),
            ("2026-02-20", "order.ended", json!({"order": "A-1", "how": "completed"})),
            ("2026-02-21", "order.exit_questionnaire", json!({"order": "A-1", "independent": true})),
        ],
    );
    say(
        "q-2",
        &[
            ("2025-09-01", "order.imposed", payback_order("B-1", 100)),
            ("2025-10-04", "unpaid_work.worked", worked("B-1", "S1", "work", 330)),
        ],
    );
    say(
        "q-3",
        &[
            ("2025-03-20", "order.imposed", payback_order("C-1", 40)),
            ("2025-03-25", "unpaid_work.worked", worked("C-1", "S1", "work", 300)),
        ],
    );
}

fn asked(kind: ReportKind, period: &str) -> ReportAsked {
    ReportAsked { kind, period: Period::parse(kind, period).unwrap(), known_at: None, most_people: 100 }
}

/// A world with the plan `p`, three people, and the report that is asked for.
fn world() -> World {
    let world = World::new();
    let planner = planner();
    let request = world.request(&planner);
    let version = world.service.open_plan(&request, &plan(&world, "p")).unwrap().version;
    let told = [
        entry(&world, "action.progressed", &json!({"item": "a", "stage": "done", "note": "Agreed"})),
        entry(&world, "action.evidenced", &json!({"item": "a", "evidence": {"document": "Minute 7"}})),
        entry(
            &world,
            "report.told",
            &json!({"report": "cpo", "period": "2025-26", "section": "orders", "text": "A steady year.\n\nNobody <b>waited</b> #long."}),
        ),
    ];
    world.service.record_on_plan(&request, &id(), version, told.to_vec()).unwrap();
    people(&world);
    world
}

fn report(world: &World, asked: &ReportAsked) -> PlanReport {
    let planner = planner();
    let request = world.request(&planner);
    let view = world.service.plan(&request, &id(), &AsOf::Now).unwrap();
    world.service.plan_report(&request, &view, asked).unwrap()
}

fn figures(report: &PlanReport) -> BTreeMap<FigureName, Grid> {
    report.sections.iter().flat_map(|section| section.figures.clone()).collect()
}

/// The cells of a figure's row, after its name.
fn row(grid: &Grid, name: &str) -> Vec<String> {
    let found = grid.rows.iter().find(|row| row[0].words() == name);
    found.unwrap_or_else(|| panic!("{name} in {grid:?}"))[1..].iter().map(Cell::words).collect()
}

#[test]
fn the_years_figures_are_what_a_person_counts_in_the_records() {
    let world = world();
    let year = figures(&report(&world, &asked(ReportKind::Cpo, "2025-26")));
    assert_eq!(row(&year[&FigureName::CpoOrders], "Orders"), ["2", "1", "2"], "C-1 was imposed before, and runs on");
    assert_eq!(row(&year[&FigureName::CpoOrders], "People"), ["2", "1", "2"]);
    let hours = &year[&FigureName::UpwHours];
    assert_eq!(row(hours, "Ordered"), ["120.0", "2", "orders imposed"]);
    // 600 + 540 + 330 minutes; 300 more were before April.
    assert_eq!(row(hours, "Worked"), ["24.5", "3", "sessions"]);
    assert_eq!(row(hours, "Other activity"), ["1.0", "1", "sessions"]);
    // 100 hours less 5½, and 40 less 5.
    assert_eq!(row(hours, "Outstanding at the end"), ["129.5", "2", "orders in force"]);
    assert_eq!(row(&year[&FigureName::UpwWork], "Clear paths"), ["1", "1", "100.0%"]);
    assert_eq!(row(&year[&FigureName::CpoEnded], "completed"), ["1", "1", "100.0%"]);
    assert_eq!(row(&year[&FigureName::CpoExit], "Ended, with an exit questionnaire"), ["1", "1", "100.0%"]);
    let requirements = &year[&FigureName::CpoRequirements];
    assert_eq!(row(requirements, "Offender supervision requirement"), ["2", "2", "100.0%", "2"]);
    let others = &year[&FigureName::CpoOtherRequirements];
    assert_eq!(others.rows.len(), 9, "all but unpaid work");
    assert_eq!(
        row(&year[&FigureName::NoncomplianceCauses], "drift in motivation, or conflict in commitments"),
        ["1", "1", "100.0%"]
    );
    let gaps = &year[&FigureName::GapsNamed];
    assert_eq!(row(gaps, "Trauma service"), ["specialist: to commission", "1", "1", "100.0%", "1"]);
    assert_eq!(row(gaps, "Tenancy support")[0], "universal: to planning partners");
    let people = &year[&FigureName::CpoPeople];
    assert!(people.rows.iter().all(|row| row[2] == Cell::Hidden("few")), "two groups of one: {people:?}");
    let quarter = figures(&report(&world, &asked(ReportKind::Quarterly, "2025-q2")));
    let caseload = &quarter[&FigureName::OrdersCaseload];
    assert_eq!(row(caseload, "Community payback order"), ["1", "0", "2"], "as it stood on the last of June");
}

#[test]
fn every_figure_of_a_report_is_the_figure_that_is_asked_for_alone_and_stands_in_the_document() {
    let world = world();
    let planner = planner();
    let mut seen = 0;
    for (kind, period) in
        [(ReportKind::Quarterly, "2026-q1"), (ReportKind::Annual, "2025-26"), (ReportKind::Cpo, "2025-26")]
    {
        let asked = asked(kind, period);
        let report = report(&world, &asked);
        let document = report.document();
        let html = documents::html(&document);
        for (name, grid) in figures(&report) {
            // Later, so that it is counted anew.
            world.later(601);
            let request = world.request(&planner);
            let view = world.service.plan(&request, &id(), &AsOf::Now).unwrap();
            let alone = world.service.plan_figure(&request, &view, &asked, name).unwrap();
            assert_eq!((&alone.rows, &alone.notes), (&grid.rows, &grid.notes), "{}", name.name());
            let words: Vec<Vec<String>> = alone.rows.iter().map(|row| row.iter().map(Cell::words).collect()).collect();
            let set = tables(&document).find(|table| table.note.contains(&format!("Figure: {}.", name.name())));
            match set {
                Some(table) => assert_eq!(table.rows, words, "{}", name.name()),
                None => assert!(words.is_empty() && html.contains(&format!("({})", name.name())), "{}", name.name()),
            }
            seen += 1;
        }
    }
    assert!(seen >= 30, "{seen}");
}

fn tables(document: &Document) -> impl Iterator<Item = &documents::Table> {
    document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

#[test]
fn the_structure_of_the_report_on_payback_orders_is_pinned() {
    let world = world();
    let document = report(&world, &asked(ReportKind::Cpo, "2025-26")).document();
    let mut said = vec![document.title.clone(), document.subtitle.clone()];
    said.extend(document.about.clone());
    said.extend(document.blocks.iter().map(|block| match block {
        Block::Heading(text) => format!("## {text}"),
        Block::Paragraph(text) | Block::Quiet(text) => text.clone(),
        Block::Table(table) => {
            let columns: Vec<&str> = table.columns.iter().map(|(title, _)| title.as_str()).collect();
            let rows: Vec<String> = table.rows.iter().map(|row| format!("\n  {}", row.join(" | "))).collect();
            format!("{}\n  {}{}\n  {}", table.caption, columns.join(" | "), rows.concat(), table.note)
        }
    }));
    insta::assert_snapshot!("cpo_report", said.join("\n"));
    let html = documents::html(&document);
    assert!(html.contains("Nobody &lt;b&gt;waited&lt;/b&gt; #long."), "what was written is never markup");
}

#[test]
fn a_report_that_was_issued_is_read_as_it_was_known_then() {
    let world = world();
    let planner = planner();
    let request = world.request(&planner);
    let version = world.service.plan(&request, &id(), &AsOf::Now).unwrap().version;
    let year = json!({"report": "cpo", "period": "2024-25"});
    let early = entry(&world, "report.issued", &json!({"report": "cpo", "period": "2025-26"}));
    let refused = world.service.record_on_plan(&request, &id(), version, vec![early]).unwrap_err().to_string();
    assert!(refused.contains("Issue the report once its period is over."), "{refused}");
    world.service.record_on_plan(&request, &id(), version, vec![entry(&world, "report.issued", &year)]).unwrap();
    let mut which = asked(ReportKind::Cpo, "2024-25");
    let ordered = |which: &ReportAsked| row(&figures(&report(&world, which))[&FigureName::UpwHours], "Worked");
    assert_eq!(ordered(&which), ["5.0", "1", "sessions"]);
    world.later(3_600);
    let late = json!({"order": "C-1", "session": "S2", "activity": "work", "minutes": 60});
    world.try_say("q-3", 3, "2025-03-26", "unpaid_work.worked", &late).unwrap();
    assert_eq!(ordered(&which), ["6.0", "2", "sessions"], "it became known later");
    let issued = report(&world, &which).issued_at.expect("it was issued");
    which.known_at = Some(issued);
    let request = world.request(&planner);
    let then = world.service.plan(&request, &id(), &AsOf::KnownAt(issued)).unwrap();
    let made = world.service.plan_report(&request, &then, &which).unwrap();
    assert_eq!(row(&figures(&made)[&FigureName::UpwHours], "Worked"), ["5.0", "1", "sessions"]);
    assert!(made.document().about[0].contains("Issued on 2 March 2026"), "{:?}", made.document().about);
}

#[test]
fn a_published_report_says_what_was_issued_whatever_becomes_known_later() {
    let world = world();
    let planner = planner();
    let request = world.request(&planner);
    let version = world.service.plan(&request, &id(), &AsOf::Now).unwrap().version;
    let year = json!({"report": "cpo", "period": "2024-25"});
    world.service.record_on_plan(&request, &id(), version, vec![entry(&world, "report.issued", &year)]).unwrap();
    let mut which = asked(ReportKind::Cpo, "2024-25");
    let publish = |report: &PlanReport| {
        let event = planning::EventId(world.id());
        world.service.publish_plan_report(&world.request(&planner), (&id(), version + 1), report, event)
    };
    let now = publish(&report(&world, &which)).unwrap_err().to_string();
    assert!(now.contains("The report is not as it was issued."), "{now}");
    let public = || world.service.public_plan(&id(), world.moment()).unwrap().plan;
    assert!(public().reports.is_empty(), "issued is not published");
    which.known_at = report(&world, &which).issued_at;
    let then = world.service.plan(&request, &id(), &AsOf::KnownAt(which.known_at.unwrap())).unwrap();
    let issued = world.service.plan_report(&request, &then, &which).unwrap();
    publish(&issued).unwrap();
    world.later(3_600);
    let late = json!({"order": "C-1", "session": "S2", "activity": "work", "minutes": 60});
    world.try_say("q-3", 3, "2025-03-26", "unpaid_work.worked", &late).unwrap();
    let plan = public();
    let (_, published) = plan.reports.values().next().unwrap().published.clone().unwrap();
    let document = service::published_document(&plan, &published).unwrap();
    assert_eq!(document.blocks, issued.document().blocks, "word for word and figure for figure");
    let mut made_up = published;
    made_up.content.clear();
    let what = planning::What::from(made_up);
    let typed = service::PlanEntry { id: planning::EventId(world.id()), happened: request.today(), what };
    let refused = world.service.record_on_plan(&request, &id(), version + 2, vec![typed]).unwrap_err().to_string();
    assert!(refused.contains("A report is published on its own page"), "{refused}");
}
