//! A tree whose nodes are in one vector, each with a number, as `Option`s: a number may be that of
//! a node which is free, so each reach is checked twice.
//!
//! Leaves are linked by number. An iterator holds the number of its leaf, and looks the leaf up at
//! each step.

use std::iter::from_fn;

use super::node::{Arrangement, Entries, Inserted, Node};
use crate::lab::peer::Peer;

type Inner<K, V, A> = Node<K, V, u32, Option<u32>, A>;

/// See the module.
pub(crate) struct VecOption<K, V, A: Arrangement> {
    nodes: Vec<Option<Inner<K, V, A>>>,
    free: Vec<u32>,
    root: u32,
    len: usize,
}

/// What is wrong if a node is not there.
const IS_USED: &str = "only nodes in use have a number in the tree";

impl<K: Ord + Clone, V, A: Arrangement> Default for VecOption<K, V, A> {
    fn default() -> Self {
        Self {
            nodes: vec![Some(Node::new_leaf())],
            free: Vec::new(),
            root: 0,
            len: 0,
        }
    }
}

impl<K: Ord + Clone, V, A: Arrangement> VecOption<K, V, A> {
    #[inline]
    fn node(&self, id: u32) -> &Inner<K, V, A> {
        self.nodes[id as usize].as_ref().expect(IS_USED)
    }

    #[inline]
    fn node_mut(&mut self, id: u32) -> &mut Inner<K, V, A> {
        self.nodes[id as usize].as_mut().expect(IS_USED)
    }

    fn branch_mut(&mut self, id: u32) -> &mut A::Branch<K, u32> {
        match self.node_mut(id) {
            Node::Branch(children) => children,
            Node::Leaf(..) => unreachable!("a node remains what it is"),
        }
    }

    fn make(&mut self, node: Inner<K, V, A>) -> u32 {
        if let Some(id) = self.free.pop() {
            self.nodes[id as usize] = Some(node);
            return id;
        }
        self.nodes.push(Some(node));
        u32::try_from(self.nodes.len() - 1).expect("the lab makes few nodes")
    }

    fn free(&mut self, id: u32) {
        self.nodes[id as usize] = None;
        self.free.push(id);
    }

    fn insert_below(&mut self, id: u32, key: K, value: V, is_last: bool) -> Inserted<K, V, u32> {
        match self.node_mut(id) {
            Node::Leaf(entries, next) => {
                let after = *next;
                Inner::<K, V, A>::put(entries, key, value, is_last).map(|right| {
                    let right = self.make(Node::Leaf(right, after));
                    if let Node::Leaf(_, next) = self.node_mut(id) {
                        *next = Some(right);
                    }
                    right
                })
            }
            Node::Branch(children) => {
                let at = children.child(&key);
                let is_last = is_last && at + 1 == children.len();
                let child = *children.value(at);
                match self.insert_below(child, key, value, is_last) {
                    Inserted::Split(least, child) => {
                        let children = self.branch_mut(id);
                        Inner::<K, V, A>::put_child(children, at + 1, least, child, is_last)
                            .map(|right| self.make(Node::Branch(right)))
                    }
                    done => done,
                }
            }
        }
    }

    fn remove_below(&mut self, id: u32, key: &K) -> Option<V> {
        match self.node_mut(id) {
            Node::Leaf(entries, _) => {
                let at = entries.find(key).ok()?;
                Some(entries.remove(at).1)
            }
            Node::Branch(children) => {
                let at = children.child(key);
                let child = *children.value(at);
                let removed = self.remove_below(child, key)?;
                if self.node(child).is_low() {
                    self.share_below(id, at.saturating_sub(1));
                }
                Some(removed)
            }
        }
    }

