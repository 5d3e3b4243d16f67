//! A desk for tests: a service on a store of its own, staff, a clock that the test moves, and requests as a browser
//! sends them.

use crate::{Config, Desk, Platform, Words, app};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use record::{EventId, Line, Purpose, What};
use service::{
    Actor, Attempt, Entry, FundingRules, Limits, Member, PersonId, Policy, Recorded, Role, Rules, Secret, Seed,
    Service, Who,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::{Location, Options, Store};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

/// The password of everybody in the tests.
pub(crate) const PASSWORD: &str = "harbour-violet-tractor-moon";

/// A council with a desk. Its staff: `w-amy` (case manager, team east), `w-ben` (case manager, team west), `w-cat` (team
/// manager of east), `w-dan` (unpaid work supervisor), `w-eve` (analyst), `w-fay` (auditor), `w-gus` (administrator), `w-pia` (planner);
/// `w-zoe` is a case manager in another council.
pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) desk: Desk,
    app: Router,
    now: Arc<Mutex<Timestamp>>,
    next: Arc<AtomicU64>,
    browsers: Mutex<BTreeMap<String, Browser>>,
    _dir: TempDir,
}

/// Who is signed in, as their browser knows it.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Where it sends the browser.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }
}

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    found.sort();
    found
}

impl World {
    /// A desk on Monday 2 March 2026 at 9am, with its staff and nobody on record.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut options = Options::new(now.as_microsecond());
        options.witness = Some(dir.path().join("witness"));
        let store = Store::open(&Location::file(dir.path().join("area.db")), &options).unwrap();
        let rulebook = clock::Rulebook::parse(&files("rulebooks/scotland")).unwrap();
        let calendars = calendar::load(&files("calendars")).unwrap();
        let drafts = vec![rulebook.draft(&files("rulebooks/drafts/induction-3-days")).unwrap()];
        let rules = Rules::new(rulebook, calendars, record::Law::scotland().unwrap()).unwrap();
        let definition = |(file, text): &(String, String)| measure::Definition::parse(file, text).unwrap();
        let definitions = files("definitions").iter().map(definition).collect();
        let offences = |(file, text): &(String, String)| measure::Offences::parse(file, text).unwrap();
        let scale = |(file, text): &(String, String)| measure::Scale::parse(file, text).unwrap();
        let offences = files("offences").iter().map(offences).collect();
        let scales = files("severity").iter().map(scale).collect();
        let (formulas, money) = (files("funding/formulas"), files("funding"));
        let formulas: Vec<&str> = formulas.iter().map(|(_, text)| text.as_str()).collect();
        let money = |name: &str| money.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str());
        let funding = FundingRules::parse(&formulas, money("area.toml").unwrap(), money("spending.toml")).unwrap();
        let rules = rules.with_drafts(drafts).unwrap().with_definitions(definitions).with_funding(funding);
        let predictor = |(file, text): &(String, String)| {
            let offences = measure::predictor::Predictor::offences_file(file, text).unwrap();
            let offences =
                std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../predictors").join(offences))
                    .unwrap();
            measure::predictor::Predictor::parse(file, text, &offences).unwrap()
        };
        let predictors = files("predictors").iter().map(predictor).collect();
        let groups = |(file, text): &(String, String)| measure::PriorityGroups::parse(file, text).unwrap();
        let groups = files("groups").iter().map(groups).collect();
        let rules = rules.with_offences(offences).with_scales(scales).with_predictors(predictors);
        let rules = rules.with_priority_groups(groups).unwrap();
        let limits = Limits { demonstration: true, ..Limits::default() };
        let service = Arc::new(Service::new(store, Policy::shipped().unwrap(), rules).with_limits(limits));
        let now = Arc::new(Mutex::new(now));
        let next = Arc::new(AtomicU64::new(1));
        let (clock, ids, secrets) = (Arc::clone(&now), Arc::clone(&next), Arc::clone(&next));
        let platform = Platform {
            now: Arc::new(move || *clock.lock().unwrap()),
            new_id: Arc::new(move |_| Uuid::from_u128(u128::from(ids.fetch_add(1, Ordering::Relaxed)) | (7 << 76))),
            secret: Arc::new(move || {
                let mut bytes = [7; 32];
                bytes[..8].copy_from_slice(&secrets.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                bytes
            }),
        };
        let banner = Some("A desk for tests".to_owned());
        let config = Config { banner, origin: Some("https://desk.example".to_owned()), ..Config::default() };
        let desk = Desk::new(Arc::clone(&service), Words::shipped().unwrap(), platform, config);
        let world = Self { service, app: app(desk.clone()), desk, now, next, browsers: Mutex::default(), _dir: dir };
        world.hire();
        world
    }

    fn hire(&self) {
        let admin = actor("w-gus", &[Role::Administrator], "capital", "");
        for (name, actor) in [
            ("Gus Grant", admin.clone()),
            ("Amy Adams", actor("w-amy", &[Role::CaseManager], "capital", "t-east")),
            ("Ben Boyle", actor("w-ben", &[Role::CaseManager], "capital", "t-west")),
            ("Cat Craig", actor("w-cat", &[Role::TeamManager], "capital", "t-east")),
            ("Dan Doig", actor("w-dan", &[Role::UnpaidWorkSupervisor], "capital", "t-east")),
            ("Eve Eadie", actor("w-eve", &[Role::Analyst], "capital", "")),
            ("Fay Forbes", actor("w-fay", &[Role::Auditor], "capital", "")),
            ("Pia Park", actor("w-pia", &[Role::Planner], "capital", "")),
            ("Zoe Zander", actor("w-zoe", &[Role::CaseManager], "elsewhere", "t-far")),
        ] {
            let member = Member { name: Line::try_from(name).unwrap(), actor };
            self.service.add_staff(&self.request(&admin), self.id(), &member).unwrap();
        }
        let directory = self.service.directory().unwrap();
        let everybody: Vec<_> = directory.members().keys().cloned().collect();
        let request = self.request(&admin);
        self.service.add_demonstration_users(&request, &self.attempt(), &everybody, PASSWORD).unwrap();
    }

    /// A try at signing in, past the desk.
    pub(crate) fn attempt(&self) -> Attempt {
        let (id, at) = (self.id(), *self.now.lock().unwrap());
        let seed = Seed::new((self.desk.platform().secret)());
        Attempt { at, id, seed, address: "192.0.2.7".to_owned(), device: "Firefox".to_owned(), known: None }
    }

    /// Moves the clock: `2026-03-04T14:30`, in universal time.
    pub(crate) fn at(&self, moment: &str) {
        *self.now.lock().unwrap() = format!("{moment}:00Z").parse().unwrap();
    }

    pub(crate) fn id(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.next.fetch_add(1, Ordering::Relaxed)) | (8 << 76))
    }

    pub(crate) fn request<'a>(&self, actor: &'a Actor) -> service::Request<'a> {
        service::Request::new(actor, Purpose::Supervision, *self.now.lock().unwrap(), self.id())
    }

    /// Records something on a person at the version the record has, as somebody.
    pub(crate) fn say_as(
        &self,
        actor: &Actor,
        person: &str,
        version: u64,
        happened: &str,
        kind: &str,
        data: &serde_json::Value,
    ) -> Recorded {
        let what = What::read(kind, 1, &data.to_string()).unwrap();
        let entry = Entry { id: EventId(self.id()), happened: happened.parse().unwrap(), what };
        let person = PersonId::new(person).unwrap();
        self.service.record(&self.request(actor), &person, version, vec![entry]).unwrap()
    }

    /// As Amy, who also manages.
    pub(crate) fn say(&self, person: &str, version: u64, happened: &str, kind: &str, data: &serde_json::Value) -> u64 {
        let amy = actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
        self.say_as(&amy, person, version, happened, kind, data).version
    }

    /// Signs somebody in, or answers the browser in which they are signed in already.
    pub(crate) async fn sign_in(&self, account: &str) -> Browser {
        let known = self.browsers.lock().unwrap().get(account).cloned();
        if let Some(browser) = known.filter(|browser| self.is_in(browser)) {
            return browser;
        }
        let browser = self.sign_in_anew(account).await;
        self.browsers.lock().unwrap().insert(account.to_owned(), browser.clone());
        browser
    }

    /// Whether a browser's session stands, under the token that it knows.
    pub(crate) fn is_in(&self, browser: &Browser) -> bool {
        let secret = Secret::sent(browser.cookie.split_once('=').unwrap().1).unwrap();
        matches!(self.service.who(&secret, self.desk.now()).unwrap(), Who::SignedIn(seen) if seen.csrf == browser.csrf)
    }

    /// Signs somebody in, in another browser.
    pub(crate) async fn sign_in_anew(&self, account: &str) -> Browser {
        let answer = self.send("POST", "/sign-in", None, &format!("account={account}&password={PASSWORD}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        self.browser(&answer)
    }

    /// The browser that got this answer's cookie.
    pub(crate) fn browser(&self, answer: &Answer) -> Browser {
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let secret = Secret::sent(cookie.split_once('=').unwrap().1).unwrap();
        let csrf = match self.service.who(&secret, self.desk.now()).unwrap() {
            Who::SignedIn(seen) => seen.csrf,
            Who::Halfway(halfway) => halfway.csrf,
            other => panic!("{other:?}"),
        };
        Browser { cookie, csrf }
    }

    /// Opens a page.
    pub(crate) async fn get(&self, browser: &Browser, path: &str) -> Answer {
        self.send("GET", path, Some(browser), "").await
    }

    /// Sends a form of one of our pages, with the session's token.
    pub(crate) async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &browser.csrf));
        self.send("POST", path, Some(browser), &serde_urlencoded::to_string(&fields).unwrap()).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, method: &str, path: &str, browser: Option<&Browser>, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "desk.example");
        if let Some(browser) = browser {
            request = request.header(header::COOKIE, &browser.cookie);
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        self.answer(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Asks the API as a script of our own pages does, with something that can be recorded where that is asked for.
    pub(crate) async fn program(&self, browser: &Browser, route: &crate::Route, path: &str) -> Answer {
        let body = if route.path.ends_with("/events") {
            r#"{"events": [{"kind": "person.language", "happened": "2026-03-02", "data": {"language": "Polish", "interpreter": true}}]}"#
        } else if route.path.ends_with("/openings") {
            r#"{"reason": "duty worker; at the front desk"}"#
        } else if route.path.ends_with("/review") {
            r#"{"accepted": true}"#
        } else {
            "{}"
        };
        let request = Request::builder()
            .method(&route.method)
            .uri(path)
            .header(header::HOST, "desk.example")
            .header(header::COOKIE, &browser.cookie)
            .header("x-csrf-token", &browser.csrf)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_MATCH, "\"4\"");
        self.answer(request.body(Body::from(body)).unwrap()).await
    }

    /// Sends any request.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

pub(crate) fn actor(id: &str, roles: &[Role], agency: &str, team: &str) -> Actor {
    Actor {
        id: id.try_into().unwrap(),
        roles: roles.iter().copied().collect(),
        agency: agency.try_into().unwrap(),
        team: (!team.is_empty()).then(|| team.try_into().unwrap()),
    }
}

/// A person's name, as it is recorded.
pub(crate) fn named(given: &str, family: &str) -> serde_json::Value {
    serde_json::json!({"kind": "legal", "given": given, "family": family})
}

/// An order of the council of the tests, with supervision and a hundred hours.
pub(crate) fn order(order: &str) -> serde_json::Value {
    serde_json::json!({
        "order": order, "kind": "cpo", "council": "capital", "report_considered": true,
        "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 100}],
    })
}
