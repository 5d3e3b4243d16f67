//! People are reminded of their appointments: those who asked, once, and what was written is kept and entered in the log.

use crate::world::{World, actor, locations, payback_order};
use jiff::{Timestamp, ToSpan as _};
use post::{Folder, Post};
use serde_json::json;
use service::{Actor, Edge, NoticeView, PersonId, Role};
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use store::access_log::{self, Action};
use store::jobs::JobState;
use store::{Options, Store};
use uuid::Uuid;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A record with an appointment on Friday 6 March at 2pm, on Monday at 9am, and a runner that takes a turn when told.
struct Reminded {
    world: World,
    version: Cell<u64>,
    now: Mutex<Timestamp>,
    person: String,
    outbox: PathBuf,
    _dir: tempfile::TempDir,
}

impl Reminded {
    fn new(world: World, safe: &serde_json::Value) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let person = format!(
            "p-{}",
            Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) | u128::from(std::process::id()) << 64)
                .simple()
        );
        let person = person[..36.min(person.len())].to_owned();
        let outbox = dir.path().join("outbox");
        let now = Mutex::new("2026-03-02T09:00:00Z".parse().unwrap());
        let new = Self { world, version: Cell::new(0), now, person, outbox, _dir: dir };
        new.say("person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"}));
        new.say("order.imposed", &payback_order("CPO-1", 100));
        new.say("supervision.allocated", &json!({"worker": "w-amy", "team": "t-east"}));
        new.say("person.contact_detail", &json!({"route": "mobile", "value": "07700 900123", "safe": safe}));
        new.plan("C-1", "2026-03-06", "14:00:00");
        new
    }

    fn say(&self, kind: &str, data: &serde_json::Value) {
        let today = self.now.lock().unwrap().to_string();
        self.world.at(today.trim_end_matches('Z'));
        let happened = &today[..10];
        let recorded = self.world.try_say(&self.person, self.version.get(), happened, kind, data).unwrap();
        self.version.set(recorded.version);
    }

    fn plan(&self, contact: &str, on: &str, at: &str) {
        self.say(
            "contact.planned",
            &json!({"contact": contact, "kind": "office", "with": "case_manager", "on": on, "at": at, "place": "Justice Centre"}),
        );
    }

    /// Time passes, and the runner takes a turn every ten minutes.
    fn until(&self, moment: &str) {
        let end: Timestamp = moment.parse().unwrap();
        loop {
            self.turn();
            let mut now = self.now.lock().unwrap();
            if *now >= end {
                return;
            }
            *now = (*now + 10.minutes()).min(end);
        }
    }

    fn turn(&self) {
        let clock = &self.now;
        let now = || *clock.lock().unwrap();
        let new_id = || {
            Uuid::from_u128(
                u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) | u128::from(std::process::id()) << 64 | 9 << 100,
            )
        };
        let edge = Edge { now: &now, new_id: &new_id };
        self.world.service.send_notices(edge, &Post::folder(Folder::new(&self.outbox))).unwrap();
    }

    /// What lies in the outbox, in the order of sending.
    fn sent(&self) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(&self.outbox) else { return Vec::new() };
        let mut sent: Vec<String> = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        sent.sort_by_key(|text| text.lines().nth(2).unwrap().to_owned());
        sent
    }

    fn notices(&self) -> Vec<NoticeView> {
        let amy = amy();
        self.world.service.notices(&self.world.request(&amy), &PersonId::new(&self.person).unwrap()).unwrap()
    }
}

fn amy() -> Actor {
    actor("w-amy", &[Role::CaseManager], "capital", "t-east")
}

fn each(safe: &serde_json::Value) -> impl Iterator<Item = Reminded> {
    locations().into_iter().map(move |location| Reminded::new(World::on(&location), safe))
}

fn wanted() -> serde_json::Value {
    json!({"write": true, "reminders": true})
}

