//! A person's stream under construction: things are told in any order, then put into the order of recording.

use crate::SyntheticError;
use crate::chance::{Chance, scatter};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use record::{AreaRef, Event, EventId, Happened, Purpose, Stamp, What, WorkerRef};

/// When a thing is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The same day: other things may build on it.
    SameDay,
    /// So many days later: nothing builds on it.
    DaysLater(i32),
    /// The same day, or once all that is told before it is written down.
    AfterAllElse,
}

/// Something told.
#[derive(Debug)]
struct Told {
    id: EventId,
    happened: Happened,
    written: Written,
    by: WorkerRef,
    agency: AreaRef,
    what: What,
}

/// A stream under construction.
#[derive(Debug)]
pub(crate) struct Stream {
    seed: u64,
    person: u32,
    told: Vec<Told>,
    /// Nothing after this day is told: the order has ended.
    pub(crate) fence: Date,
}

impl Stream {
    pub(crate) fn new(seed: u64, person: u32) -> Self {
        Self { seed, person, told: Vec::with_capacity(96), fence: Date::MAX }
    }

    /// Tells something; nothing if it lies beyond the fence. Answers with the event's identifier.
    pub(crate) fn tell(
        &mut self,
        happened: Happened,
        written: Written,
        by: (WorkerRef, AreaRef),
        what: What,
    ) -> Option<EventId> {
        if happened.date() > self.fence {
            return None;
        }
        let id = self.identifier();
        self.told.push(Told { id, happened, written, by: by.0, agency: by.1, what });
        Some(id)
    }

    /// An identifier of this person's own: version 8, since no clock is in it.
    fn identifier(&self) -> EventId {
        let place = u64::try_from(self.told.len()).unwrap_or(u64::MAX);
        let high = scatter(self.seed ^ scatter(u64::from(self.person)));
        let low = scatter(high ^ place);
        let both = (u128::from(high) << 64) | u128::from(low);
        EventId(uuid::Builder::from_custom_bytes(both.to_be_bytes()).into_uuid())
    }

    /// The events in the order of recording, up to and with a day.
    pub(crate) fn recorded(mut self, until: Date, mut chance: Chance) -> Result<Vec<Event>, SyntheticError> {
        self.told.sort_by_key(|told| (told.happened.date(), told.happened.time()));
        let mut events = Vec::with_capacity(self.told.len());
        let mut firm = Timestamp::MIN;
        let mut last = Timestamp::MIN;
        for told in self.told {
            let on = match told.written {
                Written::DaysLater(days) => crate::days::later(told.happened.date(), days)?,
                Written::SameDay | Written::AfterAllElse => told.happened.date(),
            };
            // Universal time, so that in summer and in winter the day in Scotland is the same. What has no time of day is
            // written down in the late afternoon, after the appointments that it may follow.
            let hour = told.happened.time().map_or(16, |time| time.hour() + 1).min(21);
            let (minute, second) = (chance.between(0, 59), chance.between(0, 59));
            let time = Time::new(hour, i8::try_from(minute).unwrap_or(0), i8::try_from(second).unwrap_or(0), 0)?;
            let own = DateTime::from_parts(on, time).to_zoned(TimeZone::UTC)?.timestamp();
            let floor = if told.written == Written::AfterAllElse { last } else { firm };
            let recorded = if own > floor { own } else { floor.checked_add(SignedDuration::from_secs(1))? };
            if !matches!(told.written, Written::DaysLater(_)) {
                firm = recorded;
            }
            last = last.max(recorded);
            let stamp = Stamp {
                id: told.id,
                happened: told.happened,
                recorded,
                by: told.by,
                agency: told.agency,
                purpose: purpose(&told.what),
            };
            events.push(Event { stamp, what: told.what });
        }
        events.sort_by_key(|event| event.stamp.recorded);
        events.retain(|event| event.stamp.recorded_on() <= until);
        Ok(events)
    }
}

fn purpose(what: &What) -> Purpose {
    match what {
        What::ReportRequested(_) | What::ReportFinalised(_) | What::ReportDelivered(_) | What::ReportVisitMissed(_) => {
            Purpose::Report
        }
        What::Sentenced(_)
        | What::Admitted(_)
        | What::Released(_)
        | What::Returned(_)
        | What::AccommodationConfirmed(_) => Purpose::Throughcare,
        What::BreachEndorsed(_) | What::ManagerDiscussed(_) | What::Allocated(_) => Purpose::Management,
        _ => Purpose::Supervision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn identifiers_differ_and_repeat_with_the_seed() {
        let stream = Stream::new(1, 1);
        assert_eq!(stream.identifier(), Stream::new(1, 1).identifier());
        assert_ne!(stream.identifier(), Stream::new(1, 2).identifier());
        assert_ne!(stream.identifier(), EventId(Uuid::nil()));
    }
}
