//! What the compiler knows of the types: automatic traits, variance, sizes and constants; and types
//! of unusual size and alignment as keys and values.

#[macro_use]
mod common;

use common::maps::Oblivious;
use common::maps::kinds::{self, AlignedNothing, Page};
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};
use leafwise::{index, map, oblivious, set};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, btree_map, btree_set};
use std::marker::PhantomPinned;
use std::ops::{Bound, RangeFull};
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard};
use traits::Otherwise as _;

/// Whether types have a trait, as a constant of a type with the trait's name: an inherent constant
/// takes precedence over a trait's.
mod traits {
    use std::marker::PhantomData;

    pub(crate) trait Otherwise {
        const HOLDS: bool = false;
    }

    impl<T: ?Sized> Otherwise for T {}

    macro_rules! constants {
        ($($name:ident: $bound:path;)+) => {$(
            #[allow(dead_code, reason = "only its type counts")]
            pub(crate) struct $name<T: ?Sized>(PhantomData<T>);

            impl<T: ?Sized + $bound> $name<T> {
                pub(crate) const HOLDS: bool = true;
            }
        )+};
    }

    constants! {
        Send: std::marker::Send;
        Sync: std::marker::Sync;
        Unpin: std::marker::Unpin;
        UnwindSafe: std::panic::UnwindSafe;
        RefUnwindSafe: std::panic::RefUnwindSafe;
        Clone: std::clone::Clone;
        Default: std::default::Default;
        Debug: std::fmt::Debug;
        Iterator: std::iter::Iterator;
        DoubleEndedIterator: std::iter::DoubleEndedIterator;
        ExactSizeIterator: std::iter::ExactSizeIterator;
        FusedIterator: std::iter::FusedIterator;
        PartialEq: std::cmp::PartialEq;
        Eq: std::cmp::Eq;
        PartialOrd: std::cmp::PartialOrd;
        Ord: std::cmp::Ord;
        Hash: std::hash::Hash;
    }
}

/// Whether a type has a trait of [`traits`].
macro_rules! holds {
    ($type:ty: $name:ident) => {
        traits::$name::<$type>::HOLDS
    };
}

/// Asserts that our type is `Send` and `Sync` exactly when the other one is, and `Clone` if that
/// one is.
macro_rules! same_kinds {
    ($($ours:ty = $theirs:ty;)+) => {$(
        assert_eq!(holds!($ours: Send), holds!($theirs: Send), "Send: {}", stringify!($ours));
        assert_eq!(holds!($ours: Sync), holds!($theirs: Sync), "Sync: {}", stringify!($ours));
        assert_eq!(holds!($ours: Clone), holds!($theirs: Clone), "Clone: {}", stringify!($ours));
    )+};
}

/// Asserts that our type is `Send` and `Sync` exactly when std's is, and has at least those of the
/// other traits that users rely on.
macro_rules! same_traits {
    ($($ours:ty = $theirs:ty;)+) => {{
        let mut missing: Vec<&str> = Vec::new();
        $(
            assert_eq!(holds!($ours: Send), holds!($theirs: Send), "Send: {}", stringify!($ours));
            assert_eq!(holds!($ours: Sync), holds!($theirs: Sync), "Sync: {}", stringify!($ours));
            same_traits!(
                @each missing, $ours, $theirs,
                Unpin, UnwindSafe, RefUnwindSafe, Clone, Default, Debug, Iterator,
                DoubleEndedIterator, ExactSizeIterator, FusedIterator, PartialEq, Eq, PartialOrd,
                Ord, Hash
            );
        )+
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }};
    (@each $missing:ident, $ours:ty, $theirs:ty, $($bound:ident),+) => {$(
        if holds!($theirs: $bound) && !holds!($ours: $bound) {
            $missing.push(concat!(stringify!($ours), " is not ", stringify!($bound)));
        }
    )+};
}

type InMap<K, V> = fn(&K, &mut V) -> bool;
type InSet<K> = fn(&K) -> bool;
type InIndex<K, V> = fn(&K, &V) -> bool;

