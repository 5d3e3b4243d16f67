//! Others are told what was recorded: thinly, signed, at least once, and only of people whom they may know of.

use crate::world::{World, actor, payback_order};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::hmac;
use serde_json::{Value, json};
use service::{
    Actor, Courier, Destinations, Edge, NewSubscription, PersonId, Role, ServiceError, Worked, shown_secret,
};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::access_log::{self, Action};
use store::{Options, Store};
use uuid::Uuid;

const SECRET: [u8; 32] = *b"a secret that nobody can guess!!";
const LOOPBACK: Destinations = Destinations { loopback: true, private: false };

pub(crate) fn subscription(id: Uuid, url: &str, kinds: &[&str]) -> NewSubscription {
    NewSubscription {
        id,
        title: "The housing team's system".try_into().unwrap(),
        url: url.to_owned(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        secret: SECRET,
    }
}

/// What a receiver was sent.
#[derive(Clone, Debug)]
struct Message {
    headers: BTreeMap<String, String>,
    body: String,
}

/// A receiver on this machine: answers with the status it is told to (0: closes the connection without a word).
struct Receiver {
    url: String,
    answers: Arc<AtomicU16>,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let answers = Arc::new(AtomicU16::new(204));
        let messages = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept) = (Arc::clone(&answers), Arc::clone(&messages));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                std::thread::spawn(move || while converse(stream.as_ref().unwrap(), &answer, &kept).is_some() {});
            }
        });
        Self { url, answers, messages }
    }

    fn ids(&self) -> Vec<String> {
        self.messages.lock().unwrap().iter().map(|message| message.headers["webhook-id"].clone()).collect()
    }
}

fn converse(stream: &TcpStream, answer: &AtomicU16, kept: &Mutex<Vec<Message>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut headers = BTreeMap::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, content)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), content.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).ok()?;
    let status = answer.load(Ordering::SeqCst);
    if status == 0 {
        return None;
    }
    if status < 300 {
        kept.lock().unwrap().push(Message { headers, body: String::from_utf8(body).unwrap() });
    }
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status} As told\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").ok()
}

/// A world with a case in it, a receiver, and a time that the test moves.
struct Told {
    world: World,
    courier: Courier,
    now: AtomicU64,
    next: AtomicU64,
}

fn administrator() -> Actor {
    actor("w-ada", &[Role::Administrator], "capital", "")
}

impl Told {
    fn new() -> Self {
        let world = World::new().with(|service| service.sending_to(LOOPBACK));
        let courier = Courier::new(LOOPBACK);
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let told =
            Self { world, courier, now: AtomicU64::new(now.as_second().unsigned_abs()), next: AtomicU64::new(1) };
        told.say(0, "person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"}));
        told.say(1, "order.imposed", &payback_order("CPO-1", 100));
        told.say(2, "supervision.allocated", &json!({"worker": "w-amy", "team": "t-east"}));
        told
    }

    fn say(&self, version: u64, kind: &str, data: &Value) {
        self.world.try_say("p-1", version, "2026-03-02", kind, data).unwrap();
    }

    fn speaks(&self, version: u64, language: &str) {
        self.say(version, "person.language", &json!({"language": language, "interpreter": true}));
    }

    fn subscribe(&self, receiver: &Receiver, kinds: &[&str]) -> Uuid {
        let id = self.world.id();
        self.try_subscribe(&subscription(id, &receiver.url, kinds)).unwrap();
        id
    }

    fn try_subscribe(&self, new: &NewSubscription) -> Result<(), ServiceError> {
        self.world.service.subscribe(&self.world.request(&administrator()), new)
    }

    fn wait(&self, hours: u64) {
        self.now.fetch_add(hours * 3_600, Ordering::SeqCst);
    }

    fn with_edge<T>(&self, act: impl FnOnce(Edge<'_>) -> T) -> T {
        let (now, next) = (&self.now, &self.next);
        let now = || Timestamp::from_second(i64::try_from(now.load(Ordering::SeqCst)).unwrap()).unwrap();
        let new_id = || Uuid::from_u128(1 << 90 | u128::from(next.fetch_add(1, Ordering::SeqCst)));
        act(Edge { now: &now, new_id: &new_id })
    }

    fn deliver(&self) -> Worked {
        self.with_edge(|edge| self.world.service.deliver_webhooks(edge, &self.courier).unwrap())
    }

    fn disclosures(&self) -> Vec<access_log::Entry> {
        let store = Store::open(&self.world.location, &Options::read_only(0)).unwrap();
        let entries = store.read(|tx| access_log::of_stream(tx, &store::StreamId::new("person", "p-1"))).unwrap();
        entries.into_iter().map(|stored| stored.entry).filter(|entry| entry.action == Action::Disclosure).collect()
    }
}

