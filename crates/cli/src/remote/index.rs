//! An index file at a URL.

use std::io;

use futures_util::future::{join, join_all};
use leafwise::file::{self, FileError, ReadOptions, Reader, Task};

use super::errors::explain;
use super::object::Object;
use super::{RUNTIME, RemoteFile};
use crate::location::Url;
use crate::table_file::change;

/// An open index file.
pub(crate) struct RemoteIndex(file::RemoteFile);

impl RemoteIndex {
    pub(crate) fn open(url: &Url) -> Result<RemoteIndex, FileError> {
        RUNTIME.block_on(RemoteIndex::request(url))
    }

    /// Opens index files and their table at the same time.
    pub(crate) fn open_all(
        urls: &[&Url],
        table: &Url,
    ) -> io::Result<Vec<Result<RemoteIndex, FileError>>> {
        let indexes = join_all(urls.iter().map(|url| RemoteIndex::request(url)));
        let both = join(RemoteFile::open_once(table, true), indexes);
        let (table, indexes) = RUNTIME.block_on(both);
        table.map(|_| indexes)
    }

    async fn request(url: &Url) -> Result<RemoteIndex, FileError> {
        let Object { store, path } = Object::at(url)?;
        let file = file::RemoteFile::open(store, path, ReadOptions::REMOTE).await;
        file.map(RemoteIndex).map_err(explained)
    }

    pub(crate) fn reader(&self) -> &Reader {
        self.0.reader()
    }

    pub(crate) fn run<T>(&self, task: Task<'_, T>) -> Result<T, FileError> {
        RUNTIME.block_on(self.0.run(task)).map_err(explained)
    }
}

/// An error as a user reads it.
fn explained(error: FileError) -> FileError {
    match error {
        FileError::Store(error) => explain(error).into(),
        FileError::Replaced => change().into(),
        error => error,
    }
}
