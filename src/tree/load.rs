//! Bulk loading: several threads fill the leaves of a new tree with ascending entries.
//!
//! The number of entries determines that of all nodes, and which entries each leaf gets. First the
//! separators are cloned, which is all that runs user code: if it panics, nothing has been moved.
//! Then one thread makes all nodes, without writing to leaves, and fills the branches. Last, the
//! leaves are filled, each by the thread that has it to itself.
//!
//! One thread alone is as fast when it pushes one entry after the other (`build`).

use alloc::vec::Vec;
use core::mem::ManuallyDrop;
use core::ops::Range;
use core::ptr;

use super::branch::{Separator, SeparatorPtr};
use super::policy::Policy;
use super::raw::RawTree;
use super::shape::{Shape, Sizes};
use super::{SeparatorOf, Tree};
use crate::iter::Entries;
use crate::store::{LeafId, Store};

/// One thread fills at most that many leaves at a time.
pub(super) const LEAVES: usize = 256;

/// A tree that is being loaded. Its root is missing until all of its nodes are filled.
pub(super) struct Load<K, V, S: Store, P: Policy> {
    tree: Tree<K, V, S, P>,
    /// The leaves of the tree, once they were made.
    leaves: Vec<LeafId<S>>,
    /// The entries, in one vector after the other.
    runs: Vec<Vec<(K, V)>>,
    /// For each run, the number of entries in those before it.
    starts: Vec<usize>,
    len: usize,
}

/// Some leaves of a tree that is being loaded, and the entries that belong there. No other part has
/// them.
struct LeafPart<'a, K, V, S: Store, P: Policy> {
    load: &'a Load<K, V, S, P>,
    leaves: Range<usize>,
}

// SAFETY: a part has its leaves and entries to itself. What it shares with other parts, the places
// of all leaves and entries, is not changed as long as there are parts.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for LeafPart<'_, K, V, S, P> {}

impl<K, V, S: Store, P: Policy> Load<K, V, S, P> {
    const LEAF: usize = Sizes::<K, V, S, P>::LEAF;

    pub(super) fn new(runs: Vec<Vec<(K, V)>>) -> Self {
        let mut len = 0;
        let starts = (runs.iter())
            .map(|run| {
                let start = len;
                len += run.len();
                start
            })
            .collect();
        Load {
            tree: Tree::new(),
            leaves: Vec::new(),
            runs,
            starts,
            len,
        }
    }

    /// The part that has that many leaves.
    fn part(&mut self, leaves: usize) -> LeafPart<'_, K, V, S, P> {
        LeafPart {
            load: self,
            leaves: 0..leaves,
        }
    }

    /// The entry at a position and the ones after it that are adjacent in memory.
    fn entries_from(&self, position: usize) -> &[(K, V)] {
        let run = self.starts.partition_point(|&start| start <= position) - 1;
        &self.runs[run][position - self.starts[run]..]
    }

    /// Builds the tree.
    pub(super) fn build(mut self) -> Tree<K, V, S, P>
    where
        K: Clone + Send,
        V: Send,
        P::TieBreaker<V>: Clone + Send,
    {
        let leaves = self.len.div_ceil(Self::LEAF);
        if leaves <= 1 {
            self.tree.reserve(self.len);
            self.tree.push_ascending(self.runs.into_iter().flatten());
            return self.tree;
        }
        let separators = self.part(leaves - 1).in_parallel(&LeafPart::separators);
        let shape = Tree::<K, V, S, P>::SHAPE;
        self.leaves = self.tree.raw.make_leaves(shape, leaves);
        // From here on nothing panics: no user code runs, and memory is reserved.
        let mut separators = ManuallyDrop::new(separators);
        let mut load = ManuallyDrop::new(self);
        let first = separators.as_mut_ptr();
        // SAFETY: there is a separator after each leaf but the last. All are moved into branches,
        // and all entries into leaves, before the root makes these nodes a tree.
        unsafe {
            let load = &mut *load;
            let raw = &mut load.tree.raw;
            let (root, height) = raw.load_branches(shape, &load.leaves, &|at| {
                SeparatorPtr::of::<K, P::TieBreaker<V>>(first.add(at))
            });
            raw.store.set_last(load.leaves[leaves - 1].get());
            load.part(leaves).in_parallel(&|part| {
                part.fill();
                Vec::<()>::new()
            });
            load.runs.iter_mut().for_each(|run| run.set_len(0));
            separators.set_len(0);
            let raw = &mut load.tree.raw;
            (raw.root, raw.height, raw.len) = (root, height, load.len);
        }
        drop(ManuallyDrop::into_inner(separators));
        ManuallyDrop::into_inner(load).tree
    }
}

