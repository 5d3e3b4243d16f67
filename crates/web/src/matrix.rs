//! The access matrix: every declared route, asked by every role about people in every relation to them. What must come
//! out is worked out here from the rules of need to know alone, apart from the policies; a route that is not in
//! [`NEEDS`] fails the test, so none can be forgotten.

use crate::testing::{Answer, Browser, World, actor};
use crate::{Access, Route};
use axum::http::{Method, StatusCode, header};
use serde_json::json;
use service::{Member, Role};

/// What a route needs of the record that its path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// It names nobody.
    Nobody,
    /// To see the person.
    Person,
    /// To see hours of unpaid work, which supervisors may too.
    Hours,
    /// To see the person; and then there may be nothing by the other name in the path.
    PartOfPerson,
    /// To see who has looked at the record, and nothing of it: whoever it is about, there or not.
    Log,
    /// A reason to open the record, which this sends.
    Reason,
    /// Something else by the other name in the path, which is not there for anybody.
    Elsewhere,
}

/// Every route that names a person, or that answers by another rule than its declaration's; all others name nobody.
const NEEDS: &[(&str, Needs)] = &[
    ("/api/v1/people/{person}", Needs::Person),
    ("/api/v1/people/{person}/events", Needs::Person),
    ("/api/v1/people/{person}/obligations", Needs::Person),
    ("/api/v1/people/{person}/unpaid-work", Needs::Hours),
    ("/api/v1/people/{person}/obligations/why", Needs::Person),
    ("/api/v1/people/{person}/messages", Needs::Person),
    ("/api/v1/people/{person}/openings", Needs::Reason),
    ("/api/v1/people/{person}/openings/{opening}/review", Needs::Elsewhere),
    ("/api/v1/people/{person}/access-log", Needs::Log),
    ("/api/v1/people/{person}/allocation", Needs::Person),
    ("/calendar/{file}", Needs::Elsewhere),
    ("/plans/{plan}", Needs::Elsewhere),
    ("/plans/{plan}/board", Needs::Elsewhere),
    ("/plans/{plan}/timeline", Needs::Elsewhere),
    ("/plans/{plan}/items/{item}", Needs::Elsewhere),
    ("/plans/{plan}/entries/{entry}", Needs::Elsewhere),
    ("/plans/{plan}/indicators", Needs::Elsewhere),
    ("/plans/{plan}/indicators/{indicator}", Needs::Elsewhere),
    ("/plans/{plan}/history", Needs::Elsewhere),
    ("/plans/{plan}/document", Needs::Elsewhere),
    ("/plans/{plan}/inbox", Needs::Elsewhere),
    ("/plans/{plan}/partnership", Needs::Elsewhere),
    ("/plans/{plan}/record/{kind}", Needs::Elsewhere),
    ("/plans/{plan}/reports", Needs::Elsewhere),
    ("/plans/{plan}/reports/{kind}/{period}", Needs::Elsewhere),
    ("/plans/{plan}/reports/{kind}/{period}/document.pdf", Needs::Elsewhere),
    ("/plans/{plan}/reports/{kind}/{period}/figures/{figure}", Needs::Elsewhere),
    ("/plans/{plan}/equality", Needs::Elsewhere),
    ("/plans/{plan}/consultations/{consultation}", Needs::Elsewhere),
    ("/plans/{plan}/inbox/{sent}", Needs::Elsewhere),
    ("/community/plans/{plan}", Needs::Elsewhere),
    ("/community/plans/{plan}/consultations/{consultation}", Needs::Elsewhere),
    ("/community/plans/{plan}/suggestions", Needs::Elsewhere),
    ("/people/{id}", Needs::Person),
    ("/people/{id}/chronology", Needs::Person),
    ("/people/{id}/orders", Needs::Person),
    ("/people/{id}/contacts", Needs::Person),
    ("/people/{id}/messages", Needs::Person),
    ("/people/{id}/compliance", Needs::Person),
    ("/people/{id}/unpaid-work", Needs::Hours),
    ("/people/{id}/standards", Needs::Person),
    ("/people/{id}/network", Needs::Person),
    ("/people/{id}/details", Needs::Person),
    ("/people/{id}/entries/{entry}", Needs::PartOfPerson),
    ("/people/{id}/access", Needs::Log),
    ("/people/{id}/reason", Needs::Reason),
    ("/people/{id}/openings/{opening}", Needs::Elsewhere),
    ("/people/{id}/record", Needs::Hours),
    ("/people/{id}/record/contact", Needs::Hours),
    ("/people/{id}/record/{kind}", Needs::Hours),
    ("/people/{id}/record/amend.corrected", Needs::Hours),
    ("/people/{id}/record/amend.struck", Needs::Hours),
    ("/people/{id}/drafts/{form}", Needs::Hours),
    ("/people/{id}/allocate", Needs::Person),
    ("/people/{id}/why", Needs::Person),
];

