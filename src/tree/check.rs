//! Checks of the tree's invariants, for tests.

use super::policy::Policy;
use super::{Leaf, Tree};
use crate::store::{BranchId, LeafId, Store};

/// The key and the tie-breaker of an entry or a separator.
type Pair<'a, K, V, P> = (&'a K, &'a <P as Policy>::TieBreaker<V>);

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord,
    P::TieBreaker<V>: Ord,
{
    /// Panics if an invariant of the tree does not hold, including sortedness.
    pub(crate) fn check_invariants(&self) {
        let raw = &self.raw;
        if raw.root().is_none() {
            let sizes = (raw.len, raw.height, raw.small);
            assert_eq!(sizes, (0, 0, 0), "a tree without root is empty");
            return;
        }
        assert!(
            raw.small == 0 || raw.height == 0,
            "only a root leaf is small"
        );
        let mut prev = LeafId::NIL;
        let mut len = 0;
        self.check_below(raw.root, raw.height, [None, None], &mut |id, leaf| {
            let is_linked = leaf.node.prev() == prev;
            assert!(is_linked, "leaves are linked backwards in order");
            if !prev.is_nil() {
                let is_linked = self.leaf(prev).node.next() == id;
                assert!(is_linked, "leaves are linked forwards in order");
            }
            prev = id;
            len += leaf.node.len();
        });
        let is_last = self.leaf(prev).node.next().is_nil();
        assert!(is_last, "the last leaf has no successor");
        assert!(raw.last_leaf() == prev, "the store remembers the last leaf");
        assert_eq!(raw.len, len, "the length is that of all leaves");
    }

    /// Checks a subtree, all of whose entries must be greater than the first bound and not greater
    /// than the second.
    fn check_below<'a>(
        &'a self,
        id: S::Id,
        height: u8,
        bounds: [Option<Pair<'a, K, V, P>>; 2],
        visit: &mut impl FnMut(LeafId<S>, Leaf<K, V, S, P>),
    ) {
        if height == 0 {
            // SAFETY: `height` levels below the root are leaves (invariant 1).
            let id = unsafe { LeafId::new(id) };
            let leaf = self.leaf(id);
            self.check_leaf(leaf, bounds);
            visit(id, leaf);
            return;
        }
        // SAFETY: above the leaves are branches (invariant 1).
        let branch = self.branch(unsafe { BranchId::new(id) });
        assert!(
            branch.len() <= Self::SHAPE.branch.capacity,
            "a branch is not overfull"
        );
        assert!(
            branch.len() > 0 || height < self.raw.height,
            "the root branch has two children"
        );
        let mut low = bounds[0];
        for at in 0..=branch.len() {
            let high = if at < branch.len() {
                // SAFETY: `at` is below the number of separators.
                Some(unsafe { (&*branch.key(at), &*branch.tie_breaker(at)) })
            } else {
                bounds[1]
            };
            // SAFETY: a branch has one more child than separators.
            let child = unsafe { branch.child(at) };
            self.check_below(child, height - 1, [low, high], visit);
            low = high;
        }
        assert!(branch.keys().is_padded(), "free branch slots are padded");
    }

    fn check_leaf<'a>(
        &'a self,
        leaf: Leaf<K, V, S, P>,
        [low, high]: [Option<Pair<'a, K, V, P>>; 2],
    ) {
        let len = leaf.node.len();
        assert!(len > 0 || self.raw.height == 0, "only a root leaf is empty");
        assert!(len <= leaf.capacity(), "a leaf is not overfull");
        assert!(leaf.keys().is_padded(), "free leaf slots are padded");
        assert!(leaf.has_true_tags(), "tags are those of their keys");
        let mut before = low;
        for at in 0..len {
            // SAFETY: the slot holds an entry.
            let entry = unsafe { (&*leaf.key(at), P::tie_breaker(&*leaf.value(at))) };
            assert!(
                before.is_none_or(|before| before < entry),
                "entries ascend, separators are kept"
            );
            before = Some(entry);
        }
        if let (Some(last), Some(high)) = (before, high) {
            assert!(
                last <= high,
                "no entry is greater than the separator after it"
            );
        }
    }
}
