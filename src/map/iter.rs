//! The iterators that a tree does not have itself: halves of entries, and removal on the way.

use crate::leaf::{Layout, Split};
use crate::store::{Slab, Store};

/// Implements the iterator traits for a wrapper of an entry iterator, which stands in its field
/// `inner` and of whose entries it yields a part. `ascending` says that the parts are keys: the
/// first is then the smallest.
macro_rules! project_entries {
    (@ascending $item:ty) => {
        #[inline]
        fn min(mut self) -> Option<$item>
        where
            $item: Ord,
        {
            self.next()
        }

        #[inline]
        fn max(mut self) -> Option<$item>
        where
            $item: Ord,
        {
            self.next_back()
        }
    };
    (
        impl[$($generics:tt)*] $name:ty;
        $entry:pat => $part:expr, $item:ty $(, $order:ident)?
    ) => {
        impl<$($generics)*> Iterator for $name {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                self.inner.next().map(|$entry| $part)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.inner.size_hint()
            }

            #[inline]
            fn nth(&mut self, skipped: usize) -> Option<$item> {
                self.inner.nth(skipped).map(|$entry| $part)
            }

            #[inline]
            fn last(mut self) -> Option<$item> {
                self.next_back()
            }

            #[inline]
            fn count(self) -> usize {
                self.inner.count()
            }

            #[inline]
            fn fold<Folded, F>(self, start: Folded, mut fold: F) -> Folded
            where
                F: FnMut(Folded, $item) -> Folded,
            {
                self.inner.fold(start, |folded, $entry| fold(folded, $part))
            }

            $( project_entries!(@$order $item); )?
        }

        impl<$($generics)*> DoubleEndedIterator for $name {
            #[inline]
            fn next_back(&mut self) -> Option<$item> {
                self.inner.next_back().map(|$entry| $part)
            }

            #[inline]
            fn nth_back(&mut self, skipped: usize) -> Option<$item> {
                self.inner.nth_back(skipped).map(|$entry| $part)
            }

            #[inline]
            fn rfold<Folded, F>(self, start: Folded, mut fold: F) -> Folded
            where
                F: FnMut(Folded, $item) -> Folded,
            {
                self.inner.rfold(start, |folded, $entry| fold(folded, $part))
            }
        }

        impl<$($generics)*> FusedIterator for $name {}
    };
}
pub(crate) use project_entries;

