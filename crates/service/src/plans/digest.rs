//! Digests to leads: once a week each body that has an address is told what it leads in a plan that is late or due soon, and
//! what a meeting agreed that it has not done. Nothing of it is about a person.

use super::PlanId;
use crate::jobs::{Attempt, Edge, Kind, Worked};
use crate::{Service, ServiceError};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use planning::due::due;
use planning::status::Status;
use planning::{BodyRef, Line, Plan};
use post::{Message, NotHanded, Post};
use std::fmt::Write as _;
use store::jobs::NewJob;

const KIND: Kind = Kind {
    word: "digest",
    lease: SignedDuration::from_secs(300),
    one_attempt: SignedDuration::from_secs(130),
    at_once: 20,
    first_pause: SignedDuration::from_secs(60),
    longest_pause: SignedDuration::from_hours(2),
    most_attempts: 12,
};
/// It is remembered for so long that a week's digest was sent.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 21);

impl Service {
    /// Asks for this week's digests. The program calls it on each new day; a second call in the same week asks for nothing
    /// again.
    pub fn plan_digests(&self, edge: Edge<'_>) -> Result<(), ServiceError> {
        let now = (edge.now)();
        let today = crate::actor::day(now);
        let week = today.saturating_sub(i32::from(today.weekday().to_monday_zero_offset()).days());
        let mut jobs = Vec::new();
        for (plan, known) in self.path.plans_known()? {
            for (body, _) in to_be_told(&known.plan) {
                let about = format!("{}\t{body}", plan.as_str());
                let once = Some(format!("{}/{about}/{week}", KIND.word));
                let (kind, run_at) = (KIND.word.to_owned(), now.as_microsecond());
                jobs.push(NewJob { id: (edge.new_id)(), kind, about, payload: String::new(), once, run_at });
            }
        }
        self.path.forget_done(KIND.word, now.checked_sub(REMEMBERED).unwrap_or_default())?;
        self.path.ask_for(jobs, now)
    }

    /// One round of sending digests by e-mail.
    pub fn send_digests(&self, edge: Edge<'_>, post: &Post) -> Result<Worked, ServiceError> {
        self.work(edge, &KIND, None, false, &mut |job| {
            let now = (edge.now)();
            let Some(message) = self.digest(&job.asked.about, job.asked.id, now)? else {
                return Ok(Attempt::Done(None));
            };
            Ok(match post.hand_over(&message, now) {
                Ok(_) | Err(NotHanded::Unclear(_)) => Attempt::Done(None),
                Err(NotHanded::NotSent { why, again: true }) => Attempt::Failed(why),
                Err(NotHanded::NotSent { why, .. }) => Attempt::Hopeless(why),
            })
        })
    }

    /// What a body is to be told; nothing where it has no address any more, or nothing is late or due soon.
    fn digest(&self, about: &str, id: uuid::Uuid, now: Timestamp) -> Result<Option<Message>, ServiceError> {
        let named = about
            .split_once('\t')
            .and_then(|(plan, body)| Some((PlanId::new(plan).ok()?, BodyRef::try_from(body).ok()?)));
        let Some((plan, body)) = named else { return Ok(None) };
        let found = self.path.plans_known()?.into_iter().find(|(id, _)| *id == plan);
        let Some((_, known)) = found else { return Ok(None) };
        let Some((_, address)) = to_be_told(&known.plan).find(|(one, _)| **one == body) else { return Ok(None) };
        let within = self.path.rules().rag().due_soon_days;
        let Some(body) = said(&known.plan, &body, crate::actor::day(now), within) else { return Ok(None) };
        let title = known.plan.opened.as_ref().map(|opened| opened.title.to_string()).unwrap_or_default();
        let subject = format!("{title}: what is late and due soon");
        Ok(Some(Message { id, way: post::Way::Email, to: address.to_string(), subject, body }))
    }
}

/// The bodies of a plan that is being carried out which have an address.
fn to_be_told(plan: &Plan) -> impl Iterator<Item = (&BodyRef, &Line)> {
    let runs = matches!(plan.status, Status::Approved | Status::InForce | Status::Reviewed);
    let partners = plan.partners.iter().filter(move |(_, partner)| runs && partner.left.is_none());
    partners.filter_map(|(body, partner)| Some((body, partner.address.as_ref()?)))
}

/// The digest of one body, in words; none when there is nothing to say.
fn said(plan: &Plan, lead: &BodyRef, today: Date, within: u16) -> Option<String> {
    let list = due(plan, today, within);
    let mut text = String::new();
    for (heading, entries) in [("Late", &list.late), ("Due soon", &list.soon)] {
        let own: Vec<_> = entries.iter().filter(|one| one.lead.as_ref() == Some(lead)).collect();
        if !own.is_empty() {
            let _ = writeln!(text, "{heading}:");
            for one in own {
                let milestone = if one.milestone { "milestone: " } else { "" };
                let _ = writeln!(text, "- {} {milestone}{}: {}", one.item, one.text, one.when());
            }
            text.push('\n');
        }
    }
    let open = plan.meetings.values().flat_map(|meeting| meeting.open().map(move |(_, agreed)| (meeting, agreed)));
    let open: Vec<_> = open.filter(|(_, agreed)| agreed.lead == *lead).collect();
    if !open.is_empty() {
        text.push_str("Agreed at meetings and not done:\n");
        for (meeting, agreed) in open {
            let day = agreed.due.strftime("%A %-d %B %Y");
            let _ = writeln!(text, "- {} ({}): by {day}", agreed.text, meeting.called.title);
        }
        text.push('\n');
    }
    if text.is_empty() {
        return None;
    }
    text.push_str("Tell how it goes on the desk, under Plans. What is told there by you is read by everybody.\n");
    Some(text)
}
