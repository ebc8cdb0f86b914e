//! The way from the root to a leaf: found again when a leaf splits or runs low, as nodes know no
//! parents.

use core::ops::Bound;

use super::policy::Policy;
use super::probe::{AtPair, Probe};
use super::{Branch, Gap, Tree};
use crate::search::Edge;
use crate::store::Store;

/// More branches than that are never stacked: splitting a root needs more nodes below it than there
/// can be.
pub(super) const HEIGHT_MAX: usize = 40;

/// A branch, and the child of it that the path takes.
#[derive(Clone, Copy)]
pub(super) struct Step<I> {
    pub(super) branch: I,
    pub(super) slot: usize,
}

/// The steps from the root down; the leaf itself is not among them.
#[derive(Clone)]
pub(super) struct Path<I> {
    steps: [Step<I>; HEIGHT_MAX],
    len: usize,
}

impl<I: Copy> Path<I> {
    fn new(nil: I) -> Self {
        Path {
            steps: [Step {
                branch: nil,
                slot: 0,
            }; HEIGHT_MAX],
            len: 0,
        }
    }

    fn push(&mut self, branch: I, slot: usize) {
        self.steps[self.len] = Step { branch, slot };
        self.len += 1;
    }

    pub(super) fn steps(&self) -> &[Step<I>] {
        &self.steps[..self.len]
    }

    /// Goes back to the branch above.
    pub(super) fn pop(&mut self) {
        self.len -= 1;
    }

    /// Keeps the steps down to the one at `level`, and takes another child there.
    #[cfg(feature = "rayon")]
    pub(super) fn turn(&mut self, level: usize, slot: usize) {
        self.len = level + 1;
        self.steps[level].slot = slot;
    }

    fn steps_mut(&mut self) -> &mut [Step<I>] {
        &mut self.steps[..self.len]
    }
}

/// A gap, and the path to its leaf.
pub(super) struct End<I> {
    pub(super) path: Path<I>,
    pub(super) gap: Gap<I>,
}

