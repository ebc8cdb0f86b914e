//! Room for one more entry where a leaf is full, without the types of entries.
//!
//! First a [`Plan`] is made, which changes nothing. It tells which entry the new separator is a
//! clone of: to clone is for who knows the types. Then [`NewNodes`] are made, the last thing that
//! can fail. [`make_room`](RawTree::make_room) moves entries and splits branches.
//!
//! Room is made, in this order of preference, by
//! - at the end of the tree: a new leaf for the new entry alone, so that appending leaves full
//!   leaves behind (and prepending as well, the other way round);
//! - redistribution with a neighbour under the same parent that has room: leaves are then four
//!   fifths full on average instead of the ln 2 = 69 % of plain splitting;
//! - splitting.

use super::branch::SeparatorPtr;
use super::gap::{Gap, Occupied};
use super::path::{HEIGHT_MAX, Path, Step};
use super::raw::RawTree;
use super::shape::Shape;
use crate::store::{BranchId, LeafId, Store, capacity_overflow};

/// How the entries of one or two leaves and one more are to be spread over two.
pub(super) struct Plan<S: Store> {
    left: LeafId<S>,
    right: Right<S>,
    /// Where the new entry goes among the entries of both.
    at: usize,
    /// Entries of the left leaf after, the new one counted.
    left_len: usize,
}

/// The nodes that a plan needs, made but not yet part of the tree.
pub(super) struct NewNodes<S: Store> {
    leaf: LeafId<S>,
    branches: [BranchId<S>; HEIGHT_MAX],
    len: usize,
}

impl<S: Store> NewNodes<S> {
    /// Hands out a branch, whose child is to be this one.
    fn branch(&mut self, tree: &RawTree<S>, shape: &'static Shape, child: S::Id) -> BranchId<S> {
        self.len -= 1;
        let id = self.branches[self.len];
        // SAFETY: a fresh branch holds no separators.
        unsafe { tree.branch(shape, id).init(child) };
        id
    }
}

enum Right<S: Store> {
    /// A neighbour, and the slot of the separator between both.
    Neighbour(LeafId<S>, usize),
    /// A leaf that is yet to be made.
    New,
}

impl<S: Store> RawTree<S> {
    /// The plan for one more entry at a gap in a full leaf, to which `path` leads.
    pub(super) fn plan(&self, shape: &'static Shape, path: &Path<S>, gap: Gap<S>) -> Plan<S> {
        match self.plan_redistribution(shape, path, gap) {
            Some(plan) => plan,
            None => self.plan_split(shape, gap),
        }
    }

    fn plan_redistribution(
        &self,
        shape: &'static Shape,
        path: &Path<S>,
        gap: Gap<S>,
    ) -> Option<Plan<S>> {
        let leaf = self.leaf(shape, gap.leaf).node;
        let step = path.last()?;
        let (prev, next) = (leaf.prev(), leaf.next());
        if (next.is_nil() && gap.at == leaf.len()) || (prev.is_nil() && gap.at == 0) {
            return None;
        }
        let len = |id| self.leaf(shape, id).node.len();
        let left = if step.slot > 0 { len(prev) } else { usize::MAX };
        let siblings = self.branch(shape, step.branch).len();
        let right = if step.slot < siblings {
            len(next)
        } else {
            usize::MAX
        };
        // Less than an eighth of room would soon be used up, and redistribution is no cheaper than
        // a split.
        let len_max = shape.leaf.capacity - (shape.leaf.capacity / 8).max(1);
        if left.min(right) > len_max {
            return None;
        }
        let total = leaf.len() + left.min(right);
        let left_len = total.div_ceil(2);
        Some(if left <= right {
            Plan {
                left: prev,
                right: Right::Neighbour(gap.leaf, step.slot - 1),
                at: left + gap.at,
                left_len,
            }
        } else {
            Plan {
                left: gap.leaf,
                right: Right::Neighbour(next, step.slot),
                at: gap.at,
                left_len,
            }
        })
    }

    /// The plan to split the full leaf of a gap.
    pub(super) fn plan_split(&self, shape: &'static Shape, gap: Gap<S>) -> Plan<S> {
        let leaf = self.leaf(shape, gap.leaf).node;
        let left_len = if leaf.next().is_nil() && gap.at == leaf.len() {
            leaf.len()
        } else if leaf.prev().is_nil() && gap.at == 0 {
            1
        } else {
            leaf.len().div_ceil(2)
        };
        Plan {
            left: gap.leaf,
            right: Right::New,
            at: gap.at,
            left_len,
        }
    }

