//! Entries for several threads: parts that are halved again and again, and then iterated.

#![allow(unsafe_code, reason = "addresses of entries become references here")]

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
use core::ops::{Bound, RangeBounds};

use super::Remaining;
use super::entries::{Entries, Insert};
use super::range::{Access, Exclusive, Range, Shared, Walk};

use crate::sealed::Sealed;

/// The entries between two gaps, which can be halved.
///
/// # Safety
/// Each entry of the whole is in exactly one of the halves. Other threads may read what a span
/// reads of the collection.
pub unsafe trait Span<K, V>: Clone + Sealed {
    /// Yields the entries of the span.
    type Walk: Walk<K, V>;

    /// Returns a walk over the entries.
    #[doc(hidden)]
    fn walk(&self) -> Self::Walk;

    /// Returns two halves of about the same size, in order; or only this span, if it is too small.
    #[doc(hidden)]
    fn halve(self) -> (Self, Option<Self>);
}

/// The entries of `E`, for several threads.
pub type PartOf<'a, E> =
    Part<Shared<'a, <E as Entries>::Key, <E as Entries>::Value>, <E as Divisible>::Span<'a>>;

/// The entries of `E`, with mutable values, for several threads.
pub type PartMutOf<'a, E> =
    Part<Exclusive<'a, <E as Entries>::Key, <E as Entries>::Value>, <E as Divisible>::Span<'a>>;

/// Entries that can be divided into parts. This trait is sealed.
pub trait Divisible: Entries {
    /// Like `Walk`, for several threads.
    type Span<'a>: Span<Self::Key, Self::Value, Walk = Self::Walk<'a>>
    where
        Self: 'a;

    /// The span of all entries.
    #[doc(hidden)]
    fn span(&self) -> Self::Span<'_>;

    /// The span of the entries in a range.
    #[doc(hidden)]
    fn span_between<Q>(&self, start: Bound<&Q>, end: Bound<&Q>) -> Self::Span<'_>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized;

    /// Frees the memory without dropping the entries, which someone else owns.
    #[doc(hidden)]
    fn forget_entries(self);

    /// All entries, for several threads.
    #[doc(hidden)]
    fn part(&self) -> PartOf<'_, Self> {
        // SAFETY: the entries are borrowed for as long as the part.
        unsafe { Part::new(self.span()) }
    }

    /// Like `part`, with mutable values.
    #[doc(hidden)]
    fn part_mut(&mut self) -> PartMutOf<'_, Self> {
        // SAFETY: as in `part`; the entries are borrowed exclusively.
        unsafe { Part::new(self.span()) }
    }

    /// The entries of a valid range, for several threads.
    #[doc(hidden)]
    fn part_within<Q, R>(&self, range: &R) -> PartOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        // SAFETY: as in `part`.
        unsafe { Part::new(self.span_between(range.start_bound(), range.end_bound())) }
    }

    /// Like `part_within`, with mutable values.
    #[doc(hidden)]
    fn part_mut_within<Q, R>(&mut self, range: &R) -> PartMutOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        // SAFETY: as in `part`; the entries are borrowed exclusively.
        unsafe { Part::new(self.span_between(range.start_bound(), range.end_bound())) }
    }
}

/// Entries that several threads can put together. This trait is sealed.
///
/// The methods that are written here leave the work to one thread.
pub trait ParallelInsert: Insert {
    /// Makes a collection of entries that strictly ascend, from each vector to the next one too.
    #[doc(hidden)]
    fn from_runs(runs: Vec<Vec<(Self::Key, Self::Value)>>) -> Self {
        Self::from_entries(runs.into_iter().flatten())
    }

    /// Returns whether that many entries are inserted faster by one thread.
    #[doc(hidden)]
    fn is_for_one_thread(&self, _count: usize) -> bool {
        true
    }

    /// Like `append`.
    #[doc(hidden)]
    fn par_append(&mut self, other: &mut Self) {
        self.append(other);
    }

    /// Like `merge`.
    #[doc(hidden)]
    fn par_merge<C>(&mut self, other: Self, conflict: C)
    where
        C: Fn(&Self::Key, Self::Value, Self::Value) -> Self::Value + Sync,
    {
        self.merge(other, conflict);
    }
}

/// A part of the entries of a borrowed collection. If they are borrowed exclusively, they are in no
/// other part.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Part<A, S> {
    span: S,
    access: PhantomData<A>,
}

// SAFETY: any thread may read what a span reads; besides, a part only represents the items that it
// yields, which are `Send`.
unsafe impl<A: Access<Item: Send>, S> Send for Part<A, S> {}
// SAFETY: a shared part shows at most the remaining entries.
unsafe impl<A: Sync, S> Sync for Part<A, S> {}

impl<A: Access, S: Span<A::Key, A::Value>> Part<A, S> {
    /// # Safety
    /// The entries of the span are borrowed as `A` requires, for the lifetime in `A`.
    pub(crate) unsafe fn new(span: S) -> Self {
        let access = PhantomData;
        Part { span, access }
    }

    /// Halves the part, if it is not too small.
    pub(crate) fn halve(self) -> (Self, Option<Self>) {
        let (left, right) = self.span.halve();
        // SAFETY: each entry of the whole is in exactly one of the halves.
        unsafe { (Part::new(left), right.map(|right| Part::new(right))) }
    }
}