/// How somebody on record stands to the staff of the test's council.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// Amy's own case.
    Own,
    /// Another worker's in Amy's team.
    Team,
    /// Of another team of the council.
    OtherTeam,
    /// Of the council, and nobody has the case yet.
    Unallocated,
    /// Of another council.
    OtherCouncil,
    /// Of Amy's team, restricted to Ben alone.
    Restricted,
    /// Of Amy's team; Amy and Cat are excluded.
    Excluded,
    /// There is no such record.
    Absent,
}

const RELATIONS: [Relation; 8] = [
    Relation::Own,
    Relation::Team,
    Relation::OtherTeam,
    Relation::Unallocated,
    Relation::OtherCouncil,
    Relation::Restricted,
    Relation::Excluded,
    Relation::Absent,
];

/// Everybody who works at the test's councils, with the one role that each has.
pub(crate) const STAFF: [(&str, Role); 9] = [
    ("w-amy", Role::CaseManager),
    ("w-ben", Role::CaseManager),
    ("w-cat", Role::TeamManager),
    ("w-dan", Role::UnpaidWorkSupervisor),
    ("w-eve", Role::Analyst),
    ("w-fay", Role::Auditor),
    ("w-gus", Role::Administrator),
    ("w-zoe", Role::CaseManager),
    ("w-pia", Role::Planner),
];

/// What somebody must get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    /// What they asked for, or their form back.
    Answer,
    /// A refusal that says so.
    Refusal,
    /// The same as for a record that does not exist.
    Nothing,
    /// To sign in first.
    SignIn,
}

