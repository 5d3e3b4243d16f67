//! `throughline measure predict`: what a predictor says of people like somebody, and how well it does.

use super::arguments::Predict;
use super::give::Answer;
use crate::platform;
use crate::rule_files::RuleFiles;
use ::measure::calibration::{Judged, judge};
use ::measure::grid::{Cell, Grid};
use ::measure::predictor::{Asked, Prediction};
use ::measure::statistics::logistic;
use ::measure::{Table, chart, tables};
use anyhow::{Context as _, Result, anyhow, bail};
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) fn run(files: &RuleFiles, asked: &Predict) -> Result<Answer> {
    match (&asked.model, &asked.input, &asked.check) {
        (Some(model), Some(input), _) => predictions(files, model, input),
        (_, _, Some(data)) => check(&super::table(data)?, asked),
        _ => bail!("say what to predict: --model with --input, or --check with --chance or --fit"),
    }
}

fn predictions(files: &RuleFiles, model: &str, input: &Path) -> Result<Answer> {
    let (file, text) = files.data("predictors", model)?;
    let predictor = files.predictor(&file, &text)?;
    let asked: Vec<Asked> = serde_json::from_str(&platform::read_text(input)?)
        .with_context(|| format!("{}: it must be a list of people", input.display()))?;
    let each = (1..).zip(&asked).map(|(number, asked)| {
        predictor.predict(asked).with_context(|| format!("{}, person {number} of the list", input.display()))
    });
    let made = each.collect::<Result<Vec<Prediction>>>()?;
    let [title, source, licence] = predictor.describe();
    let mut grid = Grid::new(
        title,
        &[("person", "#Person"), ("years", "#Years"), ("percent", "#Of 100"), ("weight", "#Weight"), ("band", "Band")],
    );
    for (number, prediction) in (1..).zip(&made) {
        for chance in &prediction.chances {
            grid.rows.push(vec![
                Cell::Count(number),
                Cell::Count(u64::from(chance.years)),
                Cell::Number(chance.percent, 2),
                Cell::Number(chance.total_weight, 6),
                Cell::Text(prediction.band.as_str().to_owned()),
            ]);
        }
    }
    grid.notes.extend(made.first().map(|prediction| prediction.caveat.clone()));
    grid.note(format!("Source: {source}. Licence: {licence}."));
    Ok(Answer { grid, json: serde_json::to_value(&made)?, chart: None })
}

/// Figures of fewer people than this are not shown.
const FEWER_THAN: usize = 10;

fn check(table: &Table, asked: &Predict) -> Result<Answer> {
    let event = asked.event.as_deref().ok_or_else(|| anyhow!("--event: name the column that says who reoffended"))?;
    let (judged_on, chances, what) = match &asked.chance {
        Some(column) => (table.clone(), table.numbers(column)?, format!("Chances of the column {column}.")),
        None if asked.fit.is_empty() => {
            bail!("--check: name the column of chances with --chance, or fit a model with --fit")
        }
        None => fitted(table, asked, event)?,
    };
    let reoffended = judged_on.truths(event)?;
    let words = asked.by.iter().map(|by| Ok(judged_on.words(by)?)).collect::<Result<Vec<_>>>()?;
    let judged: Vec<Judged> = chances
        .into_iter()
        .zip(reoffended)
        .enumerate()
        .map(|(row, (chance, reoffended))| Judged {
            chance,
            reoffended,
            words: words.iter().filter_map(|column| column.get(row).cloned()).collect(),
        })
        .collect();
    let made = judge(&judged, &asked.by, asked.threshold, FEWER_THAN)?;
    let mut grid = tables::of_calibration(&made);
    grid.notes.insert(0, what);
    let points: Vec<_> = made.tenths.iter().filter_map(|part| Some((part.predicted, part.actual?))).collect();
    let told: Vec<String> = points
        .iter()
        .map(|(predicted, actual)| format!("{:.0}% predicted, {:.0}% actual", 100.0 * predicted, 100.0 * actual.value))
        .collect();
    let description = format!("People in ten equal parts: {}. {}", told.join("; "), grid.notes.join(" "));
    let chart = chart::calibration("Predicted and actual", &description, &points);
    Ok(Answer { grid, json: serde_json::to_value(&made)?, chart: Some(chart) })
}

/// A model fitted on some people, and its chances for others.
fn fitted(table: &Table, asked: &Predict, event: &str) -> Result<(Table, Vec<f64>, String)> {
    let (Some(fit_on), Some(judge_on)) = (&asked.fit_on, &asked.judge_on) else {
        bail!("--fit-on and --judge-on: say on whom to fit and on whom to judge, such as year=2014 and year=2015");
    };
    let (fit_rows, judge_rows) =
        (table.only(std::slice::from_ref(fit_on))?, table.only(std::slice::from_ref(judge_on))?);
    let both = table.only(&[fit_on.clone(), judge_on.clone()])?;
    if both.rows() > 0 || share_people(&fit_rows, &judge_rows, asked.person.as_deref())? {
        bail!(
            "--fit-on {fit_on} and --judge-on {judge_on}: somebody is in both, and a model is never judged on people on whom it was fitted"
        );
    }
    // The covariates of all rows, so that words become the same columns on both sides.
    let covariates = table.covariates(&asked.fit)?;
    let in_rows = |condition: &str| -> Result<Vec<bool>> { Ok(table.truths(condition)?) };
    let (fits, judges) = (in_rows(fit_on)?, in_rows(judge_on)?);
    let mut training = ::measure::statistics::cox::Covariates::named(covariates.names().iter().map(String::as_str));
    for (row, _) in covariates.rows().zip(&fits).filter(|(_, fits)| **fits) {
        training.push(row)?;
    }
    let model = logistic::fit(&fit_rows.truths(event)?, &training)?;
    let chances =
        covariates.rows().zip(&judges).filter(|(_, judges)| **judges).map(|(row, _)| model.chance(row)).collect();
    let what = format!(
        "A logistic model of {} fitted on {} people ({fit_on}), judged on {} others ({judge_on}).",
        asked.fit.join(", "),
        fit_rows.rows(),
        judge_rows.rows()
    );
    Ok((judge_rows, chances, what))
}

fn share_people(one: &Table, other: &Table, person: Option<&str>) -> Result<bool> {
    let Some(person) = person else { return Ok(false) };
    let known: BTreeSet<&String> = one.words(person)?.iter().collect();
    Ok(other.words(person)?.iter().any(|id| known.contains(id)))
}
