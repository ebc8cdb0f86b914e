//! What all trees of the lab share: sorted arrays of keys and of what belongs to each, the two ways
//! to arrange these in memory, and nodes made of them.
//!
//! A branch has a key for each child, so that the same arrays serve leaves and branches. No entry
//! below a child is smaller than its key, and all entries of children before it are. The key of the
//! first child is not searched. It is that of the branch in the branch above; only in the first
//! branch of a level, whose first child never moves, it may be any key.
//!
//! Every node is at least half full, except the root and the last node of each level: entries that
//! are appended fill their nodes, as they do in leafwise. A branch has two children or more.

use std::mem::replace;
use std::ops::Range;

/// Keys in ascending order, each with a `T`.
pub(crate) trait Entries<K, T> {
    fn with_capacity(capacity: usize) -> Self;
    fn len(&self) -> usize;
    fn key(&self, at: usize) -> &K;
    fn key_mut(&mut self, at: usize) -> &mut K;
    fn value(&self, at: usize) -> &T;
    fn value_mut(&mut self, at: usize) -> &mut T;
    /// The values at `left` and right after it.
    fn neighbours_mut(&mut self, left: usize) -> (&mut T, &mut T);
    /// Where the key is, or where it would be.
    fn find(&self, key: &K) -> Result<usize, usize>
    where
        K: Ord;
    /// The number of keys after the first that are not greater: the child that has the key.
    fn child(&self, key: &K) -> usize
    where
        K: Ord;
    fn insert(&mut self, at: usize, key: K, value: T);
    fn remove(&mut self, at: usize) -> (K, T);
    /// Moves a part of `other` here.
    fn take(&mut self, at: usize, other: &mut Self, part: Range<usize>);
    fn iter_from<'a>(&'a self, at: usize) -> impl Iterator<Item = (&'a K, &'a T)>
    where
        K: 'a,
        T: 'a;
    fn keys_from<'a>(&'a self, at: usize) -> impl Iterator<Item = &'a K>
    where
        K: 'a;
}

/// Keys and values apart.
pub(crate) struct Arrays<K, T> {
    keys: Vec<K>,
    values: Vec<T>,
}

impl<K, T> Entries<K, T> for Arrays<K, T> {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            keys: Vec::with_capacity(capacity),
            values: Vec::with_capacity(capacity),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    fn key(&self, at: usize) -> &K {
        &self.keys[at]
    }

    #[inline]
    fn key_mut(&mut self, at: usize) -> &mut K {
        &mut self.keys[at]
    }

    #[inline]
    fn value(&self, at: usize) -> &T {
        &self.values[at]
    }

    #[inline]
    fn value_mut(&mut self, at: usize) -> &mut T {
        &mut self.values[at]
    }

    fn neighbours_mut(&mut self, left: usize) -> (&mut T, &mut T) {
        let (before, after) = self.values.split_at_mut(left + 1);
        (&mut before[left], &mut after[0])
    }

    #[inline]
    fn find(&self, key: &K) -> Result<usize, usize>
    where
        K: Ord,
    {
        self.keys.binary_search(key)
    }

    #[inline]
    fn child(&self, key: &K) -> usize
    where
        K: Ord,
    {
        self.keys[1..].partition_point(|own| own <= key)
    }

    #[inline]
    fn insert(&mut self, at: usize, key: K, value: T) {
        self.keys.insert(at, key);
        self.values.insert(at, value);
    }

    #[inline]
    fn remove(&mut self, at: usize) -> (K, T) {
        (self.keys.remove(at), self.values.remove(at))
    }

    fn take(&mut self, at: usize, other: &mut Self, part: Range<usize>) {
        let keys = other.keys.drain(part.clone());
        self.keys.splice(at..at, keys);
        self.values.splice(at..at, other.values.drain(part));
    }

    #[inline]
    fn iter_from<'a>(&'a self, at: usize) -> impl Iterator<Item = (&'a K, &'a T)>
    where
        K: 'a,
        T: 'a,
    {
        self.keys[at..].iter().zip(&self.values[at..])
    }

    #[inline]
    fn keys_from<'a>(&'a self, at: usize) -> impl Iterator<Item = &'a K>
    where
        K: 'a,
    {
        self.keys[at..].iter()
    }
}

/// Keys and values interleaved.
pub(crate) struct Tuples<K, T>(Vec<(K, T)>);

