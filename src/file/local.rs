//! Files on a disk, read piece by piece.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use std::fs::File;
use std::io;
#[cfg(not(unix))]
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::error::FileError;
use super::reader::{Opening, ReadOptions, Reader, Task};

/// A file on a disk and its [`Reader`].
///
/// # Examples
///
/// ```
/// use leafwise::StaticMap;
/// use leafwise::file::{LocalFile, Query};
///
/// let path = std::env::temp_dir().join(format!("cubes-{}.lwx", std::process::id()));
/// let cubes: StaticMap<u32, u64> = (0..100_000).map(|n| (n, u64::from(n).pow(3))).collect();
/// cubes.save(&path)?;
///
/// let file = LocalFile::open(&path)?;
/// file.reader().expect::<u32, u64>()?;
/// let found = file.run(file.reader().search([Query::equal(300_u32)]))?;
/// assert_eq!(found[0].values_as::<u64>(), Some(vec![27_000_000]));
/// # std::fs::remove_file(path)?;
/// # Ok::<(), leafwise::file::FileError>(())
/// ```
#[derive(Debug)]
pub struct LocalFile {
    file: File,
    reader: Box<Reader>,
}

impl LocalFile {
    /// Opens a file with the options [`LOCAL`](ReadOptions::LOCAL). O(1).
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, is none of these files, or is damaged where
    /// that is noticed.
    pub fn open(path: impl AsRef<Path>) -> Result<LocalFile, FileError> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let options = ReadOptions::LOCAL;
        let mut count = options.front;
        loop {
            let front = read_at(&file, &(0..count.min(length)))?;
            match Reader::open(front, length, options)? {
                Opening::Done(reader) => return Ok(LocalFile { file, reader }),
                Opening::Needs(more) => count = more,
            }
        }
    }

    /// The reader of the file.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Runs a task of the reader.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, has become shorter, or is damaged where that is
    /// noticed.
    pub fn run<T>(&self, task: Task<'_, T>) -> Result<T, FileError> {
        task.run(|ranges| {
            let bytes = ranges.iter().map(|range| read_at(&self.file, range));
            Ok(bytes.collect::<io::Result<Vec<_>>>()?)
        })
    }
}

/// Reads a range of a file.
fn read_at(file: &File, range: &Range<u64>) -> io::Result<Vec<u8>> {
    let length = usize::try_from(range.end - range.start);
    let mut bytes = vec![0; length.map_err(|_| io::ErrorKind::OutOfMemory)?];
    #[cfg(unix)]
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, range.start)?;
    #[cfg(not(unix))]
    {
        let mut file = file;
        file.seek(SeekFrom::Start(range.start))?;
        file.read_exact(&mut bytes)?;
    }
    Ok(bytes)
}
