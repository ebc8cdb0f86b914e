//! Work on many entries at once: clone, split off, append, and moving to tighter nodes.

use core::cmp::Ordering;
use core::mem;
use core::ops::Bound;
use core::ptr;

use alloc::vec::Vec;

use super::node::Shape;
use super::policy::{Policy, compare};
use super::probe::AtKey;
use super::{Gap, SeparatorOf, Tree};
use crate::store::Store;

impl<K: Clone, V: Clone, S: Store, P: Policy> Clone for Tree<K, V, S, P>
where
    P::Tie<V>: Clone,
{
    /// Into full nodes, whatever those of the original are like.
    fn clone(&self) -> Self {
        let mut copy = Self::new();
        for (key, value) in self.iter() {
            copy.push_last(key.clone(), value.clone());
        }
        copy
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::Tie<V>: Ord + Clone,
{
    /// Moves the entries from the first key not smaller than `query` on to a new tree. O(n) in
    /// their number.
    ///
    /// If the clone of a separator panics, entries that were moved are dropped; both trees are
    /// whole.
    pub(crate) fn split_off<Q: Ord + ?Sized>(&mut self, query: &Q) -> Self
    where
        K: core::borrow::Borrow<Q>,
    {
        let mut split = Self::new();
        if self.root == S::NIL {
            return split;
        }
        let start = self.lower_end(Bound::Included(query), AtKey);
        let mut gap = start.gap;
        let mut left = self.count_between(start, self.last_gap());
        while left > 0 {
            let mut taken = Vec::new();
            gap = self.remove_run(self.forward(gap), left, &mut taken);
            left -= taken.len();
            for (key, value) in taken {
                split.push_last(key, value);
            }
        }
        split
    }

    /// Moves all entries of `other` here. Where both have an entry, the key stays and the value is
    /// that of `other`.
    ///
    /// A panic of `Ord` or `Clone` loses entries that were under way; both trees are whole.
    pub(crate) fn append(&mut self, other: &mut Self) {
        let other = mem::replace(other, Self::new());
        if self.len == 0 {
            *self = other;
            return;
        }
        let behind = match (self.last(), other.first()) {
            (Some(last), Some(first)) => compare::<K, V, P>(last, first) == Ordering::Less,
            _ => return,
        };
        if behind {
            for (key, value) in other.into_iter() {
                self.push_last(key, value);
            }
        } else if other.len() < self.len() / 8 {
            for (key, value) in other.into_iter() {
                self.insert(key, value);
            }
        } else {
            self.merge(other);
        }
    }

    /// Merges two trees of comparable size in one pass.
    fn merge(&mut self, other: Self) {
        let mut ours = mem::replace(self, Self::new()).into_iter().peekable();
        let mut theirs = other.into_iter().peekable();
        while let (Some((our, our_value)), Some((their, their_value))) =
            (ours.peek(), theirs.peek())
        {
            let next = match compare::<K, V, P>((our, our_value), (their, their_value)) {
                Ordering::Less => ours.next(),
                Ordering::Greater => theirs.next(),
                Ordering::Equal => {
                    let (Some((key, outdated)), Some((duplicate, value))) =
                        (ours.next(), theirs.next())
                    else {
                        return;
                    };
                    // One after the other: should a drop panic, the rest is dropped while
                    // unwinding.
                    drop(outdated);
                    drop(duplicate);
                    Some((key, value))
                }
            };
            if let Some((key, value)) = next {
                self.push_last(key, value);
            }
        }
        for (key, value) in ours.chain(theirs) {
            self.push_last(key, value);
        }
    }
}

/// How many nodes a tree has.
#[derive(Default)]
pub(super) struct Nodes {
    pub(super) leaves: usize,
    pub(super) branches: usize,
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    pub(super) fn count_nodes(&self) -> Nodes {
        let mut nodes = Nodes::default();
        if self.root != S::NIL {
            self.count_below(self.root, self.height, false, &mut nodes);
        }
        nodes
    }

    /// Counts the nodes of a subtree; `packed`: as they are after
    /// [`shrink_to_fit`](Self::shrink_to_fit).
    fn count_below(&self, id: S::Id, height: u8, packed: bool, nodes: &mut Nodes) {
        if height == 0 {
            nodes.leaves += 1;
            return;
        }
        nodes.branches += 1;
        let branch = self.branch(id);
        let mut filled = usize::MAX / 2;
        for at in 0..=branch.len() {
            // SAFETY: the slot is at most the length.
            let child = unsafe { branch.child(at) };
            if height == 1 && packed {
                let len = self.leaf(child).len();
                if filled + len <= Shape::<K, V, S, P>::LEAF {
                    filled += len;
                    continue;
                }
                filled = len;
            }
            self.count_below(child, height - 1, packed, nodes);
        }
    }

    /// Moves all nodes to a store that has room for just these, leaves in key order; neighbours
    /// that fit into one leaf are merged. O(n). No user code runs but the drop of separators, in
    /// the end.
    pub(crate) fn shrink_to_fit(&mut self) {
        if self.len == 0 {
            self.clear();
            return;
        }
        if self.height == 0 {
            // Also a full leaf: the store may have held many more.
            self.regrow_root(self.len);
            return;
        }
        let mut nodes = Nodes::default();
        self.count_below(self.root, self.height, true, &mut nodes);
        let leaf = Shape::<K, V, S, P>::leaf_layout();
        let branch = Shape::<K, V, S, P>::branch_layout();
        let mut packed = Self::new();
        // Every separator could be left over: no allocation may fail once nodes are on the move.
        let mut surplus = Vec::with_capacity(self.count_nodes().leaves);
        // SAFETY: the layouts of all nodes of both trees. From here on each node's contents move
        // bitwise, and the old nodes are freed without looking at what they held.
        unsafe {
            packed
                .store
                .reserve(leaf, nodes.leaves, branch, nodes.branches)
        };
        packed.root = packed.take_over(self, self.root, self.height, &mut surplus);
        packed.height = mem::take(&mut self.height);
        packed.len = mem::take(&mut self.len);
        self.root = S::NIL;
        // SAFETY: the old store's nodes are empty, and freed where that has to be done one by one.
        unsafe { self.store.release(leaf, branch) };
        packed.lower_root();
        *self = packed;
        drop(surplus);
    }

    /// Moves a subtree of `old` here, and returns its root.
    fn take_over(
        &mut self,
        old: &mut Self,
        id: S::Id,
        height: u8,
        surplus: &mut Vec<SeparatorOf<K, V, P>>,
    ) -> S::Id {
        let from = old.branch(id);
        // SAFETY: separators and children of a live branch are taken once, then the branch is
        // freed.
        unsafe {
            let first = from.child(0);
            let copied = self.take_over_child(old, first, height, surplus);
            let new = self.make_branch(copied);
            for at in 0..from.len() {
                let separator = from.take(at);
                let child = from.child(at + 1);
                if height == 1 && self.absorb_leaf(old, child) {
                    surplus.push(separator);
                    continue;
                }
                let copied = self.take_over_child(old, child, height, surplus);
                let to = self.branch(new);
                to.insert(to.len(), separator, copied);
            }
            if !S::WHOLESALE {
                old.store
                    .free_branch(id, Shape::<K, V, S, P>::branch_layout());
            }
            new
        }
    }

    fn take_over_child(
        &mut self,
        old: &mut Self,
        child: S::Id,
        height: u8,
        surplus: &mut Vec<SeparatorOf<K, V, P>>,
    ) -> S::Id {
        if height > 1 {
            return self.take_over(old, child, height - 1, surplus);
        }
        let layout = Shape::<K, V, S, P>::leaf_layout();
        let new = self.make_leaf();
        let last = self.store.last();
        // SAFETY: a leaf is copied as it is, and its neighbours set anew. The old one is freed.
        unsafe {
            let from = old.store.leaf(child, layout);
            ptr::copy_nonoverlapping(from, self.store.leaf(new, layout), layout.size());
            let leaf = self.leaf(new);
            leaf.set_prev(last);
            leaf.set_next(S::NIL);
            if last != S::NIL {
                self.leaf(last).set_next(new);
            }
            self.store.set_last(new);
            if !S::WHOLESALE {
                old.store.free_leaf(child, layout);
            }
        }
        new
    }

    /// Moves the entries of a leaf of `old` to the end of the last leaf here, if there is room.
    fn absorb_leaf(&mut self, old: &mut Self, child: S::Id) -> bool {
        let Gap {
            leaf: last,
            at: len,
        } = self.last_gap();
        let (from, to) = (old.leaf(child), self.leaf(last));
        if len + from.len() > Shape::<K, V, S, P>::LEAF {
            return false;
        }
        // SAFETY: there is room; the old leaf is freed.
        unsafe {
            from.move_to(0, to, len, from.len());
            to.set_len(len + from.len());
            if !S::WHOLESALE {
                old.store
                    .free_leaf(child, Shape::<K, V, S, P>::leaf_layout());
            }
        }
        true
    }
}
