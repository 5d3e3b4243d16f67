//! What every kind of standard shares: which facts open it, what discharges it, when it falls away.

use crate::{
    case::{Case, linked},
    clock::{Clock, Detail},
    obligation::{Obligation, State},
    pattern::{FactPattern, Way},
    standard::Standard,
};
use compact_str::CompactString;
use facts::Fact;
use jiff::civil::{Date, Time};

/// One evaluation under way.
pub(crate) struct Engine<'e, 't, 'a> {
    pub(crate) clock: &'e Clock<'a>,
    pub(crate) case: &'e Case<'t>,
    pub(crate) today: Date,
    pub(crate) detail: Detail,
    pub(crate) obligations: Vec<Obligation<'a>>,
}

/// A fact that opens an obligation.
#[derive(Clone, Copy)]
pub(crate) struct Opened<'t> {
    pub(crate) index: u32,
    pub(crate) fact: &'t Fact,
}

/// What discharged an obligation: the day, the minute where told, and the fact that completed it.
#[derive(Clone, Copy)]
pub(crate) struct Done<'t> {
    pub(crate) on: Date,
    pub(crate) at: Option<Time>,
    pub(crate) index: u32,
    pub(crate) fact: &'t Fact,
}

/// The day from which an obligation is no longer asked for, and why.
#[derive(Clone, Copy)]
pub(crate) struct FallsAway<'t> {
    pub(crate) on: Date,
    pub(crate) why: Why<'t>,
}

#[derive(Clone, Copy)]
pub(crate) enum Why<'t> {
    /// This fact ended the case.
    Ended(&'t Fact),
    /// `applies_to` no longer holds.
    Ceased,
    /// This fact changed the length of the periods.
    Switched(&'t Fact),
}

/// The stretch in which a discharge counts.
#[derive(Clone, Copy)]
pub(crate) struct Window<'t> {
    /// The opening fact, which never counts itself and sets what the others must be linked to.
    pub(crate) trigger: Option<Opened<'t>>,
    /// Facts of the opening's day count only from its minute on.
    pub(crate) by_minute: bool,
    pub(crate) from: Date,
    pub(crate) until: Option<Date>,
}

impl<'e, 't, 'a> Engine<'e, 't, 'a> {
    pub(crate) fn new(clock: &'e Clock<'a>, case: &'e Case<'t>, today: Date, detail: Detail) -> Self {
        Self { clock, case, today, detail, obligations: Vec::with_capacity(2 * case.facts().len()) }
    }

    /// The text, if explanations are asked for of a standard's obligations that stand so.
    pub(crate) fn tell(&self, standard: &Standard, state: State, text: impl FnOnce() -> String) -> Option<String> {
        let is_asked_for = match self.detail {
            Detail::Plain => false,
            Detail::Waiting => state.can_still_be_done(standard.kind()),
            Detail::Explained => true,
        };
        is_asked_for.then(text)
    }

    pub(crate) fn applies(&self, standard: &Standard, trigger: Option<&Fact>, on: Date) -> bool {
        standard.applies_to.iter().any(|selector| selector.holds(self.case, trigger, on))
            && !standard.except.iter().any(|selector| selector.holds(self.case, trigger, on))
    }

