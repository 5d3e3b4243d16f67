//! Who gets in, and who does not: told on a real store, with a clock that the test moves.

use crate::world::{World, actor};
use service::{
    Actor, Answer, Attempt, Claims, Keys, Limits, Member, PasskeyOf, Refused, Role, Secret, ServiceError, UserState,
    Vouched, WeakPassword, Who, totp_at,
};
use std::collections::BTreeSet;
use store::access_log::{self, Outcome};
use store::accounts::Accounts;
use store::{Options, Store};

pub(crate) const PASSWORD: &str = "harbour-violet-tractor-moon";

/// Somebody with a whole account, and signed in.
pub(crate) struct Enrolled {
    pub(crate) secret: Secret,
    pub(crate) recovery_codes: Vec<String>,
}

pub(crate) fn passkey(id: &[u8]) -> PasskeyOf {
    PasskeyOf { id: id.to_vec(), content: "{}".into() }
}

/// An administrator gives an account; its owner chooses a password and adds an authenticator.
pub(crate) fn enrol(world: &World, administrator: &Actor, account: &str) -> Enrolled {
    let service = &world.service;
    let member = service.directory().unwrap().member(account).unwrap().clone();
    let request = world.request(administrator);
    let first = service.add_user(&request, &world.attempt(), world.id(), &member, None).unwrap();
    let Answer::Enrol(half) = service.sign_in(&world.attempt(), account, &first).unwrap() else { panic!() };
    assert_eq!(service.enrol_password(&half, PASSWORD, &world.attempt()).unwrap(), Ok(None));
    let offer = service.enrol_codes(&half, &world.attempt()).unwrap();
    assert_eq!(service.enrol_codes(&half, &world.attempt()).unwrap(), offer, "the page may be loaded again");
    let code = totp_at(&offer.typed, world.moment()).unwrap();
    let added = service.enrol_codes_confirm(&half, &code, &world.attempt()).unwrap().unwrap();
    Enrolled { secret: added.session.unwrap(), recovery_codes: added.recovery_codes }
}

/// The code that an account's authenticator shows now.
pub(crate) fn code_of(world: &World, account: &str) -> Option<String> {
    let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
    let kept = store.read(|tx| Accounts::of(tx).account(account)).unwrap()?;
    kept.totp.and_then(|secret| totp_at(&base32(&secret), world.moment()))
}

fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:08b}"));
    let chunks = bits.as_bytes().chunks(5).map(|five| std::str::from_utf8(five).unwrap());
    chunks.map(|five| char::from(LETTERS[usize::from_str_radix(&format!("{five:0<5}"), 2).unwrap()])).collect()
}

fn begin() -> (World, Actor, Enrolled) {
    let world = World::new();
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    world.hire("w-amy", &[Role::CaseManager], "capital", "t-east");
    let amy = enrol(&world, &gus, "w-amy");
    (world, gus, amy)
}

/// Signs in with password and code.
fn sign_in(world: &World, account: &str) -> Secret {
    world.later(30);
    let Answer::SecondFactor(half) = world.service.sign_in(&world.attempt(), account, PASSWORD).unwrap() else {
        panic!()
    };
    let code = code_of(world, account).unwrap();
    match world.service.second_factor(&world.attempt(), &half, &code).unwrap() {
        Answer::SignedIn(secret) => secret,
        other => panic!("{other:?}"),
    }
}

fn is_in(world: &World, secret: &Secret) -> bool {
    matches!(world.service.who(secret, world.moment()).unwrap(), Who::SignedIn(_))
}

fn log(world: &World) -> Vec<(String, String, Outcome)> {
    let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
    let mut found = Vec::new();
    store
        .read(|tx| {
            access_log::each_entry(tx, &mut |stored| {
                found.push((stored.entry.actor, stored.entry.detail, stored.entry.outcome));
                Ok(())
            })
        })
        .unwrap();
    found
}

