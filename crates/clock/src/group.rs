//! Several standards may ask for one act: the earliest due governs, and every reason is shown.

use crate::{
    explain,
    obligation::{Governor, Obligation, State},
    standard::Standard,
};
use jiff::civil::Date;

/// An open obligation that belongs to a group.
struct Member<'r> {
    index: usize,
    standard: &'r Standard,
    due: Date,
}

/// Among the open obligations of each group, names the one that falls due first on all the others.
pub(crate) fn govern<'r>(obligations: &mut [Obligation<'r>]) {
    let member = |(index, obligation): (usize, &Obligation<'r>)| {
        let (standard, due) = (obligation.standard, obligation.due?);
        (standard.group.is_some() && obligation.state == State::Open).then_some(Member { index, standard, due })
    };
    let members: Vec<Member<'r>> = obligations.iter().enumerate().filter_map(member).collect();
    for one in &members {
        let of_group = || members.iter().filter(|other| other.standard.group == one.standard.group);
        let Some(first) = of_group().min_by_key(|other| other.due) else { continue };
        let Some(obligation) = obligations.get_mut(one.index) else { continue };
        if first.index == one.index {
            for other in of_group().filter(|other| other.index != one.index) {
                explain::governed(&mut obligation.explanation, true, other.standard, other.due);
            }
        } else {
            obligation.governed_by = Some(Governor(first.standard));
            explain::governed(&mut obligation.explanation, false, first.standard, first.due);
        }
    }
}
