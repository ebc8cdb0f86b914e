//! The way from the root to a leaf: found again when a leaf splits or runs low, as nodes know no
//! parents.

use crate::store::{BranchId, Store};

/// More branches than that are never stacked: splitting a root needs more nodes below it than there
/// can be.
pub(super) const HEIGHT_MAX: usize = 40;

/// A branch, and the child of it that the path takes.
pub(super) struct Step<S: Store> {
    pub(super) branch: BranchId<S>,
    pub(super) slot: usize,
}

impl<S: Store> Clone for Step<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S: Store> Copy for Step<S> {}

/// The steps from the root down; the leaf itself is not among them.
pub(super) struct Path<S: Store> {
    steps: [Step<S>; HEIGHT_MAX],
    len: usize,
}

impl<S: Store> Clone for Path<S> {
    fn clone(&self) -> Self {
        Path { ..*self }
    }
}

impl<S: Store> Path<S> {
    const NOWHERE: Step<S> = Step {
        branch: BranchId::NIL,
        slot: 0,
    };

    pub(super) fn new() -> Self {
        Path {
            steps: [Self::NOWHERE; HEIGHT_MAX],
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, step: Step<S>) {
        self.steps[self.len] = step;
        self.len += 1;
    }

    /// Puts a step above all others.
    pub(super) fn push_root(&mut self, step: Step<S>) {
        self.steps.copy_within(..self.len, 1);
        self.steps[0] = step;
        self.len += 1;
    }

    pub(super) fn steps(&self) -> &[Step<S>] {
        &self.steps[..self.len]
    }

    pub(super) fn steps_mut(&mut self) -> &mut [Step<S>] {
        &mut self.steps[..self.len]
    }

    pub(super) fn last(&self) -> Option<Step<S>> {
        self.steps().last().copied()
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Step<S>> {
        self.steps_mut().last_mut()
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
}