#[test]
fn a_new_account_has_no_rights_until_it_is_whole() {
    let world = World::new();
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    let amy = world.hire("w-amy", &[Role::CaseManager], "capital", "t-east");
    let service = &world.service;
    let member = service.directory().unwrap().member("w-amy").unwrap().clone();
    assert_eq!(service.users(&world.request(&gus)).unwrap()[0].state, UserState::NoAccount);
    let first = service.add_user(&world.request(&gus), &world.attempt(), world.id(), &member, None).unwrap();
    assert_eq!(service.users(&world.request(&gus)).unwrap()[0].state, UserState::HalfMade);
    let Answer::Enrol(half) = service.sign_in(&world.attempt(), "w-amy", &first).unwrap() else { panic!() };
    assert!(matches!(service.who(&half, world.moment()).unwrap(), Who::Halfway(_)));
    let enrolment = service.enrolment(&half, &world.attempt()).unwrap().unwrap();
    assert!(enrolment.wants_password && enrolment.wants_second_factor);
    let weak = service.enrol_password(&half, "Example-2026", &world.attempt()).unwrap();
    assert_eq!(weak, Err(WeakPassword::OwnName));
    let same = service.enrol_password(&half, &first, &world.attempt()).unwrap();
    assert_eq!(same, Err(WeakPassword::Guessable), "not the one-time password again");
    assert_eq!(service.enrol_password(&half, PASSWORD, &world.attempt()).unwrap(), Ok(None));
    assert!(!is_in(&world, &half));
    let old = service.sign_in(&world.attempt(), "w-amy", &first).unwrap();
    assert_eq!(old, Answer::Refused(Refused::Wrong), "the one-time password counts once");
    let added = service.enrol_passkey(&half, &passkey(b"1"), "key ring", &world.attempt()).unwrap().unwrap();
    let whole = added.session.unwrap();
    assert!(is_in(&world, &whole) && !is_in(&world, &half));
    assert_eq!(service.own_account(&world.request(&amy)).unwrap().passkeys[0].name, "key ring");
    assert_eq!(service.users(&world.request(&gus)).unwrap()[0].state, UserState::Ready);
    let twice = service.add_user(&world.request(&gus), &world.attempt(), world.id(), &member, None);
    assert!(matches!(twice, Err(ServiceError::Asked(_))), "{twice:?}");
}

#[test]
fn a_one_time_password_is_over_after_three_days() {
    let world = World::new();
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    world.hire("w-amy", &[Role::CaseManager], "capital", "t-east");
    let member = world.service.directory().unwrap().member("w-amy").unwrap().clone();
    let first = world.service.add_user(&world.request(&gus), &world.attempt(), world.id(), &member, None).unwrap();
    world.later(73 * 3600);
    let answer = world.service.sign_in(&world.attempt(), "w-amy", &first).unwrap();
    assert_eq!(answer, Answer::Refused(Refused::OneTimePasswordOver));
}

#[test]
fn password_and_code_let_in_and_each_step_has_a_new_secret() {
    let (world, _, enrolled) = begin();
    world.later(60);
    let Answer::SecondFactor(half) = world.service.sign_in(&world.attempt(), " w-amy ", PASSWORD).unwrap() else {
        panic!()
    };
    assert!(matches!(world.service.who(&half, world.moment()).unwrap(), Who::Halfway(_)));
    let code = code_of(&world, "w-amy").unwrap();
    let Answer::SignedIn(whole) = world.service.second_factor(&world.attempt(), &half, &code).unwrap() else {
        panic!()
    };
    assert_ne!(half, whole);
    assert!(
        matches!(world.service.who(&half, world.moment()).unwrap(), Who::Nobody),
        "the old secret is worth nothing"
    );
    let Who::SignedIn(amy) = world.service.who(&whole, world.moment()).unwrap() else { panic!() };
    assert_eq!((amy.actor.id.as_str(), amy.name.as_str()), ("w-amy", "Example"));
    assert!(is_in(&world, &enrolled.secret), "the first session stays");
    let said: Vec<String> = log(&world).into_iter().map(|(.., detail, _)| detail).collect();
    assert!(said.contains(&"sign_in: password and code; from 192.0.2.7".to_owned()), "{said:?}");
}

