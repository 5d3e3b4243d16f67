//! Recorded reasons: why a standard was late or missed, and what a manager excused.

use crate::{
    case::Case,
    explain,
    obligation::{Obligation, State},
    standard::Rule,
};
use facts::{Fact, FactName};

/// Puts recorded reasons beside late and missed obligations, and excuses what was excused.
pub(crate) fn apply(obligations: &mut [Obligation<'_>], case: &Case<'_>) {
    for (name, excuses) in [(FactName::StandardExcused, true), (FactName::StandardReasonRecorded, false)] {
        for fact in case.named(name).iter().filter_map(|&index| case.fact(index)) {
            let Some(obligation) = spoken_of(obligations, fact, excuses) else { continue };
            let reason = fact.attributes.text("reason");
            obligation.reason = reason.map(Into::into);
            explain::reasoned(&mut obligation.explanation, fact, reason);
            if excuses {
                obligation.state = State::Excused;
                obligation.on = Some(fact.on);
                // An excused period may still be followed by another; an excused deadline changes no more.
                if !matches!(obligation.standard.rule, Rule::Cadence(_)) {
                    obligation.steady_until = None;
                }
            }
        }
    }
}

/// The obligation that the fact speaks of: the one it names by `opened_on`, else the latest of that standard opened on
/// or before its day that was not met. An excuse may also reach one that fell away later, where it came in time.
fn spoken_of<'o, 'r>(
    obligations: &'o mut [Obligation<'r>],
    fact: &Fact,
    excuses: bool,
) -> Option<&'o mut Obligation<'r>> {
    let standard = fact.attributes.text("standard")?;
    let opened_on = fact.attributes.date("opened_on");
    let named = |obligation: &Obligation<'_>| {
        obligation.standard.id == standard
            && match opened_on {
                Some(day) => obligation.opened_on == day,
                None => obligation.opened_on <= fact.on,
            }
    };
    let unmet = |obligation: &Obligation<'_>| match obligation.state {
        State::Late | State::Missed => true,
        State::Open => excuses,
        _ => false,
    };
    let fell_away = |obligation: &Obligation<'_>| {
        excuses && obligation.state == State::NotApplicable && obligation.due.is_none_or(|due| fact.on <= due)
    };
    let found = obligations.iter().rposition(|obligation| named(obligation) && unmet(obligation));
    let found = found.or_else(|| obligations.iter().rposition(|obligation| named(obligation) && fell_away(obligation)));
    obligations.get_mut(found?)
}
