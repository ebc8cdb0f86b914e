//! The treatment of invalid ranges, common to all collections.
//!
//! std panics for a range whose start is after its end, and for one whose start and end are equal
//! and both excluded. Here these two are a [`RangeError`], which the `_checked` methods return; the
//! others [panic with its text](expect).

#![deny(unsafe_code)]

use core::cmp::Ordering;
use core::ops::Bound;
#[cfg(feature = "rayon")]
use core::ops::RangeBounds;

use crate::error::RangeError;
#[cfg(feature = "rayon")]
use crate::search::compare_keys;

/// Checks that two bounds form a range, which may be empty, in that order of what they bound.
pub(crate) fn check<Q>(
    start: Bound<Q>,
    end: Bound<Q>,
    order: impl FnOnce(Q, Q) -> Ordering,
) -> Result<(), RangeError> {
    use Bound::{Excluded, Included, Unbounded};
    let are_excluded = matches!((&start, &end), (Excluded(_), Excluded(_)));
    match (start, end) {
        (Unbounded, _) | (_, Unbounded) => Ok(()),
        (Included(start) | Excluded(start), Included(end) | Excluded(end)) => {
            match order(start, end) {
                Ordering::Greater => Err(RangeError::Inverted),
                Ordering::Equal if are_excluded => Err(RangeError::EmptyExcluded),
                Ordering::Less | Ordering::Equal => Ok(()),
            }
        }
    }
}

/// Panics with std's text on an error, for methods that return none. If the collection is empty,
/// any range is valid and empty.
#[track_caller]
pub(crate) fn expect<T: Default>(
    range: Result<T, RangeError>,
    is_empty: bool,
    collection: &str,
) -> T {
    match range {
        Ok(range) => range,
        Err(_) if is_empty => T::default(),
        Err(error) => panic!("{error} in {collection}"),
    }
}

/// [Panics](expect) on an invalid range.
#[cfg(feature = "rayon")]
#[track_caller]
pub(crate) fn check_or_panic<K, Q: Ord + ?Sized>(
    range: &impl RangeBounds<Q>,
    is_empty: bool,
    collection: &str,
) {
    expect(
        check(range.start_bound(), range.end_bound(), compare_keys::<K, Q>),
        is_empty,
        collection,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_std_refuses() {
        use Bound::{Excluded, Included, Unbounded};
        let check = |start, end| check(start, end, i32::cmp);
        assert_eq!(check(Included(&1), Excluded(&1)), Ok(()));
        assert_eq!(check(Excluded(&1), Included(&1)), Ok(()));
        assert_eq!(
            check(Excluded(&1), Excluded(&1)),
            Err(RangeError::EmptyExcluded)
        );
        assert_eq!(check(Included(&2), Included(&1)), Err(RangeError::Inverted));
        assert_eq!(check(Excluded(&2), Excluded(&1)), Err(RangeError::Inverted));
        assert_eq!(check(Unbounded, Excluded(&i32::MIN)), Ok(()));
        assert_eq!(check(Excluded(&i32::MAX), Unbounded), Ok(()));
    }
}
