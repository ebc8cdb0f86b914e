//! The map against std's: random sequences of all operations, for many types, over every store,
//! layout and the smallest, odd and default capacities.
//!
//! After each operation the tree's invariants are checked and all entries compared.
//! `PROPTEST_CASES` scales the number of sequences (256 is the ordinary amount).

#![allow(
    clippy::incompatible_msrv,
    reason = "std's newest methods are the model; the library itself keeps to the stated version"
)]

#[macro_use]
mod common;

use common::keys::{Aligned, Compound, Large};
use common::maps::operation::operation;
use common::maps::{bplus, oblivious};
use common::operations::{config, script};
use leafwise::{Heap, Pairs, Slab, Split};
use proptest::prelude::*;

/// The suite for one type of keys and one of values, over the named maps.
macro_rules! model {
    (
        $name:ident, $cases:literal, $key:ty => $value:ty;
        $($map:ident: $family:ident, $kind:ty;)+
    ) => {
        mod $name {
            use super::*;
            proptest! {
                #![proptest_config(config($cases))]
                $(
                    #[test]
                    fn $map(operations in script(operation())) {
                        $family::model::run_map::<$key, $value, $kind>(&operations.0);
                    }
                )+
            }
        }
    };
    // Four of the eight trees, such that each two of store, layout and capacity meet.
    ($name:ident, $cases:literal, $key:ty => $value:ty) => {
        model! {
            $name, $cases, $key => $value;
            slab_split_smallest: bplus, (Slab, Split<2, 4>);
            slab_pairs_default: bplus, (Slab, Pairs);
            heap_split_default: bplus, (Heap, Split);
            heap_pairs_smallest: bplus, (Heap, Pairs<2, 4>);
            oblivious: oblivious, ();
        }
    };
    ($name:ident, $cases:literal, $key:ty => $value:ty, all trees) => {
        model! {
            $name, $cases, $key => $value;
            slab_split_smallest: bplus, (Slab, Split<2, 4>);
            slab_split_default: bplus, (Slab, Split);
            slab_pairs_smallest: bplus, (Slab, Pairs<2, 4>);
            slab_pairs_default: bplus, (Slab, Pairs);
            heap_split_smallest: bplus, (Heap, Split<2, 4>);
            heap_split_default: bplus, (Heap, Split);
            heap_pairs_smallest: bplus, (Heap, Pairs<2, 4>);
            heap_pairs_default: bplus, (Heap, Pairs);
            oblivious: oblivious, ();
        }
    };
}

model!(bytes, 512, u8 => u32);
model!(unsigned, 512, u64 => u64, all trees);
model!(signed, 256, i64 => String);
model!(wide, 256, u128 => u8);
model!(text, 256, String => u64, all trees);
model!(derived, 256, Compound => Compound);
model!(nothing, 256, () => (), all trees);
model!(nothing_as_key, 256, () => String);
model!(nothing_as_value, 256, u64 => ());
model!(large_values, 96, u64 => Large);
model!(large_keys, 96, Large => u8);
model!(aligned, 256, Aligned => Aligned);
model! {
    odd_capacities, 512, u64 => String;
    slab_split_3_5: bplus, (Slab, Split<3, 5>);
    slab_pairs_5_7: bplus, (Slab, Pairs<5, 7>);
    heap_split_5_7: bplus, (Heap, Split<5, 7>);
    heap_pairs_3_5: bplus, (Heap, Pairs<3, 5>);
    slab_split_7_4: bplus, (Slab, Split<7, 4>);
    heap_pairs_2_9: bplus, (Heap, Pairs<2, 9>);
}
