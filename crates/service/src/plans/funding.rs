//! The formulas by which money can be divided, and the area with its figures: files, as everything that is a rule.

use planning::ReadError;
use planning::funding::{Area, Formula};

/// Formulas with the area that they divide between.
#[derive(Clone, Debug)]
pub struct FundingRules {
    /// The formulas.
    pub formulas: Vec<Formula>,
    /// The councils with their figures, and what is divided.
    pub area: Area,
}

impl FundingRules {
    /// Reads formulas and an area from their files.
    pub fn parse(formulas: &[&str], area: &str) -> Result<Self, ReadError> {
        let formulas = formulas.iter().map(|text| Formula::parse(text)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { formulas, area: Area::parse(area)? })
    }

    /// The example that this version of the program ships.
    pub fn shipped() -> Result<Self, ReadError> {
        Self::parse(
            &[
                include_str!("../../../../examples/funding/workload-and-need.toml"),
                include_str!("../../../../examples/funding/more-need.toml"),
            ],
            include_str!("../../../../examples/funding/five-councils.toml"),
        )
    }
}
