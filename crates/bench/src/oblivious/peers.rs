//! Every measured map behind one trait: the maps of `leafwise-bench maps`, and sorted vectors.
//! Always inlined, as those are: left to the compiler, an iteration took fourteen times as long.

use super::peer::Peer;
use super::plan::Operation;
use super::workload::{Maps, contender};
use crate::maps::{Leafwise, Oblivious, Peer as Map, Std};
use crate::rounds::Contender;

macro_rules! appending_peer {
    ($($map:ident),*) => {$(
        impl Peer for $map<u64> {
            fn collected(entries: Vec<(u64, u64)>) -> Self {
                Self(entries.into_iter().collect())
            }

            fn merge(&mut self, run: &mut Self) {
                self.0.append(&mut run.0);
            }
        }
    )*};
}

appending_peer!(Std, Leafwise, Oblivious);

/// Keys in ascending order, and the value of each at the same index.
#[derive(Default)]
struct Vectors {
    keys: Vec<u64>,
    values: Vec<u64>,
}

/// With more entries, changing each one separately takes minutes, since it moves half of all
/// entries.
const MOST_CHANGES: usize = 100_000;

impl Vectors {
    #[inline]
    fn between(&self, from: usize, to: usize) -> impl Iterator<Item = (u64, u64)> {
        let keys = self.keys[from..to].iter().copied();
        keys.zip(self.values[from..to].iter().copied())
    }
}

impl Map<u64> for Vectors {
    const NAME: &'static str = "vectors";

    #[inline(always)]
    fn insert(&mut self, key: u64, value: u64) -> Option<u64> {
        match self.keys.binary_search(&key) {
            Ok(slot) => Some(std::mem::replace(&mut self.values[slot], value)),
            Err(slot) => {
                self.keys.insert(slot, key);
                self.values.insert(slot, value);
                None
            }
        }
    }

    #[inline(always)]
    fn get(&self, key: &u64) -> Option<u64> {
        let slot = self.keys.binary_search(key).ok()?;
        Some(self.values[slot])
    }

    #[inline(always)]
    fn remove(&mut self, key: &u64) -> Option<u64> {
        let slot = self.keys.binary_search(key).ok()?;
        self.keys.remove(slot);
        Some(self.values.remove(slot))
    }

    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = (u64, u64)> {
        self.between(0, self.keys.len())
    }

    #[inline(always)]
    fn entries_in(&self, from: &u64, to: &u64) -> impl Iterator<Item = (u64, u64)> {
        let slot = |bound: &u64| self.keys.partition_point(|key| key < bound);
        self.between(slot(from), slot(to))
    }
}

impl Peer for Vectors {
    fn can(operation: Operation, entries: usize) -> bool {
        use Operation::{Descend, HammerDown, HammerUp, Insert, InsertRun, Remove};
        let moves_others = matches!(
            operation,
            Insert | Descend | HammerUp | HammerDown | InsertRun | Remove
        );
        entries <= MOST_CHANGES || !moves_others
    }

    fn note(entries: usize) -> Option<&'static str> {
        (!Self::can(Operation::Insert, entries)).then_some(
            "vectors are built sorted here: inserting or removing that many entries one by one \
             would take quadratic time.",
        )
    }

    fn collected(entries: Vec<(u64, u64)>) -> Self {
        let (keys, values) = entries.into_iter().unzip();
        Self { keys, values }
    }

    /// In slot, from the back: an entry is moved once, by the number of entries of the run before
    /// it.
    fn merge(&mut self, run: &mut Self) {
        let (mut own, mut new) = (self.keys.len(), run.keys.len());
        for column in [&mut self.keys, &mut self.values] {
            column.reserve_exact(new);
            column.resize(own + new, 0);
        }
        while new > 0 {
            let slot = own + new - 1;
            if own > 0 && self.keys[own - 1] > run.keys[new - 1] {
                own -= 1;
                self.keys[slot] = self.keys[own];
                self.values[slot] = self.values[own];
            } else {
                new -= 1;
                self.keys[slot] = run.keys[new];
                self.values[slot] = run.values[new];
            }
        }
        *run = Self::default();
    }
}

/// All of them, for maps of `entries`, std first.
pub(crate) fn contenders(entries: usize) -> Vec<Contender<Maps, Operation>> {
    vec![
        contender::<Std<u64>>(entries),
        contender::<Leafwise<u64>>(entries),
        contender::<Oblivious<u64>>(entries),
        contender::<Vectors>(entries),
    ]
}
