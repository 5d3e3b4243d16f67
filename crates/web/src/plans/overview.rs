//! A plan at a glance: what it commits to, how that stands, and why; filtered by lead, year, what it serves, and status.

use super::part::{Part, tree};
use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::words::many;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use planning::Plan;
use planning::rag::Colour;
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}", STAFF, "a plan: what it commits to and how that stands", overview)
}

#[derive(Clone, Default, serde::Deserialize)]
struct Asked {
    #[serde(default)]
    lead: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    serves: String,
    #[serde(default)]
    colour: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    known_at: String,
    #[serde(default)]
    version: String,
}

/// A choice of a filter: the value, its words, whether it is chosen.
type Choice = (String, String, bool);

/// A filter with its choices.
struct Filter {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

struct Partner {
    name: String,
    roles: String,
    duties: Vec<String>,
}

struct Risk {
    id: String,
    text: String,
    score: String,
    mitigation: Vec<String>,
    owner: String,
}

#[derive(Template)]
#[template(path = "plans/overview.html")]
struct Page {
    frame: Frame,
    head: Head,
    vision: String,
    holds: String,
    colours: Vec<(&'static str, &'static str, usize)>,
    filters: Vec<Filter>,
    is_filtered: bool,
    said: String,
    parts: Vec<Part>,
    partners: Vec<Partner>,
    risks: Vec<Risk>,
    consultations: Vec<(String, String)>,
}

impl Asked {
    fn is_filtered(&self) -> bool {
        [&self.lead, &self.year, &self.serves, &self.colour, &self.stage].iter().any(|value| !value.is_empty())
    }

    fn wants(&self, plan: &Plan, part: &Part) -> bool {
        let year = self.year.parse::<u8>().ok();
        part.is_work
            && (self.lead.is_empty() || part.leads.contains(&self.lead))
            && year.is_none_or(|year| part.years.contains(&year))
            && (self.serves.is_empty() || serves(plan, part, &self.serves))
            && (self.colour.is_empty() || part.word == self.colour)
            && (self.stage.is_empty() || part.stage.words() == self.stage)
    }

    fn then(&self) -> Then {
        Then { known_at: self.known_at.clone(), version: self.version.clone() }
    }
}

/// Whether a part serves something, itself or by what it stands under; or stands under it.
fn serves(plan: &Plan, part: &Part, wanted: &str) -> bool {
    let mut at = planning::ItemRef::try_from(part.id.as_str()).ok();
    while let Some(item) = at.as_ref().and_then(|id| plan.commitments.get(id)) {
        if item.id.as_str() == wanted || item.serves.iter().any(|one| one.as_str() == wanted) {
            return true;
        }
        at = item.under.clone();
    }
    false
}

async fn overview(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let then = asked.then();
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "");
    let plan = &view.plan;
    let all = tree(plan, desk.rules().rag(), &head.base, view.judged_on);
    let work = all.iter().filter(|part| part.is_work).count();
    let mut counts: BTreeMap<Colour, usize> = BTreeMap::new();
    for part in all.iter().filter(|part| part.is_work) {
        *counts.entry(part.colour).or_default() += 1;
    }
    let mut parts = all;
    if asked.is_filtered() {
        parts.retain(|part| asked.wants(plan, part));
        for part in &mut parts {
            part.depth = 0;
        }
    }
    let shown = parts.iter().filter(|part| part.is_work).count();
    let page = Page {
        frame: frame(&desk, &seen),
        vision: plan.vision.as_ref().map(ToString::to_string).unwrap_or_default(),
        holds: plan.commitments.counts_in_words(),
        colours: counts.iter().rev().map(|(colour, count)| (colour.word(), super::tag(*colour), *count)).collect(),
        filters: filters(plan, &asked),
        is_filtered: asked.is_filtered(),
        said: format!("{shown} of {work} pieces of work shown"),
        partners: partners(plan),
        risks: risks(plan),
        consultations: consultations(plan, &head.base),
        parts,
        head,
    };
    crate::frame::page(&page)
}

