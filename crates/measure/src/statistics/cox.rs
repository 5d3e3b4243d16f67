//! Cox's regression: how much each thing hastens reoffending, the others being equal.
//!
//! Ties by Efron's method. Time may be cut into stretches, so that what changes (employment) and time that was not at
//! risk (custody) find their place. Errors are ordinary, and robust when several stretches are one person's.

use super::interval::{Confidence, Interval, p_of_chi_squared, p_of_z};
use super::matrix::{Information, SEPARATED, add, add_square, dot, errors, must_settle};
use super::{Observed, concordance};
use crate::error::MeasureError;
use crate::number::number;
use nalgebra::DMatrix;
use serde::Serialize;
use std::collections::HashMap;

pub use super::matrix::Covariates;

/// A fitted model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// One for each covariate.
    pub coefficients: Vec<Coefficient>,
    /// The logarithm of the partial likelihood.
    pub log_likelihood: f64,
    /// The same with all coefficients nought.
    pub null_log_likelihood: f64,
    /// Twice the difference: does the model explain anything?
    pub likelihood_ratio: f64,
    /// How likely so great a ratio is by chance alone.
    pub p: f64,
    /// The concordance of the model with the people it was fitted on; not for stretches.
    pub concordance: Option<f64>,
    /// Rows.
    pub rows: usize,
    /// Events.
    pub events: usize,
    /// Steps that the fit took.
    pub steps: usize,
}

/// What the model says of one covariate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coefficient {
    /// Its name.
    pub name: String,
    /// The logarithm of the hazard ratio for one unit more.
    pub coefficient: f64,
    /// Its standard error.
    pub error: f64,
    /// Its robust standard error, when people were named.
    pub robust_error: Option<f64>,
    /// The hazard ratio with its interval, from the robust error when there is one.
    pub hazard_ratio: Interval,
    /// The coefficient in standard errors.
    pub z: f64,
    /// How likely so great a coefficient is by chance alone.
    pub p: f64,
}

const MOST_STEPS: usize = 50;

/// Fits the model. `people` names each row's person when several rows are one person's: errors are then robust.
pub fn fit(observed: &[Observed], covariates: &Covariates, people: Option<&[u32]>) -> Result<Model, MeasureError> {
    let not = |reason: &str| MeasureError::NotComputable { what: "A Cox regression", reason: reason.to_owned() };
    let names = covariates.names();
    if observed.len() != covariates.rows().len() || names.is_empty() {
        return Err(not("it needs at least one covariate, and a row of them for each observation."));
    }
    if observed.iter().any(|seen| seen.until <= seen.from) {
        return Err(not("a stretch of time ends before or when it begins. Leave out stretches of no length."));
    }
    let events = observed.iter().filter(|seen| seen.ended.is_some()).count();
    if events == 0 {
        return Err(not("nobody reoffended, so nothing hastened it."));
    }
    let sorted = Sorted::of(observed, covariates);
    let mut beta = vec![0.0; names.len()];
    let mut here = sorted.likelihood(&beta);
    let null = here.log;
    let mut steps = 0;
    loop {
        let information = Information::of(&here.information, names);
        let information = information.map_err(|refusal| if steps == 0 { refusal } else { not(SEPARATED) })?;
        let step = information.solve(&here.gradient);
        let gain = dot(&step, &here.gradient);
        if gain.abs() < 1e-12 * (1.0 + here.log.abs()) {
            break;
        }
        steps += 1;
        if steps > MOST_STEPS || beta.iter().any(|beta: &f64| beta.abs() > 500.0) {
            return Err(not(
                "it does not settle: a covariate separates those who reoffended from the others. Leave it out.",
            ));
        }
        // Half the step for as long as it makes things worse.
        let mut share = 1.0;
        loop {
            let mut tried = beta.clone();
            add(&mut tried, &step, share);
            let there = sorted.likelihood(&tried);
            if there.log.is_finite() && there.log >= here.log - 1e-9 * here.log.abs() || share < 1e-6 {
                (beta, here) = (tried, there);
                break;
            }
            share /= 2.0;
        }
    }
    let covariance = Information::of(&here.information, names)?.inverse();
    let errors_of_all = errors(&covariance);
    must_settle("A Cox regression", covariates, &errors_of_all)?;
    let robust = people.map(|people| errors(&sorted.robust(&beta, &covariance, people)));
    let likelihood_ratio = 2.0 * (here.log - null);
    let risk: Vec<f64> = covariates.rows().map(|row| dot(row, &beta)).collect();
    Ok(Model {
        coefficients: coefficients(names, &beta, &errors_of_all, robust.as_deref()),
        log_likelihood: here.log,
        null_log_likelihood: null,
        likelihood_ratio,
        p: p_of_chi_squared(likelihood_ratio, number(names.len())),
        concordance: concordance::of_times(observed, &risk),
        rows: observed.len(),
        events,
        steps,
    })
}

