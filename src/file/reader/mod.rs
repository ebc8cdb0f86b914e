//! Reading a file piece by piece, from wherever it is: a disk, an object store, a web server.
//!
//! A [`Reader`] does no input itself. What it is asked for is a [`Task`], which says which bytes it
//! needs, takes them, and perhaps needs more. Whoever runs the task reads these bytes, one range
//! after the other or all at once:
//!
//! ```text
//!            step()                         Needs([4096..8192, ..])
//!   task  <----------  whoever runs it  ------------------------->  disk, server
//!         <----------                   <-------------------------
//!           supply(bytes)                        bytes
//! ```
//!
//! A task is a function of the bytes that are known ([`Known`]): it runs from its beginning each
//! time, and where bytes are missing, it notes which. So it is written as if all were there, and a
//! look-up takes as many rounds as one needs the result of another: usually one.

mod guess;
#[cfg(all(test, feature = "std"))]
mod huge;
mod key_buf;
mod known;
mod search;
mod task;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

pub use key_buf::KeyBuf;
pub use search::{Found, Query};
pub use task::{Step, Task};

use crate::static_collections::parts::{KeyBytes, KeyForm};

use super::error::FileError;
use super::geometry::Geometry;
use super::header::{Header, Section};
use super::integer::ordered_bits;
use super::limits;
use crate::memory::plain::{Value, values_of};
use crate::static_collections::Key;
use known::{Known, Missing};

/// How much is read at a time.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// The number of bytes of the file that are read first, and kept: the more, the less has to be
    /// read for each look-up.
    pub front: u64,
    /// The number of bytes that may be read at once instead of searching further for what to read.
    /// From afar, it is what takes as long as another request.
    pub at_once: u64,
    /// Ranges with at most this many bytes between them are coalesced: read as one, unless that has
    /// more than 8 MiB.
    pub coalesce: u64,
}

impl ReadOptions {
    /// For files on a disk: reading again is cheap.
    pub const LOCAL: ReadOptions = ReadOptions {
        front: 16 << 10,
        at_once: 16 << 10,
        coalesce: 4 << 10,
    };

    /// For files elsewhere: reading again takes as long as reading a megabyte.
    pub const REMOTE: ReadOptions = ReadOptions {
        front: 64 << 10,
        at_once: 1 << 20,
        coalesce: 1 << 20,
    };
}

/// A file that is read piece by piece.
#[derive(Debug)]
pub struct Reader {
    header: Header,
    geometry: Geometry,
    options: ReadOptions,
    /// The first bytes of the file.
    front: Vec<u8>,
}

/// What opening a file led to.
#[derive(Debug)]
pub enum Opening {
    /// The file can be read.
    Done(Box<Reader>),
    /// This many bytes from the start of the file are needed, instead of those that were given.
    Needs(u64),
}

impl Reader {
    /// Opens a file of `file_length` bytes, given its first ones: [`ReadOptions::front`], or all if
    /// there are fewer.
    ///
    /// # Errors
    ///
    /// Returns an error if this is none of these files, or is damaged where that is noticed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    /// use leafwise::file::{Opening, Query, ReadOptions, Reader, Step};
    ///
    /// let squares: StaticMap<u32, u64> = (0..100_000).map(|n| (n, u64::from(n).pow(2))).collect();
    /// let mut file = Vec::new();
    /// squares.write_to(&mut file)?;
    ///
    /// let options = ReadOptions::REMOTE;
    /// let front = file[..options.front as usize].to_vec();
    /// let Opening::Done(reader) = Reader::open(front, file.len() as u64, options)? else {
    ///     panic!("the first bytes suffice");
    /// };
    /// reader.expect::<u32, u64>()?;
    /// let mut task = reader.search([Query::equal(300_u32)]);
    /// let found = loop {
    ///     match task.step()? {
    ///         Step::Done(found) => break found,
    ///         Step::Needs(ranges) => {
    ///             let bytes = ranges.iter().map(|range| {
    ///                 file[range.start as usize..range.end as usize].to_vec()
    ///             });
    ///             task.supply(&ranges, bytes)?;
    ///         }
    ///     }
    /// };
    /// assert_eq!(found[0].keys, 300..301);
    /// assert_eq!(found[0].values_as::<u64>(), Some(vec![90_000]));
    /// # Ok::<(), leafwise::file::FileError>(())
    /// ```
    pub fn open(
        front: Vec<u8>,
        file_length: u64,
        options: ReadOptions,
    ) -> Result<Opening, FileError> {
        let header = Header::parse(&front)?;
        header.check_file_length(file_length)?;
        let needed = header.front_length();
        if (front.len() as u64) < needed {
            return Ok(Opening::Needs(needed));
        }
        let reader = Reader {
            geometry: header.geometry(),
            header,
            options,
            front,
        };
        reader.check_limits()?;
        Ok(Opening::Done(Box::new(reader)))
    }

    /// Checks that the first key and the last can be read, and share as many bytes as the heads of
    /// texts leave out.
    fn check_limits(&self) -> Result<(), FileError> {
        match self.limits()? {
            Some([KeyBytes::Text(first), KeyBytes::Text(last)]) => {
                let shared = self.header.shared as usize;
                let is_shared =
                    first.get(..shared).is_some() && first.get(..shared) == last.get(..shared);
                match is_shared {
                    true => Ok(()),
                    false => Err(FileError::Damaged {
                        what: "the bytes that all texts share",
                        offset: self.header.span(Section::Limits).offset,
                    }),
                }
            }
            _ => Ok(()),
        }
    }

