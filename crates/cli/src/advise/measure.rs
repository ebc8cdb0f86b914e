//! Lets all collections do the same operations in turns.
//!
//! In each round, every collection is built anew and works for its part of the time, in blocks of
//! operations that are drawn before the clock runs. The first part is a warm-up. In one of eight
//! blocks, each call is timed by itself for the latencies, which does not count for the throughput.
//! The results of all blocks that two collections have in common must be equal.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::collection::Collection;
use super::key::Key;
use super::mix::{Mix, Rows, Script};
use super::peers::{self, Peer, allocated, joined};
use crate::error::Error;
use crate::progress::Progress;

const ROUNDS: u32 = 5;

/// Operations of a block.
const BLOCK: usize = 1024;

/// The warm-up is one such part of the time of a round.
const WARM_UP: u32 = 5;

/// Calls are timed by themselves in one of that many blocks.
const SAMPLED: u64 = 8;

/// The greatest round of a collection is not more than that many times the least, if nothing else
/// is running.
const STEADY: f64 = 1.5;

/// What was measured of a collection: medians of the rounds.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) collection: Collection,
    /// Million operations in a second, and of each round.
    pub(super) throughput: f64,
    pub(super) rounds: Vec<f64>,
    /// Nanoseconds of single calls: median, 99th percentile, and the longest of all rounds.
    pub(super) p50: u64,
    pub(super) p99: u64,
    pub(super) max: u64,
    pub(super) bytes_per_entry: f64,
    pub(super) build_seconds: f64,
}

impl Outcome {
    /// The least and the greatest throughput of a round.
    pub(super) fn spread(&self) -> (f64, f64) {
        let rounds = self.rounds.iter().copied();
        (
            rounds.clone().fold(f64::INFINITY, f64::min),
            rounds.fold(0.0, f64::max),
        )
    }

    /// Whether its rounds differ too much to be believed.
    pub(super) fn is_unsteady(&self) -> bool {
        let (least, greatest) = self.spread();
        greatest > least * STEADY
    }
}

/// The measurement of all collections.
pub(super) struct Measured {
    /// Those with at least one round.
    pub(super) outcomes: Vec<Outcome>,
    /// The nanoseconds that the clock shows between two looks at it.
    pub(super) clock: u64,
    /// Whether all rounds were run.
    pub(super) is_complete: bool,
}

/// What one collection did in one round.
#[derive(Default)]
struct Round {
    build_seconds: f64,
    bytes_per_entry: f64,
    operations: u64,
    time: Duration,
    latencies: Vec<u64>,
    results: Vec<u64>,
}

/// How rounds are run.
pub(super) struct Course<'c, K> {
    pub(super) rows: &'c Rows<K>,
    pub(super) mix: &'c Mix,
    /// The time of each collection, besides building it.
    pub(super) time: Duration,
    /// Whether to stop.
    pub(super) stop: &'c AtomicBool,
}

