//! Who may do what: Cedar policy files, asked once for every request.

use crate::{Actor, Proof, Request, ServiceError, Wanted};
use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Entities, Entity, EntityTypeName, EntityUid, PolicySet,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use record::Record;
use record::order::RequirementKind;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;

/// The policies in force, checked against their schema.
pub struct Policy {
    /// What the policies call each thing that is done, and those that speak of it.
    speaking_of: BTreeMap<Doing, (EntityUid, PolicySet)>,
    count: usize,
    authorizer: Authorizer,
    names: Names,
}

/// The policies cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(pub(crate) String);

/// Something that is done, as the policies and the log name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    ViewPerson,
    ViewUnpaidWork,
    ViewUnpaidWorkRoll,
    PrepareRecord,
    KeepDraft,
    KeepNewDraft,
    Record,
    Register,
    Search,
    ViewRecent,
    ViewWorklist,
    ViewCaseload,
    ViewTeam,
    SetCapacity,
    ReviewOpening,
    ViewTeamFigures,
    ViewStatistics,
    TraceFigures,
    CompareRulebooks,
    ViewAccessLog,
    Import,
    Export,
    Verify,
    Refresh,
    ViewStaff,
    AddStaff,
    ViewHealth,
    ViewJobs,
    RetryJob,
    ViewSubscriptions,
    ManageSubscriptions,
    BeTold,
    Remind,
    OwnCalendar,
    OwnAccount,
    ChangeWayIn,
    ManageUsers,
    ManageTeams,
    ViewPlans,
    ViewPlan,
    RecordPlan,
    ModeratePlan,
    ViewAlarms,
    SettleAlarm,
}

