//! A tree that owns its nodes: a branch has its children in `Box`es.
//!
//! Leaves are not linked, as each has one owner. An iterator keeps the branches above its leaf.

use std::iter::from_fn;

use super::node::{Arrangement, Entries, Inserted, Node};
use crate::lab::peer::Peer;

type Child<K, V, A> = Box<Owned<K, V, A>>;
type Inner<K, V, A> = Node<K, V, Child<K, V, A>, (), A>;
type Leaf<K, V, A> = <A as Arrangement>::Leaf<K, V>;

/// A node and all below it.
struct Owned<K, V, A: Arrangement>(Inner<K, V, A>);

/// See the module.
pub(crate) struct Boxed<K, V, A: Arrangement> {
    root: Child<K, V, A>,
    len: usize,
}

impl<K: Ord + Clone, V, A: Arrangement> Default for Boxed<K, V, A> {
    fn default() -> Self {
        Self {
            root: Box::new(Owned(Inner::<K, V, A>::new_leaf())),
            len: 0,
        }
    }
}

impl<K: Ord + Clone, V, A: Arrangement> Owned<K, V, A> {
    fn insert(&mut self, key: K, value: V, is_last: bool) -> Inserted<K, V, Child<K, V, A>> {
        match &mut self.0 {
            Node::Leaf(entries, ()) => Inner::<K, V, A>::put(entries, key, value, is_last)
                .map(|right| Box::new(Owned(Node::Leaf(right, ())))),
            Node::Branch(children) => {
                let at = children.child(&key);
                let is_last = is_last && at + 1 == children.len();
                match children.value_mut(at).insert(key, value, is_last) {
                    Inserted::Split(least, child) => {
                        Inner::<K, V, A>::put_child(children, at + 1, least, child, is_last)
                            .map(|right| Box::new(Owned(Node::Branch(right))))
                    }
                    done => done,
                }
            }
        }
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        match &mut self.0 {
            Node::Leaf(entries, ()) => {
                let at = entries.find(key).ok()?;
                Some(entries.remove(at).1)
            }
            Node::Branch(children) => {
                let at = children.child(key);
                let child = children.value_mut(at);
                let removed = child.remove(key)?;
                if child.0.is_low() {
                    let left = at.saturating_sub(1);
                    let (before, after) = children.neighbours_mut(left);
                    match Node::share(&mut before.0, &mut after.0) {
                        Some(least) => *children.key_mut(left + 1) = least,
                        None => drop(children.remove(left + 1)),
                    }
                }
                Some(removed)
            }
        }
    }
}

impl<K: Ord + Clone, V, A: Arrangement> Boxed<K, V, A> {
    /// The leaves from that of the key on, or all; each with the position to begin at.
    fn leaves(&self, from: Option<&K>) -> impl Iterator<Item = (&Leaf<K, V, A>, usize)> {
        let mut above = Vec::new();
        let mut node = &self.root.0;
        let first = loop {
            match node {
                Node::Leaf(entries, ()) => {
                    let at = |key| entries.find(key).unwrap_or_else(|at| at);
                    break (entries, from.map_or(0, at));
                }
                Node::Branch(children) => {
                    let at = from.map_or(0, |key| children.child(key));
                    above.push((children, at + 1));
                    node = &children.value(at).0;
                }
            }
        };
        let mut first = Some(first);
        from_fn(move || {
            if first.is_some() {
                return first.take();
            }
            while above
                .last()
                .is_some_and(|&(children, at)| at == children.len())
            {
                above.pop();
            }
            let (children, at) = above.last_mut()?;
            let mut node = &children.value(*at).0;
            *at += 1;
            loop {
                match node {
                    Node::Leaf(entries, ()) => return Some((entries, 0)),
                    Node::Branch(children) => {
                        above.push((children, 1));
                        node = &children.value(0).0;
                    }
                }
            }
        })
    }
}

impl<K: Ord + Clone, V, A: Arrangement> Peer<K, V> for Boxed<K, V, A> {
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.root.insert(key, value, true) {
            Inserted::Replaced(old) => return Some(old),
            Inserted::Added => {}
            Inserted::Split(least, right) => {
                let place = Box::new(Owned(Inner::<K, V, A>::new_leaf()));
                let left = std::mem::replace(&mut self.root, place);
                *self.root = Owned(Inner::<K, V, A>::new_branch(left, least, right));
            }
        }
        self.len += 1;
        None
    }

    fn get<R>(&self, key: &K, read: impl FnOnce(&V) -> R) -> Option<R> {
        let mut node = &self.root.0;
        loop {
            match node {
                Node::Leaf(entries, ()) => {
                    return Some(read(entries.value(entries.find(key).ok()?)));
                }
                Node::Branch(children) => {
                    node = &children.value(children.child(key)).0;
                }
            }
        }
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        let removed = self.root.remove(key)?;
        self.len -= 1;
        if let Node::Branch(children) = &mut self.root.0
            && children.len() == 1
        {
            let (_, only) = children.remove(0);
            self.root = only;
        }
        Some(removed)
    }

    #[inline]
    fn items<R>(&self, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        let entries = self.leaves(None).flat_map(|(leaf, _)| leaf.iter_from(0));
        entries.map(move |(key, value)| read(key, value))
    }

    #[inline]
    fn keys<R>(&self, read: impl Fn(&K) -> R) -> impl Iterator<Item = R> {
        let keys = self.leaves(None).flat_map(|(leaf, _)| leaf.keys_from(0));
        keys.map(read)
    }

    #[inline]
    fn range<R>(&self, from: &K, to: &K, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        let leaves = self.leaves(Some(from));
        let entries = leaves.flat_map(|(leaf, at)| leaf.iter_from(at));
        let entries = entries.take_while(move |(key, _)| *key < to);
        entries.map(move |(key, value)| read(key, value))
    }

    fn len(&self) -> usize {
        self.len
    }
}
