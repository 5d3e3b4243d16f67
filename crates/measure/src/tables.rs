//! Results as tables and charts, in words that say what each figure is.

use crate::before_after::BeforeAfter;
use crate::calibration::Calibration;
use crate::chart::{Dot, FunnelLine, Series};
use crate::day::Length;
use crate::grid::{Cell, Grid, grouped};
use crate::report::{Report, Row, Shown};
use crate::statistics::interval::Confidence;
use crate::statistics::{cox, decomposition, expected, funnel, logistic, matching};

/// Figures of cohorts under definitions, side by side.
pub fn of_reports(reports: &[Report]) -> Grid {
    let severity = reports.iter().any(|report| report.severity.is_some());
    let by = reports.first().map(|report| report.by.clone()).unwrap_or_default();
    let mut columns: Vec<(&str, &str)> = vec![("definition", "Definition"), ("cohort", "Cohort")];
    columns.extend(by.iter().map(|by| (by.as_str(), by.as_str())));
    columns.extend([
        ("people", "#People"),
        ("reoffended", "#Reoffended"),
        ("rate", "#Rate"),
        ("rate_low", "#from"),
        ("rate_high", "#to"),
        ("reoffences", "#Reoffences"),
        ("per_person", "#A person"),
        ("per_reoffender", "#A reoffender"),
        ("median_days", "#Median days"),
        ("rate_allowing_for_leavers", "#Without leavers"),
        ("rate_at_liberty", "#At liberty"),
        ("per_year_at_risk", "#A year at risk"),
        ("pseudo", "#Before index"),
        ("undated", "#Undated"),
    ]);
    if severity {
        columns.extend([
            ("severe_per_100", "#Severe of 100"),
            ("mean_worst", "#Mean worst"),
            ("sum_per_100", "#Weight of 100"),
            ("escalated", "#Escalated"),
        ]);
    }
    let mut grid = Grid::new("Reoffending", &columns);
    for report in reports {
        for row in report.rows.iter().chain([&report.total]) {
            let mut cells = vec![Cell::Text(report.definition.clone()), Cell::Text(report.cohort.clone())];
            cells.extend(row.words.iter().cloned().map(Cell::Text));
            let width = columns.len() - cells.len();
            cells.extend(figures(row, width, severity));
            grid.rows.push(cells);
        }
        grid.note(reading(report));
    }
    grid
}

fn figures(row: &Row, width: usize, severity: bool) -> Vec<Cell> {
    let figures = match &row.shown {
        Shown::Figures(figures) => figures,
        Shown::TooFew => return vec![Cell::Hidden("too few"); width],
        Shown::BesideTooFew => return vec![Cell::Hidden("hidden"); width],
    };
    let mut cells = vec![
        Cell::Count(figures.people as u64),
        Cell::Count(figures.reoffended as u64),
        Cell::Share(figures.rate.value),
        Cell::Share(figures.rate.low),
        Cell::Share(figures.rate.high),
        Cell::Count(figures.reoffences),
        Cell::Number(figures.per_person, 2),
        Cell::number(figures.per_reoffender, 2),
        Cell::number(figures.median_days, 0),
        Cell::Share(figures.allowing_for_leavers.value),
        Cell::share(figures.at_liberty.map(|rate| rate.value)),
        Cell::number(figures.per_year_at_risk.map(|rate| rate.value), 2),
        Cell::Count(figures.pseudo),
        Cell::Count(figures.undated),
    ];
    if severity {
        let severity = figures.severity.as_ref();
        cells.extend([
            Cell::number(severity.map(|severity| severity.severe_per_100), 2),
            Cell::number(severity.and_then(|severity| severity.mean_worst), 0),
            Cell::number(severity.map(|severity| severity.sum_per_100), 0),
            severity.map_or(Cell::Nothing, |severity| Cell::Count(severity.escalated as u64)),
        ]);
    }
    cells
}

/// How a report's figures are to be read: definition, dates, caveat.
fn reading(report: &Report) -> String {
    let waiting = match report.waiting {
        Length::Days(0) => String::new(),
        waiting => format!(" and {waiting} for them to be proven"),
    };
    let severity = report.severity.as_ref().map(|scale| format!(" Weighed by {scale}.")).unwrap_or_default();
    format!(
        "{} ({} version {}): {} within {}{waiting} of an index date from {} to {}, as known on {} from data complete to {}.{severity} {} \
         Source: {}.",
        report.title,
        report.definition,
        report.version,
        report.did,
        report.follow_up,
        report.index_from,
        report.index_until,
        report.known.as_of,
        report.known.complete,
        report.caveat,
        report.source,
    )
}