impl<K, T> Entries<K, T> for Tuples<K, T> {
    fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn key(&self, at: usize) -> &K {
        &self.0[at].0
    }

    #[inline]
    fn key_mut(&mut self, at: usize) -> &mut K {
        &mut self.0[at].0
    }

    #[inline]
    fn value(&self, at: usize) -> &T {
        &self.0[at].1
    }

    #[inline]
    fn value_mut(&mut self, at: usize) -> &mut T {
        &mut self.0[at].1
    }

    fn neighbours_mut(&mut self, left: usize) -> (&mut T, &mut T) {
        let (before, after) = self.0.split_at_mut(left + 1);
        (&mut before[left].1, &mut after[0].1)
    }

    #[inline]
    fn find(&self, key: &K) -> Result<usize, usize>
    where
        K: Ord,
    {
        self.0.binary_search_by(|(own, _)| own.cmp(key))
    }

    #[inline]
    fn child(&self, key: &K) -> usize
    where
        K: Ord,
    {
        self.0[1..].partition_point(|(own, _)| own <= key)
    }

    #[inline]
    fn insert(&mut self, at: usize, key: K, value: T) {
        self.0.insert(at, (key, value));
    }

    #[inline]
    fn remove(&mut self, at: usize) -> (K, T) {
        self.0.remove(at)
    }

    fn take(&mut self, at: usize, other: &mut Self, part: Range<usize>) {
        self.0.splice(at..at, other.0.drain(part));
    }

    #[inline]
    fn iter_from<'a>(&'a self, at: usize) -> impl Iterator<Item = (&'a K, &'a T)>
    where
        K: 'a,
        T: 'a,
    {
        self.0[at..].iter().map(|(key, value)| (key, value))
    }

    #[inline]
    fn keys_from<'a>(&'a self, at: usize) -> impl Iterator<Item = &'a K>
    where
        K: 'a,
    {
        self.0[at..].iter().map(|(key, _)| key)
    }
}

/// How leaves and branches are arranged, and how many entries and children they have at most; 0
/// means the number that the lab measures with.
pub(crate) trait Arrangement {
    const LEAF: usize;
    const BRANCH: usize;
    type Leaf<K, V>: Entries<K, V>;
    type Branch<K, C>: Entries<K, C>;
}

/// Keys and values apart, keys and children too.
pub(crate) struct Apart<const LEAF: usize = 0, const BRANCH: usize = 0>;

/// Both interleaved.
pub(crate) struct Interleaved<const LEAF: usize = 0, const BRANCH: usize = 0>;

/// Keys and values interleaved, keys and children apart.
pub(crate) struct Mixed<const LEAF: usize = 0, const BRANCH: usize = 0>;

impl<const LEAF: usize, const BRANCH: usize> Arrangement for Apart<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;
    type Leaf<K, V> = Arrays<K, V>;
    type Branch<K, C> = Arrays<K, C>;
}

impl<const LEAF: usize, const BRANCH: usize> Arrangement for Interleaved<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;
    type Leaf<K, V> = Tuples<K, V>;
    type Branch<K, C> = Tuples<K, C>;
}

impl<const LEAF: usize, const BRANCH: usize> Arrangement for Mixed<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;
    type Leaf<K, V> = Tuples<K, V>;
    type Branch<K, C> = Arrays<K, C>;
}

/// A node with children `C`, whose leaves are linked by `N`.
pub(super) enum Node<K, V, C, N, A: Arrangement> {
    Leaf(A::Leaf<K, V>, N),
    Branch(A::Branch<K, C>),
}

/// What an insertion did to a node.
pub(super) enum Inserted<K, V, R> {
    Replaced(V),
    Added,
    /// The node was split: the least key of the right part, and that part.
    Split(K, R),
}

impl<K, V, R> Inserted<K, V, R> {
    /// The same with a node made of the right part.
    #[inline]
    pub(super) fn map<S>(self, node: impl FnOnce(R) -> S) -> Inserted<K, V, S> {
        match self {
            Self::Replaced(old) => Inserted::Replaced(old),
            Self::Added => Inserted::Added,
            Self::Split(least, right) => Inserted::Split(least, node(right)),
        }
    }
}

