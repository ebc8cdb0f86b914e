//! The static index: keys with any number of values each.

use super::arrangement::{Arrangement, Packed, Query};
use super::collection::Static;
use super::kind::{Multi, WithValues};

/// A sorted list of entries that does not change, with any number of values per key: the fastest to
/// search, above all for many keys at once.
///
/// Entries with equal keys keep their input order. With `()` as values it is a sorted list of keys.
/// The keys are in one packed array with a small index above it, the values in another array in the
/// same order, see [the module](super): all values of a key are a slice. `A` is the arrangement of
/// the keys: [`Packed`] for the types that implement [`Key`](super::Key), [`ByOrd`](super::ByOrd)
/// for any other type that is `Ord`.
///
/// # Examples
///
/// ```
/// use leafwise::StaticIndex;
///
/// let cities: StaticIndex<String, &str> = [
///     ("Austria", "Wien"),
///     ("Italy", "Roma"),
///     ("Austria", "Graz"),
/// ]
/// .into_iter()
/// .collect();
///
/// assert_eq!(cities.get_all("Austria"), ["Wien", "Graz"]);
/// assert_eq!(cities.count("France"), 0);
/// ```
pub type StaticIndex<K, V, A = Packed> = Static<K, V, WithValues<Multi>, A>;

impl<K, V, A: Arrangement<K>> StaticIndex<K, V, A> {
    /// Returns all values of `key`, in input order. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticIndex;
    ///
    /// let index = StaticIndex::from([(7, 'x'), (4, 'd'), (7, 'a')]);
    /// assert_eq!(index.get_all(&7), ['x', 'a']);
    /// assert!(index.get_all(&5).is_empty());
    /// ```
    pub fn get_all(&self, key: &Query<K, A>) -> &[V] {
        &self.values[self.equal_range(key)]
    }

    /// Returns all values of `key` mutably, in input order. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticIndex;
    ///
    /// let mut index = StaticIndex::from([(7, 1), (4, 2), (7, 3)]);
    /// for value in index.get_all_mut(&7) {
    ///     *value *= 10;
    /// }
    /// assert_eq!(index.get_all(&7), [10, 30]);
    /// ```
    pub fn get_all_mut(&mut self, key: &Query<K, A>) -> &mut [V] {
        let range = self.equal_range(key);
        &mut self.values[range]
    }
}
