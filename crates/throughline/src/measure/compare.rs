//! `throughline measure compare`, `decompose` and `funnel`: like for like.

use super::arguments::{Cells, Compare, Counts, Funnel, Method};
use super::give::Answer;
use ::measure::statistics::cox::{self, Covariates};
use ::measure::statistics::decomposition::das_gupta;
use ::measure::statistics::expected::{self, Predicted};
use ::measure::statistics::interval::Confidence;
use ::measure::statistics::standardisation::{Cell, direct};
use ::measure::statistics::{Observed, funnel as funnels, logistic};
use ::measure::{Table, chart, tables};
use anyhow::{Result, anyhow, bail};
use serde_json::json;

pub(crate) fn run(asked: &Compare) -> Result<Answer> {
    let table = super::rows(&asked.data)?;
    match asked.method {
        Method::Expected => against_predicted(&table, asked),
        Method::Cox => {
            let model = if let Some(changing) = &asked.changing {
                with_changing(&table, asked, changing)?
            } else {
                let (observed, _) = table.observed(time(asked)?, event(asked)?, None, asked.until)?;
                cox::fit(&observed, &table.covariates(&asked.covariates)?, None)?
            };
            Ok(Answer { grid: tables::of_cox(&model), json: serde_json::to_value(&model)?, chart: None })
        }
        Method::Logistic => {
            let model = logistic::fit(&table.truths(event(asked)?)?, &table.covariates(&asked.covariates)?)?;
            Ok(Answer { grid: tables::of_logistic(&model), json: serde_json::to_value(&model)?, chart: None })
        }
    }
}

fn time(asked: &Compare) -> Result<&str> {
    asked.time.as_deref().ok_or_else(|| anyhow!("--time: name the column that says for how long each was seen"))
}

fn event(asked: &Compare) -> Result<&str> {
    asked.event.as_deref().ok_or_else(|| anyhow!("--event: name the column that says whether it happened"))
}

/// A row for each person and unit of time, with the covariate as it was in that unit, or so many before.
fn with_changing(table: &Table, asked: &Compare, changing: &str) -> Result<cox::Model> {
    let Some((name, column)) = changing.split_once('=') else {
        bail!("--changing {changing}: write NAME=COLUMN, such as employed=emp for the columns emp1, emp2, …");
    };
    let until = table.counts(time(asked)?)?;
    let happened = table.truths(event(asked)?)?;
    let fixed = table.covariates(&asked.covariates)?;
    let longest = usize::try_from(until.iter().copied().max().unwrap_or(0))?;
    let units: Vec<Vec<bool>> = (1..=longest.saturating_sub(asked.lag))
        .map(|unit| Ok(table.truths(&format!("{column}{unit}"))?))
        .collect::<Result<_>>()?;
    let mut covariates = Covariates::named(fixed.names().iter().map(String::as_str).chain([name]));
    let (mut observed, mut people) = (Vec::new(), Vec::new());
    for (((row, until), happened), values) in (0..).zip(&until).zip(&happened).zip(fixed.rows()) {
        let last = u32::try_from(*until)?;
        for unit in 1 + u32::try_from(asked.lag)?..=last {
            let before = unit as usize - 1 - asked.lag;
            let held = units.get(before).and_then(|unit| unit.get(row as usize)).copied().unwrap_or(false);
            let ended = (*happened && unit == last).then_some(0);
            observed.push(Observed { from: f64::from(unit - 1), until: f64::from(unit), ended });
            let values: Vec<f64> = values.iter().copied().chain([f64::from(u8::from(held))]).collect();
            covariates.push(&values)?;
            people.push(row);
        }
    }
    Ok(cox::fit(&observed, &covariates, Some(&people))?)
}

fn against_predicted(table: &Table, asked: &Compare) -> Result<Answer> {
    let cells = &asked.cells;
    let (Some(base), Some(against)) = (&cells.base, &cells.against) else {
        bail!("--base and --against: name the rows of the base and those to compare, such as year=2004");
    };
    let (base, against) = two(table, &cells.by, &cells.counts, base, against)?;
    let chance = |cell: &Cell| ::measure::statistics::standardisation::crude(&[*cell]);
    let predicted: Vec<Predicted> = base
        .iter()
        .zip(&against)
        .map(|(base, now)| Predicted { people: now.people, observed: now.reoffended, chance: chance(base) })
        .collect();
    let result = expected::compare(&predicted, Confidence::P95)?;
    let standardised = direct(&against, &base)?;
    let json = json!({"actual_against_predicted": result, "standardised_rate": standardised});
    Ok(Answer { grid: tables::of_expected(&result, Some(standardised)), json, chart: None })
}

/// The cells of two cohorts, in the same order.
fn two(table: &Table, by: &[String], counts: &Counts, base: &str, against: &str) -> Result<(Vec<Cell>, Vec<Cell>)> {
    let of = |condition: &str| -> Result<_> {
        let rows = table.only(&[condition.to_owned()])?;
        if rows.rows() == 0 {
            bail!("{condition}: no row holds that");
        }
        Ok(rows.cells(by, &counts.people, &counts.reoffended)?)
    };
    let (base, against) = (of(base)?, of(against)?);
    let mut words: Vec<&Vec<String>> = base.keys().chain(against.keys()).collect();
    words.sort();
    words.dedup();
    let in_order = |cells: &std::collections::BTreeMap<Vec<String>, Cell>| {
        words.iter().map(|word| cells.get(*word).copied().unwrap_or_default()).collect()
    };
    Ok((in_order(&base), in_order(&against)))
}

pub(crate) fn decompose(asked: &Cells) -> Result<Answer> {
    let table = super::rows(&asked.data)?;
    let (base, against) = two(&table, &asked.by, &asked.counts, &asked.base, &asked.against)?;
    let change = das_gupta(&base, &against)?;
    let mut grid = tables::of_change(&change);
    grid.note(format!(
        "From {} to {}, by {} (Das Gupta). The two parts add up to the change exactly.",
        asked.base,
        asked.against,
        asked.by.join(" and ")
    ));
    Ok(Answer { grid, json: serde_json::to_value(change)?, chart: None })
}

pub(crate) fn funnel(asked: &Funnel) -> Result<Answer> {
    let table = super::rows(&asked.data)?;
    let cells = table.cells(&asked.unit, &asked.counts.people, &asked.counts.reoffended)?;
    let mut expected = match &asked.expected {
        None => None,
        Some(column) => Some(table.sums(&asked.unit, column)?),
    };
    let units = cells
        .into_iter()
        .map(|(words, cell)| funnels::Unit {
            name: words.join(", "),
            people: cell.people,
            reoffended: cell.reoffended,
            expected: expected.as_mut().and_then(|sums| sums.remove(&words)),
        })
        .collect();
    let made = funnels::place(units, asked.widen)?;
    let grid = tables::of_funnel(&made);
    let (lines, dots) = tables::chart_of_funnel(&made);
    let outside: Vec<&str> = dots.iter().filter(|dot| dot.outside).map(|dot| dot.name.as_str()).collect();
    let found = if outside.is_empty() { "none".to_owned() } else { outside.join("; ") };
    let description = format!("Beyond 99.8%: {found}. {}", grid.notes.join(" "));
    let chart = chart::funnel("Funnel of rates", &description, made.target, &lines, &dots);
    Ok(Answer { grid, json: serde_json::to_value(&made)?, chart: Some(chart) })
}
