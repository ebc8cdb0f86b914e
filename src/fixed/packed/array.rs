//! A packed array of one's own: sorted integers and the levels above them.

use crate::search::simd::Present;
use crate::store::buffer::Buffer;

use super::lane::{Lane, keys_a_node};
use super::layout::Levels;
use super::view::View;

/// Owns what a [`View`] shows.
#[derive(Clone)]
pub(in crate::fixed) struct Array<L: Lane, const B: usize> {
    keys: Buffer<L>,
    upper: Buffer<L>,
    levels: Levels,
    len: usize,
    simd: Present,
}

impl<L: Lane, const B: usize> Array<L, B> {
    /// Puts levels above keys. O(n), of which all but a small part is giving back spare memory.
    ///
    /// Keys out of order make an array whose answers are wrong, no more.
    pub(in crate::fixed) fn new(mut keys: Buffer<L>) -> Self {
        let (len, b) = (keys.len(), keys_a_node::<L, B>());
        keys.pad(b, L::GREATEST);
        keys.shrink();
        let levels = Levels::above(len, b);
        let mut upper = Buffer::with_capacity(levels.slots());
        levels.fill(len, b, |key| {
            upper.push(key.map_or(L::GREATEST, |at| keys[at]));
        });
        Array {
            keys,
            upper,
            levels,
            len,
            simd: Present::detect(),
        }
    }

    #[inline]
    pub(in crate::fixed) fn view(&self) -> View<'_, L, B> {
        // SAFETY: `new` made the parts for each other, and nothing has changed them since.
        unsafe { View::new_unchecked(&self.keys, &self.upper, &self.levels, self.len, self.simd) }
    }

    /// Bytes on the heap.
    pub(in crate::fixed) fn bytes(&self) -> usize {
        self.keys.bytes() + self.upper.bytes() + self.levels.bytes()
    }

    /// # Panics
    /// If the levels are not those of the keys.
    pub(in crate::fixed) fn check(&self) {
        let [keys, upper] = [&*self.keys, &*self.upper].map(|lanes| {
            // SAFETY: any integer is bytes.
            unsafe { lanes.align_to::<u8>() }.1
        });
        let view = View::<L, B>::over(keys, upper, &self.levels, self.len, self.simd);
        assert!(view.is_some(), "the parts of a packed array do not fit");
        let mut at = 0;
        self.levels.fill(self.len, keys_a_node::<L, B>(), |key| {
            let expected = key.map_or(L::GREATEST, |key| self.keys[key]);
            assert_eq!(self.upper[at], expected, "separator {at}");
            at += 1;
        });
    }
}