#[test]
fn a_code_counts_once_and_so_does_a_recovery_code() {
    let (world, _, enrolled) = begin();
    world.later(60);
    let code = code_of(&world, "w-amy").unwrap();
    let half = || match world.service.sign_in(&world.attempt(), "w-amy", PASSWORD).unwrap() {
        Answer::SecondFactor(half) => half,
        other => panic!("{other:?}"),
    };
    let try_code = |code: &str| world.service.second_factor(&world.attempt(), &half(), code).unwrap();
    assert!(matches!(try_code(&code), Answer::SignedIn(_)));
    assert_eq!(try_code(&code), Answer::Refused(Refused::Wrong), "replayed");
    let recovery = enrolled.recovery_codes[0].to_uppercase();
    assert!(matches!(try_code(&recovery), Answer::SignedIn(_)));
    assert_eq!(try_code(&recovery), Answer::Refused(Refused::Wrong), "used up");
}

#[test]
fn an_unknown_account_is_answered_like_a_wrong_password_and_never_written_down() {
    let (world, ..) = begin();
    let typed_in_the_wrong_field = "my-secret-password";
    let unknown = world.service.sign_in(&world.attempt(), typed_in_the_wrong_field, "x").unwrap();
    let wrong = world.service.sign_in(&world.attempt(), "w-amy", "x").unwrap();
    assert_eq!(unknown, wrong);
    assert!(log(&world).iter().all(|(actor, detail, _)| !format!("{actor} {detail}").contains("my-secret")));
    let tries = |account: &str| {
        let answers = (0..8).map(|_| world.service.sign_in(&world.attempt(), account, "x").unwrap());
        answers.filter(|answer| matches!(answer, Answer::Refused(Refused::Wait { .. }))).count()
    };
    assert_eq!(tries("nobody-1"), 5);
    world.hire("w-ben", &[Role::CaseManager], "capital", "t-east");
    assert_eq!(tries("w-ben"), 5, "held up alike");
    world.hire("w-ada", &[Role::Administrator], "capital", "t-east");
    assert_eq!(tries("w-ada"), 5, "and so is an administrator");
    let last = |account: &str| world.service.sign_in(&world.attempt(), account, "x").unwrap();
    assert_eq!(last("nobody-1"), last("w-ada"), "until the same time, in the same words");
}

#[test]
fn an_unknown_account_takes_as_long_to_answer_as_a_wrong_password() {
    let (world, gus, _) = begin();
    for n in 0..15 {
        let actor = actor(&format!("w-{n}"), &[Role::CaseManager], "capital", "t-east");
        let member = Member { name: "Example".try_into().unwrap(), actor };
        world.service.add_user(&world.request(&gus), &world.attempt(), world.id(), &member, None).unwrap();
    }
    let mut taken = [Vec::new(), Vec::new()];
    for n in 0..30 {
        let account = [format!("w-{}", n / 2), format!("nobody-{n}")];
        let attempt = world.attempt();
        let begun = std::time::Instant::now();
        world.service.sign_in(&attempt, &account[n % 2], "wrong").unwrap();
        taken[n % 2].push(begun.elapsed().as_micros());
    }
    // The least of each: what else the machine does only ever adds to it. Without the hash of nobody's password the
    // answer to an unknown account would take next to no time.
    let [known, unknown] = taken.map(|taken| taken.into_iter().min().unwrap());
    assert!(known.max(unknown) < 2 * known.min(unknown), "known {known} µs, unknown {unknown} µs");
}

#[test]
fn what_was_typed_right_does_not_count_against_the_code() {
    let (world, ..) = begin();
    world.later(60);
    for _ in 0..2 {
        world.service.sign_in(&world.attempt(), "w-amy", "wrong").unwrap();
    }
    let Answer::SecondFactor(half) = world.service.sign_in(&world.attempt(), "w-amy", PASSWORD).unwrap() else {
        panic!("the third try was right")
    };
    let code = code_of(&world, "w-amy").unwrap();
    assert!(matches!(world.service.second_factor(&world.attempt(), &half, &code).unwrap(), Answer::SignedIn(_)));
}