#[test]
fn an_event_is_told_thinly_signed_and_entered_as_a_disclosure() {
    let told = Told::new();
    let receiver = Receiver::start();
    told.subscribe(&receiver, &[]);
    told.speaks(3, "Polish");
    assert_eq!(told.deliver(), Worked { done: 1, ..Worked::default() });
    assert_eq!(told.deliver(), Worked::default(), "once");
    let messages = receiver.messages.lock().unwrap();
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    let event: Value = serde_json::from_str(&message.body).unwrap();
    assert_eq!(
        event,
        json!({
            "specversion": "1.0", "id": message.headers["webhook-id"], "source": "urn:throughline:capital",
            "type": "person.language", "subject": "p-1", "time": "2026-03-02T09:00:00Z", "sequence": "0000000004",
        }),
        "who and what, nothing of the content"
    );
    assert_eq!(message.headers["content-type"], "application/cloudevents+json; charset=utf-8");
    // As a receiver verifies it, from the secret as it was shown.
    let shown = shown_secret(&SECRET);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(shown.strip_prefix("whsec_").unwrap()).unwrap());
    let signed = format!("{}.{}.{}", message.headers["webhook-id"], message.headers["webhook-timestamp"], message.body);
    let signature = STANDARD.decode(message.headers["webhook-signature"].strip_prefix("v1,").unwrap()).unwrap();
    hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
    let entered = told.disclosures();
    assert_eq!(entered.len(), 1);
    assert!(entered[0].actor.starts_with("webhook-"), "{entered:?}");
    assert_eq!(entered[0].detail, format!("be_told; event {}", message.headers["webhook-id"]));
}

#[test]
fn a_receiver_who_is_down_loses_nothing_and_keeps_nobody_waiting() {
    let told = Told::new();
    let (down, up) = (Receiver::start(), Receiver::start());
    told.subscribe(&down, &[]);
    told.subscribe(&up, &[]);
    down.answers.store(503, Ordering::SeqCst);
    for n in 0..100 {
        told.speaks(3 + n, &format!("Language {n}"));
    }
    let mut worked = told.deliver();
    assert_eq!(
        (worked.done, worked.failed, worked.put_back),
        (50, 1, 49),
        "one attempt shows that the receiver is down"
    );
    for status in [0, 500, 302, 429] {
        down.answers.store(status, Ordering::SeqCst);
        told.wait(7);
        worked = told.deliver();
        assert_eq!(worked.failed, 1, "{status}: {worked:?}");
    }
    down.answers.store(200, Ordering::SeqCst);
    for _ in 0..4 {
        told.wait(7);
        told.deliver();
    }
    assert_eq!(up.ids().len(), 100);
    let mut sent = down.ids();
    assert_eq!(sent.len(), 100, "all of them, and the refused ones were not taken for delivered");
    assert_eq!(sent.iter().collect::<std::collections::BTreeSet<_>>(), up.ids().iter().collect());
    sent.dedup();
    assert_eq!(sent.len(), 100);
    assert_eq!(told.disclosures().len(), 200);
}

