//! The plans of a demonstration: those of the papers, moved so that they run today, with progress that nobody made, answers
//! that nobody gave and work that nobody suggested.

use crate::platform;
use crate::session::Session;
use anyhow::{Context as _, Result, anyhow};
use jiff::ToSpan as _;
use jiff::civil::Date;
use planning::action::{Evidence, Evidenced, Progressed, Stage};
use planning::consultation::{Answered, Replied, Themed};
use planning::file::PlanFile;
use planning::moved::moved;
use planning::status::Status;
use planning::suggestion::Made;
use planning::{
    Commitment, EventId, History, Line, Note, Plan, PlanKind, QuestionRef, ResponseRef, SuggestionRef, What,
};
use record::Purpose;
use service::{Actor, Member, PlanEntry, PlanId, Role, Sender, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use synthetic::Area;

/// A paper's plan, with the month of the paper that is to be today.
const PAPERS: [(&str, Anchor); 4] = [
    (include_str!("../../../../examples/plans/lothian-borders-2011.toml"), Anchor::Year(2012)),
    (include_str!("../../../../examples/plans/offender-management-programme.toml"), Anchor::Year(2010)),
    (include_str!("../../../../examples/plans/national-strategy-2006.toml"), Anchor::Year(2007)),
    (include_str!("../../../../examples/plans/strategic-plan-2008.toml"), Anchor::Month(2007, 12)),
];

/// Answers that the demonstration gives to the consultation's key questions, with their themes.
const ANSWERS: [(&str, &str); 5] = [
    ("People need a home before anything else works. Start with housing at the gate.", "housing first"),
    ("Families hear of a release too late to help. Tell them when the person agrees.", "families"),
    (
        "One plan for each person, shared by those who work with them, would end the telling of one story five times.",
        "one plan",
    ),
    ("Local employers would take people on if somebody supported both sides in the first months.", "work"),
    (
        "Mental health services turn people away because of drink or drugs. Nobody should fall between two stools.",
        "health",
    ),
];

/// Work that the demonstration suggests.
const SUGGESTIONS: [(&str, &str); 3] = [
    ("The path behind the primary school is overgrown, and children walk on the road.", "Mill Lane"),
    ("The benches on the green want sanding and painting before the gala.", "The green"),
    ("Clear the shingle from the steps to the beach.", "Shore Road"),
];

/// What of a paper's time is to be today.
#[derive(Clone, Copy)]
enum Anchor {
    /// A year; months stay what they are.
    Year(i16),
    /// A month.
    Month(i16, i8),
}

impl Anchor {
    fn months_until(self, today: Date) -> i32 {
        match self {
            Self::Year(year) => 12 * i32::from(today.year() - year),
            Self::Month(year, month) => {
                12 * i32::from(today.year() - year) + i32::from(today.month()) - i32::from(month)
            }
        }
    }
}

/// Brings the plans in and answers who keeps them.
pub(super) fn bring(session: &Session, area: &Area, out: &mut dyn Write) -> Result<Actor> {
    let planner = hire(session, area)?;
    let session = session.as_another(planner.clone());
    for (paper, anchor) in PAPERS {
        let text = moved(paper, anchor.months_until(session.today()))?;
        let by = Line::try_from(planner.id.as_str())?;
        let new_id = || EventId(platform::new_id(session.now));
        let history = PlanFile::parse(&text)?.history(&by, session.now, session.today(), new_id)?;
        keep(&session, &history, out)?;
    }
    Ok(planner)
}

fn hire(session: &Session, area: &Area) -> Result<Actor> {
    let council = area.councils.first().ok_or_else(|| anyhow!("the area has no council"))?;
    let actor = Actor {
        id: "isla.marr".try_into().context("an account")?,
        roles: BTreeSet::from([Role::Planner]),
        agency: council.reference.clone(),
        team: None,
    };
    let member = Member { name: "Isla Marr".try_into().context("a name")?, actor: actor.clone() };
    session.service.add_staff(&session.request(Purpose::Management), platform::new_id(session.now), &member)?;
    Ok(actor)
}

fn keep(session: &Session, history: &History, out: &mut dyn Write) -> Result<()> {
    let plan = history.plan();
    let opened = plan.opened.as_ref().ok_or_else(|| anyhow!("a paper's plan has not been opened"))?;
    let id = PlanId::from(opened.plan.clone());
    let written = history.events().iter().map(|event| event.stamp.happened).max().unwrap_or(session.today());
    let then = on_the_evening(session, written)?;
    then.service.open_plan(&then.request(Purpose::Management), history)?;
    writeln!(out, "Plan {}: {}.", opened.title, plan.commitments.counts_in_words())?;
    let mut entries = progress(session, &plan)?;
    let is_asked_about = plan.consultations.values().any(|one| one.takes_answers_on(session.today()));
    let is_worked_on = opened.kind == PlanKind::AreaPlan && !is_asked_about;
    if is_worked_on {
        entries.extend(super::told::entries(session, history)?);
    }
    record_day_by_day(session, &id, entries, written)?;
    if is_asked_about {
        answer(session, &id, &plan)?;
    } else if is_worked_on {
        suggest(session, &id)?;
        super::told::publish(session, &id)?;
    }
    Ok(())
}

/// Records everything on the evening of the day on which it happened, so that the plan can be read as it was known on any day
/// since it was written.
fn record_day_by_day(session: &Session, plan: &PlanId, mut entries: Vec<PlanEntry>, written: Date) -> Result<()> {
    let on = |entry: &PlanEntry| entry.happened.max(written);
    entries.sort_by_key(on);
    for day in entries.chunk_by(|one, next| on(one) == on(next)) {
        let Some(first) = day.first() else { continue };
        let then = on_the_evening(session, on(first))?;
        let request = then.request(Purpose::Management);
        let version = then.service.plan(&request, plan, &service::AsOf::Now)?.version;
        then.service.record_on_plan(&request, plan, version, day.to_vec())?;
    }
    Ok(())
}

fn on_the_evening(session: &Session, day: Date) -> Result<Session> {
    let evening = day.at(17, 0, 0, 0).in_tz("Europe/London")?.timestamp();
    Ok(session.at(evening.min(session.now)))
}

/// What the demonstration says was done: most of what is due is done, with evidence; some is not, and shows.
fn progress(session: &Session, plan: &Plan) -> Result<Vec<PlanEntry>> {
    let Some(opened) = &plan.opened else { return Ok(Vec::new()) };
    let today = session.today();
    let mut entries = Vec::new();
    let mut say = |happened: Date, what: What| {
        entries.push(PlanEntry { id: EventId(platform::new_id(session.now)), happened, what });
    };
    let work = plan.commitments.standing().filter(|item| item.level.is_work() && plan.status != Status::Draft);
    for (number, item) in (0_i32..).zip(work) {
        let due = item.work.due(opened);
        let is_past = due.is_some_and(|due| due < today);
        let begun = item.work.begins(opened).unwrap_or(opened.from) <= today;
        let days_ago = number % 60 + 5;
        let told = today.saturating_sub(days_ago.days()).max(item.placed_on);
        match (is_past, number % 8) {
            (true | false, 0) => {}
            (true, 1) => say(
                told,
                progressed(item, Stage::UnderWay, "It takes longer than planned: two partners have not answered yet.")?,
            ),
            (true, _) => {
                let done = due.map_or(told, |due| due.min(told));
                say(done, progressed(item, Stage::Done, "Done, and reported to the board.")?);
                let title = format!("Board paper {}/{}", done.strftime("%Y"), number + 1);
                let evidence = Evidence::Document(Line::try_from(title)?);
                say(done, Evidenced { item: item.id.clone(), evidence }.into());
            }
            (false, _) if begun => say(
                told,
                progressed(item, Stage::UnderWay, "Begun; the lead has met the partners and agreed the next steps.")?,
            ),
            (false, _) => {}
        }
    }
    Ok(entries)
}

fn progressed(item: &Commitment, stage: Stage, note: &str) -> Result<What> {
    Ok(Progressed { item: item.id.clone(), stage, note: Note::try_from(note)? }.into())
}

/// Answers as the public gives them: most are looked at, one waits.
fn answer(session: &Session, plan: &PlanId, known: &Plan) -> Result<()> {
    let request = session.request(Purpose::Management);
    let Some(consultation) = known.consultations.values().find(|one| one.takes_answers_on(session.today())) else {
        return Ok(());
    };
    let keys: Vec<&QuestionRef> =
        consultation.questions.iter().filter(|asked| asked.key).map(|asked| &asked.question).collect();
    let Some(question) = keys.first().copied() else { return Ok(()) };
    for (number, (text, theme)) in ANSWERS.iter().enumerate() {
        let id = platform::new_id(session.now);
        let response = ResponseRef::try_from(format!("r-{}", id.simple()))?;
        let second = keys.get(1 + number % (keys.len() - 1).max(1)).copied().unwrap_or(question);
        let answers = BTreeMap::from([
            (question.clone(), Note::try_from(*text)?),
            (second.clone(), Note::try_from("Yes, if partners have the time to do it well.")?),
        ]);
        let answered = Answered {
            consultation: consultation.opened.consultation.clone(),
            response: response.clone(),
            organisation: None,
            answers,
            may_be_quoted: number != 1,
        };
        let sender = Sender { at: session.now, id, address: format!("192.0.2.{number}") };
        session.service.answer_in_public(&sender, plan, answered)?;
        if number + 1 == ANSWERS.len() {
            continue;
        }
        let moderated =
            session.service.moderate(&request, plan, (id, platform::new_id(session.now)), &Verdict::Publish)?;
        let themed = Themed {
            consultation: consultation.opened.consultation.clone(),
            response,
            question: question.clone(),
            theme: Line::try_from(*theme)?,
        };
        let entry =
            PlanEntry { id: EventId(platform::new_id(session.now)), happened: session.today(), what: themed.into() };
        let version = moderated.map(|recorded| recorded.version).unwrap_or_default();
        session.service.record_on_plan(&request, plan, version, vec![entry])?;
    }
    let replied = Replied {
        consultation: consultation.opened.consultation.clone(),
        question: question.clone(),
        said: Note::try_from("A home comes first.")?,
        did: Note::try_from("Every release is planned with housing from the first week of a sentence.")?,
    };
    let version = session.service.plan(&request, plan, &service::AsOf::Now)?.version;
    let entry =
        PlanEntry { id: EventId(platform::new_id(session.now)), happened: session.today(), what: replied.into() };
    session.service.record_on_plan(&request, plan, version, vec![entry])?;
    Ok(())
}

/// Suggestions as the public makes them: one became a proposal, the others wait.
fn suggest(session: &Session, plan: &PlanId) -> Result<()> {
    for (number, (text, place)) in SUGGESTIONS.iter().enumerate() {
        let id = platform::new_id(session.now);
        let made = Made {
            suggestion: SuggestionRef::try_from(format!("s-{}", id.simple()))?,
            text: Note::try_from(*text)?,
            place: Line::try_from(*place)?,
            organisation: None,
        };
        let sender = Sender { at: session.now, id, address: format!("198.51.100.{number}") };
        session.service.suggest_in_public(&sender, plan, made)?;
        if number == 0 {
            let verdict = Verdict::Propose(Line::try_from("UPW-2026-014")?);
            let request = session.request(Purpose::Management);
            session.service.moderate(&request, plan, (id, platform::new_id(session.now)), &verdict)?;
        }
    }
    Ok(())
}