    /// What the file holds.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Checks the types of keys and values: [`KeyBuf`] and bytes do not show them.
    ///
    /// # Errors
    ///
    /// Returns an error if the file holds other types.
    pub fn expect<K: Key, V: Value>(&self) -> Result<(), FileError> {
        Header::check_type("keys", K::type_name(), &self.header.key_type)?;
        Header::check_type("values", V::type_name(), &self.header.value_type)
    }

    /// What the builder says about the file; empty if nothing.
    #[must_use]
    pub fn about(&self) -> &[u8] {
        self.front_section(Section::About)
    }

    /// The first key and the last; none if there are no keys.
    ///
    /// # Errors
    ///
    /// Returns an error if the file is damaged there.
    pub fn limits(&self) -> Result<Option<[KeyBytes<'_>; 2]>, FileError> {
        limits::parse(&self.header, self.front_section(Section::Limits))
    }

    /// A section that is within the first bytes.
    fn front_section(&self, section: Section) -> &[u8] {
        let span = self.header.span(section);
        let bytes = self.front.get(span.offset as usize..span.end() as usize);
        bytes.unwrap_or_default()
    }

    /// Where items of a section are in the file, each of that many bytes.
    fn section_range(&self, section: Section, width: u64, items: Range<u64>) -> Range<u64> {
        let start = self.header.span(section).offset;
        start + items.start * width..start + items.end * width
    }

    /// Finds the keys and values of many queries at once.
    ///
    /// The keys have to be of the type that the file has: an integer less than all others is not
    /// the same in a file of text.
    pub fn search<Q>(&self, queries: Q) -> Task<'_, Vec<Found>>
    where
        Q: IntoIterator<Item = Query>,
    {
        let queries: Vec<Query> = queries.into_iter().collect();
        Task::new(self, move |known| {
            let found = queries.iter().map(|query| self.find(query, known));
            // Each query notes what it misses, not only the first.
            let found: Vec<_> = found.collect();
            found.into_iter().collect()
        })
    }

    /// Reads the values at these positions, as they are in the file.
    pub fn values(&self, positions: Range<u64>) -> Task<'_, Vec<u8>> {
        let width = u64::from(self.header.value_width);
        Task::new(self, move |known| {
            if positions.end > self.header.values || positions.start > positions.end {
                return Err(outside());
            }
            let range = self.section_range(Section::Values, width, positions.clone());
            Ok(known.get(range)?.to_vec())
        })
    }

    /// Reads the keys at these positions.
    pub fn keys(&self, positions: Range<u64>) -> Task<'_, Vec<KeyBuf>> {
        Task::new(self, move |known| {
            if positions.end > self.header.keys || positions.start > positions.end {
                return Err(outside());
            }
            self.read_keys(positions.clone(), known)
        })
    }

    /// The positions of the values of each of these keys: where those of the first one begin, then
    /// where those of each end.
    pub fn value_ends(&self, keys: Range<u64>) -> Task<'_, Vec<u64>> {
        Task::new(self, move |known| {
            if keys.end > self.header.keys || keys.start > keys.end {
                return Err(outside());
            }
            if !self.header.is_grouped() {
                return Ok((keys.start..=keys.end).collect());
            }
            let before = keys.start.saturating_sub(1);
            let width = u64::from(self.header.group_width);
            let range = self.section_range(Section::Groups, width, before..keys.end);
            let bytes = known.get(range)?;
            let mut ends: Vec<u64> = match width {
                4 => values_of::<u32>(bytes).map(u64::from).collect(),
                _ => values_of(bytes).collect(),
            };
            if keys.start == 0 {
                ends.insert(0, 0);
            }
            let is_valid =
                ends.is_sorted() && ends.last().is_none_or(|end| *end <= self.header.values);
            match is_valid {
                true => Ok(ends),
                false => Err(self.damaged("how many values keys have", Section::Groups)),
            }
        })
    }

    fn read_keys(&self, positions: Range<u64>, known: &Known<'_>) -> Result<Vec<KeyBuf>, Missing> {
        match self.header.form {
            KeyForm::Integers { width, .. } => {
                let range = self.section_range(Section::Keys, width.into(), positions);
                let integers = known.get(range)?.chunks_exact(width.into());
                let key = |bytes| KeyBuf::Integer(ordered_bits(self.header.form, bytes));
                Ok(integers.map(key).collect())
            }
            KeyForm::Texts { .. } => {
                let ends = self.text_ends(positions.clone(), known)?;
                let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
                    return Ok(Vec::new());
                };
                let text = known.get(self.section_range(Section::Text, 1, *first..*last))?;
                let texts = ends.windows(2).map(|pair| {
                    let text = text.get((pair[0] - first) as usize..(pair[1] - first) as usize);
                    text.map(|text| KeyBuf::Text(text.to_vec()))
                });
                // The ends are in order.
                Ok(texts.flatten().collect())
            }
        }
    }
}

/// Positions that a file does not have are an error of the caller, who knows how many there are.
fn outside() -> Missing {
    Missing::Error(FileError::Positions)
}
