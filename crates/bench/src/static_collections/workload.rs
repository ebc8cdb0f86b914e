//! Times the operations of one peer, which is built once for all rounds.
//!
//! There are three kinds of searches: single ones, of which the processor overlaps as many as it
//! can see ahead; single ones in which each query depends on the previous answer, which it cannot
//! overlap; and batches, which the peer overlaps. A peer without batches answers those one at a
//! time, and its time is in both rows.

use std::cell::RefCell;
use std::hint::black_box;

use anyhow::{Result, ensure};

use super::key_arrays::{KeyArray, SearchKey};
use super::peer::{Answer, Peer, digest};
use super::plan::{Operation, Queries, Stream, Task};
use crate::memory::{Growth, Usage};
use crate::rounds;

/// A round of one peer.
type Round = rounds::Round<Operation>;

/// Queries per call of a batch.
const BATCH: usize = 4096;

/// The number of queries whose answers are compared one by one before anything is timed.
const CHECKED: usize = 10_000;

/// A peer of any type.
pub(crate) trait Contender<K> {
    fn name(&self) -> &'static str;
    /// See [`Peer::note`].
    fn note(&self) -> Option<&'static str>;
    /// Fails if an answer is wrong. The rounds compare sums; this compares each answer.
    fn check(&self, task: &Task<K>, queries: &Queries<K>) -> Result<()>;
    /// Takes the peer through all requested operations.
    fn round(&self, task: &Task<K>, queries: &Queries<K>, memory: bool) -> Round;
}

/// The peers of a table, built.
pub(crate) type Contenders<K> = Vec<Box<dyn Contender<K>>>;

/// Returns whether a peer is requested.
pub(crate) type Wants<'a> = &'a dyn Fn(&str) -> bool;

/// A built peer, and its memory growth.
pub(crate) struct Built<P> {
    pub(crate) peer: P,
    pub(crate) growth: Growth,
    /// The results of batches, shared by all operations.
    ranks: RefCell<Vec<usize>>,
}

impl<P> Built<P> {
    /// Builds a peer and measures the growth of memory use.
    pub(crate) fn measured(build: impl FnOnce() -> P) -> Self {
        let before = Usage::now();
        let peer = build();
        Self::known(peer, before.growth())
    }

    /// A peer with a known growth of memory use.
    pub(crate) fn known(peer: P, growth: Growth) -> Self {
        Self {
            peer,
            growth,
            ranks: RefCell::new(vec![0; BATCH]),
        }
    }
}

impl<K: SearchKey, P: Peer<K>> Contender<K> for Built<P> {
    fn name(&self) -> &'static str {
        self.peer.name()
    }

    fn note(&self) -> Option<&'static str> {
        self.peer.note()
    }

    fn check(&self, task: &Task<K>, queries: &Queries<K>) -> Result<()> {
        let (peer, abilities) = (&self.peer, self.peer.abilities());
        let streams = [&queries.hits, &queries.misses, &queries.near];
        for (stream, hits) in streams.into_iter().zip([true, false, true]) {
            let count = CHECKED.min(stream.queries.len());
            let (queries, ranks) = (&stream.queries[..count], &stream.ranks[..count]);
            let mut right = true;
            if let Some(answer) = abilities.ranks {
                let found = queries.iter().map(|query| peer.rank(query));
                right &= found.eq(answer.expected(&task.array, ranks));
            }
            if abilities.batches {
                let mut found = vec![usize::MAX; count];
                peer.rank_batch(queries, &mut found);
                right &= found == ranks;
            }
            let values = ranks.iter().map(|&rank| hits.then(|| K::row(rank).into()));
            if abilities.gets && task.array.distinct {
                let found = queries.iter().map(|query| peer.get(query));
                right &= found.eq(values.clone());
            }
            if abilities.gets_batches && task.array.distinct {
                right &= peer.get_batch(queries) == values.map(digest).sum::<u64>();
            }
            ensure!(right, "{}: an answer is wrong", peer.name());
        }
        Ok(())
    }

    fn round(&self, task: &Task<K>, queries: &Queries<K>, memory: bool) -> Round {
        let mut round = Round::new();
        if memory {
            round.random = self.growth;
        }
        self.builds(task, &mut round);
        self.searches(task, queries, &mut round);
        self.batches(task, queries, &mut round);
        if task.array.distinct {
            self.gets(task, queries, &mut round);
        }
        round
    }
}