/// All public types of a map from `$key` to `$value`, against std's.
macro_rules! map_as_std {
    ($name:ident, $key:ty, $value:ty) => {
        #[test]
        fn $name() {
            type K = $key;
            type V = $value;
            same_traits! {
                BPlusTreeMap<K, V> = BTreeMap<K, V>;
                BPlusTreeMap<K, V, Slab, ArrayOfStructs> = BTreeMap<K, V>;
                BPlusTreeMap<K, V, Heap> = BTreeMap<K, V>;
                BPlusTreeMap<K, V, Heap, ArrayOfStructs<2, 4>> = BTreeMap<K, V>;
                map::Iter<'static, K, V> = btree_map::Iter<'static, K, V>;
                map::IterMut<'static, K, V> = btree_map::IterMut<'static, K, V>;
                map::IntoIter<K, V> = btree_map::IntoIter<K, V>;
                map::Keys<'static, K, V> = btree_map::Keys<'static, K, V>;
                map::Values<'static, K, V> = btree_map::Values<'static, K, V>;
                map::ValuesMut<'static, K, V> = btree_map::ValuesMut<'static, K, V>;
                map::IntoKeys<K, V> = btree_map::IntoKeys<K, V>;
                map::IntoValues<K, V> = btree_map::IntoValues<K, V>;
                map::Range<'static, K, V> = btree_map::Range<'static, K, V>;
                map::RangeMut<'static, K, V> = btree_map::RangeMut<'static, K, V>;
                map::Entry<'static, K, V> = btree_map::Entry<'static, K, V>;
                map::OccupiedEntry<'static, K, V> = btree_map::OccupiedEntry<'static, K, V>;
                map::VacantEntry<'static, K, V> = btree_map::VacantEntry<'static, K, V>;
                map::ExtractIf<'static, K, V, RangeFull, InMap<K, V>> =
                    btree_map::ExtractIf<'static, K, V, RangeFull, InMap<K, V>>;
                CacheObliviousMap<K, V> = BTreeMap<K, V>;
                oblivious::Iter<'static, K, V> = btree_map::Iter<'static, K, V>;
                oblivious::IterMut<'static, K, V> = btree_map::IterMut<'static, K, V>;
                oblivious::IntoIter<K, V> = btree_map::IntoIter<K, V>;
                oblivious::Keys<'static, K, V> = btree_map::Keys<'static, K, V>;
                oblivious::Values<'static, K, V> = btree_map::Values<'static, K, V>;
                oblivious::ValuesMut<'static, K, V> = btree_map::ValuesMut<'static, K, V>;
                oblivious::IntoKeys<K, V> = btree_map::IntoKeys<K, V>;
                oblivious::IntoValues<K, V> = btree_map::IntoValues<K, V>;
                oblivious::Range<'static, K, V> = btree_map::Range<'static, K, V>;
                oblivious::RangeMut<'static, K, V> = btree_map::RangeMut<'static, K, V>;
                oblivious::Entry<'static, K, V> = btree_map::Entry<'static, K, V>;
                oblivious::OccupiedEntry<'static, K, V> = btree_map::OccupiedEntry<'static, K, V>;
                oblivious::VacantEntry<'static, K, V> = btree_map::VacantEntry<'static, K, V>;
                oblivious::ExtractIf<'static, K, V, RangeFull, InMap<K, V>> =
                    btree_map::ExtractIf<'static, K, V, RangeFull, InMap<K, V>>;
            }
        }
    };
}

macro_rules! set_as_std {
    ($name:ident, $key:ty) => {
        #[test]
        fn $name() {
            type K = $key;
            same_traits! {
                BPlusTreeSet<K> = BTreeSet<K>;
                BPlusTreeSet<K, Heap, ArrayOfStructs> = BTreeSet<K>;
                set::Iter<'static, K> = btree_set::Iter<'static, K>;
                set::IntoIter<K> = btree_set::IntoIter<K>;
                set::Range<'static, K> = btree_set::Range<'static, K>;
                set::Union<'static, K> = btree_set::Union<'static, K>;
                set::Intersection<'static, K> = btree_set::Intersection<'static, K>;
                set::Difference<'static, K> = btree_set::Difference<'static, K>;
                set::SymmetricDifference<'static, K> = btree_set::SymmetricDifference<'static, K>;
                set::ExtractIf<'static, K, RangeFull, InSet<K>> =
                    btree_set::ExtractIf<'static, K, RangeFull, InSet<K>>;
            }
        }
    };
}