impl<K, V, S: Span<K, V>> Clone for Part<Shared<'_, K, V>, S> {
    fn clone(&self) -> Self {
        // SAFETY: the entries are borrowed as those of the original, which is shared.
        unsafe { Part::new(self.span.clone()) }
    }
}

impl<A: Access, S: Span<A::Key, A::Value>> IntoIterator for Part<A, S> {
    type Item = A::Item;
    type IntoIter = Range<A, S::Walk>;

    fn into_iter(self) -> Self::IntoIter {
        // SAFETY: the part has these entries, borrowed as `A` requires.
        unsafe { Range::new(self.span.walk()) }
    }
}

impl<A, S> Sealed for Part<A, S> {}

impl<A: Access, S: Span<A::Key, A::Value>> Remaining for Part<A, S> {
    type Key = A::Key;
    type Value = A::Value;

    fn rest(&self) -> impl Iterator<Item = (&A::Key, &A::Value)> {
        // SAFETY: while this part is borrowed, none of its entries is yielded.
        unsafe { Range::<Shared<'_, A::Key, A::Value>, _>::new(self.span.walk()) }
    }
}

impl<A, S> fmt::Debug for Part<A, S>
where
    A: Access<Key: fmt::Debug, Value: fmt::Debug>,
    S: Span<A::Key, A::Value>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}

/// A collection whose entries are taken by threads. Those that are not taken are dropped.
pub(crate) struct Lent<E: Divisible> {
    entries: ManuallyDrop<E>,
    is_lent: bool,
}

impl<E: Divisible> Lent<E> {
    pub(crate) fn new(entries: E) -> Self {
        Lent {
            entries: ManuallyDrop::new(entries),
            is_lent: false,
        }
    }

    /// The part that has all entries. May be called once.
    pub(crate) fn whole(&mut self) -> Owned<E::Key, E::Value, E::Span<'_>> {
        assert!(!mem::replace(&mut self.is_lent, true));
        Owned::new(self.entries.span())
    }
}

impl<E: Divisible> Drop for Lent<E> {
    fn drop(&mut self) {
        // SAFETY: taken once, when this is dropped.
        let entries = unsafe { ManuallyDrop::take(&mut self.entries) };
        if self.is_lent {
            entries.forget_entries();
        }
    }
}

/// A part of a collection that has given its entries to its parts. They are in no other part.
pub(crate) struct Owned<K, V, S: Span<K, V>> {
    span: S,
    entries: Taken<K, V, S::Walk>,
}

impl<K, V, S: Span<K, V>> Owned<K, V, S> {
    fn new(span: S) -> Self {
        let (walk, owns) = (span.walk(), PhantomData);
        let entries = Taken { walk, owns };
        Owned { span, entries }
    }

    pub(crate) fn span(&self) -> &S {
        &self.span
    }

    /// The first entry.
    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        let (key, value) = self.span.walk().next()?;
        // SAFETY: the part owns its entries, none of which is taken while it is borrowed.
        Some(unsafe { (&*key, &*value) })
    }

    /// Halves the part, if it is not too small.
    pub(crate) fn halve(self) -> (Self, Option<Self>) {
        // From here on, the halves own the entries.
        mem::forget(self.entries);
        let (left, right) = self.span.halve();
        (Owned::new(left), right.map(Owned::new))
    }

    /// Cuts the part as `cut` does its span.
    ///
    /// # Safety
    /// Each entry of the span is in exactly one of those that `cut` returns.
    pub(crate) unsafe fn cut(self, cut: impl FnOnce(S) -> (S, S)) -> (Self, Self) {
        // From here on, the new parts own the entries.
        mem::forget(self.entries);
        let (left, right) = cut(self.span);
        (Owned::new(left), Owned::new(right))
    }
}

// SAFETY: an owning part owns its entries; any thread may read what a span reads.
unsafe impl<K: Send, V: Send, S: Span<K, V>> Send for Owned<K, V, S> {}

impl<K, V, S: Span<K, V>> IntoIterator for Owned<K, V, S> {
    type Item = (K, V);
    type IntoIter = Taken<K, V, S::Walk>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries
    }
}

/// The entries of an [`Owned`] part. Those that are not taken are dropped with it.
pub(crate) struct Taken<K, V, W: Walk<K, V>> {
    walk: W,
    owns: PhantomData<(K, V)>,
}

impl<K, V, W: Walk<K, V>> Iterator for Taken<K, V, W> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        let (key, value) = self.walk.next()?;
        // SAFETY: the part owned its entries, which are in no other part, and a walk yields each
        // once.
        Some(unsafe { (key.read(), value.read()) })
    }
}

impl<K, V, W: Walk<K, V>> Drop for Taken<K, V, W> {
    fn drop(&mut self) {
        /// Continues with the next entry while the panic of a drop unwinds.
        struct Remaining<'r, I: Iterator>(&'r mut I);

        impl<I: Iterator> Drop for Remaining<'_, I> {
            fn drop(&mut self) {
                self.0.for_each(drop);
            }
        }

        if mem::needs_drop::<(K, V)>() {
            let rest = Remaining(self);
            rest.0.for_each(drop);
        }
    }
}
