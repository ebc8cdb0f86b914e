//! Dropping a tree: the entries, then the separators, then the nodes.
//!
//! This needs no recursion, so no tree overflows a stack. If a drop panics, dropping continues with
//! the next value while the panic unwinds, as in std's maps; a second panic aborts, as everywhere.

use core::mem;

use super::iter::Run;
use super::path::Path;
use super::policy::Policy;
use super::{SeparatorOf, Tree};
use crate::store::{BranchId, LeafId, Store};

impl<K, V, S: Store, P: Policy> Drop for Tree<K, V, S, P> {
    fn drop(&mut self) {
        if const { Self::IS_FREED_AT_ONCE && !mem::needs_drop::<(K, V)>() } {
            // SAFETY: nothing needs to be dropped, and the store frees all nodes.
            unsafe { self.raw.release(Self::SHAPE) };
            return;
        }
        let run = Run::all(self);
        self.tear_down(run);
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Whether the store frees all nodes at once and no separator needs a drop.
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

/// The rest of a tree. Resumable after a panic: each value is removed before it is dropped.
struct Remains<'a, K, V, S: Store, P: Policy> {
    tree: &'a mut Tree<K, V, S, P>,
    run: Run<K, V, S, P>,
    /// The next leaf to be visited, once the entries are gone; the nodes before it are already
    /// freed. Empty path and no leaf if no nodes need to be visited.
    path: Path<S>,
    leaf: Option<LeafId<S>>,
}

impl<K, V, S: Store, P: Policy> Drop for Remains<'_, K, V, S, P> {
    fn drop(&mut self) {
        self.drop_entries();
        self.drop_nodes();
        // SAFETY: entries and separators are gone, and so are nodes that had to be freed one by
        // one.
        unsafe { self.tree.raw.release(Tree::<K, V, S, P>::SHAPE) };
    }
}

impl<K, V, S: Store, P: Policy> Remains<'_, K, V, S, P> {
    fn drop_entries(&mut self) {
        if !mem::needs_drop::<(K, V)>() {
            return;
        }
        while let Some((key, value)) = self.run.next(self.tree) {
            // SAFETY: the run yields each entry once, and nobody else reads it.
            drop(unsafe { (key.read(), value.read()) });
        }
    }

    /// Frees the nodes, children before their branch.
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
                // SAFETY: the leaf's entries are gone, and the path continues after it.
                unsafe { self.tree.raw.store.free_leaf(leaf.get(), layout) };
            }
            // If a drop panics, the path still leads to this branch, without the separators already
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

/// Drops the separators of a branch and frees it, unless the store frees all nodes at once.
fn drop_branch<K, V, S: Store, P: Policy>(tree: &mut Tree<K, V, S, P>, id: BranchId<S>) {
    let branch = tree.branch(id);
    while branch.len() > 0 {
        // SAFETY: there is a separator; nobody searches this branch any more.
        drop(unsafe { branch.pop() });
    }
    if !S::FREES_ALL_AT_ONCE {
        let layout = Tree::<K, V, S, P>::SHAPE.branch.layout;
        // SAFETY: the branch's children are freed and its separators dropped.
        unsafe { tree.raw.store.free_branch(id.get(), layout) };
    }
}
