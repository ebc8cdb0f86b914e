//! The entry API: one descent to the gap of a key, then read, change, insert or remove the entry.
//!
//! Both kinds of entry are a mutable cursor `C`. The cursor of an occupied entry is in the gap just
//! before the entry, that of a vacant one in the gap where the key belongs. There is always an
//! entry after the cursor of an occupied entry: no method here moves the cursor or removes the
//! entry without consuming the [`OccupiedEntry`].
//!
//! [`Entry`] itself is re-exported by [`map`](super), which also defines aliases for the types here
//! that do not name the cursor.

use core::error::Error;
use core::fmt;
use core::marker::PhantomData;
use core::mem;

use Entry::{Occupied, Vacant};

use crate::iter::{CursorMut, Entries, Insert, Remove};

/// Why there is always an entry after the cursor of an occupied entry: see the top of this file.
const OCCUPIED: &str = "an occupied entry has an entry";

/// A view into a single entry of a map, vacant or occupied.
///
/// Made by [`entry`](super::Map::entry), for cursors `C` of the map.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use leafwise::map::Entry::{Occupied, Vacant};
///
/// let mut map = BPlusTreeMap::from([(1, "a")]);
/// let seen = [1, 2].map(|key| match map.entry(key) {
///     Occupied(entry) => entry.remove(),
///     Vacant(entry) => *entry.insert("b"),
/// });
/// assert_eq!(seen, ["a", "b"]);
/// ```
pub enum Entry<'a, K, V, C = super::CursorMut<'a, K, V>> {
    /// The key is not in the map.
    Vacant(VacantEntry<'a, K, V, C>),
    /// The key is in the map.
    Occupied(OccupiedEntry<'a, K, V, C>),
}

/// A view into a vacant entry: the gap for a key that is not in the map. Part of [`Entry`].
pub struct VacantEntry<'a, K, V, C = super::CursorMut<'a, K, V>> {
    key: K,
    cursor: C,
    map: Borrowed<'a, K, V>,
}

/// A view into an occupied entry of a map. Part of [`Entry`].
pub struct OccupiedEntry<'a, K, V, C = super::CursorMut<'a, K, V>> {
    cursor: C,
    map: Borrowed<'a, K, V>,
}

/// The borrow of the map's entries, which only the cursor `C` holds.
type Borrowed<'a, K, V> = PhantomData<fn() -> &'a (K, V)>;

/// The error of [`try_insert`](super::Map::try_insert) when the key is already in the map.
pub struct OccupiedError<'a, K, V, C = super::CursorMut<'a, K, V>> {
    /// The entry that is already in the map.
    pub entry: OccupiedEntry<'a, K, V, C>,
    /// The value that was not inserted.
    pub value: V,
}

impl<'a, K, V, E: Entries<Key = K, Value = V>> Entry<'a, K, V, CursorMut<'a, E, E::Gap>> {
    /// Returns the key of this entry: the stored key if there is one, otherwise the key passed to
    /// [`entry`](super::Map::entry).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::<&str, u32>::new();
    /// assert_eq!(map.entry("a").key(), &"a");
    /// ```
    pub fn key(&self) -> &K {
        match self {
            Occupied(entry) => entry.key(),
            Vacant(entry) => entry.key(),
        }
    }

    /// Changes the value if the entry is occupied, and returns the entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// map.entry("a").and_modify(|value| *value += 1).or_insert(40);
    /// map.entry("a").and_modify(|value| *value += 1).or_insert(40);
    /// assert_eq!(map["a"], 41);
    /// ```
    pub fn and_modify<F: FnOnce(&mut V)>(mut self, change: F) -> Self {
        if let Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }
}

impl<'a, K: Ord, V, E: Insert<Key = K, Value = V>> Entry<'a, K, V, CursorMut<'a, E, E::Gap>> {
    /// Inserts `default` if the entry is vacant. Returns a mutable reference to the value in the
    /// entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// map.entry("a").or_insert(12);
    /// *map.entry("a").or_insert(0) += 1;
    /// assert_eq!(map["a"], 13);
    /// ```
    pub fn or_insert(self, default: V) -> &'a mut V {
        self.or_insert_with_key(|_| default)
    }

    /// Like [`or_insert`](Self::or_insert), with a value that is computed only if it is needed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// map.entry("a").or_insert_with(Vec::new).push(1);
    /// assert_eq!(map["a"], [1]);
    /// ```
    pub fn or_insert_with<F: FnOnce() -> V>(self, default: F) -> &'a mut V {
        self.or_insert_with_key(|_| default())
    }

    /// Like [`or_insert`](Self::or_insert), with a value that is computed from the key, only if it
    /// is needed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// map.entry("poneyland").or_insert_with_key(|key| key.len());
    /// assert_eq!(map["poneyland"], 9);
    /// ```
    pub fn or_insert_with_key<F: FnOnce(&K) -> V>(self, default: F) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => {
                let value = default(entry.key());
                entry.insert(value)
            }
        }
    }

    /// Like [`or_insert`](Self::or_insert), with the type's default value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::<&str, Option<u32>>::new();
    /// map.entry("a").or_default();
    /// assert_eq!(map["a"], None);
    /// ```
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Sets the value of the entry, occupied or not, and returns the occupied entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// let entry = map.entry("a").insert_entry(37);
    /// assert_eq!((entry.key(), entry.get()), (&"a", &37));
    /// ```
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, CursorMut<'a, E, E::Gap>> {
        match self {
            Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            Vacant(entry) => entry.insert_entry(value),
        }
    }
}

