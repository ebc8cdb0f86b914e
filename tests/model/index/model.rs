//! The model of an index, made of std's collections.

use crate::common::keys::{Key, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// The contents of an index, in two forms.
#[derive(Clone)]
pub(super) struct Model<K, V> {
    pub(super) pairs: BTreeSet<(K, V)>,
    pub(super) keys: BTreeMap<K, BTreeSet<V>>,
}

impl<K: Key, V: Value> FromIterator<(K, V)> for Model<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut model = Self {
            pairs: BTreeSet::new(),
            keys: BTreeMap::new(),
        };
        pairs.into_iter().for_each(|pair| {
            model.insert(pair);
        });
        model
    }
}

impl<K: Key, V: Value> Model<K, V> {
    pub(super) fn insert(&mut self, (key, value): (K, V)) -> bool {
        let values = self.keys.entry(key.clone()).or_default();
        values.insert(value.clone());
        self.pairs.insert((key, value))
    }

    pub(super) fn delete(&mut self, pair: &(K, V)) -> bool {
        if let Some(values) = self.keys.get_mut(&pair.0) {
            values.remove(&pair.1);
            if values.is_empty() {
                self.keys.remove(&pair.0);
            }
        }
        self.pairs.remove(pair)
    }

    pub(super) fn update(&mut self, old: &K, new: K, value: V) -> bool {
        let was_there = self.delete(&(old.clone(), value.clone()));
        if was_there {
            self.insert((new, value));
        }
        was_there
    }

    /// Keeps the pairs that `keep` accepts, and returns the number of removed pairs.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) -> usize {
        let len = self.pairs.len();
        let pairs = std::mem::take(&mut self.pairs);
        *self = pairs
            .into_iter()
            .filter(|(key, value)| keep(key, value))
            .collect();
        len - self.pairs.len()
    }

    pub(super) fn pairs(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone {
        self.pairs.iter().map(by_parts)
    }

    /// The pairs with keys in the range, found by the map.
    pub(super) fn range(&self, keys: (Bound<K>, Bound<K>)) -> Vec<(&K, &V)> {
        let groups = self.keys.range(keys);
        groups
            .flat_map(|(key, values)| values.iter().map(move |value| (key, value)))
            .collect()
    }

    pub(super) fn values(&self, key: &K) -> Vec<&V> {
        self.keys.get(key).into_iter().flatten().collect()
    }

    pub(super) fn groups(&self, keys: (Bound<K>, Bound<K>)) -> Vec<(&K, Vec<&V>)> {
        self.keys
            .range(keys)
            .map(|(key, values)| (key, values.iter().collect()))
            .collect()
    }
}

pub(super) fn by_parts<K, V>((key, value): &(K, V)) -> (&K, &V) {
    (key, value)
}