fn filters(plan: &Plan, asked: &Asked) -> Vec<Filter> {
    let chosen = |value: &str, words: String, now: &str| (value.to_owned(), words, value == now);
    let any = |now: &str| (String::new(), "Any".to_owned(), now.is_empty());
    let led = |body: &planning::BodyRef| {
        plan.commitments
            .standing()
            .any(|item| item.work.lead.as_ref() == Some(body) || item.work.supporting.contains(body))
    };
    let leads = plan.partners.iter().filter(|(body, _)| led(body));
    let leads = leads.map(|(body, partner)| chosen(body.as_str(), partner.joined.name.to_string(), &asked.lead));
    let years = 1..=plan.opened.as_ref().map_or(0, planning::plan::Opened::years);
    let years = years.map(|year| chosen(&year.to_string(), format!("Year {year}"), &asked.year));
    let framework = plan.framework.values().map(|one| (one.id.as_str(), one.text.to_string()));
    let over_work =
        plan.commitments.standing().filter(|item| item.under.is_none() || item.level == planning::Level::Outcome);
    let over_work = over_work.map(|item| (item.id.as_str(), item.text.to_string()));
    let serves = framework.chain(over_work).map(|(id, text)| {
        let short: String = text.chars().take(60).collect();
        chosen(id, format!("{id} {short}"), &asked.serves)
    });
    let colours = [Colour::Red, Colour::Amber, Colour::Green, Colour::Undated, Colour::Complete];
    let colours = colours.map(|colour| chosen(colour.word(), colour.word().to_owned(), &asked.colour));
    let stages = [
        planning::action::Stage::NotBegun,
        planning::action::Stage::UnderWay,
        planning::action::Stage::Done,
        planning::action::Stage::Stopped,
    ];
    let stages = stages.map(|stage| chosen(stage.words(), stage.words().to_owned(), &asked.stage));
    let filter = |name, label, now: &str, choices: Vec<Choice>| Filter {
        name,
        label,
        choices: std::iter::once(any(now)).chain(choices).collect(),
    };
    vec![
        filter("lead", "Lead or partner", &asked.lead, leads.collect()),
        filter("year", "Year", &asked.year, years.collect()),
        filter("serves", "Aim, outcome or priority", &asked.serves, serves.collect()),
        filter("colour", "Stands", &asked.colour, colours.to_vec()),
        filter("stage", "Progress", &asked.stage, stages.to_vec()),
    ]
}

fn partners(plan: &Plan) -> Vec<Partner> {
    let taking_part = plan.partners.values().filter(|partner| partner.left.is_none());
    taking_part
        .map(|partner| Partner {
            name: partner.joined.name.to_string(),
            roles: partner.joined.roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(", "),
            duties: partner.joined.duties.iter().map(ToString::to_string).collect(),
        })
        .collect()
}

fn risks(plan: &Plan) -> Vec<Risk> {
    let open = plan.risks.values().filter(|risk| risk.closed.is_none());
    open.map(|risk| Risk {
        id: risk.noted.risk.to_string(),
        text: risk.noted.text.to_string(),
        score: risk.noted.score().map_or_else(|| "not scored".to_owned(), |score| format!("{score} of 25")),
        mitigation: risk.noted.mitigation.iter().map(ToString::to_string).collect(),
        owner: risk.noted.owner.as_ref().map(|owner| super::part::body(plan, owner)).unwrap_or_default(),
    })
    .collect()
}

/// The consultations, each with its page.
fn consultations(plan: &Plan, base: &str) -> Vec<(String, String)> {
    let all = plan.consultations.values();
    all.map(|one| {
        let open = match one.closed {
            Some(on) => format!("closed on {}", when::day(on)),
            None => format!("open until {}", when::day(one.opened.closes)),
        };
        let (questions, responses) =
            (many(one.questions.len(), "question", "questions"), many(one.responses.len(), "response", "responses"));
        let sentence = format!("{}: {open}, {questions}, {responses}", one.opened.title);
        let href = format!("{base}/consultations/{}", crate::whose::encoded(one.opened.consultation.as_str()));
        (sentence, href)
    })
    .collect()
}