#[test]
fn whoever_guesses_is_held_up_and_the_owner_still_gets_in_by_passkey() {
    let (world, _, _) = begin();
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    world.service.add_passkey(&world.request(&amy), &world.attempt(), &passkey(b"1"), "").unwrap();
    let guess = |from: &str| {
        let attempt = Attempt { address: from.to_owned(), ..world.attempt() };
        world.service.sign_in(&attempt, "w-amy", "wrong").unwrap()
    };
    let guesses: Vec<_> = (0..200).map(|n| guess(&format!("198.51.100.{n}"))).collect();
    assert_eq!(guesses.iter().filter(|answer| **answer == Answer::Refused(Refused::Wrong)).count(), 3);
    let right = world.service.sign_in(&world.attempt(), "w-amy", PASSWORD).unwrap();
    let Answer::Refused(Refused::Wait { until }) = right else { panic!("the right password waits too: {right:?}") };
    assert_eq!(until.duration_since(world.moment()).as_secs(), 300);
    let by_passkey = world.service.passkey_is_right(&world.attempt(), &amy.id, &passkey(b"1"), None).unwrap();
    assert!(matches!(by_passkey, Answer::SignedIn(_)));
    assert!(is_in(&world, &sign_in(&world, "w-amy")), "and the tries are forgotten");
}

#[test]
fn whoever_guesses_does_not_hold_up_the_owner_in_a_browser_that_knows_them() {
    let (world, ..) = begin();
    let known = Some(sign_in(&world, "w-amy").of_known_browser());
    let here = || Attempt { known: known.clone(), ..world.attempt() };
    let try_of = |attempt: &Attempt, password: &str| world.service.sign_in(attempt, "w-amy", password).unwrap();
    for _ in 0..20 {
        try_of(&world.attempt(), "wrong");
    }
    assert!(matches!(try_of(&world.attempt(), PASSWORD), Answer::Refused(Refused::Wait { .. })), "elsewhere they wait");
    let Answer::SecondFactor(half) = try_of(&here(), PASSWORD) else { panic!("here they do not") };
    world.later(60);
    let code = code_of(&world, "w-amy").unwrap();
    let answer = world.service.second_factor(&here(), &half, &code).unwrap();
    let Answer::SignedIn(next) = answer else { panic!("{answer:?}") };
    // What the browser keeps opens nothing, is replaced at every sign-in, has its own three tries and is of one account.
    assert_eq!(world.service.who(known.as_ref().unwrap(), world.moment()).unwrap(), Who::Nobody);
    assert!(matches!(try_of(&here(), PASSWORD), Answer::Refused(Refused::Wait { .. })), "the one before is forgotten");
    let now_known = Attempt { known: Some(next.of_known_browser()), ..world.attempt() };
    let wrong = (0..20).filter(|_| try_of(&now_known, "wrong") == Answer::Refused(Refused::Wrong)).count();
    assert_eq!(wrong, 3, "whoever takes the browser has no more tries than elsewhere");
    let as_another = world.service.sign_in(&now_known, "w-gus", "wrong").unwrap();
    assert_eq!(as_another, Answer::Refused(Refused::Wrong));
}

