//! Chance that is the same everywhere: the generator is written here, since libraries reserve the right to change theirs.
//! Only whole numbers and the four operations on fractions are used, so that every machine draws alike.

/// `SplitMix64` (Steele, Lea and Flood 2014): one 64-bit state, one step a draw.
#[derive(Clone, Debug)]
pub(crate) struct Chance {
    state: u64,
}

/// Spreads the bits of a number over all 64.
pub(crate) fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Chance {
    /// The draws of one thing (a person, an area) under a seed.
    pub(crate) fn of(seed: u64, thing: u64) -> Self {
        Self { state: scatter(scatter(seed) ^ thing.wrapping_mul(0xD1B5_4A32_D192_ED03)) }
    }

    /// Any 64-bit number.
    pub(crate) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scatter(self.state)
    }

    /// From nought to below one.
    pub(crate) fn fraction(&mut self) -> f64 {
        let bits = u32::try_from(self.number() >> 32).unwrap_or_default();
        f64::from(bits) / 4_294_967_296.0
    }

    /// True in so many of a hundred.
    pub(crate) fn percent(&mut self, percent: f64) -> bool {
        self.fraction() * 100.0 < percent
    }

    /// A whole number from `least` to `most`, both possible.
    pub(crate) fn between(&mut self, least: i32, most: i32) -> i32 {
        let width = u64::from(most.saturating_sub(least).max(0).unsigned_abs()) + 1;
        least.saturating_add(i32::try_from(self.number() % width).unwrap_or_default())
    }

    /// One of these, each as likely; none of none.
    pub(crate) fn one_of<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(things.len()).ok().filter(|count| *count > 0)?;
        things.get(usize::try_from(self.number() % count).unwrap_or_default())
    }

    /// One of these by weight; none of none.
    pub(crate) fn weighted<T: Copy>(&mut self, things: &[(T, f64)]) -> Option<T> {
        let total: f64 = things.iter().map(|(_, weight)| weight).sum();
        let mut left = self.fraction() * total;
        for (thing, weight) in things {
            left -= weight;
            if left < 0.0 {
                return Some(*thing);
            }
        }
        things.last().map(|(thing, _)| *thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_draws_of_a_seed_never_change() {
        let mut chance = Chance::of(1, 1);
        let drawn = [chance.number(), chance.number(), chance.number()];
        assert_eq!(drawn, FIRST);
    }

    const FIRST: [u64; 3] = [9_594_191_011_542_454_436, 16_295_238_390_097_982_097, 13_636_140_735_463_964_886];

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::of(7, 0);
        let drawn = (0..10_000).filter(|_| chance.weighted(&[(true, 3.0), (false, 1.0)]) == Some(true)).count();
        assert!((7_300..7_700).contains(&drawn), "{drawn}");
    }
}
