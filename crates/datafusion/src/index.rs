//! An open index, and what it finds.

use std::collections::HashMap;
use std::ops::{Bound, Range};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use leafwise::file::{FileError, Found, KeyBuf, KeyForm, Query, ReadOptions, RemoteFile};
use object_store::ObjectStore;
use object_store::path::Path;

use crate::about::{About, TrackedFile};
use crate::error::IndexError;
use crate::filter::Keys;
use crate::interval::Interval;
use crate::key;

/// An index of the rows of Parquet files, opened once and shared: nothing in it changes, so that
/// any number of look-ups can run at a time.
#[derive(Debug)]
pub struct TableIndex {
    file: RemoteFile,
    path: Path,
    about: About,
    /// The number of the first row of each file, and that of all rows.
    starts: Vec<u64>,
    /// The numbers of the files, by their paths.
    numbers: HashMap<String, usize>,
}

/// The rows that an index has for some keys: numbers in the sequence of all files.
#[derive(Debug)]
pub(crate) struct Hits {
    found: Vec<Found>,
    pub(crate) count: u64,
}

impl TableIndex {
    /// Opens an index. One request, or two if the table has many files.
    ///
    /// # Errors
    ///
    /// Returns an error of the store, and if the file is no index of Parquet files.
    pub async fn open(store: Arc<dyn ObjectStore>, path: Path) -> Result<TableIndex, IndexError> {
        let file = RemoteFile::open(store, path.clone(), ReadOptions::REMOTE).await;
        let file = file.map_err(|cause| IndexError::of_opening(&path, cause))?;
        let about = About::of(file.reader()).map_err(|why| IndexError::NotAnIndex {
            path: path.to_string(),
            why,
        })?;
        let numbers = about.files.iter().enumerate();
        let numbers = numbers.map(|(number, file)| (file.path.clone(), number));
        Ok(TableIndex {
            numbers: numbers.collect(),
            starts: about.starts(),
            file,
            path,
            about,
        })
    }