impl<I: Copy> Clone for End<I> {
    fn clone(&self) -> Self {
        End {
            path: self.path.clone(),
            gap: self.gap,
        }
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// [`lower_gap`](Self::lower_gap), and the path to its leaf.
    pub(super) fn lower_end<B, F, M>(&self, bound: Bound<B>, place: F) -> End<S::Id>
    where
        F: FnOnce(B, Edge) -> M,
        M: Probe<K, P::Tie<V>>,
    {
        if self.root == S::NIL {
            return self.first_end();
        }
        let place = match bound {
            Bound::Unbounded => return self.first_end(),
            Bound::Included(query) => place(query, Edge::Lower),
            Bound::Excluded(query) => place(query, Edge::Upper),
        };
        let (path, leaf) = self.walk_down(|branch| branch.rank(place));
        let at = self.leaf(leaf).rank(place);
        End {
            path,
            gap: Gap { leaf, at },
        }
    }

    pub(super) fn first_end(&self) -> End<S::Id> {
        let (path, leaf) = self.first_path();
        End {
            path,
            gap: Gap { leaf, at: 0 },
        }
    }

    /// Entries between two gaps; 0 if the second does not lie behind the first.
    ///
    /// Goes through the leaves between, but branch by branch: their lengths are then loaded side by
    /// side, where each step along the links would wait for the one before.
    pub(super) fn count_between(&self, start: End<S::Id>, end: Gap<S::Id>) -> usize {
        if self.root == S::NIL {
            return 0;
        }
        let End { mut path, gap } = start;
        if gap.leaf == end.leaf {
            return end.at.saturating_sub(gap.at);
        }
        let mut count = self.leaf(gap.leaf).len() - gap.at;
        while let Some(step) = path.steps_mut().last_mut() {
            let branch = self.branch(step.branch);
            for slot in step.slot + 1..=branch.len() {
                // SAFETY: the slot is at most the length.
                let leaf = unsafe { branch.child(slot) };
                if leaf == end.leaf {
                    return count + end.at;
                }
                count += self.leaf(leaf).len();
            }
            step.slot = branch.len();
            let mut leaf = None;
            while self.next_leaf_or_branch(&mut path, &mut leaf).is_some() {
                path.pop();
            }
            match leaf {
                Some(leaf) if leaf == end.leaf => return count + end.at,
                Some(leaf) => count += self.leaf(leaf).len(),
                None => break,
            }
        }
        0
    }

    /// The path to a leaf of the tree.
    ///
    /// It is found by the leaf's first entry. Where the user's `Ord` leads astray, all leaves are
    /// visited instead: slow, but the path is right whatever `Ord` says.
    pub(super) fn path_to(&self, leaf: S::Id) -> Path<S::Id>
    where
        K: Ord,
        P::Tie<V>: Ord,
    {
        let node = self.leaf(leaf);
        if node.next() == S::NIL {
            return self.last_path();
        }
        if node.prev() == S::NIL {
            return self.first_path().0;
        }
        // SAFETY: only a root leaf is empty (invariant 3), and that has no neighbours.
        let (key, tie) = unsafe { (&*node.key(0), P::tie(&*node.value(0))) };
        let place = AtPair((key, tie), Edge::Lower);
        let (path, found) = self.walk_down(|branch| branch.rank(place));
        if found == leaf {
            path
        } else {
            self.search_everywhere(leaf)
        }
    }

    /// The path to the first leaf, and the leaf.
    pub(super) fn first_path(&self) -> (Path<S::Id>, S::Id) {
        self.walk_down(|_| 0)
    }

    /// The path to the last leaf.
    pub(super) fn last_path(&self) -> Path<S::Id> {
        self.walk_down(|branch| branch.len()).0
    }

    /// Goes down from the root; `turn` chooses a child of each branch, at most its length.
    pub(super) fn walk_down(
        &self,
        turn: impl Fn(Branch<K, V, S, P>) -> usize,
    ) -> (Path<S::Id>, S::Id) {
        let mut path = Path::new(S::NIL);
        let leaf = self.complete(&mut path, turn);
        (path, leaf)
    }

    /// Completes a path from where it ends down to a leaf, turning as in `walk_down`.
    pub(super) fn complete(
        &self,
        path: &mut Path<S::Id>,
        turn: impl Fn(Branch<K, V, S, P>) -> usize,
    ) -> S::Id {
        let mut id = match path.steps().last() {
            // SAFETY: the slots of a path are at most the lengths.
            Some(step) => unsafe { self.branch(step.branch).child(step.slot) },
            None => self.root,
        };
        while path.len < usize::from(self.height) {
            let branch = self.branch(id);
            let slot = turn(branch);
            path.push(id, slot);
            // SAFETY: the slot is at most the length.
            id = unsafe { branch.child(slot) };
        }
        id
    }

    /// Moves the path to the next leaf below its last branch and puts that into `leaf`; or returns
    /// the branch if it has no more children, for the caller to pop.
    pub(super) fn next_leaf_or_branch(
        &self,
        path: &mut Path<S::Id>,
        leaf: &mut Option<S::Id>,
    ) -> Option<S::Id> {
        let step = path.steps_mut().last_mut()?;
        let branch = self.branch(step.branch);
        if step.slot >= branch.len() {
            return Some(step.branch);
        }
        step.slot += 1;
        *leaf = Some(self.complete(path, |_| 0));
        None
    }

    /// The path to the first leaf, in order, for which `is_it` holds.
    fn find_leaf(&self, mut is_it: impl FnMut(S::Id) -> bool) -> Option<Path<S::Id>> {
        let (mut path, first) = self.first_path();
        let mut leaf = Some(first);
        loop {
            if is_it(leaf?) {
                return Some(path);
            }
            leaf = None;
            while self.next_leaf_or_branch(&mut path, &mut leaf).is_some() {
                path.pop();
            }
        }
    }

    #[cold]
    fn search_everywhere(&self, leaf: S::Id) -> Path<S::Id> {
        let found = self.find_leaf(|at| at == leaf);
        found.expect("every leaf hangs on a branch")
    }
}
