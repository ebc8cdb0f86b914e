//! From the root to a target: look-ups, and the gaps that bounds stand for.

use core::ops::Bound;

use super::path::{Path, Step};
use super::policy::Policy;
use super::raw::Root;
use super::target::Target;
use super::{Gap, Occupied, Tree};
use crate::search::{Form, KeyBound};
use crate::store::{BranchId, LeafId, Store};

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The gap where a target is: before the first entry that is behind it, or at the end of the
    /// leaf before that entry's.
    // Always, here and in what leads to it: a look-up among a thousand integers runs 113
    // instructions so, and 146 where the compiler leaves it a call.
    #[inline(always)]
    pub(super) fn locate(&self, root: Root<S>, target: impl Target<K, P::TieBreaker<V>>) -> Gap<S> {
        let form = target.form();
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
        // SAFETY: `height` levels below the root are leaves.
        let id = unsafe { LeafId::new(id) };
        let leaf = self.leaf(id);
        if self.raw.height > 1 {
            leaf.prefetch();
        }
        Gap {
            leaf: id,
            at: target.rank(form, leaf.keys()),
        }
    }

    /// The entry that a target is the lower bound of, or the gap where one belongs.
    // Always: as `locate`.
    #[inline(always)]
    pub(super) fn seek(
        &self,
        root: Root<S>,
        target: impl Target<K, P::TieBreaker<V>>,
    ) -> Result<Occupied<S>, Gap<S>> {
        let gap = self.locate(root, target);
        let leaf = self.leaf(gap.leaf);
        if gap.at < leaf.node.len() {
            // SAFETY: there is an entry, and nothing changes it while it is looked at.
            let (key, tie_breaker) =
                unsafe { (&*leaf.key(gap.at), P::tie_breaker(&*leaf.value(gap.at))) };
            if target.compare(key, tie_breaker).is_eq() {
                // SAFETY: below the length of its leaf.
                return Ok(unsafe { Occupied::new(gap) });
            }
        }
        Err(gap)
    }

    /// The entry that is looked for.
    // Always: as `locate`; 133 instructions if only this is a call.
    #[inline(always)]
    pub(crate) fn get(&self, target: impl Target<K, P::TieBreaker<V>>) -> Option<(&K, &V)> {
        match self.seek(self.raw.root()?, target) {
            Ok(found) => {
                let (key, value) = self.entry(found);
                // SAFETY: an entry of the tree, which stays borrowed.
                Some(unsafe { (&*key, &*value) })
            }
            Err(_) => None,
        }
    }

    /// The gap before the first entry. There is no leaf in a tree without root.
    #[inline]
    pub(super) fn first_gap(&self) -> Gap<S> {
        let mut id = self.raw.root;
        for _ in 0..self.raw.height {
            // SAFETY: above the leaves are branches (invariant 1), which have a first child.
            id = unsafe { self.branch(BranchId::new(id)).child(0) };
        }
        // SAFETY: `height` levels below the root are leaves; without root, it is `NIL`.
        let leaf = unsafe { LeafId::new(id) };
        Gap { leaf, at: 0 }
    }

    /// The gap where a range with this start begins. `target` makes a target of the bound's value:
    /// [`AtKey`](super::AtKey) or [`AtPair`](super::AtPair).
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

    /// The gap where a range with this end ends.
    #[inline]
    pub(super) fn upper_gap<B, F, M>(&self, bound: Bound<B>, target: F) -> Gap<S>
    where
        F: FnOnce(B, KeyBound) -> M,
        M: Target<K, P::TieBreaker<V>>,
    {
        match bound {
            Bound::Unbounded => self.last_gap(),
            // The two edges: as the start behind it, as the end before it.
            Bound::Included(query) => self.lower_gap(Bound::Excluded(query), target),
            Bound::Excluded(query) => self.lower_gap(Bound::Included(query), target),
        }
    }

    /// [`lower_gap`](Self::lower_gap), and the path to its leaf.
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

    /// The path to the leaf where a target is.
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

    /// The path to a leaf of the tree.
    ///
    /// It is found by the leaf's first entry. Where the user's `Ord` leads astray, all leaves are
    /// visited instead: slow, but the path is right whatever `Ord` says.
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
