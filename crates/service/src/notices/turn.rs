//! One turn with a person's messages: put the plan right, hand over what is due, ask for the next turn.

use super::plan::{About, Appointment, Before, Change, Key, Situation, State, Way, reconcile};
use super::wording::Wording;
use super::{KIND, MOST_ATTEMPTS};
use crate::jobs::{Attempt, Edge, Worked};
use crate::path::Settled;
use crate::{PersonId, Service, ServiceError};
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use post::{Message, NotHanded, Post};
use store::jobs::Job;
use store::notices::{self, Notice, Told};

/// A message that has been on its way for so long was left there by a program that stopped.
const ABANDONED: SignedDuration = SignedDuration::from_mins(5);

impl Service {
    /// One round of messages about appointments. The program calls this again and again; nothing is lost between two calls,
    /// and nothing is sent twice when one breaks off.
    pub fn send_notices(&self, edge: Edge<'_>, post: &Post) -> Result<Worked, ServiceError> {
        self.work(edge, &KIND, None, false, &mut |job| self.look_after(edge, post, job))
    }

    fn look_after(&self, edge: Edge<'_>, post: &Post, job: &Job) -> Result<Attempt, ServiceError> {
        let Ok(person) = PersonId::new(&job.asked.about) else {
            return Ok(Attempt::Hopeless("it belongs to nobody".to_owned()));
        };
        let wording = Wording::shipped().map_err(|error| ServiceError::Asked(error.to_string()))?;
        let Some(due) = self.plan_for(edge, &person)? else { return Ok(Attempt::Done(None)) };
        for (notice, key) in due {
            self.send_one(edge, post, &wording, &person, (&notice, &key))?;
        }
        // What was put off by the sender has another moment now.
        self.plan_for(edge, &person)?;
        let now = (edge.now)();
        if let Some((_, stored)) = self.path.messages_of(&person)? {
            let next = stored.iter().filter_map(|notice| match notice.state.as_str() {
                "planned" => Some(notice.send_at),
                "sending" => Some(notice.changed_at + abandoned()),
                _ => None,
            });
            if let Some(next) = next.min() {
                self.path.look_again(edge, &person, moment(next)?.max(now))?;
            }
        }
        Ok(Attempt::Done(None))
    }

    /// Puts a person's plan right and answers what is due; none when there is no such person.
    fn plan_for(&self, edge: Edge<'_>, person: &PersonId) -> Result<Option<Vec<(Notice, Key)>>, ServiceError> {
        let Some((known, stored)) = self.path.messages_of(person)? else { return Ok(None) };
        let now = (edge.now)();
        let mut situation = Situation::of(&known.history, &known.record);
        if !self.path.may_remind(now, person, &known)? {
            situation.reach.clear();
        }
        let before = stored.iter().map(before).collect::<Result<Vec<_>, _>>()?;
        let changes = reconcile(&situation, &before, now);
        let id_of = |key: &Key| {
            let at = before.iter().position(|notice| notice.key == *key);
            at.and_then(|at| stored.get(at)).map(|notice| notice.id)
        };
        let mut acts = Vec::new();
        for change in &changes {
            match change {
                Change::Plan(key, at) => acts.push(Act::Plan(Box::new(planned(key, *at, (edge.new_id)(), now)))),
                Change::Move(key, at) => acts.extend(id_of(key).map(|id| Act::Delay(id, at.as_microsecond()))),
                Change::Drop(key, why) => acts.extend(id_of(key).map(|id| Act::Drop(id, why))),
            }
        }
        for (notice, _) in stored.iter().zip(&before).filter(|(_, before)| before.state == State::Sending) {
            if now.as_microsecond() - notice.changed_at >= abandoned() {
                let why = "The program stopped while it was handed over: it may have been sent.".to_owned();
                self.path.settle_message(notice.id, Settled::Unclear(why), now)?;
            }
        }
        if !acts.is_empty() {
            let (stream, now) = (person.stream(), now.as_microsecond());
            self.path.replan(move |tx| {
                for act in &acts {
                    match act {
                        Act::Plan(notice) => notices::plan(tx, &stream, notice)?,
                        Act::Delay(id, at) => notices::delay(tx, id, *at)?,
                        Act::Drop(id, why) => notices::drop_planned(tx, id, why, now)?,
                    };
                }
                Ok(())
            })?;
        }
        let Some((_, stored)) = self.path.messages_of(person)? else { return Ok(None) };
        let due =
            stored.into_iter().filter(|notice| notice.state == "planned" && notice.send_at <= now.as_microsecond());
        let due = due.map(|notice| before_key(&notice).map(|key| (notice, key))).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(due))
    }

    fn send_one(
        &self,
        edge: Edge<'_>,
        post: &Post,
        wording: &Wording,
        person: &PersonId,
        (notice, key): (&Notice, &Key),
    ) -> Result<(), ServiceError> {
        // The record as it is at this moment, not as it was when the turn began.
        let Some((known, _)) = self.path.messages_of(person)? else { return Ok(()) };
        let situation = Situation::of(&known.history, &known.record);
        let now = (edge.now)();
        let Some(reach) = situation.reach.get(&key.route).filter(|reach| reach.hours.hold(now)) else { return Ok(()) };
        let planned = situation.planned.get(&key.appointment);
        let (kind, place) = match (&key.about, planned) {
            (About::Cancelled, None) => (record::contact::ContactKind::Office, None),
            (About::Reminder | About::Moved(_), Some((kind, place))) => (*kind, place.as_deref()),
            _ => return Ok(()),
        };
        let said = wording.say(&key.about, &key.appointment, kind, place.filter(|_| reach.name_the_service));
        let (way, subject, body) = match key.route {
            Way::Text => (post::Way::Text, String::new(), said.text),
            Way::Email => (post::Way::Email, said.subject, said.email),
        };
        let detail =
            format!("{}; {} by {}", crate::policy::Doing::Remind.word(), about_word(&key.about), key.route.as_str());
        let shown = (body.clone(), shortened(&reach.to, key.route));
        if !self.path.take((person, &known), notice.id, shown, detail, now)? {
            return Ok(());
        }
        let message = Message { id: notice.id, way, to: reach.to.clone(), subject, body };
        let handed = post.hand_over(&message, now);
        let now = (edge.now)();
        let settled = match handed {
            Ok(reference) => Settled::Sent(reference),
            Err(NotHanded::NotSent { why, again: true }) if notice.attempts + 1 < MOST_ATTEMPTS => {
                Settled::Again(KIND.next_try(&notice.id, notice.attempts + 1, now), why)
            }
            Err(NotHanded::NotSent { why, .. }) => Settled::Failed(why),
            Err(NotHanded::Unclear(why)) => Settled::Unclear(why),
        };
        self.path.settle_message(notice.id, settled, now)
    }
}