impl<K, V, C> VacantEntry<'_, K, V, C> {
    pub(super) fn new(key: K, cursor: C) -> Self {
        let map = PhantomData;
        VacantEntry { key, cursor, map }
    }

    /// Returns the key that would be inserted.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::map::{BPlusTreeMap, Entry};
    ///
    /// let mut map = BPlusTreeMap::<&str, u32>::new();
    /// if let Entry::Vacant(entry) = map.entry("a") {
    ///     assert_eq!(entry.key(), &"a");
    /// }
    /// ```
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Takes ownership of the key without inserting it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::map::{BPlusTreeMap, Entry};
    ///
    /// let mut map = BPlusTreeMap::<String, u32>::new();
    /// if let Entry::Vacant(entry) = map.entry("a".to_string()) {
    ///     assert_eq!(entry.into_key(), "a");
    /// }
    /// assert!(map.is_empty());
    /// ```
    pub fn into_key(self) -> K {
        self.key
    }
}

impl<'a, K: Ord, V, E: Insert<Key = K, Value = V>> VacantEntry<'a, K, V, CursorMut<'a, E, E::Gap>> {
    /// Inserts the key with `value` and returns a mutable reference to the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::map::{BPlusTreeMap, Entry};
    ///
    /// let mut map = BPlusTreeMap::new();
    /// if let Entry::Vacant(entry) = map.entry("a") {
    ///     *entry.insert(1) += 1;
    /// }
    /// assert_eq!(map["a"], 2);
    /// ```
    pub fn insert(self, value: V) -> &'a mut V {
        self.insert_entry(value).into_mut()
    }

    /// Inserts the key with `value` and returns the occupied entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::map::{BPlusTreeMap, Entry};
    ///
    /// let mut map = BPlusTreeMap::new();
    /// if let Entry::Vacant(entry) = map.entry("a") {
    ///     assert_eq!(entry.insert_entry(1).get(), &1);
    /// }
    /// ```
    pub fn insert_entry(mut self, value: V) -> OccupiedEntry<'a, K, V, CursorMut<'a, E, E::Gap>> {
        self.cursor.insert_after_unchecked(self.key, value);
        OccupiedEntry::new(self.cursor)
    }
}

impl<'a, K, V, C> OccupiedEntry<'a, K, V, C> {
    pub(super) fn new(cursor: C) -> Self {
        let map = PhantomData;
        OccupiedEntry { cursor, map }
    }
}

