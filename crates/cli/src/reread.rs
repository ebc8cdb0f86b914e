//! Reads rows of a table again, from where they are: places that ascend, as
//! [`Reader::place`](crate::part::Reader::place) gave them.

use std::io::{self, Read, Seek, SeekFrom};

use crate::part::{Part, Syntax, Text};
use crate::rows::{Fields, Row};

/// The bytes that are read for the last row of a block; more if it is larger.
const ROW_BYTES: u64 = 4 * 1024;

/// Rows with less between them are read together, up to that many bytes.
const GAP_BYTES: u64 = 16 * 1024;
const BLOCK_BYTES: u64 = 1 << 20;

/// What is done with each row, given the number of its place; `None` if there is no row.
pub(crate) type Visit<'v, E> = dyn FnMut(usize, Option<&Row<'_>>) -> Result<(), E> + 'v;

/// Why not all rows were visited.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    Read(io::Error),
    Visit(E),
}

/// Reads rows of text, which is neither compressed nor decoded, and has that many bytes.
pub(crate) fn text<E>(
    file: &mut (impl Read + Seek),
    length: u64,
    syntax: &Syntax,
    places: &[u64],
    visit: &mut Visit<'_, E>,
) -> Result<(), Failure<E>> {
    let mut next = 0;
    while let Some(first) = places.get(next) {
        let mut wanted = block_length(&places[next..]);
        // More is read until the first row is whole.
        let visited = loop {
            // With room for all, they are read at once.
            let mut bytes = Vec::with_capacity(wanted.min(length) as usize);
            file.seek(SeekFrom::Start(*first)).map_err(Failure::Read)?;
            let read = file.by_ref().take(wanted).read_to_end(&mut bytes);
            read.map_err(Failure::Read)?;
            let block = Block {
                end: first + bytes.len() as u64,
                is_last: first.saturating_add(bytes.len() as u64) >= length,
                part: Part::Text(Text {
                    bytes,
                    start: *first,
                    syntax: syntax.clone(),
                }),
            };
            match block
                .visit(&places[next..], next, visit)
                .map_err(Failure::Visit)?
            {
                0 => wanted *= 2,
                visited => break visited,
            }
        };
        next += visited;
    }
    Ok(())
}

/// Bytes that begin with a row.
struct Block {
    part: Part,
    end: u64,
    /// Whether the table ends with it.
    is_last: bool,
}

impl Block {
    /// Visits the rows that the block has whole, and returns their number. The first place has that
    /// number among all.
    fn visit<E>(
        &self,
        places: &[u64],
        number: usize,
        visit: &mut Visit<'_, E>,
    ) -> Result<usize, E> {
        let mut count = places.partition_point(|place| *place < self.end);
        if self.is_last {
            // Behind the end of the table, there is no row.
            count = places.len();
        } else if count > 0 && !self.has_whole(places[count - 1]) {
            // Rows before others are whole.
            count -= 1;
        }
        let mut rows = self.part.reader();
        let mut fields = Fields::default();
        for (at, place) in places[..count].iter().enumerate() {
            rows.go_to(*place.min(&self.end));
            let row = rows.next(&mut fields);
            visit(number + at, row.as_ref().and_then(|row| row.as_ref().ok()))?;
        }
        Ok(count)
    }

    /// Whether a row ends within the block, so that nothing that follows is a part of it.
    fn has_whole(&self, place: u64) -> bool {
        let mut rows = self.part.reader();
        rows.go_to(place);
        let has_row = rows.next(&mut Fields::default()).is_some();
        has_row && rows.place() < self.end
    }
}

/// How many bytes to read for the first of some places, and perhaps more of them.
fn block_length(places: &[u64]) -> u64 {
    let start = places[0];
    let mut last = start;
    for place in places {
        if place - last > GAP_BYTES || place - start > BLOCK_BYTES {
            break;
        }
        last = *place;
    }
    last - start + ROW_BYTES
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use super::*;
    use crate::ndjson::Names;
    use crate::rows::Dialect;

    fn cells(row: &Row<'_>) -> Vec<Vec<u8>> {
        row.fields().into_iter().map(|it| it.into_owned()).collect()
    }

    /// Reads all rows, and all of them again, together and each by itself. The text is that behind
    /// the header.
    fn check(header: &str, text: &str, syntax: &Syntax, count: usize) {
        let all = format!("{header}{text}");
        let part = Part::Text(Text {
            bytes: text.as_bytes().to_vec(),
            start: header.len() as u64,
            syntax: syntax.clone(),
        });
        let (mut rows, mut fields) = (part.reader(), Fields::default());
        let (mut places, mut expected) = (Vec::new(), Vec::new());
        loop {
            let place = rows.place();
            let Some(Ok(row)) = rows.next(&mut fields) else {
                break;
            };
            places.push(place);
            expected.push(cells(&row));
        }
        assert_eq!(places.len(), count);
        let again = |places: &[u64]| {
            let (mut file, mut found) = (Cursor::new(&all), Vec::new());
            let mut visit = |number, row: Option<&Row<'_>>| {
                assert_eq!(number, found.len());
                found.push(row.map(cells));
                Ok::<(), ()>(())
            };
            super::text(&mut file, all.len() as u64, syntax, places, &mut visit).unwrap();
            found
        };
        assert!(again(&places).into_iter().flatten().eq(expected.clone()));
        for (place, expected) in places.iter().zip(expected) {
            assert_eq!(again(&[*place]), [Some(expected)]);
        }
        assert_eq!(again(&[all.len() as u64, u64::MAX - 9]), [None, None]);
    }

    #[test]
    fn rows_are_read_again_by_their_places() {
        let separated = Syntax::Separated(Dialect {
            comment: Some(b'#'),
            ..Dialect::COMMAS
        });
        let objects = "{\"k\":1,\"v\":\"a\\nb\"}\n\n {\"v\":[1, 2]}\r\n#x\n{\"k\":3}";
        let (names, _) = Names::of_lines(objects.as_bytes(), Some(b'#'));
        let ndjson = Syntax::Ndjson(Arc::new(names));
        check(
            "k,v\n",
            "1,a\r\n\r\n2,\"b\nc\"\n#,\"\n3,\"\"\"\"\r4,d",
            &separated,
            4,
        );
        check("", objects, &ndjson, 3);
        // Ends of rows around the end of what is read at once.
        for length in ROW_BYTES as usize - 8..ROW_BYTES as usize + 8 {
            let long = "x".repeat(length);
            check(
                "k\n",
                &format!("{long}\r\n\"{long}\n\"\r\ny"),
                &separated,
                3,
            );
            check("", &format!("{{\"k\":\"{long}\"}}\n{{}}\n"), &ndjson, 2);
        }
    }
}
