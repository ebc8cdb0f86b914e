//! Making room for one more entry where a leaf is full, without the types of entries.
//!
//! First a [`Plan`] is made, which changes nothing. It names the entry that the new separator is a
//! clone of, as only code that knows the types can clone. [`make_room`](RawTree::make_room) carries
//! the plan out: it allocates nodes, which is the last step that can fail, splits branches and
//! moves entries.
//!
//! Room is made by one of these, in order of preference:
//! - at the end of the tree, a new leaf for the new entry alone, so that leaves are full after
//!   appending; likewise at the start, for prepending;
//! - redistribution with a sibling that has room: leaves are then four fifths full on average
//!   instead of the ln 2 = 69 % of plain splitting;
//! - a split.

use alloc::vec::Vec;

use super::branch::SeparatorPtr;
use super::gap::{Gap, Occupied};
use super::path::{Path, Step};
use super::raw::RawTree;
use super::shape::Shape;
use crate::store::{BranchId, LeafId, Store};

/// How to distribute the entries of one or two leaves, and a new one, over two leaves.
pub(super) struct Plan<S: Store> {
    left: LeafId<S>,
    /// The right leaf and the slot of the separator between both, if there is a right leaf.
    /// Otherwise it is yet to be made.
    neighbour: Option<(LeafId<S>, usize)>,
    /// The index of the new entry among the entries of both leaves.
    at: usize,
    /// The number of entries of the left leaf afterwards, including the new one.
    left_len: usize,
}

impl<S: Store> RawTree<S> {
    /// Makes the plan for one more entry at a gap in a full leaf, to which `path` leads.
    pub(super) fn plan(&self, shape: &'static Shape, path: &[Step<S>], gap: Gap<S>) -> Plan<S> {
        self.plan_redistribution(shape, path, gap)
            .unwrap_or_else(|| self.plan_split(shape, gap))
    }

    fn plan_redistribution(
        &self,
        shape: &'static Shape,
        path: &[Step<S>],
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
        // If less than an eighth of the leaf is free, it is soon used up, and redistribution is no
        // cheaper than a split.
        let len_max = shape.leaf.capacity - (shape.leaf.capacity / 8).max(1);
        if left.min(right) > len_max {
            return None;
        }
        let total = leaf.len() + left.min(right);
        let left_len = total.div_ceil(2);
        Some(if left <= right {
            Plan {
                left: prev,
                neighbour: Some((gap.leaf, step.slot - 1)),
                at: left + gap.at,
                left_len,
            }
        } else {
            Plan {
                left: gap.leaf,
                neighbour: Some((next, step.slot)),
                at: gap.at,
                left_len,
            }
        })
    }

