//! Recorded reasons: why a standard was late or missed, and what a manager excused.

use crate::{
    case::Case,
    explain,
    obligation::{Obligation, State},
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
            }
        }
    }
}

/// The obligation that the fact speaks of: the one it names by `opened_on`, else the latest of that standard opened on
/// or before its day that was not met.
fn spoken_of<'o, 'r>(
    obligations: &'o mut [Obligation<'r>],
    fact: &Fact,
    excuses: bool,
) -> Option<&'o mut Obligation<'r>> {
    let standard = fact.attributes.text("standard")?;
    let opened_on = fact.attributes.date("opened_on");
    obligations.iter_mut().rev().find(|obligation| {
        obligation.standard.id == standard
            && match opened_on {
                Some(day) => obligation.opened_on == day,
                None => obligation.opened_on <= fact.on,
            }
            && (matches!(obligation.state, State::Late | State::Missed) || (excuses && obligation.state == State::Open))
    })
}
