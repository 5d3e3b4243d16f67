//! Whether a series only wavers or has changed: a control chart of single values with moving ranges, as in Shewhart's
//! method. Limits are the mean and 2.66 mean moving ranges to either side; 2.66 is 3 / d₂ for ranges of two (d₂ = 1.128).

use crate::indicator::{Indicator, Unit};
use jiff::civil::Date;
use serde::Serialize;

/// Three standard deviations, estimated from the mean range of neighbours.
const LIMIT: f64 = 2.66;
/// So many readings in a row on one side of the mean are not chance.
const RUN: usize = 8;
/// With fewer readings, limits say nothing.
const ENOUGH: usize = 6;

/// A signal that a series has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The reading lies above the upper limit.
    Above,
    /// The reading lies below the lower limit.
    Below,
    /// It ends a run of at least eight readings above the mean.
    RunAbove,
    /// It ends a run of at least eight readings below the mean.
    RunBelow,
}

/// A control chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// The mean.
    pub centre: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// The readings that are not chance, with why.
    pub signals: Vec<(Date, Signal)>,
}

/// The control chart of a series in the order of its days; none with fewer than six readings.
pub fn chart(series: &[(Date, f64)]) -> Option<Chart> {
    if series.len() < ENOUGH {
        return None;
    }
    let values: Vec<f64> = series.iter().map(|(_, value)| *value).collect();
    let centre = mean(&values);
    let ranges: Vec<f64> = values.iter().zip(values.iter().skip(1)).map(|(one, next)| (next - one).abs()).collect();
    let reach = LIMIT * mean(&ranges);
    let (lower, upper) = (centre - reach, centre + reach);
    let mut signals = Vec::new();
    let (mut above, mut below) = (0, 0);
    for (day, value) in series {
        above = if *value > centre { above + 1 } else { 0 };
        below = if *value < centre { below + 1 } else { 0 };
        let signal = match *value {
            value if value > upper => Some(Signal::Above),
            value if value < lower => Some(Signal::Below),
            _ if above >= RUN => Some(Signal::RunAbove),
            _ if below >= RUN => Some(Signal::RunBelow),
            _ => None,
        };
        signals.extend(signal.map(|signal| (*day, signal)));
    }
    Some(Chart { centre, lower, upper, signals })
}

impl Indicator {
    /// Its readings as a series; shares of nobody are left out.
    pub fn series(&self) -> Vec<(Date, f64)> {
        self.readings.iter().filter_map(|reading| Some((reading.as_of, reading.amount.value()?))).collect()
    }

    /// Its control chart; none with too few readings. A share has no limits below nought or above a hundred per cent.
    pub fn chart(&self) -> Option<Chart> {
        let mut chart = chart(&self.series())?;
        if self.defined.unit == Unit::Percent {
            (chart.lower, chart.upper) = (chart.lower.max(0.0), chart.upper.min(100.0));
        }
        Some(chart)
    }

    /// What its series says, in a sentence.
    pub fn trend(&self) -> String {
        let series = self.series();
        match self.chart() {
            None => format!("{} of the {ENOUGH} readings that a trend needs.", series.len()),
            Some(chart) => match chart.signals.last() {
                None => format!(
                    "No change: all {} readings lie between {:.1} and {:.1}, as chance alone would have them.",
                    series.len(),
                    chart.lower,
                    chart.upper
                ),
                Some((day, signal)) => {
                    let said = match signal {
                        Signal::Above => "lies above what chance explains",
                        Signal::Below => "lies below what chance explains",
                        Signal::RunAbove => "ends a run of eight or more above the mean",
                        Signal::RunBelow => "ends a run of eight or more below the mean",
                    };
                    format!("A change: the reading as of {} {said}.", crate::refusal::say(*day))
                }
            },
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a series has far fewer readings than 2^52")]
fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
    use jiff::civil::date;

    fn monthly(values: &[f64]) -> Vec<(Date, f64)> {
        (0i32..).zip(values).map(|(month, value)| (date(2026, 1, 31) + month.months(), *value)).collect()
    }

    #[test]
    fn limits_are_those_of_the_textbook() {
        // NIST/SEMATECH e-Handbook 6.3.2.2: mean 50.81, mean moving range 1.8778, limits 45.8159 and 55.8041.
        let chart = chart(&monthly(&[49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])).unwrap();
        assert!((chart.centre - 50.81).abs() < 1e-9, "{chart:?}");
        assert!((chart.upper - 55.8041).abs() < 0.001, "{chart:?}");
        assert!((chart.lower - 45.8159).abs() < 0.001, "{chart:?}");
    }

    #[test]
    fn a_single_outlier_and_a_long_run_are_signals() {
        let steady = [50.0, 51.0, 50.0, 51.0, 50.0, 51.0];
        assert!(chart(&monthly(&steady)).unwrap().signals.is_empty());
        let mut outlier = steady.repeat(3);
        outlier.push(80.0);
        assert_eq!(chart(&monthly(&outlier)).unwrap().signals.last().unwrap().1, Signal::Above);
        let run: Vec<f64> = [40.0, 60.0].repeat(8).into_iter().chain([51.0; 8]).collect();
        assert_eq!(chart(&monthly(&run)).unwrap().signals.last().unwrap().1, Signal::RunAbove);
    }

    #[test]
    fn few_readings_have_no_limits() {
        assert_eq!(chart(&monthly(&[1.0, 2.0, 3.0, 4.0, 5.0])), None);
    }
}
