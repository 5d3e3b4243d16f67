//! Direct standardisation: what a cohort's rate would be, had it the mix of another.

use crate::error::MeasureError;
use crate::number::whole;
use serde::Serialize;

/// The people of one cell (men under 21, say) and how many of them reoffended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// How many people.
    pub people: u64,
    /// How many reoffended.
    pub reoffended: u64,
}

impl Cell {
    pub(crate) fn rate(self) -> f64 {
        if self.people == 0 { 0.0 } else { whole(self.reoffended) / whole(self.people) }
    }
}

/// The rate of all cells together.
pub fn crude(cells: &[Cell]) -> f64 {
    Cell {
        people: cells.iter().map(|cell| cell.people).sum(),
        reoffended: cells.iter().map(|cell| cell.reoffended).sum(),
    }
    .rate()
}

/// The rates of `cells` on the mix of `standard`, cell by cell in the same order.
pub fn direct(cells: &[Cell], standard: &[Cell]) -> Result<f64, MeasureError> {
    same_cells("A standardised rate", cells, standard)?;
    let all: u64 = standard.iter().map(|cell| cell.people).sum();
    let expected: f64 = cells.iter().zip(standard).map(|(cell, standard)| cell.rate() * whole(standard.people)).sum();
    Ok(expected / whole(all))
}

/// Refuses cells that do not correspond, or in which one side has nobody: it has no rate to compare.
pub(crate) fn same_cells(what: &'static str, ours: &[Cell], theirs: &[Cell]) -> Result<(), MeasureError> {
    let not = |reason: &str| Err(MeasureError::NotComputable { what, reason: reason.to_owned() });
    if ours.len() != theirs.len() || ours.is_empty() {
        return not("both cohorts need the same cells. Name the cells that both have.");
    }
    if ours.iter().zip(theirs).any(|(ours, theirs)| (ours.people == 0) != (theirs.people == 0)) {
        return not("a cell holds people of one cohort only. Use broader cells.");
    }
    Ok(())
}
