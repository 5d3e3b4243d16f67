//! Plans on a real store: who may write and read, what a stale write is told, what the public may see and send.

use crate::plan_cases::{answer, entry, id, plan, planner, sender};
use crate::world::{World, actor, locations};
use serde_json::json;
use service::{AsOf, PlanId, Role, ServiceError, Verdict};
use uuid::Uuid;

/// A world with the plan `p`, kept by capital.
fn begin(world: &World) -> u64 {
    let planner = planner();
    world.service.open_plan(&world.request(&planner), &plan(world, "p")).unwrap().version
}

#[test]
fn a_plan_is_kept_read_and_verified_on_both_databases() {
    for location in locations() {
        let world = World::on(&location);
        let reference = format!("p{}", world.id().simple());
        let plan_id = PlanId::new(&reference).unwrap();
        let planner = planner();
        let request = world.request(&planner);
        let version = world.service.open_plan(&request, &plan(&world, &reference)).unwrap().version;
        let told = entry(&world, "action.progressed", &json!({"item": "a", "stage": "under_way", "note": "Begun"}));
        let again = told.clone();
        let recorded = world.service.record_on_plan(&request, &plan_id, version, vec![told]).unwrap();
        assert_eq!((recorded.version, recorded.already), (version + 1, false));
        let repeated = world.service.record_on_plan(&request, &plan_id, version, vec![again]).unwrap();
        assert!(repeated.already, "saying it twice is saying it once");
        let view = world.service.plan(&request, &plan_id, &AsOf::Now).unwrap();
        assert_eq!(view.version, version + 1);
        let before = "2026-03-01T12:00:00Z".parse().unwrap();
        let then = world.service.plan(&request, &plan_id, &AsOf::KnownAt(before)).unwrap();
        assert!(then.plan.opened.is_none(), "it was recorded later");
        let listed = world.service.plans(&request).unwrap();
        assert!(listed.iter().any(|one| one.id == plan_id && one.row.holds.contains("1 action")), "{listed:?}");
        let due = world.service.work_due(&request, 30, Some("hills")).unwrap();
        assert!(due.iter().any(|one| one.plan == plan_id && one.work.due.as_deref() == Some("2026-03-20")), "{due:?}");
        let auditor = actor("w-fay", &[Role::Auditor], "capital", "");
        let found = world.service.verify(&world.request(&auditor)).unwrap().findings;
        assert!(!found.iter().any(|finding| finding.contains(&reference)), "{found:?}");
    }
}

#[test]
fn a_stale_write_is_refused_with_what_came_meanwhile() {
    let world = World::new();
    let version = begin(&world);
    let planner = planner();
    let request = world.request(&planner);
    let vision = |text: &str| vec![entry(&world, "plan.vision_set", &json!({"vision": text}))];
    world.service.record_on_plan(&request, &id(), version, vision("First")).unwrap();
    let refused = world.service.record_on_plan(&request, &id(), version, vision("Second")).unwrap_err().to_string();
    assert_eq!(
        refused,
        format!(
            "the plan has changed since you read it (version {version}, now {}): plan.vision_set of 2026-03-02 by w-pia. \
             Nothing of yours was recorded; look at the change and try again",
            version + 1
        )
    );
}

#[test]
fn who_may_write_follows_from_role_agency_and_lead() {
    let world = World::new();
    let version = begin(&world);
    let progress =
        || vec![entry(&world, "action.progressed", &json!({"item": "a", "stage": "under_way", "note": "Begun"}))];
    let vision = || vec![entry(&world, "plan.vision_set", &json!({"vision": "Safer"}))];
    let record =
        |who: &service::Actor, entries| world.service.record_on_plan(&world.request(who), &id(), version, entries);
    let analyst = actor("w-eve", &[Role::Analyst], "capital", "");
    let lead = actor("w-hal", &[Role::Planner], "hills", "");
    let other = actor("w-oli", &[Role::Planner], "coast", "");
    for (who, entries) in [(&analyst, progress()), (&other, progress()), (&lead, vision())] {
        assert!(matches!(record(who, entries), Err(ServiceError::NotAllowed { .. })), "{}", who.id);
    }
    record(&lead, progress()).expect("the lead of an action tells how it goes");
}

