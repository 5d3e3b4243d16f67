//! Money divided between councils by two formulas side by side, with the whole arithmetic. Nothing is kept: a scenario is its
//! address.

use super::{STAFF, frame};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use planning::funding::{Allocation, Formula, Pence, Spend, Spending, allocate, compare, ring_fence};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/funding", STAFF, "money divided by formulas, side by side", funding)
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    first: String,
    #[serde(default)]
    second: String,
    #[serde(default)]
    total: String,
    limit: Option<String>,
}

/// A council under both formulas, in words.
struct Row {
    name: String,
    before: String,
    first: String,
    first_change: String,
    second: String,
    second_change: String,
    difference: String,
}

#[derive(Template)]
#[template(path = "plans/funding.html")]
struct Page {
    frame: Frame,
    form: Form,
    title: String,
    source: String,
    firsts: Vec<(String, String)>,
    names: (String, String),
    sources: Vec<String>,
    rows: Vec<Row>,
    sums: Option<Row>,
    arithmetic: Vec<(String, Vec<String>, String)>,
    ring: Option<Ring>,
}

/// What was spent, against the ring-fence and against what each council was given.
struct Ring {
    source: String,
    inside: String,
    /// Each line: council, on what, how much, and why it lies outside, if it does.
    lines: Vec<(String, String, String, String)>,
    overspent: Vec<(String, String)>,
}

async fn funding(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let rules = desk.rules().funding().ok_or(Trouble::NotFound)?;
    let chosen = |id: &str, at: usize| {
        let named = rules.formulas.iter().find(|formula| formula.id.as_str() == id);
        named.or_else(|| rules.formulas.get(at)).cloned().ok_or(Trouble::NotFound)
    };
    let (mut first, mut second) = (chosen(&asked.first, 0)?, chosen(&asked.second, 1)?);
    let mut area = rules.area.clone();
    let limit = asked
        .limit
        .unwrap_or_else(|| first.limit_on_loss_percent.map(|percent| percent.to_string()).unwrap_or_default());
    let total = if asked.total.trim().is_empty() { String::from(area.total) } else { asked.total.trim().to_owned() };
    let mut form = Form::suggesting([
        ("first", first.id.to_string()),
        ("second", second.id.to_string()),
        ("total", total.clone()),
        ("limit", limit.clone()),
    ]);
    match total.replace([',', '£'], "").parse::<Pence>() {
        Ok(pence) => area.total = pence,
        Err(error) => form.wrong("total", capitalised(&error.to_string())),
    }
    match (limit.trim(), limit.trim().parse::<u8>()) {
        ("", _) => (first.limit_on_loss_percent, second.limit_on_loss_percent) = (None, None),
        (_, Ok(percent @ 0..=100)) => {
            (first.limit_on_loss_percent, second.limit_on_loss_percent) = (Some(percent), Some(percent));
        }
        _ => form.wrong("limit", "Write a whole number from 0 to 100, or nothing for no limit."),
    }
    let mut allocated =
        |formula: &Formula| allocate(formula, &area).map_err(|refusal| form.wrong("limit", refusal.sentence)).ok();
    let both = allocated(&first).zip(allocated(&second)).filter(|_| form.mistakes().is_empty());
    let shown = |formula: &Formula| (formula.id.to_string(), formula.title.to_string());
    let page = Page {
        frame: frame(&desk, &seen),
        title: format!("{}, {}", area.title, area.year),
        source: area.source.to_string(),
        firsts: rules.formulas.iter().map(shown).collect(),
        names: (first.title.to_string(), second.title.to_string()),
        sources: [&first, &second].map(|formula| format!("{}: {}", formula.title, formula.source)).to_vec(),
        rows: both.as_ref().map(|(first, second)| rows(first, second)).unwrap_or_default(),
        sums: both.as_ref().map(|(first, second)| sums(first, second)),
        ring: both.as_ref().zip(rules.spending.as_ref()).map(|((given, _), spending)| ring(&first, given, spending)),
        arithmetic: both.map(|(one, other)| vec![told(&first, &one), told(&second, &other)]).unwrap_or_default(),
        form,
    };
    crate::frame::page_with(page.form.status(), &page)
}

fn ring(formula: &Formula, given: &Allocation, spending: &Spending) -> Ring {
    let found = ring_fence(formula, given, spending);
    let council = |id: &planning::BodyRef| {
        given.councils.iter().find(|one| one.council == *id).map_or_else(|| id.to_string(), |one| one.name.to_string())
    };
    let line = |spend: &Spend| {
        let outside = found.outside.iter().find(|one| one.spend == *spend);
        let reason = outside.map(|one| one.reason.clone()).unwrap_or_default();
        (council(&spend.council), spend.text.to_string(), spend.amount.to_string(), reason)
    };
    Ring {
        source: formula.ring_fence.source.to_string(),
        inside: found.inside.to_string(),
        lines: spending.lines.iter().map(line).collect(),
        overspent: found.overspent.iter().map(|(id, by)| (council(id), by.to_string())).collect(),
    }
}

fn told(formula: &Formula, allocation: &Allocation) -> (String, Vec<String>, String) {
    let moved = format!("The limit on loss moved {}.", allocation.moved_by_limit);
    (formula.title.to_string(), allocation.arithmetic(), moved)
}

fn rows(first: &Allocation, second: &Allocation) -> Vec<Row> {
    let changes = first.councils.iter().zip(&second.councils);
    let of = |row: &planning::funding::Comparison, changes: (i128, i128)| Row {
        name: row.name.to_string(),
        before: row.before.to_string(),
        first: row.first.to_string(),
        first_change: signed(changes.0),
        second: row.second.to_string(),
        second_change: signed(changes.1),
        difference: signed(row.difference()),
    };
    let changes = changes.map(|(one, other)| (one.change(), other.change()));
    compare(first, second).iter().zip(changes).map(|(row, changes)| of(row, changes)).collect()
}

/// What they come to together; it must be the total, to the penny.
fn sums(first: &Allocation, second: &Allocation) -> Row {
    let sum = |allocation: &Allocation| Pence(allocation.councils.iter().map(|council| council.gets.0).sum());
    let before = Pence(first.councils.iter().map(|council| council.before.0).sum());
    let (one, other) = (sum(first), sum(second));
    let change = |now: Pence| i128::from(now.0) - i128::from(before.0);
    Row {
        name: "Together".to_owned(),
        before: before.to_string(),
        first: one.to_string(),
        first_change: signed(change(one)),
        second: other.to_string(),
        second_change: signed(change(other)),
        difference: signed(i128::from(other.0) - i128::from(one.0)),
    }
}

/// "+£1,204.00", "−£5.00".
fn signed(pence: i128) -> String {
    let amount = Pence(u64::try_from(pence.unsigned_abs()).unwrap_or(u64::MAX));
    let sign = match pence {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    format!("{sign}{amount}")
}
