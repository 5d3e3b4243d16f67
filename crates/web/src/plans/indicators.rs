//! What a plan is measured by: where each indicator stands against its target, its trend with control limits, and, for live
//! figures, the cases behind a reading for those who may see them.

use super::{Head, STAFF, Said, Then, frame, fresh, look, record, today};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use planning::indicator::{Against, Amount, Indicator, Measured, Source, Unit};
use planning::{IndicatorRef, Line};
use record::Purpose;
use service::{LiveIndicator, PlanId, PlanView};
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/plans/{plan}/indicators", STAFF, "what a plan is measured by", all)
        .get("/plans/{plan}/indicators/{indicator}", STAFF, "an indicator with its trend", one)
        .post("/plans/{plan}/indicators/{indicator}", STAFF, "record a reading of an indicator", measure)
}

/// An indicator in words.
struct Row {
    href: String,
    name: String,
    definition: String,
    source: String,
    is_live: bool,
    latest: String,
    sentence: String,
    standing: &'static str,
    tag: &'static str,
    trend: String,
    measures: String,
}

#[derive(Template)]
#[template(path = "plans/indicators.html")]
struct Page {
    frame: Frame,
    head: Head,
    counts: Vec<(&'static str, &'static str, usize)>,
    rows: Vec<Row>,
    without_live: Option<String>,
}

/// A reading in words.
struct Reading {
    as_of: String,
    amount: String,
    trace: String,
    signal: &'static str,
    /// The cases behind it.
    cases: Option<String>,
}

/// The drawing of a series, in its own units.
struct Drawing {
    points: Vec<(i64, i64)>,
    line: String,
    centre: i64,
    upper: i64,
    lower: i64,
    target: Option<i64>,
    said: String,
}

struct Case {
    person: Option<(String, String)>,
    order: String,
    opened: String,
    due: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "plans/indicator.html")]
struct OnePage {
    frame: Frame,
    head: Head,
    form: Form,
    version: u64,
    action: String,
    row: Row,
    counts: Option<String>,
    baseline: String,
    readings: Vec<Reading>,
    has_cases: bool,
    drawing: Option<Drawing>,
    cases: Option<(String, Vec<Case>, usize)>,
    is_share: bool,
    may_measure: bool,
}

#[derive(Clone, Default, serde::Deserialize)]
struct Behind {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Live readings, or why there are none just now.
async fn live(
    desk: &Desk,
    seen: &Seen,
    view: PlanView,
) -> Result<(PlanView, BTreeMap<IndicatorRef, LiveIndicator>, Option<String>), Trouble> {
    desk.ask(seen, Purpose::Analysis, move |service, request| {
        Ok(match service.live_indicators(request, &view) {
            Ok(live) => (view, live, None),
            Err(service::ServiceError::Asked(sentence)) => (view, BTreeMap::new(), Some(sentence)),
            Err(error) => return Err(error),
        })
    })
    .await
}

async fn all(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/indicators");
    let (view, live, without_live) = live(&desk, &seen, view).await?;
    let mut counts: BTreeMap<&'static str, (&'static str, usize)> = BTreeMap::new();
    let mut rows = Vec::new();
    for (reference, recorded) in &view.plan.indicators {
        let is_live = live.contains_key(reference);
        let indicator = live.get(reference).map_or(recorded, |live| &live.indicator);
        let row = row(indicator, &head.base, is_live);
        counts.entry(row.standing).or_insert((row.tag, 0)).1 += 1;
        rows.push(row);
    }
    let counts = counts.into_iter().map(|(word, (tag, count))| (word, tag, count)).collect();
    crate::frame::page(&Page { frame: frame(&desk, &seen), head, counts, rows, without_live })
}

fn row(indicator: &Indicator, base: &str, is_live: bool) -> Row {
    let defined = &indicator.defined;
    let (against, sentence) = indicator.against_target();
    let (standing, tag) = match against {
        Against::Met => ("met", "green"),
        Against::NotMet => ("not met", "red"),
        Against::Unset => ("target unset", "grey"),
        Against::NoTarget => ("no target", "grey"),
        Against::NoFigure => ("no figure", "yellow"),
    };
    let latest = indicator.readings.last();
    let source = match &defined.source {
        Source::Return(from) => format!("returned by {from}"),
        Source::Standard(standard) => format!("the records, by the standard {standard}"),
        Source::Measure(measure) => format!("the measure {measure}"),
        Source::Published(table) => table.to_string(),
    };
    Row {
        href: format!("{base}/indicators/{}", encoded(defined.indicator.as_str())),
        name: defined.name.to_string(),
        definition: defined.definition.to_string(),
        source,
        is_live,
        latest: latest
            .map(|reading| format!("{}, {}", reading.amount, when::short_day(reading.as_of)))
            .unwrap_or_default(),
        sentence,
        standing,
        tag,
        trend: indicator.trend(),
        measures: defined.measures.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

async fn one(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, indicator)): Path<(String, String)>,
    Query(then): Query<Then>,
    Query(behind): Query<Behind>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let form = fresh(&desk, [("as_of", today(&desk))]);
    show(&desk, &seen, (&id, view), &then, &indicator, &behind, form).await
}