impl Relation {
    fn id(self) -> &'static str {
        match self {
            Self::Own => "p-own",
            Self::Team => "p-team",
            Self::OtherTeam => "p-other-team",
            Self::Unallocated => "p-unallocated",
            Self::OtherCouncil => "p-other-council",
            Self::Restricted => "p-restricted",
            Self::Excluded => "p-excluded",
            Self::Absent => "p-absent",
        }
    }

    /// Puts the person on record, one order with supervision and unpaid work each.
    fn begin(self, world: &World) {
        let (worker, team, council) = match self {
            Self::Own => (Some("w-amy"), "t-east", "capital"),
            Self::Team | Self::Excluded => (Some("w-abe"), "t-east", "capital"),
            Self::OtherTeam | Self::Restricted => {
                (Some("w-ben"), if self == Self::OtherTeam { "t-west" } else { "t-east" }, "capital")
            }
            Self::Unallocated => (None, "", "capital"),
            Self::OtherCouncil => (Some("w-zoe"), "t-far", "elsewhere"),
            Self::Absent => return,
        };
        let teller = actor(
            "w-teller",
            &[Role::CaseManager, Role::TeamManager],
            council,
            if team.is_empty() { "t-east" } else { team },
        );
        let say = |version, kind, data: &serde_json::Value| {
            world.say_as(&teller, self.id(), version, "2026-03-02", kind, data).version
        };
        let version = say(0, "person.named", &json!({"kind": "legal", "given": "Sam", "family": "Matrix"}));
        let order = json!({
            "order": "CPO-1", "kind": "cpo", "council": council, "report_considered": true,
            "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
            "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 100}],
        });
        let mut version = say(version, "order.imposed", &order);
        version = say(version, "order.received", &json!({"order": "CPO-1", "copy_order": true}));
        if let Some(worker) = worker {
            version = say(version, "supervision.allocated", &json!({"worker": worker, "team": team}));
        }
        match self {
            Self::Restricted => {
                say(version, "person.restricted", &json!({"reason": "known to staff", "only": ["w-ben"]}));
            }
            Self::Excluded => {
                let version = say(version, "person.excluded", &json!({"worker": "w-amy", "reason": "neighbour"}));
                say(version, "person.excluded", &json!({"worker": "w-cat", "reason": "relative"}));
            }
            _ => {}
        }
    }

    /// What the rules of need to know give somebody (S3 5.13, 10.4): one's team's cases and the council's unallocated ones
    /// to a case manager, the council's to a team manager, hours to a supervisor; nothing past a restriction.
    fn gets(self, account: &str, role: Role, needs: Needs) -> Gets {
        match needs {
            Needs::Log => return Gets::Answer,
            Needs::Elsewhere => return Gets::Nothing,
            _ => {}
        }
        let hidden = match self {
            Self::Absent => true,
            Self::Restricted => account != "w-ben",
            Self::Excluded => matches!(account, "w-amy" | "w-cat"),
            _ => false,
        };
        if hidden {
            return Gets::Nothing;
        }
        let home = if account == "w-zoe" { "elsewhere" } else { "capital" };
        let in_council = (self == Self::OtherCouncil) == (home == "elsewhere");
        let in_team = match account {
            "w-amy" => matches!(self, Self::Own | Self::Team | Self::Unallocated),
            "w-ben" => matches!(self, Self::OtherTeam | Self::Unallocated),
            "w-zoe" => self == Self::OtherCouncil,
            _ => false,
        };
        let may = match role {
            Role::CaseManager => in_council && (in_team || needs == Needs::Reason),
            Role::TeamManager => in_council,
            Role::UnpaidWorkSupervisor => in_council && needs == Needs::Hours,
            Role::Analyst | Role::Auditor | Role::Administrator | Role::Planner => false,
        };
        if may { Gets::Answer } else { Gets::Refusal }
    }
}

fn needs_of(route: &Route) -> Needs {
    let listed = NEEDS.iter().find(|(path, _)| *path == route.path).map(|(_, needs)| *needs);
    let names_somebody = route.path.contains("{id}") || route.path.contains("{person}");
    assert!(listed.is_some() || !names_somebody, "say in NEEDS what {} needs of the person", route.path);
    listed.unwrap_or(Needs::Nobody)
}

/// What a route must be asked with beside its path.
const QUERIES: &[(&str, &str)] =
    &[("/api/v1/people/{person}/obligations/why", "?case=CPO-1&standard=nos.allocate&opened_on=2026-03-02")];

/// The path with what it names filled in.
pub(crate) fn filled(path: &str, person: &str) -> String {
    let part = |part: &str| match part {
        "{id}" | "{person}" => person.to_owned(),
        "{kind}" => "contact.missed".to_owned(),
        part if part.starts_with('{') => "1".to_owned(),
        part => part.to_owned(),
    };
    let query = QUERIES.iter().find(|(of, _)| *of == path).map_or("", |(_, query)| query);
    path.split('/').map(part).collect::<Vec<_>>().join("/") + query
}

fn got(answer: &Answer, is_api: bool) -> Gets {
    match answer.status {
        StatusCode::UNAUTHORIZED if is_api => Gets::SignIn,
        StatusCode::SEE_OTHER if answer.location().starts_with("/sign-in") => Gets::SignIn,
        StatusCode::FORBIDDEN => Gets::Refusal,
        StatusCode::NOT_FOUND => Gets::Nothing,
        status => {
            assert!(!status.is_server_error(), "{status}: {}", answer.text);
            Gets::Answer
        }
    }
}