impl<K: Ord + Clone, V, C, N: Default, A: Arrangement> Node<K, V, C, N, A> {
    /// Entries of a leaf, at most: as many as leafwise's leaves have, and 64.
    const LEAF: usize = match A::LEAF {
        0 => match 4096 / (size_of::<K>() + size_of::<V>()) {
            fitting @ 8..64 => fitting,
            ..8 => 8,
            _ => 64,
        },
        chosen => chosen,
    };
    /// Children of a branch, at most.
    const BRANCH: usize = if A::BRANCH == 0 { 64 } else { A::BRANCH };

    pub(super) fn new_leaf() -> Self {
        Self::Leaf(A::Leaf::with_capacity(Self::LEAF), N::default())
    }

    /// The branch above two children. The first has all keys that are smaller than `least`.
    pub(super) fn new_branch(left: C, least: K, right: C) -> Self {
        let mut children = A::Branch::with_capacity(Self::BRANCH);
        children.insert(0, least.clone(), left);
        children.insert(1, least, right);
        Self::Branch(children)
    }

    /// Adds an entry to a leaf. `is_last` if it is the last one of the tree.
    #[inline]
    pub(super) fn put(
        leaf: &mut A::Leaf<K, V>,
        key: K,
        value: V,
        is_last: bool,
    ) -> Inserted<K, V, A::Leaf<K, V>> {
        match leaf.find(&key) {
            Ok(at) => Inserted::Replaced(replace(leaf.value_mut(at), value)),
            Err(at) if leaf.len() < Self::LEAF => {
                leaf.insert(at, key, value);
                Inserted::Added
            }
            Err(at) => {
                let first = if is_last && at == Self::LEAF {
                    at
                } else {
                    Self::LEAF / 2
                };
                let right = split(leaf, first, at, (key, value), Self::LEAF);
                Inserted::Split(right.key(0).clone(), right)
            }
        }
    }

    /// Adds a child to a branch. `is_last` if it is the last one of its level.
    pub(super) fn put_child(
        children: &mut A::Branch<K, C>,
        at: usize,
        least: K,
        child: C,
        is_last: bool,
    ) -> Inserted<K, V, A::Branch<K, C>> {
        if children.len() < Self::BRANCH {
            children.insert(at, least, child);
            return Inserted::Added;
        }
        // Even the last branch has two children, so that each has a neighbour to merge with.
        let first = if is_last && at == Self::BRANCH {
            at - 1
        } else {
            Self::BRANCH / 2
        };
        let right = split(children, first, at, (least, child), Self::BRANCH);
        Inserted::Split(right.key(0).clone(), right)
    }

    /// Whether the node is to be merged with a neighbour, or to get entries from it.
    pub(super) fn is_low(&self) -> bool {
        match self {
            Self::Leaf(entries, _) => entries.len() < Self::LEAF / 2,
            Self::Branch(children) => children.len() < Self::BRANCH / 2,
        }
    }

    /// Moves everything from `right` to `left` if it fits. Otherwise gives both the same number of
    /// entries, and returns the least key that is now on the right.
    pub(super) fn share(left: &mut Self, right: &mut Self) -> Option<K> {
        match (left, right) {
            (Self::Leaf(left, next), Self::Leaf(right, after)) => {
                let least = share(left, right, Self::LEAF);
                if least.is_none() {
                    *next = std::mem::take(after);
                }
                least
            }
            (Self::Branch(left), Self::Branch(right)) => share(left, right, Self::BRANCH),
            _ => unreachable!("neighbours are on the same level"),
        }
    }
}

/// Splits full entries at `first`, and adds one entry to the part to which it belongs. Returns the
/// right part.
fn split<K, T, E: Entries<K, T>>(
    left: &mut E,
    first: usize,
    at: usize,
    (key, value): (K, T),
    capacity: usize,
) -> E {
    let mut right = E::with_capacity(capacity);
    right.take(0, left, first..capacity);
    if at < first {
        left.insert(at, key, value);
    } else {
        right.insert(at - first, key, value);
    }
    right
}

/// See [`Node::share`].
fn share<K: Clone, T, E: Entries<K, T>>(left: &mut E, right: &mut E, capacity: usize) -> Option<K> {
    let (before, after) = (left.len(), right.len());
    if before + after <= capacity {
        left.take(before, right, 0..after);
        return None;
    }
    let half = (before + after) / 2;
    if before < half {
        left.take(before, right, 0..half - before);
    } else {
        right.take(0, left, half..before);
    }
    Some(right.key(0).clone())
}
