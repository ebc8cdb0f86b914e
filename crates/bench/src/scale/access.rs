//! What random accesses to as much memory as a map has take, on small pages and on huge ones.
//!
//! Dependent accesses follow one random cycle through all cache lines of the memory, so that the
//! address of each is known only after the one before; as many independent ones as the processor
//! can have in flight are at once. Maps choose their own pages, so costs are compared with both.

use std::fmt;
use std::hint::black_box;
use std::time::Instant;

use serde::Serialize;

use crate::maps::Operation;
use crate::operation::Timed;
use crate::pages::{PageSize, Pages};
use crate::random::Random;
use crate::report::{Table, group};
use crate::static_collections::{LINE, Line, independent_reads};
use crate::stats::median;

/// Timed dependent accesses per round, after as many untimed ones.
const STEPS: usize = 1 << 18;

/// More rounds show nothing new, since a round is the median of its parts.
const MOST_ROUNDS: usize = 5;

/// Nanoseconds per access to memory of one kind of pages, by round.
#[derive(Serialize)]
pub(super) struct Times {
    dependent_nanoseconds: f64,
    independent_nanoseconds: f64,
    dependent_by_round: Vec<f64>,
    independent_by_round: Vec<f64>,
}

/// Random accesses to some memory.
#[derive(Serialize)]
pub(super) struct Memory {
    bytes: usize,
    small_pages: Times,
    huge_pages: Times,
}

/// The accesses that a look-up takes.
#[derive(Serialize)]
struct Accesses {
    latency_per_dependent_access: f64,
    get_per_independent_access: f64,
}

/// A map's look-ups beside random accesses to as much memory.
#[derive(Serialize)]
pub(super) struct Access {
    entries: usize,
    peer: &'static str,
    #[serde(flatten)]
    memory: Memory,
    on_small_pages: Accesses,
    on_huge_pages: Accesses,
}

impl Memory {
    /// Measures accesses to `bytes`, or at least one cache line.
    pub(super) fn measured(bytes: usize, rounds: usize) -> Self {
        let rounds = rounds.min(MOST_ROUNDS);
        Self {
            bytes,
            small_pages: Times::measured(bytes, PageSize::Small, rounds),
            huge_pages: Times::measured(bytes, PageSize::Huge, rounds),
        }
    }
}

impl Times {
    fn measured(bytes: usize, size: PageSize, rounds: usize) -> Self {
        let mut random = Random::new(bytes as u64);
        let lines = cycle(bytes.div_ceil(LINE).max(1), size, &mut random);
        let (mut dependent, mut independent) = (Vec::new(), Vec::new());
        let mut place = 0;
        for _ in 0..rounds {
            place = follow(&lines, place);
            let start = Instant::now();
            place = black_box(follow(&lines, place));
            dependent.push(start.elapsed().as_nanos() as f64 / STEPS as f64);
            independent.push(independent_reads(&lines, &mut random));
        }
        Self {
            dependent_nanoseconds: median(dependent.clone()),
            independent_nanoseconds: median(independent.clone()),
            dependent_by_round: dependent,
            independent_by_round: independent,
        }
    }
}

/// Lines of which each has the place of the next, all in one cycle in random order.
fn cycle(count: usize, size: PageSize, random: &mut Random) -> Pages<Line> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    random.shuffle(&mut order);
    let mut lines = Pages::filled(Line([0; LINE / 8]), count, size);
    for (index, &place) in order.iter().enumerate() {
        lines[place as usize].0[0] = u64::from(order[(index + 1) % count]);
    }
    lines
}

/// Follows the cycle from `place` on for [`STEPS`] steps.
#[inline(never)]
fn follow(lines: &[Line], place: usize) -> usize {
    (0..STEPS).fold(place, |place, _| lines[place].0[0] as usize)
}

impl Access {
    /// `memory` is that of the map of `peer` in `table`.
    pub(super) fn new(table: &Table, entries: usize, peer: &'static str, memory: Memory) -> Self {
        let time = |operation: Operation| {
            let rounds = table.rounds_of(&operation.name(), peer);
            median(rounds.unwrap_or_default().to_vec())
        };
        let (latency, get) = (time(Operation::Latency), time(Operation::Get));
        let accesses = |times: &Times| Accesses {
            latency_per_dependent_access: latency / times.dependent_nanoseconds,
            get_per_independent_access: get / times.independent_nanoseconds,
        };
        Self {
            entries,
            peer,
            on_small_pages: accesses(&memory.small_pages),
            on_huge_pages: accesses(&memory.huge_pages),
            memory,
        }
    }
}

const WIDTH: usize = 14;

/// The heading of the table of accesses.
pub(super) fn heading() -> String {
    format!(
        "Random accesses to as many bytes, each after the one before and many at once, on pages of \
         4K and 2M:\n\
         {:WIDTH$}{:>16}{:>10}{:>10}{:>12}{:>12}{:>10}{:>10}{:>10}{:>10}",
        "",
        "bytes",
        "after 4K",
        "after 2M",
        "latency/4K",
        "latency/2M",
        "many 4K",
        "many 2M",
        "get/4K",
        "get/2M",
    )
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = |ratio: f64| match ratio.is_finite() {
            true => format!("{ratio:.1}x"),
            false => "-".to_owned(),
        };
        let (memory, small, huge) = (&self.memory, &self.on_small_pages, &self.on_huge_pages);
        write!(
            f,
            "{:WIDTH$}{:>16}{:>10.2}{:>10.2}{:>12}{:>12}{:>10.2}{:>10.2}{:>10}{:>10}",
            self.peer,
            group(memory.bytes),
            memory.small_pages.dependent_nanoseconds,
            memory.huge_pages.dependent_nanoseconds,
            ratio(small.latency_per_dependent_access),
            ratio(huge.latency_per_dependent_access),
            memory.small_pages.independent_nanoseconds,
            memory.huge_pages.independent_nanoseconds,
            ratio(small.get_per_independent_access),
            ratio(huge.get_per_independent_access),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_visits_every_line_once() {
        for count in [1, 2, 1000] {
            let lines = cycle(count, PageSize::Small, &mut Random::new(1));
            let mut seen = vec![false; count];
            let mut place = 0;
            for _ in 0..count {
                assert!(!std::mem::replace(&mut seen[place], true));
                place = lines[place].0[0] as usize;
            }
            assert_eq!(place, 0);
        }
    }
}
