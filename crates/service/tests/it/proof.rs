//! What must be proved before what matters: by a passkey, and just now. Every use case is asked with each proof, and what must
//! come out is listed here apart from the policies.

use crate::account_cases::{self, ACCOUNT_USE_CASES};
use crate::bypass::{USE_CASES, begin};
use crate::signing_in::{PASSWORD, enrol, passkey};
use crate::world::{World, actor};
use jiff::SignedDuration;
use serde_json::json;
use service::{Actor, Answer, Entry, PersonId, Proof, Request, Role, ServiceError, Wanted, Who};

/// What administers: by passkey alone.
const ADMINISTERS: &[&str] = &[
    "add_staff",
    "import",
    "load",
    "export_events",
    "export_facts",
    "backup",
    "refresh",
    "retry_job",
    "subscribe",
    "stop_subscription",
    "add_user",
    "reset_user",
    "disable_user",
    "end_sessions_of",
    "let_user_try_again",
    "tie_identity",
    "add_demonstration_users",
    "name_agency",
    "name_team",
];
/// What an administrator sees: by passkey, or by a program with a token.
const SEES: &[&str] = &["staff", "users", "jobs", "subscriptions"];
/// What changes one's own ways in.
const OWN_WAYS_IN: &[&str] = &[
    "change_password",
    "offer_authenticator",
    "take_up_authenticator",
    "renew_recovery_codes",
    "add_passkey",
    "remove_passkey",
    "make_api_token",
];
/// What administers and gives nothing away: no fresh proof is asked for.
const ANY_TIME: &[&str] = &["refresh", "retry_job"];

/// Six minutes without having proved who one is.
const STALE: SignedDuration = SignedDuration::from_mins(6);

fn expected(name: &str, proof: Proof, fresh: bool) -> Option<Wanted> {
    let strong = matches!(proof, Proof::Machine | Proof::Passkey | Proof::Demonstration);
    let is_token = proof == Proof::Token;
    let by_passkey = ADMINISTERS.contains(&name) || (SEES.contains(&name) && !is_token);
    let wanted = if by_passkey && !strong {
        Wanted::Passkey
    } else if !fresh && (OWN_WAYS_IN.contains(&name) || (ADMINISTERS.contains(&name) && !ANY_TIME.contains(&name))) {
        Wanted::Again
    } else {
        return None;
    };
    Some(if is_token { Wanted::Person } else { wanted })
}

#[test]
fn every_use_case_asks_for_the_proof_that_it_needs_and_no_other() {
    let known: Vec<&str> = USE_CASES.iter().chain(ACCOUNT_USE_CASES).map(|(name, ..)| *name).collect();
    for listed in [ADMINISTERS, SEES, OWN_WAYS_IN, ANY_TIME].into_iter().flatten() {
        assert!(known.contains(listed), "{listed} is no use case");
    }
    for (name, role, run) in USE_CASES.iter().chain(ACCOUNT_USE_CASES) {
        let world = begin();
        account_cases::prepare_for(&world, name);
        // What is refused changes nothing; what is allowed is asked last, once.
        let mut asked: Vec<_> = Proof::ALL.iter().flat_map(|proof| [(*proof, true), (*proof, false)]).collect();
        asked.sort_by_key(|(proof, fresh)| expected(name, *proof, *fresh).is_none());
        let refused = asked.iter().filter(|(proof, fresh)| expected(name, *proof, *fresh).is_some()).count();
        for (proof, fresh) in &asked[..(refused + 1).min(asked.len())] {
            let someone = actor("w-amy", &[*role], "capital", "t-east");
            let at = world.moment();
            let proved_at = Some(if *fresh { at } else { at - STALE });
            let request = Request { proof: *proof, proved_at, ..world.request(&someone) };
            let found = match run(&world, &request) {
                Ok(()) => None,
                Err(ServiceError::Unproven(wanted)) => Some(wanted),
                Err(other) => panic!("{name} by {proof:?}, fresh {fresh}: {other}"),
            };
            assert_eq!(found, expected(name, *proof, *fresh), "{name} by {proof:?}, fresh {fresh}");
        }
    }
}

fn with<'a>(world: &World, actor: &'a Actor, proof: Proof, stale: SignedDuration) -> Request<'a> {
    let request = world.request(actor);
    Request { proof, proved_at: Some(request.at - stale), ..request }
}