/// Figures of groups at moments: the share that has not reoffended, or that came to an end.
pub fn of_series(title: &str, share: &str, series: &[Series], moments: &[f64]) -> Grid {
    let mut grid = Grid::new(
        title,
        &[("group", "Group"), ("time", "#Time"), ("share", &format!("#{share}")), ("low", "#from"), ("high", "#to")],
    );
    for series in series {
        for moment in moments {
            let passed = series.steps.iter().take_while(|step| step.0 <= *moment).last();
            let cells = match passed {
                Some((_, figure)) => [figure.value, figure.low, figure.high].map(|value| Cell::Number(value, 6)),
                None => [Cell::Nothing, Cell::Nothing, Cell::Nothing],
            };
            let mut row = vec![Cell::Text(series.name.clone()), Cell::Number(*moment, 0)];
            row.extend(cells);
            grid.rows.push(row);
        }
    }
    grid
}

/// A Cox regression.
pub fn of_cox(model: &cox::Model) -> Grid {
    let columns = [
        ("covariate", "Covariate"),
        ("coefficient", "#Coefficient"),
        ("error", "#Error"),
        ("robust_error", "#Robust error"),
        ("hazard_ratio", "#Hazard ratio"),
        ("low", "#from"),
        ("high", "#to"),
        ("z", "#z"),
        ("p", "#p"),
    ];
    let mut grid = Grid::new("Cox regression", &columns);
    for one in &model.coefficients {
        grid.rows.push(vec![
            Cell::Text(one.name.clone()),
            Cell::Number(one.coefficient, 6),
            Cell::Number(one.error, 6),
            Cell::number(one.robust_error, 6),
            Cell::Number(one.hazard_ratio.value, 4),
            Cell::Number(one.hazard_ratio.low, 4),
            Cell::Number(one.hazard_ratio.high, 4),
            Cell::Number(one.z, 3),
            Cell::Number(one.p, 4),
        ]);
    }
    grid.note(format!(
        "{} rows, {} events, ties by Efron. Log-likelihood {:.6}; likelihood ratio {:.4} on {} degrees of freedom, p = {:.6}.",
        grouped(model.rows as u64),
        grouped(model.events as u64),
        model.log_likelihood,
        model.likelihood_ratio,
        model.coefficients.len(),
        model.p,
    ));
    if let Some(concordance) = model.concordance {
        grid.note(format!("Concordance {concordance:.6}, with the people on whom the model was fitted."));
    }
    grid.note(
        "A hazard ratio above 1 goes with sooner reoffending. It is an association among these people, not an effect.",
    );
    grid
}

/// A logistic regression.
pub fn of_logistic(model: &logistic::Model) -> Grid {
    let columns = [
        ("covariate", "Covariate"),
        ("coefficient", "#Coefficient"),
        ("error", "#Error"),
        ("odds_ratio", "#Odds ratio"),
        ("low", "#from"),
        ("high", "#to"),
        ("p", "#p"),
    ];
    let mut grid = Grid::new("Logistic regression", &columns);
    for one in &model.coefficients {
        let ratio = one.odds_ratio();
        grid.rows.push(vec![
            Cell::Text(one.name.clone()),
            Cell::Number(one.coefficient, 6),
            Cell::Number(one.error, 6),
            Cell::Number(ratio.value, 4),
            Cell::Number(ratio.low, 4),
            Cell::Number(ratio.high, 4),
            Cell::Number(one.p, 4),
        ]);
    }
    grid.note(format!(
        "{} people, {} reoffended. Log-likelihood {:.6}, with the intercept alone {:.6}; p = {:.6}.",
        grouped(model.people as u64),
        grouped(model.reoffended as u64),
        model.log_likelihood,
        model.null_log_likelihood,
        model.p,
    ));
    grid
}

/// Actual against predicted.
pub fn of_expected(result: &expected::ActualAgainstPredicted, standardised: Option<f64>) -> Grid {
    let mut grid = Grid::new(
        "Actual against predicted",
        &[("figure", "Figure"), ("value", "#Value"), ("low", "#from"), ("high", "#to")],
    );
    let mut row = |name: &str, value: Cell, low: Cell, high: Cell| {
        grid.rows.push(vec![Cell::Text(name.to_owned()), value, low, high]);
    };
    let none = || Cell::Nothing;
    row("people", Cell::Count(result.people), none(), none());
    row("reoffended", Cell::Count(result.observed), none(), none());
    row("expected to", Cell::Number(result.expected, 4), none(), none());
    row("actual rate", Cell::Number(result.actual, 6), none(), none());
    row("predicted rate", Cell::Number(result.predicted, 6), none(), none());
    row("difference in percent", Cell::Number(result.difference_percent, 4), none(), none());
    let ratio = result.ratio;
    row(
        "observed over expected",
        Cell::Number(ratio.value, 6),
        Cell::Number(ratio.low, 6),
        Cell::Number(ratio.high, 6),
    );
    row("z", Cell::Number(result.z, 4), none(), none());
    row("p", Cell::Number(result.p, 6), none(), none());
    if let Some(standardised) = standardised {
        row("rate on the mix of the base", Cell::Number(standardised, 6), none(), none());
    }
    grid.note("Below 1, fewer people reoffended than people like them did in the base. The interval is exact (95%).");
    grid
}