/// The iterators over halves of a map's entries, and the one that removes on the way.
///
/// The map, its `CursorMut` and its iterators over entries are in the module above the one that
/// this stands in. `param` are the map's generics behind keys and values.
macro_rules! map_iterators {
    ($Map:ident<K, V $(, $param:ident: $bound:ident = $default:ident)*>) => {
        use core::fmt;
        use core::iter::FusedIterator;
        use core::ops::RangeBounds;

        use super::{CursorMut, IntoIter, Iter, IterMut};
        use $crate::map::Extraction;

        /// The keys of a map in ascending order. Made by
        #[doc = concat!("[`", stringify!($Map), "::keys`](super::", stringify!($Map), "::keys).")]
        #[must_use = "iterators are lazy and do nothing unless consumed"]
        pub struct Keys<'a, K, V, $($param: $bound = $default),*> {
            pub(super) inner: Iter<'a, K, V, $($param),*>,
        }

        project_entries! {
            impl['a, K, V, $($param: $bound),*] Keys<'a, K, V, $($param),*>;
            (key, _) => key, &'a K, ascending
        }

        impl<K, V, $($param: $bound),*> ExactSizeIterator for Keys<'_, K, V, $($param),*> {}

        impl<K, V, $($param: $bound),*> Clone for Keys<'_, K, V, $($param),*> {
            fn clone(&self) -> Self {
                Keys {
                    inner: self.inner.clone(),
                }
            }
        }

        impl<K, V, $($param: $bound),*> Default for Keys<'_, K, V, $($param),*> {
            /// An iterator of nothing.
            fn default() -> Self {
                Keys {
                    inner: Iter::default(),
                }
            }
        }

        impl<K: fmt::Debug, V, $($param: $bound),*> fmt::Debug for Keys<'_, K, V, $($param),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.clone()).finish()
            }
        }

        /// The values of a map in the order of their keys. Made by
        #[doc = concat!(
            "[`", stringify!($Map), "::values`](super::", stringify!($Map), "::values)."
        )]
        #[must_use = "iterators are lazy and do nothing unless consumed"]
        pub struct Values<'a, K, V, $($param: $bound = $default),*> {
            pub(super) inner: Iter<'a, K, V, $($param),*>,
        }

        project_entries! {
            impl['a, K, V, $($param: $bound),*] Values<'a, K, V, $($param),*>;
            (_, value) => value, &'a V
        }

        impl<K, V, $($param: $bound),*> ExactSizeIterator for Values<'_, K, V, $($param),*> {}

        impl<K, V, $($param: $bound),*> Clone for Values<'_, K, V, $($param),*> {
            fn clone(&self) -> Self {
                Values {
                    inner: self.inner.clone(),
                }
            }
        }

        impl<K, V, $($param: $bound),*> Default for Values<'_, K, V, $($param),*> {
            /// An iterator of nothing.
            fn default() -> Self {
                Values {
                    inner: Iter::default(),
                }
            }
        }

        impl<K, V: fmt::Debug, $($param: $bound),*> fmt::Debug for Values<'_, K, V, $($param),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.clone()).finish()
            }
        }

        /// The values of a map in the order of their keys, open to change. Made by
        #[doc = concat!(
            "[`", stringify!($Map), "::values_mut`](super::", stringify!($Map), "::values_mut)."
        )]
        #[must_use = "iterators are lazy and do nothing unless consumed"]
        pub struct ValuesMut<'a, K, V, $($param: $bound = $default),*> {
            pub(super) inner: IterMut<'a, K, V, $($param),*>,
        }

        project_entries! {
            impl['a, K, V, $($param: $bound),*] ValuesMut<'a, K, V, $($param),*>;
            (_, value) => value, &'a mut V
        }

        impl<K, V, $($param: $bound),*> ExactSizeIterator for ValuesMut<'_, K, V, $($param),*> {}

        impl<K, V, $($param: $bound),*> Default for ValuesMut<'_, K, V, $($param),*> {
            /// An iterator of nothing.
            fn default() -> Self {
                ValuesMut {
                    inner: IterMut::default(),
                }
            }
        }

        impl<K, V: fmt::Debug, $($param: $bound),*> fmt::Debug
            for ValuesMut<'_, K, V, $($param),*>
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list()
                    .entries(self.inner.iter().map(|(_, value)| value))
                    .finish()
            }
        }

        /// The keys of a map that was consumed, in ascending order. Made by
        #[doc = concat!(
            "[`", stringify!($Map), "::into_keys`](super::", stringify!($Map), "::into_keys)."
        )]
        #[must_use = "iterators are lazy and do nothing unless consumed"]
        pub struct IntoKeys<K, V, $($param: $bound = $default),*> {
            pub(super) inner: IntoIter<K, V, $($param),*>,
        }

        project_entries! {
            impl[K, V, $($param: $bound),*] IntoKeys<K, V, $($param),*>;
            (key, _) => key, K, ascending
        }

        impl<K, V, $($param: $bound),*> ExactSizeIterator for IntoKeys<K, V, $($param),*> {}

        impl<K, V, $($param: $bound),*> Default for IntoKeys<K, V, $($param),*> {
            /// An iterator of nothing.
            fn default() -> Self {
                IntoKeys {
                    inner: IntoIter::default(),
                }
            }
        }

        impl<K: fmt::Debug, V, $($param: $bound),*> fmt::Debug for IntoKeys<K, V, $($param),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list()
                    .entries(self.inner.iter().map(|(key, _)| key))
                    .finish()
            }
        }

        /// The values of a map that was consumed, in the order of their keys. Made by
        #[doc = concat!(
            "[`", stringify!($Map), "::into_values`](super::", stringify!($Map), "::into_values)."
        )]
        #[must_use = "iterators are lazy and do nothing unless consumed"]
        pub struct IntoValues<K, V, $($param: $bound = $default),*> {
            pub(super) inner: IntoIter<K, V, $($param),*>,
        }

        project_entries! {
            impl[K, V, $($param: $bound),*] IntoValues<K, V, $($param),*>;
            (_, value) => value, V
        }

        impl<K, V, $($param: $bound),*> ExactSizeIterator for IntoValues<K, V, $($param),*> {}

        impl<K, V, $($param: $bound),*> Default for IntoValues<K, V, $($param),*> {
            /// An iterator of nothing.
            fn default() -> Self {
                IntoValues {
                    inner: IntoIter::default(),
                }
            }
        }

        impl<K, V: fmt::Debug, $($param: $bound),*> fmt::Debug for IntoValues<K, V, $($param),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list()
                    .entries(self.inner.iter().map(|(_, value)| value))
                    .finish()
            }
        }

        /// Removes the entries that a predicate says yes to and yields them in ascending order.
        #[doc = concat!(
            "Made by [`", stringify!($Map), "::extract_if`](super::", stringify!($Map),
            "::extract_if)."
        )]
        ///
        /// What has not been visited when it is dropped remains in the map.
        #[must_use = "iterators are lazy and do nothing unless consumed; \
            use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
        pub struct ExtractIf<'a, K, V, R, F, $($param: $bound = $default),*> {
            pub(super) inner: Extraction<CursorMut<'a, K, V, $($param),*>, R>,
            pub(super) predicate: F,
        }

        impl<K, V, R, F, $($param),*> Iterator for ExtractIf<'_, K, V, R, F, $($param),*>
        where
            K: Ord,
            R: RangeBounds<K>,
            F: FnMut(&K, &mut V) -> bool,
            $($param: $bound),*
        {
            type Item = (K, V);

            fn next(&mut self) -> Option<(K, V)> {
                self.inner.next(&mut self.predicate)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.inner.size_hint()
            }
        }

        impl<K, V, R, F, $($param),*> FusedIterator for ExtractIf<'_, K, V, R, F, $($param),*>
        where
            K: Ord,
            R: RangeBounds<K>,
            F: FnMut(&K, &mut V) -> bool,
            $($param: $bound),*
        {
        }

        impl<K, V, R, F, $($param),*> fmt::Debug for ExtractIf<'_, K, V, R, F, $($param),*>
        where
            K: fmt::Debug,
            V: fmt::Debug,
            $($param: $bound),*
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let cursor = self.inner.cursor();
                f.debug_struct("ExtractIf")
                    .field("peek", &cursor.and_then(|cursor| cursor.as_cursor().peek_next()))
                    .finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use map_iterators;

map_iterators! {
    BPlusTreeMap<K, V, S: Store = Slab, L: Layout = Split>
}