#[test]
fn a_draft_is_not_there_for_others_and_not_for_the_public() {
    let world = World::new();
    let version = begin(&world);
    let planner = planner();
    let elsewhere = actor("w-oli", &[Role::CaseManager], "coast", "t-coast");
    assert!(world.service.plan(&world.request(&elsewhere), &id(), &AsOf::Now).is_ok(), "it is being consulted upon");
    assert!(world.service.public_plan(&id(), world.moment()).is_ok());
    let closed = vec![entry(&world, "consultation.closed", &json!({"consultation": "c"}))];
    world.service.record_on_plan(&world.request(&planner), &id(), version, closed).unwrap();
    let hidden = world.service.plan(&world.request(&elsewhere), &id(), &AsOf::Now);
    assert!(matches!(hidden, Err(ServiceError::NotFound)));
    assert!(matches!(world.service.public_plan(&id(), world.moment()), Err(ServiceError::NotFound)));
    assert!(world.service.public_plans().unwrap().is_empty());
    assert!(world.service.plans(&world.request(&elsewhere)).unwrap().is_empty());
    assert_eq!(world.service.plans(&world.request(&planner)).unwrap().len(), 1, "its own agency writes it");
}

#[test]
fn what_the_public_sends_waits_until_staff_have_said_what_becomes_of_it() {
    let world = World::new();
    begin(&world);
    let planner = planner();
    let request = world.request(&planner);
    for (number, text) in [(1, "A home first"), (2, "Buy my pills"), (3, "Tell families")] {
        let response = format!("r-{number}");
        world.service.answer_in_public(&sender(&world, number, "192.0.2.1"), &id(), answer(text, &response)).unwrap();
    }
    world.service.answer_in_public(&sender(&world, 1, "192.0.2.1"), &id(), answer("A home first", "r-1")).unwrap();
    assert_eq!(world.service.plan_inbox(&request, &id()).unwrap().len(), 3, "sending it twice is sending it once");
    let public = || world.service.public_plan(&id(), world.moment()).unwrap().plan;
    let responses = |plan: &planning::Plan| plan.consultations.values().next().unwrap().responses.len();
    assert_eq!(responses(&public()), 0);
    let say = |number: u128, verdict: &Verdict| {
        world.service.moderate(&request, &id(), (Uuid::from_u128(number), world.id()), verdict)
    };
    say(1, &Verdict::Publish).unwrap().expect("it is recorded");
    assert_eq!(say(2, &Verdict::Remove("advertising".try_into().unwrap())).unwrap(), None);
    say(3, &Verdict::KeepUnpublished("names somebody".try_into().unwrap())).unwrap();
    assert!(say(2, &Verdict::Publish).unwrap_err().to_string().contains("meanwhile"), "it is gone");
    let shown = public();
    let consultation = shown.consultations.values().next().unwrap();
    assert_eq!((consultation.responses.len(), consultation.withheld), (1, 1));
    assert_eq!(consultation.analysis()[0].quotations[0].as_str(), "A home first");
    let view = world.service.plan(&request, &id(), &AsOf::Now).unwrap();
    assert_eq!((responses(&view.plan), view.waiting), (2, Some(0)));
    let everything = view.history.events().iter().map(|event| event.what.body().unwrap()).collect::<String>();
    assert!(!everything.contains("pills"), "what was removed is nowhere in the stream");
}

