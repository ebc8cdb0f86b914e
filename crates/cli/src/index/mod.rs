//! Indexes: files that map keys to the places of their rows in a table.
//!
//! [`build`] is the command that makes one. [`about`] is what an index says about its table, by
//! which a table that has changed since is noticed; [`file`] is where it is; [`form`] is how keys
//! are held; [`entries`] goes through all of them; [`rows`] reads the rows that were found.
//!
//! [`stat`], [`export`] and [`verify`] are commands about a file, perhaps one that another program
//! has built with the library: [`any`] is such a file.

pub(crate) mod about;
mod any;
pub(crate) mod build;
pub(crate) mod entries;
pub(crate) mod export;
mod file;
pub(crate) mod form;
mod rows;
pub(crate) mod stat;
pub(crate) mod verify;

use std::ops::Range;

use leafwise::file::{FileError, Found, KeyBytes, Query as FileQuery};

use crate::args::{Reading, Target};
use crate::error::{self, Error};
use crate::header::Header;
use crate::key_columns::{KeyColumns, split};
use crate::location::Location;
use crate::query::Query;
use crate::run::Order;
use crate::select::Selection;
use crate::table::{Table, unreadable};
use crate::table_file::is_change;
use about::{About, State};
use entries::Entries;
use file::{IndexFile, open_first};
pub(crate) use form::Fit;
use form::Form;
use rows::IndexedRows;

/// An open index, whose table is as it was when it was built.
pub(crate) struct Index {
    location: Location,
    table: Location,
    file: IndexFile,
    about: About,
    form: Form,
    reading: Reading,
}

/// What has become of the table of an index.
pub(crate) enum Growth {
    None,
    /// Rows were appended.
    Rows,
}

/// Where the index of some columns of a table is, if it is beside it.
pub(crate) fn index_of(table: &Location, columns: &[String]) -> Location {
    table.with_suffix(&format!(".{}.lwx", file_name(&columns.join("+"))))
}

/// A name of columns as a part of the name of a file: what cannot be in one, or could be mistaken,
/// is written as its bytes.
fn file_name(columns: &str) -> String {
    let mut name = String::new();
    for character in columns.chars() {
        if character.is_control() || "/\\:*?\"<>|%".contains(character) {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                name.push_str(&format!("%{byte:02X}"));
            }
        } else {
            name.push(character);
        }
    }
    name
}

impl Index {
    /// The index of the column that is searched, if there is one and it can be used.
    pub(crate) fn find(target: &Target, reading: &Reading) -> Result<Option<Index>, Error> {
        let table = &target.table;
        if target.no_index || !target.also.is_empty() || table.is_standard_input() {
            return Ok(None);
        }
        let unreadable = |cause| unreadable(&table.shown(), cause);
        let files = possible(target, reading)?;
        let Some((location, file)) = open_first(files, table).map_err(unreadable)? else {
            return Ok(None);
        };
        let index = Index::of(&location, table, file)?;
        let options = reading.options();
        if !options.is_empty() && options != index.about.options {
            error::tell(&format!(
                "note: the index {} is not used, as the table was read with other options for it \
                 ({})",
                location.shown(),
                match index.about.options.is_empty() {
                    true => "none".to_string(),
                    false => index.about.options.join(" "),
                },
            ));
            return Ok(None);
        }
        index.check_state()?;
        Ok(Some(index))
    }

    /// Opens an index of a table.
    pub(crate) fn open(location: &Location, table: &Location) -> Result<Index, Error> {
        Index::of(location, table, IndexFile::open(location))
    }

    /// The index of a table in a file.
    fn of(
        location: &Location,
        table: &Location,
        file: Result<IndexFile, FileError>,
    ) -> Result<Index, Error> {
        let remedy = "build it again, or use --no-index";
        let file = file.map_err(|error| refuse(location, remedy.to_string(), error))?;
        let bad = |why: String| Error::BadIndex {
            index: location.shown(),
            why,
            remedy: remedy.to_string(),
        };
        let unknown = || bad("it is not an index that this program has built".to_string());
        let header = file.reader().header();
        let about = About::parse(file.reader().about()).ok_or_else(unknown)?;
        let form = Form::of_file(header).ok_or_else(unknown)?;
        let reading = Reading::of_options(&about.options).ok_or_else(unknown)?;
        if !matches!(header.value_width(), 4 | 8) {
            return Err(unknown());
        }
        Ok(Index {
            location: location.clone(),
            table: table.clone(),
            file,
            about,
            form,
            reading,
        })
    }

