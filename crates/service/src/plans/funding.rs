//! The formulas by which money can be divided, the area with its figures, and what was spent: files, as everything that is a
//! rule.

use planning::ReadError;
use planning::funding::{Area, Formula, Spending};

/// Formulas with the area that they divide between.
#[derive(Clone, Debug)]
pub struct FundingRules {
    /// The formulas.
    pub formulas: Vec<Formula>,
    /// The councils with their figures, and what is divided.
    pub area: Area,
    /// What the councils spent, where that is kept.
    pub spending: Option<Spending>,
}

impl FundingRules {
    /// Reads formulas, an area and what was spent there from their files.
    pub fn parse(formulas: &[&str], area: &str, spending: Option<&str>) -> Result<Self, ReadError> {
        let formulas = formulas.iter().map(|text| Formula::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let spending = spending.map(Spending::parse).transpose()?;
        Ok(Self { formulas, area: Area::parse(area)?, spending })
    }
}
