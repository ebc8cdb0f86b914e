//! What a search sees: a sorted array of integers and the levels above it, whoever owns them.
//!
//! Memory safety rests on these, which [`View::over`] checks and which say nothing of the order of
//! keys:
//! - the array has `len` keys and is padded to whole nodes; the levels have the size that
//!   [`Levels`] gives for `len`;
//! - in the last node of each level and of the array, the slots behind the last separator, or key,
//!   hold the greatest integer. No query is greater, so none of these is counted, and no step leads
//!   to a child that does not exist: any other node has all its children.
//!
//! So a search stays inside whatever the other bytes are; were they out of order, its answer would
//! be some number from 0 to `len`.

use crate::search::simd::{InstructionSet, Present, Task};

use super::lane::{Lane, count_node, keys_a_node};
use super::layout::Levels;

/// A borrowed packed array.
pub(in crate::fixed) struct View<'a, L, const B: usize> {
    keys: &'a [L],
    upper: &'a [L],
    levels: &'a Levels,
    len: usize,
    simd: Present,
}

impl<L, const B: usize> Clone for View<'_, L, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L, const B: usize> Copy for View<'_, L, B> {}

impl<'a, L: Lane, const B: usize> View<'a, L, B> {
    /// A view of `len` keys in bytes of anybody's: `None` if the parts do not fit together, or are
    /// not aligned, or not padded. O(n / B).
    pub(in crate::fixed) fn over(
        keys: &'a [u8],
        upper: &'a [u8],
        levels: &'a Levels,
        len: usize,
        simd: Present,
    ) -> Option<Self> {
        let (keys, upper) = (lanes::<L>(keys)?, lanes::<L>(upper)?);
        let b = keys_a_node::<L, B>();
        let fits = len <= keys.len()
            && keys.len() == len.next_multiple_of(b)
            && *levels == Levels::above(len, b)
            && upper.len() == levels.slots();
        let mut is_padded = fits && keys[len..].iter().all(|key| *key == L::GREATEST);
        if is_padded {
            let mut slots = upper.iter();
            levels.fill(len, b, |key| {
                let is_greatest = slots.next() == Some(&L::GREATEST);
                is_padded &= key.is_some() || is_greatest;
            });
        }
        is_padded.then_some(View {
            keys,
            upper,
            levels,
            len,
            simd,
        })
    }

    /// A view of parts that were made to fit.
    ///
    /// # Safety
    /// [`View::over`] would give one of their bytes.
    #[inline]
    pub(in crate::fixed) unsafe fn new_unchecked(
        keys: &'a [L],
        upper: &'a [L],
        levels: &'a Levels,
        len: usize,
        simd: Present,
    ) -> Self {
        View {
            keys,
            upper,
            levels,
            len,
            simd,
        }
    }

    #[inline]
    pub(in crate::fixed) fn len(&self) -> usize {
        self.len
    }

    /// The keys, without padding.
    #[inline]
    pub(in crate::fixed) fn keys(&self) -> &'a [L] {
        &self.keys[..self.len]
    }

    /// How many steps lead to the array.
    #[inline]
    pub(in crate::fixed) fn height(&self) -> usize {
        self.levels.starts().len()
    }

    /// The first node of the sorted array.
    #[inline]
    pub(in crate::fixed) fn keys_start(&self) -> *const L {
        self.keys.as_ptr()
    }

    /// The first node of a level, counted from the root; level [`height`](Self::height) is the
    /// sorted array.
    #[inline]
    pub(in crate::fixed) fn level(&self, level: usize) -> *const L {
        match self.levels.starts().get(level) {
            Some(start) => self.upper[*start..].as_ptr(),
            None => self.keys_start(),
        }
    }

    /// What the view is searched with.
    #[inline]
    pub(in crate::fixed) fn simd(&self) -> Present {
        self.simd
    }

    /// How many keys are smaller than `query`. O(log n). `near` is told which node of the array is
    /// searched, before it is.
    #[inline]
    pub(in crate::fixed) fn rank(self, query: L, near: impl FnOnce(usize)) -> usize {
        self.simd.run(Rank {
            view: self,
            query,
            near,
        })
    }
}

/// The integers that lie in bytes, if these are aligned to them and whole.
fn lanes<L: Lane>(bytes: &[u8]) -> Option<&[L]> {
    // SAFETY: any bytes of its size are an integer, and all lanes are integers.
    let (before, lanes, behind) = unsafe { bytes.align_to::<L>() };
    (before.is_empty() && behind.is_empty()).then_some(lanes)
}

