//! Many look-ups at once: while some wait for memory, others proceed.
//!
//! Look-ups do not depend on one another, so [`LANES`] of them go down the levels together. Each
//! searches its branch and prefetches the child, then the next one does; when the first one's turn
//! comes again, its child is in cache. Of a node, the keys are prefetched first, and what a key
//! leads to once it is known: prefetching whole nodes took 1.2 times as long among a million
//! entries. Bisecting a leaf line by line, with a turn for each line, took no less than this, nor
//! did a turn for the part of a leaf and one for its keys.
//!
//! A batch is long enough to choose the instruction set at run time. A single look-up is not: with
//! AVX2 chosen at run time, which makes it a call, it took 1.15 times as long as with SSE2 up to a
//! thousand entries, and 0.93 times from a hundred thousand on.

use super::leaf::Leaf;
use super::policy::Policy;
use super::shape::Sizes;
use super::target::{Keys, Target};
use super::{Gap, Occupied, Tree};
use crate::key;
use crate::search::Form;
use crate::search::simd::{BASELINE, InstructionSet, SimdToken, Task};
use crate::store::{BranchId, LeafId, Store};

/// The number of look-ups that are under way at a time.
const LANES: usize = 16;

/// Where the look-up of a target ended.
pub(super) enum Place<S: Store> {
    /// The gap of the target.
    Gap(Gap<S>),
    /// In a leaf that has tags: the entry that the target is the lower bound of.
    Entry(Option<Occupied<S>>),
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Searches targets, and calls `found` for each, in their order, with the entry that it is the
    /// lower bound of.
    pub(crate) fn find_batch<M: Target<K, P::TieBreaker<V>>>(
        &self,
        targets: impl Iterator<Item = M>,
        mut found: impl FnMut(Option<Occupied<S>>),
    ) {
        self.place_batch(targets, |target, place| {
            found(match place {
                Place::Gap(gap) => self.entry_after(gap, target),
                Place::Entry(entry) => entry,
            });
        });
    }

    /// Searches targets, and calls `found` for each, in their order. Without a root, no place has
    /// an entry.
    pub(super) fn place_batch<M: Target<K, P::TieBreaker<V>>>(
        &self,
        targets: impl Iterator<Item = M>,
        mut found: impl FnMut(M, Place<S>),
    ) {
        // The only leaf may be a small one, which is not padded. Texts below one level of branches
        // are in cache, where it would be a waste to go to each twice.
        let in_cache = u8::from(const { Sizes::<K, V, S, P>::HAS_TAGS });
        if self.raw.height <= in_cache {
            return targets.for_each(|target| {
                found(target, self.place(target));
            });
        }
        let batch = Batch {
            tree: self,
            targets,
            found,
        };
        if key::integer::<K>().is_some() {
            SimdToken::detect().run(batch);
        } else {
            batch.run(BASELINE);
        }
    }

    /// Searches one target.
    fn place<M: Target<K, P::TieBreaker<V>>>(&self, target: M) -> Place<S> {
        let Some(root) = self.raw.root() else {
            return Place::Entry(None);
        };
        if const { Sizes::<K, V, S, P>::HAS_TAGS } {
            Place::Entry(self.find_entry(root, target))
        } else {
            Place::Gap(self.locate(root, target))
        }
    }
}

/// A batch in a tree with branches.
struct Batch<'t, K, V, S: Store, P: Policy, I, F> {
    tree: &'t Tree<K, V, S, P>,
    targets: I,
    found: F,
}

/// A look-up that is under way.
#[derive(Clone, Copy)]
struct Lane<M, I> {
    target: M,
    /// The node that is searched next.
    node: I,
    /// Once its leaf was searched: the rank of the target, or the slot that its tag leads to.
    at: usize,
}

impl<K, V, S, P, M, I, F> Task for Batch<'_, K, V, S, P, I, F>
where
    S: Store,
    P: Policy,
    M: Target<K, P::TieBreaker<V>>,
    I: Iterator<Item = M>,
    F: FnMut(M, Place<S>),
{
    type Output = ();

    // Always: what is not inlined lacks the instruction set (see `Task`).
    #[inline(always)]
    fn run<A: InstructionSet>(mut self, set: A) {
        while let Some(target) = self.targets.next() {
            let mut lanes = [self.lane(target); LANES];
            let mut count = 1;
            for lane in &mut lanes[1..] {
                let Some(target) = self.targets.next() else {
                    break;
                };
                *lane = self.lane(target);
                count += 1;
            }
            self.descend(set, &mut lanes[..count]);
        }
    }
}

