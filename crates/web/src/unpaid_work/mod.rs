//! The roll of unpaid work: who in the council has hours to work, for those who supervise it.

use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use record::Purpose;
use service::{OnRoll, PersonId, ROLL_PAGE, Role};

pub(crate) fn routes(routes: Routes) -> Routes {
    let access = Access::Only(&[Role::UnpaidWorkSupervisor, Role::TeamManager]);
    routes.get("/unpaid-work", access, "who has unpaid work to do", roll)
}

/// Where the page before ended.
#[derive(serde::Deserialize)]
struct After {
    after: Option<String>,
    order: Option<String>,
}

/// Somebody on the roll, in words.
struct Line {
    person: String,
    name: String,
    order: String,
    ordered: String,
    credited: String,
    left: String,
    percent: i64,
}

#[derive(Template)]
#[template(path = "unpaid_work/page.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    /// The last person and order, when there may be more.
    next: Option<(String, String)>,
    is_first: bool,
}

async fn roll(State(desk): State<Desk>, seen: Seen, Query(after): Query<After>) -> Result<Response, Trouble> {
    let from = match (after.after, after.order) {
        (Some(person), Some(order)) => Some((PersonId::new(&person).map_err(|_| Trouble::NotFound)?, order)),
        _ => None,
    };
    let is_first = from.is_none();
    let found = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            service.unpaid_work_roll(request, from.as_ref().map(|(person, order)| (person, order.as_str())))
        })
        .await?;
    let is_full = found.len() >= ROLL_PAGE as usize;
    let next = found.last().filter(|_| is_full).map(|last| (last.person.as_str().to_owned(), last.order.clone()));
    let lines = found.iter().map(line).collect();
    frame::page(&Page { frame: Frame::of(&desk, &seen, Section::UnpaidWork), lines, next, is_first })
}

fn line(on_roll: &OnRoll) -> Line {
    let ordered = on_roll.hours_ordered * 60;
    Line {
        person: on_roll.person.as_str().to_owned(),
        name: on_roll.name.clone(),
        order: on_roll.order.clone(),
        ordered: when::minutes(ordered),
        credited: when::minutes(on_roll.minutes_credited),
        left: when::minutes(on_roll.minutes_left()),
        percent: if ordered == 0 { 0 } else { (on_roll.minutes_credited * 100 / ordered).min(100) },
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::World;
    use axum::http::StatusCode;
    use serde_json::json;

    fn with_hours(world: &World, person: &str, family: &str) -> u64 {
        let version = world.say(
            person,
            0,
            "2026-03-02",
            "person.named",
            &json!({"kind": "legal", "given": "Sam", "family": family}),
        );
        let order = json!({
            "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
            "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
            "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 100}],
        });
        world.say(person, version, "2026-03-02", "order.imposed", &order)
    }

    #[tokio::test]
    async fn a_supervisor_sees_who_has_hours_and_how_many() {
        let world = World::new();
        let dan = world.sign_in("w-dan").await;
        assert!(world.get(&dan, "/unpaid-work").await.text.contains("Nobody has unpaid work"));
        with_hours(&world, "p-1", "Adair");
        let version = with_hours(&world, "p-2", "<b>Bain</b>");
        world.say(
            "p-2",
            version,
            "2026-03-02",
            "person.restricted",
            &json!({"reason": "known to staff", "only": ["w-amy"]}),
        );
        let page = world.get(&dan, "/unpaid-work").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("Sam Adair") && page.text.contains("100 hours"), "{}", page.text);
        assert!(!page.text.contains("Bain"), "restricted to others");
        assert!(world.get(&dan, "/unpaid-work?after=p-1&order=CPO-1").await.text.contains("Nobody else"));
    }

    #[tokio::test]
    async fn a_page_of_fifty_leads_to_the_next() {
        let world = World::new();
        for n in 0..51 {
            with_hours(&world, &format!("p-{n:02}"), &format!("Name{n:02}"));
        }
        let dan = world.sign_in("w-dan").await;
        let first = world.get(&dan, "/unpaid-work").await.text;
        assert!(first.contains("Name49") && !first.contains("Name50"));
        assert!(
            first.contains("/unpaid-work?after=p-49&amp;order=CPO-1")
                || first.contains("/unpaid-work?after=p-49&#38;order=CPO-1"),
            "{first}"
        );
        let second = world.get(&dan, "/unpaid-work?after=p-49&order=CPO-1").await.text;
        assert!(second.contains("Name50") && !second.contains("Name49"));
        assert!(first.len() < 100_000, "{} bytes", first.len());
    }
}
