//! At least, or at most, so many in each period.

use crate::{
    engine::{Done, Engine, FallsAway, Opened, Why, Window},
    explain,
    obligation::{Obligation, State},
    standard::{Cadence, Count, Standard},
};
use calendar::Limit;
use facts::Fact;
use jiff::{ToSpan, civil::Date};

/// One stretch during which the cadence is asked for.
struct Run<'c, 't> {
    opened: Opened<'t>,
    /// Every fact of the case that counts, earliest first; None where two facts only count together.
    counted: &'c Option<Vec<Opened<'t>>>,
    falls_away: Option<FallsAway<'t>>,
    /// The last day of `for`.
    last_day: Option<Date>,
}

/// A change of the period's length: the day, whether to the longer one, and the fact.
struct Switch<'t> {
    on: Date,
    relaxed: bool,
    fact: &'t Fact,
}

/// One period as it is asked for: its days, and why it stops short of its last.
pub(crate) struct Period<'t> {
    pub(crate) number: u32,
    pub(crate) every: Limit,
    pub(crate) first: Date,
    pub(crate) last: Date,
    pub(crate) cut: Option<FallsAway<'t>>,
    /// No further period follows by itself.
    pub(crate) is_final: bool,
}

impl<'t, 'a> Engine<'_, 't, 'a> {
    pub(crate) fn cadence(&mut self, standard: &'a Standard, rule: &'a Cadence) {
        let mut running_until = None;
        let counted = self.countable(standard);
        for opened in self.openings(standard) {
            if running_until.is_some_and(|until| opened.fact.on < until) {
                continue;
            }
            let falls_away = self.falls_away(standard, opened, true);
            let last_day = rule.lasts.and_then(|lasts| step(opened.fact.on, lasts, 1)?.yesterday().ok());
            let end = falls_away.map(|away| away.on).into_iter().chain(last_day.and_then(|day| day.tomorrow().ok()));
            running_until = Some(end.min().unwrap_or(Date::MAX));
            self.run(standard, rule, &Run { opened, falls_away, last_day, counted: &counted });
        }
    }

    fn run(&mut self, standard: &'a Standard, rule: &'a Cadence, run: &Run<'_, 't>) {
        let switches = self.switches(rule, run.opened.fact.on);
        let mut anchor = run.opened.fact.on;
        let mut relaxed = false;
        let (mut number, mut count) = (0, 0);
        let mut first = anchor;
        loop {
            let every = if relaxed { rule.relaxed_every.unwrap_or(rule.every) } else { rule.every };
            if run.last_day.is_some_and(|day| first > day)
                || first > self.today
                || run.falls_away.is_some_and(|away| first >= away.on)
            {
                return;
            }
            let switch = switches.iter().find(|switch| switch.on >= first && switch.relaxed != relaxed);
            if let Some(switch) = switch.filter(|switch| switch.on == first) {
                (anchor, relaxed, number) = (first, switch.relaxed, 0);
                continue;
            }
            let Some(next) = step(anchor, every, number + 1) else { return };
            let Ok(last) = next.yesterday() else { return };
            let last = run.last_day.map_or(last, |day| last.min(day));
            let change = switch.map(|switch| FallsAway { on: switch.on, why: Why::Switched(switch.fact) });
            let cuts = change.into_iter().chain(run.falls_away).filter(|cut| cut.on <= last);
            let cut = cuts.min_by_key(|cut| cut.on);
            count += 1;
            let is_final = run.last_day == Some(last);
            let period = Period { number: count, every, first, last, cut, is_final };
            let obligation = self.settle_period(standard, rule, run, &period);
            self.obligations.push(obligation);
            match cut {
                Some(FallsAway { on, why: Why::Switched(_) }) => {
                    (anchor, first, relaxed, number) = (on, on, !relaxed, 0);
                }
                Some(_) => return,
                None => (first, number) = (next, number + 1),
            }
        }
    }

    fn switches(&self, rule: &Cadence, from: Date) -> Vec<Switch<'t>> {
        if rule.relaxed_by.is_empty() {
            return Vec::new();
        }
        let switch = |relaxed| move |found: Opened<'t>| Switch { on: found.fact.on, relaxed, fact: found.fact };
        let relaxed = self.matching(&rule.relaxed_by).into_iter().map(switch(true));
        let restored = self.matching(&rule.restored_by).into_iter().map(switch(false));
        let mut switches: Vec<_> = relaxed.chain(restored).filter(|switch| switch.on >= from).collect();
        switches.sort_by_key(|switch| switch.on);
        // Of two reviews on one day the last stands.
        switches.dedup_by(|later, earlier| {
            let same = later.on == earlier.on;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        switches
    }

    fn settle_period(
        &self,
        standard: &'a Standard,
        rule: &Cadence,
        run: &Run<'_, 't>,
        period: &Period<'t>,
    ) -> Obligation<'a> {
        // On the day on which a case ends its contacts still count; on the day of a change they count for the new period.
        let until = match period.cut {
            None => period.last,
            Some(FallsAway { on, why: Why::Ended(_) }) => on,
            Some(cut) => cut.on.yesterday().unwrap_or(cut.on),
        };
        let window = Window { trigger: None, by_minute: false, from: period.first, until: Some(until) };
        let done = self.counted(standard, rule.count, run.counted.as_deref(), window);
        let ceiling = matches!(rule.count, Count::AtMost(_));
        let mut state = match (done, period.cut) {
            (Some(_), _) if ceiling => State::Missed,
            (Some(_), _) => State::Met,
            (None, None) if ceiling && period.last < self.today => State::Met,
            (None, Some(_)) => State::NotApplicable,
            (None, None) if self.today <= period.last => State::Open,
            (None, None) => State::Missed,
        };
        let excuse = match state {
            State::Open | State::Missed if !ceiling && !standard.excused_by.is_empty() => {
                self.first_done(&standard.excused_by, &[], window)
            }
            _ => None,
        };
        if excuse.is_some() {
            state = State::Excused;
        }
        let explanation = self.tell(standard, state, || {
            explain::period(self, standard, rule, run.opened.fact, period, state, done, excuse)
        });
        let running = period.cut.is_none() && self.today <= period.last;
        Obligation {
            standard,
            opened_on: period.first,
            due: Some(period.last),
            due_time: None,
            state,
            on: excuse.or(done).map(|done| done.on),
            reason: excuse.and_then(|excuse| excuse.fact.attributes.text("reason").map(Into::into)),
            governed_by: None,
            explanation,
            steady_until: (running && (state == State::Open || !period.is_final)).then_some(period.last),
        }
    }

    /// Every fact that counts by itself; None where a way asks for several.
    fn countable(&self, standard: &Standard) -> Option<Vec<Opened<'t>>> {
        let ways = &standard.discharged_by;
        let together = ways.iter().any(|way| way.0.len() > 1);
        (!together).then(|| self.matching(ways.iter().flat_map(|way| &way.0)))
    }

    /// The fact that completes an "at least" or exceeds an "at most". For an "at least" several on one day count once.
    fn counted(
        &self,
        standard: &Standard,
        count: Count,
        countable: Option<&[Opened<'t>]>,
        window: Window<'t>,
    ) -> Option<Done<'t>> {
        let Some(all) = countable else { return self.first_done(&standard.discharged_by, &[], window) };
        let start = all.partition_point(|opened| opened.fact.on < window.from);
        let within = all.get(start..).unwrap_or(&[]).iter();
        let mut within = within.take_while(|opened| window.until.is_none_or(|until| opened.fact.on <= until));
        let found = match count {
            Count::AtLeast(1) => within.next(),
            Count::AtMost(most) => within.nth(most),
            Count::AtLeast(needed) => {
                let mut days: Vec<&Opened<'t>> = within.collect();
                days.dedup_by_key(|opened| opened.fact.on);
                days.get(needed - 1).copied()
            }
        };
        found.map(|found| Done { on: found.fact.on, at: found.fact.at, index: found.index, fact: found.fact })
    }
}

/// The day so many periods after the anchor: always counted from the anchor, so that months do not drift.
pub(crate) fn step(anchor: Date, every: Limit, times: u32) -> Option<Date> {
    let times = i64::from(times);
    let span = match every {
        Limit::Days(n) => (i64::from(n) * times).days(),
        Limit::Weeks(n) => (i64::from(n) * times * 7).days(),
        Limit::Months { n, .. } => (i64::from(n) * times).months(),
        Limit::Years(n) => (i64::from(n) * times).years(),
        _ => return None,
    };
    anchor.checked_add(span).ok()
}