/// All public types of an index, against those of std's set of pairs. Cursors behave like
/// references; see below.
macro_rules! index_as_std {
    ($name:ident, $key:ty, $value:ty) => {
        #[test]
        fn $name() {
            type K = $key;
            type V = $value;
            same_traits! {
                BPlusIndex<K, V> = BTreeSet<(K, V)>;
                BPlusIndex<K, V, Heap, ArrayOfStructs> = BTreeSet<(K, V)>;
                index::Iter<'static, K, V> = btree_set::Iter<'static, (K, V)>;
                index::IntoIter<K, V> = btree_set::IntoIter<(K, V)>;
                index::Range<'static, K, V> = btree_set::Range<'static, (K, V)>;
                index::Values<'static, K, V> = btree_set::Range<'static, (K, V)>;
                index::ExtractIf<'static, K, V, RangeFull, InIndex<K, V>> =
                    btree_set::ExtractIf<'static, (K, V), RangeFull, InSet<(K, V)>>;
            }
            // These iterate only if keys have an order.
            same_kinds! {
                index::Keys<'static, K, V> = btree_set::Range<'static, (K, V)>;
                index::Groups<'static, K, V> = btree_set::Range<'static, (K, V)>;
                index::Cursor<'static, K, V> = &'static (K, V);
                index::CursorMut<'static, K, V> = &'static mut (K, V);
            }
        }
    };
}

/// A type without any of the traits in question, except the automatic ones.
struct Plain;

