//! Rounds in which all peers take turns, for any kind of measurement.
//!
//! In each round the keys are new, all peers get the same ones, and they take their turns in a
//! different order. Results are added up, and the sums of all peers must be equal. So no result is
//! unused and no peer can cheat.

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::memory::Growth;
use crate::operation::Timed;
use crate::random::Random;
use crate::report::{Bytes, Measurement, Memory, PeerTime, Shape, Table, Watch};
use crate::stats::median;

/// One operation in one round of one peer.
#[derive(Default)]
struct Sample {
    /// Nanoseconds per operation for each time that the clock ran, usually once per map.
    nanoseconds: Vec<f64>,
    digest: u64,
}

/// One round of one peer.
pub(crate) struct Round<O> {
    /// The operations that were run.
    samples: Vec<(O, Sample)>,
    /// Memory growth of the maps after insertions in random order, if it was measured.
    pub(crate) random: Growth,
    /// Memory growth of the maps after appends, if it was measured.
    pub(crate) ascending: Growth,
    /// Memory growth of the maps after merges, if it was measured.
    pub(crate) merged: Growth,
}

impl<O: Timed> Round<O> {
    pub(crate) fn new() -> Self {
        Self {
            samples: Vec::new(),
            random: Growth::default(),
            ascending: Growth::default(),
            merged: Growth::default(),
        }
    }

    fn sample(&self, operation: O) -> Option<&Sample> {
        let mut samples = self.samples.iter();
        samples
            .find(|(known, _)| *known == operation)
            .map(|(_, sample)| sample)
    }

    fn sample_mut(&mut self, operation: O) -> &mut Sample {
        let known = self
            .samples
            .iter()
            .position(|(known, _)| *known == operation);
        let index = known.unwrap_or_else(|| {
            self.samples.push((operation, Sample::default()));
            self.samples.len() - 1
        });
        &mut self.samples[index].1
    }

    /// Nanoseconds per operation, or `None` if it was not run: the median of the maps, since
    /// another program that briefly takes the processor affects few of them.
    fn nanoseconds(&self, operation: O) -> Option<f64> {
        self.sample(operation)
            .map(|sample| median(sample.nanoseconds.clone()))
    }

    /// Fails if the results differ from those of `std`.
    pub(crate) fn check(&self, std: &Self, peer: &str) -> Result<()> {
        for (operation, ours) in &self.samples {
            let theirs = std.sample(*operation);
            ensure!(
                theirs.is_some_and(|theirs| theirs.digest == ours.digest),
                "{peer}: the results of {} differ from std's",
                operation.name()
            );
        }
        Ok(())
    }

    /// Times `body`, which performs `count` operations and returns the sum of their results.
    pub(crate) fn time(&mut self, operation: O, count: usize, body: impl FnOnce() -> u64) {
        self.time_making(operation, count, || ((), body()));
    }

    /// Like [`Self::time`], for a `body` that also makes something.
    pub(crate) fn time_making<T>(
        &mut self,
        operation: O,
        count: usize,
        body: impl FnOnce() -> (T, u64),
    ) -> T {
        let start = Instant::now();
        let (made, digest) = black_box(body());
        let elapsed = start.elapsed().as_nanos() as f64 - clock_nanoseconds();
        let sample = self.sample_mut(operation);
        sample.nanoseconds.push(elapsed.max(0.0) / count as f64);
        sample.digest = sample.digest.wrapping_add(digest);
        made
    }

    /// Records the times of `other` for `operation`, which is the same work, with a result of its
    /// own.
    pub(crate) fn repeat(&mut self, other: O, operation: O, digest: u64) {
        let nanoseconds = self
            .sample(other)
            .map_or_else(Vec::new, |sample| sample.nanoseconds.clone());
        self.sample_mut(operation).nanoseconds = nanoseconds;
        self.verify(operation, digest);
    }

    /// Adds an untimed result of a timed operation to what [`Self::check`] compares.
    pub(crate) fn verify(&mut self, operation: O, digest: u64) {
        let sample = self.sample_mut(operation);
        sample.digest = sample.digest.wrapping_add(digest);
    }
}

/// The time for reading the clock twice, in nanoseconds.
fn clock_nanoseconds() -> f64 {
    static NANOSECONDS: OnceLock<f64> = OnceLock::new();
    *NANOSECONDS.get_or_init(|| {
        let mut readings: Vec<_> = (0..10_001).map(|_| Instant::now().elapsed()).collect();
        readings.sort_unstable();
        readings[readings.len() / 2].as_nanos() as f64
    })
}

/// A number that differs if the order of the entries does.
pub(crate) fn order_digest(entries: impl Iterator<Item = (u64, u64)>) -> u64 {
    let mix = |digest: u64, number: u64| (digest ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    entries.fold(0, |digest, (key, value)| mix(mix(digest, key), value))
}

/// A peer of any type that can be taken through an `A`.
pub(crate) struct Contender<A, O> {
    pub(crate) name: &'static str,
    /// How its work differs from that of the others, to be printed below the tables.
    pub(crate) note: Option<&'static str>,
    /// Takes the peer through a round, and measures memory on request.
    pub(crate) round: fn(&A, bool) -> Round<O>,
}

/// What all peers go through in a round: the sets of keys, and what to do with each of them.
pub(crate) struct Course<P, S> {
    pub(crate) plan: P,
    pub(crate) sets: Vec<S>,
}

impl<P: Clone, S> Course<P, S> {
    /// The course of the round numbered `seed`, with `count` sets.
    pub(crate) fn generate(seed: u64, count: usize, plan: &P, set: fn(u64, &P) -> S) -> Self {
        let seeds = (seed << 32)..(seed << 32) + count as u64;
        Self {
            plan: plan.clone(),
            sets: seeds.map(|seed| set(seed, plan)).collect(),
        }
    }
}

/// The names of the contenders, in their order.
pub(crate) fn names<A, O>(contenders: &[Contender<A, O>]) -> Vec<&'static str> {
    contenders.iter().map(|contender| contender.name).collect()
}

