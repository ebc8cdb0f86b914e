//! Text in natural order: a number within text counts as a number.

/// Stands before the digits of a number: numbers are ordered as the digit `0` is among characters.
const NUMBER: u8 = b'0';

/// Appends a key in which each run of digits is preceded by its length: `file9` before `file10`.
/// Leading zeros count only between texts that are equal otherwise (`file01` before `file1`), so
/// different texts have different keys.
pub(super) fn encode_natural(text: &str, key: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(first) = rest.first() {
        if !first.is_ascii_digit() {
            push_byte(*first, key);
            rest = &rest[1..];
            continue;
        }
        let is_other = |byte: &u8| !byte.is_ascii_digit();
        let (digits, behind) = rest.split_at(rest.iter().position(is_other).unwrap_or(rest.len()));
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let digits = &digits[zeros..];
        key.push(NUMBER);
        key.extend(std::iter::repeat_n(u8::MAX, digits.len() / 255));
        key.push((digits.len() % 255) as u8);
        key.extend_from_slice(digits);
        rest = behind;
    }
    key.extend_from_slice(&[0, 0]);
    key.extend_from_slice(text.as_bytes());
}

/// The text of a key, which is behind the part that is compared first.
pub(super) fn decode_natural(key: &[u8]) -> Option<String> {
    let end = key.windows(2).position(|pair| pair == [0, 0])?;
    String::from_utf8(key[end + 2..].to_vec()).ok()
}

/// Two zeros end the text, so that a zero within it must not look like the end.
fn push_byte(byte: u8, key: &mut Vec<u8>) {
    key.push(byte);
    if byte == 0 {
        key.push(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_within_text_are_ordered_by_value() {
        let long = format!("a{}", "9".repeat(254));
        let longer = format!("a1{}", "0".repeat(254));
        let longest = format!("a1{}", "0".repeat(255));
        let ascending = [
            "", "!", "0", "00", "2", "10", "10a", "a", "a\0", "a!", "a01", "a1", "a1b", "a2",
            "a10", "a10b2", "a10b10", &long, &longer, &longest, "ab", "b", "ä",
        ];
        let key = |text: &str| {
            let mut key = Vec::new();
            encode_natural(text, &mut key);
            key
        };
        for pair in ascending.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
    }
}