impl Answer {
    /// What a peer with such answers must return, if the right ranks are `ranks`.
    fn expected<K: SearchKey>(
        self,
        array: &KeyArray<K>,
        ranks: &[usize],
    ) -> impl Iterator<Item = u64> {
        let length = array.keys.len() as u64;
        ranks.iter().map(move |&rank| match self {
            Self::Rank => rank as u64,
            Self::Key => array.keys.get(rank).map_or(length, K::digest),
        })
    }
}

impl<P> Built<P> {
    fn builds<K: SearchKey>(&self, task: &Task<K>, round: &mut Round)
    where
        P: Peer<K>,
    {
        let (peer, abilities) = (&self.peer, self.peer.abilities());
        let (array, unsorted) = (&task.array, &task.unsorted);
        let entries = array.keys.len();
        if task.asks(Operation::Build) && abilities.builds {
            round.time_making(Operation::Build, entries, || (peer.build(array), 0));
        }
        if task.asks(Operation::SortBuild) && abilities.sorts && !unsorted.is_empty() {
            round.time_making(Operation::SortBuild, entries, || {
                (peer.sort_build(unsorted), 0)
            });
        }
    }

    /// Single searches.
    fn searches<K: SearchKey>(&self, task: &Task<K>, queries: &Queries<K>, round: &mut Round)
    where
        P: Peer<K>,
    {
        let Some(answer) = self.peer.abilities().ranks else {
            return;
        };
        let mut search = |operation, stream: &Stream<K>, all: fn(&P, &[K]) -> u64| {
            let count = queries.volume.singles;
            let asked = stream.singles(queries.volume);
            let sum = round.time_making(operation, count, || (all(&self.peer, asked), 0));
            // A right result is digested equally for all peers, whatever kind of answer they
            // return.
            let ranks = &stream.ranks[..count];
            let right = sum == add_up(answer.expected(&task.array, ranks));
            let ranks = add_up(ranks.iter().map(|&rank| rank as u64));
            round.verify(operation, if right { ranks } else { !ranks });
        };
        // As many queries come first as a peer with batches gets before its single ones: otherwise
        // that peer would be the only one with warm caches.
        black_box(rank_each(
            &self.peer,
            queries.misses.singles(queries.volume),
        ));
        let batches = self.peer.abilities().batches;
        let repeated = !batches && task.asks(Operation::BatchMiss);
        if task.asks(Operation::RankMiss) || repeated {
            search(Operation::RankMiss, &queries.misses, rank_each);
        }
        if task.asks(Operation::Latency) {
            search(Operation::Latency, &queries.hits, rank_chain);
        }
        let repeated = !batches && task.asks(Operation::Batch);
        if task.asks(Operation::Rank) || repeated {
            search(Operation::Rank, &queries.hits, rank_each);
        }
        if task.asks(Operation::BatchNear) && !batches {
            search(Operation::BatchNear, &queries.near, rank_each);
        }
    }

