//! Before X, Y must have happened.

use crate::{
    case::linked,
    deadline::{as_date, carries_all},
    engine::{Done, Engine, Opened, Window},
    explain,
    obligation::{Obligation, State},
    pattern::FactPattern,
    standard::{Allowed, Standard},
};
use compact_str::CompactString;
use jiff::civil::Date;

impl<'t, 'a> Engine<'_, 't, 'a> {
    pub(crate) fn gate(&mut self, standard: &'a Standard, before: &[FactPattern], fields: &[CompactString]) {
        let gated = self.matching(before);
        let link = &standard.opening.link;
        let mut passed: Vec<(Opened<'t>, Option<u32>)> = Vec::new();
        for opened in self.openings(standard) {
            let of_this = |event: &&Opened<'t>| linked(link, &opened.fact.attributes, &event.fact.attributes);
            let earlier = gated.partition_point(|event| event.fact.on < opened.fact.on);
            let later = gated.get(earlier..).unwrap_or(&[]);
            let event =
                later.iter().filter(of_this).find(|event| event.fact.on > opened.fact.on || not_before(opened, event));
            let key = event.map(|event| event.index);
            let repeated = passed.iter().any(|(earlier, earlier_key)| {
                *earlier_key == key
                    && (key.is_some() || linked(link, &earlier.fact.attributes, &opened.fact.attributes))
            });
            if repeated {
                continue;
            }
            passed.push((opened, key));
            let previous = gated.get(..earlier).unwrap_or(&[]).iter().rfind(of_this);
            let obligation = self.settle_gate(standard, opened, event.copied(), previous.copied(), fields);
            self.obligations.push(obligation);
        }
    }

    fn settle_gate(
        &self,
        standard: &'a Standard,
        opened: Opened<'t>,
        event: Option<Opened<'t>>,
        previous: Option<Opened<'t>>,
        fields: &[CompactString],
    ) -> Obligation<'a> {
        let fact = opened.fact;
        let planned = match &standard.limit {
            Some(Allowed::FromAttribute(name)) => self.case.attribute_for(name, fact).and_then(as_date),
            _ => None,
        };
        let due = event.map(|event| event.fact.on).or(planned);
        let from = previous.and_then(|previous| previous.fact.on.tomorrow().ok()).unwrap_or(Date::MIN);
        let window = Window { trigger: Some(opened), by_minute: false, from, until: None };
        let first = |ways| self.first_done(ways, &standard.opening.link, window);
        let bearer = std::iter::once(opened).chain(event).find(|bearer| carries_all(bearer.fact, fields));
        let written = bearer.filter(|_| !fields.is_empty());
        let written = written.map(|b| Done { on: b.fact.on, at: b.fact.at, index: b.index, fact: b.fact });
        let done = written.or_else(|| first(&standard.discharged_by));
        let falls_away = if event.is_some() { None } else { self.falls_away(standard, opened, false) };
        let mut state = self.judge(due, None, done, falls_away);
        let excuse =
            if matches!(state, State::Open | State::Late | State::Missed) { first(&standard.excused_by) } else { None };
        if excuse.is_some() {
            state = State::Excused;
        }
        let on = match state {
            State::Met | State::Late => done.map(|done| done.on),
            State::Excused => excuse.map(|excuse| excuse.on),
            _ => None,
        };
        let explanation = self.tell(standard, state, || {
            let link = &standard.opening.link;
            let parts = |done| self.parts(&standard.discharged_by, link, window, done);
            let parts = done.map(parts).unwrap_or_default();
            let course = explain::Course { state, done, parts, excuse, falls_away, due };
            explain::gate(self, standard, fact, event.map(|event| event.fact), planned)
                + &explain::outcome(self, &course)
        });
        Obligation {
            standard,
            opened_on: fact.on,
            due,
            due_time: None,
            state,
            on,
            reason: excuse.and_then(|excuse| excuse.fact.attributes.text("reason").map(Into::into)),
            governed_by: None,
            explanation,
            steady_until: if state == State::Open { due } else { None },
        }
    }
}

/// Of two facts of one day, whether the event does not come before the opening by the minutes told.
fn not_before(opened: Opened<'_>, event: &Opened<'_>) -> bool {
    event.fact.at.zip(opened.fact.at).is_none_or(|(event, opened)| event >= opened)
}
