//! Words beside what they name, apart from one another.

use super::shapes::{BOTTOM, Page, TOP, WIDTH};
use crate::number::number;

/// The height of a line of words.
const LINE: f64 = 16.0;
/// Arial at 14 px seldom needs more for a letter.
const LETTER: f64 = 7.5;

/// The room that words need across.
pub(super) fn width(words: &str) -> f64 {
    LETTER * number(words.chars().count())
}

/// A name as far as there is room for it; the table has it whole.
pub(super) fn within(name: &str, room: f64) -> String {
    let mut shown = name.to_owned();
    while width(&shown) > room && shown.pop().is_some() {}
    if shown.len() < name.len() {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// Half of what a dot takes up.
const DOT: f64 = 5.0;

/// The dots and words that stand on a chart so far.
#[derive(Default)]
pub(super) struct Labels {
    taken: Vec<Taken>,
}

struct Taken {
    left: f64,
    right: f64,
    middle: f64,
}

impl Labels {
    /// Keeps words clear of a dot.
    pub(super) fn keep_clear(&mut self, x: f64, y: f64) {
        self.taken.push(Taken { left: x - DOT, right: x + DOT, middle: y });
    }

    /// Writes words, as far as the page has room, that begin (`start`) or end (`end`) at `x`, at the nearest height to `y` that is clear of the dots and words before.
    pub(super) fn write(&mut self, page: &mut Page, x: f64, y: f64, anchor: &str, words: &str, more: &str) {
        let words = &within(words, if anchor == "end" { x } else { WIDTH - x });
        let width = width(words);
        let (left, right) = if anchor == "end" { (x - width, x) } else { (x, x + width) };
        let middle = self.clear(left, right, y);
        self.taken.push(Taken { left, right, middle });
        page.text(x, middle + 5.0, anchor, words, more);
    }

    fn clear(&self, left: f64, right: f64, y: f64) -> f64 {
        (0_u8..80)
            .flat_map(|step| [y + f64::from(step) * LINE / 4.0, y - f64::from(step) * LINE / 4.0])
            .filter(|middle| (TOP..=BOTTOM).contains(middle))
            .find(|middle| {
                self.taken
                    .iter()
                    .all(|taken| (taken.middle - middle).abs() >= LINE || taken.right <= left || right <= taken.left)
            })
            .unwrap_or(y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_at_one_place_stand_apart_and_others_stay() {
        let mut labels = Labels::default();
        let mut page = Page::begin("Names", "", BOTTOM);
        for (x, words) in [(100.0, "one"), (100.0, "two"), (300.0, "three"), (100.0, "four")] {
            labels.write(&mut page, x, 200.0, "start", words, "");
        }
        let heights: Vec<f64> = labels.taken.iter().map(|taken| taken.middle).collect();
        assert_eq!(heights, [200.0, 216.0, 200.0, 184.0]);
    }

    #[test]
    fn words_keep_clear_of_dots() {
        let mut labels = Labels::default();
        let mut page = Page::begin("Names", "", BOTTOM);
        labels.keep_clear(120.0, 200.0);
        labels.write(&mut page, 100.0, 200.0, "start", "over the dot", "");
        labels.write(&mut page, 130.0, 200.0, "start", "beside it", "");
        let heights: Vec<f64> = labels.taken.iter().map(|taken| taken.middle).collect();
        assert_eq!(heights, [200.0, 216.0, 200.0]);
    }
}
