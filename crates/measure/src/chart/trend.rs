//! A figure over cohorts.

use super::labels::Labels;
use super::scale::Scale;
use super::shapes::{BOTTOM, Bar, COLOURS, HEIGHT, LEFT, Page, RIGHT, TOP, percent};
use crate::number::number;
use std::fmt::Write as _;

/// A line over cohorts. A cohort of which nothing is shown has no point.
#[derive(Clone, Debug)]
pub struct Trend {
    /// Whose.
    pub name: String,
    /// The cohorts' names and figures, in the order of time.
    pub points: Vec<Bar>,
}

/// The most lines that can be told apart.
pub const MOST_LINES: usize = COLOURS.len();

/// Lines over cohorts with their intervals.
pub fn trend(title: &str, description: &str, up: &str, cohorts: &[String], lines: &[Trend]) -> String {
    let mut page = Page::begin(title, description, HEIGHT);
    let right = RIGHT - 180.0;
    let figures =
        lines.iter().flat_map(|line| line.points.iter().flat_map(|point| [point.figure.low, point.figure.high]));
    let y = Scale::holding(figures.chain([0.0]), BOTTOM, TOP);
    for tick in y.ticks() {
        let at = y.at(tick);
        page.line((LEFT, at), (right, at), " stroke=\"#b1b4b6\"");
        page.text(LEFT - 8.0, at + 5.0, "end", &percent(tick), "");
    }
    page.text(LEFT - 50.0, TOP - 14.0, "start", up, "");
    page.line((LEFT, BOTTOM), (right, BOTTOM), " stroke=\"#0b0c0c\"");
    let room = (right - LEFT) / number(cohorts.len().max(1));
    let at = |name: &str| {
        let place = cohorts.iter().position(|cohort| cohort == name)?;
        Some(LEFT + room * (number(place) + 0.5))
    };
    for cohort in cohorts {
        if let Some(at) = at(cohort) {
            page.text(at, BOTTOM + 21.0, "middle", cohort, "");
        }
    }
    page.text(f64::midpoint(LEFT, right), HEIGHT - 12.0, "middle", "Cohort", "");
    let mut labels = Labels::default();
    for (number_of_line, (line, (colour, dash))) in lines.iter().zip(COLOURS.iter().cycle()).enumerate() {
        // Lines stand a little apart, so that their intervals can be told apart too.
        let aside =
            (number(number_of_line) - (number(lines.len()) - 1.0) / 2.0) * (room / 3.0 / number(lines.len())).min(8.0);
        let points: Vec<_> =
            line.points.iter().filter_map(|point| Some((at(&point.name)? + aside, point.figure))).collect();
        let path: Vec<_> = points.iter().map(|(at, figure)| (*at, y.at(figure.value))).collect();
        page.path(&path, &format!(" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\""));
        for (at, figure) in &points {
            page.line(
                (*at, y.at(figure.low)),
                (*at, y.at(figure.high)),
                &format!(" stroke=\"{colour}\" stroke-width=\"1.5\""),
            );
            let _ = writeln!(
                page.out,
                "<circle cx=\"{at:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"{colour}\"/>",
                y.at(figure.value)
            );
        }
        if let Some((_, last)) = points.last() {
            let colour = format!(" fill=\"{colour}\"");
            labels.write(&mut page, right + 8.0, y.at(last.value), "start", &line.name, &colour);
        }
    }
    page.end()
}
