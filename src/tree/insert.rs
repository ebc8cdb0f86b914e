//! Adding an entry: into a leaf with room, or by making room.
//!
//! Room is made, in this order of preference, by
//! - growing the root leaf of a small tree;
//! - at the end of the tree: a new leaf for the new entry alone, so that appending leaves full
//!   leaves behind (and prepending as well, the other way round);
//! - evening out with a neighbour under the same parent that has room: leaves are then four fifths
//!   full on average instead of the ln 2 = 69 % of plain splitting;
//! - splitting.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::mem;

use super::node::{Separator, Shape};
use super::path::{HEIGHT_MAX, Path};
use super::policy::Policy;
use super::probe::{AtPair, Node};
use super::{Gap, Leaf, SeparatorOf, Tree};
use crate::search::Edge;
use crate::store::{Nodes, Store, capacity_overflow};

/// Entries of the first leaf; it doubles up to the full capacity.
const FIRST_LEAF: usize = 5;

/// The gap before an entry that was added, and a separator to drop: by then, whoever keeps a gap
/// must have the new one, as the drop may panic.
type Landed<K, V, S, P> = (Gap<<S as Nodes>::Id>, Option<SeparatorOf<K, V, P>>);

/// Two leaves side by side, whose entries and one more are to be spread over both.
struct Spread<K, V, S: Store, P: Policy> {
    left: Leaf<K, V, S, P>,
    right: Leaf<K, V, S, P>,
    /// Where the new entry goes among the entries of both.
    at: usize,
    /// Entries of the left leaf after.
    left_len: usize,
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::Tie<V>: Ord + Clone,
{
    /// Adds an entry, or replaces the value (and keeps the key) if there is an equal one.
    #[inline]
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let gap = match self.find_gap(&key, P::tie(&value)) {
            Ok(found) => {
                // Before the replacement: should this panic, nothing has happened yet.
                drop(key);
                // SAFETY: the gap lies before an entry.
                let slot = unsafe { &mut *self.leaf(found.leaf).value(found.at) };
                return Some(mem::replace(slot, value));
            }
            Err(gap) => gap,
        };
        drop(self.insert_at(gap, key, value));
        None
    }

    /// Adds an entry unless there is an equal one. Says whether there was none.
    #[inline]
    pub(crate) fn insert_new(&mut self, key: K, value: V) -> bool {
        match self.find_gap(&key, P::tie(&value)) {
            Ok(_) => false,
            Err(gap) => {
                drop(self.insert_at(gap, key, value));
                true
            }
        }
    }

