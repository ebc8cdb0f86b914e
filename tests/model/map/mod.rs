//! The maps against std's map, for many types of keys and values.

use super::check;
use crate::common::Doing;
use crate::common::keys::{Aligned, Compound, Large};
use crate::common::keys::{Key, Value};
use crate::common::maps::ordered::*;
use crate::common::operations::*;
#[cfg(not(every_tree))]
use leafwise::layout::{ArrayOfStructs, StructOfArrays};
#[cfg(not(every_tree))]
use leafwise::store::{Generational, Heap, Hybrid, Slab};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

mod change;
mod look;
mod operation;

use operation::*;

fn entries<K: Key, V: Value>(run: Run, value: u32) -> impl Iterator<Item = (K, V)> {
    let values = (0..).map(move |index| V::from_seed(value.wrapping_add(index)));
    run.seeds().map(K::from_seed).zip(values)
}

fn hash_of<T: Hash>(item: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    item.hash(&mut hasher);
    hasher.finish()
}

/// A map and std's, to which the same operations are applied.
struct Pair<K: Key, V: Value, T: Kind> {
    map: Map<K, V, T>,
    model: BTreeMap<K, V>,
}

fn run_map<K: Key, V: Value, T: Kind>(Script(operations): &Script<Operation>) {
    let mut pair = Pair::<K, V, T> {
        map: <Map<K, V, T>>::default(),
        model: BTreeMap::new(),
    };
    for (index, operation) in operations.iter().enumerate() {
        let _doing = Doing(format_args!(
            "operation {index} of {}: {operation:?}",
            operations.len()
        ));
        pair.apply(operation);
        pair.check();
    }
}

impl<K: Key, V: Value, T: Kind> Pair<K, V, T> {
    fn check(&self) {
        self.map.check_invariants();
        assert_eq!(self.map.len(), self.model.len(), "len");
        assert_eq!(self.map.is_empty(), self.model.is_empty());
        agree_to_the_end(&mut self.map.iter(), &mut self.model.iter(), &[], true);
        assert_eq!(self.map.first_key_value(), self.model.first_key_value());
        assert_eq!(self.map.last_key_value(), self.model.last_key_value());
    }

    fn apply(&mut self, operation: &Operation) {
        use Operation::*;
        match operation {
            Get(..) | Neighbours(..) | Range(..) | RangeChecked(..) | Cursor(..) | Compare(..)
            | Iterate(..) | IntoIter(..) | KeysAndValues(..) | Ends(..) => self.look(operation),
            InsertRun(..) | RemoveRun(..) | Append(..) | SplitOff(..) | Clone | CloneFrom(..)
            | Extend(..) | FromIter(..) | FromSorted(..) | ShrinkToFit | Reserve(..) | Clear
            | Retain(..) | ExtractIf(..) | RemoveRange(..) => self.change_many(operation),
            _ => self.change_one(operation),
        }
    }
}

/// A test for each pair of types, over the named maps, which cover every pair of type, store,
/// layout and capacity.
#[cfg(not(every_tree))]
macro_rules! model {
    ($($name:ident, $cases:literal: $key:ty => $value:ty, $($kind:ty),+;)+) => {$(
        #[test]
        fn $name() {
            $(
                let name = concat!(stringify!($name), " in ", stringify!($kind));
                check(name, $cases, script(operation()), run_map::<$key, $value, $kind>);
            )+
        }
    )+};
}

/// A test for each pair of types, over all maps.
#[cfg(every_tree)]
macro_rules! model {
    ($($name:ident, $cases:literal: $key:ty => $value:ty, $($kind:ty),+;)+) => {$(
        mod $name {
            use super::*;

            #[test]
            fn oblivious() {
                check("oblivious", $cases, script(operation()), run_map::<$key, $value, Oblivious>);
            }

            fn tree<S, L>()
            where
                S: leafwise::store::Store + 'static,
                L: leafwise::layout::LeafLayout + 'static,
            {
                let name = stringify!($name);
                check(name, $cases, script(operation()), run_map::<$key, $value, (S, L)>);
            }

            on_pairs_of_kinds!(tree);
        }
    )+};
}

model! {
    bytes, 128: u8 => u32, SlabArraysSmallest, HeapStructsDefault, Oblivious;
    unsigned, 128: u64 => u64, SlabArraysDefault, HeapStructsSmallest, SlabStructsOdd, Oblivious;
    signed, 64: i64 => String, SlabStructsSmallest, HeapArraysDefault, Oblivious;
    wide, 64: u128 => u8, HeapArraysSmallest, SlabStructsDefault, Oblivious;
    strings, 64: String => u64, SlabArraysSmallest, HeapStructsDefault, HeapArraysOdd, Oblivious;
    derived, 64: Compound => Compound, HeapStructsSmallest, SlabArraysDefault, Oblivious;
    unit, 64: () => (), SlabStructsSmallest, HeapArraysDefault, Oblivious;
    unit_keys, 64: () => String, HeapArraysSmallest, SlabStructsDefault, Oblivious;
    unit_values, 64: u64 => (), SlabArraysSmallest, HeapStructsDefault, Oblivious;
    large_values, 24: u64 => Large, HeapStructsSmallest, SlabArraysDefault, Oblivious;
    large_keys, 24: Large => u8, SlabStructsDefault, HeapArraysSmallest, Oblivious;
    aligned, 64: Aligned => Aligned, HeapArraysDefault, SlabStructsSmallest, Oblivious;
    odd_capacities, 128: u64 => String, SlabArraysOdd, HeapStructsOdd, (Slab, StructOfArrays<7, 4>),
        (Heap, ArrayOfStructs<2, 9>);
    other_stores, 128: String => u64, (Generational, ArrayOfStructs<2, 4>),
        (Hybrid, StructOfArrays<3, 5>), (Generational, StructOfArrays), (Hybrid, ArrayOfStructs);
}
