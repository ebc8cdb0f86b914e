//! Where nodes are in the levels of a file, in 64 bits on every machine.
//!
//! The levels are those of the static collections (`static_collections/s_plus_tree/levels.rs`):
//! child `i` of node `k` is node `k * (b + 1) + i` of the level below, and slot `i` of a node holds
//! the greatest key under child `i`.

use alloc::vec::Vec;
use core::ops::Range;

/// The levels above `keys` keys in nodes of `b` keys.
#[derive(Clone, Debug)]
pub(super) struct Geometry {
    keys: u64,
    b: u64,
    /// The number of nodes of each level, root first.
    nodes: Vec<u64>,
}

impl Geometry {
    /// Any numbers give some levels: at most 64.
    pub(super) fn above(keys: u64, b: u64) -> Geometry {
        let b = b.max(1);
        let mut nodes = Vec::new();
        let mut below = keys.div_ceil(b);
        while below > 1 {
            below = below.div_ceil(b + 1);
            nodes.push(below);
        }
        nodes.reverse();
        Geometry { keys, b, nodes }
    }

    pub(super) fn b(&self) -> u64 {
        self.b
    }

    /// The number of levels.
    pub(super) fn height(&self) -> usize {
        self.nodes.len()
    }

    /// The number of nodes of each level, root first.
    pub(super) fn nodes(&self) -> &[u64] {
        &self.nodes
    }

    /// The keys under one child of a level.
    fn child_keys(&self, level: usize) -> u128 {
        let below = self.nodes.len() - level - 1;
        let base = u128::from(self.b) + 1;
        // At most about twice the number of keys for a level that exists.
        (0..below).fold(u128::from(self.b), |keys, _| keys.saturating_mul(base))
    }

    /// The position among the keys of the separator in a slot of a level; `None` for padding.
    pub(super) fn position(&self, level: usize, slot: u64) -> Option<u64> {
        let child =
            u128::from(slot / self.b) * (u128::from(self.b) + 1) + u128::from(slot % self.b);
        let end = (child + 1).saturating_mul(self.child_keys(level));
        // The last child of a level needs no separator: there is nothing after it.
        (end < u128::from(self.keys)).then(|| (end - 1) as u64)
    }

    /// The nodes of a level that a range of positions is under.
    pub(super) fn nodes_of(&self, level: usize, positions: &Range<u64>) -> Range<u64> {
        let node_keys = self
            .child_keys(level)
            .saturating_mul(u128::from(self.b) + 1);
        let first = (u128::from(positions.start) / node_keys) as u64;
        let last = (u128::from(positions.end.max(positions.start + 1) - 1) / node_keys) as u64;
        first..(last + 1).min(self.nodes[level])
    }
}

/// How many levels above the lowest one has the greatest key of a child of that one.
#[cfg(feature = "std")]
pub(super) fn separator_level(mut child: u64, b: u64) -> usize {
    let mut level = 0;
    // The greatest key of the last child of a node is a separator of a higher level.
    while child % (b + 1) == b {
        child /= b + 1;
        level += 1;
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_the_collections() {
        use crate::static_collections::parts::level_separators;
        for b in [2_u64, 3, 8, 16] {
            for keys in (0..4 * b * b).chain([b.pow(4), (b + 1).pow(3) * b + 1]) {
                let geometry = Geometry::above(keys, b);
                let slots = |level: usize| geometry.nodes()[level] * b;
                let positions = (0..geometry.height())
                    .flat_map(|level| (0..slots(level)).map(move |slot| (level, slot)))
                    .map(|(level, slot)| geometry.position(level, slot));
                let expected = level_separators(keys as usize, b as usize);
                let expected = expected.iter().map(|at| at.map(|at| at as u64));
                assert!(positions.eq(expected), "{keys} keys, {b} a node");
            }
        }
    }

    #[test]
    fn no_number_of_keys_is_too_large() {
        for b in [0, 1, 2, 16, u64::from(u32::MAX)] {
            let geometry = Geometry::above(u64::MAX, b);
            assert!(geometry.height() <= 64);
            for level in 0..geometry.height() {
                let last = geometry.nodes()[level] * geometry.b() - 1;
                let position = geometry.position(level, last);
                assert!(position.is_none_or(|position| position < u64::MAX - 1));
                assert!(geometry.position(level, 0).is_some());
                let nodes = geometry.nodes_of(level, &(0..u64::MAX));
                assert_eq!(nodes, 0..geometry.nodes()[level]);
            }
        }
    }
}
