//! The descent from the root to a target: look-ups, and the gaps at the bounds of ranges.

use core::ops::Bound;

use super::path::{Path, Step};
use super::policy::Policy;
use super::raw::Root;
use super::shape::Sizes;
use super::target::Target;
use super::{Gap, Occupied, Tree};
use crate::search::{Form, KeyBound};
use crate::store::{BranchId, LeafId, Store};

/// Fewer bytes of entries than this are in the second-level cache of a core.
const CACHE: usize = 256 << 10;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Returns the gap of a target: before the first entry after the target, or at the end of the
    /// leaf before that entry's.
    // Always, here and in what it calls: a look-up among a thousand integers runs 113 instructions
    // this way, and 146 where the compiler makes it a call.
    #[inline(always)]
    pub(super) fn locate(&self, root: Root<S>, target: impl Target<K, P::TieBreaker<V>>) -> Gap<S> {
        let form = target.form();
        let id = self.leaf_of(root, target, form);
        let leaf = self.leaf(id);
        if self.exceeds_cache() {
            leaf.prefetch();
        }
        Gap {
            leaf: id,
            at: target.rank(form, leaf.keys()),
        }
    }

    /// Returns whether leaves are likely to be fetched from further away than the processor's
    /// second-level cache. From there, a search of a leaf need not be prepared: with ten thousand
    /// integers, look-ups of absent keys took 1.2 times as long if it was.
    #[inline]
    pub(super) fn exceeds_cache(&self) -> bool {
        self.raw.len > const { CACHE / (size_of::<K>() + size_of::<V>() + 1) }
    }

    /// Returns the leaf of a target, whose form this is.
    // Always: as `locate`.
    #[inline(always)]
    fn leaf_of(
        &self,
        root: Root<S>,
        target: impl Target<K, P::TieBreaker<V>>,
        form: Form<'_>,
    ) -> LeafId<S> {
        let mut id = root.id();
        let mut height = self.raw.height;
        while height > 0 {
            // SAFETY: above the leaves are branches (invariant 1); a rank is at most the length.
            unsafe {
                let branch = self.branch(BranchId::new(id));
                id = branch.child(target.rank(form, branch.keys()));
            }
            height -= 1;
        }
        // SAFETY: `height` levels below the root are leaves (invariant 1).
        unsafe { LeafId::new(id) }
    }

    /// Returns the entry that a target is the lower bound of, or the gap where it belongs.
    // Always: as `locate`.
    #[inline(always)]
    pub(super) fn seek(
        &self,
        root: Root<S>,
        target: impl Target<K, P::TieBreaker<V>>,
    ) -> Result<Occupied<S>, Gap<S>> {
        if const { Sizes::<K, V, S, P>::HAS_TAGS }
            && let Form::Bytes(text) = target.form()
        {
            let id = self.leaf_of(root, target, Form::Bytes(text));
            return self.find_text(id, text).ok_or_else(|| Gap {
                leaf: id,
                at: target.rank(Form::Bytes(text), self.leaf(id).keys()),
            });
        }
        let gap = self.locate(root, target);
        self.entry_after(gap, target).ok_or(gap)
    }

    /// Returns the entry of a leaf whose key is this text.
    // Always: as `locate`.
    #[inline(always)]
    fn find_text(&self, id: LeafId<S>, text: &[u8]) -> Option<Occupied<S>> {
        let leaf = self.leaf(id);
        if self.exceeds_cache() {
            leaf.prefetch_tags();
        }
        let at = leaf.find_text(text)?;
        // SAFETY: `find_text` returns slots below the length of the leaf.
        Some(unsafe { Occupied::new(Gap { leaf: id, at }) })
    }

    /// Returns the entry that a target is the lower bound of.
    // Always: as `locate`.
    #[inline(always)]
    pub(super) fn find_entry(
        &self,
        root: Root<S>,
        target: impl Target<K, P::TieBreaker<V>>,
    ) -> Option<Occupied<S>> {
        if const { Sizes::<K, V, S, P>::HAS_TAGS }
            && let Form::Bytes(text) = target.form()
        {
            let id = self.leaf_of(root, target, Form::Bytes(text));
            return self.find_text(id, text);
        }
        self.entry_after(self.locate(root, target), target)
    }

    /// Returns the entry after the gap of a target, if the target is its lower bound.
    // Always: as `locate`.
    #[inline(always)]
    pub(super) fn entry_after(
        &self,
        gap: Gap<S>,
        target: impl Target<K, P::TieBreaker<V>>,
    ) -> Option<Occupied<S>> {
        let leaf = self.leaf(gap.leaf);
        if gap.at < leaf.node.len() {
            // SAFETY: the leaf has an entry `at`, and nothing changes it while it is compared.
            let (key, tie_breaker) =
                unsafe { (&*leaf.key(gap.at), P::tie_breaker(&*leaf.value(gap.at))) };
            if target.compare(key, tie_breaker).is_eq() {
                // SAFETY: `at` is below the length of the leaf.
                return Some(unsafe { Occupied::new(gap) });
            }
        }
        None
    }

    /// Returns the entry that the target is the lower bound of.
    // Always: as `locate`; 133 instructions if only this is a call.
    #[inline(always)]
    pub(crate) fn get(&self, target: impl Target<K, P::TieBreaker<V>>) -> Option<(&K, &V)> {
        let found = self.find_entry(self.raw.root()?, target)?;
        let (key, value) = self.entry(found);
        // SAFETY: an entry of the tree, which stays borrowed.
        Some(unsafe { (&*key, &*value) })
    }

    /// The gap before the first entry. In a tree without a root, its leaf is `NIL`.
    #[inline]
    pub(super) fn first_gap(&self) -> Gap<S> {
        let mut id = self.raw.root;
        for _ in 0..self.raw.height {
            // SAFETY: above the leaves are branches (invariant 1), and every branch has a first
            // child (invariant 3).
            id = unsafe { self.branch(BranchId::new(id)).child(0) };
        }
        // SAFETY: `height` levels below the root are leaves (invariant 1); without a root, the id
        // is `NIL`.
        let leaf = unsafe { LeafId::new(id) };
        Gap { leaf, at: 0 }
    }

    /// Returns the gap where a range with this lower bound begins. `target` makes a target of the
    /// bound's value: [`AtKey`](super::AtKey) or [`AtPair`](super::AtPair).
    #[inline]
    pub(super) fn lower_gap<B, F, M>(&self, bound: Bound<B>, target: F) -> Gap<S>
    where
        F: FnOnce(B, KeyBound) -> M,
        M: Target<K, P::TieBreaker<V>>,
    {
        let Some(root) = self.raw.root() else {
            return self.first_gap();
        };
        let target = match bound {
            Bound::Unbounded => return self.first_gap(),
            Bound::Included(query) => target(query, KeyBound::Lower),
            Bound::Excluded(query) => target(query, KeyBound::Upper),
        };
        self.locate(root, target)
    }

    /// Returns the gap where a range with this upper bound ends.
    #[inline]
    pub(super) fn upper_gap<B, F, M>(&self, bound: Bound<B>, target: F) -> Gap<S>
    where
        F: FnOnce(B, KeyBound) -> M,
        M: Target<K, P::TieBreaker<V>>,
    {
        match bound {
            Bound::Unbounded => self.last_gap(),
            // A range that ends with `query` ends where one that starts after it begins.
            Bound::Included(query) => self.lower_gap(Bound::Excluded(query), target),
            Bound::Excluded(query) => self.lower_gap(Bound::Included(query), target),
        }
    }

    /// [`lower_gap`](Self::lower_gap), with the path to its leaf.
    pub(super) fn lower_end<B, F, M>(&self, bound: Bound<B>, target: F) -> End<S>
    where
        F: FnOnce(B, KeyBound) -> M,
        M: Target<K, P::TieBreaker<V>>,
    {
        let target = match bound {
            Bound::Included(query) => target(query, KeyBound::Lower),
            Bound::Excluded(query) => target(query, KeyBound::Upper),
            Bound::Unbounded => return self.first_end(),
        };
        let Some(root) = self.raw.root() else {
            return self.first_end();
        };
        let form = target.form();
        let (path, leaf) = self.path_by(root, target, form);
        let at = target.rank(form, self.leaf(leaf).keys());
        End {
            path,
            gap: Gap { leaf, at },
        }
    }

    pub(super) fn first_end(&self) -> End<S> {
        let (path, leaf) = self.raw.first_path(Self::SHAPE);
        End {
            path,
            gap: Gap { leaf, at: 0 },
        }
    }

    /// Returns the path to the leaf of a target, and the leaf.
    fn path_by(
        &self,
        root: Root<S>,
        target: impl Target<K, P::TieBreaker<V>>,
        form: Form<'_>,
    ) -> (Path<S>, LeafId<S>) {
        let mut path = Path::with_capacity(usize::from(self.raw.height) + 1);
        let mut id = root.id();
        for _ in 0..self.raw.height {
            // SAFETY: as in `locate`.
            unsafe {
                let branch = BranchId::new(id);
                let node = self.branch(branch);
                let slot = target.rank(form, node.keys());
                path.push(Step { branch, slot });
                id = node.child(slot);
            }
        }
        // SAFETY: as in `locate`.
        (path, unsafe { LeafId::new(id) })
    }

    /// Returns the leaf of a target, and the separator after it: an entry that is not greater
    /// belongs to this leaf or to one before. `None` if it is the last leaf.
    pub(super) fn leaf_and_end(
        &self,
        root: Root<S>,
        target: impl Target<K, P::TieBreaker<V>>,
    ) -> (LeafId<S>, Option<Step<S>>) {
        let form = target.form();
        let mut id = root.id();
        let mut end = None;
        for _ in 0..self.raw.height {
            // SAFETY: as in `locate`.
            unsafe {
                let branch = BranchId::new(id);
                let node = self.branch(branch);
                let slot = target.rank(form, node.keys());
                if slot < node.len() {
                    end = Some(Step { branch, slot });
                }
                id = node.child(slot);
            }
        }
        // SAFETY: as in `locate`.
        (unsafe { LeafId::new(id) }, end)
    }

    /// Returns the path to a leaf of the tree.
    ///
    /// It is found by searching for the leaf's first entry. If an inconsistent `Ord` leads to
    /// another leaf, all leaves are visited instead: slow, but the path is correct whatever `Ord`
    /// returns.
    #[inline(never)]
    pub(super) fn path_to(&self, leaf: LeafId<S>) -> Path<S>
    where
        K: Ord,
        P::TieBreaker<V>: Ord,
    {
        let handle = self.leaf(leaf);
        let Some(root) = self.raw.root() else {
            return Path::new();
        };
        if handle.node.next().is_nil() {
            return self.raw.last_path(Self::SHAPE);
        }
        if handle.node.prev().is_nil() {
            return self.raw.first_path(Self::SHAPE).0;
        }
        // SAFETY: only a root leaf is empty (invariant 3), and that has no neighbours.
        let (key, value) = unsafe { (&*handle.key(0), &*handle.value(0)) };
        let target = P::target(key, value);
        let (path, found) = self.path_by(root, target, target.form());
        if found == leaf {
            path
        } else {
            self.raw.search_everywhere(Self::SHAPE, leaf)
        }
    }
}

/// A gap, and the path to its leaf.
pub(super) struct End<S: Store> {
    pub(super) path: Path<S>,
    pub(super) gap: Gap<S>,
}

impl<S: Store> Clone for End<S> {
    fn clone(&self) -> Self {
        End {
            path: self.path.clone(),
            gap: self.gap,
        }
    }
}
