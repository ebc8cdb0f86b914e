//! Reads files piece by piece, whatever their bytes are.

use std::hint::black_box;
use std::ops::{Bound, Range};

use leafwise::file::{FileError, KeyBuf, KeyForm, Opening, Query, ReadOptions, Reader, Task};

/// Options under which even small files are read in several steps.
const SMALL: ReadOptions = ReadOptions {
    front: 1024,
    at_once: 256,
    coalesce: 64,
};

/// Opens a file and asks for everything that a reader can be asked for. Returns whether it could be
/// opened.
pub(crate) fn read_piecewise(bytes: &[u8]) -> bool {
    let Ok(reader) = open(bytes) else {
        return false;
    };
    let header = reader.header();
    black_box((header.height(), reader.about().len()));
    let limits = reader.limits().unwrap_or(None);
    let mut keys: Vec<KeyBuf> = limits.into_iter().flatten().map(KeyBuf::from).collect();
    match header.key_form() {
        KeyForm::Integers { width, .. } => {
            let greatest = u128::MAX >> (128 - u32::from(width) * 8);
            let others = [0, 1, greatest / 3, greatest / 2 + 1, greatest];
            keys.extend(others.map(KeyBuf::Integer));
        }
        KeyForm::Texts { length } => {
            let others = [&b""[..], b"a", b"key 16", b"key 5", &[1, 1, 20], &[255; 20]];
            let length = length.map_or(usize::MAX, |length| length as usize);
            let fits = |text: &&[u8]| length == usize::MAX || text.len() == length;
            keys.extend(others.into_iter().filter(fits).map(KeyBuf::from));
        }
    }
    let mut queries: Vec<Query> = keys.iter().cloned().map(Query::equal).collect();
    queries.push(Query::range(Bound::Unbounded, Bound::Unbounded));
    for pair in keys.windows(2) {
        let (start, end) = (pair[0].clone(), pair[1].clone());
        queries.push(Query::range(Bound::Excluded(start), Bound::Included(end)).without_values());
    }
    for query in &queries {
        black_box(run(reader.search([query.clone()]), bytes).is_ok());
    }
    if let Ok(found) = run(reader.search(queries), bytes) {
        for found in found {
            assert!(found.keys.start <= found.keys.end && found.keys.end <= header.key_count());
            assert!(found.values.start <= found.values.end);
            assert!(found.values.end <= header.value_count());
        }
    }
    let (key_count, value_count) = (header.key_count(), header.value_count());
    black_box(run(reader.keys(0..key_count), bytes).is_ok());
    black_box(run(reader.values(0..value_count), bytes).is_ok());
    black_box(run(reader.value_ends(0..key_count), bytes).is_ok());
    true
}

fn open(bytes: &[u8]) -> Result<Box<Reader>, FileError> {
    let length = bytes.len() as u64;
    let mut count = SMALL.front;
    loop {
        let front = bytes[..count.min(length) as usize].to_vec();
        match Reader::open(front, length, SMALL)? {
            Opening::Done(reader) => return Ok(reader),
            Opening::Needs(more) => {
                assert!(more > count && more <= length);
                count = more;
            }
        }
    }
}

/// Runs a task to its end, which comes after some rounds.
fn run<T>(task: Task<'_, T>, bytes: &[u8]) -> Result<T, FileError> {
    let mut rounds = 0;
    task.run(|ranges: &[Range<u64>]| {
        rounds += 1;
        assert!(rounds < 100);
        let read = |range: &Range<u64>| bytes[range.start as usize..range.end as usize].to_vec();
        Ok(ranges.iter().map(read).collect())
    })
}
