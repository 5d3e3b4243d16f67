//! Alarms about how records are used: an account that opened very many, an opening that nobody reviewed in time. They are for
//! the managers and auditors of the agency, on the desk at once and by e-mail to those named for it; one of them, never the
//! account itself, says what became of each.

use crate::jobs::{Attempt, Edge, Kind, Worked};
use crate::openings::moment;
use crate::path::Whose;
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError, lists};
use jiff::{SignedDuration, Timestamp};
use post::{Message, NotHanded, Post};
use store::alarms::{self, Alarm};
use store::jobs::NewJob;
use uuid::Uuid;

/// Word of an alarm by e-mail.
pub(crate) const KIND: Kind = Kind {
    word: "alarm",
    lease: SignedDuration::from_secs(300),
    one_attempt: SignedDuration::from_secs(130),
    at_once: 20,
    first_pause: SignedDuration::from_secs(20),
    longest_pause: SignedDuration::from_mins(30),
    most_attempts: 20,
};

/// Rows of a list.
const SHOWN: u32 = 50;
/// The shortest and the longest that is said of an alarm, in characters.
const SAID: std::ops::RangeInclusive<usize> = 10..=500;

/// What an alarm is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// An account opened as many people's records within an hour as it may, and wanted more.
    ManyPeople,
    /// Nobody reviewed in time why a record was opened.
    Unreviewed,
}

impl AlarmKind {
    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManyPeople => "many_people",
            Self::Unreviewed => "unreviewed",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::ManyPeople, Self::Unreviewed].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// An alarm as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmView {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub kind: AlarmKind,
    /// Whose doing it was.
    pub account: String,
    /// Their name.
    pub name: String,
    /// The record that was opened and the opening's id, where it is about one.
    pub opening: Option<(PersonId, Uuid)>,
    /// How many people's records it is about.
    pub people: i64,
    /// When it was raised.
    pub at: Timestamp,
    /// What became of it.
    pub settled: Option<SettledAlarm>,
}

/// What became of an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledAlarm {
    /// The name of whoever said so.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
    /// What they said.
    pub said: String,
}

impl Service {
    /// The alarms of the actor's agency before a moment, the latest first.
    pub fn alarms(&self, request: &Request<'_>, before: Option<Timestamp>) -> Result<Vec<AlarmView>, ServiceError> {
        let agency = request.actor.agency.as_str();
        let before = before.map_or(i64::MAX, Timestamp::as_microsecond);
        let directory = self.path.directory()?;
        let name = |account: &str| directory.worker_name(account).to_owned();
        self.path.over_many(request, Doing::ViewAlarms, Whose { agency, ..Whose::default() }, |tx| {
            let found = alarms::of_agency(tx, agency, before, SHOWN)?;
            found.into_iter().map(|alarm| shown(alarm, &name)).collect()
        })
    }

    /// Says what became of an alarm; what was said before stays.
    pub fn settle_alarm(&self, request: &Request<'_>, alarm: Uuid, said: &str) -> Result<(), ServiceError> {
        let said = said.trim();
        if !SAID.contains(&said.chars().count()) {
            return Err(ServiceError::Asked(format!(
                "Say what became of it in {} to {} characters.",
                SAID.start(),
                SAID.end()
            )));
        }
        if self.path.settle_alarm(request, alarm, said)? {
            return Ok(());
        }
        Err(ServiceError::Asked("Somebody has said already what became of it; that stays.".into()))
    }

    /// Raises alarms about openings that nobody reviewed in time. The program calls it again and again.
    pub fn raise_overdue_reviews(&self, edge: Edge<'_>) -> Result<u32, ServiceError> {
        self.path.raise_overdue_reviews((edge.now)())
    }

    /// One round of telling of alarms by e-mail. Nobody on record is named in it.
    pub fn tell_of_alarms(&self, edge: Edge<'_>, post: &Post, to: &[String]) -> Result<Worked, ServiceError> {
        self.work(edge, &KIND, None, false, &mut |job| {
            let id: Option<Uuid> = job.asked.about.parse().ok();
            let alarm = id.map_or(Ok(None), |id| self.path.alarm(id))?;
            let Some((id, alarm)) = id.zip(alarm) else {
                return Ok(Attempt::Hopeless("there is no such alarm".into()));
            };
            for (n, address) in (0_u128..).zip(to) {
                let message = Message {
                    // Of its own for each address, and the same when it is tried again.
                    id: Uuid::from_u128(id.as_u128().wrapping_add(n)),
                    way: post::Way::Email,
                    to: address.clone(),
                    subject: "Throughline: an alarm about how records are used".to_owned(),
                    body: said_of(&alarm),
                };
                match post.hand_over(&message, (edge.now)()) {
                    Ok(_) | Err(NotHanded::Unclear(_)) => {}
                    Err(NotHanded::NotSent { why, again: true }) => return Ok(Attempt::Failed(why)),
                    Err(NotHanded::NotSent { why, .. }) => return Ok(Attempt::Hopeless(why)),
                }
            }
            Ok(Attempt::Done(None))
        })
    }
}

/// An alarm about what the actor of a request did.
pub(crate) fn raised(kind: AlarmKind, request: &Request<'_>, people: i64) -> Alarm {
    Alarm {
        id: request.id,
        kind: kind.as_str().to_owned(),
        agency: request.actor.agency.to_string(),
        account: request.actor.id.to_string(),
        opening: None,
        people,
        raised_at: request.at.as_microsecond(),
        settled: None,
    }
}

/// The job of telling of an alarm.
pub(crate) fn to_tell(alarm: &Alarm) -> NewJob {
    NewJob {
        id: alarm.id,
        kind: KIND.word.to_owned(),
        about: alarm.id.to_string(),
        payload: String::new(),
        once: Some(format!("{}/{}", KIND.word, alarm.id)),
        run_at: alarm.raised_at,
    }
}

fn said_of(alarm: &Alarm) -> String {
    let what = match AlarmKind::read(&alarm.kind) {
        Some(AlarmKind::ManyPeople) => format!(
            "The account {} of {} opened the records of {} people within an hour, and was stopped.",
            alarm.account, alarm.agency, alarm.people
        ),
        _ => format!(
            "The account {} of {} opened another team's case with a reason, and no manager has reviewed it in time.",
            alarm.account, alarm.agency
        ),
    };
    format!("{what}\n\nSee Administration, Alarms, on the desk, and say there what became of it.\n")
}

fn shown(alarm: Alarm, name: &dyn Fn(&str) -> String) -> Result<AlarmView, ServiceError> {
    let kind = AlarmKind::read(&alarm.kind);
    let opening = alarm.opening.map(|(stream, id)| lists::person_id(&stream).map(|person| (person, id)));
    let settled = alarm.settled.map(|settled| {
        let at = moment(settled.at)?;
        Ok::<_, ServiceError>(SettledAlarm { by_name: name(&settled.by), at, said: settled.said })
    });
    Ok(AlarmView {
        id: alarm.id,
        kind: kind
            .ok_or_else(|| ServiceError::Asked("An alarm is of a kind that this version does not know.".into()))?,
        name: name(&alarm.account),
        account: alarm.account,
        opening: opening.transpose()?,
        people: alarm.people,
        at: moment(alarm.raised_at)?,
        settled: settled.transpose()?,
    })
}