    /// Moves the entry with key `old` and this value to the key `new`, unless there is no such
    /// entry. Says whether there was one. Where the entry with the new key exists already, the old
    /// one is only removed; where the keys are equal, nothing is changed.
    ///
    /// If `Ord` or `Clone` panics, nothing has changed, or both entries are there; what is dropped
    /// is dropped last.
    pub(crate) fn change_key<Q>(&mut self, old: &Q, new: K, value: V) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        if self.root == S::NIL {
            return false;
        }
        let (from, found) = self.seek(old, P::tie(&value));
        if !found {
            return false;
        }
        let (to, exists) = self.seek::<K, _>(&new, P::tie(&value));
        if exists {
            if (from.leaf, from.at) != (to.leaf, to.at) {
                drop(self.remove_at(from));
            }
        } else if from.leaf == to.leaf {
            drop(self.move_within_leaf(from, to.at, new, value));
        } else if self.leaf(to.leaf).len() < self.leaf(to.leaf).capacity() {
            drop(self.insert_at(to, new, value));
            drop(self.remove_at(from));
        } else {
            let (landed, separator) = self.insert_at(to, new, value);
            drop(separator);
            // The entry may have moved to make room.
            // SAFETY: the entry just added; the tree stays as it is while its value is looked at.
            let value = unsafe { &*self.leaf(landed.leaf).value(landed.at) };
            let (from, found) = self.seek(old, P::tie(value));
            if found {
                drop(self.remove_at(from));
            }
        }
        true
    }

    /// Takes the entry behind the gap out and adds another one to its leaf, before entry `to`.
    /// Returns the former.
    fn move_within_leaf(&mut self, from: Gap<S::Id>, to: usize, key: K, value: V) -> (K, V) {
        let leaf = self.leaf(from.leaf);
        // SAFETY: there is an entry behind the gap, and room once it is taken out.
        unsafe {
            let entry = leaf.remove(from.at);
            leaf.insert(to - usize::from(to > from.at), key, value);
            entry
        }
    }

    /// The gap before the entry with that key and tie, or the gap where one belongs. Makes a root
    /// if there is none.
    #[inline]
    fn find_gap(&mut self, key: &K, tie: &P::Tie<V>) -> Result<Gap<S::Id>, Gap<S::Id>> {
        if self.root == S::NIL {
            self.plant(FIRST_LEAF);
            return Err(Gap {
                leaf: self.root,
                at: 0,
            });
        }
        // Appending needs no descent: the last leaf is known.
        if self.appending {
            let last = self.store.last();
            let leaf = self.leaf(last);
            let len = leaf.len();
            let place = AtPair((key, tie), Edge::Lower);
            // SAFETY: the last entry of a leaf that has one.
            if len > 0 && unsafe { place.compare(leaf, len - 1) } == Ordering::Less {
                return Err(Gap {
                    leaf: last,
                    at: len,
                });
            }
        }
        let (gap, found) = self.seek(key, tie);
        if found { Ok(gap) } else { Err(gap) }
    }

    /// Adds an entry at a gap.
    #[inline]
    pub(super) fn insert_at(&mut self, gap: Gap<S::Id>, key: K, value: V) -> Landed<K, V, S, P> {
        let leaf = self.leaf(gap.leaf);
        if leaf.len() == leaf.capacity() {
            return self.insert_into_full(gap, key, value);
        }
        self.appending = gap.at == leaf.len() && leaf.next() == S::NIL;
        // SAFETY: there is room, and a gap is within its leaf.
        unsafe { leaf.insert(gap.at, key, value) };
        self.len += 1;
        (gap, None)
    }

    #[cold]
    #[inline(never)]
    fn insert_into_full(&mut self, gap: Gap<S::Id>, key: K, value: V) -> Landed<K, V, S, P> {
        if self.small != 0 {
            self.regrow_root(usize::from(self.small) * 2);
            // The root is another leaf now, and the only one.
            return self.insert_at(
                Gap {
                    leaf: self.root,
                    ..gap
                },
                key,
                value,
            );
        }
        let path = self.path_to(gap.leaf);
        match self.roomy_neighbour(&path, gap) {
            Some(slot) => self.insert_evening_out(&path, slot, gap, key, value),
            None => (self.insert_splitting(path, gap, key, value), None),
        }
    }

    /// The separator slot between the leaf and the neighbour to even out with, if there is such a
    /// one.
    fn roomy_neighbour(&self, path: &Path<S::Id>, gap: Gap<S::Id>) -> Option<usize> {
        let leaf = self.leaf(gap.leaf);
        if self.is_at_end(leaf, gap.at) {
            return None;
        }
        let step = path.steps().last()?;
        let parent = self.branch(step.branch);
        // Less than an eighth of room would soon be used up, and evening out is no cheaper than a
        // split.
        let room = |len: usize| len + (leaf.capacity() / 8).max(1) <= leaf.capacity();
        let left = (step.slot > 0).then(|| (self.leaf(leaf.prev()).len(), step.slot - 1));
        let right = (step.slot < parent.len()).then(|| (self.leaf(leaf.next()).len(), step.slot));
        let (len, slot) = left.into_iter().chain(right).min()?;
        room(len).then_some(slot)
    }

    /// Whether a gap lies at one of the tree's two ends.
    fn is_at_end(&self, leaf: Leaf<K, V, S, P>, at: usize) -> bool {
        (leaf.next() == S::NIL && at == leaf.len()) || (leaf.prev() == S::NIL && at == 0)
    }

    fn insert_evening_out(
        &mut self,
        path: &Path<S::Id>,
        slot: usize,
        gap: Gap<S::Id>,
        key: K,
        value: V,
    ) -> Landed<K, V, S, P> {
        let step = path.steps()[path.steps().len() - 1];
        let parent = self.branch(step.branch);
        // SAFETY: the slot is that of a separator, which has a child on each side.
        let (left_id, right_id) = unsafe { (parent.child(slot), parent.child(slot + 1)) };
        let (left, right) = (self.leaf(left_id), self.leaf(right_id));
        let at = if gap.leaf == left_id {
            gap.at
        } else {
            left.len() + gap.at
        };
        let left_len = (left.len() + right.len()).div_ceil(2);
        let spread = Spread {
            left,
            right,
            at,
            left_len,
        };
        let separator = spread.separator(&key, P::tie(&value));
        // SAFETY: both halves fit, as the neighbour had room; no user code runs until the nodes
        // agree.
        let outdated = unsafe {
            spread.insert(key, value);
            parent.replace(slot, separator)
        };
        self.len += 1;
        (spread.landed(left_id, right_id), Some(outdated))
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Clone,
    P::Tie<V>: Clone,
{
    /// Adds an entry behind all others: the caller promises that it belongs there.
    #[inline]
    pub(crate) fn push_last(&mut self, key: K, value: V) {
        if self.root == S::NIL {
            self.plant(FIRST_LEAF);
        }
        let mut gap = self.last_gap();
        if self.small != 0 && gap.at == usize::from(self.small) {
            self.regrow_root(gap.at * 2);
            gap.leaf = self.root;
        }
        let leaf = self.leaf(gap.leaf);
        if leaf.len() == leaf.capacity() {
            self.insert_splitting(self.last_path(), gap, key, value);
            return;
        }
        // SAFETY: there is room behind the last entry.
        unsafe { leaf.insert(gap.at, key, value) };
        self.len += 1;
    }

    fn insert_splitting(
        &mut self,
        path: Path<S::Id>,
        gap: Gap<S::Id>,
        key: K,
        value: V,
    ) -> Gap<S::Id> {
        let full = self.leaf(gap.leaf);
        let left_len = if full.next() == S::NIL && gap.at == full.len() {
            full.len()
        } else if full.prev() == S::NIL && gap.at == 0 {
            1
        } else {
            full.len().div_ceil(2)
        };
        // A new leaf to the right is empty: what goes up can be told before it is made.
        let spread = Spread {
            left: full,
            right: Leaf::none(),
            at: gap.at,
            left_len,
        };
        let separator = spread.separator(&key, P::tie(&value));
        self.reserve_for_split(&path);

        let new = self.make_leaf();
        let (left, right) = (self.leaf(gap.leaf), self.leaf(new));
        let next = left.next();
        right.set_prev(gap.leaf);
        right.set_next(next);
        left.set_next(new);
        if next == S::NIL {
            // SAFETY: there are leaves.
            unsafe { self.store.set_last(new) };
        } else {
            self.leaf(next).set_prev(new);
        }
        let spread = Spread {
            left,
            right,
            ..spread
        };
        // SAFETY: a full leaf's entries and one more fit in two leaves.
        unsafe { spread.insert(key, value) };
        self.len += 1;
        self.insert_child(&path, separator, new);
        spread.landed(gap.leaf, new)
    }

    /// Takes care that the nodes for a split of the leaf at the end of `path` can be made.
    fn reserve_for_split(&mut self, path: &Path<S::Id>) {
        let full = |id| self.branch(id).len() == Shape::<K, V, S, P>::KEYS;
        let splits = path
            .steps()
            .iter()
            .rev()
            .take_while(|step| full(step.branch))
            .count();
        if splits == path.steps().len() && splits == HEIGHT_MAX {
            capacity_overflow();
        }
        let leaf = Shape::<K, V, S, P>::leaf_layout();
        let branch = Shape::<K, V, S, P>::branch_layout();
        // SAFETY: the layouts of this tree's nodes: the tree isn't small, as it splits.
        unsafe { self.store.reserve(leaf, 1, branch, splits + 1) };
    }

    /// Hangs a new child behind the one that `path` leads to, with its separator, splitting full
    /// branches.
    fn insert_child(
        &mut self,
        path: &Path<S::Id>,
        mut separator: SeparatorOf<K, V, P>,
        mut child: S::Id,
    ) {
        for (level, step) in path.steps().iter().enumerate().rev() {
            let branch = self.branch(step.branch);
            if branch.len() < Shape::<K, V, S, P>::KEYS {
                // SAFETY: there is room behind the slot that the path takes.
                unsafe { branch.insert(step.slot, separator, child) };
                return;
            }
            let rightmost = path.steps()[..=level]
                .iter()
                .all(|step| step.slot == self.branch(step.branch).len());
            (separator, child) =
                self.split_branch(step.branch, step.slot, rightmost, separator, child);
        }
        let root = self.make_branch(self.root);
        // SAFETY: a fresh branch has one child and room for more.
        unsafe { self.branch(root).insert(0, separator, child) };
        self.root = root;
        self.height += 1;
    }

    /// Splits a full branch while adding `separator` before its separator `slot`, and `child`
    /// behind. Returns what goes up: a separator and the new branch to the right. At the right edge
    /// of the tree all but the new child stay left, so that appending leaves full branches behind.
    fn split_branch(
        &mut self,
        full: S::Id,
        slot: usize,
        rightmost: bool,
        separator: SeparatorOf<K, V, P>,
        child: S::Id,
    ) -> (SeparatorOf<K, V, P>, S::Id) {
        let new = self.make_branch(child);
        let (left, right) = (self.branch(full), self.branch(new));
        let keys = Shape::<K, V, S, P>::KEYS;
        let middle = if rightmost { keys } else { keys / 2 };
        // SAFETY: of `keys + 1` separators, `middle` stay left, one goes up, and the others go
        // right with their children. Each is moved once; the branch `new` has its one child
        // overwritten or kept.
        let up = unsafe {
            match slot.cmp(&middle) {
                Ordering::Less => {
                    left.move_tail(middle, right);
                    let up = left.take(middle - 1);
                    left.shorten(middle - 1);
                    left.insert(slot, separator, child);
                    up
                }
                Ordering::Equal => {
                    if middle < keys {
                        left.move_tail(middle, right);
                        right.set_child(0, child);
                    }
                    left.shorten(middle);
                    separator
                }
                Ordering::Greater => {
                    left.move_tail(middle + 1, right);
                    let up = left.take(middle);
                    left.shorten(middle);
                    right.insert(slot - middle - 1, separator, child);
                    up
                }
            }
        };
        (up, new)
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Makes the root leaf, with room for `capacity` entries at least.
    pub(super) fn plant(&mut self, capacity: usize) {
        debug_assert!(self.root == S::NIL);
        let full = Shape::<K, V, S, P>::LEAF;
        self.small = if capacity < full {
            u16::try_from(capacity).unwrap_or(0)
        } else {
            0
        };
        self.root = self.make_leaf();
        // SAFETY: there is a leaf.
        unsafe { self.store.set_last(self.root) };
    }

    /// Moves the entries of a small root to a leaf with room for `capacity`.
    pub(super) fn regrow_root(&mut self, capacity: usize) {
        let mut grown = Self::new();
        grown.plant(capacity);
        let (from, to) = (self.leaf(self.root), grown.leaf(grown.root));
        let len = from.len();
        debug_assert!(len <= to.capacity());
        // SAFETY: `to` is empty and has room; `from` is left empty.
        unsafe {
            from.move_to(0, to, 0, len);
            to.set_len(len);
            from.set_len(0);
        }
        grown.len = mem::take(&mut self.len);
        *self = grown;
    }

    /// Makes a full-size leaf, or the small one of a tree that has no other.
    pub(super) fn make_leaf(&mut self) -> S::Id {
        let layout = self.leaf_layout();
        // SAFETY: the layout of all leaves of this tree; a fresh leaf holds no entries.
        unsafe {
            let id = self.store.make_leaf(layout);
            self.leaf(id).init();
            id
        }
    }

    pub(super) fn make_branch(&mut self, child: S::Id) -> S::Id {
        // SAFETY: the layout of all branches of this tree; a fresh branch holds no keys.
        unsafe {
            let id = self.store.make_branch(Shape::<K, V, S, P>::branch_layout());
            self.branch(id).init(child);
            id
        }
    }

    /// Makes room for `additional` entries in nodes that are as full as random inserts make them.
    pub(crate) fn reserve(&mut self, additional: usize) {
        let Some(wanted) = self.len.checked_add(additional) else {
            capacity_overflow()
        };
        let full = Shape::<K, V, S, P>::LEAF;
        if self.root == S::NIL {
            if additional > 0 {
                self.plant(additional.max(FIRST_LEAF));
            }
        } else if self.small != 0 && wanted > usize::from(self.small) {
            self.regrow_root(wanted);
        }
        if wanted <= full {
            return;
        }
        let leaves = (additional / 3).saturating_mul(4) / full + 1;
        let branches = leaves / (Shape::<K, V, S, P>::KEYS / 2) + usize::from(self.height) + 1;
        let leaf = Shape::<K, V, S, P>::leaf_layout();
        let branch = Shape::<K, V, S, P>::branch_layout();
        // SAFETY: the layouts of this tree's nodes: it is not small any more.
        unsafe { self.store.reserve(leaf, leaves, branch, branches) };
    }
}

impl<K, V, S: Store, P: Policy> Spread<K, V, S, P> {
    /// What will separate the two: a clone of the last entry that the left leaf will have.
    fn separator(&self, new_key: &K, new_tie: &P::Tie<V>) -> SeparatorOf<K, V, P>
    where
        K: Clone,
        P::Tie<V>: Clone,
    {
        let last = self.left_len - 1;
        let (key, tie) = if last == self.at {
            (new_key, new_tie)
        } else {
            let old = last - usize::from(last > self.at);
            let left_len = self.left.len();
            // SAFETY: an entry of one of the two leaves; an absent right leaf has none to be asked
            // for. User code that clones it has no way to this tree.
            unsafe {
                let (leaf, at) = if old < left_len {
                    (self.left, old)
                } else {
                    (self.right, old - left_len)
                };
                (&*leaf.key_at(at), &*leaf.tie_at(at))
            }
        };
        Separator {
            key: key.clone(),
            tie: tie.clone(),
        }
    }

    /// Moves entries so that the left leaf has `left_len` of them, the new one counted.
    ///
    /// # Safety
    /// Both leaves have room for their share.
    unsafe fn insert(&self, key: K, value: V) {
        let (left, right) = (self.left, self.right);
        let (left_had, right_had) = (left.len(), right.len());
        let goes_left = self.at < self.left_len;
        let stay = self.left_len - usize::from(goes_left);
        // SAFETY: entries move from the end of one leaf to the start of the other, or back.
        unsafe {
            if stay < left_had {
                let count = left_had - stay;
                right.move_to(0, right, count, right_had);
                left.move_to(stay, right, 0, count);
                left.shorten(stay);
                right.set_len(right_had + count);
            } else if stay > left_had {
                let count = stay - left_had;
                right.move_to(0, left, left_had, count);
                right.move_to(count, right, 0, right_had - count);
                left.set_len(stay);
                right.shorten(right_had - count);
            }
            if goes_left {
                left.insert(self.at, key, value);
            } else {
                right.insert(self.at - self.left_len, key, value);
            }
        }
    }

    /// Where the new entry is after.
    fn landed(&self, left: S::Id, right: S::Id) -> Gap<S::Id> {
        if self.at < self.left_len {
            Gap {
                leaf: left,
                at: self.at,
            }
        } else {
            Gap {
                leaf: right,
                at: self.at - self.left_len,
            }
        }
    }
}
