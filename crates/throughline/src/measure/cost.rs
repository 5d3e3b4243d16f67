//! `throughline measure cost`: what an intervention cost, never without what must be read beside it.

use super::arguments::Cost;
use super::give::Answer;
use crate::platform;
use ::measure::grid::{Cell, Grid};
use ::measure::statistics::interval::Interval;
use ::measure::{Costs, cost};
use anyhow::{Result, bail};

pub(crate) fn run(asked: &Cost) -> Result<Answer> {
    let costs = Costs::parse(&asked.costs.display().to_string(), &platform::read_text(&asked.costs)?)?;
    let difference = match *asked.difference.as_slice() {
        [] => None,
        [value, low, high] if low <= value && value <= high => Some(Interval { value, low, high }),
        _ => bail!("--difference: write the difference between the ends of its interval, such as -0.25,-0.4,-0.1"),
    };
    let per_start = costs.unit(&asked.intervention, asked.on.into())?;
    let found = cost(per_start, asked.began, asked.completed, difference)?;
    let mut grid = Grid::new(
        format!("What {} cost, in pounds", asked.intervention),
        &[("cost", "Cost"), ("pounds", "#Pounds"), ("low", "#from"), ("high", "#to")],
    );
    let mut row = |name: &str, cells: [Cell; 3]| {
        grid.rows.push([Cell::Text(name.to_owned())].into_iter().chain(cells).collect());
    };
    let alone = |pounds: Option<f64>| [Cell::number(pounds, 2), Cell::Nothing, Cell::Nothing];
    row("for each who began", alone(Some(found.per_start)));
    row("for all who began", alone(Some(found.whole)));
    row("for each completion", alone(found.per_completion));
    if let Some(avoided) = found.per_avoided {
        row(
            "for each reoffence avoided",
            [avoided.value, avoided.low, avoided.high].map(|pounds| Cell::Number(pounds, 2)),
        );
    }
    grid.note(format!(
        "{} of {} completed. In prices of {}: {}",
        asked.completed, asked.began, costs.prices_of, costs.source
    ));
    if difference.is_some() && found.per_avoided.is_none() {
        grid.note("No cost of a reoffence avoided: the difference cannot be told from none.");
    }
    grid.note(
        "A cost of a reoffence avoided is as good as the comparison behind it: who took part may have differed in what was not matched. \
         It holds for the follow-up of that comparison, and says nothing of what else the intervention did.",
    );
    Ok(Answer { grid, json: serde_json::to_value(&found)?, chart: None })
}
