//! Putting many entries into a segment at once.

use alloc::vec::Vec;
use core::ptr;

use super::{IntoIter, PackedMemoryArray};

/// Where an entry goes among those of a segment.
#[derive(Clone, Copy, Default)]
pub(in crate::oblivious) struct InsertPosition {
    /// How many entries of the segment are smaller.
    pub(in crate::oblivious) rank: u8,
    /// Whether the one behind them has an equal key.
    equal: bool,
}

impl InsertPosition {
    pub(in crate::oblivious) fn new(rank: usize, equal: bool) -> Self {
        // Segments have no more slots than a byte counts.
        let rank = rank as u8;
        InsertPosition { rank, equal }
    }
}

/// What is taken over of an entry whose key is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::oblivious) enum Half {
    Key,
    Value,
}

impl<K, V> PackedMemoryArray<K, V> {
    /// Moves the first entries of a drain's front into a segment, each to its position: from the
    /// last to the first, so that each entry of the segment moves once. Of those whose keys are
    /// there, one half is exchanged; what is left of them goes to `replaced`. Runs no user code.
    ///
    /// # Panics
    /// If the positions do not ascend, or there is no room. Nothing is changed then.
    pub(in crate::oblivious) fn merge(
        &mut self,
        segment: usize,
        from: &mut IntoIter<K, V>,
        positions: &[InsertPosition],
        half: Half,
        replaced: &mut Vec<(K, V)>,
    ) {
        let count = self.count(segment);
        let (mut fresh, mut least) = (0, 0);
        for position in positions {
            let rank = usize::from(position.rank);
            assert!(rank >= least, "positions do not ascend");
            fresh += usize::from(!position.equal);
            least = rank + usize::from(position.equal);
        }
        assert!(least <= count && fresh <= self.shape.slots - count);
        replaced.reserve(positions.len() - fresh);
        let (keys, values) = self.slots(segment);
        let (new_keys, new_values) = from.take_front(positions.len());
        // Until all have moved, the entries of both are no one's.
        self.give_up(segment);
        let merged = count + fresh;
        // Before slot `end`, the entries still stand where they stood; `fresh` slots behind it are
        // free, or hold what has been moved on.
        let mut end = count;
        for (at, position) in positions.iter().enumerate().rev() {
            let rank = usize::from(position.rank);
            // SAFETY: positions ascend, and none is on an entry that is exchanged: so the rank is
            // not behind `end`, and before it if the keys are equal. What is moved goes to slots
            // that are free, of the segment's, or have been moved on.
            unsafe {
                let (key, value) = (new_keys.add(at), new_values.add(at));
                if position.equal {
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
        // SAFETY: entry by entry, those of the segment and the new ones have come to stand in its
        // first slots.
        unsafe { self.take_over(segment, merged) };
    }
}