impl<'a, K, V, E: Entries<Key = K, Value = V>> OccupiedEntry<'a, K, V, CursorMut<'a, E, E::Gap>> {
    fn key_value(&self) -> (&K, &V) {
        self.cursor.as_cursor().peek_next().expect(OCCUPIED)
    }

    /// Returns the stored key.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.first_entry().unwrap().key(), &1);
    /// ```
    #[must_use]
    pub fn key(&self) -> &K {
        self.key_value().0
    }

    /// Returns a reference to the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.first_entry().unwrap().get(), &"a");
    /// ```
    #[must_use]
    pub fn get(&self) -> &V {
        self.key_value().1
    }

    /// Returns a mutable reference to the value, for as long as the entry is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 10)]);
    /// let mut entry = map.first_entry().unwrap();
    /// *entry.get_mut() += 1;
    /// assert_eq!(entry.get(), &11);
    /// ```
    pub fn get_mut(&mut self) -> &mut V {
        self.cursor.peek_next().expect(OCCUPIED).1
    }

    /// Sets the value and returns the old one.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.first_entry().unwrap().insert("b"), "a");
    /// assert_eq!(map[&1], "b");
    /// ```
    pub fn insert(&mut self, value: V) -> V {
        mem::replace(self.get_mut(), value)
    }

    /// Converts the entry into a mutable reference to the value, for as long as the map is
    /// borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 10)]);
    /// let value: &mut i32 = map.first_entry().unwrap().into_mut();
    /// *value += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    #[must_use = "`self` will be dropped if the result is not used"]
    pub fn into_mut(self) -> &'a mut V {
        self.cursor.into_next().expect(OCCUPIED).1
    }
}

impl<'a, K: Ord, V, E> OccupiedEntry<'a, K, V, CursorMut<'a, E, E::Gap>>
where
    E: Remove<Key = K, Value = V>,
{
    /// Removes the entry and returns its value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.first_entry().unwrap().remove(), "a");
    /// assert!(map.is_empty());
    /// ```
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Removes the entry and returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.first_entry().unwrap().remove_entry(), (1, "a"));
    /// assert!(map.is_empty());
    /// ```
    pub fn remove_entry(mut self) -> (K, V) {
        self.cursor.remove_next().expect(OCCUPIED)
    }
}

impl<'a, K: fmt::Debug, V: fmt::Debug, E> fmt::Debug for Entry<'a, K, V, CursorMut<'a, E, E::Gap>>
where
    E: Entries<Key = K, Value = V>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry: &dyn fmt::Debug = match self {
            Vacant(entry) => entry,
            Occupied(entry) => entry,
        };
        f.debug_tuple("Entry").field(entry).finish()
    }
}

impl<K: fmt::Debug, V, C> fmt::Debug for VacantEntry<'_, K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(self.key()).finish()
    }
}

impl<'a, K: fmt::Debug, V: fmt::Debug, E> fmt::Debug
    for OccupiedEntry<'a, K, V, CursorMut<'a, E, E::Gap>>
where
    E: Entries<Key = K, Value = V>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, value) = self.key_value();
        f.debug_struct("OccupiedEntry")
            .field("key", key)
            .field("value", value)
            .finish()
    }
}

impl<'a, K: fmt::Debug, V: fmt::Debug, E> fmt::Debug
    for OccupiedError<'a, K, V, CursorMut<'a, E, E::Gap>>
where
    E: Entries<Key = K, Value = V>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, value) = self.entry.key_value();
        f.debug_struct("OccupiedError")
            .field("key", key)
            .field("old_value", value)
            .field("new_value", &self.value)
            .finish()
    }
}

impl<'a, K: fmt::Debug, V: fmt::Debug, E> fmt::Display
    for OccupiedError<'a, K, V, CursorMut<'a, E, E::Gap>>
where
    E: Entries<Key = K, Value = V>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, old) = self.entry.key_value();
        let new = &self.value;
        write!(
            f,
            "failed to insert {new:?}, key {key:?} already exists with value {old:?}"
        )
    }
}

impl<'a, K: fmt::Debug, V: fmt::Debug, E> Error
    for OccupiedError<'a, K, V, CursorMut<'a, E, E::Gap>>
where
    E: Entries<Key = K, Value = V>,
{
}
