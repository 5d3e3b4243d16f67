//! Money divided by a formula.

use super::arguments::Funding;
use crate::out;
use crate::platform::read_text;
use crate::table::{Table, wrapped};
use anyhow::{Context as _, Result};
use planning::funding::{
    Allocation, Area, Comparison, Formula, Pence, RingFenced, Spending, allocate, compare, ring_fence,
};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Serialize)]
struct Answer {
    allocation: Allocation,
    arithmetic: Vec<String>,
    comparison: Option<Vec<Comparison>>,
    ring_fence: Option<RingFenced>,
}

pub(crate) fn run(asked: &Funding, out: &mut dyn Write) -> Result<()> {
    let area = Area::parse(&read_text(&asked.area)?).with_context(|| asked.area.display().to_string())?;
    let (formula, allocation) = divided(&asked.formula, &area)?;
    let comparison = asked.with.as_ref().map(|other| divided(other, &area)).transpose()?;
    let spending = asked.spending.as_ref().map(|path| -> Result<Spending> {
        Spending::parse(&read_text(path)?).with_context(|| path.display().to_string())
    });
    let ring_fence = spending.transpose()?.map(|spending| ring_fence(&formula, &allocation, &spending));
    let answer = Answer {
        arithmetic: allocation.arithmetic(),
        comparison: comparison.as_ref().map(|(_, other)| compare(&allocation, other)),
        ring_fence,
        allocation,
    };
    if asked.json.json {
        return out::json(out, &answer);
    }
    writeln!(out, "{}, {}: {} by \"{}\"", area.title, area.year, area.total, formula.title)?;
    shares(&answer.allocation, out)?;
    if asked.arithmetic {
        answer.arithmetic.iter().try_for_each(|step| wrapped(out, 2, 120, step))?;
    }
    if let (Some(rows), Some((other, _))) = (&answer.comparison, &comparison) {
        writeln!(out, "Beside \"{}\":", other.title)?;
        side_by_side(rows, out)?;
    }
    answer.ring_fence.as_ref().map_or(Ok(()), |found| fenced(found, out))
}

fn divided(path: &Path, area: &Area) -> Result<(Formula, Allocation)> {
    let read = || -> Result<_> {
        let formula = Formula::parse(&read_text(path)?)?;
        let allocation = allocate(&formula, area)?;
        Ok((formula, allocation))
    };
    read().with_context(|| path.display().to_string())
}

fn shares(allocation: &Allocation, out: &mut dyn Write) -> Result<()> {
    let mut table = Table::new(&["Council", " Before", " By the formula", " Gets", " Change"]);
    let mut sums = [0_u64; 3];
    for council in &allocation.councils {
        let amounts = [council.before, council.by_formula, council.gets];
        for (sum, amount) in sums.iter_mut().zip(amounts) {
            *sum += amount.0;
        }
        let [before, formula, gets] = amounts.map(|amount| amount.to_string());
        table.row([council.name.to_string(), before, formula, gets, signed(council.change())]);
    }
    let [before, formula, gets] = sums.map(|sum| Pence(sum).to_string());
    table.row(["Together".to_owned(), before, formula, gets, signed(i128::from(sums[2]) - i128::from(sums[0]))]);
    table.write(out, 2)?;
    if allocation.moved_by_limit > Pence(0) {
        writeln!(out, "The limit on loss moved {}.", allocation.moved_by_limit)?;
    }
    Ok(())
}

fn side_by_side(rows: &[Comparison], out: &mut dyn Write) -> Result<()> {
    let mut table = Table::new(&["Council", " First", " Second", " Difference"]);
    for row in rows {
        table.row([row.name.to_string(), row.first.to_string(), row.second.to_string(), signed(row.difference())]);
    }
    table.write(out, 2)?;
    Ok(())
}

fn fenced(found: &RingFenced, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "Spent inside the ring-fence: {}", found.inside)?;
    for one in &found.outside {
        let spend = &one.spend;
        wrapped(out, 2, 120, &format!("Outside: {}, {}, {}. {}", spend.council, spend.text, spend.amount, one.reason))?;
    }
    for (council, by) in &found.overspent {
        writeln!(out, "  {council} spent {by} more than it was given.")?;
    }
    Ok(())
}

/// "+£1,204.00", "-£5.00".
fn signed(pence: i128) -> String {
    let amount = Pence(u64::try_from(pence.unsigned_abs()).unwrap_or(u64::MAX));
    let sign = match pence {
        0 => "",
        1.. => "+",
        _ => "-",
    };
    format!("{sign}{amount}")
}
