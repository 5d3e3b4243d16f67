//! Accounts, sessions, tokens and tries: the same on both databases.

use store::accounts::{Account, Accounts, Held, Passkey, Session, Token, Turn};
use store::{Result, Store};

use crate::world::{NOW, World};

fn with<T: Send + 'static>(store: &Store, act: impl FnOnce(&mut Accounts<'_>) -> Result<T> + Send + 'static) -> T {
    store.write(|tx| act(&mut Accounts::of(tx))).unwrap()
}

fn amy() -> Account {
    Account {
        account: "w-amy".into(),
        password: Some("$argon2id$…".into()),
        totp: Some(vec![0, 255, 7]),
        handle: b"handle".to_vec(),
        ..Account::default()
    }
}

fn session(id: &[u8], account: &str) -> Session {
    Session {
        id: id.to_vec(),
        account: account.into(),
        stage: "whole".into(),
        how: "password and code".into(),
        csrf: "c".into(),
        device: "Firefox".into(),
        address: "127.0.0.1".into(),
        begun_at: NOW,
        seen_at: NOW,
        ends_at: NOW + 1_000,
        confirmed_at: Some(NOW),
        flash: None,
    }
}

#[test]
fn an_account_is_read_back_as_written_and_keeps_its_handle() {
    for world in World::each() {
        let store = world.open();
        with(&store, |accounts| accounts.put_account(&amy()));
        assert_eq!(with(&store, |accounts| accounts.account("w-amy")), Some(amy()));
        let changed = Account { password: None, handle: b"other".to_vec(), signed_in_at: Some(NOW), ..amy() };
        with(&store, move |accounts| accounts.put_account(&changed));
        let now = store.read(|tx| Accounts::of(tx).account_of_handle(b"handle")).unwrap().unwrap();
        assert_eq!((now.password, now.signed_in_at), (None, Some(NOW)));
        assert_eq!(with(&store, |accounts| accounts.account_of_handle(b"other")), None);
    }
}

#[test]
fn a_code_and_a_recovery_code_count_once() {
    for world in World::each() {
        let store = world.open();
        with(&store, |accounts| accounts.put_account(&amy()));
        let steps = [(5, true), (5, false), (4, false), (6, true)];
        for (step, counts) in steps {
            assert_eq!(with(&store, move |accounts| accounts.use_totp_step("w-amy", step)), counts, "{step}");
        }
        with(&store, |accounts| accounts.set_recovery_codes("w-amy", &[vec![1], vec![2]]));
        assert!(with(&store, |accounts| accounts.use_recovery_code("w-amy", &[1])));
        assert!(!with(&store, |accounts| accounts.use_recovery_code("w-amy", &[1])));
        assert!(!with(&store, |accounts| accounts.use_recovery_code("w-bob", &[2])));
        assert_eq!(with(&store, |accounts| accounts.recovery_codes_left("w-amy")), 1);
    }
}

#[test]
fn a_session_lives_until_it_is_ended() {
    for world in World::each() {
        let store = world.open();
        for (id, account) in [(b"1", "w-amy"), (b"2", "w-amy"), (b"3", "w-bob")] {
            with(&store, move |accounts| accounts.begin_session(&session(id, account)));
        }
        with(&store, |accounts| accounts.set_flash(b"1", Some("Recorded.")));
        with(&store, |accounts| accounts.seen_session(b"1", NOW + 40, false));
        assert!(with(&store, |accounts| accounts.session(b"1")).unwrap().confirmed_at.is_some());
        with(&store, |accounts| accounts.seen_session(b"1", NOW + 50, true));
        assert_eq!(with(&store, |accounts| accounts.session(b"1")).unwrap().confirmed_at, None, "they were away");
        with(&store, |accounts| accounts.seen_session(b"1", NOW + 60, false));
        let one = with(&store, |accounts| accounts.session(b"1")).unwrap();
        let flash = Some("Recorded.".into());
        assert_eq!(one, Session { flash, seen_at: NOW + 60, confirmed_at: None, ..session(b"1", "w-amy") });
        assert!(!with(&store, |accounts| accounts.end_session_of("w-bob", b"1")), "only one's own");
        assert_eq!(with(&store, |accounts| accounts.end_sessions("w-amy", b"1")), 1);
        assert_eq!(with(&store, |accounts| accounts.sessions("w-amy")).len(), 1);
        assert!(with(&store, |accounts| accounts.end_session(b"1")));
        assert_eq!(with(&store, |accounts| accounts.session(b"1")), None);
        assert_eq!(with(&store, |accounts| accounts.sweep_sessions(NOW + 2_000)), 1);
    }
}

