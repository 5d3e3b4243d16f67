//! What an intervention costs: unit costs as dated data, and from them the cost of a completion and of a reoffence avoided.

use crate::day::Day;
use crate::error::MeasureError;
use crate::number::{ratio, whole};
use crate::statistics::interval::Interval;
use serde::{Deserialize, Serialize};

/// Unit costs of interventions: a file of the area's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// Where the costs come from, and what they hold: staff, rooms, overheads.
    pub source: String,
    /// In the prices of which year.
    pub prices_of: u16,
    #[serde(rename = "unit_cost")]
    units: Vec<Unit>,
}

/// What it costs that one person begins an intervention, from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    intervention: String,
    pounds: f64,
    valid_from: Day,
}

/// What an intervention cost.
#[derive(Clone, Debug, Serialize)]
pub struct Cost {
    /// For each person who began it, in pounds.
    pub per_start: f64,
    /// For everybody who began it.
    pub whole: f64,
    /// For each who completed it; none when nobody did.
    pub per_completion: Option<f64>,
    /// For each reoffence avoided; none where the difference is not told apart from none.
    pub per_avoided: Option<Interval>,
}

impl Costs {
    /// Reads unit costs.
    pub fn parse(file: &str, text: &str) -> Result<Self, MeasureError> {
        let costs: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        match costs.units.iter().find(|unit| !(unit.pounds.is_finite() && unit.pounds > 0.0)) {
            None => Ok(costs),
            Some(unit) => Err(MeasureError::bad(
                file,
                format_args!("unit_cost of `{}`", unit.intervention),
                "A unit cost is an amount of pounds above nought. Correct it.",
            )),
        }
    }

    /// The unit cost of an intervention on a day.
    pub fn unit(&self, intervention: &str, on: Day) -> Result<f64, MeasureError> {
        let in_force = self.units.iter().filter(|unit| unit.intervention == intervention && unit.valid_from <= on);
        in_force.max_by_key(|unit| unit.valid_from).map(|unit| unit.pounds).ok_or_else(|| {
            MeasureError::unknown(
                "unit cost in force on that day for",
                intervention,
                self.units.iter().map(|unit| unit.intervention.as_str()),
            )
        })
    }
}

/// What an intervention cost. `difference` is how many reoffences more or fewer each person had than people like them, with
/// its interval: an effect is only claimed where the whole interval lies below nought.
pub fn cost(per_start: f64, began: u64, completed: u64, difference: Option<Interval>) -> Result<Cost, MeasureError> {
    if began == 0 || completed > began {
        return Err(MeasureError::NotComputable {
            what: "The cost",
            reason: format!("{completed} cannot have completed of {began} who began. Correct one of the two."),
        });
    }
    let total = per_start * whole(began);
    let avoided = difference.filter(|difference| difference.high < 0.0);
    let per_avoided = avoided.map(|difference| Interval {
        value: per_start / -difference.value,
        low: per_start / -difference.low,
        high: per_start / -difference.high,
    });
    Ok(Cost { per_start, whole: total, per_completion: ratio(total, whole(completed)), per_avoided })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const COSTS: &str = "source = \"An example\"\nprices_of = 2024\n\
        [[unit_cost]]\nintervention = \"programme\"\npounds = 1000.0\nvalid_from = \"2023-04-01\"\n\
        [[unit_cost]]\nintervention = \"programme\"\npounds = 1200.0\nvalid_from = \"2024-04-01\"\n";

    #[test]
    fn a_cost_holds_from_its_day() {
        let costs = Costs::parse("costs.toml", COSTS).unwrap();
        let on = |year| costs.unit("programme", date(year, 5, 1).into());
        assert_eq!(format!("{} {}", on(2023).unwrap(), on(2024).unwrap()), "1000 1200");
        assert!(on(2022).unwrap_err().to_string().contains("`programme`"));
        let free = COSTS.replace("1200.0", "0.0");
        assert!(Costs::parse("costs.toml", &free).unwrap_err().to_string().contains("above nought"));
    }

    #[test]
    fn a_reoffence_avoided_has_a_price_only_where_one_was_avoided() {
        let interval = |value, low, high| Some(Interval { value, low, high });
        let found = cost(1000.0, 100, 80, interval(-0.25, -0.5, -0.1)).unwrap();
        assert_eq!(format!("{} {}", found.whole, found.per_completion.unwrap()), "100000 1250");
        let avoided = found.per_avoided.unwrap();
        assert_eq!(format!("{} {} {}", avoided.value, avoided.low, avoided.high), "4000 2000 10000");
        assert!(cost(1000.0, 100, 80, interval(-0.1, -0.3, 0.1)).unwrap().per_avoided.is_none());
        assert!(cost(1000.0, 10, 11, None).is_err() && cost(1000.0, 0, 0, None).is_err());
    }
}
