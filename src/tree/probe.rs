//! What a search looks for: a place in the order of the entries, found in one node after the other.

use core::borrow::Borrow;
use core::cmp::Ordering;

use crate::search::Edge;

/// The entries of a leaf, or the separators of a branch: a run of keys with their ties, in order.
pub(crate) trait Run<K, T>: Copy {
    fn len(self) -> usize;

    /// How many keys lie before that edge of `query`; at most the length.
    fn rank<Q: Ord + ?Sized>(self, query: &Q, edge: Edge) -> usize
    where
        K: Borrow<Q>;

    /// # Safety
    /// `at` is below the length.
    unsafe fn key_at(self, at: usize) -> *const K;

    /// # Safety
    /// `at` is below the length.
    unsafe fn tie_at(self, at: usize) -> *const T;
}

/// A place in the order of entries with keys `K` and ties `T`.
pub(crate) trait Probe<K, T>: Copy {
    /// How many entries of the run lie before this place; at most its length.
    fn rank(self, run: impl Run<K, T>) -> usize;
}

/// An edge of all entries with this key.
pub(crate) struct AtKey<'q, Q: ?Sized>(pub(crate) &'q Q, pub(crate) Edge);

/// An edge of the entry with this key and this tie.
pub(crate) struct AtPair<'q, Q: ?Sized, W: ?Sized>(pub(crate) (&'q Q, &'q W), pub(crate) Edge);

impl<Q: ?Sized> Clone for AtKey<'_, Q> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: ?Sized> Copy for AtKey<'_, Q> {}

impl<Q: ?Sized, W: ?Sized> Clone for AtPair<'_, Q, W> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: ?Sized, W: ?Sized> Copy for AtPair<'_, Q, W> {}

impl<K: Borrow<Q>, T, Q: Ord + ?Sized> Probe<K, T> for AtKey<'_, Q> {
    #[inline(always)]
    fn rank(self, run: impl Run<K, T>) -> usize {
        run.rank(self.0, self.1)
    }
}

impl<K, T, Q, W> Probe<K, T> for AtPair<'_, Q, W>
where
    K: Borrow<Q>,
    T: Borrow<W>,
    Q: Ord + ?Sized,
    W: Ord + ?Sized,
{
    #[inline(always)]
    fn rank(self, run: impl Run<K, T>) -> usize {
        let AtPair((key, _), edge) = self;
        // Ties of no size are all equal: the key decides alone.
        if size_of::<T>() == 0 {
            return run.rank(key, edge);
        }
        let low = run.rank(key, Edge::Lower);
        // SAFETY: asked only if `low` is below the length.
        if low < run.len() && unsafe { has_key(run, low, key) } {
            self.rank_among_equals(run, low)
        } else {
            low
        }
    }
}

impl<Q: Ord + ?Sized, W: Ord + ?Sized> AtPair<'_, Q, W> {
    /// The rank where entry `low`, which is below the length, is the first one with this key: a
    /// binary search of the ties of those that have it.
    #[inline]
    fn rank_among_equals<K, T>(self, run: impl Run<K, T>, low: usize) -> usize
    where
        K: Borrow<Q>,
        T: Borrow<W>,
    {
        let AtPair((key, tie), edge) = self;
        let next = low + 1;
        // SAFETY: asked only if `next` is below the length.
        let mut len = if next < run.len() && unsafe { has_key(run, next, key) } {
            // At least two, whatever an order that lies says.
            run.rank(key, Edge::Upper).max(next + 1) - low
        } else {
            1
        };
        // SAFETY: asked only below `low + len`, which is at most the length.
        let is_before = |at| edge.is_behind(unsafe { (*run.tie_at(at)).borrow() }.cmp(tie));
        let mut base = low;
        while len > 1 {
            let half = len / 2;
            base = if is_before(base + half) {
                base + half
            } else {
                base
            };
            len -= half;
        }
        base + usize::from(is_before(base))
    }

    /// Whether entry `at` of the run has this key and this tie.
    ///
    /// # Safety
    /// `at` is below the length.
    #[inline(always)]
    pub(super) unsafe fn is_entry<K, T>(self, run: impl Run<K, T>, at: usize) -> bool
    where
        K: Borrow<Q>,
        T: Borrow<W>,
    {
        // SAFETY: the caller's.
        unsafe { self.compare(run, at) == Ordering::Equal }
    }

    /// How entry `at` of the run compares with this key and this tie.
    ///
    /// # Safety
    /// `at` is below the length.
    #[inline(always)]
    pub(super) unsafe fn compare<K, T>(self, run: impl Run<K, T>, at: usize) -> Ordering
    where
        K: Borrow<Q>,
        T: Borrow<W>,
    {
        let AtPair((key, tie), _) = self;
        // SAFETY: the caller's; nothing changes the node while it is looked at.
        let keys = unsafe { (*run.key_at(at)).borrow() }.cmp(key);
        if size_of::<T>() == 0 {
            return keys;
        }
        // SAFETY: as above.
        keys.then_with(|| unsafe { (*run.tie_at(at)).borrow() }.cmp(tie))
    }
}

/// Whether entry `at` of the run has that key.
///
/// # Safety
/// `at` is below the length.
#[inline(always)]
unsafe fn has_key<K, T, Q>(run: impl Run<K, T>, at: usize, key: &Q) -> bool
where
    K: Borrow<Q>,
    Q: Ord + ?Sized,
{
    // SAFETY: the caller's; nothing changes the node while it is looked at.
    unsafe { (*run.key_at(at)).borrow() }.cmp(key) == Ordering::Equal
}