    /// Batches of searches; those of a peer without batches take as long as its single searches.
    fn batches<K: SearchKey>(&self, task: &Task<K>, queries: &Queries<K>, round: &mut Round)
    where
        P: Peer<K>,
    {
        let (peer, abilities) = (&self.peer, self.peer.abilities());
        let mut ranks = self.ranks.borrow_mut();
        let streams = [
            (Operation::Batch, Operation::Rank, &queries.hits),
            (Operation::BatchMiss, Operation::RankMiss, &queries.misses),
            (Operation::BatchNear, Operation::BatchNear, &queries.near),
        ];
        for (operation, single, stream) in streams {
            if !task.asks(operation) {
                continue;
            }
            let asked = &stream.queries;
            if abilities.batches {
                round.time(operation, asked.len(), || {
                    rank_batches(peer, asked, &mut ranks, |ranks| {
                        black_box(ranks);
                        0
                    })
                });
                // The results are added up in a separate pass, outside the timed one.
                round.verify(
                    operation,
                    rank_batches(peer, asked, &mut ranks, add_up_ranks),
                );
            } else if abilities.ranks.is_some() && operation != single {
                round.repeat(single, operation, add_up_ranks(&stream.ranks));
            }
        }
    }

    fn gets<K: SearchKey>(&self, task: &Task<K>, queries: &Queries<K>, round: &mut Round)
    where
        P: Peer<K>,
    {
        let (peer, abilities) = (&self.peer, self.peer.abilities());
        let count = queries.volume.singles;
        if !abilities.gets {
            return;
        }
        let (hits, misses) = (&queries.hits, &queries.misses);
        black_box(get_each(peer, misses.singles(queries.volume)));
        if task.asks(Operation::GetMiss) {
            let asked = misses.singles(queries.volume);
            round.time(Operation::GetMiss, count, || get_each(peer, asked));
        }
        let repeated = task.asks(Operation::GetBatch) && !abilities.gets_batches;
        if task.asks(Operation::Get) || repeated {
            let asked = hits.singles(queries.volume);
            round.time(Operation::Get, count, || get_each(peer, asked));
        }
        if !task.asks(Operation::GetBatch) {
            return;
        }
        let asked = &queries.hits.queries;
        if abilities.gets_batches {
            round.time(Operation::GetBatch, asked.len(), || {
                get_batches(peer, asked)
            });
        } else {
            let values = queries.hits.ranks.iter().map(|&rank| K::row(rank).into());
            let sum = add_up(values.map(|value| digest(Some(value))));
            round.repeat(Operation::Get, Operation::GetBatch, sum);
        }
    }
}

fn add_up(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::wrapping_add)
}

fn add_up_ranks(ranks: &[usize]) -> u64 {
    add_up(ranks.iter().map(|&rank| rank as u64))
}

// The loops below are separate functions that are never inlined, so that the code of one operation
// does not depend on which others are measured.

#[inline(never)]
fn rank_each<K: SearchKey, P: Peer<K>>(peer: &P, queries: &[K]) -> u64 {
    add_up(queries.iter().map(|query| peer.rank(query)))
}

/// The next query is known only with the previous answer.
#[inline(never)]
fn rank_chain<K: SearchKey, P: Peer<K>>(peer: &P, queries: &[K]) -> u64 {
    let none = black_box(0_u64);
    let mut sum = 0_u64;
    let mut last = 0_u64;
    for index in 0..queries.len() {
        last = peer.rank(&queries[index + (last & none) as usize]);
        sum = sum.wrapping_add(last);
    }
    sum
}

#[inline(never)]
fn rank_batches<K: SearchKey, P: Peer<K>>(
    peer: &P,
    queries: &[K],
    ranks: &mut [usize],
    digest: impl Fn(&[usize]) -> u64,
) -> u64 {
    let batches = queries.chunks(BATCH).map(|batch| {
        let ranks = &mut ranks[..batch.len()];
        peer.rank_batch(batch, ranks);
        digest(ranks)
    });
    add_up(batches)
}

#[inline(never)]
fn get_each<K: SearchKey, P: Peer<K>>(peer: &P, queries: &[K]) -> u64 {
    add_up(queries.iter().map(|query| digest(peer.get(query))))
}

#[inline(never)]
fn get_batches<K: SearchKey, P: Peer<K>>(peer: &P, queries: &[K]) -> u64 {
    let batches = queries.chunks(BATCH);
    add_up(batches.map(|batch| peer.get_batch(batch)))
}
