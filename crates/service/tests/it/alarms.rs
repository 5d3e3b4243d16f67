//! Who reads more than their work asks for is stopped, and those who must know are told; what nobody reviewed is raised.

use crate::world::{World, actor};
use jiff::SignedDuration;
use serde_json::json;
use service::{AlarmKind, Edge, PersonId, Proof, Request, Role, Safeguards, ServiceError};
use uuid::Uuid;

const THREE_AN_HOUR: &str = "[people_per_hour]\ncase_manager = 3\n[break_glass]\nreview_within_hours = 72";

/// Few enough to be quickly too many, and more than any other test opens.
pub(crate) const TWENTY_AN_HOUR: &str = "[people_per_hour]\ncase_manager = 20\n[break_glass]\nreview_within_hours = 72";

fn person(n: u32) -> PersonId {
    PersonId::new(&format!("q-{n}")).unwrap()
}

/// People of the council whom nobody is allocated yet.
fn begin(people: u32) -> World {
    let world = World::new().with(|service| service.guarded_by(Safeguards::parse(THREE_AN_HOUR).unwrap()));
    register(&world, people);
    world
}

fn register(world: &World, people: u32) {
    for n in 0..people {
        let named = json!({"kind": "legal", "given": "Alex", "family": "Example"});
        world.try_say(person(n).as_str(), 0, "2026-03-02", "person.named", &named).unwrap();
    }
}

fn look(world: &World, account: &str, n: u32) -> Result<(), ServiceError> {
    let amy = actor(account, &[Role::CaseManager], "capital", "t-east");
    let request = Request { proof: Proof::TwoFactors, ..world.request(&amy) };
    world.service.person(&request, &person(n), None).map(drop)
}

fn alarms(world: &World) -> Vec<service::AlarmView> {
    let fay = actor("w-fay", &[Role::Auditor], "capital", "");
    world.service.alarms(&world.request(&fay), None).unwrap()
}

/// Ben opens one record more than he may in a world that is guarded by [`TWENTY_AN_HOUR`]; answers the alarm.
pub(crate) fn somebody_reads_too_much(world: &World) -> Uuid {
    register(world, 21);
    for n in 0..20 {
        look(world, "w-ben", n).unwrap();
    }
    assert!(matches!(look(world, "w-ben", 20), Err(ServiceError::TooMany { people: 20, .. })));
    alarms(world)[0].id
}

#[test]
fn whoever_reads_too_many_peoples_records_is_stopped_until_the_hour_has_passed() {
    let world = begin(5);
    for n in [0, 1, 2, 0, 1, 2] {
        look(&world, "w-ada", n).unwrap();
        world.later(60);
    }
    let refused = look(&world, "w-ada", 3).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "you have opened the records of 3 people within an hour, so no more open until 10:03am; your managers and the auditors are told. Whom you opened within the hour stays open. If your work needs more, speak with your team manager"
    );
    look(&world, "w-ada", 1).unwrap();
    look(&world, "w-ben", 3).unwrap();
    assert!(matches!(look(&world, "w-ada", 4), Err(ServiceError::TooMany { .. })));
    let raised = alarms(&world);
    assert_eq!(raised.len(), 1, "one alarm, however often they try");
    assert_eq!((raised[0].kind, raised[0].account.as_str(), raised[0].people), (AlarmKind::ManyPeople, "w-ada", 3));
    world.later(3600);
    look(&world, "w-ada", 3).unwrap();
}

#[test]
fn another_server_and_a_restart_know_whom_an_account_has_read() {
    let world = begin(5);
    for n in 0..3 {
        look(&world, "w-ada", n).unwrap();
    }
    let fresh = world.with(|service| service.guarded_by(Safeguards::parse(THREE_AN_HOUR).unwrap()));
    assert!(matches!(look(&fresh, "w-ada", 3), Err(ServiceError::TooMany { .. })));
}