impl<'a, K, V, S: Store, P: Policy> LeafPart<'a, K, V, S, P> {
    const LEAF: usize = Load::<K, V, S, P>::LEAF;

    /// Has several threads do some work on parts of this one. Returns all results in order.
    fn in_parallel<T: Send>(self, work: &(impl Fn(Self) -> Vec<T> + Sync)) -> Vec<T>
    where
        K: Send,
        V: Send,
    {
        let LeafPart { load, leaves } = self;
        if leaves.len() <= LEAVES {
            return work(LeafPart { load, leaves });
        }
        let middle = leaves.start + leaves.len() / 2;
        let part = |leaves| LeafPart { load, leaves };
        let (left, right) = (part(leaves.start..middle), part(middle..leaves.end));
        let (mut results, mut others) =
            rayon::join(|| left.in_parallel(work), || right.in_parallel(work));
        results.append(&mut others);
        results
    }

    /// Clones a separator for each leaf: its last entry.
    fn separators(self) -> Vec<SeparatorOf<K, V, P>>
    where
        K: Clone,
        P::TieBreaker<V>: Clone,
    {
        let last = |leaf| &self.load.entries_from((leaf + 1) * Self::LEAF - 1)[0];
        (self.leaves.clone().map(last))
            .map(|(key, value)| Separator {
                key: key.clone(),
                tie_breaker: P::tie_breaker(value).clone(),
            })
            .collect()
    }

    /// Initialises the leaves, links them, and moves their entries there. Runs no user code.
    ///
    /// # Safety
    /// The leaves were made, and are not initialised yet. Their entries are not used afterwards.
    unsafe fn fill(self) {
        let load = self.load;
        for at in self.leaves {
            let id = load.leaves[at];
            let raw = load.tree.raw.leaf(Tree::<K, V, S, P>::SHAPE, id);
            // SAFETY: a fresh leaf holds no entries.
            unsafe { raw.init() };
            if at > 0 {
                raw.node.set_prev(load.leaves[at - 1]);
            }
            if let Some(&next) = load.leaves.get(at + 1) {
                raw.node.set_next(next);
            }
            let (first, leaf) = (at * Self::LEAF, load.tree.leaf(id));
            let len = Self::LEAF.min(load.len - first);
            let mut filled = 0;
            while filled < len {
                for entry in load.entries_from(first + filled).iter().take(len - filled) {
                    // SAFETY: the entry is moved, once, to a free slot of its leaf.
                    unsafe {
                        let (key, value) = ptr::read(entry);
                        leaf.fill(filled, key, value);
                    }
                    filled += 1;
                }
            }
            // SAFETY: the first slots have just been filled.
            unsafe { raw.node.set_len(len) };
        }
    }
}

impl<S: Store> RawTree<S> {
    /// Makes that many leaves, which are yet to be initialised, and reserves the branches above
    /// them.
    fn make_leaves(&mut self, shape: &'static Shape, count: usize) -> Vec<LeafId<S>> {
        let (mut branches, mut level) = (0, count);
        while level > 1 {
            level = level.div_ceil(shape.branch.capacity + 1);
            branches += level;
        }
        let (leaf, branch) = (shape.leaf.layout, shape.branch.layout);
        // SAFETY: the layouts of all nodes of this tree.
        unsafe {
            self.store.reserve(leaf, count, branch, branches);
            (0..count)
                .map(|_| LeafId::new(self.store.make_leaf(leaf)))
                .collect()
        }
    }

    /// Makes full branches above at least two leaves. Returns the top one and the number of levels.
    ///
    /// # Safety
    /// The leaves are those of this tree, in order. `separator` returns the address of the
    /// separator after the leaf with that number, for all but the last. The separators are not used
    /// afterwards.
    unsafe fn load_branches(
        &mut self,
        shape: &'static Shape,
        leaves: &[LeafId<S>],
        separator: &dyn Fn(usize) -> SeparatorPtr,
    ) -> (S::Id, u8) {
        let most = shape.branch.capacity + 1;
        let mut level: Vec<S::Id> = leaves.iter().map(|leaf| leaf.get()).collect();
        // The number of leaves below each child but the last.
        let (mut below, mut height) = (1, 0);
        while level.len() > 1 {
            let mut first = 0;
            let branches = level.chunks(most).map(|children| {
                let id = self.make_branch(shape, children[0]);
                let branch = self.branch(shape, id);
                // SAFETY: a fresh branch has room for that many children, and the separators
                // between them; those after the last one are on a higher level.
                unsafe {
                    branch.load(children, |at| separator((first + at + 1) * below - 1));
                }
                first += children.len();
                id.get()
            });
            level = branches.collect();
            below = most.saturating_mul(below);
            height += 1;
        }
        (level[0], height)
    }
}
