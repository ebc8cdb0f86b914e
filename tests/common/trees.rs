//! Which trees a test runs over. A tree has a store, a layout and a capacity (the smallest legal
//! one, an odd one, or the one that the types choose), and what is wrong with one of them, or with
//! two together, shows in any tree that has them. So each two of them meet, not all with all: to
//! compile a test takes longer than to run it. With `--cfg every_tree` each test runs over all.

/// Makes a module of tests named as the function `$name`, one test for each of the given trees.
macro_rules! on_trees {
    ($name:ident: $($tree:ident: $store:ty, $layout:ty;)+) => {
        mod $name {
            use leafwise::{Heap, Pairs, Slab, Split};

            $(
                #[test]
                fn $tree() { super::$name::<$store, $layout>(); }
            )+
        }
    };
}

/// Tests of each function over six trees among which each two of store, layout and capacity meet.
#[cfg(not(every_tree))]
macro_rules! on_pairs_of_kinds {
    ($($name:ident),+ $(,)?) => {$(
        on_trees! {
            $name:
            slab_split_smallest: Slab, Split<2, 4>;
            slab_pairs_odd: Slab, Pairs<3, 5>;
            slab_split_default: Slab, Split;
            heap_pairs_smallest: Heap, Pairs<2, 4>;
            heap_split_odd: Heap, Split<3, 5>;
            heap_pairs_default: Heap, Pairs;
        }
    )+};
}

/// Tests of three functions that share nine trees: each two of function, store, layout and capacity
/// meet.
#[cfg(not(every_tree))]
macro_rules! on_shared_trees {
    ($first:ident, $second:ident, $third:ident) => {
        on_trees! {
            $first:
            slab_split_default: Slab, Split;
            slab_pairs_odd: Slab, Pairs<3, 5>;
            heap_pairs_smallest: Heap, Pairs<2, 4>;
        }
        on_trees! {
            $second:
            slab_split_smallest: Slab, Split<2, 4>;
            heap_split_odd: Heap, Split<3, 5>;
            heap_pairs_default: Heap, Pairs;
        }
        on_trees! {
            $third:
            slab_pairs_default: Slab, Pairs;
            heap_split_smallest: Heap, Split<2, 4>;
            heap_pairs_odd: Heap, Pairs<3, 5>;
        }
    };
}

#[cfg(every_tree)]
macro_rules! on_pairs_of_kinds {
    ($($name:ident),+ $(,)?) => {$(
        on_trees! {
            $name:
            slab_split_smallest: Slab, Split<2, 4>;
            slab_split_odd: Slab, Split<3, 5>;
            slab_split_default: Slab, Split;
            slab_pairs_smallest: Slab, Pairs<2, 4>;
            slab_pairs_odd: Slab, Pairs<3, 5>;
            slab_pairs_default: Slab, Pairs;
            heap_split_smallest: Heap, Split<2, 4>;
            heap_split_odd: Heap, Split<3, 5>;
            heap_split_default: Heap, Split;
            heap_pairs_smallest: Heap, Pairs<2, 4>;
            heap_pairs_odd: Heap, Pairs<3, 5>;
            heap_pairs_default: Heap, Pairs;
        }
    )+};
}

#[cfg(every_tree)]
macro_rules! on_shared_trees {
    ($($name:ident),+) => { on_pairs_of_kinds!($($name),+); };
}
