//! Reading integers around where a target would be if they were evenly distributed, instead of
//! searching the levels for it.
//!
//! Among n random integers between two separators, the rank of a target differs from that of even
//! ones by a standard deviation of `sqrt(n) / 2` at most, in the middle. Whether integers are
//! distributed like that is seen from the separators around only: where the gaps between these are
//! about equal, a guess saves a round trip; where they are not, it would cost one.

use core::ops::Range;

use crate::static_collections::parts::KeyBytes;

use super::super::header::Section;
use super::super::integer;
use super::known::{Known, Missing};
use super::search::{Bracket, Target, partition};
use super::{KeyForm, Reader};

/// A guess reads this part of what may be read at once: of a mebibyte, 8,192 keys of eight bytes.
/// Among ten thousand million random keys, of which the first 64 KiB have every four-millionth as a
/// separator, a target is not among these where it is four standard deviations off: once in 16,000
/// times at most.
const GUESS_PART: u64 = 16;

impl Reader {
    /// The number of keys that a guess reads.
    fn guess_keys(&self) -> u64 {
        let width = integer::width(self.header.form) as u64;
        (self.options.at_once / GUESS_PART / width.max(1)).max(1)
    }

    /// Whether a guess is likely to read the keys around a target.
    pub(super) fn is_guess_likely(&self, bracket: &Bracket) -> bool {
        if !matches!(self.header.form, KeyForm::Integers { .. }) {
            return false;
        }
        let keys = (bracket.keys.end - bracket.keys.start) as f64;
        // Twice the standard deviation; and, if the density of keys changes from one end to the
        // other as much as from here to the neighbours, the most that a parabola is off its chord.
        let deviation = ((keys as u64).isqrt() as f64) + keys * bracket.unevenness / 8.0;
        // Where neighbours differ much, keys are clustered, and the density does not change evenly.
        bracket.unevenness <= 1.0 / 8.0 && deviation <= self.guess_keys() as f64 / 2.0
    }

    /// Narrows a bracket by the keys around where the target would be if keys were evenly
    /// distributed.
    pub(super) fn guess(
        &self,
        target: &Target<'_>,
        bracket: &mut Bracket,
        with_values: bool,
        known: &Known<'_>,
    ) -> Result<(), Missing> {
        let KeyBytes::Integer(integer) = target.key else {
            return Ok(());
        };
        let width = integer::width(self.header.form) as u64;
        let count = self.guess_keys();
        let Range { start, end } = bracket.keys;
        let distance = |from: u128, to: u128| to.saturating_sub(from) as f64;
        let part = distance(bracket.integers.start, integer)
            / distance(bracket.integers.start, bracket.integers.end).max(1.0);
        let near = start + ((end - start) as f64 * part.min(1.0)) as u64;
        let low = near.saturating_sub(count / 2).clamp(start, end);
        let high = (low + count).min(end);
        let keys = self.section_range(Section::Keys, width, low..high);
        if known.peek(&keys).is_none() {
            if self.header.is_grouped() {
                known.expect([self.group_range(low - 1..high)]);
            } else if with_values {
                // Those of the keys before and after, too: the target may be after the one.
                known.expect(self.few_values(low - 1..high + 1));
            }
        }
        let keys = known.get(keys)?;
        let is_before = |at| target.is_after(&KeyBytes::Integer(self.integer(keys, at - low)));
        let rank = partition(low..high, is_before);
        if rank > low {
            bracket.keys.start = rank;
            bracket.integers.start = self.integer(keys, rank - 1 - low);
        }
        if rank < high {
            bracket.keys.end = rank;
            bracket.integers.end = self.integer(keys, rank - low);
        }
        self.check(bracket)
    }
}

/// How much the gap between two separators differs from those before and after it, in parts of its
/// own length: 0 if all are equal, or if there are no others. All have equally many keys.
pub(super) fn unevenness(gap: &Range<u128>, before: Option<u128>, after: Option<u128>) -> f64 {
    let distance = |from: u128, to: u128| to.saturating_sub(from) as f64;
    let own = distance(gap.start, gap.end).max(1.0);
    let left = before.map(|before| distance(before, gap.start));
    let right = after.map(|after| distance(gap.end, after));
    let gaps = [left, right].into_iter().flatten();
    gaps.map(|other| (other - own).abs() / own)
        .fold(0.0, f64::max)
}