impl Doing {
    const ALL: &'static [Doing] = &[
        Self::ViewPerson,
        Self::ViewUnpaidWork,
        Self::ViewUnpaidWorkRoll,
        Self::PrepareRecord,
        Self::KeepDraft,
        Self::KeepNewDraft,
        Self::Record,
        Self::Register,
        Self::Search,
        Self::ViewRecent,
        Self::ViewWorklist,
        Self::ViewCaseload,
        Self::ViewTeam,
        Self::SetCapacity,
        Self::ReviewOpening,
        Self::ViewTeamFigures,
        Self::ViewStatistics,
        Self::TraceFigures,
        Self::CompareRulebooks,
        Self::ViewAccessLog,
        Self::Import,
        Self::Export,
        Self::Verify,
        Self::Refresh,
        Self::ViewStaff,
        Self::AddStaff,
        Self::ViewHealth,
        Self::ViewJobs,
        Self::RetryJob,
        Self::ViewSubscriptions,
        Self::ManageSubscriptions,
        Self::BeTold,
        Self::Remind,
        Self::OwnCalendar,
        Self::OwnAccount,
        Self::ChangeWayIn,
        Self::ManageUsers,
        Self::ManageTeams,
        Self::ViewPlans,
        Self::ViewPlan,
        Self::RecordPlan,
        Self::ModeratePlan,
        Self::ViewAlarms,
        Self::SettleAlarm,
    ];

    /// The word in policies and in the log.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::ViewPerson => "view_person",
            Self::ViewUnpaidWork => "view_unpaid_work",
            Self::ViewUnpaidWorkRoll => "view_unpaid_work_roll",
            Self::PrepareRecord => "prepare_record",
            Self::KeepDraft => "keep_draft",
            Self::KeepNewDraft => "keep_new_draft",
            Self::Record => "record",
            Self::Register => "register",
            Self::Search => "search",
            Self::ViewRecent => "view_recent",
            Self::ViewWorklist => "view_worklist",
            Self::ViewCaseload => "view_caseload",
            Self::ViewTeam => "view_team",
            Self::SetCapacity => "set_capacity",
            Self::ReviewOpening => "review_opening",
            Self::ViewTeamFigures => "view_team_figures",
            Self::ViewStatistics => "view_statistics",
            Self::TraceFigures => "trace_figures",
            Self::CompareRulebooks => "compare_rulebooks",
            Self::ViewAccessLog => "view_access_log",
            Self::Import => "import",
            Self::Export => "export",
            Self::Verify => "verify",
            Self::Refresh => "refresh",
            Self::ViewStaff => "view_staff",
            Self::AddStaff => "add_staff",
            Self::ViewHealth => "view_health",
            Self::ViewJobs => "view_jobs",
            Self::RetryJob => "retry_job",
            Self::ViewSubscriptions => "view_subscriptions",
            Self::ManageSubscriptions => "manage_subscriptions",
            Self::BeTold => "be_told",
            Self::Remind => "remind",
            Self::OwnCalendar => "own_calendar",
            Self::OwnAccount => "own_account",
            Self::ChangeWayIn => "change_way_in",
            Self::ManageUsers => "manage_users",
            Self::ManageTeams => "manage_teams",
            Self::ViewPlans => "view_plans",
            Self::ViewPlan => "view_plan",
            Self::RecordPlan => "record_plan",
            Self::ModeratePlan => "moderate_plan",
            Self::ViewAlarms => "view_alarms",
            Self::SettleAlarm => "settle_alarm",
        }
    }

    /// The refusal: what was asked, and the way out.
    pub(crate) const fn refusal(self) -> ServiceError {
        let (doing, way_out) = match self {
            Self::ViewPerson => {
                ("look at this record", "it is another council's case, or your role does not see records")
            }
            Self::ViewUnpaidWorkRoll => {
                ("look at who has unpaid work to do", "supervisors and managers of the council do")
            }
            Self::ViewUnpaidWork => ("look at this person's unpaid work", "they have none in your council"),
            Self::PrepareRecord => (
                "record anything on this record",
                "it is not one of your team's cases, or your role does not record; ask the case manager or the team manager",
            ),
            Self::KeepDraft | Self::KeepNewDraft => (
                "keep a draft",
                "drafts are kept for those who may record it; ask the case manager or the team manager",
            ),
            Self::Record => {
                ("record this", "your role or your team does not; ask the case manager or the team manager")
            }
            Self::Register => ("begin a record", "case managers and team managers do"),
            Self::Search => ("search for people", "case managers and team managers do"),
            Self::ViewRecent => ("list whom you looked at", "your role does not look at people's records"),
            Self::ViewWorklist | Self::ViewCaseload => {
                ("look at this worklist", "it is another worker's or another team's")
            }
            Self::ViewTeam => ("look at this team", "its manager does"),
            Self::SetCapacity => ("say what this worker can carry", "the team's manager does"),
            Self::ReviewOpening => ("say whether this reason was good enough", "another manager of the council does"),
            Self::ViewTeamFigures => ("look at these figures", "team managers and analysts do"),
            Self::ViewStatistics => ("look at statistics", "analysts and team managers do"),
            Self::TraceFigures => {
                ("see who is behind a figure", "team managers do; an analyst sees figures without names")
            }
            Self::CompareRulebooks => ("compare rulebooks", "analysts and team managers do"),
            Self::ViewAccessLog => ("look at the access log", "auditors do"),
            Self::Import => ("import records", "administrators do"),
            Self::Export => ("export records", "administrators do"),
            Self::Verify => ("verify the database", "auditors and administrators do"),
            Self::Refresh => ("refresh the worklists", "administrators do"),
            Self::ViewStaff => ("look at the list of staff", "administrators do"),
            Self::AddStaff => ("add a member of staff", "administrators do"),
            Self::ViewHealth => ("see how the system is", "administrators and auditors do"),
            Self::ViewJobs => ("look at background work", "administrators do"),
            Self::RetryJob => ("try background work again", "administrators do"),
            Self::ViewSubscriptions => ("look at webhooks", "administrators do"),
            Self::ManageSubscriptions => ("change webhooks", "administrators do"),
            Self::Remind => {
                ("remind this person", "the policies in force do not let people be reminded of appointments")
            }
            Self::OwnCalendar => ("have a calendar", "those who manage cases do"),
            Self::BeTold => ("be told of this", "it is another agency's, or the record is restricted"),
            Self::OwnAccount => ("use an account", "it has no role: ask an administrator"),
            Self::ChangeWayIn => ("change how you sign in", "your account has no role: ask an administrator"),
            Self::ManageUsers => ("manage users", "administrators do"),
            Self::ManageTeams => ("name agencies and teams", "administrators do"),
            Self::ViewPlans | Self::ViewPlan => {
                ("look at this plan", "its agency is writing it; wait until it is public")
            }
            Self::RecordPlan => (
                "record this on the plan",
                "planners of the agency that keeps it do, and those of an action's lead report on the action",
            ),
            Self::ModeratePlan => ("look at what the public sent", "planners of the agency that keeps the plan do"),
            Self::ViewAlarms => ("look at alarms", "managers and auditors of the agency do"),
            Self::SettleAlarm => ("say what became of this alarm", "another manager or an auditor of the agency does"),
        };
        ServiceError::NotAllowed { doing, way_out }
    }
}