/// A change split by Das Gupta.
pub fn of_change(change: &decomposition::Change) -> Grid {
    let mut grid = Grid::new(
        "What a change is made of",
        &[("part", "Part"), ("value", "#Value"), ("share", "#Share of the change")],
    );
    let mut row = |name: &str, value: f64, share: Option<f64>| {
        grid.rows.push(vec![Cell::Text(name.to_owned()), Cell::Number(value, 6), Cell::share(share)]);
    };
    row("rate before", change.from, None);
    row("rate after", change.to, None);
    row("change", change.change(), Some(1.0));
    row("because of rates within cells", change.rate_effect, Some(1.0 - change.share_of_mix()));
    row("because of the mix of cells", change.mix_effect, Some(change.share_of_mix()));
    grid
}

/// The same people before and after.
pub fn of_before_after(found: &BeforeAfter) -> Grid {
    let mut grid =
        Grid::new("Before and after", &[("figure", "Figure"), ("value", "#Value"), ("low", "#from"), ("high", "#to")]);
    let mut row = |name: &str, cells: [Cell; 3]| {
        grid.rows.push([Cell::Text(name.to_owned())].into_iter().chain(cells).collect());
    };
    let alone = |cell: Cell| [cell, Cell::Nothing, Cell::Nothing];
    row("people", alone(Cell::Count(found.people as u64)));
    row("before", alone(Cell::Count(found.before)));
    row("after", alone(Cell::Count(found.after)));
    row("a person, before", alone(Cell::Number(found.per_person_before(), 4)));
    row("a person, after", alone(Cell::Number(found.per_person_after(), 4)));
    let difference = found.difference;
    row(
        "difference for a person",
        [difference.value, difference.low, difference.high].map(|value| Cell::Number(value, 4)),
    );
    row("people less often", alone(Cell::Count(found.less_often as u64)));
    row("people as often", alone(Cell::Count(found.as_often as u64)));
    row("people more often", alone(Cell::Count(found.more_often as u64)));
    grid.note(
        "The index event is in neither. People come before a court when they offend most: part of a fall would have come anyway, \
         and only people like them without the intervention say how much (match).",
    );
    grid
}

/// A funnel.
pub fn of_funnel(funnel: &funnel::Funnel) -> Grid {
    let columns = [
        ("unit", "Unit"),
        ("people", "#People"),
        ("reoffended", "#Reoffended"),
        ("rate", "#Rate"),
        ("low_95", "#95% from"),
        ("high_95", "#to"),
        ("low_998", "#99.8% from"),
        ("high_998", "#to"),
        ("position", "Position"),
    ];
    let mut grid = Grid::new("Funnel", &columns);
    for placed in &funnel.units {
        grid.rows.push(vec![
            Cell::Text(placed.unit.name.clone()),
            Cell::Count(placed.unit.people),
            Cell::Count(placed.unit.reoffended),
            Cell::Share(placed.rate),
            Cell::Share(placed.limits_95.low),
            Cell::Share(placed.limits_95.high),
            Cell::Share(placed.limits_998.low),
            Cell::Share(placed.limits_998.high),
            Cell::Text(match placed.position {
                funnel::Position::Within => "within".to_owned(),
                funnel::Position::Beyond95 => "beyond 95%".to_owned(),
                funnel::Position::Beyond998 => "beyond 99.8%".to_owned(),
            }),
        ]);
    }
    let widened = if funnel.phi > 1.0 {
        format!(" Limits are widened for over-dispersion: phi = {:.2}.", funnel.phi)
    } else {
        String::new()
    };
    grid.note(format!(
        "All together {:.1}%. One unit in twenty lies beyond 95% by chance; one beyond 99.8% is worth asking about.{widened}",
        100.0 * funnel.target
    ));
    grid
}

