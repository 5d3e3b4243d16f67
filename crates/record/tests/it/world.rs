//! One helper that builds the world: a record to which things happen.

use jiff::civil::Date;
use record::{Event, EventId, Happened, History, Law, Proposal, Purpose, Record, Refusal, Stamp, What};
use uuid::Uuid;

/// A record under construction.
pub(crate) struct World {
    pub(crate) history: History,
    pub(crate) law: Law,
    pub(crate) today: Date,
    next: u128,
}

impl World {
    pub(crate) fn on(today: &str) -> Self {
        Self { history: History::default(), law: Law::scotland().unwrap(), today: today.parse().unwrap(), next: 1 }
    }

    pub(crate) fn record(&self) -> Record {
        self.history.record()
    }

    /// Says that something happened; the kind and the content as they are written.
    pub(crate) fn try_say(
        &mut self,
        happened: &str,
        kind: &str,
        data: impl Into<serde_json::Value>,
    ) -> Result<EventId, Refusal> {
        let what = What::read(kind, 1, &data.into().to_string()).unwrap();
        let happened: Happened = happened.parse().unwrap();
        let decided = self.history.decide(&self.record(), &Proposal { what, happened }, self.today, &self.law)?;
        let mut last = None;
        for what in decided {
            let id = EventId(Uuid::from_u128(self.next));
            self.next += 1;
            let recorded = self.today.at(12, 0, 0, 0).in_tz("Europe/London").unwrap().timestamp();
            let stamp = Stamp {
                id,
                happened,
                recorded,
                by: "w-amy".try_into().unwrap(),
                agency: "capital".try_into().unwrap(),
                purpose: Purpose::Supervision,
            };
            self.history.push(Event { stamp, what });
            last = Some(id);
        }
        Ok(last.unwrap())
    }

    pub(crate) fn say(&mut self, happened: &str, kind: &str, data: impl Into<serde_json::Value>) -> EventId {
        self.try_say(happened, kind, data).unwrap_or_else(|refusal| panic!("{kind} on {happened}: {refusal}"))
    }

    pub(crate) fn refused(&mut self, happened: &str, kind: &str, data: impl Into<serde_json::Value>) -> String {
        let before = self.history.events().len();
        let refusal = self.try_say(happened, kind, data).unwrap_err().to_string();
        assert_eq!(self.history.events().len(), before, "a refusal changes nothing");
        refusal
    }
}

/// A community payback order with supervision of 12 months and unpaid work.
pub(crate) fn payback_order(hours: u16) -> serde_json::Value {
    serde_json::json!({
        "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
        "court": {"name": "Edinburgh Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": hours}],
    })
}
