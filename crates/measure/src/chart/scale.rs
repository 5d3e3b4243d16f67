//! Axes: round numbers at even distances.

/// Values from a lowest to a highest, drawn over a stretch of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    lowest: f64,
    highest: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale that holds the values, its ends on round numbers.
    pub(crate) fn holding(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            return Self { lowest: 0.0, highest: 1.0, from, to };
        }
        let step = step(if high > low { high - low } else { high.abs().max(1.0) });
        let highest = (high / step).ceil() * step;
        let lowest = (low / step).floor() * step;
        Self { lowest, highest: if highest > lowest { highest } else { lowest + step }, from, to }
    }

    /// Whether a value lies on it.
    pub(crate) fn holds(&self, value: f64) -> bool {
        (self.lowest..=self.highest).contains(&value)
    }

    /// Where a value lies; one beyond an end, at that end.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = (value.clamp(self.lowest, self.highest) - self.lowest) / (self.highest - self.lowest);
        self.from + share * (self.to - self.from)
    }

    /// The round numbers on the axis.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let step = step(self.highest - self.lowest);
        let first = (self.lowest / step).ceil();
        (0_u8..20)
            .map(|tick| (first + f64::from(tick)) * step)
            .take_while(|tick| *tick <= self.highest + step * 1e-9)
            .collect()
    }

    pub(crate) fn highest(&self) -> f64 {
        self.highest
    }
}

/// 1, 2 or 5 times a power of ten, so that four to ten steps make the whole.
fn step(span: f64) -> f64 {
    let power = 10_f64.powf((span / 5.0).log10().floor());
    let times = span / 5.0 / power;
    power
        * if times < 1.5 {
            1.0
        } else if times < 3.5 {
            2.0
        } else if times < 7.5 {
            5.0
        } else {
            10.0
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_values() {
        let ticks = |values: &[f64]| Scale::holding(values.iter().copied(), 0.0, 100.0).ticks();
        assert_eq!(ticks(&[0.0, 1.0]), [0.0, 0.2, 0.4, 3.0 * 0.2, 0.8, 1.0]);
        assert_eq!(ticks(&[0.0, 1095.0]), [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0]);
        assert_eq!(ticks(&[]).len(), 6, "an empty chart still has its axis");
        let one = Scale::holding([5.0].into_iter(), 0.0, 100.0);
        assert!(one.at(5.0).is_finite() && !one.ticks().is_empty());
    }

    #[test]
    fn a_value_beyond_the_axis_stays_at_its_end() {
        let scale = Scale::holding([0.0, 10.0].into_iter(), 100.0, 0.0);
        assert!((scale.at(20.0) - 0.0).abs() < 1e-12);
        assert!((scale.at(5.0) - 50.0).abs() < 1e-12);
    }
}