fn wanted<T: std::fmt::Debug>(answer: Result<T, ServiceError>) -> Option<Wanted> {
    match answer {
        Err(ServiceError::Unproven(wanted)) => Some(wanted),
        other => {
            other.unwrap();
            None
        }
    }
}

const NOW: SignedDuration = SignedDuration::ZERO;

#[test]
fn break_glass_takes_a_passkey_and_a_fresh_proof_and_then_holds_for_its_hour() {
    let world = begin();
    let carl = actor("w-carl", &[Role::CaseManager], "capital", "t-west");
    let person = PersonId::new("p-1").unwrap();
    let reason = Some("duty worker; at the front desk");
    let open = |proof, stale| {
        let request = Request { reason, ..with(&world, &carl, proof, stale) };
        wanted(world.service.open_with_reason(&request, &person))
    };
    assert_eq!(open(Proof::TwoFactors, NOW), Some(Wanted::Passkey));
    assert_eq!(open(Proof::Provider, NOW), Some(Wanted::Passkey));
    assert_eq!(open(Proof::Passkey, STALE), Some(Wanted::Again));
    assert_eq!(open(Proof::Token, NOW), Some(Wanted::Person));
    let look = |proof, stale| world.service.person(&with(&world, &carl, proof, stale), &person, None);
    assert!(matches!(look(Proof::Passkey, STALE), Err(ServiceError::NeedsReason)), "the reason is asked for first");
    assert_eq!(wanted(look(Proof::TwoFactors, STALE)), Some(Wanted::Passkey), "and before that the passkey");
    assert_eq!(open(Proof::Passkey, NOW), None);
    assert_eq!(wanted(look(Proof::Passkey, STALE)), None, "it was opened with a fresh proof");
    assert_eq!(wanted(look(Proof::TwoFactors, NOW)), Some(Wanted::Passkey), "another session of theirs needs one too");
}

#[test]
fn a_restricted_record_takes_a_passkey_and_so_does_changing_who_may_see_it() {
    let world = begin();
    let both = actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
    let person = PersonId::new("p-1").unwrap();
    let say = |version, kind, data, proof, stale| {
        let entry = world.entry("2026-03-02", kind, &data);
        wanted(world.service.record(&with(&world, &both, proof, stale), &person, version, vec![entry]))
    };
    let only_amy = || json!({"reason": "known to staff", "only": ["w-amy"]});
    assert_eq!(say(3, "person.restricted", only_amy(), Proof::TwoFactors, STALE), Some(Wanted::Again));
    assert_eq!(say(3, "person.restricted", only_amy(), Proof::TwoFactors, NOW), None, "it hides, and opens nothing");
    let look = |proof| world.service.person(&with(&world, &both, proof, STALE), &person, None);
    for proof in [Proof::TwoFactors, Proof::Provider, Proof::Password] {
        assert_eq!(wanted(look(proof)), Some(Wanted::Passkey), "{proof:?}");
    }
    assert_eq!(wanted(look(Proof::Token)), Some(Wanted::Person));
    assert_eq!(wanted(look(Proof::Passkey)), None);
    let other = actor("w-olga", &[Role::CaseManager], "capital", "t-east");
    let hidden = world.service.person(&with(&world, &other, Proof::TwoFactors, NOW), &person, None);
    assert!(matches!(hidden, Err(ServiceError::NotFound)), "nobody learns of it by being asked for a passkey");
    let lift = || json!({"reason": "it is over"});
    assert_eq!(say(4, "person.unrestricted", lift(), Proof::Passkey, STALE), Some(Wanted::Again));
    assert_eq!(say(4, "person.unrestricted", lift(), Proof::Passkey, NOW), None);
}

#[test]
fn striking_a_restriction_takes_what_lifting_it_takes() {
    let world = begin();
    let manager = actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let person = PersonId::new("p-1").unwrap();
    let excluded = world.entry("2026-03-02", "person.excluded", &json!({"worker": "w-olga", "reason": "neighbour"}));
    let id = excluded.id;
    world.service.record(&world.request(&manager), &person, 3, vec![excluded]).unwrap();
    let strike = |actor, stale| {
        let data = json!({"event": id.0.to_string(), "reason": "entered in error"});
        let entries: Vec<Entry> = vec![world.entry("2026-03-02", "amend.struck", &data)];
        world.service.record(&with(&world, actor, Proof::Passkey, stale), &person, 4, entries)
    };
    assert!(matches!(strike(&amy, NOW), Err(ServiceError::NotAllowed { .. })), "a manager decides");
    assert_eq!(wanted(strike(&manager, STALE)), Some(Wanted::Again));
    assert_eq!(wanted(strike(&manager, NOW)), None);
}

