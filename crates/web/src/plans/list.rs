//! The plans, and what is late or due soon in any of them.

use super::{STAFF, frame};
use crate::Desk;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::Purpose;
use service::{DueWork, ListedPlan};
use std::collections::BTreeSet;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans", STAFF, "the plans, and what is due in them", list)
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    lead: String,
    #[serde(default)]
    days: String,
}

/// How far ahead can be looked.
const DAYS: [(&str, u16, &str); 3] = [("30", 30, "30 days"), ("90", 90, "90 days"), ("365", 365, "a year")];

struct Row {
    href: String,
    title: String,
    about: String,
    status: String,
    holds: String,
    is_public: bool,
}

struct Due {
    on: String,
    late: String,
    href: String,
    item: String,
    text: String,
    plan: String,
    lead: String,
}

#[derive(Template)]
#[template(path = "plans/list.html")]
struct Page {
    frame: Frame,
    plans: Vec<Row>,
    leads: Vec<(String, bool)>,
    days: Vec<(&'static str, &'static str, bool)>,
    ahead: &'static str,
    late: Vec<Due>,
    soon: Vec<Due>,
}

async fn list(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let (chosen, ahead, words) = DAYS.into_iter().find(|(value, ..)| *value == asked.days).unwrap_or(DAYS[0]);
    let (plans, all) = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            Ok((service.plans(request)?, service.work_due(request, ahead, None)?))
        })
        .await?;
    let leads: BTreeSet<String> = all.iter().filter_map(|due| due.work.lead.clone()).collect();
    let today = when::day_of(desk.now());
    let mut late = Vec::new();
    let mut soon = Vec::new();
    for work in all.into_iter().filter(|due| asked.lead.is_empty() || due.work.lead.as_deref() == Some(&asked.lead)) {
        let Some(due) = work.work.due.as_deref().and_then(|due| due.parse::<Date>().ok()) else { continue };
        if due < today { late.push(said(work, due, today)) } else { soon.push(said(work, due, today)) }
    }
    let page = Page {
        frame: frame(&desk, &seen),
        plans: plans.into_iter().map(row).collect(),
        leads: leads.into_iter().map(|lead| (lead.clone(), lead == asked.lead)).collect(),
        days: DAYS.map(|(value, _, words)| (value, words, value == chosen)).to_vec(),
        ahead: words,
        late,
        soon,
    };
    crate::frame::page(&page)
}

fn row(listed: ListedPlan) -> Row {
    let row = listed.row;
    let day = |text: &str| text.parse::<Date>().map(when::short_day).unwrap_or_default();
    Row {
        href: format!("/plans/{}", encoded(listed.id.as_str())),
        about: format!("{}, {} to {}", row.kind, day(&row.first_day), day(&row.last_day)),
        title: row.title,
        status: row.status,
        holds: row.holds,
        is_public: row.is_public,
    }
}

fn said(due: DueWork, on: Date, today: Date) -> Due {
    let days = (on - today).get_days();
    let milestone = if due.work.milestone.is_empty() { "" } else { "milestone: " };
    Due {
        on: when::short_day(on),
        late: match days {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            -1 => "1 day late".to_owned(),
            days if days < 0 => format!("{} days late", -days),
            days => format!("in {days} days"),
        },
        href: format!("/plans/{}/items/{}", encoded(due.plan.as_str()), encoded(&due.work.item)),
        text: format!("{milestone}{}", due.work.text),
        item: due.work.item,
        plan: due.title,
        lead: due.work.lead.unwrap_or_else(|| "nobody".to_owned()),
    }
}