fn coefficients(names: &[String], beta: &[f64], errors: &[f64], robust: Option<&[f64]>) -> Vec<Coefficient> {
    let each = names.iter().zip(beta).zip(errors).enumerate();
    let one = |(place, ((name, beta), error)): (usize, ((&String, &f64), &f64))| {
        let robust_error = robust.and_then(|robust| robust.get(place).copied());
        let used = robust_error.unwrap_or(*error);
        Coefficient {
            name: name.clone(),
            coefficient: *beta,
            error: *error,
            robust_error,
            hazard_ratio: Interval::about(*beta, used, Confidence::P95).map(f64::exp),
            z: beta / used,
            p: p_of_z(beta / used),
        }
    };
    each.map(one).collect()
}

/// The likelihood at a point, with its first and second derivatives.
struct Likelihood {
    log: f64,
    gradient: Vec<f64>,
    information: Vec<f64>,
}

/// One row, copied next to its neighbours in time so that a pass reads memory in order.
#[derive(Clone, Copy)]
struct Row {
    from: f64,
    until: f64,
    happened: bool,
    place: usize,
}

/// The rows in the order in which they come under risk when time runs backwards.
struct Sorted {
    rows: Vec<Row>,
    /// Covariates less their means, in the order of `rows`.
    centred: Vec<f64>,
    width: usize,
    /// Places in `rows` in the order in which they leave when time runs backwards; empty when none came late.
    leaving: Vec<usize>,
}

impl Sorted {
    fn of(observed: &[Observed], covariates: &Covariates) -> Self {
        let width = covariates.names().len();
        let mut rows: Vec<Row> = (0..)
            .zip(observed)
            .map(|(place, seen)| Row { from: seen.from, until: seen.until, happened: seen.ended.is_some(), place })
            .collect();
        rows.sort_by(|a, b| b.until.total_cmp(&a.until));
        let means = covariates.means();
        let mut centred = Vec::with_capacity(rows.len() * width);
        for row in &rows {
            centred.extend(covariates.row(row.place).iter().zip(&means).map(|(value, mean)| value - mean));
        }
        let earliest = rows.iter().map(|row| row.from).fold(f64::INFINITY, f64::min);
        let mut leaving: Vec<usize> = Vec::new();
        if rows.iter().any(|row| row.from > earliest) {
            leaving = (0..rows.len()).collect();
            let from = |place: &usize| rows.get(*place).map_or(f64::NEG_INFINITY, |row| row.from);
            leaving.sort_by(|a, b| from(b).total_cmp(&from(a)));
        }
        Self { rows, centred, width, leaving }
    }

    fn values(&self, place: usize) -> &[f64] {
        self.centred.get(place * self.width..(place + 1) * self.width).unwrap_or_default()
    }