/// To whom or to what it is done.
pub(crate) enum Subject<'a> {
    /// A person's record.
    Person { id: &'a str, record: &'a Record, on: jiff::civil::Date },
    /// A council's, a team's or a worker's lists.
    Area { agency: &'a str, team: &'a str, worker: &'a str },
    /// A plan: the agency that keeps it, who leads what is recorded on, and whether anybody may read it.
    Plan { id: &'a str, agency: &'a str, lead: &'a str, is_public: bool },
}

impl Policy {
    /// Reads the policies and their schema; a policy that names what the schema does not know is refused.
    pub fn parse(schema: &str, policies: &str) -> Result<Self, PolicyError> {
        let (schema, _) = Schema::from_cedarschema_str(schema)
            .map_err(|error| PolicyError(format!("the policy schema cannot be read: {error}")))?;
        let policies = PolicySet::from_str(policies)
            .map_err(|error| PolicyError(format!("the policies cannot be read: {error}")))?;
        let result = Validator::new(schema).validate(&policies, ValidationMode::default());
        match result.validation_errors().next() {
            None => Self::in_force(&policies),
            Some(error) => Err(PolicyError(format!("the policies do not fit their schema: {error}"))),
        }
    }

    fn in_force(policies: &PolicySet) -> Result<Self, PolicyError> {
        let names = Names::new()?;
        let of = |doing: &Doing| {
            let action = uid(&names.action, doing.word());
            let speaks = |policy: &&cedar_policy::Policy| match policy.action_constraint() {
                ActionConstraint::Any => true,
                ActionConstraint::In(actions) => actions.contains(&action),
                ActionConstraint::Eq(one) => one == action,
            };
            let spoken = PolicySet::from_policies(policies.policies().filter(speaks).cloned());
            let spoken = spoken.map_err(|error| PolicyError(format!("the policies cannot be sorted: {error}")))?;
            Ok((*doing, (action, spoken)))
        };
        let speaking_of = Doing::ALL.iter().map(of).collect::<Result<_, _>>()?;
        Ok(Self { speaking_of, count: policies.policies().count(), authorizer: Authorizer::new(), names })
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// The policies that this version of the program ships.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::parse(
            include_str!("../../../policies/schema.cedarschema"),
            include_str!("../../../policies/throughline.cedar"),
        )
    }

    /// Whether the request may do this. `kind` is the event's kind when something is recorded, else empty.
    pub(crate) fn allows(
        &self,
        request: &Request<'_>,
        doing: Doing,
        kind: &str,
        subject: &Subject<'_>,
    ) -> Result<bool, ServiceError> {
        self.allows_of(request, doing, (kind, request.actor.agency.as_str()), subject)
    }

    /// As [`Policy::allows`], of something that another agency recorded.
    pub(crate) fn allows_of(
        &self,
        request: &Request<'_>,
        doing: Doing,
        (kind, recorded_by): (&str, &str),
        subject: &Subject<'_>,
    ) -> Result<bool, ServiceError> {
        self.answer(&self.asked(request, doing, subject)?, request, (kind, recorded_by))
    }

    /// Of several kinds of event, those that the request may record on a subject.
    pub(crate) fn allows_of_kinds(
        &self,
        request: &Request<'_>,
        kinds: impl Iterator<Item = &'static str>,
        subject: &Subject<'_>,
    ) -> Result<Vec<&'static str>, ServiceError> {
        let asked = self.asked(request, Doing::Record, subject)?;
        let mut allowed = Vec::new();
        for kind in kinds {
            if self.answer(&asked, request, (kind, request.actor.agency.as_str()))? {
                allowed.push(kind);
            }
        }
        Ok(allowed)
    }

    /// Who does what to whom, as the policies see it.
    fn asked(&self, request: &Request<'_>, doing: Doing, subject: &Subject<'_>) -> Result<Asked<'_>, ServiceError> {
        let names = &self.names;
        let principal = uid(&names.user, request.actor.id.as_str());
        let resource = match subject {
            Subject::Person { id, .. } => uid(&names.person, id),
            Subject::Area { agency, .. } => uid(&names.area, agency),
            Subject::Plan { id, .. } => uid(&names.plan, id),
        };
        let (action, policies) = self.speaking_of.get(&doing).ok_or_else(|| trouble(doing.word()))?;
        let user = Entity::new(principal.clone(), user_attributes(request.actor), HashSet::new());
        let thing = Entity::new(resource.clone(), subject_attributes(subject), HashSet::new());
        let entities = [user.map_err(trouble)?, thing.map_err(trouble)?];
        let entities = Entities::from_entities(entities, None).map_err(trouble)?;
        Ok(Asked { principal, action: action.clone(), resource, entities, policies })
    }

    fn answer(
        &self,
        asked: &Asked<'_>,
        request: &Request<'_>,
        (kind, recorded_by): (&str, &str),
    ) -> Result<bool, ServiceError> {
        let context = Context::from_pairs([
            ("actor".to_owned(), text(request.actor.id.as_str())),
            ("part".to_owned(), text(kind.split('.').next().unwrap_or_default())),
            ("kind".to_owned(), text(kind)),
            ("recorded_by".to_owned(), text(recorded_by)),
            (
                "reason_given".to_owned(),
                RestrictedExpression::new_bool(request.reason.is_some_and(|reason| reason.trim().len() >= 10)),
            ),
            ("proof".to_owned(), text(request.proof.as_str())),
            ("proved_ago".to_owned(), RestrictedExpression::new_long(request.proved_ago())),
        ])
        .map_err(trouble)?;
        let (principal, action, resource) = (asked.principal.clone(), asked.action.clone(), asked.resource.clone());
        let question = cedar_policy::Request::new(principal, action, resource, context, None).map_err(trouble)?;
        let answer = self.authorizer.is_authorized(&question, asked.policies, &asked.entities);
        match answer.diagnostics().errors().next() {
            Some(error) => Err(trouble(error)),
            None => Ok(answer.decision() == Decision::Allow),
        }
    }
}