/// Somebody who has signed in with a one-time password, and has chosen no password and no second factor yet.
async fn half_made(world: &World) -> Browser {
    let gus = actor("w-gus", &[Role::Administrator], "capital", "");
    let new = Member {
        name: "Nia New".try_into().unwrap(),
        actor: actor("w-nia", &[Role::CaseManager], "capital", "t-east"),
    };
    let first = world.service.add_user(&world.request(&gus), &world.attempt(), world.id(), &new, None).unwrap();
    let body = serde_urlencoded::to_string([("account", "w-nia"), ("password", &first)]).unwrap();
    let answer = world.send("POST", "/sign-in", None, &body).await;
    assert_eq!(answer.location(), "/enrol");
    world.browser(&answer)
}

async fn ask(world: &World, route: &Route, path: &str, browser: Option<&Browser>) -> Answer {
    let answer = answer_of(world, route, path, browser).await;
    for (name, value) in &crate::guard::HEADERS {
        assert_eq!(answer.headers.get(name).map(|sent| sent.to_str().unwrap()), Some(*value), "{path} {name}");
    }
    assert!(answer.headers.contains_key(header::CACHE_CONTROL), "{path} says how long it may be kept");
    answer
}

async fn answer_of(world: &World, route: &Route, path: &str, browser: Option<&Browser>) -> Answer {
    match (&route.method, browser) {
        (_, Some(browser)) if route.path.starts_with("/api/") => world.program(browser, route, path).await,
        (&Method::POST, Some(browser)) if route.path.ends_with("/reason") => {
            world.post(browser, path, &[("reason", "duty worker; at the front desk")]).await
        }
        (&Method::POST, Some(browser)) => world.post(browser, path, &[]).await,
        (method, browser) => world.send(method.as_str(), path, browser, "").await,
    }
}

#[tokio::test]
async fn every_route_answers_every_role_by_the_rules_of_need_to_know() {
    let world = World::new();
    for relation in RELATIONS {
        relation.begin(&world);
    }
    let half = half_made(&world).await;
    let mut wrong = Vec::new();
    let mut declared = crate::declared();
    // What a reason opens stays open for an hour, so reasons are given last.
    declared.sort_by_key(|route| needs_of(route) == Needs::Reason);
    for route in declared {
        // Signing out would end the session that the next question needs.
        if route.path == "/sign-out" {
            continue;
        }
        let needs = needs_of(&route);
        let is_api = route.path.starts_with("/api/");
        let relations: &[Relation] = if needs == Needs::Nobody { &[Relation::Absent] } else { &RELATIONS };
        let mut staff = Vec::new();
        for (account, role) in STAFF {
            staff.push((account, role, world.sign_in(account).await));
        }
        for relation in relations {
            let path = filled(route.path, relation.id());
            let mut check = |who: &str, expected: Option<Gets>, found: Gets| {
                if expected.is_some_and(|expected| expected != found) {
                    wrong.push(format!(
                        "{} {path} ({relation:?}) by {who}: expected {expected:?}, got {found:?}",
                        route.method
                    ));
                }
            };
            let nobody = ask(&world, &route, &path, None).await;
            let expected = if route.access == Access::Everybody { None } else { Some(Gets::SignIn) };
            check("nobody", expected, got(&nobody, is_api));
            // Somebody whose account is half made is nobody yet (a way in carries no right).
            check("half", expected, got(&ask(&world, &route, &path, Some(&half)).await, is_api));
            for (account, role, browser) in &staff {
                let (account, role) = (*account, *role);
                let admitted = route.access.admits(Some(&[role].into()));
                let expected = match (admitted, needs) {
                    (false, _) => Some(Gets::Refusal),
                    // With an answer due, nothing by the other name is an answer too.
                    (true, Needs::PartOfPerson) => {
                        Some(relation.gets(account, role, needs)).filter(|expected| *expected != Gets::Answer)
                    }
                    (true, Needs::Nobody) => None,
                    (true, _) => Some(relation.gets(account, role, needs)),
                };
                let answer = ask(&world, &route, &path, Some(browser)).await;
                check(account, expected, got(&answer, is_api));
            }
        }
    }
    assert!(wrong.is_empty(), "{} mismatches:\n{}", wrong.len(), wrong.join("\n"));
}
