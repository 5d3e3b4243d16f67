//! Discrimination: of two people, how often the one who reoffended, or reoffended sooner, had the higher score.

use super::Observed;

/// Harrell's concordance of scores with times: of pairs whose order is known, the share that the score puts in that
/// order, ties counting half. `None` when there is no such pair, or when time is cut into stretches.
pub fn of_times(observed: &[Observed], scores: &[f64]) -> Option<f64> {
    if observed.iter().any(|seen| seen.from > 0.0) {
        return None;
    }
    let ranks = ranks(scores);
    let mut order: Vec<(&Observed, usize)> = observed.iter().zip(ranks.iter().copied()).collect();
    // Later first; of the same moment, those lost from sight first: they outlived whoever reoffended at it.
    order.sort_by(|a, b| b.0.until.total_cmp(&a.0.until).then(a.0.ended.is_some().cmp(&b.0.ended.is_some())));
    let mut longer = Counts::new(scores.len());
    let (mut concordant_twice, mut pairs) = (0_u64, 0_u64);
    for tied in
        order.chunk_by(|a, b| a.0.until.total_cmp(&b.0.until).is_eq() && a.0.ended.is_some() == b.0.ended.is_some())
    {
        if tied.first().is_some_and(|(seen, _)| seen.ended.is_some()) {
            for (_, rank) in tied {
                let (below, same) = longer.below_and_at(*rank);
                concordant_twice += 2 * below + same;
                pairs += longer.total;
            }
        }
        for (_, rank) in tied {
            longer.add(*rank);
        }
    }
    share(concordant_twice, pairs)
}

/// The area under the curve: of one who reoffended and one who did not, how often the first had the higher score.
pub fn of_outcomes(reoffended: &[bool], scores: &[f64]) -> Option<f64> {
    let mut others = Counts::new(scores.len());
    let ranks = ranks(scores);
    for (_, rank) in reoffended.iter().zip(&ranks).filter(|(did, _)| !**did) {
        others.add(*rank);
    }
    let (mut concordant_twice, mut pairs) = (0_u64, 0_u64);
    for (_, rank) in reoffended.iter().zip(&ranks).filter(|(did, _)| **did) {
        let (below, same) = others.below_and_at(*rank);
        concordant_twice += 2 * below + same;
        pairs += others.total;
    }
    share(concordant_twice, pairs)
}

fn share(twice: u64, pairs: u64) -> Option<f64> {
    (pairs > 0).then(|| crate::number::whole(twice) / (2.0 * crate::number::whole(pairs)))
}

/// The place of each score among the different ones, from the lowest.
fn ranks(scores: &[f64]) -> Vec<usize> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup_by(|a, b| a.total_cmp(b).is_eq());
    scores.iter().map(|score| sorted.partition_point(|other| other.total_cmp(score).is_lt())).collect()
}

/// Counts by rank, of which sums from below are read (a Fenwick tree).
struct Counts {
    tree: Vec<u64>,
    total: u64,
}

impl Counts {
    fn new(ranks: usize) -> Self {
        Self { tree: vec![0; ranks + 1], total: 0 }
    }

    fn add(&mut self, rank: usize) {
        self.total += 1;
        let mut node = rank + 1;
        while let Some(count) = self.tree.get_mut(node) {
            *count += 1;
            node += node & node.wrapping_neg();
        }
    }

    /// How many have a rank below this one.
    fn below(&self, rank: usize) -> u64 {
        let mut node = rank;
        let mut sum = 0;
        while node > 0 {
            sum += self.tree.get(node).copied().unwrap_or_default();
            node &= node - 1;
        }
        sum
    }

    fn below_and_at(&self, rank: usize) -> (u64, u64) {
        let below = self.below(rank);
        (below, self.below(rank + 1) - below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_people_the_one_who_reoffended_sooner_should_score_higher() {
        let seen = [Observed::event(1.0), Observed::event(2.0), Observed::censored(3.0)];
        assert_eq!(of_times(&seen, &[3.0, 2.0, 1.0]), Some(1.0));
        assert_eq!(of_times(&seen, &[1.0, 2.0, 3.0]), Some(0.0));
        assert_eq!(of_times(&seen, &[1.0, 1.0, 1.0]), Some(0.5));
        assert_eq!(of_times(&seen[2..], &[1.0]), None, "nobody reoffended");
    }

    #[test]
    fn the_area_under_the_curve_counts_ties_half() {
        assert_eq!(of_outcomes(&[true, false, true, false], &[0.9, 0.1, 0.5, 0.5]), Some(0.875));
        assert_eq!(of_outcomes(&[true, true], &[0.9, 0.1]), None);
    }
}
