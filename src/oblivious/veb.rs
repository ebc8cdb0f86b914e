//! The van Emde Boas order of a complete binary tree: index arithmetic and nothing else.
//!
//! A tree is cut at about half its height: the upper half comes first in memory, then the trees
//! below it, from left to right, and each of these parts is laid out in the same order itself.
//! However large the blocks are in which memory is transferred (cache lines, pages), some level of
//! this recursion has parts that just fit into one block, so that a path from the root to a leaf
//! touches O(log n / log B) blocks for every block size B at once, without knowing B.
//!
//! The lower trees of a cut have as their height the largest power of two below the height of the
//! tree (Bender, Demaine and Farach-Colton, *Cache-Oblivious B-Trees*, 2000). Count heights from
//! the leaves, which have height 1. Then, for trees of every height, a lower tree has as many
//! levels as the lowest set bit of its root's height: a node of height 12 is the root of a lower
//! tree of 4 levels, below a tree whose root is at height 16, or at the top. So the parts on the
//! path to a node follow from its height alone: there are O(log log n) of them, their sizes are
//! shifts, and no table is needed.

/// A complete binary tree of `height` levels, its `2^height - 1` nodes in van Emde Boas order.
///
/// It holds no nodes: it maps nodes to positions of an array and back. A node is named by its depth
/// (the root has depth 0) and its index among the nodes of that depth, from the left.
///
/// # Examples
///
/// The order of a tree of four levels: a tree of two levels, then the four below it.
///
/// ```
/// use leafwise::oblivious::veb::Veb;
///
/// let tree = Veb::new(4);
/// let level = |depth| (0..1_usize << depth).map(|index| tree.position(depth, index)).collect();
/// let levels: Vec<Vec<usize>> = (0..4).map(level).collect();
/// assert_eq!(levels[0], [0]);
/// assert_eq!(levels[1], [1, 2]);
/// assert_eq!(levels[2], [3, 6, 9, 12]);
/// assert_eq!(levels[3], [4, 5, 7, 8, 10, 11, 13, 14]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Veb {
    height: u32,
}

/// The number of ways to cut, by the height of the lower trees: 1, 2, 4 and so on, below
/// `usize::BITS`.
const CUTS: usize = 8;

/// A lower tree that a cut has made: it is below a tree whose root has height `above`, as one of
/// `2^(above - height)` trees of `2^bottom - 1` nodes each.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub(super) above: u32,
    height: u32,
    bottom: u32,
}

impl Cut {
    /// The cut above a node of this height, which is less than the height of the tree.
    #[inline]
    pub(super) const fn above(height: u32, tree: u32) -> Cut {
        let bottom = 1 << height.trailing_zeros();
        let above = if height + bottom < tree {
            height + bottom
        } else {
            tree
        };
        Cut {
            above,
            height,
            bottom,
        }
    }

    /// The levels of the upper tree.
    #[inline]
    const fn levels(self) -> u32 {
        self.above - self.height
    }

    /// The distance from the root of the upper tree to the root of the lower tree that `path` leads
    /// to.
    #[inline]
    pub(super) const fn offset(self, path: usize) -> usize {
        let upper = (1 << self.levels()) - 1;
        let tree = path & upper;
        upper + (tree << self.bottom) - tree
    }
}

impl Veb {
    /// A tree of `height` levels; a height of 0 means no nodes.
    ///
    /// # Panics
    ///
    /// Panics if there are more nodes than a `usize` can count: if `height` is not below
    /// `usize::BITS`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// assert_eq!(Veb::new(10).len(), 1023);
    /// ```
    #[must_use]
    pub const fn new(height: u32) -> Self {
        assert!(height < usize::BITS, "a tree of too many levels");
        Veb { height }
    }

    /// The number of levels. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// assert_eq!(Veb::new(10).height(), 10);
    /// ```
    #[must_use]
    pub const fn height(self) -> u32 {
        self.height
    }

    /// The number of nodes. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// assert_eq!(Veb::new(3).len(), 7);
    /// ```
    #[must_use]
    pub const fn len(self) -> usize {
        (1 << self.height) - 1
    }

