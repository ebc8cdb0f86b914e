//! The bytes of a file that are known so far, and those that turned out to be missing.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::ops::Range;

use super::super::error::FileError;

/// Why a task is not done.
#[derive(Debug)]
pub(super) enum Missing {
    /// It needs more bytes, which it has noted.
    Bytes,
    /// The file cannot be read.
    Error(FileError),
}

impl From<FileError> for Missing {
    fn from(error: FileError) -> Self {
        Missing::Error(error)
    }
}

/// Bytes that somebody has read.
pub(super) type Bytes<'b> = Box<dyn AsRef<[u8]> + Send + Sync + 'b>;

/// Ranges of a file that somebody has read.
#[derive(Default)]
pub(super) struct Ranges<'b> {
    /// Where each begins, in order.
    ranges: Vec<(u64, Bytes<'b>)>,
    /// The length of the longest one.
    longest: u64,
}

impl<'b> Ranges<'b> {
    pub(super) fn insert(&mut self, start: u64, bytes: Bytes<'b>) {
        self.longest = self.longest.max((*bytes).as_ref().len() as u64);
        let at = self.ranges.partition_point(|(other, _)| *other <= start);
        self.ranges.insert(at, (start, bytes));
    }

    /// The bytes of a range, if one that was read has them all.
    fn get(&self, range: &Range<u64>) -> Option<&[u8]> {
        let behind = self
            .ranges
            .partition_point(|(start, _)| *start <= range.start);
        let before = self.ranges[..behind].iter().rev();
        let mut near =
            before.take_while(|(start, _)| start.saturating_add(self.longest) >= range.end);
        near.find_map(|(start, bytes)| part((**bytes).as_ref(), *start, range))
    }
}

/// The bytes of a range, of those that begin at `start`.
fn part<'b>(bytes: &'b [u8], start: u64, range: &Range<u64>) -> Option<&'b [u8]> {
    let from = usize::try_from(range.start.checked_sub(start)?).ok()?;
    let to = usize::try_from(range.end.checked_sub(start)?).ok()?;
    bytes.get(from..to)
}

/// The bytes of a file that are known.
pub(super) struct Known<'k> {
    /// The first bytes of the file.
    pub(super) front: &'k [u8],
    pub(super) read: &'k Ranges<'k>,
    /// What was asked for and is not there.
    pub(super) missing: RefCell<Vec<Range<u64>>>,
}

impl Known<'_> {
    /// The bytes of a range, if they are known.
    pub(super) fn peek(&self, range: &Range<u64>) -> Option<&[u8]> {
        if range.is_empty() {
            return Some(&[]);
        }
        part(self.front, 0, range).or_else(|| self.read.get(range))
    }

    /// The same; if they are not, they are noted as missing.
    pub(super) fn get(&self, range: Range<u64>) -> Result<&[u8], Missing> {
        self.peek(&range).ok_or_else(|| {
            self.missing.borrow_mut().push(range);
            Missing::Bytes
        })
    }

    /// Notes ranges that will be needed, as far as they are not known.
    pub(super) fn expect(&self, ranges: impl IntoIterator<Item = Range<u64>>) {
        for range in ranges {
            let _ = self.get(range);
        }
    }
}

/// Ranges are not coalesced to more than this: two requests at a time are faster than one that is
/// as long as both.
const COALESCED_MAX: u64 = 8 << 20;

/// The missing ranges in order, those with at most `between` bytes between them as one.
pub(super) fn coalesced(mut ranges: Vec<Range<u64>>, between: u64) -> Vec<Range<u64>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut coalesced: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match coalesced.last_mut() {
            Some(last)
                if range.start < last.end
                    || range.start <= last.end.saturating_add(between)
                        && range.end - last.start <= COALESCED_MAX =>
            {
                last.end = last.end.max(range.end);
            }
            _ => coalesced.push(range),
        }
    }
    coalesced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_ranges_are_read_as_one() {
        let ranges = alloc::vec![90..95, 10..20, 12..14, 24..30, 31..40];
        assert_eq!(
            coalesced(ranges.clone(), 0),
            [10..20, 24..30, 31..40, 90..95]
        );
        assert_eq!(coalesced(ranges.clone(), 4), [10..40, 90..95]);
        assert_eq!(coalesced(ranges, 3), [10..20, 24..40, 90..95]);
        let half = COALESCED_MAX / 2;
        let ranges = alloc::vec![
            0..half,
            half..2 * half,
            2 * half..3 * half,
            3 * half - 1..4 * half
        ];
        assert_eq!(coalesced(ranges, 4), [0..2 * half, 2 * half..4 * half]);
    }
}
