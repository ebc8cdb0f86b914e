//! The three collections behind one trait, so that checks are written, and compiled, once.
//!
//! The model of an entry is its key and its position: the values of maps and indexes are the
//! positions.

use std::ops::{Bound, Range};

use leafwise::static_collections::{Arrangement, Simd};
use leafwise::{RangeError, StaticIndex, StaticMap, StaticSet};

use crate::common::Doing;
use crate::keys::{Sample, Shown};

/// A key, and its value if it has one.
pub(crate) type Item<K> = (K, Option<usize>);

pub(crate) type Bounds<'a, K> = (Bound<&'a K>, Bound<&'a K>);

/// A way to find an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Get,
    Floor,
    Ceiling,
    Lower,
    Higher,
}

/// Single look-ups.
pub(crate) trait Collection<K> {
    fn len(&self) -> usize;
    fn rank(&self, key: &K) -> usize;
    fn rank_upper(&self, key: &K) -> usize;
    fn equal_range(&self, key: &K) -> Range<usize>;
    fn count(&self, key: &K) -> usize;
    fn contains(&self, key: &K) -> bool;
    fn find(&self, way: Way, key: &K) -> Option<Item<K>>;
    fn select(&self, at: usize) -> Option<Item<K>>;
    fn ends(&self) -> [Option<Item<K>>; 2];
    fn range(&self, bounds: Bounds<'_, K>) -> Result<Vec<Item<K>>, RangeError>;
    fn check_invariants(&self);
}

/// Ranks of many keys at once.
pub(crate) trait Ranked<K>: Collection<K> {
    fn rank_batch_with(&self, simd: Simd, keys: &[K], ranks: &mut [usize]);
    fn rank_batch(&self, keys: &[K], ranks: &mut [usize]);
    fn rank_upper_batch(&self, keys: &[K], ranks: &mut [usize]);
}

/// All batched look-ups. Each kind of answer is compiled for each instruction set, so not for all
/// types of keys.
pub(crate) trait Batched<K>: Ranked<K> {
    fn contains_batch(&self, keys: &[K], found: &mut [bool]);
    fn get_batch(&self, keys: &[K]) -> Vec<Option<Item<K>>>;
    fn range_batch(&self, ranges: &[Bounds<'_, K>], positions: &mut [Range<usize>]);
}

macro_rules! collection {
    (
        $type:ty, $contains:ident $contains_batch:ident,
        |$shown:pat_param| $item:expr, |$set:ident, $key:ident| $get:expr,
        |$all:ident, $queries:ident| $get_batch:expr
    ) => {
        impl<K: Shown<A>, A: Arrangement<K>> Collection<K> for $type {
            fn len(&self) -> usize {
                assert_eq!(self.is_empty(), self.len() == 0);
                assert_eq!(self.iter().len(), self.len());
                self.len()
            }

            fn rank(&self, key: &K) -> usize {
                self.rank(key.ask())
            }

            fn rank_upper(&self, key: &K) -> usize {
                self.rank_upper(key.ask())
            }

            fn equal_range(&self, key: &K) -> Range<usize> {
                self.equal_range(key.ask())
            }

            fn count(&self, key: &K) -> usize {
                self.count(key.ask())
            }

            fn contains(&self, key: &K) -> bool {
                self.$contains(key.ask())
            }

            fn find(&self, way: Way, key: &K) -> Option<Item<K>> {
                let item = match way {
                    Way::Get => {
                        let ($set, $key) = (self, key);
                        $get
                    }
                    Way::Floor => self.floor(key.ask()),
                    Way::Ceiling => self.ceiling(key.ask()),
                    Way::Lower => self.lower(key.ask()),
                    Way::Higher => self.higher(key.ask()),
                };
                item.map(|$shown| $item)
            }

            fn select(&self, at: usize) -> Option<Item<K>> {
                self.select(at).map(|$shown| $item)
            }

            fn ends(&self) -> [Option<Item<K>>; 2] {
                [
                    self.first().map(|$shown| $item),
                    self.last().map(|$shown| $item),
                ]
            }

            fn range(&self, bounds: Bounds<'_, K>) -> Result<Vec<Item<K>>, RangeError> {
                Ok(self
                    .range_checked(K::between(bounds))?
                    .map(|$shown| $item)
                    .collect())
            }

            fn check_invariants(&self) {
                self.check_invariants();
            }
        }

        impl<K: Shown<A>, A: Arrangement<K>> Ranked<K> for $type {
            fn rank_batch_with(&self, simd: Simd, keys: &[K], ranks: &mut [usize]) {
                let keys: Vec<_> = keys.iter().map(K::ask).collect();
                self.rank_batch_with(simd, &keys, ranks);
            }

            fn rank_batch(&self, keys: &[K], ranks: &mut [usize]) {
                let keys: Vec<_> = keys.iter().map(K::ask).collect();
                self.rank_batch(&keys, ranks);
            }

            fn rank_upper_batch(&self, keys: &[K], ranks: &mut [usize]) {
                let keys: Vec<_> = keys.iter().map(K::ask).collect();
                self.rank_upper_batch(&keys, ranks);
            }
        }

        impl<K: Shown<A>, A: Arrangement<K>> Batched<K> for $type {
            fn contains_batch(&self, keys: &[K], found: &mut [bool]) {
                let keys: Vec<_> = keys.iter().map(K::ask).collect();
                self.$contains_batch(&keys, found);
            }

            fn get_batch(&self, keys: &[K]) -> Vec<Option<Item<K>>> {
                let ($all, $queries) = (self, keys);
                $get_batch
            }

            fn range_batch(&self, ranges: &[Bounds<'_, K>], positions: &mut [Range<usize>]) {
                let ranges: Vec<_> = ranges.iter().map(|bounds| K::between(*bounds)).collect();
                self.range_batch(&ranges, positions);
            }
        }
    };
}

collection!(
    StaticSet<K, A>, contains contains_batch,
    |shown| (K::own(shown), None), |set, key| set.get(key.ask()),
    |set, keys| {
        let queries: Vec<_> = keys.iter().map(K::ask).collect();
        // Former contents must be overwritten.
        let mut found = vec![set.first(); keys.len()];
        set.get_batch(&queries, &mut found);
        found.into_iter().map(|key| key.map(|key| (K::own(key), None))).collect()
    }
);

macro_rules! entries_face {
    ($type:ty) => {
        collection!(
            $type, contains_key contains_key_batch,
            |(key, value)| (K::own(key), Some(*value)),
            |map, key| {
                let entry = map.get_key_value(key.ask());
                assert_eq!(map.get(key.ask()), entry.map(|(_, value)| value));
                entry
            },
            |map, keys| {
                let queries: Vec<_> = keys.iter().map(K::ask).collect();
                let mut found = vec![map.values().next(); keys.len()];
                map.get_batch(&queries, &mut found);
                let pair = |(value, key): (Option<&usize>, &K)| {
                    value.map(|value| (key.clone(), Some(*value)))
                };
                found.into_iter().zip(keys).map(pair).collect()
            }
        );
    };
}

entries_face!(StaticMap<K, usize, A>);
entries_face!(StaticIndex<K, usize, A>);

/// The answers of a sorted vector.
pub(crate) struct Model<'a, K> {
    pub(crate) keys: &'a [K],
}

impl<K: Sample> Model<'_, K> {
    pub(crate) fn lower(&self, key: &K) -> usize {
        self.keys.partition_point(|other| other.order(key).is_lt())
    }

    pub(crate) fn upper(&self, key: &K) -> usize {
        self.keys.partition_point(|other| other.order(key).is_le())
    }

    /// Returns the positions at which a range starts and ends, or `None` if it is invalid.
    pub(crate) fn range(&self, (start, end): Bounds<'_, K>) -> Option<Range<usize>> {
        use Bound::{Excluded, Included, Unbounded};
        match (start, end) {
            (Excluded(start), Excluded(end)) if start.order(end).is_ge() => return None,
            (Included(start) | Excluded(start), Included(end) | Excluded(end))
                if start.order(end).is_gt() =>
            {
                return None;
            }
            _ => {}
        }
        let start = match start {
            Included(key) => self.lower(key),
            Excluded(key) => self.upper(key),
            Unbounded => 0,
        };
        let end = match end {
            Included(key) => self.upper(key),
            Excluded(key) => self.lower(key),
            Unbounded => self.keys.len(),
        };
        Some(start..end)
    }

    /// Asserts that an item is the one at a position, or that both are absent.
    #[track_caller]
    pub(crate) fn assert_item(&self, item: Option<Item<K>>, at: Option<usize>, what: Way) {
        let is_same = match (&item, at.and_then(|at| Some((at, self.keys.get(at)?)))) {
            (Some((key, value)), Some((at, expected))) => {
                key.order(expected).is_eq() && value.is_none_or(|value| value == at)
            }
            (None, None) => true,
            _ => false,
        };
        assert!(is_same, "{what:?}: {item:?} is not the item at {at:?}");
    }
}

/// All single look-ups for some keys.
pub(crate) fn check_queries<'q, K: Sample>(
    collection: &dyn Collection<K>,
    model: &Model<'_, K>,
    queries: impl IntoIterator<Item = &'q K>,
) {
    for query in queries {
        let _doing = Doing(format_args!("{query:?} in {} keys", model.keys.len()));
        let (lower, upper) = (model.lower(query), model.upper(query));
        assert_eq!(collection.rank(query), lower, "rank");
        assert_eq!(collection.rank_upper(query), upper, "rank_upper");
        assert_eq!(collection.equal_range(query), lower..upper, "equal_range");
        assert_eq!(collection.count(query), upper - lower, "count");
        assert_eq!(collection.contains(query), lower < upper, "contains");
        let first = Some(lower).filter(|lower| *lower < upper);
        for (way, at) in [
            (Way::Get, first),
            (Way::Floor, upper.checked_sub(1)),
            (Way::Ceiling, Some(lower)),
            (Way::Lower, lower.checked_sub(1)),
            (Way::Higher, Some(upper)),
        ] {
            model.assert_item(collection.find(way, query), at, way);
        }
    }
}

/// Length, ends and all entries.
pub(crate) fn check_entries<K: Sample>(collection: &dyn Collection<K>, model: &Model<'_, K>) {
    let len = model.keys.len();
    assert_eq!(collection.len(), len);
    let [first, last] = collection.ends();
    model.assert_item(first, Some(0), Way::Lower);
    model.assert_item(last, len.checked_sub(1), Way::Higher);
    for at in 0..len + 2 {
        model.assert_item(collection.select(at), Some(at), Way::Get);
    }
    let all = collection
        .range((Bound::Unbounded, Bound::Unbounded))
        .expect("everything is a range");
    assert_eq!(all.len(), len);
    for (at, item) in all.into_iter().enumerate() {
        model.assert_item(Some(item), Some(at), Way::Get);
    }
    collection.check_invariants();
}

/// Ranges between all pairs of some keys.
pub(crate) fn check_ranges<K: Sample>(
    collection: &dyn Collection<K>,
    model: &Model<'_, K>,
    ends: &[&K],
) {
    for bounds in pairs(ends) {
        let _doing = Doing(format_args!("{bounds:?} in {} keys", model.keys.len()));
        match model.range(bounds) {
            Some(range) => {
                let items = collection.range(bounds).expect("a valid range");
                assert_eq!(items.len(), range.len());
                for (at, item) in range.zip(items) {
                    model.assert_item(Some(item), Some(at), Way::Get);
                }
            }
            None => assert!(collection.range(bounds).is_err()),
        }
    }
}

/// Bounds of each kind with each pair of keys, inverted ones too.
pub(crate) fn pairs<'a, K>(ends: &[&'a K]) -> Vec<Bounds<'a, K>> {
    use Bound::{Excluded, Included, Unbounded};
    let mut bounds = vec![Unbounded];
    for end in ends {
        bounds.extend([Included(*end), Excluded(*end)]);
    }
    let with_all = |start: &Bound<&'a K>| bounds.iter().map(|end| (*start, *end)).collect();
    bounds
        .iter()
        .flat_map(|start| -> Vec<_> { with_all(start) })
        .collect()
}