#[test]
fn what_is_never_taken_is_given_up_and_shown_and_can_be_tried_again() {
    let told = Told::new();
    let receiver = Receiver::start();
    let id = told.subscribe(&receiver, &[]);
    receiver.answers.store(500, Ordering::SeqCst);
    told.speaks(3, "Polish");
    let mut rounds = 0;
    while told.deliver().dead == 0 {
        told.wait(7);
        rounds += 1;
        assert!(rounds < 30);
    }
    assert_eq!(rounds, 15, "sixteen attempts");
    let ada = administrator();
    let view = told.world.service.jobs(&told.world.request(&ada)).unwrap();
    assert_eq!((view.kinds[0].open, view.kinds[0].dead), (0, 1));
    assert_eq!(view.dead[0].error, "the receiver answered 500");
    assert_eq!(view.dead[0].about, id.to_string());
    assert_eq!(told.world.service.subscriptions(&told.world.request(&ada)).unwrap()[0].dead, 1);
    receiver.answers.store(200, Ordering::SeqCst);
    told.wait(7);
    assert_eq!(told.deliver(), Worked::default(), "what was given up is not tried by itself");
    told.world.service.retry_job(&told.world.request(&ada), view.dead[0].id).unwrap();
    assert_eq!(told.deliver().done, 1);
    assert!(matches!(
        told.world.service.retry_job(&told.world.request(&ada), view.dead[0].id),
        Err(ServiceError::NotFound)
    ));
}

#[test]
fn a_worker_that_dies_after_sending_makes_a_duplicate_with_the_same_id_and_loses_nothing() {
    let told = Told::new();
    let receiver = Receiver::start();
    told.subscribe(&receiver, &[]);
    for n in 0..5 {
        told.speaks(3 + n, &format!("Language {n}"));
    }
    // The clock of this worker jumps beyond its lease after the first message, as if the machine had slept.
    let (calls, start) = (AtomicU64::new(0), told.now.load(Ordering::SeqCst));
    let late = || {
        let jump = if calls.fetch_add(1, Ordering::SeqCst) >= 4 { 600 } else { 0 };
        Timestamp::from_second(i64::try_from(start + jump).unwrap()).unwrap()
    };
    let new_id = || Uuid::from_u128(7);
    let worked = told.world.service.deliver_webhooks(Edge { now: &late, new_id: &new_id }, &told.courier).unwrap();
    assert!(worked.done >= 1 && worked.done < 5, "it stops when its lease is ending: {worked:?}");
    assert_eq!(told.deliver(), Worked::default(), "the rest is still held");
    told.wait(1);
    told.deliver();
    let ids: std::collections::BTreeSet<_> = receiver.ids().into_iter().collect();
    assert_eq!(ids.len(), 5);
}

#[test]
fn nobody_is_told_of_whom_they_may_not_know() {
    let told = Told::new();
    let (ours, theirs) = (Receiver::start(), Receiver::start());
    told.subscribe(&ours, &[]);
    let hills = actor("w-hal", &[Role::Administrator], "hills", "");
    let new = subscription(told.world.id(), &theirs.url, &[]);
    told.world.service.subscribe(&told.world.request(&hills), &new).unwrap();
    told.speaks(3, "Polish");
    told.deliver();
    assert_eq!((ours.ids().len(), theirs.ids().len()), (1, 0), "another council's case");
    // Recorded before the restriction, not yet delivered when it came.
    told.speaks(4, "Scots");
    told.say(5, "person.restricted", &json!({"reason": "known to staff", "only": ["w-zoe"]}));
    told.speaks(6, "Gaelic");
    let worked = told.deliver();
    assert_eq!((worked.done, ours.ids().len()), (1, 1), "settled without a word");
    assert_eq!(told.disclosures().len(), 1);
    let view = told.world.service.subscriptions(&told.world.request(&administrator())).unwrap();
    assert_eq!(view.len(), 1, "another agency's subscriptions are its own");
    assert_eq!(view[0].waiting, 0, "nor is anything counted");
}

#[test]
fn a_restricted_record_can_be_opened_to_a_subscription_by_name() {
    let told = Told::new();
    let receiver = Receiver::start();
    told.subscribe(&receiver, &[]);
    let view = told.world.service.subscriptions(&told.world.request(&administrator())).unwrap();
    told.say(3, "person.restricted", &json!({"reason": "known to staff", "only": [view[0].account]}));
    told.deliver();
    assert_eq!(receiver.ids().len(), 1);
}

