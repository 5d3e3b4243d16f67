//! The division itself, and the limit on loss.

use super::money::grouped;
use super::{Area, Council, Formula, Pence, Pot};
use crate::refusal::Refusal;
use crate::words::{BodyRef, ItemRef, Line};
use serde::Serialize;

/// What each council gets, with how it was worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// The formula's name and version.
    pub formula: (Line, Line),
    /// What was divided.
    pub total: Pence,
    /// The pots with their shares.
    pub pots: Vec<PotShare>,
    /// The councils in the order of the area's file.
    pub councils: Vec<CouncilShare>,
    /// What those below their limit were given, and the others gave up.
    pub moved_by_limit: Pence,
}

/// A pot and its division.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PotShare {
    /// Which pot.
    pub pot: ItemRef,
    /// How much of the total it is, in per cent.
    pub percent: u8,
    /// What it holds.
    pub holds: Pence,
    /// All councils' points.
    pub points: u64,
    /// Each council's share, in the order of the area's file.
    pub shares: Vec<Share>,
}

/// A council's share of a pot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Which council.
    pub council: BodyRef,
    /// Its points: each indicator's figure times its points.
    pub points: u64,
    /// Its share.
    pub gets: Pence,
    /// Whether it was given an odd penny.
    pub odd_penny: bool,
}

/// What a council gets in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CouncilShare {
    /// Which council.
    pub council: BodyRef,
    /// Its name.
    pub name: Line,
    /// What it had before.
    pub before: Pence,
    /// What the formula alone gives.
    pub by_formula: Pence,
    /// The least that the limit on loss allows, if there is a limit.
    pub floor: Option<Pence>,
    /// What it gets.
    pub gets: Pence,
}

impl CouncilShare {
    /// The change against the year before, in pence.
    pub fn change(&self) -> i128 {
        i128::from(self.gets.0) - i128::from(self.before.0)
    }
}

/// Divides a number of pennies in proportion to weights: each share is rounded down, and the odd pennies go one by one to the
/// largest remainders, the earlier first where they are equal. Weights that are all nought divide nothing.
pub fn largest_remainder(total: Pence, weights: &[u64]) -> Option<Vec<Pence>> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return None;
    }
    let exact = |weight: &u64| u128::from(total.0) * u128::from(*weight);
    let mut shares: Vec<u64> =
        weights.iter().map(|weight| u64::try_from(exact(weight) / sum).unwrap_or(u64::MAX)).collect();
    let given: u64 = shares.iter().sum();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(weights.get(*at).map(|weight| exact(weight) % sum)));
    let odd = usize::try_from(total.0 - given).unwrap_or(usize::MAX);
    for at in order.into_iter().take(odd) {
        if let Some(share) = shares.get_mut(at) {
            *share += 1;
        }
    }
    Some(shares.into_iter().map(Pence).collect())
}

/// Divides an area's money by a formula.
pub fn allocate(formula: &Formula, area: &Area) -> Result<Allocation, Refusal> {
    let rule = || format!("{} {}", formula.id, formula.version);
    let parts: Vec<u64> = formula.pots.iter().map(|pot| u64::from(pot.percent)).collect();
    let holds = largest_remainder(area.total, &parts)
        .ok_or_else(|| Refusal::new(rule(), "The formula has no pots. Give it at least one."))?;
    let mut pots = Vec::new();
    for (pot, holds) in formula.pots.iter().zip(holds) {
        pots.push(divide(pot, holds, area).ok_or_else(|| {
            Refusal::new(
                rule(),
                format!("No council has any points in pot {}, so it cannot be divided. Give their figures.", pot.id),
            )
        })??);
    }
    let by_formula = |council: &Council| {
        let shares = pots.iter().flat_map(|pot| &pot.shares).filter(|share| share.council == council.id);
        Pence(shares.map(|share| share.gets.0).sum())
    };
    let mut councils: Vec<CouncilShare> = area
        .councils
        .iter()
        .map(|council| CouncilShare {
            council: council.id.clone(),
            name: council.name.clone(),
            before: council.before,
            by_formula: by_formula(council),
            floor: formula.limit_on_loss_percent.map(|limit| floor(council.before, limit)),
            gets: by_formula(council),
        })
        .collect();
    let moved_by_limit = limit_losses(&mut councils, area.total, &rule())?;
    let formula = (formula.id.clone(), formula.version.clone());
    Ok(Allocation { formula, total: area.total, pots, councils, moved_by_limit })
}

/// A pot divided by points; none where nobody has any.
fn divide(pot: &Pot, holds: Pence, area: &Area) -> Option<Result<PotShare, Refusal>> {
    let mut points = Vec::new();
    for council in &area.councils {
        match points_of(pot, council) {
            Ok(own) => points.push(own),
            Err(refusal) => return Some(Err(refusal)),
        }
    }
    let sum: u64 = points.iter().sum();
    let gets = largest_remainder(holds, &points)?;
    let shares = area.councils.iter().zip(points).zip(gets).map(|((council, points), gets)| Share {
        council: council.id.clone(),
        points,
        gets,
        odd_penny: u128::from(gets.0) * u128::from(sum) > u128::from(holds.0) * u128::from(points),
    });
    Some(Ok(PotShare { pot: pot.id.clone(), percent: pot.percent, holds, points: sum, shares: shares.collect() }))
}

