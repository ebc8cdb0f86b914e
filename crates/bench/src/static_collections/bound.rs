//! What the machine allows for batches of searches in a search tree whose nodes are cache lines.
//!
//! A search reads a line of each level. A number of searches at once takes at least as long as the
//! processor needs for their computation, and as long as it needs to load that many lines from
//! random positions of arrays as large as the levels. The former is the time of batches whose lines
//! are all in the nearest cache; the latter is measured here, in the same rounds, on huge pages.

use std::hint::black_box;
use std::time::Instant;

use crate::pages::{PageSize, Pages};
use crate::random::Random;
use crate::stats::median;

/// Bytes of a cache line, and of a node.
pub(crate) const LINE: usize = 64;

/// Timed reads of lines per level and round, after as many untimed ones.
const READS: usize = 1 << 20;

/// Reads that are timed together.
const PART: usize = 1 << 16;

#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Line(pub(crate) [u64; LINE / 8]);

/// The levels of a tree, as the lines that are read of them.
pub(crate) struct Machine {
    lines: Pages<Line>,
    /// Lines of each level, the greatest first.
    pub(crate) levels: Vec<usize>,
}

impl Machine {
    /// For a tree of `entries` keys of `width` bytes.
    pub(crate) fn new(entries: usize, width: usize) -> Self {
        let levels = levels(entries, width);
        let line = Line([1; LINE / 8]);
        Self {
            lines: Pages::filled(line, levels[0], PageSize::Huge),
            levels,
        }
    }

    /// Nanoseconds for reading a random line of each level, by level.
    pub(crate) fn measure(&self, seed: u64) -> Vec<f64> {
        let mut random = Random::new(seed);
        let measure = |&lines: &usize| independent_reads(&self.lines[..lines], &mut random);
        self.levels.iter().map(measure).collect()
    }
}

/// Nanoseconds for reading a random one of `lines`, each independently of the others.
pub(crate) fn independent_reads(lines: &[Line], random: &mut Random) -> f64 {
    let indices = (0..2 * READS).map(|_| random.below(lines.len()) as u32);
    let indices: Vec<u32> = indices.collect();
    let (warm_up, timed) = indices.split_at(READS);
    black_box(read(lines, warm_up));
    // The median of parts: the machine's bound excludes interference by other programs.
    let part = |indices: &[u32]| {
        let start = Instant::now();
        black_box(read(lines, indices));
        start.elapsed().as_nanos() as f64 / indices.len() as f64
    };
    median(timed.chunks(PART).map(part).collect())
}

/// No read depends on another, so that the processor has as many in flight as it can.
#[inline(never)]
fn read(lines: &[Line], indices: &[u32]) -> u64 {
    let words = indices.iter().map(|&index| lines[index as usize].0[0]);
    words.fold(0, u64::wrapping_add)
}

/// Lines of each level, the greatest first, which has all keys. A node of `b` keys has `b + 1`
/// children, and the last level but one has a node for `b + 1` lines of keys.
fn levels(entries: usize, width: usize) -> Vec<usize> {
    let keys = LINE / width;
    let mut levels = vec![entries.div_ceil(keys)];
    while let Some(&lines) = levels.last()
        && lines > 1
    {
        levels.push(lines.div_ceil(keys + 1));
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_shrink_to_a_line() {
        assert_eq!(levels(1, 4), [1]);
        assert_eq!(levels(16 * 17, 4), [17, 1]);
        assert_eq!(levels(16 * 17 + 1, 4), [18, 2, 1]);
        assert_eq!(levels(1_000_000, 8), [125_000, 13_889, 1544, 172, 20, 3, 1]);
    }
}