#[test]
fn many_guesses_at_once_count_as_many() {
    let (world, ..) = begin();
    let (service, attempt) = (&world.service, world.attempt());
    let answered = std::thread::scope(|scope| {
        let guess = || scope.spawn(|| service.sign_in(&attempt, "w-amy", "wrong").unwrap());
        let guesses: Vec<_> = (0..30).map(|_| guess()).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(answered.iter().filter(|answer| **answer == Answer::Refused(Refused::Wrong)).count(), 3);
}

#[test]
fn an_address_that_tries_many_accounts_is_held_up() {
    let (world, ..) = begin();
    let answers: Vec<_> =
        (0..80).map(|n| world.service.sign_in(&world.attempt(), &format!("n-{n}"), "x").unwrap()).collect();
    assert_eq!(answers.iter().filter(|answer| **answer == Answer::Refused(Refused::Wrong)).count(), 60);
}

#[test]
fn a_session_ends_by_itself() {
    let (world, _, amy) = begin();
    world.later(29 * 60);
    assert!(is_in(&world, &amy.secret));
    world.later(30 * 60);
    assert!(is_in(&world, &amy.secret), "it was in use");
    world.later(30 * 60 + 1);
    let ended = world.service.who(&amy.secret, world.moment()).unwrap();
    assert!(matches!(ended, Who::Ended { .. }), "{ended:?}");
    let secret = sign_in(&world, "w-amy");
    for _ in 0..(12 * 60 / 25) {
        assert!(is_in(&world, &secret));
        world.later(25 * 60);
    }
    world.later(20 * 60);
    assert!(!is_in(&world, &secret), "twelve hours at the most, however busy");
}

type Act = fn(&World, &Actor, Member);

#[test]
fn what_takes_rights_away_takes_them_at_once() {
    let id = |account: &str| account.try_into().unwrap();
    let acts: [(&str, Act); 5] = [
        ("disabled", |world, gus, member| {
            world.service.disable_user(&world.request(gus), world.id(), &member.actor.id).unwrap();
        }),
        ("reset", |world, gus, member| {
            world.service.reset_user(&world.request(gus), &world.attempt(), &member.actor.id, None).unwrap();
        }),
        ("another role", |world, gus, member| {
            let actor = Actor { roles: BTreeSet::from([Role::Analyst]), ..member.actor.clone() };
            let member = Member { actor, ..member };
            world.service.add_staff(&world.request(gus), world.id(), &member).unwrap();
        }),
        ("another team", |world, gus, member| {
            let actor = Actor { team: None, ..member.actor.clone() };
            world.service.add_staff(&world.request(gus), world.id(), &Member { actor, ..member }).unwrap();
        }),
        ("sessions ended", |world, gus, member| {
            world.service.end_sessions_of(&world.request(gus), &member.actor.id).unwrap();
        }),
    ];
    for (what, act) in acts {
        let (world, gus, enrolled) = begin();
        let member = world.service.directory().unwrap().member("w-amy").unwrap().clone();
        let roles = BTreeSet::from([Role::CaseManager]);
        let request = world.request(&member.actor);
        let (_, token) = world.service.make_api_token(&request, &world.attempt(), "t", &roles, 30).unwrap();
        assert!(
            is_in(&world, &enrolled.secret) && world.service.token_holder(&token, world.moment()).unwrap().is_some()
        );
        act(&world, &gus, member);
        assert!(!is_in(&world, &enrolled.secret), "{what}: the session");
        assert_eq!(world.service.token_holder(&token, world.moment()).unwrap(), None, "{what}: the token");
    }
    let (world, gus, _) = begin();
    let refused = world.service.disable_user(&world.request(&gus), world.id(), &id("w-gus"));
    assert!(refused.unwrap_err().to_string().contains("your own account"));
    let demoted = Member { name: "Gus".try_into().unwrap(), actor: actor("w-gus", &[Role::Analyst], "capital", "") };
    let refused = world.service.add_staff(&world.request(&gus), world.id(), &demoted);
    assert!(refused.unwrap_err().to_string().contains("only administrator"));
}

#[test]
fn changing_ones_password_or_authenticator_ends_every_other_session() {
    let (world, _, first) = begin();
    let amy = world.service.actor(&"w-amy".try_into().unwrap()).unwrap().unwrap();
    let second = sign_in(&world, "w-amy");
    let new = "lantern-orchard-pebble-sky";
    let changed = world.service.change_password(&world.request(&amy), &world.attempt(), &second, new).unwrap();
    assert_eq!(changed, Ok(()));
    assert!(is_in(&world, &second) && !is_in(&world, &first.secret));
    let offer = world.service.offer_authenticator(&world.request(&amy), &world.attempt()).unwrap();
    let code = totp_at(&offer.typed, world.moment()).unwrap();
    let third = match world.service.sign_in(&world.attempt(), "w-amy", new).unwrap() {
        Answer::SecondFactor(half) => {
            world.later(60);
            let code = code_of(&world, "w-amy").unwrap();
            match world.service.second_factor(&world.attempt(), &half, &code).unwrap() {
                Answer::SignedIn(secret) => secret,
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    };
    let code = totp_at(&offer.typed, world.moment()).map_or(code, |now| now);
    let codes =
        world.service.take_up_authenticator(&world.request(&amy), &world.attempt(), &second, &code).unwrap().unwrap();
    assert_eq!(codes.len(), 10);
    assert!(is_in(&world, &second) && !is_in(&world, &third));
}

#[test]
fn confirming_who_one_is_renews_the_session() {
    let (world, _, amy) = begin();
    let actor = world.service.actor(&"w-amy".try_into().unwrap()).unwrap().unwrap();
    world.later(600);
    let confirm =
        |typed: &str| world.service.confirm(&world.request(&actor), &world.attempt(), &amy.secret, typed).unwrap();
    assert_eq!(confirm("wrong"), Err(Refused::Wrong));
    let renewed = confirm(PASSWORD).unwrap();
    assert!(!is_in(&world, &amy.secret));
    let Who::SignedIn(seen) = world.service.who(&renewed, world.moment()).unwrap() else { panic!() };
    assert_eq!(seen.confirmed_at, Some(world.moment()));
}

#[test]
fn a_password_alone_is_enough_only_for_a_demonstrations_accounts_in_a_demonstration() {
    let world = World::new();
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    let account = "w-gus".try_into().unwrap();
    world.service.add_demonstration_users(&world.request(&gus), &world.attempt(), &[account], PASSWORD).unwrap();
    let answer = world.service.sign_in(&world.attempt(), "w-gus", PASSWORD).unwrap();
    assert!(matches!(answer, Answer::Enrol(_)), "elsewhere it is half made: {answer:?}");
    let world = world.with_limits(Limits { demonstration: true, ..Limits::default() });
    let answer = world.service.sign_in(&world.attempt(), "w-gus", PASSWORD).unwrap();
    assert!(matches!(answer, Answer::SignedIn(_)), "{answer:?}");
}

#[test]
fn an_identity_is_known_by_issuer_and_subject_and_never_by_its_name() {
    let (world, gus, _) = begin();
    let vouched = |subject: &str, account: &str, roles: &[Role]| Vouched {
        issuer: "https://id.example".into(),
        subject: subject.into(),
        by_passkey: false,
        claims: Some(Claims {
            account: account.try_into().ok(),
            name: "Ivy Innes".try_into().unwrap(),
            roles: roles.iter().copied().collect(),
            agency: "capital".try_into().unwrap(),
            team: None,
        }),
    };
    let come = |vouched: &Vouched| world.service.vouched_for(&world.attempt(), vouched).unwrap();
    let stolen = come(&vouched("s-9", "w-amy", &[Role::Administrator]));
    assert!(matches!(stolen, Answer::Refused(Refused::NotKnown(_))), "the name of another: {stolen:?}");
    let without = come(&vouched("s-1", "ivy", &[]));
    assert!(matches!(without, Answer::Refused(Refused::NotKnown(_))), "no role: {without:?}");
    let Answer::SignedIn(first) = come(&vouched("s-1", "ivy", &[Role::CaseManager])) else { panic!() };
    let Who::SignedIn(ivy) = world.service.who(&first, world.moment()).unwrap() else { panic!() };
    assert_eq!(ivy.actor, actor("ivy", &[Role::CaseManager], "capital", ""));
    let Answer::SignedIn(second) = come(&vouched("s-1", "somebody-else", &[Role::Analyst])) else { panic!() };
    let Who::SignedIn(ivy) = world.service.who(&second, world.moment()).unwrap() else { panic!() };
    assert_eq!(ivy.actor, actor("ivy", &[Role::Analyst], "capital", ""), "same subject, new role");
    assert!(!is_in(&world, &first), "what the old role had begun is over");
    world.service.disable_user(&world.request(&gus), world.id(), &ivy.actor.id).unwrap();
    let gone = come(&vouched("s-1", "ivy", &[Role::CaseManager]));
    assert!(matches!(gone, Answer::Refused(Refused::NotKnown(_))), "{gone:?}");
    let unclaimed = Vouched { claims: None, ..vouched("s-5", "x", &[]) };
    assert!(matches!(come(&unclaimed), Answer::Refused(Refused::NotKnown(_))));
    let account = "w-amy".try_into().unwrap();
    let request = world.request(&gus);
    world.service.tie_identity(&request, &world.attempt(), &account, "https://id.example", "s-5").unwrap();
    assert!(matches!(come(&unclaimed), Answer::SignedIn(_)), "tied by an administrator");
}

#[test]
fn a_token_acts_in_no_more_than_its_owners_roles() {
    let (world, gus, _) = begin();
    let both = world.hire("w-ben", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
    let make = |actor: &Actor, roles: &[Role]| {
        let roles = roles.iter().copied().collect();
        world.service.make_api_token(&world.request(actor), &world.attempt(), "report", &roles, 10)
    };
    assert!(make(&both, &[Role::Administrator]).is_err(), "not one's own role");
    let (shown, secret) = make(&both, &[Role::TeamManager]).unwrap();
    let holder = world.service.token_holder(&secret, world.moment()).unwrap().unwrap();
    assert_eq!(holder.actor, actor("w-ben", &[Role::TeamManager], "capital", "t-east"));
    assert_eq!(holder.token, shown.id);
    world.later(11 * 24 * 3600);
    assert_eq!(world.service.token_holder(&secret, world.moment()).unwrap(), None, "over");
    let (other, secret) = make(&both, &[Role::CaseManager]).unwrap();
    assert!(world.service.end_api_token(&world.request(&gus), &other.id).is_err(), "not another's");
    world.service.end_api_token(&world.request(&both), &other.id).unwrap();
    assert_eq!(world.service.token_holder(&secret, world.moment()).unwrap(), None);
}

#[test]
fn the_directory_is_right_after_every_change_and_shows_the_tree() {
    let (world, gus, _) = begin();
    let service = &world.service;
    let names = |agency: &str, name: &str, within: Option<&str>| {
        let agency = service::Agency {
            agency: agency.try_into().unwrap(),
            name: name.try_into().unwrap(),
            within: within.map(|within| within.try_into().unwrap()),
        };
        service.name_agency(&world.request(&gus), world.id(), &agency).unwrap();
    };
    names("lothian", "Lothian partnership", None);
    names("capital", "Capital Council", Some("lothian"));
    let team = service::Team {
        team: "t-east".try_into().unwrap(),
        name: "East team".try_into().unwrap(),
        agency: "capital".try_into().unwrap(),
        within: None,
    };
    service.name_team(&world.request(&gus), world.id(), &team).unwrap();
    let directory = service.directory().unwrap();
    assert_eq!(directory.team_name("t-east"), "East team");
    assert_eq!(directory.worker_name("w-amy"), "Example");
    assert_eq!(directory.worker_name("w-unknown"), "w-unknown");
    let tree = directory.tree();
    assert_eq!((tree.len(), tree[0].name.as_str()), (1, "Lothian partnership"));
    let capital = &tree[0].branches[0];
    assert_eq!((capital.name.as_str(), capital.staff), ("Capital Council", 2));
    assert_eq!((capital.branches[0].name.as_str(), capital.branches[0].staff), ("East team", 1));
    service.disable_user(&world.request(&gus), world.id(), &"w-amy".try_into().unwrap()).unwrap();
    let directory = service.directory().unwrap();
    assert_eq!((directory.actor("w-amy"), directory.worker_name("w-amy")), (None, "Example"));
}

#[test]
fn the_database_alone_makes_no_codes_and_a_new_key_takes_over() {
    let keys = |lines: &[[u8; 32]]| {
        let lines: Vec<String> = lines.iter().map(Keys::line).collect();
        Keys::parse(&lines.join("\n")).unwrap()
    };
    let (world, ..) = begin();
    let kept = |world: &World| {
        let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
        store.read(|tx| Accounts::of(tx).account("w-amy")).unwrap().unwrap().totp.unwrap()
    };
    let secret = kept(&world);
    let lets_in = |world: &World, expected: bool| {
        world.later(30);
        let Answer::SecondFactor(half) = world.service.sign_in(&world.attempt(), "w-amy", PASSWORD).unwrap() else {
            panic!()
        };
        let code = totp_at(&base32(&secret), world.moment()).unwrap();
        let answer = world.service.second_factor(&world.attempt(), &half, &code);
        assert_eq!(matches!(answer, Ok(Answer::SignedIn(_))), expected, "{answer:?}");
    };
    let world = world.with(|service| service.sealing_with(keys(&[[1; 32]])));
    lets_in(&world, true);
    assert_eq!(world.service.seal_secrets(&world.attempt()).unwrap(), 1);
    assert_eq!(world.service.seal_secrets(&world.attempt()).unwrap(), 0, "once");
    let sealed = kept(&world);
    assert!(!sealed.windows(secret.len()).any(|window| window == secret));
    lets_in(&world, true);
    let world = world.with(|service| service.sealing_with(keys(&[[2; 32], [1; 32]])));
    assert_eq!(world.service.seal_secrets(&world.attempt()).unwrap(), 1, "under the new key");
    let world = world.with(|service| service.sealing_with(keys(&[[2; 32]])));
    lets_in(&world, true);
    let world = world.with(|service| service.sealing_with(keys(&[[1; 32]])));
    lets_in(&world, false);
}