    /// Makes the nodes that a plan needs, to whose leaf `path` leads.
    pub(super) fn make_nodes(
        &mut self,
        shape: &'static Shape,
        path: &Path<S>,
        plan: &Plan<S>,
    ) -> NewNodes<S> {
        let mut nodes = NewNodes {
            leaf: LeafId::NIL,
            branches: [BranchId::NIL; HEIGHT_MAX],
            len: 0,
        };
        if let Right::Neighbour(..) = plan.right {
            return nodes;
        }
        let splits = match self.level_with_room(shape, path) {
            Some(level) => path.len() - level - 1,
            // And a new root.
            None => path.len() + 1,
        };
        if splits > HEIGHT_MAX {
            capacity_overflow();
        }
        nodes.leaf = self.make_leaf(shape);
        while nodes.len < splits {
            nodes.branches[nodes.len] = self.make_branch(shape, S::NIL);
            nodes.len += 1;
        }
        nodes
    }

    /// The lowest level of the path whose branch is not full.
    fn level_with_room(&self, shape: &'static Shape, path: &Path<S>) -> Option<usize> {
        path.steps()
            .iter()
            .rposition(|step| !self.branch(shape, step.branch).is_full())
    }

    /// The entry that will be the last of the left leaf, of which the separator is a clone. `None`
    /// if it is the new one.
    pub(super) fn last_of_left(
        &self,
        shape: &'static Shape,
        plan: &Plan<S>,
    ) -> Option<Occupied<S>> {
        let last = plan.left_len - 1;
        if last == plan.at {
            return None;
        }
        let at = last - usize::from(last > plan.at);
        let left_len = self.leaf(shape, plan.left).node.len();
        let last = match plan.right {
            Right::Neighbour(leaf, _) if at >= left_len => Gap {
                leaf,
                at: at - left_len,
            },
            _ => Gap {
                leaf: plan.left,
                at,
            },
        };
        // SAFETY: both leaves have as many entries as were planned with.
        Some(unsafe { Occupied::new(last) })
    }

    /// Carries out a plan, so that there is room for the new entry in the leaf of the gap that is
    /// returned. Whether a separator was replaced, which is moved out to `replaced`.
    ///
    /// # Safety
    /// `path` leads to the leaf that the plan was made for, `nodes` were made for it, and nothing
    /// has changed since.
    /// `separator` is a clone of [`last_of_left`](Self::last_of_left), is moved in, and not used
    /// after. At `replaced` is room for one.
    pub(super) unsafe fn make_room(
        &mut self,
        shape: &'static Shape,
        path: &mut Path<S>,
        plan: &Plan<S>,
        nodes: &mut NewNodes<S>,
        separator: SeparatorPtr,
        replaced: SeparatorPtr,
    ) -> (Gap<S>, bool) {
        let right = match plan.right {
            Right::Neighbour(right, _) => right,
            Right::New => {
                self.link_behind(shape, plan.left, nodes.leaf);
                nodes.leaf
            }
        };
        // SAFETY: both leaves have room for their share; the separator is moved once, and takes the
        // place of one that was moved out, or a new one with the new leaf.
        unsafe {
            let gap = self.spread(shape, plan, right);
            match (plan.right, path.last()) {
                (Right::Neighbour(_, slot), Some(step)) => {
                    let parent = self.branch(shape, step.branch);
                    parent.take(slot, replaced);
                    parent.put(slot, separator);
                    (gap, true)
                }
                _ => {
                    self.insert_child(shape, path, nodes, separator);
                    (gap, false)
                }
            }
        }
    }

    /// Links a new leaf behind another one.
    fn link_behind(&mut self, shape: &'static Shape, left: LeafId<S>, new: LeafId<S>) {
        let (left_node, new_node) = (self.leaf(shape, left).node, self.leaf(shape, new).node);
        let next = left_node.next();
        new_node.set_prev(left);
        new_node.set_next(next);
        left_node.set_next(new);
        if next.is_nil() {
            // SAFETY: there are leaves.
            unsafe { self.store.set_last(new.get()) };
        } else {
            self.leaf(shape, next).node.set_prev(new);
        }
    }

