//! A tree whose nodes are shared: an `Rc<RefCell<Node>>` each, held by the branch above and by the
//! leaf before.
//!
//! No reference to an entry outlives the borrow of its node, so an iterator borrows the leaf anew
//! at each step. A look-up holds the borrows of all levels at once, and counts no references.

use std::cell::RefCell;
use std::iter::from_fn;
use std::rc::Rc;

use super::node::{Arrangement, Entries, Inserted, Node};
use crate::lab::peer::Peer;

type Inner<K, V, A> = Node<K, V, Shared<K, V, A>, Option<Shared<K, V, A>>, A>;

/// A node.
struct Shared<K, V, A: Arrangement>(Rc<RefCell<Inner<K, V, A>>>);

impl<K, V, A: Arrangement> Clone for Shared<K, V, A> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

/// See the module.
pub(crate) struct RcRefCell<K, V, A: Arrangement> {
    root: Shared<K, V, A>,
    len: usize,
}

impl<K: Ord + Clone, V, A: Arrangement> Default for RcRefCell<K, V, A> {
    fn default() -> Self {
        Self {
            root: Shared::new(Node::new_leaf()),
            len: 0,
        }
    }
}

impl<K: Ord + Clone, V, A: Arrangement> Shared<K, V, A> {
    fn new(node: Inner<K, V, A>) -> Self {
        Self(Rc::new(RefCell::new(node)))
    }

    fn insert(&self, key: K, value: V, is_last: bool) -> Inserted<K, V, Self> {
        match &mut *self.0.borrow_mut() {
            Node::Leaf(entries, next) => {
                Inner::<K, V, A>::put(entries, key, value, is_last).map(|right| {
                    let right = Self::new(Node::Leaf(right, next.take()));
                    *next = Some(right.clone());
                    right
                })
            }
            Node::Branch(children) => {
                let at = children.child(&key);
                let is_last = is_last && at + 1 == children.len();
                match children.value(at).insert(key, value, is_last) {
                    Inserted::Split(least, child) => {
                        Inner::<K, V, A>::put_child(children, at + 1, least, child, is_last)
                            .map(|right| Self::new(Node::Branch(right)))
                    }
                    done => done,
                }
            }
        }
    }

    fn get<R>(&self, key: &K, read: impl FnOnce(&V) -> R) -> Option<R> {
        match &*self.0.borrow() {
            Node::Leaf(entries, _) => Some(read(entries.value(entries.find(key).ok()?))),
            Node::Branch(children) => {
                let at = children.child(key);
                children.value(at).get(key, read)
            }
        }
    }

    fn remove(&self, key: &K) -> Option<V> {
        match &mut *self.0.borrow_mut() {
            Node::Leaf(entries, _) => {
                let at = entries.find(key).ok()?;
                Some(entries.remove(at).1)
            }
            Node::Branch(children) => {
                let at = children.child(key);
                let child = children.value(at);
                let removed = child.remove(key)?;
                if child.0.borrow().is_low() {
                    let left = at.saturating_sub(1);
                    let (before, after) = (children.value(left), children.value(left + 1));
                    let least = Node::share(&mut before.0.borrow_mut(), &mut after.0.borrow_mut());
                    match least {
                        Some(least) => *children.key_mut(left + 1) = least,
                        None => drop(children.remove(left + 1)),
                    }
                }
                Some(removed)
            }
        }
    }

    /// The leaf of the key and the position in it, or those of the first entry.
    fn seek(&self, key: Option<&K>) -> (Self, usize) {
        match &*self.0.borrow() {
            Node::Leaf(entries, _) => {
                let at = |key| entries.find(key).unwrap_or_else(|at| at);
                (self.clone(), key.map_or(0, at))
            }
            Node::Branch(children) => {
                let at = key.map_or(0, |key| children.child(key));
                children.value(at).seek(key)
            }
        }
    }
}

impl<K: Ord + Clone, V, A: Arrangement> RcRefCell<K, V, A> {
    /// What `read` makes of the entries from the key on, until it makes nothing of one.
    #[inline]
    fn walk<R>(
        &self,
        from: Option<&K>,
        read: impl Fn(&A::Leaf<K, V>, usize) -> Option<R>,
    ) -> impl Iterator<Item = R> {
        let (leaf, mut at) = self.root.seek(from);
        let mut leaf = Some(leaf);
        from_fn(move || {
            loop {
                let next = match &*leaf.as_ref()?.0.borrow() {
                    Node::Leaf(entries, _) if at < entries.len() => {
                        at += 1;
                        return read(entries, at - 1);
                    }
                    Node::Leaf(_, next) => next.clone(),
                    Node::Branch(_) => unreachable!("leaves are linked to leaves"),
                };
                (leaf, at) = (next, 0);
            }
        })
    }
}

impl<K: Ord + Clone, V, A: Arrangement> Peer<K, V> for RcRefCell<K, V, A> {
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.root.insert(key, value, true) {
            Inserted::Replaced(old) => return Some(old),
            Inserted::Added => {}
            Inserted::Split(least, right) => {
                self.root = Shared::new(Node::new_branch(self.root.clone(), least, right));
            }
        }
        self.len += 1;
        None
    }

    fn get<R>(&self, key: &K, read: impl FnOnce(&V) -> R) -> Option<R> {
        self.root.get(key, read)
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        let removed = self.root.remove(key)?;
        self.len -= 1;
        let only = match &*self.root.0.borrow() {
            Node::Branch(children) if children.len() == 1 => Some(children.value(0).clone()),
            _ => None,
        };
        if let Some(only) = only {
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