async fn show(
    desk: &Desk,
    seen: &Seen,
    (id, view): (&PlanId, PlanView),
    then: &Then,
    indicator: &str,
    behind: &Behind,
    mut form: Form,
) -> Result<Response, Trouble> {
    let reference = IndicatorRef::try_from(indicator).map_err(|_| Trouble::NotFound)?;
    let head = Head::of(id, &view, then, "indicator");
    let (view, live, _) = live(desk, seen, view).await?;
    let recorded = view.plan.indicators.get(&reference).ok_or(Trouble::NotFound)?;
    let alive = live.get(&reference);
    let shown = alive.map_or(recorded, |live| &live.indicator);
    let row = row(shown, &head.base, alive.is_some());
    if let Some(latest) = alive.and_then(|live| live.indicator.readings.last()).filter(|_| form.get("count").is_empty())
    {
        suggest(&mut form, latest);
    }
    let readings = readings(shown, alive, &row.href);
    let cases = cases(desk, seen, &view, &reference, behind).await?;
    let page = OnePage {
        frame: frame(desk, seen),
        version: view.version,
        action: row.href.clone(),
        counts: alive.map(|live| live.counts.clone()),
        baseline: recorded.defined.baseline.map(|value| value.to_string()).unwrap_or_default(),
        drawing: drawing(shown),
        is_share: recorded.defined.unit == Unit::Percent,
        may_measure: head.may_record,
        cases,
        has_cases: readings.iter().any(|reading| reading.cases.is_some()),
        readings,
        row,
        form,
        head,
    };
    crate::frame::page_with(page.form.status(), &page)
}

/// The form suggests the latest live reading, to be kept as a reading that the public may see.
fn suggest(form: &mut Form, latest: &Measured) {
    match latest.amount {
        Amount::Share { count, base } => {
            form.set("count", count.to_string());
            form.set("base", base.to_string());
        }
        Amount::Number(value) => form.set("count", value.to_string()),
    }
    form.set("as_of", latest.as_of.strftime("%-d/%-m/%Y").to_string());
    form.set("trace", latest.trace.as_ref().map(ToString::to_string).unwrap_or_default());
}

fn readings(indicator: &Indicator, alive: Option<&LiveIndicator>, href: &str) -> Vec<Reading> {
    let chart = indicator.chart();
    let signal = |day: Date| {
        let found = chart.as_ref().and_then(|chart| chart.signals.iter().find(|(on, _)| *on == day));
        found.map_or("", |_| "a change that chance does not explain")
    };
    let all = indicator.readings.iter().rev().map(|reading| {
        let period = alive.and_then(|live| live.readings.iter().find(|one| one.to == reading.as_of));
        Reading {
            as_of: when::day(reading.as_of),
            amount: reading.amount.to_string(),
            trace: reading.trace.as_ref().map(ToString::to_string).unwrap_or_default(),
            signal: signal(reading.as_of),
            cases: period.map(|one| format!("{href}?from={}&to={}#cases", one.from, one.to)),
        }
    });
    all.collect()
}

async fn cases(
    desk: &Desk,
    seen: &Seen,
    view: &PlanView,
    indicator: &IndicatorRef,
    behind: &Behind,
) -> Result<Option<(String, Vec<Case>, usize)>, Trouble> {
    let (Ok(from), Ok(to)) = (behind.from.parse::<Date>(), behind.to.parse::<Date>()) else { return Ok(None) };
    let (plan, asked) = (view.plan.clone(), indicator.clone());
    let (version, judged_on) = (view.version, view.judged_on);
    let found = desk
        .ask(seen, Purpose::Analysis, move |service, request| {
            let view = PlanView {
                version,
                agency: String::new(),
                history: planning::History::default(),
                plan,
                judged_on,
                may_record: false,
                waiting: None,
            };
            service.live_cases(request, &view, &asked, (from, to))
        })
        .await?;
    let hidden = found.iter().filter(|case| case.person.is_none()).count();
    let cases = found.into_iter().filter(|case| case.person.is_some()).map(|case| Case {
        person: case.person.map(|(person, name)| (format!("/people/{}", encoded(person.as_str())), name)),
        order: case.case,
        opened: when::short_day(case.opened_on),
        due: case.due.map(when::short_day).unwrap_or_default(),
        state: case.state,
    });
    Ok(Some((format!("{} to {}", when::day(from), when::day(to)), cases.collect(), hidden)))
}