/// What somebody must prove before the policies allow what they refuse as it stands; none when nothing would help.
pub(crate) fn wanted(
    request: &Request<'_>,
    mut allows: impl FnMut(&Request<'_>) -> Result<bool, ServiceError>,
) -> Result<Option<Wanted>, ServiceError> {
    let again = Request { proved_at: Some(request.at), ..request.clone() };
    let by_passkey = Request { proof: Proof::Passkey, ..again.clone() };
    let wanted = if allows(&again)? {
        Wanted::Again
    } else if allows(&by_passkey)? {
        Wanted::Passkey
    } else {
        return Ok(None);
    };
    Ok(Some(if request.proof == Proof::Token { Wanted::Person } else { wanted }))
}

/// A question to the policies, but for what depends on the kind of event.
struct Asked<'a> {
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
    entities: Entities,
    policies: &'a PolicySet,
}

/// What the policies call things; to read a name takes longer than most decisions.
struct Names {
    user: EntityTypeName,
    person: EntityTypeName,
    area: EntityTypeName,
    plan: EntityTypeName,
    action: EntityTypeName,
}

impl Names {
    fn new() -> Result<Self, PolicyError> {
        let name = |name: &str| name.parse().map_err(|error| PolicyError(format!("{name} is no name: {error}")));
        Ok(Self {
            user: name("User")?,
            person: name("Person")?,
            area: name("Area")?,
            plan: name("Plan")?,
            action: name("Action")?,
        })
    }
}