/// One look-up.
struct Rank<'a, L, F, const B: usize> {
    view: View<'a, L, B>,
    query: L,
    near: F,
}

impl<L: Lane, F: FnOnce(usize), const B: usize> Task for Rank<'_, L, F, B> {
    type Output = usize;

    #[inline(always)]
    fn run<S: InstructionSet>(self, set: S) -> usize {
        let (view, query) = (self.view, self.query);
        if view.len == 0 {
            return 0;
        }
        let mut at = 0;
        for start in view.levels.starts() {
            // SAFETY: `at` is a node of this level: the root, or a child that exists.
            let smaller =
                unsafe { count_node::<L, B>(set, view.upper.as_ptr().add(start + at), query) };
            at = step::<L, B>(at, smaller);
        }
        (self.near)(at);
        // SAFETY: the array is padded to whole nodes, `at` is one.
        at + unsafe { count_node::<L, B>(set, view.keys.as_ptr().add(at), query) }
    }
}

/// The first key of a node's child, for a node at `at`.
#[inline]
pub(in crate::fixed) const fn step<L, const B: usize>(at: usize, child: usize) -> usize {
    let keys = keys_a_node::<L, B>();
    at * (keys + 1) + child * keys
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// Integers as bytes of someone else's.
    fn bytes(lanes: &[u32]) -> &[u8] {
        // SAFETY: any integer is bytes.
        unsafe { lanes.align_to::<u8>() }.1
    }

    /// Keys, padded, and the levels above them.
    fn parts(len: u32) -> (Vec<u32>, Vec<u32>, Levels) {
        let mut keys: Vec<u32> = (0..len).map(|key| key * 2).collect();
        let levels = Levels::above(keys.len(), 16);
        let mut upper = Vec::new();
        levels.fill(keys.len(), 16, |key| {
            upper.push(key.map_or(u32::MAX, |at| keys[at]))
        });
        keys.resize(keys.len().next_multiple_of(16), u32::MAX);
        (keys, upper, levels)
    }

    #[test]
    fn bytes_of_anybodys_are_searched_where_they_lie() {
        for len in [0, 1, 15, 16, 17, 272, 273, 5_000] {
            let (keys, upper, levels) = parts(len);
            for simd in crate::search::simd::Simd::available() {
                let simd = simd.checked();
                let len = len as usize;
                let view = View::<u32, 0>::over(bytes(&keys), bytes(&upper), &levels, len, simd);
                let view = view.expect("all fits");
                for query in (0..len as u32 * 2 + 2).chain([u32::MAX]) {
                    let rank = view.rank(query, |_| ());
                    assert_eq!(rank, (query as usize).div_ceil(2).min(len));
                }
            }
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let (mut keys, mut upper, levels) = parts(300);
        let simd = Present::detect();
        let over = |keys: &[u8], upper: &[u8], levels: &Levels, len| {
            View::<u32, 0>::over(keys, upper, levels, len, simd).is_some()
        };
        assert!(over(bytes(&keys), bytes(&upper), &levels, 300));
        assert!(!over(bytes(&keys), bytes(&upper), &levels, 305));
        assert!(!over(bytes(&keys), bytes(&upper), &levels, usize::MAX));
        assert!(!over(
            bytes(&keys),
            bytes(&upper),
            &Levels::above(20, 16),
            300
        ));
        assert!(!over(&bytes(&keys)[1..], bytes(&upper), &levels, 300));
        assert!(!over(bytes(&keys), &bytes(&upper)[..64], &levels, 300));
        let last = upper.len() - 1;
        upper[last] = 7;
        assert!(
            !over(bytes(&keys), bytes(&upper), &levels, 300),
            "a separator too many"
        );
        upper[last] = u32::MAX;
        keys[300] = 7;
        assert!(
            !over(bytes(&keys), bytes(&upper), &levels, 300),
            "a key too many"
        );
    }

    #[test]
    fn bytes_out_of_order_lead_to_some_rank() {
        let (mut keys, mut upper, levels) = parts(3_000);
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for lane in keys[..3_000].iter_mut().chain(&mut upper) {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            // Padding stays, which is all that a view asks for.
            if *lane != u32::MAX {
                *lane = (state >> 32) as u32;
            }
        }
        for simd in crate::search::simd::Simd::available() {
            let simd = simd.checked();
            let view = View::<u32, 0>::over(bytes(&keys), bytes(&upper), &levels, 3_000, simd);
            let view = view.expect("all fits");
            for query in (0..u32::MAX).step_by(9_999_991).chain([u32::MAX]) {
                assert!(view.rank(query, |_| ()) <= 3_000);
            }
        }
    }
}
