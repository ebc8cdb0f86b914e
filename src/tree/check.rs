//! The invariants, checked: for tests, and for whoever doubts.

use super::node::Shape;
use super::policy::Policy;
use super::probe::Node;
use super::{Leaf, Tree};
use crate::store::Store;

/// A key and a tie, of an entry or a separator.
type Place<'a, K, V, P> = (&'a K, &'a <P as Policy>::Tie<V>);

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord,
    P::Tie<V>: Ord,
{
    /// Panics if an invariant of the tree does not hold, sortedness included.
    pub(crate) fn check_invariants(&self) {
        if self.root == S::NIL {
            assert_eq!(
                (self.len, self.height, self.small),
                (0, 0, 0),
                "a tree without root is empty"
            );
            return;
        }
        assert!(
            self.small == 0 || self.height == 0,
            "only a root leaf is small"
        );
        if self.height > 0 {
            assert!(
                self.branch(self.root).len() > 0,
                "the root branch has two children"
            );
        }
        let mut prev = S::NIL;
        let mut len = 0;
        self.check_below(self.root, self.height, [None, None], &mut |id, leaf| {
            assert_eq!(leaf.prev(), prev, "leaves are linked backwards in order");
            if prev != S::NIL {
                assert_eq!(
                    self.leaf(prev).next(),
                    id,
                    "leaves are linked forwards in order"
                );
            }
            prev = id;
            len += leaf.len();
        });
        assert_eq!(
            self.leaf(prev).next(),
            S::NIL,
            "the last leaf has no successor"
        );
        assert_eq!(self.store.last(), prev, "the store remembers the last leaf");
        assert_eq!(self.len, len, "the length is that of all leaves");
    }

    /// Checks a subtree, all of whose entries are greater than the first and not greater than the
    /// second bound.
    fn check_below<'a>(
        &'a self,
        id: S::Id,
        height: u8,
        bounds: [Option<Place<'a, K, V, P>>; 2],
        visit: &mut impl FnMut(S::Id, Leaf<K, V, S, P>),
    ) {
        if height == 0 {
            let leaf = self.leaf(id);
            self.check_leaf(leaf, bounds);
            visit(id, leaf);
            return;
        }
        let branch = self.branch(id);
        assert!(
            branch.len() <= Shape::<K, V, S, P>::KEYS,
            "a branch is not overfull"
        );
        // SAFETY: the branch has so many separators and one child more.
        unsafe {
            let mut low = bounds[0];
            for at in 0..=branch.len() {
                let high = if at < branch.len() {
                    Some((&*branch.key_at(at), &*branch.tie_at(at)))
                } else {
                    bounds[1]
                };
                self.check_below(branch.child(at), height - 1, [low, high], visit);
                low = high;
            }
        }
        assert!(branch.is_padded(), "free key slots of a branch are padded");
    }

    fn check_leaf<'a>(
        &'a self,
        leaf: Leaf<K, V, S, P>,
        [low, high]: [Option<Place<'a, K, V, P>>; 2],
    ) {
        let len = leaf.len();
        assert!(len > 0 || self.height == 0, "only a root leaf is empty");
        assert!(len <= leaf.capacity(), "a leaf is not overfull");
        assert!(leaf.is_padded(), "free key slots of a leaf are padded");
        let mut before = low;
        for at in 0..len {
            // SAFETY: the slot holds an entry.
            let entry = unsafe { (&*leaf.key_at(at), &*leaf.tie_at(at)) };
            assert!(
                before.is_none_or(|before| before < entry),
                "entries ascend, separators are kept"
            );
            before = Some(entry);
        }
        if let (Some(last), Some(high)) = (before, high) {
            assert!(
                last <= high,
                "no entry is greater than the separator behind it"
            );
        }
    }
}