/// A funnel's limits and units, to be drawn.
pub fn chart_of_funnel(funnel: &funnel::Funnel) -> (Vec<FunnelLine>, Vec<Dot>) {
    let largest = funnel.units.iter().map(|placed| placed.unit.people).max().unwrap_or(1);
    let line = |name: &str, confidence: Confidence| {
        let point = |step: u64| {
            let people = (largest * step / 60).max(1);
            let limits = funnel::limits(funnel.target, people, confidence, funnel.phi);
            (crate::number::whole(people), limits.low, limits.high)
        };
        FunnelLine { name: name.to_owned(), points: (1..=60).map(point).collect() }
    };
    let dot = |placed: &funnel::Placed| Dot {
        name: placed.unit.name.clone(),
        x: crate::number::whole(placed.unit.people),
        y: placed.rate,
        outside: placed.position == funnel::Position::Beyond998,
    };
    (vec![line("95%", Confidence::P95), line("99.8%", Confidence::P998)], funnel.units.iter().map(dot).collect())
}

/// A matched comparison.
pub fn of_match(matched: &matching::Matched) -> Grid {
    let mut grid = Grid::new(
        "Matched comparison",
        &[("figure", "Figure"), ("value", "#Value"), ("low", "#from"), ("high", "#to")],
    );
    let mut row =
        |name: String, cells: [Cell; 3]| grid.rows.push([Cell::Text(name)].into_iter().chain(cells).collect());
    let alone = |cell: Cell| [cell, Cell::Nothing, Cell::Nothing];
    row("took part".to_owned(), alone(Cell::Count(matched.took_part as u64)));
    row("matched".to_owned(), alone(Cell::Count(matched.matched as u64)));
    row("reoffended, of those who took part".to_owned(), alone(Cell::Count(matched.reoffended as u64)));
    row("reoffended, of their matches".to_owned(), alone(Cell::Count(matched.matches_reoffended as u64)));
    let difference = matched.difference;
    row(
        "difference of rates".to_owned(),
        [difference.value, difference.low, difference.high].map(|value| Cell::Number(value, 4)),
    );
    row("p".to_owned(), alone(Cell::Number(matched.p, 4)));
    for balance in &matched.balance {
        row(format!("unlike in {}, before", balance.name), alone(Cell::Number(balance.before, 3)));
        row(format!("unlike in {}, after", balance.name), alone(Cell::Number(balance.after, 3)));
    }
    grid.note(
        "Unlikeness is the difference of means in standard deviations; below 0.1 in either direction counts as balanced. People are \
         alike in what was matched only: what else led them to take part may explain a difference.",
    );
    grid
}

/// How well a predictor does.
pub fn of_calibration(calibration: &Calibration) -> Grid {
    let columns = [
        ("part", "Part"),
        ("people", "#People"),
        ("predicted", "#Predicted"),
        ("actual", "#Actual"),
        ("low", "#from"),
        ("high", "#to"),
        ("observed_over_expected", "#Observed/expected"),
        ("false_alarms", "#False alarms"),
        ("misses", "#Misses"),
    ];
    let mut grid = Grid::new("How well the predictor does", &columns);
    for (number, part) in (1..).zip(&calibration.tenths) {
        let mut row =
            vec![Cell::Text(format!("tenth {number}")), Cell::Count(part.people as u64), Cell::Share(part.predicted)];
        row.extend(match part.actual {
            Some(actual) => [actual.value, actual.low, actual.high].map(Cell::Share),
            None => [Cell::Hidden("too few"), Cell::Hidden("too few"), Cell::Hidden("too few")],
        });
        row.extend([Cell::Nothing, Cell::Nothing, Cell::Nothing]);
        grid.rows.push(row);
    }
    for errors in &calibration.errors {
        let mut row = vec![Cell::Text(format!("{}: {}", errors.by, errors.word))];
        row.push(errors.people.map_or(Cell::Hidden("too few"), |people| Cell::Count(people as u64)));
        row.extend([Cell::Nothing, Cell::Nothing, Cell::Nothing, Cell::Nothing]);
        row.push(Cell::number(errors.ratio.map(|ratio| ratio.value), 3));
        row.extend([errors.false_alarms, errors.misses].map(|rate| Cell::share(rate.map(|rate| rate.value))));
        grid.rows.push(row);
    }
    let overall = &calibration.overall;
    grid.note(format!(
        "{} people: {:.1}% reoffended, {:.1}% were predicted to; observed over expected {:.3} (95%: {:.3} to {:.3}).",
        grouped(overall.people),
        100.0 * overall.actual,
        100.0 * overall.predicted,
        overall.ratio.value,
        overall.ratio.low,
        overall.ratio.high,
    ));
    if let Some(discrimination) = calibration.discrimination {
        grid.note(format!(
            "Discrimination {discrimination:.3} (0.5 is a coin); mean squared error {:.4}.",
            calibration.brier
        ));
    }
    grid.note(format!(
        "False alarms and misses are those of a yes from {:.0}% on. No decision may rest on them.",
        100.0 * calibration.threshold
    ));
    grid
}
