//! Cursors as the code that serves all collections sees them.
//!
//! A cursor stands in a gap: between two entries, before the first or after the last. These traits
//! are about the gap; users have the cursors' own methods.

/// A gap whose neighbours can be looked at.
pub trait ReadGap<'a, K, V> {
    /// The entry after the gap.
    fn after(&self) -> Option<(&'a K, &'a V)>;

    /// The entry before the gap.
    fn before(&self) -> Option<(&'a K, &'a V)>;
}

/// A gap whose neighbours can be changed and removed.
pub trait EditGap {
    /// The keys of the entries.
    type Key;
    /// Their values.
    type Value;
    /// An entry for as long as the collection is borrowed: its key, and its value open to change.
    type Borrowed;

    /// The entry after the gap.
    fn after(&self) -> Option<(&Self::Key, &Self::Value)>;

    /// The entry after the gap, with the value open to change.
    fn after_mut(&mut self) -> Option<(&Self::Key, &mut Self::Value)>;

    /// The entry after the gap, in exchange for the gap.
    fn into_after(self) -> Option<Self::Borrowed>;

    /// Moves to the gap behind the next entry, if there is one.
    fn step(&mut self);

    /// Moves to the gap before the previous entry; says whether there is one.
    fn step_back(&mut self) -> bool;

    /// Removes the entry after the gap.
    fn remove_after(&mut self) -> Option<(Self::Key, Self::Value)>
    where
        Self::Key: Ord;
}

/// A gap that an entry can be put into.
pub trait FillGap: EditGap {
    /// Puts an entry there that belongs there. The gap is before it then.
    fn fill(&mut self, key: Self::Key, value: Self::Value);
}
