//! Work with partners and communities around a plan: meetings with their papers, minutes and what they agreed; communities on
//! their way through the engagement model; whom the law names to be consulted; newsletters and stories.

use super::part::body;
use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
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
use planning::Plan;
use planning::community::EngagementStage;
use planning::funding::RingFence;
use planning::meeting::{Meeting, MeetingKind};
use planning::money::Standing;
use planning::report::{Period, ReportKind};
use planning::story::Story;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(
        "/plans/{plan}/partnership",
        STAFF,
        "meetings, communities, consultation of those whom the law names, stories",
        show,
    )
}

/// A meeting in words.
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) agenda: Vec<String>,
    pub(crate) papers: Vec<(String, Option<String>)>,
    pub(crate) minutes: String,
    pub(crate) attended: String,
    agreed: Vec<Agreed>,
    is_over: bool,
    is_minuted: bool,
}

struct Agreed {
    number: u16,
    text: String,
    who: String,
    due: String,
    is_late: bool,
    done: Option<String>,
}

struct Community {
    id: String,
    name: String,
    stage: String,
    asks: &'static str,
    since: String,
    priorities: Vec<String>,
    told: Vec<(String, &'static str, String)>,
}

struct Consultee {
    id: String,
    text: String,
    consulted: Vec<(String, String, String)>,
}

struct Told {
    id: String,
    title: String,
    standing: String,
    is_draft: bool,
    /// Why it cannot be published yet; nothing where it can.
    why_not: String,
    can_be_withdrawn: bool,
    text: String,
}

#[derive(Template)]
#[template(path = "plans/partnership.html")]
struct Page {
    frame: Frame,
    head: Head,
    said_of_meetings: String,
    meetings: Vec<Held>,
    communities: Vec<Community>,
    year: String,
    consultees: Vec<Consultee>,
    missing: usize,
    source: String,
    stories: Vec<Told>,
    /// Each service with its fund, budget, spending and what is left; and what was spent outside the ring-fence.
    money: Vec<(String, String, String, String, String, String)>,
    outside: Vec<(String, String, String)>,
}

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/partnership");
    let (plan, today) = (&view.plan, view.judged_on);
    let year = Period::of(ReportKind::Cpo, today);
    let rule = desk.rules().consultees();
    let consultees: Vec<Consultee> = rule
        .in_year(plan, year)
        .into_iter()
        .map(|(one, told)| Consultee {
            id: one.id.to_string(),
            text: one.text.to_string(),
            consulted: told
                .iter()
                .map(|(on, told)| {
                    let did = told.did.as_ref().map(|did| format!(" We did: {did}")).unwrap_or_default();
                    let said = told.said.as_ref().map(|said| format!("{said}{did}")).unwrap_or_default();
                    (when::short_day(*on), format!("{}, by {}", told.who, told.how), said)
                })
                .collect(),
        })
        .collect();
    let standing = plan.money(year, today);
    let ring = desk.rules().funding().and_then(|funding| funding.formulas.first()).map(|one| &one.ring_fence);
    let page = Page {
        frame: frame(&desk, &seen),
        said_of_meetings: in_public(plan, today),
        meetings: meetings(plan, today, |_| true),
        communities: plan.communities.values().map(community).collect(),
        year: year.words(),
        missing: consultees.iter().filter(|one| one.consulted.is_empty()).count(),
        source: rule.source.to_string(),
        consultees,
        money: standing.iter().map(money).collect(),
        outside: ring.iter().flat_map(|ring| outside(ring, &standing)).collect(),
        stories: plan.stories.values().map(|story| told(story, today)).collect(),
        head,
    };
    crate::frame::page(&page)
}

/// Whether the authority meets in public in this quarter, as it must (S4 1.4).
fn in_public(plan: &Plan, today: Date) -> String {
    let quarter = Period::of(ReportKind::Quarterly, today);
    let mut public = plan.meetings.values().filter(|meeting| meeting.called.public);
    let next = public.clone().map(|meeting| meeting.called.on).filter(|on| *on >= today).min();
    match (public.any(|meeting| quarter.contains(meeting.called.on)), next) {
        (true, _) => "There is a public meeting in this quarter, as there must be in each (S4 1.4).".to_owned(),
        (false, Some(on)) => format!(
            "No public meeting is called for this quarter, and there must be one in each (S4 1.4). The next is on {}.",
            when::day(on)
        ),
        (false, None) => "No public meeting is called, and there must be one in each quarter (S4 1.4).".to_owned(),
    }
}

/// Those of the meetings that are wanted, the latest first.
pub(crate) fn meetings(plan: &Plan, today: Date, wanted: impl Fn(&Meeting) -> bool) -> Vec<Held> {
    let mut all: Vec<&Meeting> = plan.meetings.values().filter(|meeting| wanted(meeting)).collect();
    all.sort_by_key(|meeting| std::cmp::Reverse(meeting.called.on));
    all.into_iter().map(|meeting| held(plan, meeting, today)).collect()
}