impl<K: Key> Course<'_, K> {
    /// Measures the collections.
    pub(super) fn measure(&self, collections: &[Collection]) -> Result<Measured, Error> {
        let mut progress = Progress::of_rounds(collections.len() as u64 * u64::from(ROUNDS));
        let mut rounds: Vec<Vec<Round>> = collections.iter().map(|_| Vec::new()).collect();
        let mut is_complete = true;
        'rounds: for number in 0..ROUNDS as usize {
            for turn in 0..collections.len() {
                // Another one begins each round.
                let at = (turn + number) % collections.len();
                let done = number * collections.len() + turn;
                progress.show_round(done as u64, collections[at].name());
                let Some(round) = self.round(collections[at], number as u64) else {
                    is_complete = false;
                    break 'rounds;
                };
                rounds[at].push(round);
            }
            self.compare(collections, &rounds)?;
        }
        drop(progress);
        let rounds = collections
            .iter()
            .zip(rounds)
            .filter(|(_, rounds)| !rounds.is_empty());
        Ok(Measured {
            outcomes: rounds
                .map(|(collection, rounds)| outcome(*collection, &rounds))
                .collect(),
            clock: clock(),
            is_complete,
        })
    }

    /// Fails if two collections had different results in the last round.
    fn compare(&self, collections: &[Collection], rounds: &[Vec<Round>]) -> Result<(), Error> {
        let results = |at: usize| rounds[at].last().map_or(&[][..], |round| &round.results);
        for other in 1..collections.len() {
            let mut pairs = results(0).iter().zip(results(other));
            if pairs.any(|(one, other)| one != other) {
                return Err(Error::Disagreement {
                    first: collections[0].name(),
                    second: collections[other].name(),
                    seed: self.mix.seed,
                });
            }
        }
        Ok(())
    }

    /// One round of one collection; `None` if it was stopped.
    fn round(&self, collection: Collection, number: u64) -> Option<Round> {
        let entries = self.rows.entries();
        let owned = entries.iter().map(|(key, _)| allocated(key.owned_bytes()));
        let owned: usize = owned.sum();
        let start = Instant::now();
        let mut peer = peers::build(collection, entries);
        let build_seconds = start.elapsed().as_secs_f64();
        let owned = if peer.has_packed_keys() { 0 } else { owned };
        let mut round = Round {
            build_seconds,
            bytes_per_entry: (peer.bytes() + owned) as f64 / self.rows.len() as f64,
            ..Round::default()
        };
        let mut script = Script::new(self.rows, self.mix, number);
        peer.apply_all(&mut script.removals(), self.mix.scan_length);
        let time = self.time / ROUNDS;
        let start = Instant::now();
        for block in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            let elapsed = start.elapsed();
            // However short the time is, some of both is measured.
            if elapsed >= time && round.operations > 0 && !round.latencies.is_empty() {
                break;
            }
            let is_warm = elapsed >= time / WARM_UP;
            self.block(&mut *peer, &mut script, &mut round, (block, is_warm));
        }
        Some(round)
    }

    fn block(
        &self,
        peer: &mut dyn Peer<K>,
        script: &mut Script<'_, K>,
        round: &mut Round,
        (number, is_warm): (u64, bool),
    ) {
        let mut operations: Vec<_> = (0..BLOCK).map(|_| script.next()).collect();
        let most = self.mix.scan_length;
        let mut result = 0;
        if is_warm && number.is_multiple_of(SAMPLED) {
            for operation in &mut operations {
                let start = Instant::now();
                let found = black_box(peer.apply(operation, most));
                round.latencies.push(start.elapsed().as_nanos() as u64);
                result = joined(result, found);
            }
        } else {
            let count: u64 = operations.iter().map(|operation| operation.count()).sum();
            let start = Instant::now();
            result = black_box(peer.apply_all(&mut operations, most));
            if is_warm {
                round.time += start.elapsed();
                round.operations += count;
            }
        }
        round.results.push(result);
    }
}

/// The figures of all rounds of a collection, at least one.
fn outcome(collection: Collection, rounds: &[Round]) -> Outcome {
    let figures = |figure: fn(&Round) -> f64| rounds.iter().map(figure).collect::<Vec<_>>();
    let throughputs = figures(|it| it.operations as f64 / it.time.as_secs_f64() / 1e6);
    let mut latencies: Vec<u64> = rounds
        .iter()
        .flat_map(|round| &round.latencies)
        .copied()
        .collect();
    latencies.sort_unstable();
    let percentile = |percent: usize| latencies[(latencies.len() - 1) * percent / 100];
    Outcome {
        collection,
        throughput: median(throughputs.clone()),
        rounds: throughputs,
        p50: percentile(50),
        p99: percentile(99),
        max: percentile(100),
        bytes_per_entry: median(figures(|it| it.bytes_per_entry)),
        build_seconds: median(figures(|it| it.build_seconds)),
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    let half = figures.len() / 2;
    match figures.len() % 2 {
        0 => f64::midpoint(figures[half - 1], figures[half]),
        _ => figures[half],
    }
}

fn clock() -> u64 {
    let looks = (0..1001).map(|_| Instant::now().elapsed().as_nanos() as f64);
    median(looks.collect()) as u64
}