    /// Refuses an index whose table is not as it was.
    fn check_state(&self) -> Result<(), Error> {
        let table = self.table.shown();
        let read = |cause| unreadable(&table, cause);
        let now = State::of(&self.table).map_err(read)?;
        let Some(difference) = self.about.state.difference(&now) else {
            return Ok(());
        };
        let has_grown = self
            .about
            .state
            .has_rows_behind(&self.table)
            .map_err(read)?;
        Err(Error::StaleIndex {
            index: self.location.shown(),
            table: table.clone(),
            difference,
            remedy: format!(
                "refresh it: {}; or use --no-index",
                self.about.command(&self.table, has_grown)
            ),
        })
    }

    /// What has become of the table, if the index was built as another one will be. Anything but
    /// rows behind those that it had is an error.
    pub(crate) fn growth(&self, next: &About) -> Result<Growth, Error> {
        let About {
            columns,
            numbers,
            options,
            header,
            ..
        } = &self.about;
        if (columns, numbers, options, header)
            != (&next.columns, &next.numbers, &next.options, &next.header)
        {
            return Err(self.damaged("it was built with other columns or options".to_string()));
        }
        if self.about.state.difference(&next.state).is_none() {
            return Ok(Growth::None);
        }
        let read = |cause| unreadable(&self.table.shown(), cause);
        match self
            .about
            .state
            .has_rows_behind(&self.table)
            .map_err(read)?
        {
            true => Ok(Growth::Rows),
            false => Err(self
                .check_state()
                .err()
                .unwrap_or_else(|| self.damaged("its table has not only grown".to_string()))),
        }
    }

    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    pub(crate) fn form(&self) -> &Form {
        &self.form
    }

    pub(crate) fn row_count(&self) -> u64 {
        self.file.reader().header().value_count()
    }

    /// The number of bytes that its keys, and others, begin with.
    pub(crate) fn shared(&self, others: &Fit) -> Result<usize, Error> {
        let mut fit = others.clone();
        let limits = self.file.reader().limits();
        let limits = limits.map_err(|error| self.refuse(error))?;
        for key in limits.into_iter().flatten() {
            if let KeyBytes::Text(key) = key {
                fit.observe(key);
            }
        }
        Ok(fit.shared())
    }

    /// How the table is read.
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The columns of the key.
    pub(crate) fn key_columns(&self, header: &Header) -> Result<KeyColumns, Error> {
        if header.names() != self.about.header {
            return Err(self.damaged("the columns of its table are others".to_string()));
        }
        let About {
            numbers,
            kinds,
            spellings,
            ..
        } = &self.about;
        KeyColumns::of_kinds(header, numbers, kinds, spellings, &self.reading)
    }