fn held(plan: &Plan, meeting: &Meeting, today: Date) -> Held {
    let called = &meeting.called;
    let agreed = meeting.agreed().map(|(number, agreed)| {
        let done = meeting.settled.get(&number);
        Agreed {
            number,
            text: agreed.text.to_string(),
            who: body(plan, &agreed.lead),
            due: when::short_day(agreed.due),
            is_late: done.is_none() && agreed.due < today,
            done: done.map(|(on, note)| format!("done on {}: {note}", when::short_day(*on))),
        }
    });
    let attended = meeting.minuted.iter().flat_map(|minuted| &minuted.attended);
    let attended: Vec<String> = attended.map(|(from, count)| format!("{} {count}", body(plan, from))).collect();
    let public = if called.public { "; public" } else { "" };
    let kind = if called.kind == MeetingKind::Training { "" } else { " meeting" };
    Held {
        id: called.meeting.to_string(),
        title: called.title.to_string(),
        about: format!("{}, {}; {}{kind}{public}", when::day(called.on), called.place, called.kind.words()),
        agenda: called.agenda.iter().map(ToString::to_string).collect(),
        papers: meeting
            .papers
            .iter()
            .map(|paper| (paper.title.to_string(), paper.address.as_ref().map(ToString::to_string)))
            .collect(),
        minutes: meeting.minuted.as_ref().map(|minuted| minuted.minutes.to_string()).unwrap_or_default(),
        attended: attended.join(", "),
        agreed: agreed.collect(),
        is_over: called.on <= today,
        is_minuted: meeting.minuted.is_some(),
    }
}

fn community(community: &planning::community::Community) -> Community {
    let stage = community.stage();
    let place = EngagementStage::ALL.iter().position(|one| *one == stage).unwrap_or_default() + 1;
    let told = community
        .stages
        .iter()
        .filter_map(|(on, stage, note)| Some((when::short_day(*on), stage.words(), note.as_ref()?.to_string())));
    Community {
        id: community.named.community.to_string(),
        name: community.named.name.to_string(),
        stage: format!("Stage {place} of 8: {}", stage.words()),
        asks: stage.asks(),
        since: community.stages.last().map(|(on, ..)| when::short_day(*on)).unwrap_or_default(),
        priorities: community.priorities.iter().map(ToString::to_string).collect(),
        told: told.collect(),
    }
}

fn told(story: &Story, today: Date) -> Told {
    let standing = match (&story.withdrawn, story.published_on) {
        (Some((on, reason)), _) => format!("withdrawn on {}: {reason}", when::short_day(*on)),
        (None, Some(on)) if story.is_public_on(today) => format!("published on {}", when::short_day(on)),
        (None, Some(_)) => "the consent has run out: nobody outside sees it any more".to_owned(),
        (None, None) => "written, not published".to_owned(),
    };
    let consent = story.consent.as_ref();
    let consent =
        consent.map(|consent| format!("; agreed on {}: {}", when::short_day(consent.given_on), consent.covers));
    let is_draft = story.published_on.is_none() && story.withdrawn.is_none();
    Told {
        id: story.written.story.to_string(),
        title: story.written.title.to_string(),
        standing: format!("{standing}{}", consent.unwrap_or_default()),
        is_draft,
        why_not: if is_draft { story.why_not_told_on(today).unwrap_or_default() } else { String::new() },
        can_be_withdrawn: story.published_on.is_some() && story.withdrawn.is_none(),
        // What somebody took back is shown to nobody.
        text: if story.withdrawn.is_some() { String::new() } else { story.written.text.to_string() },
    }
}

fn money(one: &Standing<'_>) -> (String, String, String, String, String, String) {
    let pooled = if one.budget.pooled { ", pooled" } else { "" };
    let left = one.left().map_or_else(|| "more was spent than there was".to_owned(), |left| left.to_string());
    let fund = format!("{}{pooled}", one.budget.fund);
    let (service, title) = (one.budget.service.to_string(), one.budget.title.to_string());
    (service, title, fund, one.budget.amount.to_string(), one.spent.to_string(), left)
}

fn outside(ring: &RingFence, standing: &[Standing<'_>]) -> Vec<(String, String, String)> {
    let lines = standing.iter().flat_map(|one| one.outside(ring));
    lines.map(|(line, why)| (line.text.to_string(), line.amount.to_string(), why)).collect()
}

impl Page {
    /// Where something about one of these is recorded.
    fn record(&self, kind: &str, field: &str, id: &str) -> String {
        format!("{}/record/{kind}?{field}={}", self.head.base, encoded(id))
    }
}
