use crate::testing::World;
use axum::http::{StatusCode, header};
use serde_json::json;

/// Twelve people of the council and three of another, fined in May 2023 for an offence of January. Of the twelve, four were
/// convicted again within the year: two for offences of before.
fn begin(world: &World) {
    for number in 0..15 {
        let id = format!("p-{number}");
        let mut version = 0;
        let mut say = |happened: &str, kind: &str, data: &serde_json::Value| {
            version = world.say(&id, version, happened, kind, data);
        };
        let court = json!({"name": "Capital Sheriff Court", "kind": "sheriff_summary"});
        let family = format!("Example{number}");
        say("2023-01-02", "person.named", &json!({"kind": "legal", "given": "Alex", "family": family}));
        say("2023-02-01", "court.charged", &json!({"charge": "C-1", "offence": "Theft", "from": "2023-01-10"}));
        say("2023-05-02", "court.convicted", &json!({"charges": ["C-1"], "court": court}));
        let disposal = if number < 12 { "monetary" } else { "admonition" };
        say("2023-05-09", "court.disposed", &json!({"charges": ["C-1"], "court": court, "disposal": disposal}));
        if number < 4 {
            let from = if number < 2 { "2023-03-01" } else { "2023-07-01" };
            say("2023-08-01", "court.charged", &json!({"charge": "C-2", "offence": "Theft", "from": from}));
            say("2023-11-01", "court.convicted", &json!({"charges": ["C-2"], "court": court}));
        }
    }
    // One is another council's.
    let order = json!({
        "order": "CPO-1", "kind": "cpo", "council": "elsewhere", "report_considered": true,
        "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}],
    });
    world.say("p-0", 6, "2026-03-02", "order.imposed", &order);
}

const ASKED: &str = "/measures?cohort=2023-24&definition=scotland-headline&definition=scotland-without-pseudo";

#[tokio::test]
async fn the_form_suggests_the_last_cohorts_that_can_be_measured() {
    let world = World::new();
    let eve = world.sign_in("w-eve").await;
    let page = world.get(&eve, "/measures").await.text;
    assert!(page.contains("value=\"2021-22, 2022-23, 2023-24\""), "{page}");
    assert_eq!(page.matches(" checked").count(), 3, "the three series side by side");
    assert!(page.contains("aria-current=\"page\""), "{page}");
}