fn trouble(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Policy(error.to_string())
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), cedar_policy::EntityId::new(id))
}

fn text(word: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(word.to_owned())
}

fn texts<'a>(words: impl Iterator<Item = &'a str>) -> RestrictedExpression {
    RestrictedExpression::new_set(words.map(text))
}

fn user_attributes(actor: &Actor) -> HashMap<String, RestrictedExpression> {
    HashMap::from([
        ("roles".to_owned(), texts(actor.roles.iter().map(|role| role.as_str()))),
        ("agency".to_owned(), text(actor.agency.as_str())),
        ("team".to_owned(), text(actor.team.as_ref().map_or("", |team| team.as_str()))),
    ])
}

fn subject_attributes(subject: &Subject<'_>) -> HashMap<String, RestrictedExpression> {
    match subject {
        Subject::Area { agency, team, worker } => HashMap::from([
            ("agency".to_owned(), text(agency)),
            ("team".to_owned(), text(team)),
            ("worker".to_owned(), text(worker)),
        ]),
        Subject::Plan { agency, lead, is_public, .. } => HashMap::from([
            ("agency".to_owned(), text(agency)),
            ("lead".to_owned(), text(lead)),
            ("is_public".to_owned(), RestrictedExpression::new_bool(*is_public)),
        ]),
        Subject::Person { record, on, .. } => {
            let manager = record.supervision.case_manager_on(*on);
            let unpaid_work = record.orders.values().any(|order| {
                order.requirement(RequirementKind::UnpaidWork).is_some() || order.unpaid_work.ordered_hours().is_some()
            });
            let only = record.person.restricted_to.iter().flatten().map(record::WorkerRef::as_str);
            HashMap::from([
                ("worker".to_owned(), text(manager.map_or("", |at| at.worker.as_str()))),
                ("team".to_owned(), text(manager.map_or("", |at| at.team.as_str()))),
                ("councils".to_owned(), texts(record.orders.values().map(|order| order.council.as_str()))),
                ("restricted".to_owned(), RestrictedExpression::new_bool(record.person.restricted_to.is_some())),
                ("only".to_owned(), texts(only)),
                ("excluded".to_owned(), texts(record.person.excluded.iter().map(record::WorkerRef::as_str))),
                ("unpaid_work".to_owned(), RestrictedExpression::new_bool(unpaid_work)),
            ])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policies_fit_their_schema_and_every_action_is_known_to_it() {
        Policy::shipped().unwrap();
        let schema = include_str!("../../../policies/schema.cedarschema");
        for doing in Doing::ALL {
            assert!(schema.contains(doing.word()), "{} is not in the schema", doing.word());
        }
    }

    #[test]
    fn a_policy_that_names_what_the_schema_does_not_know_is_refused() {
        let schema = include_str!("../../../policies/schema.cedarschema");
        let wrong = "permit (principal, action == Action::\"fly\", resource);";
        assert!(Policy::parse(schema, wrong).err().unwrap().to_string().contains("do not fit"));
    }
}
