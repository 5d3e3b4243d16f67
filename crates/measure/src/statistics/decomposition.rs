//! Das Gupta's split of a change: how much is that people behave differently, how much that they are other people.

use super::standardisation::{Cell, crude, same_cells};
use crate::error::MeasureError;
use crate::number::whole;
use serde::Serialize;

/// A change from one cohort to another, split. The two effects add up to the change exactly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The earlier rate.
    pub from: f64,
    /// The later rate.
    pub to: f64,
    /// What changed rates within cells explain.
    pub rate_effect: f64,
    /// What a changed mix of cells explains.
    pub mix_effect: f64,
}

impl Change {
    /// The whole change.
    pub fn change(&self) -> f64 {
        self.to - self.from
    }

    /// The share of the change that the mix explains.
    pub fn share_of_mix(&self) -> f64 {
        self.mix_effect / self.change()
    }
}

/// Splits the change from `earlier` to `later`, cell by cell in the same order.
pub fn das_gupta(earlier: &[Cell], later: &[Cell]) -> Result<Change, MeasureError> {
    same_cells("The split of a change", earlier, later)?;
    let people = |cells: &[Cell]| whole(cells.iter().map(|cell| cell.people).sum());
    let (all_earlier, all_later) = (people(earlier), people(later));
    let (mut rate_effect, mut mix_effect) = (0.0, 0.0);
    for (before, after) in earlier.iter().zip(later) {
        let (share_before, share_after) = (whole(before.people) / all_earlier, whole(after.people) / all_later);
        rate_effect += f64::midpoint(share_before, share_after) * (after.rate() - before.rate());
        mix_effect += f64::midpoint(before.rate(), after.rate()) * (share_after - share_before);
    }
    Ok(Change { from: crude(earlier), to: crude(later), rate_effect, mix_effect })
}