    /// Moves entries between two leaves so that each has its share, but for the new one. Returns
    /// the gap where that goes.
    ///
    /// # Safety
    /// Both have room for their share, and are side by side.
    unsafe fn spread(&self, shape: &'static Shape, plan: &Plan<S>, right_id: LeafId<S>) -> Gap<S> {
        let (left, right) = (self.leaf(shape, plan.left), self.leaf(shape, right_id));
        let (left_had, right_had) = (left.node.len(), right.node.len());
        let goes_left = plan.at < plan.left_len;
        let stay = plan.left_len - usize::from(goes_left);
        // SAFETY: entries move from the end of one leaf to the start of the other, or back.
        unsafe {
            if stay < left_had {
                let count = left_had - stay;
                right.move_to(0, right, count, right_had);
                left.move_to(stay, right, 0, count);
                left.shorten(stay);
                right.node.set_len(right_had + count);
            } else if stay > left_had {
                let count = stay - left_had;
                right.move_to(0, left, left_had, count);
                right.move_to(count, right, 0, right_had - count);
                left.node.set_len(stay);
                right.shorten(right_had - count);
            }
        }
        if goes_left {
            Gap {
                leaf: plan.left,
                at: plan.at,
            }
        } else {
            Gap {
                leaf: right_id,
                at: plan.at - plan.left_len,
            }
        }
    }

    /// Hangs the new leaf behind the one that `path` leads to, with its separator. Full branches
    /// are split, from the top down: each then finds room above.
    ///
    /// # Safety
    /// The path is one of this tree, with nodes made for it. The separator is not used after.
    unsafe fn insert_child(
        &mut self,
        shape: &'static Shape,
        path: &mut Path<S>,
        nodes: &mut NewNodes<S>,
        separator: SeparatorPtr,
    ) {
        let child = nodes.leaf.get();
        let top = match self.level_with_room(shape, path) {
            Some(level) => level,
            None => {
                let root = nodes.branch(self, shape, self.root);
                self.raise_root(path, root);
                0
            }
        };
        for level in top + 1..path.len() {
            let new = nodes.branch(self, shape, S::NIL);
            // SAFETY: the branch above has room: it had, or was split.
            unsafe { self.split_branch(shape, path, level, new) };
        }
        if let Some(step) = path.last() {
            // SAFETY: there is room behind the slot that the path takes.
            unsafe {
                self.branch(shape, step.branch)
                    .insert(step.slot, separator, child)
            };
        }
    }

    /// Puts a branch above the root, of which the root is the only child for now.
    fn raise_root(&mut self, path: &mut Path<S>, branch: BranchId<S>) {
        self.root = branch.get();
        self.height += 1;
        path.push_root(Step { branch, slot: 0 });
    }

    /// Splits the full branch at `level` of the path, which leads on through one of the halves
    /// after. At the right edge of the tree all but the last child stay left, so that appending
    /// leaves full branches behind.
    ///
    /// # Safety
    /// The branch above has room, `new` is a fresh one.
    unsafe fn split_branch(
        &mut self,
        shape: &'static Shape,
        path: &mut Path<S>,
        level: usize,
        new: BranchId<S>,
    ) {
        let Step { branch: full, slot } = path.steps()[level];
        let above = path.steps()[level - 1];
        let is_rightmost = |step: &Step<S>| step.slot == self.branch(shape, step.branch).len();
        let half = shape.branch.capacity / 2;
        let stay = if path.steps()[..=level].iter().all(is_rightmost) {
            shape.branch.capacity - 1
        } else if slot < half {
            // The half that gets another child is the smaller one.
            half - 1
        } else {
            half
        };
        let (left, right) = (self.branch(shape, full), self.branch(shape, new));
        let parent = self.branch(shape, above.branch);
        // SAFETY: of the separators, `stay` stay, the next one goes up, and the others go right
        // with the children between and behind them.
        unsafe {
            left.move_tail(stay + 1, right);
            parent.insert(above.slot, left.separator(stay), new.get());
            left.shorten(stay);
        }
        if slot > stay {
            let steps = path.steps_mut();
            steps[level - 1].slot += 1;
            steps[level] = Step {
                branch: new,
                slot: slot - stay - 1,
            };
        }
    }
}

impl<S: Store> Clone for Right<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S: Store> Copy for Right<S> {}
