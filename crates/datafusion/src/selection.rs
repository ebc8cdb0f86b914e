//! The rows of a file that are read, as Parquet's reader takes them and as they are sent.

use datafusion::parquet::arrow::arrow_reader::{RowSelection, RowSelector};

/// Rows between two that are looked for are read if they are no more than these: a page is decoded
/// as far as the last of its rows anyway, and each change from reading to skipping costs a call.
const GAP_MAX: u64 = 16;

/// The selection of rows, which ascend, of a file with `total` rows.
pub(crate) fn select(rows: &[u64], total: u64) -> RowSelection {
    let mut selectors = Vec::new();
    // Where the last selector ends.
    let mut end = 0;
    for row in rows {
        match selectors.last_mut() {
            Some(RowSelector {
                row_count,
                skip: false,
            }) if row - end <= GAP_MAX => {
                *row_count += (row + 1 - end) as usize;
            }
            _ => {
                if *row > end {
                    selectors.push(RowSelector::skip((row - end) as usize));
                }
                selectors.push(RowSelector::select(1));
            }
        }
        end = row + 1;
    }
    if total > end {
        selectors.push(RowSelector::skip((total - end) as usize));
    }
    selectors.into()
}

/// Encodes a selection: numbers of rows that are skipped and read by turns, skipped ones first.
#[cfg(any(feature = "proto", test))]
pub(crate) fn encode(selection: &RowSelection) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut is_skip_next = true;
    for selector in selection.iter() {
        if selector.skip != is_skip_next {
            bytes.push(0);
        }
        put_number(&mut bytes, selector.row_count as u64);
        is_skip_next = !selector.skip;
    }
    bytes
}

/// Decodes a selection; `None` if the bytes are none.
#[cfg(any(feature = "proto", test))]
pub(crate) fn decode(mut bytes: &[u8]) -> Option<RowSelection> {
    let (mut selectors, mut is_skip) = (Vec::new(), true);
    // Sums of rows are computed by those who take the selection.
    let mut rows = 0_usize;
    while !bytes.is_empty() {
        let row_count = usize::try_from(take_number(&mut bytes)?).ok()?;
        rows = rows.checked_add(row_count)?;
        let skip = is_skip;
        selectors.push(RowSelector { row_count, skip });
        is_skip = !is_skip;
    }
    Some(selectors.into())
}

/// Appends a number in groups of seven bits, the low ones first.
#[cfg(any(feature = "proto", test))]
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number off the front; `None` if there is none.
#[cfg(any(feature = "proto", test))]
pub(crate) fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use datafusion::parquet::arrow::arrow_reader::{RowSelection, RowSelector};

    use super::{decode, encode, put_number, select};

    #[test]
    fn rows_near_each_other_are_read_together() {
        let expected: RowSelection = vec![
            RowSelector::skip(3),
            RowSelector::select(12),
            RowSelector::skip(985),
        ]
        .into();
        assert_eq!(select(&[3, 4, 14], 1000), expected);
        assert_eq!(select(&[0], 1), vec![RowSelector::select(1)].into());
        let none: RowSelection = vec![RowSelector::skip(7)].into();
        assert_eq!(select(&[], 7), none);
    }

    #[test]
    fn a_selection_is_sent_whole() {
        for rows in [&[][..], &[0], &[999], &[0, 500, 999], &[127, 128, 300]] {
            let selection = select(rows, 1000);
            let encoded = encode(&selection);
            assert!(encoded.len() <= 2 + 3 * rows.len() + 1);
            assert_eq!(decode(&encoded), Some(selection));
        }
        let large = select(&[1 << 40], 1 << 41);
        assert_eq!(decode(&encode(&large)), Some(large));
    }

    #[test]
    fn bytes_that_are_no_selection_are_refused() {
        assert_eq!(decode(&[0x80]), None);
        assert_eq!(decode(&[0xff; 12]), None);
        let mut large = Vec::new();
        for _ in 0..4 {
            put_number(&mut large, u64::MAX >> 1);
        }
        assert_eq!(decode(&large), None);
    }
}
