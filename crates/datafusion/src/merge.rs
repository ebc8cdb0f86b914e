//! Merges parts of an index, which are index files themselves, in one pass.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::path::Path;

use leafwise::file::{Builder, FileError, KeyBuf, KeyBytes, LocalFile, Section};

use crate::about::{About, TrackedFile};
use crate::build::Built;
use crate::error::IndexError;

/// As many keys, and values of a key, are read at a time.
const KEYS_MAX: u64 = 16 << 10;
const VALUES_MAX: u64 = 64 << 10;

/// An index file on this machine.
pub(crate) struct Part {
    file: LocalFile,
    about: About,
}

impl Part {
    pub(crate) fn open(path: &Path) -> Result<Part, IndexError> {
        let file = LocalFile::open(path);
        let file = file.map_err(|cause| IndexError::of_opening(&path.display(), cause))?;
        let about = About::of(file.reader()).map_err(|why| IndexError::NotAnIndex {
            path: path.display().to_string(),
            why,
        })?;
        Ok(Part { file, about })
    }

    pub(crate) fn about(&self) -> &About {
        &self.about
    }
}

/// Writes the index that says this about its table. Of the parts, it has the rows of files that it
/// names, in their state there.
pub(crate) fn write(about: About, parts: &[Part], index: &Path) -> Result<Built, IndexError> {
    let file_type = about.file_type();
    let width = file_type.value_width as usize;
    let limits = parts.iter().map(|part| part.file.reader().limits());
    let limits: Vec<_> = limits.collect::<Result<_, _>>()?;
    let limits: Vec<KeyBytes<'_>> = limits.into_iter().flatten().flatten().collect();
    let texts: Vec<&[u8]> = limits.iter().filter_map(text).collect();
    let values = parts
        .iter()
        .map(|part| part.file.reader().header().value_count());
    let mut builder = Builder::new(file_type)
        .about(about.encode()?)
        .sharing(shared_length(&texts))
        .at_most(values.sum());
    let new = Starts::of(&about);
    let mut is_taken = vec![false; about.files.len()];
    let mut sources: Vec<Source<'_>> = Vec::new();
    for part in parts.iter().rev() {
        let starts = new.of_part(&part.about, &mut is_taken);
        sources.push(Source::new(part, starts));
    }
    sources.reverse();
    let mut heads = BinaryHeap::new();
    for (number, source) in sources.iter_mut().enumerate() {
        if let Some(key) = source.next_key()? {
            heads.push(Reverse((key, number)));
        }
    }
    let mut entries = 0;
    while let Some(Reverse((key, number))) = heads.pop() {
        sources[number].take_values(&mut |row| {
            entries += 1;
            builder.push_bytes(key.bytes(), &row.to_le_bytes()[..width])
        })?;
        if let Some(key) = sources[number].next_key()? {
            heads.push(Reverse((key, number)));
        }
    }
    let keys = builder.different_key_count();
    builder.save(index)?;
    let starts = about.starts();
    Ok(Built {
        files: about.files.len() as u64,
        added: 0,
        removed: 0,
        rows: starts.last().copied().unwrap_or(0),
        entries,
        keys,
    })
}

fn text<'k>(key: &KeyBytes<'k>) -> Option<&'k [u8]> {
    match key {
        KeyBytes::Text(text) => Some(text),
        KeyBytes::Integer(_) => None,
    }
}

/// The number of bytes that all texts begin with.
fn shared_length(texts: &[&[u8]]) -> usize {
    let Some((first, others)) = texts.split_first() else {
        return 0;
    };
    let shared = |other: &&[u8]| first.iter().zip(*other).take_while(|(a, b)| a == b).count();
    others.iter().map(shared).min().unwrap_or(first.len())
}

/// Where the rows of files begin in the new index.
struct Starts<'a> {
    about: &'a About,
    by_path: HashMap<&'a str, (usize, u64)>,
}

