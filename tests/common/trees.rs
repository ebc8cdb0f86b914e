//! Which trees a test runs over. A tree has a store, a layout and a capacity (the smallest legal
//! one, an odd one, or the one that the types choose). A bug in one of them, or in a combination of
//! two, shows in any tree that has them. So every pair of them is covered, not every combination:
//! compiling a test takes longer than running it. With `--cfg every_tree` each test runs over all
//! trees.

/// Makes a module of tests named after the function `$name`, one test for each of the given trees.
macro_rules! on_trees {
    ($name:ident: $($tree:ident: $store:ty, $layout:ty;)+) => {
        mod $name {
            use leafwise::layout::{ArrayOfStructs, StructOfArrays};
            use leafwise::store::{Heap, Slab};

            $(
                #[test]
                fn $tree() { super::$name::<$store, $layout>(); }
            )+
        }
    };
}

/// Tests of each function over six trees that cover every pair of store, layout and capacity.
#[cfg(not(every_tree))]
macro_rules! on_pairs_of_kinds {
    ($($name:ident),+ $(,)?) => {$(
        on_trees! {
            $name:
            slab_arrays_smallest: Slab, StructOfArrays<2, 4>;
            slab_structs_odd: Slab, ArrayOfStructs<3, 5>;
            slab_arrays_default: Slab, StructOfArrays;
            heap_structs_smallest: Heap, ArrayOfStructs<2, 4>;
            heap_arrays_odd: Heap, StructOfArrays<3, 5>;
            heap_structs_default: Heap, ArrayOfStructs;
        }
    )+};
}

/// Tests of three functions that share nine trees, which cover every pair of function, store,
/// layout and capacity.
#[cfg(not(every_tree))]
macro_rules! on_shared_trees {
    ($first:ident, $second:ident, $third:ident) => {
        on_trees! {
            $first:
            slab_arrays_default: Slab, StructOfArrays;
            slab_structs_odd: Slab, ArrayOfStructs<3, 5>;
            heap_structs_smallest: Heap, ArrayOfStructs<2, 4>;
        }
        on_trees! {
            $second:
            slab_arrays_smallest: Slab, StructOfArrays<2, 4>;
            heap_arrays_odd: Heap, StructOfArrays<3, 5>;
            heap_structs_default: Heap, ArrayOfStructs;
        }
        on_trees! {
            $third:
            slab_structs_default: Slab, ArrayOfStructs;
            heap_arrays_smallest: Heap, StructOfArrays<2, 4>;
            heap_structs_odd: Heap, ArrayOfStructs<3, 5>;
        }
    };
}

#[cfg(every_tree)]
macro_rules! on_pairs_of_kinds {
    ($($name:ident),+ $(,)?) => {$(
        on_trees! {
            $name:
            slab_arrays_smallest: Slab, StructOfArrays<2, 4>;
            slab_arrays_odd: Slab, StructOfArrays<3, 5>;
            slab_arrays_default: Slab, StructOfArrays;
            slab_structs_smallest: Slab, ArrayOfStructs<2, 4>;
            slab_structs_odd: Slab, ArrayOfStructs<3, 5>;
            slab_structs_default: Slab, ArrayOfStructs;
            heap_arrays_smallest: Heap, StructOfArrays<2, 4>;
            heap_arrays_odd: Heap, StructOfArrays<3, 5>;
            heap_arrays_default: Heap, StructOfArrays;
            heap_structs_smallest: Heap, ArrayOfStructs<2, 4>;
            heap_structs_odd: Heap, ArrayOfStructs<3, 5>;
            heap_structs_default: Heap, ArrayOfStructs;
        }
    )+};
}

#[cfg(every_tree)]
macro_rules! on_shared_trees {
    ($($name:ident),+) => { on_pairs_of_kinds!($($name),+); };
}
