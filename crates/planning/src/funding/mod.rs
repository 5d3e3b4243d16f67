//! Dividing money between councils by a dated formula that is data, to the penny and with the whole arithmetic (S4 1.4, 6.1).
//!
//! A [`Formula`] splits a total into pots, and each pot between councils by their points: indicators of workload and of need,
//! each with its weight. An [`Area`] says what each council's indicators are and what it had before. [`allocate`] divides;
//! every division gives the odd pennies to the largest remainders, the earlier in the file first where they are equal.
//! [`compare`] lays two results side by side, and [`ring_fence`] looks at what the money was spent on.

mod allocation;
mod formula;
mod money;
mod ring_fence;

pub use allocation::{Allocation, Comparison, CouncilShare, PotShare, Share, allocate, compare, largest_remainder};
pub use formula::{Area, Council, Formula, Indicator, Pot, RingFence};
pub use money::Pence;
pub use ring_fence::{Outside, RingFenced, Spend, Spending, ring_fence};
