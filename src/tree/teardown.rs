//! Dropping a tree: the entries, then the separators, then the nodes.
//!
//! Without recursion, so that no tree overflows a stack. If a drop panics, dropping goes on with
//! the next while the panic unwinds, as std's maps do; a second panic aborts, as it does anywhere.

use core::mem;

use super::iter::Run;
use super::node::Shape;
use super::path::Path;
use super::policy::Policy;
use super::{SeparatorOf, Tree};
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Drop for Tree<K, V, S, P> {
    fn drop(&mut self) {
        let run = Run::all(self);
        self.tear_down(run);
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Drops the entries of `run`, which are all that the tree still owns, and frees all nodes.
    pub(super) fn tear_down(&mut self, run: Run<K, V, S, P>) {
        if self.root == S::NIL {
            return;
        }
        let mut remains = Remains {
            run,
            path: None,
            leaf: None,
            tree: self,
        };
        remains.drop_entries();
        remains.drop_nodes();
    }
}

/// What is left of a tree. Its methods can be taken up again after a panic: whatever is dropped was
/// given up before.
struct Remains<'a, K, V, S: Store, P: Policy> {
    tree: &'a mut Tree<K, V, S, P>,
    run: Run<K, V, S, P>,
    /// Where the nodes before are freed already, once the entries are gone.
    path: Option<Path<S::Id>>,
    leaf: Option<S::Id>,
}

impl<K, V, S: Store, P: Policy> Drop for Remains<'_, K, V, S, P> {
    fn drop(&mut self) {
        self.drop_entries();
        self.drop_nodes();
        let branch = Shape::<K, V, S, P>::branch_layout();
        // SAFETY: entries and separators are gone; nodes that had to be freed one by one are as
        // well.
        unsafe { self.tree.store.release(self.tree.leaf_layout(), branch) };
        self.tree.root = S::NIL;
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

    /// Visits all nodes, children before their branch, unless the store needs no help and no
    /// separator a drop.
    fn drop_nodes(&mut self) {
        if S::WHOLESALE && !mem::needs_drop::<SeparatorOf<K, V, P>>() {
            return;
        }
        if self.path.is_none() {
            let (path, leaf) = self.tree.first_path();
            (self.path, self.leaf) = (Some(path), Some(leaf));
        }
        let Some(path) = &mut self.path else { return };
        loop {
            if let Some(leaf) = self.leaf.take() {
                let layout = self.tree.leaf_layout();
                if !S::WHOLESALE {
                    // SAFETY: the leaf's entries are gone, and the path goes on behind it.
                    unsafe { self.tree.store.free_leaf(leaf, layout) };
                }
            }
            // A panic leaves the path at the branch, which has lost the keys that were dropped.
            while let Some(branch) = self.tree.next_leaf_or_branch(path, &mut self.leaf) {
                drop_branch(self.tree, branch);
                path.pop();
            }
            if self.leaf.is_none() {
                return;
            }
        }
    }
}

/// Drops the separators of a branch and frees it, if the store doesn't by itself.
fn drop_branch<K, V, S: Store, P: Policy>(tree: &mut Tree<K, V, S, P>, id: S::Id) {
    let branch = tree.branch(id);
    while branch.len() > 0 {
        let last = branch.len() - 1;
        // SAFETY: the separator is given up before it is dropped; nobody searches this branch any
        // more.
        drop(unsafe {
            branch.set_len(last);
            branch.take(last)
        });
    }
    if !S::WHOLESALE {
        // SAFETY: its children are freed, its separators dropped.
        unsafe {
            tree.store
                .free_branch(id, Shape::<K, V, S, P>::branch_layout())
        };
    }
}