/// What is written for a change of plan.
enum Act {
    Plan(Box<Notice>),
    Delay(uuid::Uuid, i64),
    Drop(uuid::Uuid, &'static str),
}

fn abandoned() -> i64 {
    i64::try_from(ABANDONED.as_micros()).unwrap_or(i64::MAX)
}

fn moment(at: i64) -> Result<Timestamp, ServiceError> {
    crate::jobs::moment(at)
}

fn planned(key: &Key, at: Timestamp, id: uuid::Uuid, now: Timestamp) -> Notice {
    let instead_of = match &key.about {
        About::Moved(from) => told(from),
        About::Reminder | About::Cancelled => Told::default(),
    };
    Notice {
        id,
        appointment: told(&key.appointment),
        way: key.route.as_str().to_owned(),
        about: about_word(&key.about).to_owned(),
        instead_of,
        state: "planned".to_owned(),
        send_at: at.as_microsecond(),
        retry_at: None,
        attempts: 0,
        changed_at: now.as_microsecond(),
        reason: None,
        said: None,
        sent_to: None,
        reference: None,
    }
}

pub(super) const fn about_word(about: &About) -> &'static str {
    match about {
        About::Reminder => "reminder",
        About::Moved(_) => "moved",
        About::Cancelled => "cancelled",
    }
}

fn told(appointment: &Appointment) -> Told {
    Told {
        contact: appointment.contact.to_string(),
        day: appointment.on.to_string(),
        time: appointment.at.map_or_else(String::new, |at| at.to_string()),
    }
}

fn before(notice: &Notice) -> Result<Before, ServiceError> {
    let state = match notice.state.as_str() {
        "planned" => State::Planned,
        "sending" => State::Sending,
        "sent" => State::Sent,
        "unclear" => State::Unclear,
        "failed" => State::Failed,
        "dropped" => State::Dropped,
        _ => return Err(unreadable(notice)),
    };
    Ok(Before {
        key: before_key(notice)?,
        state,
        send_at: moment(notice.send_at)?,
        retry_at: notice.retry_at.map(moment).transpose()?,
    })
}

pub(super) fn before_key(notice: &Notice) -> Result<Key, ServiceError> {
    let route = [Way::Text, Way::Email].into_iter().find(|way| way.as_str() == notice.way);
    let about = match notice.about.as_str() {
        "reminder" => Some(About::Reminder),
        "cancelled" => Some(About::Cancelled),
        "moved" => appointment(&notice.instead_of).map(About::Moved),
        _ => None,
    };
    match (appointment(&notice.appointment), route, about) {
        (Some(appointment), Some(route), Some(about)) => Ok(Key { appointment, route, about }),
        _ => Err(unreadable(notice)),
    }
}

fn appointment(told: &Told) -> Option<Appointment> {
    let at = if told.time.is_empty() { None } else { Some(told.time.parse::<Time>().ok()?) };
    Some(Appointment { on: told.day.parse().ok()?, at, contact: told.contact.as_str().try_into().ok()? })
}

fn unreadable(notice: &Notice) -> ServiceError {
    ServiceError::Asked(format!("the message {} in the database cannot be read", notice.id))
}

/// An address that can be recognised but not used.
fn shortened(to: &str, way: Way) -> String {
    match way {
        Way::Text => {
            let digits: Vec<char> = to.chars().filter(char::is_ascii_digit).collect();
            format!("number ending {}", digits.iter().skip(digits.len().saturating_sub(3)).collect::<String>())
        }
        Way::Email => {
            let (name, domain) = to.split_once('@').unwrap_or((to, ""));
            format!("{}…@{domain}", name.chars().take(1).collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_so_that_it_can_be_recognised_but_not_used() {
        assert_eq!(shortened("+44 7700 900 123", Way::Text), "number ending 123");
        assert_eq!(shortened("alex@example.net", Way::Email), "a…@example.net");
    }

    #[test]
    fn what_is_kept_of_a_message_reads_back_as_the_same_message() {
        let at = |time: &str| {
            appointment(&Told { contact: "C-1".into(), day: "2026-03-04".into(), time: time.into() }).unwrap()
        };
        for about in [About::Reminder, About::Moved(at("")), About::Moved(at("09:30:00")), About::Cancelled] {
            for route in [Way::Text, Way::Email] {
                let key = Key { appointment: at("14:00:00"), route, about: about.clone() };
                let notice = planned(&key, Timestamp::UNIX_EPOCH, uuid::Uuid::nil(), Timestamp::UNIX_EPOCH);
                assert_eq!(before_key(&notice).unwrap(), key);
            }
        }
    }
}