impl<K, V, S, P, M, I, F> Batch<'_, K, V, S, P, I, F>
where
    S: Store,
    P: Policy,
    M: Target<K, P::TieBreaker<V>>,
    I: Iterator<Item = M>,
    F: FnMut(M, Place<S>),
{
    #[inline]
    fn lane(&self, target: M) -> Lane<M, S::Id> {
        Lane {
            target,
            node: self.tree.raw.root,
            at: 0,
        }
    }

    /// The rank of a target in a node.
    // Always: as `run`.
    #[inline(always)]
    fn rank(set: impl InstructionSet, target: M, node: Keys<K, P::TieBreaker<V>>) -> usize {
        target.rank_with(set, target.form(), node)
    }

    /// Leads all lanes from the root to their entries.
    // Always: as `run`.
    #[inline(always)]
    fn descend(&mut self, set: impl InstructionSet, lanes: &mut [Lane<M, S::Id>]) {
        let tree = self.tree;
        let waits = tree.exceeds_cache();
        for height in (0..tree.raw.height).rev() {
            for lane in &mut *lanes {
                // SAFETY: above the leaves are branches (invariant 1); a rank is at most the
                // length.
                unsafe {
                    let branch = tree.branch(BranchId::new(lane.node));
                    lane.node = branch.child(Self::rank(set, lane.target, branch.keys()));
                    if !waits {
                        continue;
                    }
                    if height > 0 {
                        tree.branch(BranchId::new(lane.node)).prefetch_keys();
                    } else if Self::has_tags(lane.target) {
                        tree.leaf(LeafId::new(lane.node)).prefetch_tags();
                    } else {
                        tree.leaf(LeafId::new(lane.node)).prefetch_keys();
                    }
                }
            }
        }
        if lanes
            .first()
            .is_some_and(|lane| Self::has_tags(lane.target))
        {
            self.find_by_tags(lanes);
        } else {
            self.find_by_rank(set, lanes);
        }
    }

    /// Returns whether a target is found by the tags in leaves: if one is, all are.
    #[inline]
    fn has_tags(target: M) -> bool {
        matches!(target.form(), Form::Bytes(_)) && const { Sizes::<K, V, S, P>::HAS_TAGS }
    }

    /// The leaf of a lane.
    #[inline]
    fn leaf(&self, lane: &Lane<M, S::Id>) -> (LeafId<S>, Leaf<K, V, S, P>) {
        // SAFETY: `height` levels below the root are leaves (invariant 1).
        let id = unsafe { LeafId::new(lane.node) };
        (id, self.tree.leaf(id))
    }

    /// The text that a lane looks for.
    fn text(lane: &Lane<M, S::Id>) -> &[u8] {
        match lane.target.form() {
            Form::Bytes(text) => text,
            _ => &[],
        }
    }

    // Always: as `run`.
    #[inline(always)]
    fn find_by_rank(&mut self, set: impl InstructionSet, lanes: &mut [Lane<M, S::Id>]) {
        for lane in &mut *lanes {
            let (_, leaf) = self.leaf(lane);
            lane.at = Self::rank(set, lane.target, leaf.keys());
            leaf.prefetch_value(lane.at);
        }
        for lane in &*lanes {
            let (leaf, _) = self.leaf(lane);
            let gap = Gap { leaf, at: lane.at };
            (self.found)(lane.target, Place::Gap(gap));
        }
    }

    /// A key and what it owns are in different places: a turn for each.
    fn find_by_tags(&mut self, lanes: &mut [Lane<M, S::Id>]) {
        for lane in &mut *lanes {
            let (_, leaf) = self.leaf(lane);
            lane.at = leaf.candidate(Self::text(lane));
            leaf.prefetch_key(lane.at);
        }
        for lane in &*lanes {
            let (_, leaf) = self.leaf(lane);
            leaf.prefetch_text(lane.at);
            leaf.prefetch_value(lane.at);
        }
        for lane in &*lanes {
            let (id, leaf) = self.leaf(lane);
            let at = leaf.find_candidate(lane.at, Self::text(lane));
            // SAFETY: what is found is below the length of the leaf.
            let entry = at.map(|at| unsafe { Occupied::new(Gap { leaf: id, at }) });
            (self.found)(lane.target, Place::Entry(entry));
        }
    }
}