#[test]
fn who_asked_is_reminded_two_days_before_once_and_it_is_kept_and_entered() {
    for reminded in each(&wanted()) {
        reminded.until("2026-03-04T13:50:00Z");
        assert_eq!(reminded.sent(), Vec::<String>::new());
        assert_eq!(reminded.notices()[0].state, "planned");
        reminded.until("2026-03-06T15:00:00Z");
        assert_eq!(
            reminded.sent(),
            [
                "text message\nTo: 07700 900123\nAt: 2026-03-04T14:00:00Z\n\nReminder: your appointment is on Friday 6 March at 2pm. If you can't make it, please call the number you were given.\n"
            ]
        );
        let notices = reminded.notices();
        assert_eq!(notices.len(), 1);
        assert_eq!((notices[0].state.as_str(), notices[0].sent_to.as_deref()), ("sent", Some("number ending 123")));
        assert!(notices[0].said.as_ref().unwrap().starts_with("Reminder: your appointment"));

        let auditor = actor("w-aud", &[Role::Auditor], "capital", "");
        let person = PersonId::new(&reminded.person).unwrap();
        let looks = reminded.world.service.who_looked(&reminded.world.request(&auditor), &person).unwrap();
        let disclosed: Vec<_> = looks.iter().filter(|look| look.action == Action::Disclosure.word()).collect();
        assert_eq!(disclosed.len(), 1);
        assert_eq!((disclosed[0].actor.as_str(), disclosed[0].agency.as_str()), ("reminders", "capital"));
        assert_eq!(disclosed[0].detail, "remind; reminder by text");
    }
}

#[test]
fn who_did_not_ask_or_may_not_be_written_to_is_left_in_peace() {
    for safe in [json!({"write": true}), json!({"reminders": true}), json!({})] {
        for reminded in each(&safe) {
            reminded.until("2026-03-06T15:00:00Z");
            assert!(reminded.sent().is_empty());
            assert!(reminded.notices().is_empty());
        }
    }
}

#[test]
fn who_changes_their_mind_is_not_written_to_any_more() {
    for reminded in each(&wanted()) {
        reminded.until("2026-03-04T12:00:00Z");
        reminded.say(
            "person.contact_detail",
            &json!({"route": "mobile", "value": "07700 900123", "safe": {"write": true}}),
        );
        reminded.until("2026-03-06T15:00:00Z");
        assert!(reminded.sent().is_empty());
        let notices = reminded.notices();
        assert_eq!(notices[0].state, "dropped");
        assert_eq!(notices[0].reason.as_deref(), Some("It is no longer wanted, or no longer safe, to write there."));
    }
}

#[test]
fn who_was_reminded_is_told_of_a_change_in_the_morning() {
    for reminded in each(&wanted()) {
        reminded.until("2026-03-04T22:30:00Z");
        reminded.say("contact.cancelled", &json!({"contact": "C-1", "reason": "the worker is ill"}));
        reminded.plan("C-2", "2026-03-09", "10:30:00");
        reminded.until("2026-03-05T07:50:00Z");
        assert_eq!(reminded.sent().len(), 1, "nothing at night");
        reminded.until("2026-03-09T12:00:00Z");
        let sent = reminded.sent();
        assert!(sent[1].contains("At: 2026-03-05T08:00:00Z\n\nYour appointment is now on Monday 9 March at 10:30am, not Friday 6 March at 2pm."), "{}", sent[1]);
        assert!(
            sent[2].contains("At: 2026-03-07T10:30:00Z\n\nReminder: your appointment is on Monday 9 March at 10:30am."),
            "{}",
            sent[2]
        );
        assert_eq!(sent.len(), 3);
    }
}

#[test]
fn the_place_is_named_only_where_the_service_may_be() {
    for reminded in each(&json!({"write": true, "reminders": true, "name_the_service": true})) {
        reminded.until("2026-03-04T14:00:00Z");
        assert!(reminded.sent()[0].contains("at 2pm at Justice Centre."));
    }
}