    /// Walks backwards through the moments at which somebody reoffended, with who was at risk and who reoffended.
    fn walk(&self, beta: &[f64], mut at: impl FnMut(&Tie<'_>)) {
        let mut risk = RiskSet::new(self.width);
        let mut deaths = RiskSet::new(self.width);
        let mut leaving = self.leaving.iter().peekable();
        let mut rows = (0..).zip(&self.rows).zip(self.centred.chunks_exact(self.width)).peekable();
        let weight = |values: &[f64]| dot(values, beta).exp();
        while let Some(((_, next), _)) = rows.peek() {
            let time = next.until;
            deaths.clear();
            let mut died = 0_u32;
            let mut sum = 0.0;
            let mut of_dead = vec![0.0; self.width];
            while let Some(((_, row), values)) = rows.next_if(|((_, row), _)| row.until >= time) {
                let weight = weight(values);
                risk.add(values, weight);
                if row.happened {
                    died += 1;
                    deaths.add(values, weight);
                    sum += dot(values, beta);
                    add(&mut of_dead, values, 1.0);
                }
            }
            while let Some(place) = leaving.next_if(|place| self.rows.get(**place).is_some_and(|row| row.from >= time))
            {
                let values = self.values(*place);
                risk.add(values, -weight(values));
            }
            if died > 0 {
                at(&Tie { time, risk: &risk, deaths: &deaths, died, sum, of_dead: &of_dead });
            }
        }
    }

    fn likelihood(&self, beta: &[f64]) -> Likelihood {
        let mut log = 0.0;
        let mut gradient = vec![0.0; self.width];
        let mut information = vec![0.0; self.width * self.width];
        let mut mean = vec![0.0; self.width];
        self.walk(beta, |tie| {
            log += tie.sum;
            add(&mut gradient, tie.of_dead, 1.0);
            for share in tie.shares() {
                let total = tie.risk.total - share * tie.deaths.total;
                log -= total.ln();
                tie.mean(share, &mut mean);
                add(&mut gradient, &mean, -1.0);
                add(&mut information, &tie.risk.square, 1.0 / total);
                add(&mut information, &tie.deaths.square, -share / total);
                add_square(&mut information, &mean, -1.0);
            }
        });
        Likelihood { log, gradient, information }
    }

    /// Lin and Wei's covariance: the squares of each person's pull on the coefficients.
    fn robust(&self, beta: &[f64], covariance: &DMatrix<f64>, people: &[u32]) -> DMatrix<f64> {
        let hazards = self.hazards(beta);
        let mut pulls: HashMap<u32, Vec<f64>> = HashMap::new();
        for (row, values) in self.rows.iter().zip(self.centred.chunks_exact(self.width)) {
            let Some(person) = people.get(row.place) else { continue };
            let pull = pulls.entry(*person).or_insert_with(|| vec![0.0; self.width]);
            let weight = dot(values, beta).exp();
            let (until, from) = (hazards.by(row.until), hazards.by(row.from));
            add(pull, values, -weight * (until.total - from.total));
            add(pull, &until.mean, weight);
            add(pull, &from.mean, -weight);
            if row.happened {
                // Of those who reoffend at one moment, each is at risk for a part of it only.
                add(pull, values, 1.0 + weight * until.spared);
                add(pull, &until.mean_of_dead, -1.0);
                add(pull, &until.spared_mean, -weight);
            }
        }
        let mut square = vec![0.0; self.width * self.width];
        let mut pulls: Vec<(u32, Vec<f64>)> = pulls.into_iter().collect();
        pulls.sort_by_key(|pull| pull.0);
        for (_, pull) in &pulls {
            add_square(&mut square, pull, 1.0);
        }
        covariance * DMatrix::from_row_slice(self.width, self.width, &square) * covariance
    }

    fn hazards(&self, beta: &[f64]) -> Hazards {
        let mut moments = Vec::new();
        let mut mean = vec![0.0; self.width];
        self.walk(beta, |tie| {
            let mut moment = Moment::new(tie.time, self.width);
            for share in tie.shares() {
                let hazard = 1.0 / (tie.risk.total - share * tie.deaths.total);
                tie.mean(share, &mut mean);
                moment.total += hazard;
                add(&mut moment.mean, &mean, hazard);
                moment.spared += share * hazard;
                add(&mut moment.spared_mean, &mean, share * hazard);
                add(&mut moment.mean_of_dead, &mean, 1.0 / f64::from(tie.died));
            }
            moments.push(moment);
        });
        moments.push(Moment::new(f64::NEG_INFINITY, self.width));
        moments.reverse();
        let (mut total, mut mean) = (0.0, vec![0.0; self.width]);
        for moment in &mut moments {
            total += moment.total;
            add(&mut mean, &moment.mean, 1.0);
            moment.total = total;
            moment.mean.copy_from_slice(&mean);
        }
        Hazards(moments)
    }
}

/// Sums over the people at risk: of their weights, and of their weighted covariates and squares.
struct RiskSet {
    total: f64,
    sum: Vec<f64>,
    square: Vec<f64>,
}

impl RiskSet {
    fn new(width: usize) -> Self {
        Self { total: 0.0, sum: vec![0.0; width], square: vec![0.0; width * width] }
    }

    fn clear(&mut self) {
        self.total = 0.0;
        self.sum.fill(0.0);
        self.square.fill(0.0);
    }

    fn add(&mut self, values: &[f64], weight: f64) {
        self.total += weight;
        add(&mut self.sum, values, weight);
        add_square(&mut self.square, values, weight);
    }
}

/// A moment at which somebody, or several, reoffended.
struct Tie<'a> {
    time: f64,
    risk: &'a RiskSet,
    deaths: &'a RiskSet,
    died: u32,
    /// The sum of the linear predictors of those who did.
    sum: f64,
    /// The sum of their covariates.
    of_dead: &'a [f64],
}

impl Tie<'_> {
    /// Efron: the first of the tied leaves nobody out, the second a share of the tied, and so on.
    fn shares(&self) -> impl Iterator<Item = f64> + use<> {
        let died = self.died;
        (0..died).map(move |gone| f64::from(gone) / f64::from(died))
    }

    fn mean(&self, share: f64, mean: &mut [f64]) {
        let total = self.risk.total - share * self.deaths.total;
        for (mean, (risk, deaths)) in mean.iter_mut().zip(self.risk.sum.iter().zip(&self.deaths.sum)) {
            *mean = (risk - share * deaths) / total;
        }
    }
}

/// The baseline hazard up to a moment.
struct Moment {
    time: f64,
    total: f64,
    mean: Vec<f64>,
    spared: f64,
    spared_mean: Vec<f64>,
    mean_of_dead: Vec<f64>,
}

impl Moment {
    fn new(time: f64, width: usize) -> Self {
        let zeros = || vec![0.0; width];
        Self { time, total: 0.0, mean: zeros(), spared: 0.0, spared_mean: zeros(), mean_of_dead: zeros() }
    }
}

struct Hazards(Vec<Moment>);

impl Hazards {
    /// The last moment up to `time`; the first is before all.
    fn by(&self, time: f64) -> &Moment {
        static NOTHING: Moment = Moment {
            time: 0.0,
            total: 0.0,
            mean: Vec::new(),
            spared: 0.0,
            spared_mean: Vec::new(),
            mean_of_dead: Vec::new(),
        };
        let after = self.0.partition_point(|moment| moment.time <= time);
        after.checked_sub(1).and_then(|last| self.0.get(last)).unwrap_or(&NOTHING)
    }
}
