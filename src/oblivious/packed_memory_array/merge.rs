//! Putting many entries into a segment at once, and merging the values of two.

use alloc::vec::Vec;
use core::{mem, ptr};

use super::{Gap, IntoIter, PackedMemoryArray};

/// Where an entry goes among those of a segment.
#[derive(Clone, Copy, Default)]
pub(in crate::oblivious) struct InsertPosition {
    /// The number of smaller entries in the segment.
    pub(in crate::oblivious) rank: u8,
    /// Whether the entry after those has an equal key.
    equal: bool,
}

impl InsertPosition {
    pub(in crate::oblivious) fn new(rank: usize, equal: bool) -> Self {
        // Segments have no more slots than a byte can count.
        let rank = rank as u8;
        InsertPosition { rank, equal }
    }
}

/// The half of an entry that is taken over if its key is already in the array.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::oblivious) enum Half {
    Key,
    Value,
}

impl<K, V> PackedMemoryArray<K, V> {
    /// Moves the first entries of a drain's front into a segment, each to its position: from the
    /// last to the first, so that each entry of the segment moves once. For keys that are already
    /// present, one half of the entry is exchanged, and the entry left over goes to `replaced`.
    /// Runs no user code.
    ///
    /// # Panics
    /// If the positions do not ascend, or the segment has too few free slots. Nothing has changed
    /// then.
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
        // Until all have moved, the entries of both have no owner.
        self.give_up(segment);
        let merged = count + fresh;
        // Before slot `end`, the entries have not moved yet; the `fresh` slots from there on are
        // free, or hold entries that have been copied on.
        let mut end = count;
        for (at, position) in positions.iter().enumerate().rev() {
            let rank = usize::from(position.rank);
            // SAFETY: positions ascend, and none is on an entry that is exchanged: so the rank is
            // not after `end`, and before it if the keys are equal. Entries move to slots of the
            // segment that are free or whose entries have been moved on.
            unsafe {
                let (key, value) = (new_keys.add(at), new_values.add(at));
                if position.equal {
                    match half {
                        Half::Key => ptr::swap(key, keys.add(rank)),
                        Half::Value => ptr::swap(value, values.add(rank)),
                    }
                    replaced.push((key.read(), value.read()));
                } else {
                    // A hand-written loop took longer, although this mostly moves about a dozen
                    // entries.
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
        // SAFETY: one by one, the entries of the segment and the new ones have been moved to its
        // first slots.
        unsafe { self.take_over(segment, merged) };
    }
}

impl<K, V> PackedMemoryArray<K, V> {
    /// Replaces the value of the entry at a slot by what `change` makes of it. If that panics, the
    /// entry is gone, and its segment may be too empty.
    ///
    /// # Panics
    /// If there is no entry.
    pub(in crate::oblivious) fn change_value(
        &mut self,
        slot: Gap,
        change: impl FnOnce(&K, V) -> V,
    ) {
        assert!(slot.slot < self.count(slot.segment));
        let (keys, values) = self.slots(slot.segment);
        let without_value = WithoutValue { packed: self, slot };
        // SAFETY: the slot holds an entry. Until there is a value again, nothing reads it: if
        // `change` panics, its entry is taken out.
        unsafe {
            let (key, value) = (keys.add(slot.slot), values.add(slot.slot));
            value.write(change(&*key, value.read()));
        }
        mem::forget(without_value);
    }
}

/// Takes out an entry whose value has been moved out.
struct WithoutValue<'a, K, V> {
    packed: &'a mut PackedMemoryArray<K, V>,
    slot: Gap,
}

impl<K, V> Drop for WithoutValue<'_, K, V> {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: the key is read once.
        let key = self
            .packed
            .take_by(self.slot, |key, _| unsafe { key.read() });
        drop(key);
    }
}