    /// Returns `true` if there are no nodes. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// assert!(Veb::new(0).is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.height == 0
    }

    /// The position of a node. O(log log n).
    ///
    /// # Panics
    ///
    /// Panics if there is no such node.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// // The lower trees of 8 levels have 4: the first comes right after the upper 4 levels.
    /// assert_eq!(Veb::new(8).position(4, 0), 15);
    /// assert_eq!(Veb::new(8).position(4, 1), 30);
    /// ```
    #[must_use]
    pub const fn position(self, depth: u32, index: usize) -> usize {
        assert!(
            depth < self.height && index >> depth == 0,
            "no such node in the tree"
        );
        let mut height = self.height - depth;
        let mut path = index;
        let mut position = 0;
        while height < self.height {
            let cut = Cut::above(height, self.height);
            position += cut.offset(path);
            path >>= cut.levels();
            height = cut.above;
        }
        position
    }

    /// The node at a position: its depth, and its index among the nodes of that depth. O(log log
    /// n).
    ///
    /// # Panics
    ///
    /// Panics if the position is after the last node.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// let tree = Veb::new(8);
    /// assert_eq!(tree.path(30), (4, 1));
    /// assert_eq!(tree.position(4, 1), 30);
    /// ```
    #[must_use]
    pub const fn path(self, position: usize) -> (u32, usize) {
        assert!(position < self.len(), "no such position in the tree");
        // The part that contains the position: where its root is, and how many levels it has.
        let (mut depth, mut index, mut levels) = (0, 0, self.height);
        let mut rest = position;
        while rest > 0 {
            let bottom = 1 << (levels - 1).ilog2();
            let top = levels - bottom;
            let upper = (1 << top) - 1;
            if rest < upper {
                levels = top;
            } else {
                let size = (1 << bottom) - 1;
                let tree = (rest - upper) / size;
                rest = (rest - upper) % size;
                index = index << top | tree;
                depth += top;
                levels = bottom;
            }
        }
        (depth, index)
    }

    /// The positions of a node's two children, or `None` for a leaf. O(log log n).
    ///
    /// # Panics
    ///
    /// Panics if the position is after the last node.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// assert_eq!(Veb::new(4).children(1), Some([3, 6]));
    /// assert_eq!(Veb::new(4).children(14), None);
    /// ```
    #[must_use]
    pub const fn children(self, position: usize) -> Option<[usize; 2]> {
        let (depth, index) = self.path(position);
        if depth + 1 < self.height {
            let (depth, left) = (depth + 1, index * 2);
            Some([self.position(depth, left), self.position(depth, left + 1)])
        } else {
            None
        }
    }

    /// The position of a node's parent, or `None` for the root. O(log log n).
    ///
    /// # Panics
    ///
    /// Panics if the position is after the last node.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// assert_eq!(Veb::new(4).parent(6), Some(1));
    /// assert_eq!(Veb::new(4).parent(0), None);
    /// ```
    #[must_use]
    pub const fn parent(self, position: usize) -> Option<usize> {
        match self.path(position) {
            (0, _) => None,
            (depth, index) => Some(self.position(depth - 1, index / 2)),
        }
    }

    /// Starts a path down from the root. O(1) per step.
    ///
    /// # Examples
    ///
    /// The number of keys less than a query, in an array in this order:
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// let tree = Veb::new(3);
    /// let keys = [40, 20, 10, 30, 60, 50, 70];
    /// let rank = |query| {
    ///     let mut walk = tree.walk();
    ///     while let Some(position) = walk.position() {
    ///         walk.descend(keys[position] < query);
    ///     }
    ///     walk.index()
    /// };
    /// assert_eq!(rank(5), 0);
    /// assert_eq!(rank(40), 3);
    /// assert_eq!(rank(41), 4);
    /// assert_eq!(rank(99), 7);
    /// ```
    #[must_use]
    pub const fn walk(self) -> Walk {
        Walk {
            tree: self.height,
            height: self.height,
            index: 0,
            position: 0,
            positions: [0; CUTS],
        }
    }
}

/// A path down a tree in van Emde Boas order. Made by [`Veb::walk`].
#[derive(Clone, Debug)]
pub struct Walk {
    tree: u32,
    /// The height of the current node.
    height: u32,
    index: usize,
    position: usize,
    /// The position of the last node passed, per number of trailing zeros in its height. Between
    /// the two nodes of a cut, no node has as many as the upper one.
    positions: [usize; CUTS],
}

impl Walk {
    /// The position of the current node, or `None` below the leaves. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// let mut walk = Veb::new(1).walk();
    /// assert_eq!(walk.position(), Some(0));
    /// walk.descend(false);
    /// assert_eq!(walk.position(), None);
    /// ```
    #[must_use]
    #[inline]
    pub const fn position(&self) -> Option<usize> {
        if self.height == 0 {
            None
        } else {
            Some(self.position)
        }
    }

