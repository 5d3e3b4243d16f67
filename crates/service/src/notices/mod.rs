//! Messages to people about their appointments: a reminder two days before, word of a change at once; by text message or
//! e-mail, to those who asked for it, where it is safe, never at night, never twice.

mod hours;
mod plan;
#[cfg(test)]
mod simulated;
mod turn;
mod wording;

use crate::jobs::{Edge, Kind};
use crate::{PersonId, Request, Service, ServiceError};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// The account that messages are entered under in the access log.
pub(crate) const REMINDERS: &str = "reminders";
/// After so many attempts a message is given up.
const MOST_ATTEMPTS: i64 = 8;

/// A look after one person's messages.
pub(crate) const KIND: Kind = Kind {
    word: "notice",
    lease: SignedDuration::from_secs(300),
    one_attempt: SignedDuration::from_secs(130),
    at_once: 20,
    first_pause: SignedDuration::from_secs(60),
    longest_pause: SignedDuration::from_hours(2),
    most_attempts: 12,
};

/// How many days ahead people are looked for who have an appointment.
const DAYS_AHEAD: i32 = 4;
/// How long it is remembered that somebody was looked after.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 3);

/// A message as the person's page shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NoticeView {
    /// The day of the appointment.
    pub on: Date,
    /// Its time.
    pub at: Option<Time>,
    /// `text` or `email`.
    pub way: String,
    /// `reminder`, `moved` or `cancelled`.
    pub about: String,
    /// `planned`, `sending`, `sent`, `unclear`, `failed` or `dropped`.
    pub state: String,
    /// When it is to be sent; for one that was sent, or will not be, when that was decided.
    pub when: Timestamp,
    /// Why it is in this state.
    pub reason: Option<String>,
    /// What was written, word for word.
    pub said: Option<String>,
    /// To where, shortened.
    pub sent_to: Option<String>,
}

impl Service {
    /// Every message about a person's appointments, the latest appointment first.
    pub fn notices(&self, request: &Request<'_>, person: &PersonId) -> Result<Vec<NoticeView>, ServiceError> {
        let stored = self.path.show_messages(request, person)?;
        stored
            .into_iter()
            .rev()
            .map(|notice| {
                let key = turn::before_key(&notice)?;
                let when = if notice.state == "planned" { notice.send_at } else { notice.changed_at };
                Ok(NoticeView {
                    on: key.appointment.on,
                    at: key.appointment.at,
                    way: notice.way,
                    about: notice.about,
                    state: notice.state,
                    when: crate::jobs::moment(when)?,
                    reason: notice.reason,
                    said: notice.said,
                    sent_to: notice.sent_to,
                })
            })
            .collect()
    }

    /// Asks that everybody with an appointment in the next days is looked after. The program calls it when it starts and on
    /// each new day; a second call on the same day does nothing.
    pub fn plan_notices(&self, edge: Edge<'_>) -> Result<(), ServiceError> {
        let today = hours::local((edge.now)()).date();
        let until = today.saturating_add(DAYS_AHEAD.days());
        let mut after: Option<String> = None;
        loop {
            after = self.path.look_after_all(edge, (today.to_string(), until.to_string()), after.as_deref())?;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Forgets looks that were done days ago; answers how many. What was sent is never forgotten.
    pub fn forget_looks(&self, edge: Edge<'_>) -> Result<u64, ServiceError> {
        let before = (edge.now)().checked_sub(REMEMBERED).unwrap_or_default();
        self.path.forget_done(KIND.word, before)
    }
}