    /// All entries, in the order of their keys.
    pub(crate) fn entries(&self) -> Entries<'_> {
        Entries::new(&self.file, |error| self.refuse(error))
    }

    /// Looks for keys.
    pub(crate) fn search(&self, query: &Query) -> Result<Vec<Found>, Error> {
        let ranges = query.ranges();
        let queries = ranges.iter().map(|(start, end)| {
            let (start, end) = (self.form.bound(start, true), self.form.bound(end, false));
            let query = FileQuery::range(start, end);
            // Those of all keys at once, where each request takes its time.
            match self.file.is_near() {
                true => query.without_values(),
                false => query,
            }
        });
        self.run(self.file.reader().search(queries))
    }

    /// The first key in this order, of those that were found: a query for it, and what it finds.
    pub(crate) fn first(
        &self,
        found: &[Found],
        order: Order,
    ) -> Result<(Query, Vec<Found>), Error> {
        let keys = found.iter().map(|it| &it.keys).filter(|it| !it.is_empty());
        let first = match order {
            Order::Ascending => keys.map(|keys| keys.start).min(),
            Order::Descending => keys.map(|keys| keys.end - 1).max(),
        };
        let Some(first) = first else {
            return Ok((Query::any(Vec::new()), Vec::new()));
        };
        let held = self.run(self.file.reader().keys(first..first + 1))?;
        let key = held
            .first()
            .and_then(|key| self.form.key(key, &self.about.kinds));
        let key = key.ok_or_else(|| self.damaged("it has a key that no cell can have".to_string()));
        let query = Query::One(key?);
        let found = self.search(&query)?;
        Ok((query, found))
    }

    fn run<T>(&self, task: leafwise::file::Task<'_, T>) -> Result<T, Error> {
        self.file.run(task).map_err(|error| self.refuse(error))
    }

    /// The rows at the places that were found, in the order of the selection; only those at places
    /// that are allowed, if there is such a list.
    pub(crate) fn rows<'i>(
        &'i self,
        found: Vec<Found>,
        allowed: Option<Vec<u64>>,
        selection: Selection,
        table: Table,
    ) -> Result<IndexedRows<'i>, Error> {
        IndexedRows::new(self, found, allowed, selection, table)
    }

    /// The places that were found, in order, as far as they are among some others.
    pub(crate) fn common_places(
        &self,
        found: &[Found],
        others: Option<Vec<u64>>,
    ) -> Result<Vec<u64>, Error> {
        let mut places = Vec::new();
        for found in found {
            places.extend(match &found.bytes {
                Some(values) => self.places_in(values),
                None => self.places(found.values.clone())?,
            });
        }
        places.sort_unstable();
        if let Some(others) = others {
            places.retain(|place| others.binary_search(place).is_ok());
        }
        Ok(places)
    }

    /// The places of rows, given their positions in the index.
    fn places(&self, positions: Range<u64>) -> Result<Vec<u64>, Error> {
        let values = self.run(self.file.reader().values(positions))?;
        Ok(self.places_in(&values))
    }

    /// The places that values are.
    fn places_in(&self, values: &[u8]) -> Vec<u64> {
        values.chunks_exact(self.place_width()).map(place).collect()
    }

    fn place_width(&self) -> usize {
        self.file.reader().header().value_width() as usize
    }

    /// The error of an index that does not fit its table.
    fn damaged(&self, why: String) -> Error {
        Error::BadIndex {
            index: self.location.shown(),
            why,
            remedy: self.remedy(),
        }
    }

    /// The error of an index that cannot be read.
    fn refuse(&self, error: FileError) -> Error {
        refuse(&self.location, self.remedy(), error)
    }

    fn remedy(&self) -> String {
        let command = self.about.command(&self.table, false);
        format!("build it again: {command}; or use --no-index")
    }
}

/// The error of an index file that cannot be used, and what to do if it is there.
fn refuse(index: &Location, remedy: String, error: FileError) -> Error {
    let index = index.shown();
    match error {
        FileError::Io(cause) if is_change(&cause) => Error::Changed { table: index },
        FileError::Io(cause) => Error::ReadIndex { index, cause },
        error => Error::BadIndex {
            index,
            why: error.to_string(),
            remedy,
        },
    }
}

/// The place of a row, as the file has it: at most eight bytes.
fn place(bytes: &[u8]) -> u64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(wide)
}

/// The number of rows that were found.
pub(crate) fn count(found: &[Found]) -> u64 {
    found.iter().map(|it| it.values.end - it.values.start).sum()
}

/// Where the index of the columns may be that a user names: one name may have a comma in it.
fn possible(target: &Target, reading: &Reading) -> Result<Vec<Location>, Error> {
    let (table, column) = (&target.table, &target.column);
    let mut names = split(column);
    if column.starts_with(':') {
        // What its name is, only the table knows.
        let table = Table::open(table, reading)?;
        let number = table.header().find(column)?;
        names = vec![table.header().names().swap_remove(number)];
    }
    let mut files = vec![index_of(table, std::slice::from_ref(column))];
    if names != [&column[..]] {
        files.push(index_of(table, &names));
    }
    Ok(files)
}
