//! One commitment: what it says, how it stands and why, milestones, risks, evidence, what was told; and, for those who may,
//! telling how far it is.

use super::part::{Part, body};
use super::{Head, STAFF, Said, Then, frame, fresh, look, record, tag, today};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use planning::action::{Evidence, Evidenced, MilestoneReached, Progressed, Resource, Stage};
use planning::{Commitment, ItemRef, Line, MilestoneRef, Note, What};
use service::{PlanId, PlanView};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/items/{item}", STAFF, "one commitment of a plan", show).post(
        "/plans/{plan}/items/{item}",
        STAFF,
        "tell how a piece of work is",
        tell,
    )
}

struct Milestone {
    id: String,
    text: String,
    due: String,
    reached: Option<String>,
    is_late: bool,
}

struct Told {
    on: String,
    stage: &'static str,
    note: String,
    by: String,
    href: String,
}

/// Evidence in words, with where it leads.
struct Shown {
    text: String,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "plans/action.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    version: u64,
    action: String,
    part: Part,
    level: String,
    above: Vec<(String, String, String)>,
    below: Vec<Part>,
    said: String,
    supporting: Vec<String>,
    resources: Vec<String>,
    awaits: Vec<(String, String, &'static str, &'static str)>,
    serves: Vec<(String, String)>,
    milestones: Vec<Milestone>,
    risks: Vec<String>,
    evidence: Vec<Shown>,
    equality: Option<String>,
    told: Vec<Told>,
    stages: Vec<(&'static str, &'static str)>,
    kinds: Vec<(&'static str, &'static str)>,
    indicators: Vec<(String, String)>,
    open_milestones: Vec<(String, String)>,
}

const STAGES: [(&str, &str); 3] =
    [("under_way", "Under way"), ("done", "Done"), ("stopped", "Stopped: say why in the note")];

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, item)): Path<(String, String)>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let form = fresh(&desk, [("happened", today(&desk))]);
    page(&desk, &seen, &id, &view, &then, &item, form)
}

fn page(
    desk: &Desk,
    seen: &Seen,
    id: &PlanId,
    view: &PlanView,
    then: &Then,
    item: &str,
    form: Form,
) -> Result<Response, Trouble> {
    let reference = ItemRef::try_from(item).map_err(|_| Trouble::NotFound)?;
    let plan = &view.plan;
    let known = plan.commitments.get(&reference).ok_or(Trouble::NotFound)?;
    let head = Head::of(id, view, then, "items");
    let rule = desk.rules().rag();
    let of = |item: &Commitment| Part::of(plan, rule, item, 0, &head.base, view.judged_on);
    let mut above = Vec::new();
    let mut at = known.under.clone();
    while let Some(higher) = at.as_ref().and_then(|id| plan.commitments.get(id)) {
        above.insert(
            0,
            (
                format!("{}/items/{}", head.base, encoded(higher.id.as_str())),
                higher.id.to_string(),
                higher.text.to_string(),
            ),
        );
        at.clone_from(&higher.under);
    }
    let work = &known.work;
    let awaits = work.awaits.iter().filter_map(|id| plan.commitments.get(id)).map(|other| {
        let rating = planning::rag::rate(plan, rule, other, view.judged_on);
        let href = format!("{}/items/{}", head.base, encoded(other.id.as_str()));
        (href, other.id.to_string(), rating.colour.word(), tag(rating.colour))
    });
    let serves = known.serves.iter().map(|id| {
        let text = plan.framework.get(id).map(|frame| frame.text.to_string());
        let text = text.or_else(|| plan.commitments.get(id).map(|item| item.text.to_string()));
        (id.to_string(), text.unwrap_or_default())
    });
    let risks =
        plan.risks.values().filter(|risk| risk.closed.is_none() && risk.noted.item.as_ref() == Some(&reference));
    let equality =
        plan.equality.get(&Some(reference.clone())).or_else(|| plan.equality.get(&None)).map(|(on, assessed)| {
            format!(
                "Assessed on {}: {}; looked at again by {}.",
                when::day(*on),
                assessed.note,
                when::day(assessed.review_by)
            )
        });
    let page = Page {
        frame: frame(desk, seen),
        version: view.version,
        action: format!("{}/items/{}", head.base, encoded(item)),
        part: of(known),
        level: capitalised(known.level.one().trim_start_matches("an ").trim_start_matches("a "))
            .trim_end_matches('.')
            .to_owned(),
        above,
        below: plan.commitments.under(&reference).map(of).collect(),
        said: work.scheduled.as_ref().and_then(|one| one.said.as_ref()).map(ToString::to_string).unwrap_or_default(),
        supporting: work.supporting.iter().map(|one| body(plan, one)).collect(),
        resources: work
            .resources
            .iter()
            .map(|(from, what)| format!("{} from {}", resource(what), body(plan, from)))
            .collect(),
        awaits: awaits.collect(),
        serves: serves.collect(),
        milestones: work.milestones.iter().map(|one| milestone(one, view.judged_on)).collect(),
        open_milestones: work
            .milestones
            .iter()
            .filter(|one| one.reached.is_none())
            .map(|one| (one.set.milestone.to_string(), one.set.text.to_string()))
            .collect(),
        risks: risks.map(|risk| risk.noted.text.to_string()).collect(),
        evidence: work.evidence.iter().map(|one| evidence(plan, &head.base, one)).collect(),
        equality,
        told: told(view, &reference, &head.base),
        stages: STAGES.to_vec(),
        kinds: vec![("document", "A document: title and where it is kept"), ("address", "An address on the web")],
        indicators: plan
            .indicators
            .values()
            .map(|one| (one.defined.indicator.to_string(), one.defined.name.to_string()))
            .collect(),
        form,
        head,
    };
    crate::frame::page_with(page.form.status(), &page)
}

