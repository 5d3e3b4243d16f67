//! The access matrix: every declared route, asked by every role about people in every relation to them. What must come
//! out is worked out here from the rules of need to know alone, apart from the policies; a route that is not in
//! [`NEEDS`] fails the test, so none can be forgotten.

use crate::testing::{Answer, Browser, World, actor};
use crate::{Access, Route};
use axum::http::{Method, StatusCode};
use serde_json::json;
use service::Role;

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
    /// It decides by itself whether there is anything for this reader, and answers the same for everybody else.
    Own,
}

/// Every route that names a person, or that answers by another rule than its declaration's; all others name nobody.
const NEEDS: &[(&str, Needs)] = &[
    ("/api/v1/people/{person}", Needs::Person),
    ("/api/v1/people/{person}/events", Needs::Person),
    ("/api/v1/people/{person}/obligations", Needs::Person),
    ("/api/v1/people/{person}/unpaid-work", Needs::Hours),
    ("/api/v1/people/{person}/access-log", Needs::Own),
    ("/api/v1/people/{person}/allocation", Needs::Own),
    ("/calendar/{file}", Needs::Own),
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
    // The log of a record, and nothing of the record: auditors alone, by the declaration.
    ("/people/{id}/access", Needs::Own),
    // A reason opens what nothing else does, so it answers by a rule of its own.
    ("/people/{id}/reason", Needs::Own),
    // There is no opening by the other name in the path.
    ("/people/{id}/openings/{opening}", Needs::Own),
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

const STAFF: [(&str, Role); 8] = [
    ("w-amy", Role::CaseManager),
    ("w-ben", Role::CaseManager),
    ("w-cat", Role::TeamManager),
    ("w-dan", Role::UnpaidWorkSupervisor),
    ("w-eve", Role::Analyst),
    ("w-fay", Role::Auditor),
    ("w-gus", Role::Administrator),
    ("w-zoe", Role::CaseManager),
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
            Role::CaseManager => in_council && in_team,
            Role::TeamManager => in_council,
            Role::UnpaidWorkSupervisor => in_council && needs == Needs::Hours,
            Role::Analyst | Role::Auditor | Role::Administrator => false,
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

/// The path with what it names filled in.
fn filled(path: &str, person: &str) -> String {
    let part = |part: &str| match part {
        "{id}" | "{person}" => person.to_owned(),
        "{kind}" => "contact.missed".to_owned(),
        part if part.starts_with('{') => "1".to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
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

async fn ask(world: &World, route: &Route, path: &str, browser: Option<&Browser>) -> Answer {
    match (&route.method, browser) {
        (_, Some(browser)) if route.path.starts_with("/api/") => world.program(browser, route, path).await,
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
    let mut wrong = Vec::new();
    for route in crate::declared() {
        // Signing out would end the session that the next question needs.
        if route.path == "/sign-out" {
            continue;
        }
        let needs = needs_of(&route);
        let is_api = route.path.starts_with("/api/");
        let relations: &[Relation] = if matches!(needs, Needs::Person | Needs::Hours | Needs::PartOfPerson) {
            &RELATIONS
        } else {
            &[Relation::Absent]
        };
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
            for (account, role, browser) in &staff {
                let (account, role) = (*account, *role);
                let admitted = route.access.admits(Some(&[role].into()));
                let expected = match (admitted, needs) {
                    (false, _) => Some(Gets::Refusal),
                    (true, Needs::Person | Needs::Hours) => Some(relation.gets(account, role, needs)),
                    // With an answer due, nothing by the other name is an answer too.
                    (true, Needs::PartOfPerson) => {
                        Some(relation.gets(account, role, needs)).filter(|expected| *expected != Gets::Answer)
                    }
                    (true, Needs::Nobody | Needs::Own) => None,
                };
                let answer = ask(&world, &route, &path, Some(browser)).await;
                check(account, expected, got(&answer, is_api));
            }
        }
    }
    assert!(wrong.is_empty(), "{} mismatches:\n{}", wrong.len(), wrong.join("\n"));
}
