//! Reads rows of a table again, from where they are: places that ascend, as
//! [`Reader::place`](crate::part::Reader::place) gave them.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use crate::part::{Part, Syntax, Text};
use crate::rows::{Fields, Row};
use crate::table_file::TableFile;

/// The bytes that are read for the last row of a block; more if it is larger.
const ROW_BYTES: u64 = 4 * 1024;

/// Blocks are not larger than this, unless a row is.
const BLOCK_BYTES: u64 = 1 << 20;

/// What is done with each row, given the number of its place; `None` if there is no row.
pub(crate) type Visit<'v, E> = dyn FnMut(usize, Option<&Row<'_>>) -> Result<(), E> + 'v;

/// Why not all rows were visited.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    Read(io::Error),
    Visit(E),
}

/// Reads rows of text, which is neither compressed nor decoded.
pub(crate) fn text<E>(
    file: &TableFile,
    syntax: &Syntax,
    places: &[u64],
    visit: &mut Visit<'_, E>,
) -> Result<(), Failure<E>> {
    let length = file.length();
    let mut blocks = blocks(places, file.gap_bytes());
    while let Some(first) = blocks.front() {
        let Some(bytes) = &first.bytes else {
            read_first(file, places, &mut blocks).map_err(Failure::Read)?;
            continue;
        };
        let start = first.start(places, length);
        let end = start + bytes.len() as u64;
        let Some(block) = blocks.pop_front() else {
            break;
        };
        let text = BlockText {
            is_last: end == length,
            end,
            part: Part::Text(Text {
                bytes: block.bytes.unwrap_or_default(),
                start,
                syntax: syntax.clone(),
            }),
        };
        let visited = text.visit(places, &block.rows, visit);
        let visited = visited.map_err(Failure::Visit)?;
        if visited < block.rows.len() {
            // Its last row goes on behind the block, which may have no other.
            let rows = block.rows.start + visited..block.rows.end;
            let wanted = match visited {
                0 => 2 * block.wanted,
                _ => wanted(&places[rows.clone()]),
            };
            blocks.push_front(Block::new(rows, wanted));
        }
    }
    Ok(())
}

/// Rows that are read as one.
struct Block {
    /// Which of the places.
    rows: Range<usize>,
    /// The number of bytes from the first one on.
    wanted: u64,
    /// As many of them as there are, once they have been read.
    bytes: Option<Vec<u8>>,
}

impl Block {
    fn new(rows: Range<usize>, wanted: u64) -> Block {
        Block {
            rows,
            wanted,
            bytes: None,
        }
    }

    fn start(&self, places: &[u64], length: u64) -> u64 {
        places[self.rows.start].min(length)
    }
}

/// Puts the places that are near each other into blocks.
fn blocks(places: &[u64], gap_bytes: u64) -> VecDeque<Block> {
    let mut blocks = VecDeque::new();
    let mut start = 0;
    for end in 1..=places.len() {
        let is_near = places.get(end).is_some_and(|place| {
            place - places[end - 1] <= gap_bytes && place - places[start] <= BLOCK_BYTES
        });
        if !is_near {
            blocks.push_back(Block::new(start..end, wanted(&places[start..end])));
            start = end;
        }
    }
    blocks
}

/// Reads the first block, and at the same time those after it, up to a limit, that have not
/// been read. They are visited in order, whatever has to be read again.
fn read_first(file: &TableFile, places: &[u64], blocks: &mut VecDeque<Block>) -> io::Result<()> {
    let length = file.length();
    let mut bytes = 0;
    let fit = blocks.iter_mut().take_while(|block| {
        let is_first = bytes == 0;
        bytes += block.wanted;
        is_first || bytes <= file.together_bytes()
    });
    let mut missing: Vec<&mut Block> = fit.filter(|block| block.bytes.is_none()).collect();
    let range = |block: &&mut Block| {
        let start = block.start(places, length);
        start..start.saturating_add(block.wanted).min(length)
    };
    let ranges: Vec<Range<u64>> = missing.iter().map(range).collect();
    for (block, bytes) in missing.iter_mut().zip(file.read(&ranges)?) {
        block.bytes = Some(bytes);
    }
    Ok(())
}

/// The number of bytes that are likely to have the rows at these places.
fn wanted(places: &[u64]) -> u64 {
    places[places.len() - 1] - places[0] + ROW_BYTES
}

/// The bytes of a block, which begin with a row.
struct BlockText {
    part: Part,
    end: u64,
    /// Whether the table ends with it.
    is_last: bool,
}

impl BlockText {
    /// Visits the rows that the block has whole, and returns their number.
    fn visit<E>(
        &self,
        places: &[u64],
        rows: &Range<usize>,
        visit: &mut Visit<'_, E>,
    ) -> Result<usize, E> {
        let mut count = rows.len();
        // Rows before others are whole. Behind the end of the table, there is no row.
        if !self.is_last && !self.has_whole(places[rows.end - 1]) {
            count -= 1;
        }
        let mut reader = self.part.reader();
        let mut fields = Fields::default();
        for (number, place) in places.iter().enumerate().skip(rows.start).take(count) {
            reader.go_to(*place.min(&self.end));
            let row = reader.next(&mut fields);
            visit(number, row.as_ref().and_then(|row| row.as_ref().ok()))?;
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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use super::*;
    use crate::location::Location;
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
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(all.as_bytes()).unwrap();
        let file = TableFile::open(&Location::Local(file.path().into())).unwrap();
        let again = |places: &[u64]| {
            let mut found = vec![None; places.len()];
            let mut visit = |number: usize, row: Option<&Row<'_>>| {
                assert!(found[number].replace(row.map(cells)).is_none());
                Ok::<(), ()>(())
            };
            super::text(&file, syntax, places, &mut visit).unwrap();
            found.into_iter().map(Option::unwrap).collect::<Vec<_>>()
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