impl<'a> Starts<'a> {
    fn of(about: &'a About) -> Starts<'a> {
        let starts = about.starts();
        let files = about.files.iter().enumerate();
        let by_path = files.map(|(number, file)| (file.path.as_str(), (number, starts[number])));
        Starts {
            by_path: by_path.collect(),
            about,
        }
    }

    /// The start of each file of a part; `None` if the new index leaves it out, or takes its rows
    /// from another part.
    fn of_part(&self, part: &About, is_taken: &mut [bool]) -> Vec<Option<u64>> {
        let start = |file: &TrackedFile| {
            let (number, start) = *self.by_path.get(file.path.as_str())?;
            let is_it = self.about.files[number] == *file && !is_taken[number];
            is_taken[number] |= is_it;
            is_it.then_some(start)
        };
        part.files.iter().map(start).collect()
    }
}

/// The entries of a part, in order.
struct Source<'p> {
    part: &'p Part,
    /// Where the rows of its files begin in the part, and in the new index.
    starts: Vec<u64>,
    new_starts: Vec<Option<u64>>,
    /// The keys that were read, and the ends of their values; the next position of a key that was
    /// not.
    keys: VecDeque<(KeyBuf, u64)>,
    next_key: u64,
    /// Values that were read: the position of the first one, and their bytes.
    values: (u64, Vec<u8>),
    position: u64,
}

impl<'p> Source<'p> {
    fn new(part: &'p Part, new_starts: Vec<Option<u64>>) -> Source<'p> {
        Source {
            starts: part.about.starts(),
            new_starts,
            keys: VecDeque::new(),
            next_key: 0,
            values: (0, Vec::new()),
            position: 0,
            part,
        }
    }

    /// The key that is next. Its values have to be taken before the one after it.
    fn next_key(&mut self) -> Result<Option<KeyBuf>, IndexError> {
        let (file, header) = (&self.part.file, self.part.file.reader().header());
        if self.keys.is_empty() && self.next_key < header.key_count() {
            let range = self.next_key..header.key_count().min(self.next_key + self.keys_at_once());
            let keys = file.run(file.reader().keys(range.clone()))?;
            let ends = file.run(file.reader().value_ends(range.clone()))?;
            if keys.len() as u64 != range.end - range.start || ends.len() != keys.len() + 1 {
                return Err(FileError::Positions.into());
            }
            self.keys = keys.into_iter().zip(ends.into_iter().skip(1)).collect();
            self.next_key = range.end;
        }
        Ok(self.keys.front().map(|(key, _)| key.clone()))
    }

    /// As many keys as have about a mebibyte.
    fn keys_at_once(&self) -> u64 {
        let header = self.part.file.reader().header();
        let bytes = header.section_length(Section::Text) / header.key_count().max(1);
        ((1 << 20) / bytes.max(1)).clamp(1, KEYS_MAX)
    }

    /// The values of the key that is next, as rows of the new index.
    fn take_values(
        &mut self,
        take: &mut dyn FnMut(u64) -> Result<(), FileError>,
    ) -> Result<(), IndexError> {
        let Some((_, end)) = self.keys.pop_front() else {
            return Ok(());
        };
        let reader = self.part.file.reader();
        let width = reader.header().value_width() as usize;
        while self.position < end {
            let at = (self.position - self.values.0) as usize * width;
            let Some(value) = self.values.1.get(at..at + width) else {
                let count = reader.header().value_count();
                let range = self.position..count.min(self.position + VALUES_MAX);
                if range.is_empty() {
                    return Err(FileError::Positions.into());
                }
                self.values = (range.start, self.part.file.run(reader.values(range))?);
                continue;
            };
            let mut wide = [0; 8];
            wide[..width].copy_from_slice(value);
            if let Some(row) = self.new_row(u64::from_le_bytes(wide))? {
                take(row)?;
            }
            self.position += 1;
        }
        Ok(())
    }

    /// The number that a row of the part has in the new index; `None` if it is left out.
    fn new_row(&self, row: u64) -> Result<Option<u64>, IndexError> {
        let number = self.starts.partition_point(|start| *start <= row) - 1;
        match self.new_starts.get(number) {
            Some(start) => Ok(start.map(|start| start + (row - self.starts[number]))),
            None => Err(FileError::Positions.into()),
        }
    }
}