#[test]
fn a_subscription_hears_the_kinds_it_asked_for_until_it_is_stopped() {
    let told = Told::new();
    let (parts, kinds) = (Receiver::start(), Receiver::start());
    let id = told.subscribe(&parts, &["person"]);
    told.subscribe(&kinds, &["contact.held", "person.named"]);
    told.speaks(3, "Polish");
    told.say(4, "person.named", &json!({"kind": "alias", "given": "Al", "family": "Example"}));
    told.deliver();
    assert_eq!((parts.ids().len(), kinds.ids().len()), (2, 1));
    told.speaks(5, "Scots");
    told.world.service.stop_subscription(&told.world.request(&administrator()), id).unwrap();
    told.speaks(6, "Gaelic");
    told.deliver();
    assert_eq!(parts.ids().len(), 2, "also not what waited");
    let again = told.world.service.stop_subscription(&told.world.request(&administrator()), id);
    assert!(matches!(again, Err(ServiceError::NotFound)));
    let unknown = told.try_subscribe(&subscription(told.world.id(), &parts.url, &["contact.heard"])).unwrap_err();
    assert!(unknown.to_string().contains("there is no kind of event \"contact.heard\""), "{unknown}");
}

#[test]
fn deliveries_go_only_where_they_may() {
    let told = Told::new();
    let inside = told.try_subscribe(&subscription(told.world.id(), "https://10.0.0.1/hook", &[])).unwrap_err();
    assert!(inside.to_string().contains("private network"), "{inside}");
    // A name that means this machine only once it is looked up, for a courier who may not go there.
    let receiver = Receiver::start();
    told.subscribe(&receiver, &[]);
    told.speaks(3, "Polish");
    let strict = Courier::new(Destinations { loopback: false, private: true });
    let worked = told.with_edge(|edge| told.world.service.deliver_webhooks(edge, &strict).unwrap());
    assert_eq!((worked.failed, receiver.ids().len()), (1, 0));
}

#[test]
fn what_was_delivered_is_forgotten_after_a_month() {
    let told = Told::new();
    let receiver = Receiver::start();
    told.subscribe(&receiver, &[]);
    told.speaks(3, "Polish");
    told.deliver();
    told.wait(24 * 29);
    assert_eq!(told.with_edge(|edge| told.world.service.forget_deliveries(edge).unwrap()), 0);
    told.wait(24 * 2);
    assert_eq!(told.with_edge(|edge| told.world.service.forget_deliveries(edge).unwrap()), 1);
}

#[test]
fn what_was_recorded_twice_is_told_once() {
    let told = Told::new();
    let receiver = Receiver::start();
    told.subscribe(&receiver, &[]);
    let entry = told.world.entry("2026-03-02", "person.language", &json!({"language": "Polish", "interpreter": true}));
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    for _ in 0..3 {
        let person = PersonId::new("p-1").unwrap();
        told.world.service.record(&told.world.request(&amy), &person, 3, vec![entry.clone()]).unwrap();
    }
    told.deliver();
    assert_eq!(receiver.ids(), [entry.id.to_string()]);
}

#[test]
fn people_who_are_brought_in_are_told_of_too() {
    let told = Told::new();
    let receiver = Receiver::start();
    told.subscribe(&receiver, &["person"]);
    let map = r#"
        id = "small"
        title = "small"
        agency = "capital"
        key = "{n}"
        person = "small-{n}"
        [[event]]
        kind = "person.born"
        happened = "2026-01-05"
        data = { born = "{born}" }
    "#;
    let map = service::Map::parse("map.toml", map).unwrap();
    for _ in 0..2 {
        let ada = administrator();
        let request = told.world.request(&ada);
        let file = "n,born\n1,1990\n2,1991\n3,1992\n".as_bytes();
        told.world.service.import(&request, &map, file, &mut |_| {}, &mut |_| {}).unwrap();
    }
    told.deliver();
    assert_eq!(receiver.ids().len(), 3, "and of those who were on record already not again");
}
