//! Several standards may ask for one act: the earliest due governs, and every reason is shown.

use crate::{
    clock::Detail,
    explain,
    obligation::{Governor, Obligation, State},
};

/// Among the open obligations of each group, names the one that falls due first on all the others.
pub(crate) fn govern(obligations: &mut [Obligation<'_>], detail: Detail) {
    let in_group = |obligation: &Obligation<'_>| {
        obligation.standard.group.is_some() && obligation.state == State::Open && obligation.due.is_some()
    };
    let members: Vec<usize> =
        obligations.iter().enumerate().filter(|(_, obligation)| in_group(obligation)).map(|(index, _)| index).collect();
    if members.len() < 2 {
        return;
    }
    let described: Vec<_> =
        members.iter().filter_map(|&index| obligations.get(index)).map(|o| (o.standard, o.due)).collect();
    for &index in &members {
        let Some(group) = obligations.get(index).and_then(|obligation| obligation.standard.group.clone()) else {
            continue;
        };
        let same = |standard: &crate::Standard| standard.group.as_ref() == Some(&group);
        let first = members.iter().zip(&described).filter(|(_, (standard, _))| same(standard));
        let Some((&governing, &(standard, Some(due)))) = first.min_by_key(|(_, (_, due))| *due) else { continue };
        let others: Vec<_> = members
            .iter()
            .zip(&described)
            .filter(|(other, (standard, _))| **other != index && same(standard))
            .map(|(_, other)| *other)
            .collect();
        let Some(obligation) = obligations.get_mut(index) else { continue };
        if governing == index {
            if detail == Detail::Explained {
                for (other, due) in others {
                    let Some(due) = due else { continue };
                    explain::governed(&mut obligation.explanation, true, other, due);
                }
            }
        } else {
            obligation.governed_by = Some(Governor(standard));
            explain::governed(&mut obligation.explanation, false, standard, due);
        }
    }
}
