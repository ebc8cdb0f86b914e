//! The entry API: one descent to the place of a key, then look, change, fill or empty it.
//!
//! Both kinds of entry are a mutable cursor. That of an occupied entry stands in the gap just
//! before it, that of a vacant one in the gap where the key belongs. An occupied entry's cursor has
//! an entry after it from its making to its end: nothing here moves it or removes without consuming
//! it.
//!
//! Written as a macro for every map of this kind, of which the one here is the first.

use crate::leaf::{Layout, Split};
use crate::store::{Slab, Store};

/// The entry API of a map that has mutable cursors.
///
/// The map and its `CursorMut` are in the module above the one that this stands in, which is public
/// as `module`. `param` are the map's generics behind keys and values, `insertable` is what a key
/// has to be to be inserted.
macro_rules! entry_api {
    (
        $module:ident::$Map:ident<K, V $(, $param:ident: $bound:ident = $default:ident)*>
        where K: $($insertable:tt)+
    ) => {
        use core::error::Error;
        use core::fmt;
        use core::mem;

        use super::CursorMut;
        use Entry::{Occupied, Vacant};

        /// Why an occupied entry's cursor always has a next entry: see the top of this file.
        const OCCUPIED: &str = "an occupied entry has an entry";

        /// The place of a key in a map, filled or not.
        ///
        #[doc = concat!(
            "Made by [`", stringify!($Map), "::entry`](super::", stringify!($Map), "::entry)."
        )]
        pub enum Entry<'a, K, V, $($param: $bound = $default),*> {
            /// The key is not there.
            Vacant(VacantEntry<'a, K, V, $($param),*>),
            /// The key is there.
            Occupied(OccupiedEntry<'a, K, V, $($param),*>),
        }

        /// The place where a key that is not in the map belongs. Part of [`Entry`].
        pub struct VacantEntry<'a, K, V, $($param: $bound = $default),*> {
            pub(super) key: K,
            pub(super) cursor: CursorMut<'a, K, V, $($param),*>,
        }

        /// An entry that is in the map. Part of [`Entry`].
        pub struct OccupiedEntry<'a, K, V, $($param: $bound = $default),*> {
            pub(super) cursor: CursorMut<'a, K, V, $($param),*>,
        }

        #[doc = concat!(
            "What [`try_insert`](super::", stringify!($Map), "::try_insert) returns when the key ",
            "is already there."
        )]
        pub struct OccupiedError<'a, K, V, $($param: $bound = $default),*> {
            /// The entry that is there.
            pub entry: OccupiedEntry<'a, K, V, $($param),*>,
            /// The value that was not inserted.
            pub value: V,
        }

        impl<'a, K, V, $($param: $bound),*> Entry<'a, K, V, $($param),*> {
            /// The key of this place: the stored one if there is one, otherwise the one that was
            /// asked for.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::<&str, u32>::new();")]
            /// assert_eq!(map.entry("a").key(), &"a");
            /// ```
            pub fn key(&self) -> &K {
                match self {
                    Occupied(entry) => entry.key(),
                    Vacant(entry) => entry.key(),
                }
            }

            /// Changes the value if there is one, and returns the place for more.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::new();")]
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

        impl<'a, K: $($insertable)+, V, $($param: $bound),*> Entry<'a, K, V, $($param),*> {
            /// Inserts `default` if the place is vacant. Returns the value that is there then.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::new();")]
            /// map.entry("a").or_insert(12);
            /// *map.entry("a").or_insert(0) += 1;
            /// assert_eq!(map["a"], 13);
            /// ```
            pub fn or_insert(self, default: V) -> &'a mut V {
                self.or_insert_with_key(|_| default)
            }

            /// As [`or_insert`](Self::or_insert), with a value that is made only if it is needed.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::new();")]
            /// map.entry("a").or_insert_with(Vec::new).push(1);
            /// assert_eq!(map["a"], [1]);
            /// ```
            pub fn or_insert_with<F: FnOnce() -> V>(self, default: F) -> &'a mut V {
                self.or_insert_with_key(|_| default())
            }

            /// As [`or_insert`](Self::or_insert), with a value that is made from the key, if it is
            /// needed.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::new();")]
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

            /// As [`or_insert`](Self::or_insert), with the type's default value.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::<&str, Option<u32>>::new();")]
            /// map.entry("a").or_default();
            /// assert_eq!(map["a"], None);
            /// ```
            pub fn or_default(self) -> &'a mut V
            where
                V: Default,
            {
                self.or_insert_with(V::default)
            }

            /// Sets the value, whatever was there, and returns the entry.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::new();")]
            /// let entry = map.entry("a").insert_entry(37);
            /// assert_eq!((entry.key(), entry.get()), (&"a", &37));
            /// ```
            pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, $($param),*> {
                match self {
                    Occupied(mut entry) => {
                        entry.insert(value);
                        entry
                    }
                    Vacant(entry) => entry.insert_entry(value),
                }
            }
        }

        impl<'a, K, V, $($param: $bound),*> VacantEntry<'a, K, V, $($param),*> {
            /// The key that would be inserted.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!(
                "use leafwise::", stringify!($module), "::{", stringify!($Map), ", Entry};"
            )]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::<&str, u32>::new();")]
            /// if let Entry::Vacant(entry) = map.entry("a") {
            ///     assert_eq!(entry.key(), &"a");
            /// }
            /// ```
            pub fn key(&self) -> &K {
                &self.key
            }

            /// Takes the key back without inserting it.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!(
                "use leafwise::", stringify!($module), "::{", stringify!($Map), ", Entry};"
            )]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::<String, u32>::new();")]
            /// if let Entry::Vacant(entry) = map.entry("a".to_string()) {
            ///     assert_eq!(entry.into_key(), "a");
            /// }
            /// assert!(map.is_empty());
            /// ```
            pub fn into_key(self) -> K {
                self.key
            }
        }

        impl<'a, K: $($insertable)+, V, $($param: $bound),*> VacantEntry<'a, K, V, $($param),*> {
            /// Inserts the key with `value` and returns where the value stands.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!(
                "use leafwise::", stringify!($module), "::{", stringify!($Map), ", Entry};"
            )]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::new();")]
            /// if let Entry::Vacant(entry) = map.entry("a") {
            ///     *entry.insert(1) += 1;
            /// }
            /// assert_eq!(map["a"], 2);
            /// ```
            pub fn insert(self, value: V) -> &'a mut V {
                self.insert_entry(value).into_mut()
            }

            /// Inserts the key with `value` and returns the entry.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!(
                "use leafwise::", stringify!($module), "::{", stringify!($Map), ", Entry};"
            )]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::new();")]
            /// if let Entry::Vacant(entry) = map.entry("a") {
            ///     assert_eq!(entry.insert_entry(1).get(), &1);
            /// }
            /// ```
            pub fn insert_entry(mut self, value: V) -> OccupiedEntry<'a, K, V, $($param),*> {
                self.cursor.insert_after_unchecked(self.key, value);
                OccupiedEntry {
                    cursor: self.cursor,
                }
            }
        }

        impl<'a, K, V, $($param: $bound),*> OccupiedEntry<'a, K, V, $($param),*> {
            fn key_value(&self) -> (&K, &V) {
                self.cursor.as_cursor().peek_next().expect(OCCUPIED)
            }

            /// The stored key.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!(
                "let mut map = ", stringify!($Map), "::from([(1, \"a\"), (2, \"b\")]);"
            )]
            /// assert_eq!(map.first_entry().unwrap().key(), &1);
            /// ```
            #[must_use]
            pub fn key(&self) -> &K {
                self.key_value().0
            }

            /// The value.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!(
                "let mut map = ", stringify!($Map), "::from([(1, \"a\"), (2, \"b\")]);"
            )]
            /// assert_eq!(map.first_entry().unwrap().get(), &"a");
            /// ```
            #[must_use]
            pub fn get(&self) -> &V {
                self.key_value().1
            }

            /// The value, open to change for as long as the entry is borrowed.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::from([(1, 10)]);")]
            /// let mut entry = map.first_entry().unwrap();
            /// *entry.get_mut() += 1;
            /// assert_eq!(entry.get(), &11);
            /// ```
            pub fn get_mut(&mut self) -> &mut V {
                self.cursor.peek_next().expect(OCCUPIED).1
            }

            /// The value, open to change for as long as the map was borrowed.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::from([(1, 10)]);")]
            /// let value: &mut i32 = map.first_entry().unwrap().into_mut();
            /// *value += 1;
            /// assert_eq!(map[&1], 11);
            /// ```
            #[must_use = "`self` will be dropped if the result is not used"]
            pub fn into_mut(self) -> &'a mut V {
                self.cursor.into_next().expect(OCCUPIED).1
            }

            /// Sets the value and returns the one before.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::from([(1, \"a\")]);")]
            /// assert_eq!(map.first_entry().unwrap().insert("b"), "a");
            /// assert_eq!(map[&1], "b");
            /// ```
            pub fn insert(&mut self, value: V) -> V {
                mem::replace(self.get_mut(), value)
            }
        }

        impl<K: Ord, V, $($param: $bound),*> OccupiedEntry<'_, K, V, $($param),*> {
            /// Removes the entry and returns its value.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::from([(1, \"a\")]);")]
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
            #[doc = concat!("use leafwise::", stringify!($Map), ";")]
            ///
            #[doc = concat!("let mut map = ", stringify!($Map), "::from([(1, \"a\")]);")]
            /// assert_eq!(map.first_entry().unwrap().remove_entry(), (1, "a"));
            /// assert!(map.is_empty());
            /// ```
            pub fn remove_entry(mut self) -> (K, V) {
                self.cursor.remove_next().expect(OCCUPIED)
            }
        }

        impl<K: fmt::Debug, V: fmt::Debug, $($param: $bound),*> fmt::Debug
            for Entry<'_, K, V, $($param),*>
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let entry: &dyn fmt::Debug = match self {
                    Vacant(entry) => entry,
                    Occupied(entry) => entry,
                };
                f.debug_tuple("Entry").field(entry).finish()
            }
        }

        impl<K: fmt::Debug, V, $($param: $bound),*> fmt::Debug
            for VacantEntry<'_, K, V, $($param),*>
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple("VacantEntry").field(self.key()).finish()
            }
        }

        impl<K, V, $($param),*> fmt::Debug for OccupiedEntry<'_, K, V, $($param),*>
        where
            K: fmt::Debug,
            V: fmt::Debug,
            $($param: $bound),*
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let (key, value) = self.key_value();
                f.debug_struct("OccupiedEntry")
                    .field("key", key)
                    .field("value", value)
                    .finish()
            }
        }

        impl<K, V, $($param),*> fmt::Debug for OccupiedError<'_, K, V, $($param),*>
        where
            K: fmt::Debug,
            V: fmt::Debug,
            $($param: $bound),*
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

        impl<K, V, $($param),*> fmt::Display for OccupiedError<'_, K, V, $($param),*>
        where
            K: fmt::Debug,
            V: fmt::Debug,
            $($param: $bound),*
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

        impl<K, V, $($param),*> Error for OccupiedError<'_, K, V, $($param),*>
        where
            K: fmt::Debug,
            V: fmt::Debug,
            $($param: $bound),*
        {
        }
    };
}
pub(crate) use entry_api;

entry_api! {
    map::BPlusTreeMap<K, V, S: Store = Slab, L: Layout = Split>
    where K: Ord + Clone
}
