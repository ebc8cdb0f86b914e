//! Inserting an entry: into a leaf with room, or after room was made (see `grow`).
//!
//! Each insertion runs `Ord` and `Clone` before it changes a node.

use core::borrow::Borrow;
use core::mem::{self, ManuallyDrop};

use super::branch::{Separator, SeparatorPtr};
use super::grow::Plan;
use super::path::Path;
use super::policy::Policy;
use super::raw::FIRST_LEAF;
use super::target::{AtPair, Target};
use super::{Gap, Occupied, SeparatorOf, Tree};
use crate::store::Store;

/// The inserted entry, and a separator to drop. Its drop may panic, so whoever keeps a gap must
/// have updated it before.
type Inserted<K, V, S, P> = (Occupied<S>, Option<SeparatorOf<K, V, P>>);

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::TieBreaker<V>: Ord + Clone,
{
    /// Inserts an entry, or replaces the value (and keeps the key) of an equal one.
    #[inline]
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find_gap(&key, &value) {
            Ok(found) => {
                // Before the replacement: if this panics, nothing has changed yet.
                drop(key);
                let (_, slot) = self.entry(found);
                // SAFETY: an entry of the tree, which is mutably borrowed.
                Some(mem::replace(unsafe { &mut *slot }, value))
            }
            Err(gap) => {
                drop(self.insert_at(gap, key, value));
                None
            }
        }
    }

    /// Inserts an entry, or replaces the key of an equal one and returns the former key.
    pub(crate) fn replace(&mut self, key: K, value: V) -> Option<K> {
        match self.find_gap(&key, &value) {
            Ok(found) => {
                let (slot, _) = self.entry(found);
                // SAFETY: an entry of the tree, which is mutably borrowed.
                Some(mem::replace(unsafe { &mut *slot }, key))
            }
            Err(gap) => {
                drop(self.insert_at(gap, key, value));
                None
            }
        }
    }

    /// Inserts an entry unless there is an equal one. Returns whether it did.
    #[inline]
    pub(crate) fn insert_new(&mut self, key: K, value: V) -> bool {
        match self.find_gap(&key, &value) {
            Ok(_) => false,
            Err(gap) => {
                drop(self.insert_at(gap, key, value));
                true
            }
        }
    }

    /// Moves the entry with key `old` and this value to the key `new`. Returns whether there was
    /// such an entry. If the entry with the new key already exists, the old one is only removed; if
    /// both keys are equal, nothing changes.
    ///
    /// If `Ord` or `Clone` panics, nothing has changed, or both entries exist. The removed
    /// entry is dropped last.
    pub(crate) fn change_key<Q>(&mut self, old: &Q, new: K, value: V) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let Some(root) = self.raw.root() else {
            return false;
        };
        let Ok(from) = self.seek(root, AtPair::lower(old, P::tie_breaker(&value))) else {
            return false;
        };
        let to = match self.seek(root, P::target(&new, &value)) {
            Ok(to) => {
                if from.before() != to.before() {
                    drop(self.remove_at(from));
                }
                return true;
            }
            Err(to) => to,
        };
        if from.before().leaf == to.leaf {
            drop(self.move_within_leaf(from, to.at, new, value));
        } else if self.leaf(to.leaf).node.len() < self.leaf(to.leaf).capacity() {
            drop(self.insert_at(to, new, value));
            drop(self.remove_at(from));
        } else {
            let (inserted, separator) = self.insert_at(to, new, value);
            drop(separator);
            // The old entry may have moved when room was made.
            let (_, value) = self.entry(inserted);
            // SAFETY: the entry just inserted; the tree does not change while its value is
            // borrowed.
            let tie_breaker = P::tie_breaker(unsafe { &*value });
            let from = self
                .raw
                .root()
                .map(|root| self.seek(root, AtPair::lower(old, tie_breaker)));
            if let Some(Ok(from)) = from {
                drop(self.remove_at(from));
            }
        }
        true
    }

    /// Removes an entry and inserts another one into its leaf, before entry `to`. Returns the
    /// former.
    fn move_within_leaf(&mut self, from: Occupied<S>, to: usize, key: K, value: V) -> (K, V) {
        let from = from.before();
        let leaf = self.leaf(from.leaf);
        // SAFETY: the gap has an entry after it, and its leaf has room once it is removed.
        unsafe {
            let entry = leaf.remove(from.at);
            leaf.insert(to - usize::from(to > from.at), key, value);
            entry
        }
    }

    /// Returns the entry equal to this one, or the gap where it belongs. Makes a root if there is
    /// none.
    #[inline]
    pub(super) fn find_gap(&mut self, key: &K, value: &V) -> Result<Occupied<S>, Gap<S>> {
        let target = P::target(key, value);
        // Appending needs no descent: the last leaf is known.
        if self.raw.appending {
            let gap = self.last_gap();
            if gap.at > 0 {
                let leaf = self.leaf(gap.leaf);
                let last = gap.at - 1;
                // SAFETY: the last entry of a leaf that has at least one.
                let (key, tie_breaker) =
                    unsafe { (&*leaf.key(last), P::tie_breaker(&*leaf.value(last))) };
                if target.compare(key, tie_breaker).is_lt() {
                    return Err(gap);
                }
            }
        }
        let Some(root) = self.raw.root() else {
            self.raw.create_root(Self::SHAPE, FIRST_LEAF);
            return Err(self.last_gap());
        };
        // Not `seek`: most keys are new, and then tags are of no use.
        let gap = self.locate(root, target);
        self.entry_after(gap, target).ok_or(gap)
    }

    /// Inserts an entry at a gap.
    #[inline]
    pub(super) fn insert_at(&mut self, gap: Gap<S>, key: K, value: V) -> Inserted<K, V, S, P> {
        let leaf = self.leaf(gap.leaf);
        let len = leaf.node.len();
        if len == leaf.capacity() {
            // `move` copies the gap: a borrowed one would be written to the stack for every entry.
            return self.insert_into_full(gap, key, value, move |tree| tree.path_to(gap.leaf));
        }
        self.raw.appending = gap.at == len && leaf.node.next().is_nil();
        self.raw.len += 1;
        // SAFETY: the leaf is not full, and a gap is within its leaf.
        unsafe {
            leaf.insert(gap.at, key, value);
            (Occupied::new(gap), None)
        }
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Clone,
    P::TieBreaker<V>: Clone,
{
    /// Inserts an entry after all others; the caller promises that it belongs there.
    #[inline]
    pub(crate) fn push_last(&mut self, key: K, value: V) {
        if self.raw.root().is_none() {
            self.raw.create_root(Self::SHAPE, FIRST_LEAF);
        }
        let gap = self.last_gap();
        let leaf = self.leaf(gap.leaf);
        if gap.at == leaf.capacity() {
            let path = |tree: &Self| tree.raw.last_path(Self::SHAPE);
            drop(self.insert_into_full(gap, key, value, path));
            return;
        }
        // SAFETY: there is room after the last entry.
        unsafe { leaf.insert(gap.at, key, value) };
        self.raw.len += 1;
    }

    /// Inserts an entry at a gap in a full leaf. `path` finds the way to the leaf if it is needed.
    #[cold]
    #[inline(never)]
    fn insert_into_full(
        &mut self,
        gap: Gap<S>,
        key: K,
        value: V,
        path: impl FnOnce(&Self) -> Path<S>,
    ) -> Inserted<K, V, S, P> {
        if self.raw.small != 0 {
            let capacity = usize::from(self.raw.small) * 2;
            self.raw.grow_root(Self::SHAPE, capacity);
            let leaf = self.raw.last_leaf();
            self.raw.len += 1;
            // SAFETY: the new leaf has the same entries, and room for another one.
            unsafe {
                self.leaf(leaf).insert(gap.at, key, value);
                return (Occupied::new(Gap { leaf, ..gap }), None);
            }
        }
        let mut path = path(self);
        let plan = self.raw.plan(Self::SHAPE, &path, gap);
        let mut separator = ManuallyDrop::new(self.separator(&plan, &key, &value));
        let separator = SeparatorPtr::of::<K, P::TieBreaker<V>>(&raw mut *separator);
        let raw = &mut self.raw;
        // SAFETY: the separator is moved in, and one is moved out if `make_room` returns `true`.
        // The leaf of the returned gap has room for the entry.
        unsafe {
            let (gap, replaced) = Separator::moved_out(|replaced| {
                raw.make_room(Self::SHAPE, &mut path, &plan, separator, replaced)
            });
            self.leaf(gap.leaf).insert(gap.at, key, value);
            self.raw.len += 1;
            (Occupied::new(gap), replaced)
        }
    }

    /// Makes the separator of the two leaves of a plan: a clone of the entry that will be the last
    /// of the left one.
    fn separator(&self, plan: &Plan<S>, new_key: &K, new_value: &V) -> SeparatorOf<K, V, P> {
        let (key, value) = match self.raw.last_of_left(Self::SHAPE, plan) {
            Some(last) => {
                let (key, value) = self.entry(last);
                // SAFETY: an entry of the tree. The user code that clones it has no access to this
                // tree.
                unsafe { (&*key, &*value) }
            }
            None => (new_key, new_value),
        };
        Separator {
            key: key.clone(),
            tie_breaker: P::tie_breaker(value).clone(),
        }
    }
}