#[test]
fn one_address_sends_at_most_ten_in_an_hour_and_a_closed_consultation_takes_nothing() {
    let world = World::new();
    let version = begin(&world);
    let send = |number: u128, address: &str| {
        let response = format!("r-{number}");
        world.service.answer_in_public(&sender(&world, number, address), &id(), answer("Yes", &response))
    };
    for number in 1..=10 {
        send(number, "192.0.2.1").unwrap();
    }
    assert!(matches!(send(11, "192.0.2.1"), Err(ServiceError::TooMuch)));
    send(12, "192.0.2.2").expect("another address is not held up");
    world.later(3601);
    send(13, "192.0.2.1").expect("an hour later it may again");
    let planner = planner();
    let closed = vec![entry(&world, "consultation.closed", &json!({"consultation": "c"}))];
    world.service.record_on_plan(&world.request(&planner), &id(), version, closed).unwrap();
    assert!(send(14, "192.0.2.3").is_err());
}

#[test]
fn a_suggestion_becomes_a_proposal_with_its_reference() {
    let world = World::new();
    begin(&world);
    let made = json!({"suggestion": "s-1", "text": "Clear the path", "place": "Mill Lane"});
    let made = serde_json::from_value(made).unwrap();
    world.service.suggest_in_public(&sender(&world, 5, "192.0.2.9"), &id(), made).unwrap();
    let planner = planner();
    let verdict = Verdict::Propose("UPW-7".try_into().unwrap());
    let sent = (Uuid::from_u128(5), world.id());
    world.service.moderate(&world.request(&planner), &id(), sent, &verdict).unwrap();
    let public = world.service.public_plan(&id(), world.moment()).unwrap();
    let decided = public.plan.suggestions.values().next().unwrap().decided.clone().unwrap().1;
    assert_eq!(decided, planning::suggestion::Decision::Proposed("UPW-7".try_into().unwrap()));
    let auditor = actor("w-fay", &[Role::Auditor], "capital", "");
    assert!(world.service.verify(&world.request(&auditor)).unwrap().findings.is_empty());
}

#[test]
fn a_lead_with_an_address_is_told_once_a_week_what_is_late_or_due_soon() {
    let world = World::new();
    let version = begin(&world);
    let planner = planner();
    let address = json!({"body": "hills", "email": "plan@hills.example"});
    let said = [
        entry(&world, "partner.reached_at", &address),
        entry(&world, "consultation.closed", &json!({"consultation": "c"})),
        entry(&world, "plan.status_moved", &json!({"to": "consulted"})),
    ];
    world.service.record_on_plan(&world.request(&planner), &id(), version, said.to_vec()).unwrap();
    let outbox = tempfile::tempdir().unwrap();
    let folder = || post::Folder::new(outbox.path().to_owned());
    let round = || {
        let (now, new_id) = (world.moment(), std::sync::atomic::AtomicU64::new(0));
        let moment = move || now;
        let ids: Vec<uuid::Uuid> = (0..50).map(|_| world.id()).collect();
        let next = || ids[usize::try_from(new_id.fetch_add(1, std::sync::atomic::Ordering::Relaxed)).unwrap()];
        let edge = service::Edge { now: &moment, new_id: &next };
        world.service.plan_digests(edge).unwrap();
        world.service.send_digests(edge, &post::Post::folder(folder())).unwrap().done
    };
    assert_eq!(round(), 0, "the plan is not being carried out");
    let version = world.service.plan(&world.request(&planner), &id(), &AsOf::Now).unwrap().version;
    let approved = vec![entry(&world, "plan.status_moved", &json!({"to": "approved"}))];
    world.service.record_on_plan(&world.request(&planner), &id(), version, approved).unwrap();
    assert_eq!((round(), round()), (1, 0), "once");
    world.at("2026-03-06T09:00:00");
    assert_eq!(round(), 0, "once a week");
    let files: Vec<_> = std::fs::read_dir(outbox.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("plan@hills.example") && text.contains("Plan: what is late and due soon"), "{text}");
    assert!(text.contains("- a Write it: Friday 20 March 2026, in 18 days"), "{text}");
    world.at("2026-03-09T09:00:00");
    assert_eq!(round(), 1, "the next week");
    let public = world.service.public_plan(&id(), world.moment()).unwrap().plan;
    assert!(public.partners.values().all(|partner| partner.address.is_none()), "the public does not see it");
}
