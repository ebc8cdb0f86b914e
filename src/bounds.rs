//! The one policy for ranges that make no sense.
//!
//! std panics for a range whose start lies after its end, and for one whose ends are equal and both
//! excluded. Here the same two faults are a [`RangeError`]; the faces panic with its text, or hand
//! it out from their `_checked` methods.

#![deny(unsafe_code)]

use core::fmt;
use core::ops::Bound;

/// Why a range cannot be walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangeError {
    /// The start lies after the end.
    Inverted,
    /// Start and end are equal, and both are excluded.
    EmptyExcluded,
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RangeError::Inverted => "range start is greater than range end",
            RangeError::EmptyExcluded => "range start and end are equal and excluded",
        })
    }
}

impl core::error::Error for RangeError {}

/// Whether the two bounds enclose a range, be it an empty one.
pub(crate) fn check<Q: Ord + ?Sized>(start: Bound<&Q>, end: Bound<&Q>) -> Result<(), RangeError> {
    use Bound::{Excluded, Included, Unbounded};
    match (start, end) {
        (Unbounded, _) | (_, Unbounded) => Ok(()),
        (Excluded(start), Excluded(end)) if start == end => Err(RangeError::EmptyExcluded),
        (Included(start) | Excluded(start), Included(end) | Excluded(end)) => {
            if start > end {
                Err(RangeError::Inverted)
            } else {
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_std_refuses() {
        use Bound::{Excluded, Included, Unbounded};
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
