//! Operations on many entries at once: clone, split off, and repacking nodes.
//!
//! If user code panics, entries may be lost, but all trees stay valid.

use core::ops::Bound;

use super::Tree;
use super::branch::Separator;
use super::policy::Policy;
use super::target::AtKey;
use crate::iter::Entries;
use crate::store::Store;

impl<K: Clone, V: Clone, S: Store, P: Policy> Clone for Tree<K, V, S, P>
where
    P::TieBreaker<V>: Clone,
{
    /// Clones into full nodes, however full those of the original are.
    fn clone(&self) -> Self {
        let mut copy = Self::new();
        let entries = self.iter().map(|(key, value)| (key.clone(), value.clone()));
        copy.push_ascending(entries);
        copy
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::TieBreaker<V>: Ord + Clone,
{
    /// Moves all entries from the first key not smaller than `query` on to a new tree. O(n) in
    /// their number.
    ///
    /// If cloning a separator panics, entries that were already moved are dropped; both trees stay
    /// valid.
    pub(crate) fn split_off<Q: Ord + ?Sized>(&mut self, query: &Q) -> Self
    where
        K: core::borrow::Borrow<Q>,
    {
        let mut split = Self::new();
        let start = self.lower_end(Bound::Included(query), AtKey);
        let end = self.last_gap();
        self.remove_entries(start.path, start.gap, end, |taken| {
            split.push_ascending(taken)
        });
        split
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Moves entries to as few leaves as possible, and, unless nodes are allocations of their own,
    /// all nodes to a store with room for just these. O(n). The only user code that runs is the
    /// drop of separators, during which the tree is valid.
    pub(crate) fn shrink_to_fit(&mut self) {
        if self.raw.len == 0 {
            self.clear();
            return;
        }
        let (mut path, first) = self.raw.first_path(Self::SHAPE);
        let mut next = Some(first);
        while let Some(leaf) = next {
            let raw = &mut self.raw;
            // SAFETY: if `absorb_next` returns `true`, it has moved a separator to `target`.
            let ((), needless) = unsafe {
                Separator::<K, P::TieBreaker<V>>::moved_out(|target| {
                    ((), raw.absorb_next(Self::SHAPE, &mut path, leaf, target))
                })
            };
            if needless.is_none() {
                next = self.raw.next_leaf(Self::SHAPE, &mut path);
            }
        }
        if self.raw.height == 0 {
            // Also for a full leaf: the store may have room for many more.
            self.raw.grow_root(Self::SHAPE, self.raw.len);
        } else if S::FREES_ALL_AT_ONCE {
            self.raw.relocate(Self::SHAPE);
        }
    }
}
