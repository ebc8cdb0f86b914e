//! Dropping a tree: the entries, then the separators, then the nodes.
//!
//! Without recursion, so that no tree overflows a stack. If a drop panics, dropping goes on with
//! the next while the panic unwinds, as std's maps do; a second panic aborts, as it does anywhere.

use core::mem;

use super::iter::Run;
use super::path::Path;
use super::policy::Policy;
use super::{SeparatorOf, Tree};
use crate::store::{BranchId, LeafId, Store};

impl<K, V, S: Store, P: Policy> Drop for Tree<K, V, S, P> {
    fn drop(&mut self) {
        if const { Self::IS_FREED_AT_ONCE && !mem::needs_drop::<(K, V)>() } {
            // SAFETY: nothing is to be dropped, and the store frees all nodes.
            unsafe { self.raw.release(Self::SHAPE) };
            return;
        }
        let run = Run::all(self);
        self.tear_down(run);
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Whether the store frees nodes without help and no separator needs a drop.
    const IS_FREED_AT_ONCE: bool =
        S::FREES_ALL_AT_ONCE && !mem::needs_drop::<SeparatorOf<K, V, P>>();

    /// Drops the entries of `run`, which are all that the tree still owns, and frees all nodes.
    pub(super) fn tear_down(&mut self, run: Run<K, V, S, P>) {
        if self.raw.root().is_none() {
            return;
        }
        let (path, leaf) = if Self::IS_FREED_AT_ONCE {
            (Path::new(), None)
        } else {
            let (path, leaf) = self.raw.first_path(Self::SHAPE);
            (path, Some(leaf))
        };
        let mut remains = Remains {
            tree: self,
            run,
            path,
            leaf,
        };
        remains.drop_entries();
        remains.drop_nodes();
    }
}

/// What is left of a tree. Resumable after a panic: whatever is dropped was given up before.
struct Remains<'a, K, V, S: Store, P: Policy> {
    tree: &'a mut Tree<K, V, S, P>,
    run: Run<K, V, S, P>,
    /// Where the nodes before are freed already, once the entries are gone. No path and no leaf if
    /// there are none to visit.
    path: Path<S>,
    leaf: Option<LeafId<S>>,
}

impl<K, V, S: Store, P: Policy> Drop for Remains<'_, K, V, S, P> {
    fn drop(&mut self) {
        self.drop_entries();
        self.drop_nodes();
        // SAFETY: entries and separators are gone; nodes that had to be freed one by one are as
        // well.
        unsafe { self.tree.raw.release(Tree::<K, V, S, P>::SHAPE) };
    }
}

impl<K, V, S: Store, P: Policy> Remains<'_, K, V, S, P> {
    fn drop_entries(&mut self) {
        if !mem::needs_drop::<(K, V)>() {
            return;
        }
        while let Some((key, value)) = self.run.next(self.tree) {
            // SAFETY: the run yields each entry once, and nobody else will read it.
            drop(unsafe { (key.read(), value.read()) });
        }
    }

    /// Visits the nodes, children before their branch.
    fn drop_nodes(&mut self) {
        if Tree::<K, V, S, P>::IS_FREED_AT_ONCE {
            return;
        }
        let shape = Tree::<K, V, S, P>::SHAPE;
        let path = &mut self.path;
        loop {
            if let Some(leaf) = self.leaf.take()
                && !S::FREES_ALL_AT_ONCE
            {
                let layout = self.tree.raw.leaf_layout(&shape.leaf);
                // SAFETY: the leaf's entries are gone, and the path goes on behind it.
                unsafe { self.tree.raw.store.free_leaf(leaf.get(), layout) };
            }
            // A panic leaves the path at the branch, which has lost the separators that were
            // dropped.
            while let Some(branch) = self.tree.raw.visited(shape, path) {
                drop_branch(self.tree, branch);
                path.pop();
            }
            self.leaf = self.tree.raw.next_leaf(shape, path);
            if self.leaf.is_none() {
                return;
            }
        }
    }
}

/// Drops the separators of a branch and frees it, if the store doesn't by itself.
fn drop_branch<K, V, S: Store, P: Policy>(tree: &mut Tree<K, V, S, P>, id: BranchId<S>) {
    let branch = tree.branch(id);
    while branch.len() > 0 {
        // SAFETY: there is one; nobody searches this branch any more.
        drop(unsafe { branch.pop() });
    }
    if !S::FREES_ALL_AT_ONCE {
        let layout = Tree::<K, V, S, P>::SHAPE.branch.layout;
        // SAFETY: its children are freed, its separators dropped.
        unsafe { tree.raw.store.free_branch(id.get(), layout) };
    }
}
