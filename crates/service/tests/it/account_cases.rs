//! The use cases of accounts, each with a role that may; [`bypass`](crate::bypass) runs them with all others.

use crate::bypass::UseCase;
use crate::signing_in::{PASSWORD, code_of, enrol, passkey};
use crate::world::{World, actor};
use service::{Agency, Member, PersonId, Request, Role, Secret, Team};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use store::accounts::Accounts;
use store::{Options, Store};
use uuid::Uuid;

thread_local! {
    static SESSION: RefCell<Option<Secret>> = const { RefCell::new(None) };
    static ALARM: Cell<Option<Uuid>> = const { Cell::new(None) };
    static OPENING: Cell<Option<Uuid>> = const { Cell::new(None) };
}

/// The record that [`prepare_for`] opened with a reason.
pub(crate) fn opening() -> Uuid {
    OPENING.get().unwrap()
}

/// The alarm that [`prepare_for`] had raised.
pub(crate) fn alarm() -> Uuid {
    ALARM.get().unwrap()
}

fn session() -> Secret {
    SESSION.with_borrow(|session| session.clone().unwrap())
}

/// Prepares what the use case of this name needs.
pub(crate) fn prepare_for(world: &World, name: &str) {
    if ACCOUNT_USE_CASES.iter().any(|(known, ..)| *known == name) {
        prepare(world);
    }
    if name == "settle_alarm" {
        ALARM.set(Some(crate::alarms::somebody_reads_too_much(world)));
    }
    if name == "review_opening" {
        let carl = actor("w-carl", &[Role::CaseManager], "capital", "t-west");
        let because = Request { reason: Some("duty worker; at the front desk"), ..world.request(&carl) };
        world.service.open_with_reason(&because, &PersonId::new("p-1").unwrap()).unwrap();
        OPENING.set(Some(because.id));
    }
}

/// Amy's account is whole: password, authenticator, passkey, a session, a token. Zed has one too.
pub(crate) fn prepare(world: &World) {
    let gus = world.hire("w-gus", &[Role::Administrator], "capital", "");
    let amy = world.hire("w-amy", &[Role::CaseManager], "capital", "t-east");
    world.hire("w-zed", &[Role::CaseManager], "capital", "t-east");
    let session = enrol(world, &gus, "w-amy");
    SESSION.set(Some(session.secret));
    let request = world.request(&amy);
    world.service.add_passkey(&request, &world.attempt(), &passkey(b"amys"), "key ring").unwrap();
    let roles = BTreeSet::from([Role::CaseManager]);
    world.service.make_api_token(&request, &world.attempt(), "import", &roles, 30).unwrap();
}

