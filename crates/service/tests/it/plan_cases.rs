//! The use cases of plans, for the tests that no use case goes round the policies or the log.

use crate::bypass::UseCase;
use crate::world::World;
use jiff::civil::date;
use planning::report::{Period, ReportKind};
use planning::{EventId, History, Stamp, What};
use serde_json::json;
use service::{AsOf, FigureName, PlanEntry, PlanId, PlanReport, ReportAsked, Role, Sender, Verdict};
use uuid::Uuid;

/// What was sent before each use case runs.
const SENT: u128 = 0x77;

pub(crate) const PLAN_USE_CASES: &[UseCase] = &[
    ("open_plan", Role::Planner, |world, request| world.service.open_plan(request, &plan(world, "another")).map(drop)),
    ("record_on_plan", Role::Planner, |world, request| {
        let version = plan(world, "p").events().len();
        let entry = entry(world, "plan.vision_set", &json!({"vision": "Fewer victims"}));
        world.service.record_on_plan(request, &id(), u64::try_from(version).unwrap(), vec![entry]).map(drop)
    }),
    ("plan", Role::Auditor, |world, request| world.service.plan(request, &id(), &AsOf::Now).map(drop)),
    ("plans", Role::CaseManager, |world, request| world.service.plans(request).map(drop)),
    ("work_due", Role::CaseManager, |world, request| world.service.work_due(request, 30, None).map(drop)),
    ("live_indicators", Role::Planner, |world, request| world.service.live_indicators(request, &view(world)).map(drop)),
    ("live_cases", Role::TeamManager, |world, request| {
        let (from, to) = (date(2026, 1, 1), date(2026, 3, 31));
        let indicator = "begun".try_into().unwrap();
        world.service.live_cases(request, &view(world), &indicator, (from, to)).map(drop)
    }),
    ("plan_report", Role::Planner, |world, request| {
        world.service.plan_report(request, &view(world), &quarter()).map(drop)
    }),
    ("plan_figure", Role::CaseManager, |world, request| {
        world.service.plan_figure(request, &view(world), &quarter(), FigureName::UpwHours).map(drop)
    }),
    ("publish_plan_report", Role::Planner, |world, request| {
        let report = issued(world);
        let version = u64::try_from(plan(world, "p").events().len()).unwrap() + 1;
        world.service.publish_plan_report(request, (&id(), version), &report, EventId(world.id())).map(drop)
    }),
    ("plan_inbox", Role::Planner, |world, request| world.service.plan_inbox(request, &id()).map(drop)),
    ("moderate", Role::Planner, |world, request| {
        let sent = (Uuid::from_u128(SENT), world.id());
        world.service.moderate(request, &id(), sent, &Verdict::Publish).map(drop)
    }),
];

fn quarter() -> ReportAsked {
    let period = Period::of(ReportKind::Quarterly, date(2026, 3, 2));
    ReportAsked { kind: ReportKind::Quarterly, period, known_at: None, most_people: 100 }
}

/// A report of the quarter before, as it was issued.
fn issued(world: &World) -> PlanReport {
    let period = Period::last_over(ReportKind::Quarterly, date(2026, 3, 2));
    PlanReport {
        kind: ReportKind::Quarterly,
        period,
        title: "Report".into(),
        source: "S4".into(),
        plan: "Plan".into(),
        owner: "The board".into(),
        made_on: date(2026, 3, 2),
        issued_on: Some(date(2026, 3, 2)),
        issued_at: Some(world.moment()),
        known_at: Some(world.moment()),
        sections: Vec::new(),
    }
}

pub(crate) fn id() -> PlanId {
    PlanId::new("p").unwrap()
}

/// A plan with one action, an indicator that is live, and an open consultation.
pub(crate) fn plan(world: &World, reference: &str) -> History {
    let said = [
        (
            "plan.opened",
            json!({"plan": reference, "kind": "area_plan", "title": "Plan", "from": "2025-04-01", "to": "2028-03-31", "owner": "board"}),
        ),
        ("partner.joined", json!({"body": "board", "name": "The board", "roles": ["owner"]})),
        ("partner.joined", json!({"body": "hills", "name": "Hills Council", "roles": ["council"]})),
        ("commitment.placed", json!({"id": "KP1", "level": "priority", "text": "Families"})),
        ("commitment.placed", json!({"id": "1", "level": "outcome", "under": "KP1", "text": "Families are told"})),
        ("commitment.placed", json!({"id": "1.1", "level": "output", "under": "1", "text": "A protocol"})),
        ("commitment.placed", json!({"id": "a", "level": "action", "under": "1.1", "text": "Write it"})),
        ("action.led", json!({"item": "a", "lead": "hills"})),
        ("action.scheduled", json!({"item": "a", "due": "2026-03-20"})),
        (
            "indicator.defined",
            json!({"indicator": "begun", "name": "Begun in time", "definition": "Of orders", "unit": "percent", "source": {"standard": "ompb.upw.commence.target"}, "direction": "higher", "frequency": "quarterly", "target": {"value": 80.0}}),
        ),
        ("consultation.opened", json!({"consultation": "c", "title": "What do you think?", "closes": "2026-04-30"})),
        (
            "consultation.asked",
            json!({"consultation": "c", "question": "1.a", "chapter": "One", "text": "Is it right?", "key": true}),
        ),
    ];
    let mut history = History::default();
    for (kind, data) in said {
        let entry = entry(world, kind, &data);
        let by = "w-pia".try_into().unwrap();
        let stamp = Stamp { id: entry.id, happened: date(2026, 2, 2), recorded: world.moment(), by };
        history.push(planning::Event { stamp, what: entry.what });
    }
    history
}

pub(crate) fn entry(world: &World, kind: &str, data: &serde_json::Value) -> PlanEntry {
    let what = What::typed(kind, &data.to_string()).unwrap();
    PlanEntry { id: EventId(world.id()), happened: date(2026, 3, 2), what }
}

pub(crate) fn planner() -> service::Actor {
    crate::world::actor("w-pia", &[Role::Planner], "capital", "")
}

fn view(world: &World) -> service::PlanView {
    let history = plan(world, "p");
    service::PlanView {
        version: 0,
        agency: "capital".into(),
        plan: history.plan(),
        history,
        judged_on: date(2026, 3, 2),
        may_record: false,
        waiting: None,
    }
}

pub(crate) fn sender(world: &World, id: u128, address: &str) -> Sender {
    Sender { at: world.moment(), id: Uuid::from_u128(id), address: address.into() }
}

pub(crate) fn answer(text: &str, response: &str) -> planning::consultation::Answered {
    let answered = json!({"consultation": "c", "response": response, "answers": {"1.a": text}, "may_be_quoted": true});
    serde_json::from_value(answered).unwrap()
}

/// Keeps the plan that a use case needs, and what the public sent about it.
pub(crate) fn prepare_for(world: &World, name: &str) {
    if !PLAN_USE_CASES.iter().any(|(of, ..)| *of == name) || name == "open_plan" {
        return;
    }
    let planner = planner();
    world.service.open_plan(&world.request(&planner), &plan(world, "p")).unwrap();
    if name == "publish_plan_report" {
        let issue = entry(world, "report.issued", &json!({"report": "quarterly", "period": "2025-q4"}));
        let version = u64::try_from(plan(world, "p").events().len()).unwrap();
        world.service.record_on_plan(&world.request(&planner), &id(), version, vec![issue]).unwrap();
    }
    world.service.answer_in_public(&sender(world, SENT, "192.0.2.1"), &id(), answer("Yes", "r-1")).unwrap();
}
