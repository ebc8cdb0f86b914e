//! What a search looks for: a place in the order of the entries, found in one node after the other.

use core::borrow::Borrow;
use core::cmp::Ordering;

use crate::search::Edge;

/// A node as a search sees it: the entries of a leaf, or the separators of a branch; keys with
/// their ties, in order.
pub(crate) trait Node<K, T>: Copy {
    fn len(self) -> usize;

    /// How many keys lie before that edge of `query`; at most the length.
    fn rank<Q: Ord + ?Sized>(self, query: &Q, edge: Edge) -> usize
    where
        K: Borrow<Q>;

    /// How many entries lie before that edge of the pair; at most the length. `None` where it
    /// cannot be told without asking for an order.
    fn rank_pair<Q: ?Sized, W: ?Sized>(self, pair: (&Q, &W), edge: Edge) -> Option<usize>;

    /// # Safety
    /// `at` is below the length.
    unsafe fn key_at(self, at: usize) -> *const K;

    /// # Safety
    /// `at` is below the length.
    unsafe fn tie_at(self, at: usize) -> *const T;
}

/// A place in the order of entries with keys `K` and ties `T`.
pub(crate) trait Probe<K, T>: Copy {
    /// How many entries of the node lie before this place; at most its length.
    fn rank(self, node: impl Node<K, T>) -> usize;
}

/// An edge of all entries with this key.
pub(crate) struct AtKey<'q, Q: ?Sized>(pub(crate) &'q Q, pub(crate) Edge);

/// An edge of the entry with this key and this tie.
pub(crate) struct AtPair<'q, Q: ?Sized, W: ?Sized>(pub(crate) (&'q Q, &'q W), pub(crate) Edge);

impl<Q: ?Sized> Clone for AtKey<'_, Q> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: ?Sized> Copy for AtKey<'_, Q> {}

impl<Q: ?Sized, W: ?Sized> Clone for AtPair<'_, Q, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: ?Sized, W: ?Sized> Copy for AtPair<'_, Q, W> {}

impl<K: Borrow<Q>, T, Q: Ord + ?Sized> Probe<K, T> for AtKey<'_, Q> {
    #[inline]
    fn rank(self, node: impl Node<K, T>) -> usize {
        node.rank(self.0, self.1)
    }
}

impl<K, T, Q, W> Probe<K, T> for AtPair<'_, Q, W>
where
    K: Borrow<Q>,
    T: Borrow<W>,
    Q: Ord + ?Sized,
    W: Ord + ?Sized,
{
    #[inline]
    fn rank(self, node: impl Node<K, T>) -> usize {
        let AtPair((key, tie), edge) = self;
        if key_decides::<T, W>() {
            return node.rank(key, edge);
        }
        if let Some(rank) = node.rank_pair((key, tie), edge) {
            return rank;
        }
        let low = node.rank(key, Edge::Lower);
        // SAFETY: asked only if `low` is below the length.
        if low < node.len() && unsafe { has_key(node, low, key) } {
            self.rank_among_equals(node, low)
        } else {
            low
        }
    }
}

impl<Q: Ord + ?Sized, W: Ord + ?Sized> AtPair<'_, Q, W> {
    /// The rank where entry `low`, which is below the length, is the first one with this key: a
    /// binary search.
    #[inline]
    fn rank_among_equals<K, T>(self, node: impl Node<K, T>, low: usize) -> usize
    where
        K: Borrow<Q>,
        T: Borrow<W>,
    {
        // SAFETY: asked only below the length.
        let is_before = |at| self.1.is_behind(unsafe { self.compare(node, at) });
        let (mut rank, mut end) = (low, node.len());
        while rank < end {
            let middle = rank + (end - rank) / 2;
            if is_before(middle) {
                rank = middle + 1;
            } else {
                end = middle;
            }
        }
        rank
    }

    /// Whether entry `at` of the node has this key and this tie.
    ///
    /// # Safety
    /// `at` is below the length.
    #[inline]
    pub(super) unsafe fn is_entry<K, T>(self, node: impl Node<K, T>, at: usize) -> bool
    where
        K: Borrow<Q>,
        T: Borrow<W>,
    {
        // SAFETY: the caller's.
        unsafe { self.compare(node, at) == Ordering::Equal }
    }

    /// How entry `at` of the node compares with this key and this tie.
    ///
    /// # Safety
    /// `at` is below the length.
    #[inline]
    pub(super) unsafe fn compare<K, T>(self, node: impl Node<K, T>, at: usize) -> Ordering
    where
        K: Borrow<Q>,
        T: Borrow<W>,
    {
        let AtPair((key, tie), _) = self;
        // SAFETY: the caller's; nothing changes the node while it is looked at.
        let keys = unsafe { (*node.key_at(at)).borrow() }.cmp(key);
        if key_decides::<T, W>() {
            return keys;
        }
        // SAFETY: as above.
        keys.then_with(|| unsafe { (*node.tie_at(at)).borrow() }.cmp(tie))
    }
}

/// Whether entry `at` of the node has that key.
///
/// # Safety
/// `at` is below the length.
#[inline]
unsafe fn has_key<K, T, Q>(node: impl Node<K, T>, at: usize, key: &Q) -> bool
where
    K: Borrow<Q>,
    Q: Ord + ?Sized,
{
    // SAFETY: the caller's; nothing changes the node while it is looked at.
    unsafe { (*node.key_at(at)).borrow() }.cmp(key) == Ordering::Equal
}

/// Whether the tie asked for equals all ties there are: those of no size do, if it is one of them
/// and not a borrowed form, which may have others.
#[inline]
fn key_decides<T, W: ?Sized>() -> bool {
    size_of::<T>() == 0 && typeid::of::<T>() == typeid::of::<W>()
}