#[tokio::test]
async fn an_analyst_sees_series_side_by_side_and_no_names() {
    let world = World::new();
    begin(&world);
    let eve = world.sign_in("w-eve").await;
    let page = world.get(&eve, ASKED).await.text;
    assert!(page.contains("4 of 15 (26.7%)") && page.contains("2 of 15 (13.3%)"), "{page}");
    assert!(page.contains("The definitions side by side") && page.contains("<svg"), "{page}");
    assert!(!page.contains("Example") && !page.contains("/measures/people"), "{page}");
    let by = world.get(&eve, &format!("{ASKED}&by=disposal")).await.text;
    assert!(by.contains("4 of 12 (33.3%)") || by.contains("Too few people to show"), "{by}");
    assert!(by.contains("Too few people to show"), "the three are not shown: {by}");
    let behind = world.get(&eve, "/measures/people?cohort=2023-24&definition=scotland-headline").await;
    assert_eq!(behind.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn figures_are_taken_away_as_files() {
    let world = World::new();
    begin(&world);
    let eve = world.sign_in("w-eve").await;
    let csv = world.get(&eve, &ASKED.replace("/measures?", "/measures/figures.csv?")).await;
    assert!(csv.text.contains("\nscotland-headline,2023-24,15,4,0.26666666666666666,"), "{}", csv.text);
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let svg = world.get(&eve, &ASKED.replace("/measures?", "/measures/rates.svg?")).await;
    assert!(svg.text.starts_with("<svg") && svg.text.contains("scotland-headline 26.7%"), "{}", svg.text);
}

#[tokio::test]
async fn what_cannot_be_measured_is_said_and_what_was_typed_stays() {
    let world = World::new();
    begin(&world);
    let eve = world.sign_in("w-eve").await;
    let page = world.get(&eve, "/measures?cohort=2025-26&definition=scotland-headline").await.text;
    assert!(page.contains("Not yet measurable"), "{page}");
    for (query, sentence) in [
        ("cohort=soon&definition=scotland-headline", "`soon` is not a cohort."),
        ("cohort=2023-24", "Tick at least one definition."),
        ("cohort=&definition=scotland-headline", "Name at least one cohort"),
        ("cohort=2023-24&definition=scotland-headline&as_of=31+February", "Write the day as 4 March 2026"),
        ("cohort=2023-24&definition=scotland-headline&as_of=1+January+2031", "Name today or an earlier day."),
    ] {
        let answer = world.get(&eve, &format!("/measures?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(answer.text.contains(sentence), "{query}: {}", answer.text);
        let file = world.get(&eve, &format!("/measures/figures.csv?{query}")).await;
        assert_eq!(file.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn a_figure_of_before_is_that_of_before() {
    let world = World::new();
    begin(&world);
    let eve = world.sign_in("w-eve").await;
    let page = world.get(&eve, &format!("{ASKED}&as_of=1+March+2026")).await.text;
    assert!(!page.contains("of 15"), "nothing was on record before 2 March 2026: {page}");
}

#[tokio::test]
async fn a_manager_is_led_to_the_people_of_the_council_and_each_finds_the_look() {
    let world = World::new();
    begin(&world);
    let cat = world.sign_in("w-cat").await;
    let page = world.get(&cat, &format!("{ASKED}&by=disposal")).await.text;
    let people = "/measures/people?cohort=2023-24&amp;definition=scotland-headline&amp;by=disposal";
    assert!(page.contains(people) || page.contains(&people.replace("&amp;", "&#38;")), "{page}");
    let all = "/measures/people?cohort=2023-24&definition=scotland-headline";
    let page = world.get(&cat, all).await.text;
    assert!(page.contains("Example1") && page.contains("href=\"/people/p-1\""), "{page}");
    assert!(!page.contains("Example0"), "another council's record is not listed: {page}");
    let fined = world.get(&cat, &format!("{all}&by=disposal&row=other")).await.text;
    assert!(fined.contains("Example12") && !fined.contains("Example1<"), "{fined}");
    let fay = world.sign_in("w-fay").await;
    let log = world.get(&fay, "/people/p-1/access").await.text;
    assert!(log.to_lowercase().contains("in the list of people behind a figure"), "{log}");
}

#[tokio::test]
async fn figures_are_broken_down_by_crime_and_weighed() {
    let world = World::new();
    for number in 0..12 {
        let (id, mut version) = (format!("p-{number}"), 0);
        let mut say = |happened: &str, kind: &str, data: &serde_json::Value| {
            version = world.say(&id, version, happened, kind, data);
        };
        say("2023-01-02", "person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"}));
        let charges = [("C-1", "04900", "2023-01-10", "2023-05-02"), ("C-2", "00806", "2023-07-01", "2023-11-01")];
        for (charge, code, from, convicted) in charges.into_iter().take(if number < 3 { 2 } else { 1 }) {
            say(from, "court.charged", &json!({"charge": charge, "offence": "As charged", "code": code, "from": from}));
            say(convicted, "court.convicted", &json!({"charges": [charge]}));
        }
    }
    let eve = world.sign_in("w-eve").await;
    let page = world.get(&eve, &format!("{ASKED}&by=group&severity=statutory-maximum")).await.text;
    assert!(page.contains("<td>Dishonesty</td>") && page.contains("3 of 12 (25.0%)"), "{page}");
    assert!(page.contains("Offences are weighed by statutory-maximum 2026.1.") && page.contains("1826"), "{page}");
    let plain = world.get(&eve, &format!("{ASKED}&by=group")).await.text;
    assert!(!plain.contains("How serious</caption>"), "{plain}");
}