#[test]
fn what_was_being_handed_over_when_the_program_stopped_is_not_sent_again() {
    let reminded = Reminded::new(World::new(), &wanted());
    reminded.until("2026-03-04T13:50:00Z");
    {
        let (url, now) = (&reminded.world.location, *reminded.now.lock().unwrap());
        let id = {
            let store = Store::open(url, &Options::read_only(0)).unwrap();
            let stream = store::StreamId::new("person", &reminded.person);
            store.read(|tx| store::notices::of_person(tx, &stream)).unwrap()[0].id
        };
        let database = rusqlite::Connection::open(url.to_string()).unwrap();
        let changed = database
            .execute(
                "UPDATE notices SET state = 'sending', changed_at = ?2 WHERE id = ?1",
                rusqlite::params![id.as_bytes().as_slice(), now.as_microsecond()],
            )
            .unwrap();
        assert_eq!(changed, 1);
    }
    reminded.until("2026-03-06T15:00:00Z");
    assert!(reminded.sent().is_empty());
    let notices = reminded.notices();
    assert_eq!(notices[0].state, "unclear");
    assert_eq!(
        notices[0].reason.as_deref(),
        Some("The program stopped while it was handed over: it may have been sent.")
    );
}

#[test]
fn many_runners_at_once_send_one_message() {
    let reminded = Reminded::new(World::new(), &wanted());
    reminded.turn();
    *reminded.now.lock().unwrap() = "2026-03-04T14:00:00Z".parse().unwrap();
    // Looks that were asked for over and over.
    for n in 0..6 {
        reminded.say("person.language", &json!({"language": format!("language {n}"), "interpreter": false}));
        reminded.say("person.contact_detail", &json!({"route": "landline", "value": format!("0131 496 000{n}")}));
    }
    std::thread::scope(|scope| {
        let (service, outbox, now) = (&reminded.world.service, &reminded.outbox, *reminded.now.lock().unwrap());
        for _ in 0..4 {
            scope.spawn(move || {
                let now = move || now;
                let new_id = || Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) | 10 << 100);
                let edge = Edge { now: &now, new_id: &new_id };
                for _ in 0..5 {
                    service.send_notices(edge, &Post::folder(Folder::new(outbox))).unwrap();
                }
            });
        }
    });
    assert_eq!(reminded.sent().len(), 1);
    let store = Store::open(&reminded.world.location, &Options::read_only(0)).unwrap();
    let mut taken = 0;
    let count = store.read(|tx| {
        access_log::each_entry(tx, &mut |entry| {
            taken += u32::from(entry.entry.actor == "reminders");
            Ok(())
        })
    });
    count.unwrap();
    assert_eq!(taken, 1);
}

#[test]
fn an_appointment_that_came_without_an_append_of_its_own_is_found_on_the_day() {
    for reminded in each(&wanted()) {
        // As after an import: nobody asked to look.
        let clock = &reminded.now;
        let now = || *clock.lock().unwrap();
        let new_id = || Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) | 11 << 100);
        let edge = Edge { now: &now, new_id: &new_id };
        reminded.turn();
        let looks = || {
            let store = Store::open(&reminded.world.location, &Options::read_only(0)).unwrap();
            store
                .read(|tx| {
                    let count =
                        |tx: &mut dyn store::Tx, state| store::jobs::about(tx, "notice", &reminded.person, state, 100);
                    Ok(count(tx, JobState::Open)?.len() + count(tx, JobState::Done)?.len())
                })
                .unwrap()
        };
        let before = looks();
        reminded.world.service.plan_notices(edge).unwrap();
        assert_eq!(looks(), before + 1);
        reminded.world.service.plan_notices(edge).unwrap();
        assert_eq!(looks(), before + 1, "once a day");
        reminded.until("2026-03-04T14:00:00Z");
        assert_eq!(reminded.sent().len(), 1);
        reminded.until("2026-03-07T08:00:00Z");
        let open = looks();
        reminded.world.service.plan_notices(edge).unwrap();
        assert_eq!(looks(), open, "the appointment is over");
    }
}