    /// Makes the plan to split the full leaf of a gap.
    fn plan_split(&self, shape: &'static Shape, gap: Gap<S>) -> Plan<S> {
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
            neighbour: None,
            at: gap.at,
            left_len,
        }
    }

    /// The entry that will be the last of the left leaf; the separator is a clone of it. `None` if
    /// it is the new entry.
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
        let (leaf, at) = match plan.neighbour {
            Some((right, _)) if at >= left_len => (right, at - left_len),
            _ => (plan.left, at),
        };
        // SAFETY: both leaves still have the entries that the plan was made with.
        Some(unsafe { Occupied::new(Gap { leaf, at }) })
    }

    /// Carries out a plan. Returns the gap of the new entry, whose leaf has room for it, and
    /// whether a separator was replaced and moved out to `replaced`.
    ///
    /// # Safety
    /// `path` leads to the leaf that the plan was made for, and nothing has changed since.
    /// `separator` is a clone of [`last_of_left`](Self::last_of_left); it is moved in, and not used
    /// afterwards. `replaced` has room for a separator.
    pub(super) unsafe fn make_room(
        &mut self,
        shape: &'static Shape,
        path: &mut Path<S>,
        plan: &Plan<S>,
        separator: SeparatorPtr,
        replaced: SeparatorPtr,
    ) -> (Gap<S>, bool) {
        let right = match plan.neighbour {
            Some((right, _)) => right,
            None => {
                let new = self.make_leaf(shape);
                self.split_full(shape, path);
                self.link_after(shape, plan.left, new);
                new
            }
        };
        let Step { branch, slot } = path[path.len() - 1];
        let parent = self.branch(shape, branch);
        // SAFETY: both leaves have room for their share. The separator is moved in once: into the
        // slot of the one that was moved out, or, with the new leaf, into a parent that has room
        // for both.
        unsafe {
            match plan.neighbour {
                Some((_, slot)) => {
                    parent.take(slot, replaced);
                    parent.put(slot, separator);
                }
                None => parent.insert(slot, separator, right.get()),
            }
            (self.spread(shape, plan, right), plan.neighbour.is_some())
        }
    }

    /// Links a new leaf after another one.
    pub(super) fn link_after(&mut self, shape: &'static Shape, left: LeafId<S>, new: LeafId<S>) {
        let (left_node, new_node) = (self.leaf(shape, left).node, self.leaf(shape, new).node);
        let next = left_node.next();
        new_node.set_prev(left);
        new_node.set_next(next);
        left_node.set_next(new);
        if next.is_nil() {
            // SAFETY: the store has made a leaf.
            unsafe { self.store.set_last(new.get()) };
        } else {
            self.leaf(shape, next).node.set_prev(new);
        }
    }

    /// Moves entries between two leaves so that each has its share, except for the new entry.
    /// Returns the gap of the new entry.
    ///
    /// # Safety
    /// Both leaves have room for their share, and are neighbours.
    unsafe fn spread(&self, shape: &'static Shape, plan: &Plan<S>, right_id: LeafId<S>) -> Gap<S> {
        let (left, right) = (self.leaf(shape, plan.left), self.leaf(shape, right_id));
        let (left_had, right_had) = (left.node.len(), right.node.len());
        let goes_left = plan.at < plan.left_len;
        let stay = plan.left_len - usize::from(goes_left);
        // SAFETY: entries move from the end of the left leaf to the start of the right one, or
        // back; both have room.
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
        let (leaf, at) = if goes_left {
            (plan.left, plan.at)
        } else {
            (right_id, plan.at - plan.left_len)
        };
        Gap { leaf, at }
    }

    /// Splits the full branches at the end of the path, from the top down: each finds room above,
    /// and the last one then has room for a leaf.
    fn split_full(&mut self, shape: &'static Shape, path: &mut Path<S>) {
        let is_full = |step: &&Step<S>| self.branch(shape, step.branch).is_full();
        let full = path.iter().rev().take_while(is_full).count();
        // What can fail comes first: then the tree is unchanged.
        let new: Vec<_> = (0..full).map(|_| self.make_branch(shape, S::NIL)).collect();
        if full == path.len() {
            let branch = self.make_branch(shape, self.root);
            path.insert(0, Step { branch, slot: 0 });
            self.root = branch.get();
            self.height += 1;
        }
        let top = path.len() - full;
        for (below, new) in new.into_iter().enumerate() {
            // SAFETY: the branch above has room: it was not full, or it has been split.
            unsafe { self.split_branch(shape, path, top + below, new) };
        }
    }

    /// Splits the full branch at `level` of the path, which afterwards leads through one of the
    /// halves. On the rightmost path of the tree all children except the last stay left, so that
    /// appending fills branches behind.
    ///
    /// # Safety
    /// The branch above has room, and `new` is a fresh branch.
    unsafe fn split_branch(
        &mut self,
        shape: &'static Shape,
        path: &mut Path<S>,
        level: usize,
        new: BranchId<S>,
    ) {
        let Step { branch: full, slot } = path[level];
        let above = path[level - 1];
        let is_rightmost = |step: &Step<S>| step.slot == self.branch(shape, step.branch).len();
        let half = shape.branch.capacity / 2;
        let stay = if path[..=level].iter().all(is_rightmost) {
            shape.branch.capacity - 1
        } else if slot < half {
            // The half that gets another child is the smaller one.
            half - 1
        } else {
            half
        };
        let (left, right) = (self.branch(shape, full), self.branch(shape, new));
        let parent = self.branch(shape, above.branch);
        // SAFETY: `stay` separators stay, the next one goes up, and the others go right with the
        // children between and after them.
        unsafe {
            left.move_tail(stay + 1, right);
            parent.insert(above.slot, left.separator(stay), new.get());
            left.shorten(stay);
        }
        if slot > stay {
            path[level - 1].slot += 1;
            path[level] = Step {
                branch: new,
                slot: slot - stay - 1,
            };
        }
    }
}