    /// Merges the children at `left` and after it, or moves entries from one to the other.
    fn share_below(&mut self, id: u32, left: usize) {
        let children = self.branch_mut(id);
        let ids = [*children.value(left), *children.value(left + 1)];
        let nodes = self.nodes.get_disjoint_mut(ids.map(|id| id as usize));
        let [before, after] = nodes.expect("children are different nodes");
        let (before, after) = (
            before.as_mut().expect(IS_USED),
            after.as_mut().expect(IS_USED),
        );
        match Node::share(before, after) {
            Some(least) => *self.branch_mut(id).key_mut(left + 1) = least,
            None => {
                self.branch_mut(id).remove(left + 1);
                self.free(ids[1]);
            }
        }
    }

    /// What `read` makes of the entries from the key on, until it makes nothing of one.
    #[inline]
    fn walk<R>(
        &self,
        from: Option<&K>,
        read: impl Fn(&A::Leaf<K, V>, usize) -> Option<R>,
    ) -> impl Iterator<Item = R> {
        let mut id = self.root;
        let mut at = loop {
            match self.node(id) {
                Node::Leaf(entries, _) => {
                    break from.map_or(0, |key| entries.find(key).unwrap_or_else(|at| at));
                }
                Node::Branch(children) => {
                    let at = from.map_or(0, |key| children.child(key));
                    id = *children.value(at);
                }
            }
        };
        let mut leaf = Some(id);
        from_fn(move || {
            loop {
                match self.node(leaf?) {
                    Node::Leaf(entries, _) if at < entries.len() => {
                        at += 1;
                        return read(entries, at - 1);
                    }
                    Node::Leaf(_, next) => (leaf, at) = (*next, 0),
                    Node::Branch(_) => unreachable!("leaves are linked to leaves"),
                }
            }
        })
    }
}

impl<K: Ord + Clone, V, A: Arrangement> Peer<K, V> for VecOption<K, V, A> {
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.insert_below(self.root, key, value, true) {
            Inserted::Replaced(old) => return Some(old),
            Inserted::Added => {}
            Inserted::Split(least, right) => {
                self.root = self.make(Node::new_branch(self.root, least, right));
            }
        }
        self.len += 1;
        None
    }

    fn get<R>(&self, key: &K, read: impl FnOnce(&V) -> R) -> Option<R> {
        let mut id = self.root;
        loop {
            match self.node(id) {
                Node::Leaf(entries, _) => {
                    return Some(read(entries.value(entries.find(key).ok()?)));
                }
                Node::Branch(children) => {
                    id = *children.value(children.child(key));
                }
            }
        }
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        let removed = self.remove_below(self.root, key)?;
        self.len -= 1;
        if let Node::Branch(children) = self.node(self.root)
            && children.len() == 1
        {
            let only = *children.value(0);
            self.free(self.root);
            self.root = only;
        }
        Some(removed)
    }

    #[inline]
    fn items<R>(&self, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        self.walk(None, move |leaf, at| {
            Some(read(leaf.key(at), leaf.value(at)))
        })
    }

    #[inline]
    fn keys<R>(&self, read: impl Fn(&K) -> R) -> impl Iterator<Item = R> {
        self.walk(None, move |leaf, at| Some(read(leaf.key(at))))
    }

    #[inline]
    fn range<R>(&self, from: &K, to: &K, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        self.walk(Some(from), move |leaf, at| {
            let key = leaf.key(at);
            (key < to).then(|| read(key, leaf.value(at)))
        })
    }

    fn len(&self) -> usize {
        self.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::trees::Apart;

    /// Nodes of a tree are merged when it shrinks, and their slots are used again.
    #[test]
    fn free_slots_are_used_again() {
        let mut tree = VecOption::<u32, u32, Apart<4, 4>>::default();
        let mut slots = 0;
        for _ in 0..2 {
            for key in 0..1000 {
                tree.insert(key, key);
            }
            slots = slots.max(tree.nodes.len());
            for key in 0..1000 {
                tree.remove(&key);
            }
            assert_eq!(tree.nodes.len() - tree.free.len(), 1);
        }
        assert_eq!(tree.nodes.len(), slots);
        assert!(slots < 500, "leaves are full");
    }
}
