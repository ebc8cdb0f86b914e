//! Where a table may be cut into chunks: behind a line end that is not within quotes.
//!
//! Whether a line end is within quotes depends on all quotes before it. Where every quote is where
//! RFC 4180 allows one, it is within if their number is odd: that is found for 64 bytes at a time,
//! with one bit for each byte (as in simdcsv and simdjson). Where a quote is anywhere else, or
//! there are comments, [`rows::last_row_end`] passes from quote to quote, which took 1.8 times as
//! many instructions for a table of quoted cells. (Vectors, by the crate `wide`, took a third of
//! them, but a second core searches meanwhile for longer than that, and `wide` takes long to
//! compile.)

use memchr::memchr_iter;

use crate::rows::{self, Dialect};

const BLOCK: usize = 64;

/// The end of the last row that is whole, whatever follows; `None` if there is none.
pub(crate) fn last_row_end(bytes: &[u8], dialect: Dialect) -> Option<usize> {
    // With fewer quotes, it is faster to pass from one to the next.
    let is_dense = || memchr_iter(b'"', bytes).count() > bytes.len() / BLOCK;
    let is_simple = dialect.quotes && dialect.comment.is_none() && is_dense();
    is_simple
        .then(|| last_line_end_outside_quotes(bytes, dialect.delimiter))
        .flatten()
        .or_else(|| rows::last_row_end(bytes, dialect))
}

/// The end of the last LF that is not within quotes; `None` if there is none, or if a quote is
/// where none is allowed.
fn last_line_end_outside_quotes(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut quotes = Quotes::default();
    let mut last = None;
    for (number, block) in bytes.chunks(BLOCK).enumerate() {
        let mut padded = [delimiter; BLOCK];
        let block = block.try_into().unwrap_or_else(|_| {
            padded[..block.len()].copy_from_slice(block);
            &padded
        });
        let line_feeds = equal(block, b'\n');
        let between = equal(block, delimiter) | line_feeds | equal(block, b'\r');
        let outside = quotes.pass(equal(block, b'"'), between)?;
        if let Some(bit) = (line_feeds & outside).checked_ilog2() {
            last = Some(number * BLOCK + bit as usize + 1);
        }
    }
    last
}

/// The bits of the bytes that are a given one. Eight bytes at a time, with instructions that all
/// processors have: bytes that are zero after an exclusive or get their highest bit set.
fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    let (words, _) = block.as_chunks::<8>();
    let wanted = u64::from_ne_bytes([byte; 8]);
    words.iter().rev().fold(0, |all, word| {
        let other = u64::from_le_bytes(*word) ^ wanted;
        let equal = !(((other & LOW) + LOW) | other | LOW);
        // Moves the highest bit of each byte into one byte.
        let bits = (equal >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        all << 8 | bits
    })
}

/// What is known behind the last block.
struct Quotes {
    /// All ones within quotes, else zero.
    within: u64,
    /// Whether the last byte was between fields, or a closing quote: one or zero.
    was_between: u64,
    was_closing: u64,
}

impl Default for Quotes {
    /// The beginning of a row.
    fn default() -> Quotes {
        Quotes {
            within: 0,
            was_between: 1,
            was_closing: 0,
        }
    }
}

impl Quotes {
    /// The bits of a block that are not within quotes; `None` if a quote is where none is allowed.
    fn pass(&mut self, quotes: u64, between: u64) -> Option<u64> {
        // At a quote that opens, and up to the one that closes.
        let within = prefix_xor(quotes) ^ self.within;
        let (opening, closing) = (quotes & within, quotes & !within);
        let behind_between = between << 1 | self.was_between;
        let behind_closing = closing << 1 | self.was_closing;
        // A quote opens at the beginning of a field, or is the second of two within one. (Text
        // behind one that closes is no row's end either, and a quote in that text is misplaced.)
        let misplaced = opening & !(behind_between | behind_closing);
        self.within = ((within.cast_signed()) >> (BLOCK - 1)).cast_unsigned();
        self.was_between = between >> (BLOCK - 1);
        self.was_closing = closing >> (BLOCK - 1);
        (misplaced == 0).then_some(!within)
    }
}

/// Each bit is the parity of those up to and including it.
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{Fields, Rows};

    const DIALECT: Dialect = Dialect::COMMAS;

    /// The fields of all rows, or that there is a fault.
    fn split(bytes: &[u8]) -> Vec<Option<Vec<Vec<u8>>>> {
        let (mut rows, mut fields, mut found) =
            (Rows::new(bytes, DIALECT), Fields::default(), Vec::new());
        while let Some(row) = rows.next(&mut fields) {
            let cells = row.map(|row| row.fields().into_iter().map(|it| it.into_owned()).collect());
            found.push(cells.ok());
        }
        found
    }

    /// A table of random rows, of a kind that puts quotes and line ends at all places of blocks.
    fn table(seed: u64, pieces: &[&str]) -> Vec<u8> {
        let mut state = seed;
        let mut random = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % below
        };
        (0..random(60))
            .map(|_| pieces[random(pieces.len())])
            .collect::<String>()
            .into_bytes()
    }

    fn check(text: &[u8]) {
        let whole = split(text);
        for length in 0..=text.len() {
            if let Some(end) = last_row_end(&text[..length], DIALECT) {
                let parts = [split(&text[..end]), split(&text[end..])].concat();
                assert_eq!(parts, whole, "{:?} at {end}", String::from_utf8_lossy(text));
            }
        }
    }

    #[test]
    fn a_cut_changes_no_row() {
        let fields = [
            "a",
            "\"b\"",
            "\"c,\nd\"",
            "\"e\"\"\"",
            "\"\"",
            ",",
            ",",
            "\n",
            "\r\n",
            "some text",
        ];
        // These are not allowed everywhere.
        let stray = ["\"", "x\"", "\"y\"z", "\r", "\"\"\""];
        for seed in 0..300 {
            check(&table(seed, &fields));
            check(&table(seed, &[&fields[..], &stray].concat()));
        }
    }

    #[test]
    fn bits_are_those_of_equal_bytes() {
        let mut block = [0; BLOCK];
        for (at, byte) in block.iter_mut().enumerate() {
            *byte = [0, 1, 0x7f, 0x80, 0xff, b'"', b'#', b'\n'][(at * at % 8) ^ (at % 3)];
        }
        for byte in 0..=u8::MAX {
            let bit = |at: usize| u64::from(block[at] == byte) << at;
            assert_eq!(equal(&block, byte), (0..BLOCK).map(bit).sum::<u64>());
        }
    }

    #[test]
    fn quotes_where_they_are_allowed_need_no_second_pass() {
        // Rows of 27 bytes, so that each byte is once at each place of a block.
        let text = "\"a\",\"b\nc\",\"d\"\"e\"\n\"ff\",g,\"\"\n".repeat(64);
        let found = |text: &str| last_line_end_outside_quotes(text.as_bytes(), b',');
        assert_eq!(found(&text), Some(text.len()));
        assert_eq!(found(&format!("{text}\"h\ni")), Some(text.len()));
        assert_eq!(found(&format!("{text}5\" disk\n")), None);
        assert_eq!(found(&format!("{text}\"x\"y\"z\n")), None);
        assert_eq!(found("a,b"), None);
    }
}