fn of_amy<T>(world: &World, look: impl Fn(&mut Accounts<'_>) -> store::Result<T>) -> T {
    let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
    store.read(|tx| look(&mut Accounts::of(tx))).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn zed(name: &str) -> Member {
    Member { name: name.try_into().unwrap(), actor: actor("w-zed", &[Role::CaseManager], "capital", "t-east") }
}

/// Every public use case about accounts that takes a request, with a role that may.
pub(crate) const ACCOUNT_USE_CASES: &[UseCase] = &[
    ("own_account", Role::CaseManager, |world, request| world.service.own_account(request).map(drop)),
    ("confirm", Role::CaseManager, |world, request| {
        world.service.confirm(request, &world.attempt(), &session(), PASSWORD).map(|confirmed| {
            confirmed.unwrap();
        })
    }),
    ("confirm_by_passkey", Role::CaseManager, |world, request| {
        world.service.confirm_by_passkey(request, &world.attempt(), &session(), &passkey(b"amys")).map(drop)
    }),
    ("change_password", Role::CaseManager, |world, request| {
        let new = "lantern-orchard-pebble-sky";
        world.service.change_password(request, &world.attempt(), &session(), new).map(Result::unwrap)
    }),
    ("offer_authenticator", Role::CaseManager, |world, request| {
        world.service.offer_authenticator(request, &world.attempt()).map(drop)
    }),
    ("take_up_authenticator", Role::CaseManager, |world, request| {
        world.service.take_up_authenticator(request, &world.attempt(), &session(), "000000").map(drop)
    }),
    ("renew_recovery_codes", Role::CaseManager, |world, request| {
        world.service.renew_recovery_codes(request, &world.attempt()).map(drop)
    }),
    ("add_passkey", Role::CaseManager, |world, request| {
        let added = world.service.add_passkey(request, &world.attempt(), &passkey(b"another"), "telephone");
        added.map(|added| assert!(added))
    }),
    ("remove_passkey", Role::CaseManager, |world, request| world.service.remove_passkey(request, &hex(b"amys"))),
    ("own_passkeys", Role::CaseManager, |world, request| world.service.own_passkeys(request).map(drop)),
    ("end_own_session", Role::CaseManager, |world, request| {
        let sessions = of_amy(world, |accounts| accounts.sessions("w-amy"));
        world.service.end_own_session(request, &hex(&sessions[0].id))
    }),
    ("end_other_sessions", Role::CaseManager, |world, request| {
        world.service.end_other_sessions(request, &session()).map(drop)
    }),
    ("make_api_token", Role::CaseManager, |world, request| {
        let roles = BTreeSet::from([Role::CaseManager]);
        world.service.make_api_token(request, &world.attempt(), "export", &roles, 7).map(drop)
    }),
    ("api_tokens", Role::CaseManager, |world, request| world.service.api_tokens(request).map(drop)),
    ("end_api_token", Role::CaseManager, |world, request| {
        let tokens = of_amy(world, |accounts| accounts.tokens("w-amy"));
        world.service.end_api_token(request, &tokens[0].id)
    }),
    ("users", Role::Administrator, |world, request| world.service.users(request).map(drop)),
    ("add_user", Role::Administrator, |world, request| {
        world.service.add_user(request, &world.attempt(), world.id(), &zed("Zed Zander"), None).map(drop)
    }),
    ("reset_user", Role::Administrator, |world, request| {
        world.service.reset_user(request, &world.attempt(), &"w-zed".try_into().unwrap(), None).map(drop)
    }),
    ("disable_user", Role::Administrator, |world, request| {
        world.service.disable_user(request, world.id(), &"w-zed".try_into().unwrap())
    }),
    ("end_sessions_of", Role::Administrator, |world, request| {
        world.service.end_sessions_of(request, &"w-zed".try_into().unwrap()).map(drop)
    }),
    ("let_user_try_again", Role::Administrator, |world, request| {
        world.service.let_user_try_again(request, &"w-zed".try_into().unwrap())
    }),
    ("tie_identity", Role::Administrator, |world, request| {
        let zed = "w-zed".try_into().unwrap();
        world.service.tie_identity(request, &world.attempt(), &zed, "https://id.example", "s-1")
    }),
    ("add_demonstration_users", Role::Administrator, |world, request| {
        let zed = "w-zed".try_into().unwrap();
        world.service.add_demonstration_users(request, &world.attempt(), &[zed], PASSWORD)
    }),
    ("name_agency", Role::Administrator, |world, request| {
        let capital = "capital".try_into().unwrap();
        let agency = Agency { agency: capital, name: "Capital Council".try_into().unwrap(), within: None };
        world.service.name_agency(request, world.id(), &agency)
    }),
    ("name_team", Role::Administrator, |world, request| {
        let team = Team {
            team: "t-east".try_into().unwrap(),
            name: "East team".try_into().unwrap(),
            agency: "capital".try_into().unwrap(),
            within: None,
        };
        world.service.name_team(request, world.id(), &team)
    }),
];

#[test]
fn the_prepared_account_is_whole() {
    let world = World::new();
    prepare(&world);
    let who = world.service.who(&session(), world.moment()).unwrap();
    assert!(matches!(who, service::Who::SignedIn(_)), "{who:?}");
    assert!(code_of(&world, "w-amy").is_some());
}
