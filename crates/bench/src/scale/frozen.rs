//! leafwise's map of keys that do not change, as a map that is only read.
//!
//! What is timed is inlined always, as in the adapters of `maps`, where a call took two of a
//! look-up's sixteen nanoseconds: otherwise it would be compared with a handicap.

use leafwise::StaticMap;

use crate::maps::{BATCH, Peer};

#[derive(Default)]
pub(super) struct Frozen(StaticMap<u64, u64>);

impl Peer<u64> for Frozen {
    const NAME: &'static str = "static";
    const CHANGES: bool = false;

    fn insert(&mut self, _: u64, _: u64) -> Option<u64> {
        unreachable!("a static map is made at once")
    }

    fn collect(entries: impl Iterator<Item = (u64, u64)>) -> Self {
        Self(entries.collect())
    }

    #[inline(always)]
    fn get(&self, key: &u64) -> Option<u64> {
        self.0.get(key).copied()
    }

    #[inline(always)]
    fn get_batch(&self, keys: &[u64], mut found: impl FnMut(Option<u64>)) {
        let mut values = [None; BATCH];
        for keys in keys.chunks(BATCH) {
            let values = &mut values[..keys.len()];
            self.0.get_batch(keys, values);
            values.iter().for_each(|value| found(value.copied()));
        }
    }

    fn remove(&mut self, _: &u64) -> Option<u64> {
        unreachable!("a static map is not changed")
    }

    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(key, value)| (key, *value))
    }

    #[inline(always)]
    fn entries_in(&self, from: &u64, to: &u64) -> impl Iterator<Item = (u64, u64)> {
        let range = self.0.range(*from..*to);
        range.map(|(key, value)| (key, *value))
    }

    fn reported_bytes(&self) -> usize {
        self.0.memory_usage()
    }
}