map_as_std!(map_of_integers, u64, i32);
map_as_std!(map_of_strings, String, String);
map_as_std!(map_of_plain, Plain, Plain);
map_as_std!(map_of_rc, Rc<u8>, Rc<u8>);
map_as_std!(map_of_rc_keys, Rc<u8>, u8);
map_as_std!(map_of_rc_values, u8, Rc<u8>);
map_as_std!(map_of_cells, Cell<u8>, Cell<u8>);
map_as_std!(map_of_cell_values, u8, Cell<u8>);
map_as_std!(map_of_pointers, *const u8, *mut u8);
map_as_std!(
    map_of_guards,
    MutexGuard<'static, u8>,
    MutexGuard<'static, u8>
);
map_as_std!(map_of_references, &'static u8, &'static mut u8);
map_as_std!(map_of_pinned, PhantomPinned, PhantomPinned);
map_as_std!(map_of_nothing, (), ());
map_as_std!(map_of_floats, u8, f64);
set_as_std!(set_of_integers, u64);
set_as_std!(set_of_plain, Plain);
set_as_std!(set_of_rc, Rc<u8>);
set_as_std!(set_of_cells, Cell<u8>);
set_as_std!(set_of_guards, MutexGuard<'static, u8>);
set_as_std!(set_of_references, &'static mut u8);
set_as_std!(set_of_pinned, PhantomPinned);

index_as_std!(index_of_integers, u64, u32);
index_as_std!(index_of_plain, Plain, Plain);
index_as_std!(index_of_rc_keys, Rc<u8>, u8);
index_as_std!(index_of_rc_values, u8, Rc<u8>);
index_as_std!(index_of_cell_keys, Cell<u8>, u8);
index_as_std!(index_of_cell_values, u8, Cell<u8>);
index_as_std!(
    index_of_guards,
    MutexGuard<'static, u8>,
    MutexGuard<'static, u8>
);
index_as_std!(index_of_pinned, PhantomPinned, &'static mut u8);

/// Cursors have no stable counterpart in std. They behave like shared and exclusive references.
#[test]
fn cursors_behave_like_references() {
    type Shared<K> = map::Cursor<'static, K, K>;
    type Exclusive<K> = map::CursorMut<'static, K, K>;
    same_kinds! {
        oblivious::Cursor<'static, u8, u8> = Shared<u8>;
        oblivious::CursorMut<'static, u8, u8> = Exclusive<u8>;
        oblivious::Cursor<'static, Rc<u8>, u8> = Shared<Rc<u8>>;
        oblivious::CursorMut<'static, u8, Rc<u8>> = Exclusive<Rc<u8>>;
        oblivious::Cursor<'static, u8, Cell<u8>> = Shared<Cell<u8>>;
        oblivious::CursorMut<'static, Cell<u8>, u8> = Exclusive<Cell<u8>>;
    }
    const {
        assert!(holds!(Shared<u8>: Send) && holds!(Shared<u8>: Sync) && holds!(Shared<u8>: Clone));
        assert!(holds!(Exclusive<u8>: Send) && holds!(Exclusive<u8>: Sync));
        assert!(!holds!(Shared<Rc<u8>>: Send) && !holds!(Exclusive<Rc<u8>>: Send));
        assert!(
            !holds!(Shared<Cell<u8>>: Send),
            "a shared reference to a cell is not `Send`"
        );
        assert!(holds!(Exclusive<Cell<u8>>: Send) && !holds!(Exclusive<Cell<u8>>: Sync));
        assert!(!holds!(Exclusive<u8>: Clone));
        assert!(holds!(set::Cursor<'static, u8>: Send) && holds!(set::Cursor<'static, u8>: Clone));
        assert!(
            holds!(set::CursorMut<'static, u8>: Send)
                && !holds!(set::CursorMut<'static, u8>: Clone)
        );
    }
}

/// Functions that compile only if a type lets the lifetimes within it shrink, as std's does (and
/// those of the set's combinations, where std's only partly does).
macro_rules! covariant {
    ($(
        $name:ident: |$life:lifetime, $item:lifetime, $store:ident, $layout:ident|
        $from:ty => $to:ty;
    )+) => {$(
        fn $name<$life, $item, $store: Store, $layout: LeafLayout>(long: $from) -> $to {
            long
        }
    )+};
}

type Text = &'static str;

covariant! {
    maps: |'a, 'b, S, L|
        (&'a (), BPlusTreeMap<Text, Text, S, L>)
        => (&'a (), BPlusTreeMap<&'b str, &'b str, S, L>);
    sets: |'a, 'b, S, L|
        (&'a (), BPlusTreeSet<Text, S, L>)
        => (&'a (), BPlusTreeSet<&'b str, S, L>);
    iter: |'a, 'b, S, L| map::Iter<'a, Text, Text, S, L> => map::Iter<'a, &'b str, &'b str, S, L>;
    into_iter: |'a, 'b, S, L|
        (&'a (), map::IntoIter<Text, Text, S, L>)
        => (&'a (), map::IntoIter<&'b str, &'b str, S, L>);
    keys: |'a, 'b, S, L| map::Keys<'a, Text, Text, S, L> => map::Keys<'a, &'b str, &'b str, S, L>;
    values: |'a, 'b, S, L|
        map::Values<'a, Text, Text, S, L>
        => map::Values<'a, &'b str, &'b str, S, L>;
    into_keys: |'a, 'b, S, L|
        (&'a (), map::IntoKeys<Text, Text, S, L>)
        => (&'a (), map::IntoKeys<&'b str, &'b str, S, L>);
    into_values: |'a, 'b, S, L|
        (&'a (), map::IntoValues<Text, Text, S, L>)
        => (&'a (), map::IntoValues<&'b str, &'b str, S, L>);
    range: |'a, 'b, S, L|
        map::Range<'a, Text, Text, S, L>
        => map::Range<'a, &'b str, &'b str, S, L>;
    cursor: |'a, 'b, S, L|
        map::Cursor<'a, Text, Text, S, L>
        => map::Cursor<'a, &'b str, &'b str, S, L>;
    set_iter: |'a, 'b, S, L| set::Iter<'a, Text, S, L> => set::Iter<'a, &'b str, S, L>;
    set_into_iter: |'a, 'b, S, L|
        (&'a (), set::IntoIter<Text, S, L>)
        => (&'a (), set::IntoIter<&'b str, S, L>);
    set_range: |'a, 'b, S, L| set::Range<'a, Text, S, L> => set::Range<'a, &'b str, S, L>;
    set_union: |'a, 'b, S, L| set::Union<'a, Text, S, L> => set::Union<'a, &'b str, S, L>;
    set_intersection: |'a, 'b, S, L|
        set::Intersection<'a, Text, S, L>
        => set::Intersection<'a, &'b str, S, L>;
    set_difference: |'a, 'b, S, L|
        set::Difference<'a, Text, S, L>
        => set::Difference<'a, &'b str, S, L>;
    set_symmetric: |'a, 'b, S, L|
        set::SymmetricDifference<'a, Text, S, L>
        => set::SymmetricDifference<'a, &'b str, S, L>;
    set_cursor: |'a, 'b, S, L| set::Cursor<'a, Text, S, L> => set::Cursor<'a, &'b str, S, L>;
    indexes: |'a, 'b, S, L|
        (&'a (), BPlusIndex<Text, Text, S, L>)
        => (&'a (), BPlusIndex<&'b str, &'b str, S, L>);
    index_iter: |'a, 'b, S, L|
        index::Iter<'a, Text, Text, S, L>
        => index::Iter<'a, &'b str, &'b str, S, L>;
    index_into_iter: |'a, 'b, S, L|
        (&'a (), index::IntoIter<Text, Text, S, L>)
        => (&'a (), index::IntoIter<&'b str, &'b str, S, L>);
    index_range: |'a, 'b, S, L|
        index::Range<'a, Text, Text, S, L>
        => index::Range<'a, &'b str, &'b str, S, L>;
    index_values: |'a, 'b, S, L|
        index::Values<'a, Text, Text, S, L>
        => index::Values<'a, &'b str, &'b str, S, L>;
    index_keys: |'a, 'b, S, L|
        index::Keys<'a, Text, Text, S, L>
        => index::Keys<'a, &'b str, &'b str, S, L>;
    index_groups: |'a, 'b, S, L|
        index::Groups<'a, Text, Text, S, L>
        => index::Groups<'a, &'b str, &'b str, S, L>;
    index_cursor: |'a, 'b, S, L|
        index::Cursor<'a, Text, Text, S, L>
        => index::Cursor<'a, &'b str, &'b str, S, L>;
}

/// The functions above are the test; this one uses each, with collections that are not empty.
fn variance<S: Store, L: LeafLayout>() {
    let map: BPlusTreeMap<Text, Text, S, L> = [("a", "b"), ("c", "d")].into_iter().collect();
    let set: BPlusTreeSet<Text, S, L> = ["a", "c"].into_iter().collect();
    let text = String::from("a");
    let short: &str = &text;
    assert_eq!(iter(map.iter()).next(), Some((&short, &"b")));
    assert_eq!(keys(map.keys()).next(), Some(&short));
    assert_eq!(values(map.values()).next_back(), Some(&"d"));
    assert_eq!(range(map.range("b"..)).next(), Some((&"c", &"d")));
    assert_eq!(
        cursor(map.lower_bound(Bound::Included(short))).next(),
        Some((&short, &"b"))
    );
    assert_eq!(
        into_iter((&(), map.clone().into_iter())).1.next(),
        Some((short, "b"))
    );
    assert_eq!(
        into_keys((&(), map.clone().into_keys())).1.next(),
        Some(short)
    );
    assert_eq!(
        into_values((&(), map.clone().into_values())).1.next(),
        Some("b")
    );
    assert_eq!(maps((&(), map)).1.get(short), Some(&"b"));
    assert_eq!(set_iter(set.iter()).next(), Some(&short));
    assert_eq!(set_range(set.range("b"..)).next(), Some(&"c"));
    assert_eq!(
        set_cursor(set.lower_bound(Bound::Included(short))).next(),
        Some(&short)
    );
    assert_eq!(
        set_into_iter((&(), set.clone().into_iter())).1.next(),
        Some(short)
    );
    assert_eq!(set_union(set.union(&set)).next(), Some(&short));
    assert_eq!(
        set_intersection(set.intersection(&set)).next(),
        Some(&short)
    );
    assert_eq!(set_difference(set.difference(&set)).next(), None);
    assert_eq!(set_symmetric(set.symmetric_difference(&set)).next(), None);
    assert!(sets((&(), set)).1.contains(short));
}

fn variance_of_indexes<S: Store, L: LeafLayout>() {
    let index: BPlusIndex<Text, Text, S, L> =
        [("a", "b"), ("a", "c"), ("d", "e")].into_iter().collect();
    let text = String::from("a");
    let short: &str = &text;
    assert_eq!(index_iter(index.iter()).next(), Some((&short, &"b")));
    assert_eq!(index_range(index.range("b"..)).next(), Some((&"d", &"e")));
    assert_eq!(
        index_values(index.lookup_range(short)).next_back(),
        Some(&"c")
    );
    assert_eq!(index_keys(index.keys()).next(), Some(&short));
    assert_eq!(index_groups(index.groups()).count(), 2);
    let mut cursor = index_cursor(index.lower_bound(Bound::Included(short)));
    assert_eq!(cursor.next(), Some((&short, &"b")));
    let owned = index_into_iter((&(), index.clone().into_iter())).1;
    assert_eq!(owned.last(), Some(("d", "e")));
    assert!(indexes((&(), index)).1.contains(short, "c"));
}

/// As for the other maps: each function compiles only if the type lets lifetimes within it shrink.
#[test]
fn variance_of_oblivious_maps() {
    macro_rules! shrinks {
        ($($name:ident: $from:ty => $to:ty;)+) => {$({
            fn $name<'a, 'b>(long: (&'a (), $from)) -> (&'a (), $to) {
                long
            }
            let _ = $name;
        })+};
    }
    shrinks! {
        map: CacheObliviousMap<Text, Text> => CacheObliviousMap<&'b str, &'b str>;
        iter: oblivious::Iter<'a, Text, Text> => oblivious::Iter<'a, &'b str, &'b str>;
        keys: oblivious::Keys<'a, Text, Text> => oblivious::Keys<'a, &'b str, &'b str>;
        values: oblivious::Values<'a, Text, Text> => oblivious::Values<'a, &'b str, &'b str>;
        range: oblivious::Range<'a, Text, Text> => oblivious::Range<'a, &'b str, &'b str>;
        cursor: oblivious::Cursor<'a, Text, Text> => oblivious::Cursor<'a, &'b str, &'b str>;
        into_iter: oblivious::IntoIter<Text, Text> => oblivious::IntoIter<&'b str, &'b str>;
        into_keys: oblivious::IntoKeys<Text, Text> => oblivious::IntoKeys<&'b str, &'b str>;
        into_values: oblivious::IntoValues<Text, Text> => oblivious::IntoValues<&'b str, &'b str>;
    }
}

static SHARED_OBLIVIOUS: CacheObliviousMap<String, u64> = CacheObliviousMap::new();
static SHARED: BPlusTreeMap<u64, u64> = BPlusTreeMap::new();
static SHARED_SET: BPlusTreeSet<String> = BPlusTreeSet::new();
static SHARED_INDEX: BPlusIndex<String, u64> = BPlusIndex::new();
static INDEX_NODES: Mutex<BPlusIndex<u32, u32, Slab, StructOfArrays<2, 4>>> =
    Mutex::new(BPlusIndex::<u32, u32, Slab, StructOfArrays<2, 4>>::empty());
static GUARDED: Mutex<BPlusTreeMap<String, Vec<u8>, Heap, ArrayOfStructs>> =
    Mutex::new(BPlusTreeMap::empty());
static NODES: Mutex<BPlusTreeMap<u32, u32, Slab, StructOfArrays<2, 4>>> =
    Mutex::new(BPlusTreeMap::<u32, u32, Slab, StructOfArrays<2, 4>>::empty());

#[test]
fn new_is_const_and_allocates_nothing() {
    assert!(SHARED.is_empty() && SHARED_SET.is_empty());
    assert_eq!((SHARED.memory_usage(), SHARED_SET.memory_usage()), (0, 0));
    assert_eq!(
        (
            SHARED.get(&1),
            SHARED.iter().next(),
            SHARED
                .range((Bound::Excluded(3), Bound::Excluded(3)))
                .next()
        ),
        (None, None, None)
    );
    assert!(SHARED_OBLIVIOUS.is_empty() && SHARED_OBLIVIOUS.iter().next().is_none());
    assert_eq!(
        (SHARED_OBLIVIOUS.memory_usage(), SHARED_OBLIVIOUS.get("one")),
        (0, None)
    );
    assert!(SHARED_INDEX.is_empty() && SHARED_INDEX.keys().next().is_none());
    assert_eq!(
        (SHARED_INDEX.memory_usage(), SHARED_INDEX.count("one")),
        (0, 0)
    );
    let mut index = INDEX_NODES.lock().expect("nobody else has it");
    index.extend((0..50).map(|row| (row / 20, row)));
    index.check_invariants();
    let mut guarded = GUARDED.lock().expect("nobody else has it");
    guarded.insert("one".into(), vec![1]);
    assert!(guarded.memory_usage() > 0);
    let mut nodes = NODES.lock().expect("nobody else has it");
    nodes.extend((0..50).map(|key| (key, key)));
    nodes.check_invariants();
}

fn sizes<S: Store, L: LeafLayout>() {
    assert!(size_of::<BPlusTreeMap<u64, u64, S, L>>() <= 32);
    assert!(size_of::<BPlusTreeMap<String, [u64; 40], S, L>>() <= 32);
    assert!(size_of::<BPlusTreeSet<u8, S, L>>() <= 32);
    assert_eq!(BPlusTreeMap::<u64, String, S, L>::empty().memory_usage(), 0);
}

fn drop_counts<S: Store + 'static, L: LeafLayout + 'static>() {
    kinds::drop_counts::<(S, L)>();
}

fn zero_sized<S: Store + 'static, L: LeafLayout + 'static>() {
    kinds::zero_sized::<(S, L)>();
}

fn over_aligned<S: Store + 'static, L: LeafLayout + 'static>() {
    kinds::over_aligned::<(S, L)>();
}

fn over_aligned_index<S: Store, L: LeafLayout>() {
    let look = |(key, value): (&Page, &AlignedNothing)| {
        let (key, value) = (
            std::ptr::from_ref(key).addr(),
            std::ptr::from_ref(value).addr(),
        );
        assert_eq!((key % 4096, value % 128), (0, 0), "misaligned");
    };
    let mut index: BPlusIndex<Page, AlignedNothing, S, L> =
        (0..70).map(|key| (Page(key / 2), AlignedNothing)).collect();
    assert_eq!(index.len(), 35, "equal pairs are one");
    index.retain(|key, _| key.0 % 3 != 0);
    index.iter().for_each(look);
    index.check_invariants();

    let mut values: BPlusIndex<u8, Page, S, L> =
        (0..70).map(|at| (at / 30, Page(at.into()))).collect();
    assert!(values.update(&0, 2, Page(9)));
    values
        .iter()
        .for_each(|(_, page)| assert_eq!(std::ptr::from_ref(page).addr() % 4096, 0));
    values.check_invariants();
}

on_pairs_of_kinds!(
    variance,
    sizes,
    drop_counts,
    zero_sized,
    over_aligned,
    variance_of_indexes,
    over_aligned_index,
);

#[test]
fn oblivious_map_of_unusual_kinds() {
    kinds::drop_counts::<Oblivious>();
    kinds::zero_sized::<Oblivious>();
    kinds::over_aligned::<Oblivious>();
}