    /// The index of the current node among those of its depth. Below the leaves, the number of
    /// nodes to the left of the path. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// let mut walk = Veb::new(4).walk();
    /// walk.descend(true);
    /// walk.descend(false);
    /// assert_eq!(walk.index(), 2);
    /// ```
    #[must_use]
    #[inline]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// Descends to the right or the left child of the current node. O(1).
    ///
    /// # Panics
    ///
    /// Panics if the walk is already below the leaves.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::oblivious::veb::Veb;
    ///
    /// let mut walk = Veb::new(4).walk();
    /// walk.descend(true);
    /// assert_eq!(walk.position(), Some(2));
    /// ```
    #[inline]
    pub const fn descend(&mut self, right: bool) {
        assert!(self.height > 0, "no node to descend from");
        self.height -= 1;
        self.index = self.index << 1 | right as usize;
        if self.height > 0 {
            let cut = Cut::above(self.height, self.tree);
            let above = if cut.above == self.tree {
                0
            } else {
                self.positions[cut.above.trailing_zeros() as usize % CUTS]
            };
            self.position = above + cut.offset(self.index);
            self.positions[self.height.trailing_zeros() as usize % CUTS] = self.position;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    /// The nodes of a tree in their order, each as a depth and an index: the definition, taken
    /// literally.
    fn order(root: (u32, usize), levels: u32, nodes: &mut Vec<(u32, usize)>) {
        if levels == 1 {
            nodes.push(root);
        }
        if levels > 1 {
            let mut bottom = 1;
            while bottom * 2 < levels {
                bottom *= 2;
            }
            let top = levels - bottom;
            order(root, top, nodes);
            for tree in 0..1 << top {
                order((root.0 + top, (root.1 << top) + tree), bottom, nodes);
            }
        }
    }

    #[test]
    fn arithmetic_agrees_with_the_recursion_at_every_height_to_20() {
        for height in 0..=20 {
            let tree = Veb::new(height);
            let mut nodes = vec![];
            order((0, 0), height, &mut nodes);
            assert_eq!(nodes.len(), tree.len());
            // Of large trees only some nodes, at all depths.
            let stride = 1 + nodes.len() / 50_000;
            for (position, &(depth, index)) in nodes.iter().enumerate().step_by(stride) {
                assert_eq!(tree.path(position), (depth, index));
                assert_eq!(tree.position(depth, index), position);
                let child = |side| tree.position(depth + 1, index * 2 + side);
                let children = (depth + 1 < height).then(|| [child(0), child(1)]);
                assert_eq!(tree.children(position), children);
                for child in children.into_iter().flatten() {
                    assert_eq!(tree.parent(child), Some(position));
                }
            }
            assert!(height == 0 || tree.parent(0).is_none());
        }
    }

    #[test]
    fn walks_pass_the_nodes_of_their_paths() {
        for height in 0..=12 {
            let tree = Veb::new(height);
            for leaf in 0..1_usize << height {
                let mut walk = tree.walk();
                for depth in 0..height {
                    let index = leaf >> (height - depth);
                    assert_eq!(walk.index(), index);
                    assert_eq!(walk.position(), Some(tree.position(depth, index)));
                    walk.descend(leaf >> (height - depth - 1) & 1 == 1);
                }
                assert_eq!((walk.position(), walk.index()), (None, leaf));
            }
        }
    }

    /// A path touches few blocks, whatever their size: at most four times as many as a tree with
    /// nodes of exactly that size has levels, which is the bound of the paper.
    #[test]
    fn ways_touch_few_blocks_of_every_size() {
        let height = 20;
        let tree = Veb::new(height);
        for block_levels in 1..=12 {
            let block = 1 << block_levels;
            for leaf in (0..1_usize << height).step_by(977) {
                let mut walk = tree.walk();
                let mut blocks = Vec::new();
                while let Some(position) = walk.position() {
                    blocks.push(position / block);
                    let depth = blocks.len() as u32;
                    walk.descend(leaf >> (height - depth) & 1 == 1);
                }
                blocks.sort_unstable();
                blocks.dedup();
                let bound = 4 * height.div_ceil(block_levels) as usize;
                assert!(blocks.len() <= bound, "{} > {bound}", blocks.len());
            }
        }
    }

    #[test]
    fn the_highest_tree_can_be_counted() {
        let tree = Veb::new(usize::BITS - 1);
        let last = tree.len() - 1;
        let (depth, index) = tree.path(last);
        assert_eq!(tree.position(depth, index), last);
        assert_eq!(depth, tree.height() - 1);
    }

    #[test]
    #[should_panic(expected = "no such node")]
    fn a_node_beside_the_tree_is_refused() {
        let _ = Veb::new(3).position(1, 2);
    }

    #[test]
    #[should_panic(expected = "no such position")]
    fn a_position_behind_the_tree_is_refused() {
        let _ = Veb::new(3).path(7);
    }
}
