//! Indexes: files that map keys to the places of their rows in a table.
//!
//! [`build`] is the command that makes one. [`about`] is what an index says about its table, by
//! which a table that has changed since is noticed; [`mod@file`] is where it is; [`form`] is how
//! keys are held; [`entries`] goes through all of them; [`rows`] and [`sorted`] read the rows that
//! were found, by [`reader`].
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
mod reader;
mod rows;
mod sorted;
pub(crate) mod stat;
pub(crate) mod verify;

use std::iter;
use std::ops::Range;
use std::path::Path;

use leafwise::file::{FileError, Found, KeyBytes, Query as FileQuery};

use crate::args::{Reading, Target};
use crate::error::{self, Error, shown};
use crate::header::Header;
use crate::key_columns::{KeyColumns, find_columns, split};
use crate::location::{Location, shown_path};
use crate::query::Query;
use crate::run::Order;
use crate::table::{Table, unreadable};
use crate::table_file::is_change;
use about::{About, State};
pub(crate) use build::noted_place;
use entries::Entries;
use file::{IndexFile, open_first};
pub(crate) use form::{Fit, Form};
pub(crate) use rows::IndexedRows;
pub(crate) use sorted::SortedRows;

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
pub(crate) fn file_name(columns: &str) -> String {
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
        let options = reading.options();
        Index::find_if(target, reading, |index| {
            options.is_empty() || options == index.reading.options()
        })
    }

    /// The index of the column of a condition, of a table that is read in that way. What type the
    /// column has, the index says, unless the options do.
    pub(crate) fn of_condition(
        target: &Target,
        column: &str,
        reading: &Reading,
    ) -> Result<Option<Index>, Error> {
        let options = reading.options();
        let found = Index::find_if(&target.with_column(column), reading, |index| {
            options == index.reading.options() || options == index.reading.without_type().options()
        })?;
        if let Some(index) = &found {
            let own = index.reading.options();
            let others = own.iter().filter(|option| !options.contains(option));
            let others: Vec<&str> = others.map(String::as_str).collect();
            if !others.is_empty() {
                error::tell(&format!(
                    "note: column {} is read with {}, as it was for its index {} (with --no-index, \
                     its type is inferred)",
                    shown(column.as_bytes()),
                    others.join(" "),
                    index.location.shown(),
                ));
            }
        }
        Ok(found)
    }

    /// The index of the column that is searched, if the table was read for it as it is to be.
    fn find_if(
        target: &Target,
        reading: &Reading,
        is_read_so: impl FnOnce(&Index) -> bool,
    ) -> Result<Option<Index>, Error> {
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
        if !is_read_so(&index) {
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
        Ok((!index.has_open_type()?).then_some(index))
    }

    /// Whether no cell says what type the column has, so that the values that are asked for do.
    fn has_open_type(&self) -> Result<bool, Error> {
        let limits = self.file.reader().limits();
        let limits = limits.map_err(|error| self.damaged(error.to_string()))?;
        let is_empty = |key: KeyBytes<'_>| matches!(key, KeyBytes::Text(key) if key.is_empty());
        let is_inferred = self.reading.kind().is_none();
        Ok(is_inferred && limits.into_iter().flatten().all(is_empty))
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
        let has_grown = self.about.state.has_rows_behind(&self.table);
        let has_grown = has_grown.map_err(read)?;
        let index = self.location.shown();
        if !has_grown && self.about.table != self.table.file_name() {
            let other = shown_path(Path::new(&self.about.table));
            return Err(Error::BadIndex {
                index,
                why: format!(
                    "it is of another table, {other}, which had {} bytes",
                    self.about.state.length
                ),
                remedy: format!("name an index of {table}, or use --no-index"),
            });
        }
        let command = self.command(has_grown);
        Err(Error::StaleIndex {
            index,
            table,
            difference,
            remedy: format!("refresh it: {command}; or use --no-index"),
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

    /// The columns of the key, which have these numbers.
    pub(crate) fn key_columns(
        &self,
        header: &Header,
        asked: &[usize],
    ) -> Result<KeyColumns, Error> {
        if header.names() != self.about.header {
            return Err(self.damaged("the columns of its table are others".to_string()));
        }
        if asked != self.about.numbers {
            let columns = names(header, &self.about.numbers).join(",");
            return Err(Error::BadIndex {
                index: self.location.shown(),
                why: format!("it is of other columns, {}", shown(columns.as_bytes())),
                remedy: "rename it, or use --no-index".to_string(),
            });
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

    /// The places of the rows that were found, in order.
    pub(crate) fn places(&self, found: &[Found]) -> Result<Vec<u64>, Error> {
        let mut places = Vec::new();
        for found in found {
            places.extend(match &found.bytes {
                Some(values) => self.places_in(values),
                None => self.places_at(found.values.clone())?,
            });
        }
        places.sort_unstable();
        Ok(places)
    }

    /// The places of rows, given their positions in the index.
    fn places_at(&self, positions: Range<u64>) -> Result<Vec<u64>, Error> {
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

    /// A part of some keys, and those of them that equal its first or its last one: an index that
    /// is not grouped has a key once for each of its rows.
    fn whole_keys(&self, part: Range<u64>, all: &Range<u64>) -> Result<Range<u64>, Error> {
        let reader = self.file.reader();
        if reader.header().is_grouped() || part.is_empty() {
            return Ok(part);
        }
        let equal = |at: u64| {
            let keys = self.run(reader.keys(at..at + 1))?;
            let queries = keys
                .into_iter()
                .map(|key| FileQuery::equal(key).without_values());
            let found = self.run(reader.search(queries))?;
            Ok(found.first().map_or(at..at, |found| found.keys.clone()))
        };
        // Of a damaged file, the answers may be any.
        let start = match part.start > all.start {
            true => equal(part.start)?.start.clamp(all.start, part.start),
            false => part.start,
        };
        let end = match part.end < all.end {
            true => equal(part.end - 1)?.end.clamp(part.end, all.end),
            false => part.end,
        };
        Ok(start..end)
    }

    /// Where the rows of some [whole keys](Self::whole_keys) begin in the index, and where those of
    /// each different one end.
    fn value_ends(&self, keys: Range<u64>) -> Result<Vec<u64>, Error> {
        let reader = self.file.reader();
        if reader.header().is_grouped() {
            return self.run(reader.value_ends(keys));
        }
        let held = self.run(reader.keys(keys.clone()))?;
        let pairs = (keys.start + 1..).zip(held.windows(2));
        let ends = pairs.filter_map(|(end, pair)| (pair[0] != pair[1]).then_some(end));
        Ok(iter::once(keys.start)
            .chain(ends)
            .chain([keys.end])
            .collect())
    }

    /// The error of a table that has another row, or none, where the index has one.
    fn mismatch(&self) -> Error {
        let table = self.table.shown();
        self.damaged(format!("{table} has another row where it has one"))
    }

    /// The error of an index that does not fit its table.
    fn damaged(&self, why: String) -> Error {
        Error::BadIndex {
            index: self.location.shown(),
            why,
            remedy: self.remedy(),
        }
    }

    /// The command that builds it again, or adds what was appended to the table.
    fn command(&self, appends: bool) -> String {
        self.about.command(&self.table, &self.location, appends)
    }

    /// The error of an index that cannot be read.
    fn refuse(&self, error: FileError) -> Error {
        refuse(&self.location, self.remedy(), error)
    }

    fn remedy(&self) -> String {
        format!("build it again: {}; or use --no-index", self.command(false))
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

/// Refuses a file of `--index` that is of none of the columns that a command is about.
pub(crate) fn check_named(target: &Target, conditions: &[&str]) -> Result<(), Error> {
    for location in &target.index {
        let about = Index::open(location, &target.table)?.about;
        let is_asked = about.is_of(&target.column) || conditions.iter().any(|it| about.is_of(it));
        let why = if target.table.is_standard_input() {
            "rows of standard input cannot be read again".to_string()
        } else if is_asked {
            continue;
        } else {
            let columns = shown(about.columns.join(",").as_bytes());
            format!("it is of {columns}, which the command does not look for")
        };
        return Err(Error::BadIndex {
            index: location.shown(),
            why,
            remedy: "leave out --index".to_string(),
        });
    }
    Ok(())
}

/// Where the index of the columns may be that a user names: where the user says, or beside the
/// table. One name may have a comma in it.
fn possible(target: &Target, reading: &Reading) -> Result<Vec<Location>, Error> {
    let (table, column) = (&target.table, &target.column);
    for location in &target.index {
        if Index::open(location, table)?.about.is_of(column) {
            return Ok(vec![location.clone()]);
        }
    }
    let mut parts = split(column);
    if parts.iter().any(|part| part.starts_with(':')) {
        // What its name is, only the table knows.
        let table = Table::open(table, reading)?;
        let numbers = find_columns(table.header(), column)?;
        parts = names(table.header(), &numbers);
    }
    let mut files = vec![index_of(table, std::slice::from_ref(column))];
    if parts != [&column[..]] {
        files.push(index_of(table, &parts));
    }
    Ok(files)
}

/// The names of columns, or the numbers of those whose names others have too.
pub(crate) fn names(header: &Header, numbers: &[usize]) -> Vec<String> {
    let names = header.names();
    let name = |number: &usize| match header.find(&names[*number]) {
        Ok(found) if found == *number => names[*number].clone(),
        _ => format!(":{}", number + 1),
    };
    numbers.iter().map(name).collect()
}
