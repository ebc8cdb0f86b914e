//! What stands for `remote` in a program that was built without it: no file at a URL is ever open.

use std::io::{self, Empty};
use std::ops::Range;
use std::sync::Arc;

use leafwise::file::{FileError, Reader, Task};

use crate::location::Url;

/// A file at a URL.
pub(crate) enum RemoteFile {}

/// An index file at a URL.
pub(crate) enum RemoteIndex {}

fn absent(url: &Url) -> io::Error {
    let absent = io::Error::new(
        io::ErrorKind::Unsupported,
        "the program reads URLs if it is installed by \
         `cargo install leafwise-cli --features remote`",
    );
    url.split().err().unwrap_or(absent)
}

impl RemoteFile {
    pub(crate) fn open(url: &Url) -> io::Result<Arc<RemoteFile>> {
        Err(absent(url))
    }

    pub(crate) fn length(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn tag(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) fn read(&self, _: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
        match *self {}
    }

    pub(crate) fn stream_from(self: Arc<Self>, _: u64) -> Empty {
        match *self {}
    }
}

impl RemoteIndex {
    pub(crate) fn open(url: &Url) -> Result<RemoteIndex, FileError> {
        Err(absent(url).into())
    }

    pub(crate) fn open_all(
        _: &[&Url],
        table: &Url,
    ) -> io::Result<Vec<Result<RemoteIndex, FileError>>> {
        Err(absent(table))
    }

    pub(crate) fn reader(&self) -> &Reader {
        match *self {}
    }

    pub(crate) fn run<T>(&self, _: Task<'_, T>) -> Result<T, FileError> {
        match *self {}
    }
}