/// How wide and high a drawing is, in its own units.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 20.0;

/// The series with its mean, control limits and target; none with fewer than two readings.
#[expect(clippy::cast_possible_truncation, reason = "a drawing's units are whole and small")]
#[expect(clippy::cast_precision_loss, reason = "a series has few readings")]
fn drawing(indicator: &Indicator) -> Option<Drawing> {
    let series = indicator.series();
    if series.len() < 2 {
        return None;
    }
    let chart = indicator.chart();
    let target = indicator.target.as_ref().filter(|target| !target.against_baseline).and_then(|target| target.value);
    let values = series.iter().map(|(_, value)| *value);
    let limits = chart.as_ref().map(|chart| [chart.lower, chart.upper]).into_iter().flatten();
    let all: Vec<f64> = values.chain(limits).chain(target).collect();
    let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    let span = if high > low { high - low } else { 1.0 };
    let y = |value: f64| (10.0 + (high - value) / span * (HEIGHT - 20.0)).round() as i64;
    let step = (WIDTH - LEFT - 10.0) / (series.len() - 1) as f64;
    let points: Vec<(i64, i64)> =
        series.iter().enumerate().map(|(n, (_, value))| ((LEFT + step * n as f64).round() as i64, y(*value))).collect();
    let line = points.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
    let (centre, upper, lower) =
        chart.as_ref().map_or((-9, -9, -9), |chart| (y(chart.centre), y(chart.upper), y(chart.lower)));
    let said = match &chart {
        Some(chart) => format!(
            "{} readings; mean {:.1}, control limits {:.1} and {:.1}",
            series.len(),
            chart.centre,
            chart.lower,
            chart.upper
        ),
        None => format!("{} readings, too few for control limits", series.len()),
    };
    Some(Drawing { points, line, centre, upper, lower, target: target.map(y), said })
}

async fn measure(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, indicator)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let then = Then::default();
    let (plan, view) = look(&desk, &seen, &id, &then).await?;
    let reference = IndicatorRef::try_from(indicator.as_str()).map_err(|_| Trouble::NotFound)?;
    let known = view.plan.indicators.get(&reference).ok_or(Trouble::NotFound)?;
    let amount = amount(known.defined.unit, &mut form);
    let as_of = when::typed_day(form.get("as_of"), desk.now());
    if as_of.is_none() {
        form.wrong("as_of", "Write the last day that it covers as 31/3/2026. It is not after today.");
    }
    let (Some(amount), Some(as_of)) = (amount, as_of) else {
        return show(&desk, &seen, (&plan, view), &then, &indicator, &Behind::default(), form).await;
    };
    let trace = Line::try_from(form.get("trace")).ok();
    let what = Measured { indicator: reference, amount, as_of, trace }.into();
    let to = format!("/plans/{}/indicators/{}", encoded(plan.as_str()), encoded(&indicator));
    let (said, done) = (Said { happened: when::day_of(desk.now()), what }, ("The reading is recorded.", to.as_str()));
    match record(&desk, &seen, (&plan, &view), &form, said, done).await? {
        Ok(response) => Ok(response),
        Err(sentence) => {
            form.wrong("count", sentence);
            let (plan, now) = look(&desk, &seen, &id, &then).await?;
            show(&desk, &seen, (&plan, now), &then, &indicator, &Behind::default(), form).await
        }
    }
}

fn amount(unit: Unit, form: &mut Form) -> Option<Amount> {
    if unit == Unit::Percent {
        let (count, base) = (form.get("count").parse().ok(), form.get("base").parse().ok());
        if count.is_none() || base.is_none() {
            form.wrong(
                "count",
                "Write how many of how many, as whole numbers: a per cent cannot be checked without them.",
            );
        }
        return Some(Amount::Share { count: count?, base: base? });
    }
    let value = form.get("count").parse().ok();
    if value.is_none() {
        form.wrong("count", "Write the figure as a number, such as 12 or 3.5.");
    }
    value.map(Amount::Number)
}