    /// Where it is in its store.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of its file.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.filename().unwrap_or_default().to_string()
    }

    /// The names of the columns of its key.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let columns = self.about.columns.iter();
        columns.map(|(name, _)| name.as_str()).collect()
    }

    /// The columns of the table, when the index was built.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.about.schema
    }

    /// The number of rows of all files, when the index was built.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The number of keys, with repetitions: an index of one column has no nulls.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.file.reader().header().value_count()
    }

    /// The requests for parts of the index so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.file.requests()
    }

    /// The bytes of the index that were read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.file.bytes_read()
    }

    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    /// The file at a path, from the folder of the table, and its number.
    pub(crate) fn tracked(&self, path: &str) -> Option<(usize, &TrackedFile)> {
        let number = *self.numbers.get(path)?;
        Some((number, &self.about.files[number]))
    }

    /// Finds some keys, together.
    pub(crate) async fn find(&self, keys: &Keys) -> Result<Hits, IndexError> {
        let reader = self.file.reader();
        let form = reader.header().key_form();
        let queries = keys.intervals.iter().map(|it| query(it, form));
        let found = self.file.run(reader.search(queries)).await?;
        let count = found.iter().map(rows_found);
        Ok(Hits {
            count: count.sum(),
            found,
        })
    }

    /// Some of the rows that were found, in ascending order: all if they are no more than `count`,
    /// otherwise those from the middle of the longest range of keys.
    pub(crate) async fn sample(&self, hits: &Hits, count: u64) -> Result<Vec<u64>, IndexError> {
        if hits.count <= count {
            return self.rows_of(hits).await;
        }
        let longest = hits.found.iter().max_by_key(|it| rows_found(it));
        let Some(found) = longest else {
            return Ok(Vec::new());
        };
        let (start, end) = (found.values.start, found.values.end);
        let middle = start + rows_found(found) / 2;
        let part = middle.saturating_sub(count / 2).max(start)..(middle + count / 2).min(end);
        let values = self.file.run(self.file.reader().values(part)).await?;
        self.rows_in([values.as_slice()])
    }

    /// All rows that were found, in ascending order.
    pub(crate) async fn rows_of(&self, hits: &Hits) -> Result<Vec<u64>, IndexError> {
        let reader = self.file.reader();
        let missing = hits.found.iter().filter(|it| it.bytes.is_none());
        let tasks = missing.map(|it| self.file.run(reader.values(it.values.clone())));
        let read = futures_util::future::try_join_all(tasks).await?;
        let known = hits.found.iter().filter_map(|it| it.bytes.as_deref());
        self.rows_in(known.chain(read.iter().map(Vec::as_slice)))
    }

    fn rows_in<'a>(
        &self,
        values: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Vec<u64>, IndexError> {
        let width = self.file.reader().header().value_width() as usize;
        let values = values.into_iter().flat_map(|it| it.chunks_exact(width));
        let mut rows: Vec<u64> = values.map(row).collect();
        rows.sort_unstable();
        // A row has one key.
        let is_once = rows.windows(2).all(|pair| pair[0] < pair[1]);
        if !is_once || rows.last().is_some_and(|last| *last >= self.rows()) {
            return Err(FileError::Positions.into());
        }
        Ok(rows)
    }

    /// The rows of each file, of rows in ascending order: the number of the file, and the numbers
    /// in it.
    pub(crate) fn by_file(&self, rows: &[u64]) -> Vec<(usize, Vec<u64>)> {
        let (mut files, mut rest) = (Vec::new(), rows);
        while let Some(first) = rest.first() {
            let number = self.starts.partition_point(|start| start <= first) - 1;
            let (start, end) = (self.starts[number], self.starts[number + 1]);
            let (own, others) = rest.split_at(rest.partition_point(|row| *row < end));
            files.push((number, own.iter().map(|row| row - start).collect()));
            rest = others;
        }
        files
    }

    /// The first of the keys that were found, or the last; `None` if none were.
    pub(crate) async fn end_key(
        &self,
        hits: &Hits,
        is_last: bool,
    ) -> Result<Option<Vec<u8>>, IndexError> {
        let keys = hits
            .found
            .iter()
            .map(|it| &it.keys)
            .filter(|it| !it.is_empty());
        let at = match is_last {
            false => keys.map(|keys| keys.start).min(),
            true => keys.map(|keys| keys.end - 1).max(),
        };
        let Some(at) = at else { return Ok(None) };
        let keys = self.file.run(self.file.reader().keys(at..at + 1)).await?;
        let form = self.file.reader().header().key_form();
        Ok(keys.first().map(|key| key::held(key, form)))
    }

    /// The keys that were found with the first `count` rows in their order, or the last: those up
    /// to the one that has the last of these rows, with all rows that it has. `None` if there are
    /// no more than that.
    pub(crate) async fn end_keys(
        &self,
        hits: &Hits,
        count: u64,
        is_last: bool,
    ) -> Result<Option<Vec<u8>>, IndexError> {
        let mut left = count;
        let mut parts: Vec<&Found> = hits.found.iter().filter(|it| !it.keys.is_empty()).collect();
        if is_last {
            parts.reverse();
        }
        for found in parts {
            let rows = rows_found(found);
            if rows < left {
                left -= rows;
                continue;
            }
            let keys = found.keys.clone();
            // Each key has a row.
            let part: Range<u64> = match is_last {
                false => keys.start..keys.end.min(keys.start + left),
                true => keys.start.max(keys.end.saturating_sub(left))..keys.end,
            };
            let reader = self.file.reader();
            let ends = self.file.run(reader.value_ends(part.clone())).await?;
            let is_enough = |number: u64| {
                let end = |number: u64| ends.get(number as usize).copied().unwrap_or(0);
                match is_last {
                    false => end(number + 1).saturating_sub(end(0)) >= left,
                    true => end(part.end - part.start).saturating_sub(end(number)) >= left,
                }
            };
            let mut numbers: Vec<u64> = (0..part.end - part.start).collect();
            if is_last {
                numbers.reverse();
            }
            let Some(number) = numbers.into_iter().find(|number| is_enough(*number)) else {
                return Ok(None);
            };
            let at = part.start + number;
            let key = self.file.run(reader.keys(at..at + 1)).await?;
            let form = reader.header().key_form();
            return Ok(key.first().map(|key| key::held(key, form)));
        }
        Ok(None)
    }
}

/// The number of rows that were found. Of a damaged file, the positions may be any.
fn rows_found(found: &Found) -> u64 {
    found.values.end.saturating_sub(found.values.start)
}

/// The query for the keys of an interval.
fn query(interval: &Interval, form: KeyForm) -> Query {
    let KeyForm::Integers { width, .. } = form else {
        let end = interval.end.clone();
        return Query::range(
            Bound::Included(KeyBuf::Text(interval.start.clone())),
            end.map_or(Bound::Unbounded, |end| Bound::Excluded(KeyBuf::Text(end))),
        );
    };
    // Bytes are those of an integer, or the same with a zero appended, or none.
    let width = usize::from(width);
    let key = |bytes: &[u8]| key::hold(&bytes[..width], form);
    let start = match &interval.start {
        bytes if bytes.len() < width => Bound::Unbounded,
        bytes if bytes.len() == width => Bound::Included(key(bytes)),
        bytes => Bound::Excluded(key(bytes)),
    };
    let end = match &interval.end {
        None => Bound::Unbounded,
        Some(bytes) if bytes.len() == width => Bound::Excluded(key(bytes)),
        Some(bytes) => Bound::Included(key(bytes)),
    };
    Query::range(start, end)
}

/// The number of a row, as the file has it.
fn row(bytes: &[u8]) -> u64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(wide)
}
