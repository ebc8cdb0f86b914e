//! The ranges of keys that static collections take.

use core::ops::{
    Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive,
};

/// A range of queries: any [`RangeBounds`], and for texts also std's ranges of any type that can be
/// seen as one, such as `"a".."b"`.
///
/// User-defined types implement `RangeBounds`, or for texts this trait.
///
/// # Examples
///
/// ```
/// use leafwise::{StaticMap, StaticSet};
/// use std::ops::Bound;
///
/// let numbers = StaticMap::from([(10, 'a'), (20, 'b')]);
/// assert_eq!(numbers.range((Bound::Excluded(10), Bound::Unbounded)).next(), Some((20, &'b')));
///
/// let names: StaticSet<String> = ["Graz", "Linz", "Wien"].into_iter().collect();
/// assert!(names.range("H"..).eq(["Linz", "Wien"]));
/// assert!(names.range(..=String::from("Linz")).eq(["Graz", "Linz"]));
/// ```
pub trait KeyRange<Q: ?Sized> {
    /// The lower bound of the range.
    fn start(&self) -> Bound<&Q>;

    /// The upper bound of the range.
    fn end(&self) -> Bound<&Q>;
}

impl<Q, R: RangeBounds<Q>> KeyRange<Q> for R {
    #[inline]
    fn start(&self) -> Bound<&Q> {
        self.start_bound()
    }

    #[inline]
    fn end(&self) -> Bound<&Q> {
        self.end_bound()
    }
}

macro_rules! text_ranges {
    ($($text:ty: $($range:ty),*;)*) => {$(
        $(impl<T: AsRef<$text>> KeyRange<$text> for $range {
            fn start(&self) -> Bound<&$text> {
                RangeBounds::<T>::start_bound(self).map(AsRef::as_ref)
            }

            fn end(&self) -> Bound<&$text> {
                RangeBounds::<T>::end_bound(self).map(AsRef::as_ref)
            }
        })*

        impl KeyRange<$text> for RangeFull {
            fn start(&self) -> Bound<&$text> {
                Bound::Unbounded
            }

            fn end(&self) -> Bound<&$text> {
                Bound::Unbounded
            }
        }
    )*};
}

text_ranges! {
    str: Range<T>, RangeInclusive<T>, RangeFrom<T>, RangeTo<T>, RangeToInclusive<T>,
        (Bound<T>, Bound<T>);
    [u8]: Range<T>, RangeInclusive<T>, RangeFrom<T>, RangeTo<T>, RangeToInclusive<T>,
        (Bound<T>, Bound<T>);
}
