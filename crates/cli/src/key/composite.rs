//! Keys of several columns: the keys of all, one after the other, each with an end that is less
//! than anything that may follow.
//!
//! The end is two zeros; a zero within a key is followed by 255. So keys that begin with the same
//! cells are next to each other, whatever the lengths of these.

const END: [u8; 2] = [0, 0];
const ZERO_WITHIN: u8 = 0xff;

/// Appends the key of one column.
pub(crate) fn push(part: &[u8], key: &mut Vec<u8>) {
    push_beginning(part, key);
    key.extend_from_slice(&END);
}

/// Appends the beginning of the key of one column.
pub(crate) fn push_beginning(part: &[u8], key: &mut Vec<u8>) {
    for byte in part {
        key.push(*byte);
        if *byte == 0 {
            key.push(ZERO_WITHIN);
        }
    }
}

/// The keys of the columns.
pub(crate) fn split(key: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut bytes = key.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, parts.last_mut()) {
            (0, _) if bytes.next() != Some(ZERO_WITHIN) => parts.push(Vec::new()),
            (byte, Some(part)) => part.push(byte),
            (_, None) => {}
        }
    }
    parts.pop();
    parts
}

/// The least key that is greater than all keys that begin with these columns.
pub(crate) fn behind(mut key: Vec<u8>) -> Vec<u8> {
    // No key goes on with the end of a column and a one.
    if let Some(last) = key.last_mut() {
        *last = 1;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(parts: &[&[u8]]) -> Vec<u8> {
        let mut key = Vec::new();
        parts.iter().for_each(|part| push(part, &mut key));
        key
    }

    #[test]
    fn keys_are_ordered_column_by_column() {
        let ascending: [&[&[u8]]; 10] = [
            &[b"", b""],
            &[b"", b"z"],
            &[b"\0", b"a"],
            &[b"\0\0", b""],
            &[b"\0\xff", b""],
            &[b"\x01", b""],
            &[b"a", b"z"],
            &[b"a\0", b"a"],
            &[b"ab", b""],
            &[b"b", b""],
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
        for parts in ascending {
            assert_eq!(split(&key(parts)), parts);
            let first = key(&parts[..1]);
            assert!(first < key(parts) && key(parts) < behind(first));
        }
        assert!(behind(key(&[b"a"])) < key(&[b"a\0", b""]));
    }
}