/// All measurements at one size.
pub(crate) struct Contest<O> {
    /// The names of the key and value types.
    pub(crate) types: (&'static str, &'static str),
    pub(crate) shape: Shape,
    /// By name, `std` first.
    pub(crate) peers: Vec<&'static str>,
    pub(crate) operations: Vec<O>,
    pub(crate) rounds: usize,
}

/// The rounds of one peer.
struct Rounds<O> {
    timed: Vec<Round<O>>,
    random: Growth,
    ascending: Growth,
    merged: Growth,
}

impl<O: Timed> Contest<O> {
    /// Gives every peer a turn in every round. `prepare` makes the keys of a round from a seed. It
    /// returns a function that takes a peer, given by its index, through the round, and measures
    /// memory on request.
    pub(crate) fn hold<T>(self, prepare: impl Fn(u64) -> T) -> Result<Table>
    where
        T: Fn(usize, bool) -> Round<O>,
    {
        let since = Watch::start();
        let results = self.take_turns(prepare)?;
        Ok(self.table(&since, &results))
    }

    /// Like [`Self::hold`], for contenders that all go through the same `course`, which is made
    /// from a seed.
    pub(crate) fn hold_between<A>(
        self,
        contenders: &[Contender<A, O>],
        course: impl Fn(u64) -> A,
    ) -> Result<Table> {
        let mut table = self.hold(|seed| {
            let course = course(seed);
            move |index: usize, memory| (contenders[index].round)(&course, memory)
        })?;
        table.notes = contenders.iter().filter_map(|peer| peer.note).collect();
        Ok(table)
    }

    fn take_turns<T>(&self, prepare: impl Fn(u64) -> T) -> Result<Vec<Rounds<O>>>
    where
        T: Fn(usize, bool) -> Round<O>,
    {
        // The first round measures memory, which disturbs the caches. With small maps its times
        // would be useless; with large ones the caches do not matter and a round is expensive.
        let warm_ups = usize::from(self.shape.entries() < 1_000_000);
        let mut results: Vec<Rounds<O>> = Vec::new();
        for number in 0..self.rounds + warm_ups {
            let turn = prepare(number as u64 + 1);
            // In a different order each time, so that no peer always follows the same one.
            let mut order: Vec<usize> = (0..self.peers.len()).collect();
            Random::new(number as u64).shuffle(&mut order);
            let mut round: Vec<(usize, Round<O>)> = order
                .into_iter()
                .map(|index| (index, turn(index, number == 0)))
                .collect();
            round.sort_unstable_by_key(|&(index, _)| index);
            for (index, taken) in &round {
                taken.check(&round[0].1, self.peers[*index])?;
            }
            for (index, taken) in round {
                if number == 0 {
                    results.push(Rounds {
                        timed: Vec::new(),
                        random: taken.random,
                        ascending: taken.ascending,
                        merged: taken.merged,
                    });
                }
                if number >= warm_ups {
                    results[index].timed.push(taken);
                }
            }
        }
        Ok(results)
    }

    fn table(self, since: &Watch, results: &[Rounds<O>]) -> Table {
        let measurements = self.operations.iter().map(|&operation| {
            let rounds = |result: &Rounds<O>| -> Vec<f64> {
                let timed = result.timed.iter();
                timed
                    .filter_map(|round| round.nanoseconds(operation))
                    .collect()
            };
            let std = rounds(&results[0]);
            let times = self.peers.iter().zip(results);
            let peers = times.map(|(peer, result)| PeerTime::new(peer, rounds(result), &std));
            Measurement {
                operation: operation.name(),
                peers: peers.collect(),
            }
        });
        let measurements = measurements.filter(Measurement::is_measured).collect();
        let memory = self.peers.iter().zip(results).map(|(peer, result)| Memory {
            peer,
            random: Bytes::new(result.random, &self.shape),
            ascending: Bytes::new(result.ascending, &self.shape),
            merged: Bytes::new(result.merged, &self.shape),
        });
        let memory = memory.collect();
        let rounds = results[0].timed.len();
        Table::new(self.types, self.shape, rounds, since, measurements, memory)
    }
}

/// Fails if the results of a contender differ from those of the first.
#[cfg(test)]
pub(crate) fn assert_agreement<A, O: Timed>(contenders: &[Contender<A, O>], course: &A) {
    let rounds = contenders.iter().map(|peer| (peer.round)(course, false));
    let rounds: Vec<_> = rounds.collect();
    for (contender, round) in contenders.iter().zip(&rounds) {
        round.check(&rounds[0], contender.name).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[derive(Clone, Copy, PartialEq, ValueEnum)]
    enum Deed {
        First,
    }

    #[test]
    fn different_results_are_found() {
        let round = |digest| {
            let mut round = Round::new();
            round.time(Deed::First, 1, || digest);
            round
        };
        assert!(round(1).check(&round(1), "peer").is_ok());
        assert!(round(1).check(&round(2), "peer").is_err());
        // An operation that a peer does not support is not compared.
        assert!(Round::<Deed>::new().check(&round(2), "peer").is_ok());
    }
}
