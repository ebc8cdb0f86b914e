//! Keys with values beside them: what map and index have in common. They differ in what becomes of
//! equal keys.

/// The methods that map and index share. They want `keys`, the column, and `values` as fields.
macro_rules! entries {
    ($name:ident, $equal:expr, $order:literal) => {
        impl<K: Key, V> $name<K, V> {
            /// Makes an empty collection. Allocates nothing.
            ///
            /// Of another arrangement than the default, which the compiler does not guess,
            /// `default()` and `collect()` make one.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        }

        impl<K, V, A: Arrangement<K>> $name<K, V, A> {
            fn item(&self, at: usize) -> (Ref<'_, K, A>, &V) {
                (self.keys.get(at), &self.values[at])
            }

            fn iter_of(&self, range: Range<usize>) -> Iter<'_, K, V, A> {
                Iter::new(&self.keys, &self.values, range)
            }

            fn of((keys, values): build::Entries<A::Column, V>) -> Self {
                $name { keys, values }
            }

            #[doc = concat!("Makes a collection of entries whose keys come in ", $order, " order.")]
            /// O(n).
            ///
            /// # Errors
            ///
            /// Returns an error that names the first entry out of order.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            /// let squares = (0..1000).map(|number| (number, number * number));
            #[doc = concat!(
                "let squares: ", stringify!($name), "<u32, u32> = ",
                stringify!($name), "::from_sorted_iter(squares)?;"
            )]
            /// assert_eq!(squares.get(&30), Some(&900));
            /// # Ok::<(), leafwise::fixed::UnsortedError>(())
            /// ```
            pub fn from_sorted_iter<I>(entries: I) -> Result<Self, UnsortedError>
            where
                I: IntoIterator<Item = (K, V)>,
            {
                build::from_sorted(entries, $equal).map(Self::of)
            }

            #[doc = concat!("Makes a collection of copies of keys in ", $order, " order,")]
            /// and of the values in the same places: the fastest way to make one. O(n).
            ///
            /// # Errors
            ///
            /// Returns an error that names the first key out of order.
            ///
            /// # Panics
            ///
            /// Panics if there are not as many values as keys.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!(
                "let names: ", stringify!($name), "<u32, &str> = ",
                stringify!($name), "::from_sorted_parts(&[4, 7], vec![\"four\", \"seven\"])?;"
            )]
            /// assert_eq!(names.get(&7), Some(&"seven"));
            /// # Ok::<(), leafwise::fixed::UnsortedError>(())
            /// ```
            pub fn from_sorted_parts(keys: &[K], values: Vec<V>) -> Result<Self, UnsortedError>
            where
                K: Clone,
            {
                assert_eq!(keys.len(), values.len(), "there have to be as many values as keys");
                let keys = build::from_sorted_slice(keys, $equal)?;
                Ok($name { keys, values })
            }

            /// Whether there is an entry with that key. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(4, 'd'), (7, 'g')]);")]
            /// assert!(names.contains_key(&7));
            /// assert!(!names.contains_key(&5));
            /// ```
            #[inline]
            pub fn contains_key(&self, key: &Query<K, A>) -> bool {
                self.keys.find(key).is_some()
            }

            /// The value of a key, the first one if there are several. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(4, 'd'), (7, 'g')]);")]
            /// assert_eq!(names.get(&7), Some(&'g'));
            /// assert_eq!(names.get(&5), None);
            /// ```
            #[inline]
            pub fn get(&self, key: &Query<K, A>) -> Option<&V> {
                self.keys.find_value(key, &self.values).map(|at| &self.values[at])
            }

            /// The value of a key to be changed in place, the first one if there are several.
            /// O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let mut hits = ", stringify!($name), "::from([(4, 0), (7, 0)]);")]
            /// *hits.get_mut(&7).unwrap() += 1;
            /// assert_eq!(hits.get(&7), Some(&1));
            /// ```
            #[inline]
            pub fn get_mut(&mut self, key: &Query<K, A>) -> Option<&mut V> {
                self.keys.find_value(key, &self.values).map(|at| &mut self.values[at])
            }

            /// The key and value of the first entry whose key equals this one. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(4, 'd'), (7, 'g')]);")]
            /// assert_eq!(names.get_key_value(&7), Some((7, &'g')));
            /// ```
            #[inline]
            pub fn get_key_value(&self, key: &Query<K, A>) -> Option<(Ref<'_, K, A>, &V)> {
                self.keys.find(key).map(|at| self.item(at))
            }

            /// [`contains_key`](Self::contains_key) for many keys at once.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(4, 'd'), (7, 'g')]);")]
            /// let mut found = [false; 2];
            /// names.contains_key_batch(&[5, 7], &mut found);
            /// assert_eq!(found, [false, true]);
            /// ```
            pub fn contains_key_batch<Q>(&self, keys: &[Q], found: &mut [bool])
            where
                Q: Borrow<Query<K, A>>,
            {
                self.keys.look_up(None, look_ups::Contains::new(keys, found));
            }

            /// [`get`](Self::get) for many keys at once.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(4, 'd'), (7, 'g')]);")]
            /// let mut found = [None; 2];
            /// names.get_batch(&[5, 7], &mut found);
            /// assert_eq!(found, [None, Some(&'g')]);
            /// ```
            pub fn get_batch<'a, Q>(&'a self, keys: &[Q], found: &mut [Option<&'a V>])
            where
                Q: Borrow<Query<K, A>>,
            {
                self.keys.look_up(None, look_ups::Values::new(keys, &self.values, found));
            }

            /// All keys in ascending order.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(7, 'g'), (4, 'd')]);")]
            /// assert!(names.keys().eq([4, 7]));
            /// ```
            pub fn keys(&self) -> Keys<'_, K, A> {
                Keys::new(&self.keys, 0..self.len())
            }

            /// All values in the order of their keys.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(7, 'g'), (4, 'd')]);")]
            /// assert!(names.values().eq(&['d', 'g']));
            /// ```
            pub fn values(&self) -> slice::Iter<'_, V> {
                self.values.iter()
            }

            /// The keys, given away in ascending order.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(7, 'g'), (4, 'd')]);")]
            /// assert!(names.into_keys().eq([4, 7]));
            /// ```
            pub fn into_keys(self) -> IntoKeys<K, A> {
                IntoKeys::new(self.keys)
            }

            /// The values, given away in the order of their keys.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(7, 'g'), (4, 'd')]);")]
            /// assert_eq!(names.into_values(), ['d', 'g']);
            /// ```
            #[must_use]
            pub fn into_values(self) -> Vec<V> {
                self.values
            }

            /// All values in the order of their keys, as they lie: the value of position `i` is
            /// that of `select(i)`.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let names = ", stringify!($name), "::from([(7, 'g'), (4, 'd')]);")]
            /// assert_eq!(names.values_slice(), ['d', 'g']);
            /// ```
            #[must_use]
            pub fn values_slice(&self) -> &[V] {
                &self.values
            }

            /// All values in the order of their keys, to be changed in place.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let mut hits = ", stringify!($name), "::from([(4, 0), (7, 0)]);")]
            /// for value in hits.values_slice_mut() {
            ///     *value += 1;
            /// }
            /// assert_eq!(hits.get(&7), Some(&1));
            /// ```
            #[must_use]
            pub fn values_slice_mut(&mut self) -> &mut [V] {
                &mut self.values
            }

            /// Bytes that the collection occupies outside of itself. What keys and values own
            /// themselves is not in it.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!(
                "let squares: ", stringify!($name), "<u32, u32> = ",
                "(0..60_000).map(|n| (n, n * n)).collect();"
            )]
            /// assert!(squares.memory_usage() < 60_000 * 9);
            /// ```
            #[must_use]
            pub fn memory_usage(&self) -> usize {
                self.keys.bytes() + self.values.capacity() * size_of::<V>()
            }

            /// Checks that keys are in order and that the index is that of the keys. O(n).
            ///
            /// # Panics
            ///
            /// Panics if they are not, which is a fault of this library or of the `Ord` of keys.
            pub fn check_invariants(&self) {
                self.keys.check();
                assert_eq!(self.values.len(), self.len());
                for at in 1..self.len() {
                    let order = self.keys.compare(at - 1, &self.keys, at);
                    let ascends = is_ascending(order, $equal == Equal::All);
                    assert!(ascends, "key {at} does not follow the one before");
                }
            }
        }

        impl<K, V, A: Arrangement<K>> Default for $name<K, V, A> {
            /// Makes an empty collection. Allocates nothing.
            fn default() -> Self {
                $name {
                    keys: <A::Column as Column>::Builder::with_capacity(0).finish(),
                    values: Vec::new(),
                }
            }
        }

        impl<K, V, A: Arrangement<K>> FromIterator<(K, V)> for $name<K, V, A> {
            fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
                Self::of(build::from_unsorted(entries.into_iter().collect(), $equal))
            }
        }
    };
}
pub(super) use entries;
