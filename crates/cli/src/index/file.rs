//! An index file, on this machine or at a URL.

use std::io;

use leafwise::file::{FileError, LocalFile, Reader, Task};

use crate::location::Location;
use crate::remote::RemoteIndex;

/// An open index file.
pub(crate) enum IndexFile {
    Local(LocalFile),
    Remote(RemoteIndex),
}

impl IndexFile {
    pub(crate) fn open(location: &Location) -> Result<IndexFile, FileError> {
        Ok(match location {
            Location::Local(path) => IndexFile::Local(LocalFile::open(path)?),
            Location::Remote(url) => IndexFile::Remote(RemoteIndex::open(url)?),
        })
    }

    pub(crate) fn reader(&self) -> &Reader {
        match self {
            IndexFile::Local(file) => file.reader(),
            IndexFile::Remote(file) => file.reader(),
        }
    }

    /// Whether reading once more takes no longer than reading more at once.
    pub(super) fn is_near(&self) -> bool {
        matches!(self, IndexFile::Local(_))
    }

    /// Runs a task of the reader.
    pub(crate) fn run<T>(&self, task: Task<'_, T>) -> Result<T, FileError> {
        match self {
            IndexFile::Local(file) => file.run(task),
            IndexFile::Remote(file) => file.run(task),
        }
    }
}

/// What was found where an index may be.
pub(super) type Opened = (Location, Result<IndexFile, FileError>);

/// Opens the first one of some files that is there. Those at URLs are opened together, and the
/// table with them.
pub(super) fn open_first(files: Vec<Location>, table: &Location) -> io::Result<Option<Opened>> {
    let Location::Remote(table) = table else {
        let is_there = |file: &Location| matches!(file, Location::Local(path) if path.exists());
        let first = files.into_iter().find(is_there);
        return Ok(first.map(|file| {
            let opened = IndexFile::open(&file);
            (file, opened)
        }));
    };
    let urls = files.iter().filter_map(|file| match file {
        Location::Remote(url) => Some(url),
        Location::Local(_) => None,
    });
    let opened = RemoteIndex::open_all(&urls.collect::<Vec<_>>(), table)?;
    let opened = opened.into_iter().map(|file| file.map(IndexFile::Remote));
    Ok(files.into_iter().zip(opened).find(|(_, opened)| {
        !matches!(opened, Err(FileError::Io(error)) if error.kind() == io::ErrorKind::NotFound)
    }))
}
