//! `leafwise verify`: whether an index file is whole and in order, and whether it is what its table
//! has.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{self, AtomicU64};

use leafwise::file::{Header, KeyBuf};

use super::Index;
use super::any::{AnyIndex, refuse};
use super::build::{noted_place, scan};
use crate::args::Verify;
use crate::error::{self, Error, shown};
use crate::location::{Location, shown_path};
use crate::progress::Progress;
use crate::scan::Tables;
use crate::table_file::TableFile;

/// Checks the file and, if asked to, the table.
pub(crate) fn run(arguments: &Verify) -> Result<(), Error> {
    let location = &arguments.index;
    let header = check_file(location)?;
    let mut verdict = format!(
        "{}: nothing is wrong with the file ({} values by {} different keys)",
        location.shown(),
        header.value_count(),
        header.different_key_count()
    );
    if let Some(table) = &arguments.table {
        let file = AnyIndex::open(location)?;
        let bad = |why: String, remedy: &str| Error::BadIndex {
            index: location.shown(),
            why,
            remedy: remedy.to_string(),
        };
        let table = match (table, file.table()) {
            (Some(table), _) => table.clone(),
            (None, Some(Location::Local(table))) if !table.exists() => {
                let why = format!("its table {} is not there", shown_path(&table));
                return Err(bad(why, "--table=TABLE says where it is"));
            }
            (None, Some(table)) => table,
            (None, None) => {
                let why = "it does not say which table it is of".to_string();
                return Err(bad(why, "leave out --table to check the file alone"));
            }
        };
        check_table(&file, location, &table, arguments.memory)?;
        let table = table.shown();
        verdict.push_str(&format!(", and it has every row of {table}"));
    }
    error::tell(&verdict);
    Ok(())
}

/// Checks the file by itself.
fn check_file(location: &Location) -> Result<Header, Error> {
    let check = || {
        let file = match location {
            Location::Local(path) => File::open(path)?,
            Location::Remote(_) => copied(location)?,
        };
        let bytes_read = Arc::new(AtomicU64::new(0));
        let progress = Progress::of(Some(file.metadata()?.len()), vec![Arc::clone(&bytes_read)]);
        leafwise::file::verify(Watched {
            file,
            bytes_read,
            progress,
        })
    };
    check().map_err(|error| refuse(location, None, error))
}

/// A copy of a file, which is read at many places.
fn copied(location: &Location) -> io::Result<File> {
    let mut copy = tempfile::tempfile()?;
    let mut stream = TableFile::open(location)?.stream_from(0)?;
    io::copy(&mut stream, &mut copy)?;
    Ok(copy)
}

/// A file whose progress is shown.
struct Watched {
    file: File,
    bytes_read: Arc<AtomicU64>,
    progress: Progress,
}

impl Read for Watched {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(bytes)?;
        self.bytes_read
            .fetch_add(count as u64, atomic::Ordering::Relaxed);
        self.progress.update();
        Ok(count)
    }
}

impl Seek for Watched {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// Compares every row of the table with the entries of the file: both are in the order of keys, and
/// of places where these are equal.
fn check_table(
    file: &AnyIndex,
    location: &Location,
    table: &Location,
    memory: usize,
) -> Result<(), Error> {
    let index = Index::open(location, table)?;
    index.check_state()?;
    let mut tables = Tables::open(table, &[], index.reading(), memory)?;
    tables.project(&index.about.numbers);
    let key = index.key_columns(tables.first().header(), &index.about.numbers)?;
    let on_bad = index.reading().on_bad;
    let (found, _) = scan(tables, key, table, &index.about.state, on_bad)?;
    let mut rows = found.runs.merge()?;
    let mut entries = file.entries();
    let table = table.shown();
    let name = |key: &KeyBuf, place: u64| {
        let cells = file.show(key).into_iter().map(|cell| shown(&cell));
        let cells = cells.collect::<Vec<_>>().join(", ");
        let place = index.about.show_place(place);
        format!("a row with the key {cells} {place}")
    };
    let only_table = |key: &KeyBuf, place| {
        let row = name(key, place);
        index.damaged(format!("{table} has {row}, and the index has not"))
    };
    let only_index = |key: &KeyBuf, place| {
        let row = name(key, place);
        index.damaged(format!("it has {row}, and {table} has not"))
    };
    let mut held = KeyBuf::Text(Vec::new());
    loop {
        let row = rows.next()?;
        let row = row.map(|row| {
            index.form.hold(row.key, &mut held);
            noted_place(row.row)
        });
        let key = entries.key()?.cloned();
        match (row, key) {
            (None, None) => return Ok(()),
            (Some(place), None) => return Err(only_table(&held, place)),
            (None, Some(key)) => return Err(only_index(&key, entries.next_place()?)),
            (Some(place), Some(key)) => {
                let entry = (&key, entries.next_place()?);
                match (&held, place).cmp(&entry) {
                    Ordering::Less => return Err(only_table(&held, place)),
                    Ordering::Equal => {}
                    Ordering::Greater => return Err(only_index(&key, entry.1)),
                }
            }
        }
    }
}