#[test]
fn tries_are_counted_and_held_up() {
    let wait: fn(i64) -> i64 = |tries| if tries < 3 { 0 } else { 100 };
    for world in World::each() {
        let store = world.open();
        let take = |now: i64| with(&store, move |accounts| accounts.take_turn(b"amy", now, 1_000, wait));
        assert_eq!([take(NOW), take(NOW), take(NOW)], [Turn::Try(1), Turn::Try(2), Turn::Try(3)]);
        assert_eq!(take(NOW + 1), Turn::Wait(NOW + 100));
        assert_eq!(take(NOW + 100), Turn::Try(4));
        assert_eq!(take(NOW + 1_001), Turn::Try(1), "a new window");
        with(&store, |accounts| accounts.forget_tries(b"amy"));
        assert_eq!(take(NOW + 1_002), Turn::Try(1));
        with(&store, |accounts| accounts.give_back_turn(b"amy", None));
        assert_eq!(take(NOW + 1_003), Turn::Try(1), "the right one is not counted");
        assert_eq!([take(NOW + 1_004), take(NOW + 1_005)], [Turn::Try(2), Turn::Try(3)]);
        with(&store, |accounts| accounts.give_back_turn(b"amy", Some(2)));
        assert_eq!(take(NOW + 1_006), Turn::Wait(NOW + 1_105), "others came after the right one");
        with(&store, |accounts| accounts.give_back_turn(b"amy", Some(2)));
        assert_eq!(take(NOW + 1_006), Turn::Try(2), "nobody waits for the right one");
        assert_eq!(with(&store, |accounts| accounts.sweep_tries(NOW + 5_000)), 1);
    }
}

#[test]
fn many_tries_at_once_are_held_up_as_many() {
    let wait: fn(i64) -> i64 = |tries| if tries < 5 { 0 } else { 1_000_000 };
    for world in World::each() {
        let store = world.open();
        let allowed = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..40)
                .map(|_| scope.spawn(|| with(&store, move |accounts| accounts.take_turn(b"amy", NOW, 1_000, wait))))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(allowed.iter().filter(|turn| matches!(turn, Turn::Try(_))).count(), 5);
    }
}

#[test]
fn a_token_is_found_by_its_hash_and_ended_by_its_owner() {
    for world in World::each() {
        let store = world.open();
        let token = Token {
            id: "t-1".into(),
            kind: "calendar".into(),
            hash: vec![9; 32],
            account: "w-amy".into(),
            name: "phone".into(),
            roles: String::new(),
            agency: "capital".into(),
            made_at: NOW,
            ends_at: None,
            used_at: None,
        };
        let added = token.clone();
        with(&store, move |accounts| accounts.add_token(&added));
        assert_eq!(with(&store, |accounts| accounts.token(&[9; 32])), Some(token));
        with(&store, |accounts| accounts.used_token("t-1", NOW + 1));
        assert_eq!(with(&store, |accounts| accounts.tokens("w-amy"))[0].used_at, Some(NOW + 1));
        assert!(!with(&store, |accounts| accounts.end_token("w-bob", "t-1")));
        assert!(with(&store, |accounts| accounts.end_token("w-amy", "t-1")));
        assert_eq!(with(&store, |accounts| accounts.token(&[9; 32])), None);
    }
}

#[test]
fn what_is_held_is_taken_once_and_forgotten_in_time() {
    for world in World::each() {
        let store = world.open();
        let held =
            |id: &[u8], ends_at| Held { id: id.to_vec(), kind: "challenge".into(), content: "x".into(), ends_at };
        let (one, two) = (held(b"1", NOW + 10), held(b"2", NOW + 20));
        with(&store, move |accounts| accounts.hold(&one, NOW));
        assert_eq!(with(&store, |accounts| accounts.take_held(b"1", "typing", NOW)), None, "another kind");
        assert_eq!(with(&store, |accounts| accounts.held(b"1", "challenge", NOW)), Some("x".into()));
        assert_eq!(with(&store, |accounts| accounts.take_held(b"1", "challenge", NOW)), Some("x".into()));
        assert_eq!(with(&store, |accounts| accounts.take_held(b"1", "challenge", NOW)), None);
        with(&store, move |accounts| accounts.hold(&two, NOW));
        assert_eq!(with(&store, |accounts| accounts.held(b"2", "challenge", NOW + 21)), None);
    }
}

#[test]
fn forgetting_an_accounts_secrets_leaves_nothing_to_sign_in_with() {
    for world in World::each() {
        let store = world.open();
        with(&store, |accounts| accounts.put_account(&amy()));
        with(&store, |accounts| accounts.set_recovery_codes("w-amy", &[vec![1]]));
        with(&store, |accounts| accounts.begin_session(&session(b"1", "w-amy")));
        let passkey = Passkey {
            id: vec![3],
            account: "w-amy".into(),
            name: "key ring".into(),
            content: "{}".into(),
            added_at: NOW,
            used_at: None,
        };
        let again = passkey.clone();
        assert!(with(&store, move |accounts| accounts.add_passkey(&passkey)));
        assert!(!with(&store, move |accounts| accounts.add_passkey(&again)), "one credential, one owner");
        assert!(with(&store, |accounts| accounts.used_passkey("w-amy", &[3], "{\"counter\":1}", NOW)));
        with(&store, |accounts| accounts.add_identity("https://id.example", "s-1", "w-amy"));
        with(&store, |accounts| accounts.forget_secrets("w-amy"));
        let left = with(&store, |accounts| accounts.account("w-amy")).unwrap();
        assert_eq!((left.password, left.totp), (None, None));
        assert_eq!(with(&store, |accounts| accounts.passkeys("w-amy")), []);
        assert_eq!(with(&store, |accounts| accounts.recovery_codes_left("w-amy")), 0);
        assert_eq!(with(&store, |accounts| accounts.sessions("w-amy")), []);
        let identity = with(&store, |accounts| accounts.identity("https://id.example", "s-1"));
        assert_eq!(identity.as_deref(), Some("w-amy"));
    }
}