fn points_of(pot: &Pot, council: &Council) -> Result<u64, Refusal> {
    pot.indicators.iter().try_fold(0_u64, |sum, indicator| {
        let figure = council.indicators.get(&indicator.id).ok_or_else(|| {
            Refusal::new(
                "the formula",
                format!(
                    "indicators: {} has no figure for {} ({}). Add it, 0 if there are none.",
                    council.name, indicator.id, indicator.text
                ),
            )
        })?;
        Ok(sum + u64::from(*figure) * u64::from(indicator.points))
    })
}

/// The least that a limit on loss allows, rounded up so that the limit holds to the penny.
fn floor(before: Pence, limit: u8) -> Pence {
    let kept = u128::from(before.0) * u128::from(100 - limit.min(100));
    Pence(u64::try_from(kept.div_ceil(100)).unwrap_or(u64::MAX))
}

/// Raises those below their floor to it. The others give that up in proportion to what they have above their own floors, so
/// that nobody falls below one.
fn limit_losses(councils: &mut [CouncilShare], total: Pence, rule: &str) -> Result<Pence, Refusal> {
    let floors: u128 = councils.iter().filter_map(|council| council.floor).map(|floor| u128::from(floor.0)).sum();
    if floors > u128::from(total.0) {
        let before: u128 = councils.iter().map(|council| u128::from(council.before.0)).sum();
        let least = (before - u128::from(total.0)) * 100;
        return Err(Refusal::new(
            rule,
            format!(
                "limit_on_loss_percent: the total is too small for it. All councils together lose {}% at least; give a limit of that or more.",
                least.div_ceil(before)
            ),
        ));
    }
    let short = |council: &CouncilShare| council.floor.map_or(0, |floor| floor.0.saturating_sub(council.by_formula.0));
    let spare = |council: &CouncilShare| council.floor.map_or(0, |floor| council.by_formula.0.saturating_sub(floor.0));
    let needed = Pence(councils.iter().map(short).sum());
    let spares: Vec<u64> = councils.iter().map(spare).collect();
    let Some(given) = largest_remainder(needed, &spares) else { return Ok(needed) };
    for (council, given) in councils.iter_mut().zip(given) {
        council.gets = Pence(council.by_formula.0 + short(council) - given.0);
    }
    Ok(needed)
}

impl Allocation {
    /// The whole arithmetic, one sentence for each step.
    pub fn arithmetic(&self) -> Vec<String> {
        let mut steps = Vec::new();
        for pot in &self.pots {
            steps.push(format!(
                "{}: {} ({}% of {}), over {} points.",
                pot.pot,
                pot.holds,
                pot.percent,
                self.total,
                grouped(pot.points)
            ));
            for share in &pot.shares {
                let odd = if share.odd_penny { ", with an odd penny" } else { "" };
                steps.push(format!(
                    "{}, {}: {} × {} ÷ {} = {}{odd}.",
                    pot.pot,
                    share.council,
                    pot.holds,
                    grouped(share.points),
                    grouped(pot.points),
                    share.gets
                ));
            }
        }
        for council in &self.councils {
            match council.floor {
                Some(floor) if council.by_formula < floor => steps.push(format!(
                    "{}: {} by the formula is below its limit of {}; it is raised by {}.",
                    council.council,
                    council.by_formula,
                    floor,
                    Pence(floor.0 - council.by_formula.0)
                )),
                Some(_) if council.gets < council.by_formula => steps.push(format!(
                    "{}: gives {} of the {} that the limit needs, in proportion to what it has above its own.",
                    council.council,
                    Pence(council.by_formula.0 - council.gets.0),
                    self.moved_by_limit
                )),
                _ => {}
            }
        }
        let sum = Pence(self.councils.iter().map(|council| council.gets.0).sum());
        steps.push(format!("Together: {sum}, of {}.", self.total));
        steps
    }
}

/// What a council gets under two formulas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Its name.
    pub name: Line,
    /// What it had before.
    pub before: Pence,
    /// Under the first.
    pub first: Pence,
    /// Under the second.
    pub second: Pence,
}

impl Comparison {
    /// What the second gives more than the first, in pence; less is below nought.
    pub fn difference(&self) -> i128 {
        i128::from(self.second.0) - i128::from(self.first.0)
    }
}

/// Two divisions of the same area side by side.
pub fn compare(first: &Allocation, second: &Allocation) -> Vec<Comparison> {
    let pairs = first.councils.iter().filter_map(|one| {
        let other = second.councils.iter().find(|other| other.council == one.council)?;
        Some(Comparison { name: one.name.clone(), before: one.before, first: one.gets, second: other.gets })
    });
    pairs.collect()
}
