//! Putting many entries into a segment at once.

use alloc::vec::Vec;
use core::ptr;

use super::{Drain, Packed};

/// Where an entry comes to stand among those of a segment.
#[derive(Clone, Copy, Default)]
pub(in crate::oblivious) struct Landing {
    /// How many entries of the segment are smaller.
    pub(in crate::oblivious) rank: u8,
    /// Whether the one behind them has an equal key.
    equal: bool,
}

impl Landing {
    pub(in crate::oblivious) fn new(rank: usize, equal: bool) -> Self {
        // Segments have no more slots than a byte counts.
        let rank = rank as u8;
        Landing { rank, equal }
    }
}

/// What is taken over of an entry whose key is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::oblivious) enum Half {
    Key,
    Value,
}

impl<K, V> Packed<K, V> {
    /// Moves the first entries of a drain's front into a segment, each to its landing: from the
    /// last to the first, so that each entry of the segment moves once. Of those whose keys are
    /// there, one half is exchanged; what is left of them goes to `replaced`. Runs no user code.
    ///
    /// # Panics
    /// If the landings do not ascend, or there is no room.
    pub(in crate::oblivious) fn merge(
        &mut self,
        segment: usize,
        from: &mut Drain<K, V>,
        landings: &[Landing],
        half: Half,
        replaced: &mut Vec<(K, V)>,
    ) {
        let count = self.count(segment);
        let (mut fresh, mut least) = (0, 0);
        for landing in landings {
            let rank = usize::from(landing.rank);
            assert!(rank >= least, "landings do not ascend");
            fresh += usize::from(!landing.equal);
            least = rank + usize::from(landing.equal);
        }
        assert!(least <= count && fresh <= self.shape.slots - count);
        assert!(landings.len() <= from.front().len());
        replaced.reserve(landings.len() - fresh);
        let (new_keys, new_values) = from.front_start();
        let (keys, values) = self.slots(segment);
        self.counts[segment] += fresh as u8;
        self.len += fresh;
        // Before slot `end`, the entries still stand where they stood; `fresh` slots behind it are
        // free, or hold what has been moved on.
        let mut end = count;
        for (at, landing) in landings.iter().enumerate().rev() {
            let rank = usize::from(landing.rank);
            // SAFETY: landings ascend, and none is on an entry that is exchanged: so the rank is
            // not behind `end`, and before it if the keys are equal. What is moved goes to slots
            // that are free, of the segment's, or have been moved on.
            unsafe {
                let (key, value) = (new_keys.add(at), new_values.add(at));
                if landing.equal {
                    match half {
                        Half::Key => ptr::swap(key, keys.add(rank)),
                        Half::Value => ptr::swap(value, values.add(rank)),
                    }
                    replaced.push((key.read(), value.read()));
                } else {
                    // A loop of our own, for the dozen entries that it mostly is, took longer.
                    ptr::copy(keys.add(rank), keys.add(rank + fresh), end - rank);
                    ptr::copy(values.add(rank), values.add(rank + fresh), end - rank);
                    fresh -= 1;
                    ptr::copy_nonoverlapping(key, keys.add(rank + fresh), 1);
                    ptr::copy_nonoverlapping(value, values.add(rank + fresh), 1);
                    self.count_moves(end - rank);
                    end = rank;
                }
            }
        }
        from.pass(landings.len());
    }
}