    /// The facts that open the standard, earliest first.
    pub(crate) fn openings(&self, standard: &Standard) -> Vec<Opened<'t>> {
        let opening = &standard.opening;
        let mut found = self.matching(&opening.trigger);
        if found.is_empty() {
            let mut fallbacks = opening.trigger_else.iter().map(|pattern| self.matching([pattern]));
            found = fallbacks.find(|facts| !facts.is_empty()).unwrap_or(found);
        }
        if standard.counts_back() {
            let opens = |fact: &Fact| opening.trigger.iter().any(|one| one.name == fact.name && one.admits(fact));
            found.extend(self.case.ahead().filter(|(_, fact)| opens(fact)).map(|(index, fact)| Opened { index, fact }));
        }
        found.retain(|opened| {
            standard.in_force(opened.fact.on) && self.applies(standard, Some(opened.fact), opened.fact.on)
        });
        if let Some(attribute) = &opening.on_change {
            found.retain(|opened| self.is_change(attribute, *opened));
        }
        if let Some(nth) = opening.on_nth {
            return found.get(nth - 1).into_iter().copied().collect();
        }
        if opening.link.is_empty() {
            if opening.once {
                found.truncate(1);
            }
            found.dedup_by_key(|opened| opened.fact.on);
            return found;
        }
        let same = |one: &Opened<'t>, other: &Opened<'t>| {
            opening.link.iter().all(|name| one.fact.attributes.get(name) == other.fact.attributes.get(name))
        };
        let mut openings: Vec<Opened<'t>> = Vec::with_capacity(found.len());
        for opened in found {
            let recent = openings.iter().rev().take_while(|earlier| opening.once || earlier.fact.on == opened.fact.on);
            let repeated = recent.into_iter().any(|earlier| same(earlier, &opened));
            if !repeated {
                openings.push(opened);
            }
        }
        openings
    }

    /// Whether the fact states another value of the attribute than the one of its name before it.
    fn is_change(&self, attribute: &str, opened: Opened<'t>) -> bool {
        let same_name = self.case.named(opened.fact.name);
        let earlier = same_name.get(..same_name.partition_point(|&index| index < opened.index)).unwrap_or(&[]);
        let stated = |&index: &u32| self.case.fact(index).and_then(|fact| fact.attributes.get(attribute));
        earlier.iter().rev().find_map(stated) != opened.fact.attributes.get(attribute) || earlier.is_empty()
    }

    /// The facts that match any of the patterns, earliest first, each once.
    pub(crate) fn matching<'p>(&self, patterns: impl IntoIterator<Item = &'p FactPattern>) -> Vec<Opened<'t>> {
        let mut found: Vec<Opened<'t>> = Vec::new();
        let mut in_order = true;
        for pattern in patterns {
            in_order &= found.is_empty();
            for &index in self.case.named(pattern.name) {
                if let Some(fact) = self.case.fact(index).filter(|fact| pattern.admits(fact)) {
                    found.push(Opened { index, fact });
                }
            }
        }
        if !in_order {
            found.sort_unstable_by_key(|opened| opened.index);
            found.dedup_by_key(|opened| opened.index);
        }
        found
    }

    /// When the obligation is no longer asked for. Cadences end with `applies_to` whether they say so or not.
    pub(crate) fn falls_away(&self, standard: &Standard, opened: Opened<'t>, always: bool) -> Option<FallsAway<'t>> {
        let from = opened.fact.on;
        let ended = if standard.survives_end {
            None
        } else if standard.counts_back() {
            self.case.last_end()
        } else {
            self.case.end_after(from, Some(opened.fact))
        };
        let ended = ended.map(|fact| FallsAway { on: fact.on, why: Why::Ended(fact) });
        let holds = |day: Date| {
            let only_while = &standard.only_while;
            (!(standard.while_applies || always) || self.applies(standard, None, day))
                && (only_while.is_empty() || only_while.iter().any(|selector| selector.holds(self.case, None, day)))
        };
        let ceased = self.case.changes_after(from).find(|&day| !holds(day));
        match (ended, ceased) {
            (Some(ended), Some(day)) if day < ended.on => Some(FallsAway { on: day, why: Why::Ceased }),
            (Some(ended), _) => Some(ended),
            (None, ceased) => ceased.map(|on| FallsAway { on, why: Why::Ceased }),
        }
    }

    /// The earliest completion of any of the ways within the window.
    pub(crate) fn first_done(&self, ways: &[Way], link: &[CompactString], window: Window<'t>) -> Option<Done<'t>> {
        let mut best: Option<Done<'t>> = None;
        for way in ways {
            let mut last: Option<Done<'t>> = None;
            let complete = way.0.iter().all(|part| {
                let done = self.first_of(part, link, window);
                if let Some(done) = done
                    && last.is_none_or(|last| (done.on, done.at) >= (last.on, last.at))
                {
                    last = Some(done);
                }
                done.is_some()
            });
            if let Some(done) = last.filter(|_| complete)
                && best.is_none_or(|best| (done.on, done.at, done.index) < (best.on, best.at, best.index))
            {
                best = Some(done);
            }
        }
        best
    }

    /// Every fact of the way that was completed by `done`, where it asks for several.
    pub(crate) fn parts(
        &self,
        ways: &[Way],
        link: &[CompactString],
        window: Window<'t>,
        done: Done<'t>,
    ) -> Vec<&'t Fact> {
        let together = ways.iter().filter(|way| way.0.len() > 1).find_map(|way| {
            let parts: Vec<Done<'t>> =
                way.0.iter().map(|part| self.first_of(part, link, window)).collect::<Option<_>>()?;
            parts.iter().any(|part| part.index == done.index).then_some(parts)
        });
        together.unwrap_or_else(|| vec![done]).into_iter().map(|part| part.fact).collect()
    }

    fn first_of(&self, part: &FactPattern, link: &[CompactString], window: Window<'t>) -> Option<Done<'t>> {
        let counts = |index: u32, fact: &Fact| match window.trigger {
            None => true,
            Some(trigger) => {
                let too_early = window.by_minute
                    && fact.on == trigger.fact.on
                    && fact.at.zip(trigger.fact.at).is_some_and(|(at, opened)| at < opened);
                index != trigger.index && !too_early && linked(link, &trigger.fact.attributes, &fact.attributes)
            }
        };
        self.case
            .named_from(part.name, window.from)
            .take_while(|(_, fact)| window.until.is_none_or(|until| fact.on <= until))
            .find(|(index, fact)| part.admits(fact) && counts(*index, fact))
            .map(|(index, fact)| Done { on: fact.on, at: fact.at, index, fact })
    }

    /// How an obligation stands that is due, discharged and falls away so.
    pub(crate) fn judge(
        &self,
        due: Option<Date>,
        due_time: Option<Time>,
        done: Option<Done<'_>>,
        falls_away: Option<FallsAway<'_>>,
    ) -> State {
        let in_time = |done: Done<'_>| match due {
            None => true,
            Some(due) if done.on == due => done.at.zip(due_time).is_none_or(|(at, by)| at <= by),
            Some(due) => done.on < due,
        };
        let not_yet_due = |day: Date| due.is_none_or(|due| day <= due);
        match (done, falls_away) {
            (Some(done), Some(away)) if done.on > away.on && not_yet_due(away.on) => State::NotApplicable,
            (Some(done), _) if in_time(done) => State::Met,
            (Some(_), _) => State::Late,
            (None, Some(away)) if not_yet_due(away.on) => State::NotApplicable,
            (None, _) if not_yet_due(self.today) => State::Open,
            (None, _) => State::Missed,
        }
    }
}