#[test]
fn an_administrator_begins_with_a_passkey_and_is_let_in_anew_by_another() {
    let world = World::new();
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    world.hire("w-ada", &[Role::Administrator], "capital", "");
    let service = &world.service;
    let member = service.directory().unwrap().member("w-ada").unwrap().clone();
    let first = service.add_user(&world.request(&gus), &world.attempt(), world.id(), &member, None).unwrap();
    let begin_with = |first: &str| {
        let Answer::Enrol(half) = service.sign_in(&world.attempt(), "w-ada", first).unwrap() else { panic!() };
        assert_eq!(service.enrol_password(&half, PASSWORD, &world.attempt()).unwrap(), Ok(None));
        half
    };
    let half = begin_with(&first);
    let enrolment = service.enrolment(&half, &world.attempt()).unwrap().unwrap();
    assert!(enrolment.wants_passkey && enrolment.wants_second_factor);
    let refused = service.enrol_codes(&half, &world.attempt()).unwrap_err().to_string();
    assert!(refused.contains("Your role needs a passkey"), "{refused}");
    let added = service.enrol_passkey(&half, &passkey(b"adas"), "key", &world.attempt()).unwrap().unwrap();
    let Who::SignedIn(ada) = service.who(&added.session.unwrap(), world.moment()).unwrap() else { panic!() };
    assert_eq!(ada.proof, Proof::Passkey);
    let request = with(&world, &ada.actor, ada.proof, NOW);
    let refused = service.remove_passkey(&request, "61646173").unwrap_err().to_string();
    assert!(refused.contains("the only one that lets you in"), "{refused}");
    // Lost: the machine's keeper or another administrator gives a one-time password, and it begins again.
    let anew = service.reset_user(&world.request(&gus), &world.attempt(), &member.actor.id, None).unwrap();
    let half = begin_with(&anew);
    assert!(service.enrolment(&half, &world.attempt()).unwrap().unwrap().wants_passkey);
}

#[test]
fn somebody_made_an_administrator_later_administers_only_once_they_begin_anew() {
    let world = World::new();
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    world.hire("w-amy", &[Role::CaseManager], "capital", "t-east");
    enrol(&world, &gus, "w-amy");
    let amy = world.hire("w-amy", &[Role::Administrator], "capital", "");
    let by_codes = with(&world, &amy, Proof::TwoFactors, NOW);
    assert_eq!(wanted(world.service.users(&by_codes)), Some(Wanted::Passkey));
    let added = world.service.add_passkey(&by_codes, &world.attempt(), &passkey(b"phished"), "");
    assert_eq!(wanted(added), Some(Wanted::Passkey), "whoever was tricked out of a code adds no passkey");
    let own = world.service.own_account(&by_codes).unwrap();
    assert!(own.needs_passkey && own.passkeys.is_empty());
}

#[test]
fn a_session_says_by_what_it_was_begun_and_a_passkey_makes_it_better() {
    let world = World::new();
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    let amy = world.hire("w-amy", &[Role::CaseManager], "capital", "t-east");
    let begun = enrol(&world, &gus, "w-amy").secret;
    let proof = |secret| match world.service.who(secret, world.moment()).unwrap() {
        Who::SignedIn(seen) => seen.proof,
        other => panic!("{other:?}"),
    };
    assert_eq!(proof(&begun), Proof::TwoFactors);
    world.service.add_passkey(&world.request(&amy), &world.attempt(), &passkey(b"1"), "").unwrap();
    let by_password = world.service.confirm(&world.request(&amy), &world.attempt(), &begun, PASSWORD).unwrap().unwrap();
    assert_eq!(proof(&by_password), Proof::TwoFactors, "a password proves no more than before");
    let better = world.service.confirm_by_passkey(&world.request(&amy), &world.attempt(), &by_password, &passkey(b"1"));
    assert_eq!(proof(&better.unwrap()), Proof::Passkey);
}