fn resource(resource: &Resource) -> String {
    match resource {
        Resource::Money(pence) => planning::funding::Pence(*pence).to_string(),
        Resource::InKind(text) => text.to_string(),
    }
}

fn milestone(milestone: &planning::action::Milestone, today: Date) -> Milestone {
    Milestone {
        id: milestone.set.milestone.to_string(),
        text: milestone.set.text.to_string(),
        due: when::short_day(milestone.set.due),
        reached: milestone.reached.map(when::short_day),
        is_late: milestone.reached.is_none() && milestone.set.due < today,
    }
}

fn evidence(plan: &planning::Plan, base: &str, evidence: &Evidence) -> Shown {
    match evidence {
        Evidence::Document(title) => Shown { text: title.to_string(), href: None },
        Evidence::Address(address) => Shown { text: address.to_string(), href: Some(address.to_string()) },
        Evidence::Indicator(indicator) => Shown {
            text: plan
                .indicators
                .get(indicator)
                .map_or_else(|| indicator.to_string(), |one| format!("Live figure: {}", one.defined.name)),
            href: Some(format!("{base}/indicators/{}", encoded(indicator.as_str()))),
        },
    }
}

/// What was told of a piece of work, the latest first, each with the entry behind it.
fn told(view: &PlanView, item: &ItemRef, base: &str) -> Vec<Told> {
    let mut told: Vec<_> = view
        .history
        .effective()
        .into_iter()
        .filter_map(|event| match &event.what {
            What::Progressed(progressed) if progressed.item == *item => Some(Told {
                on: when::day(event.stamp.happened),
                stage: progressed.stage.words(),
                note: progressed.note.to_string(),
                by: event.stamp.by.to_string(),
                href: format!("{base}/entries/{}", event.stamp.id),
            }),
            _ => None,
        })
        .collect();
    told.reverse();
    told
}

async fn tell(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, item)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let then = Then::default();
    let (plan, view) = look(&desk, &seen, &id, &then).await?;
    let reference = ItemRef::try_from(item.as_str()).map_err(|_| Trouble::NotFound)?;
    let happened = when::typed_day(form.get("happened"), desk.now());
    if happened.is_none() {
        form.wrong("happened", "Write the day as 9/3/2026. It is not after today.");
    }
    let what = what(&reference, &mut form);
    let (Some(happened), Some(what)) = (happened, what) else {
        return page(&desk, &seen, &plan, &view, &then, &item, form);
    };
    let said = match &what {
        What::MilestoneReached(_) => "The milestone is recorded as reached",
        What::Evidenced(_) => "The evidence is recorded",
        _ => "How the work is has been recorded",
    };
    let to = format!("/plans/{}/items/{}", encoded(plan.as_str()), encoded(&item));
    let done = (format!("{said} on {item}."), to.as_str());
    match record(&desk, &seen, (&plan, &view), &form, Said { happened, what }, done).await? {
        Ok(response) => Ok(response),
        Err(sentence) => {
            form.wrong(field(&form), sentence);
            let (_, now) = look(&desk, &seen, &id, &then).await?;
            page(&desk, &seen, &plan, &now, &then, &item, form)
        }
    }
}

/// The field at which a refusal is said.
fn field(form: &Form) -> &'static str {
    match form.get("tell") {
        "milestone" => "milestone",
        "evidence" => "evidence",
        _ => "note",
    }
}

/// What the form tells; mistakes are said beside their fields.
fn what(item: &ItemRef, form: &mut Form) -> Option<What> {
    match form.get("tell") {
        "milestone" => {
            let milestone = MilestoneRef::try_from(form.get("milestone"));
            if milestone.is_err() {
                form.wrong("milestone", "Choose the milestone that was reached.");
            }
            Some(MilestoneReached { item: item.clone(), milestone: milestone.ok()? }.into())
        }
        "evidence" => {
            let evidence = evidence_of(form).map_err(|sentence| form.wrong("evidence", sentence)).ok()?;
            Some(Evidenced { item: item.clone(), evidence }.into())
        }
        _ => {
            let stage = stage(form.get("stage"));
            if stage.is_none() {
                form.wrong("stage", "Choose how far it is.");
            }
            let note = Note::try_from(form.get("note"));
            if note.is_err() {
                form.wrong("note", "Say what has been done, or why it was stopped, in at most 10,000 characters.");
            }
            Some(Progressed { item: item.clone(), stage: stage?, note: note.ok()? }.into())
        }
    }
}

pub(super) fn stage(word: &str) -> Option<Stage> {
    match word {
        "not_begun" => Some(Stage::NotBegun),
        "under_way" => Some(Stage::UnderWay),
        "done" => Some(Stage::Done),
        "stopped" => Some(Stage::Stopped),
        _ => None,
    }
}

fn evidence_of(form: &Form) -> Result<Evidence, String> {
    let text = form.get("evidence");
    if !form.get("indicator").is_empty() {
        let indicator = planning::IndicatorRef::try_from(form.get("indicator"));
        return indicator.map(Evidence::Indicator).map_err(|error| capitalised(&error.to_string()));
    }
    let line = Line::try_from(text)
        .map_err(|_| "Say what shows it: a title, an address, or a figure of the plan.".to_owned())?;
    Ok(if form.get("kind") == "address" { Evidence::Address(line) } else { Evidence::Document(line) })
}