#[test]
fn nobody_says_what_became_of_their_own_alarm_and_what_was_said_stays() {
    let world = begin(4);
    let ben = actor("w-ben", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
    let safe = "[people_per_hour]\ncase_manager = 3\nteam_manager = 3\n[break_glass]\nreview_within_hours = 72";
    let world = world.with(|service| service.guarded_by(Safeguards::parse(safe).unwrap()));
    for n in 0..4 {
        let request = Request { proof: Proof::Passkey, ..world.request(&ben) };
        let _ = world.service.person(&request, &person(n), None);
    }
    let alarm = alarms(&world)[0].id;
    let settle = |account: &str, role, agency: &str, said: &str| {
        let somebody = actor(account, &[role], agency, "");
        world.service.settle_alarm(&world.request(&somebody), alarm, said)
    };
    let said = "asked; it was a list for the court";
    assert!(matches!(settle("w-ben", Role::TeamManager, "capital", said), Err(ServiceError::NotAllowed { .. })));
    assert!(matches!(settle("w-zoe", Role::TeamManager, "elsewhere", said), Err(ServiceError::NotAllowed { .. })));
    assert!(settle("w-fay", Role::Auditor, "capital", "ok").unwrap_err().to_string().contains("10 to 500"));
    settle("w-fay", Role::Auditor, "capital", said).unwrap();
    assert!(settle("w-cat", Role::TeamManager, "capital", "something else").unwrap_err().to_string().contains("stays"));
    assert_eq!(alarms(&world)[0].settled.as_ref().unwrap().said, said);
}

#[test]
fn an_opening_that_nobody_reviewed_within_its_hours_is_raised_and_told_once() {
    let world = World::new();
    let order = crate::world::payback_order("CPO-1", 100);
    let named = json!({"kind": "legal", "given": "Alex", "family": "Example"});
    world.try_say("q-1", 0, "2026-03-02", "person.named", &named).unwrap();
    world.try_say("q-1", 1, "2026-03-02", "order.imposed", &order).unwrap();
    let allocated = json!({"worker": "w-amy", "team": "t-east"});
    world.try_say("q-1", 2, "2026-03-02", "supervision.allocated", &allocated).unwrap();
    let ben = actor("w-ben", &[Role::CaseManager], "capital", "t-west");
    let because = Request { reason: Some("duty worker; at the front desk"), ..world.request(&ben) };
    world.service.open_with_reason(&because, &person(1)).unwrap();
    let mail = tempfile::tempdir().unwrap();
    let post = post::Post::folder(post::Folder::new(mail.path()));
    let round = || {
        let now = world.moment();
        let edge = Edge { now: &|| now, new_id: &|| Uuid::from_u128(now.as_microsecond().unsigned_abs().into()) };
        let raised = world.service.raise_overdue_reviews(edge).unwrap();
        world.service.tell_of_alarms(edge, &post, &["security@council.example".to_owned()]).unwrap();
        raised
    };
    world.later(72 * 3600 - 1);
    assert_eq!(round(), 0, "not before its time");
    world.later(1);
    assert_eq!((round(), round()), (1, 0));
    let letters: Vec<_> = std::fs::read_dir(mail.path()).unwrap().collect();
    assert_eq!(letters.len(), 1);
    let letter = std::fs::read_to_string(letters[0].as_ref().unwrap().path()).unwrap();
    assert!(letter.contains("security@council.example") && letter.contains("no manager has reviewed it in time"));
    assert!(!letter.contains("Example-") && !letter.contains("q-1"), "nobody on record is named");
    let raised = &alarms(&world)[0];
    assert_eq!((raised.kind, raised.opening.clone()), (AlarmKind::Unreviewed, Some((person(1), because.id))));
    assert!(raised.at.duration_since(world.moment()) <= SignedDuration::ZERO);
    let himself = actor("w-ben", &[Role::TeamManager], "capital", "t-west");
    let review = |actor| world.service.review_opening(&world.request(actor), &person(1), because.id, true);
    assert!(review(&himself).is_err(), "nobody reviews their own");
    review(&actor("w-cat", &[Role::TeamManager], "capital", "t-hills")).unwrap();
    assert_eq!(alarms(&world)[0].settled.as_ref().unwrap().said, "The reason was accepted.");
}
