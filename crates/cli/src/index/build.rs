//! `leafwise index`: builds the index of a column, or of several.

use std::path::PathBuf;

use leafwise::file::{Builder, KeyBuf, KeyBytes};

use super::about::{About, State};
use super::form::Form;
use super::{Growth, Index, index_of, names};
use crate::args::{self, OnBad};
use crate::error::{self, Error};
use crate::key::KeyType;
use crate::key_columns::KeyColumns;
use crate::location::{Location, shown_path};
use crate::query::Query;
use crate::run::Order;
use crate::scan::{Found, Tables};
use crate::select::{Keep, Selection};
use crate::table::unreadable;

/// If all places are less than this, four bytes are enough for them.
const SHORT_TABLE: u64 = 1 << 32;

/// The file that is built.
struct Output {
    path: PathBuf,
    /// The bytes of the place of a row.
    place_width: u8,
}

/// Builds the index, or adds what was appended to its table.
pub(crate) fn run(arguments: &args::Index) -> Result<(), Error> {
    let (table, reading) = (&arguments.table, &arguments.reading);
    let no_random_access = |what, remedy| Error::NoRandomAccess {
        table: table.shown(),
        what,
        remedy,
    };
    if table.is_standard_input() {
        return Err(no_random_access("standard input", "save it to a file"));
    }
    let mut tables = Tables::open(table, &[], reading, arguments.memory)?;
    let places_end = tables.first().places_end();
    tables.notes().for_each(error::tell);
    let source = tables.first().source();
    if !source.is_plain() {
        return Err(match (source.file(), reading.encoding) {
            (None, _) => no_random_access("not a regular file", "save it to one"),
            (_, Some(_)) => no_random_access(
                "in another encoding",
                "convert it to UTF-8: iconv -f ENCODING -t UTF-8",
            ),
            _ => no_random_access("compressed", "decompress it: gzip -d or zstd -d"),
        });
    }
    let state = state_of(table)?;
    let header = tables.first().header().clone();
    let numbers = arguments.key.iter().map(|name| header.find(name));
    let numbers = numbers.collect::<Result<Vec<usize>, Error>>()?;
    if let Some(at) = (1..numbers.len()).find(|at| numbers[..*at].contains(&numbers[*at])) {
        return Err(Error::RepeatedKey {
            name: arguments.key[at].clone(),
        });
    }
    let all = header.names();
    let columns = numbers.iter().map(|number| all[*number].clone()).collect();
    let beside = index_of(table, &names(&header, &numbers));
    let path = match (&arguments.output, &beside) {
        (Some(path), _) | (None, Location::Local(path)) => path.clone(),
        (None, Location::Remote(_)) => {
            return Err(Error::RemoteIndex {
                name: beside.file_name(),
                index: beside.shown(),
            });
        }
    };
    let output = Output {
        path,
        place_width: if places_end < SHORT_TABLE { 4 } else { 8 },
    };
    let path = &output.path;
    let mut options = reading.options();
    if reading.on_bad == OnBad::Skip {
        options.push("--on-bad=skip".to_string());
    }
    let mut about = About {
        table: table.file_name(),
        columns,
        numbers,
        kinds: Vec::new(),
        options,
        header: all,
        skipped: 0,
        line: 0,
        spellings: Vec::new(),
        counts_rows: tables.first().unit() == "row",
        state,
    };
    let old = match arguments.append && path.exists() {
        true => Some(Index::open(&Location::Local(path.clone()), table)?),
        false => None,
    };
    if let Some(old) = &old {
        match old.growth(&about)? {
            Growth::None => {
                error::tell(&format!("{} is up to date", shown_path(path)));
                return Ok(());
            }
            Growth::Rows => {
                let mut added = Tables::open(table, &[], reading, arguments.memory)?;
                added.skip_to(old.about().state.length, old.about().line)?;
                let key = old.key_columns(&header, &about.numbers)?;
                let (found, types) = scan(added, key, table, &about.state, reading.on_bad)?;
                if old.form().has_room(&found.fit) {
                    about.skipped = old.about().skipped;
                    return finish(found, &types, old.form(), about, Some(old), &output);
                }
                error::tell(
                    "note: the keys of the new rows need a larger form, so the whole index is \
                     built again",
                );
            }
        }
    }
    tables.project(&about.numbers);
    let key = KeyColumns::open(&mut tables, &about.numbers, reading, &[])?;
    key.notes(&[]).iter().for_each(|note| error::tell(note));
    let (found, types) = scan(tables, key, table, &about.state, reading.on_bad)?;
    let form = Form::of(&types, &found.fit);
    finish(found, &types, &form, about, None, &output)
}

fn state_of(table: &Location) -> Result<State, Error> {
    State::of(table).map_err(|cause| unreadable(&table.shown(), cause))
}

/// Collects the keys and places of all rows, of a table in this state.
pub(super) fn scan(
    tables: Tables,
    key: KeyColumns,
    table: &Location,
    state: &State,
    on_bad: OnBad,
) -> Result<(Found, Vec<KeyType>), Error> {
    let types = key.types();
    let selection = Selection {
        key: key.into_parts(),
        columns: tables.first().header().len(),
        query: Query::all(),
        all: Vec::new(),
        any: Vec::new(),
        on_bad,
        keep: Keep::Place,
        order: Order::Ascending,
        is_first_only: false,
        rows_max: u64::MAX,
    };
    let found = tables.search(selection)?;
    // It was read from its start to its end, so it is as it was if it has not changed until now.
    if state.difference(&state_of(table)?).is_some() {
        return Err(Error::Changed {
            table: table.shown(),
        });
    }
    Ok((found, types))
}

/// The place of a row, as [`Keep::Place`] notes it.
pub(crate) fn noted_place(row: &[u8]) -> u64 {
    row.try_into().map_or(0, u64::from_be_bytes)
}

/// Writes the file, and says what is in it.
fn finish(
    found: Found,
    types: &[KeyType],
    form: &Form,
    about: About,
    old: Option<&Index>,
    output: &Output,
) -> Result<(), Error> {
    let about = About {
        kinds: types.iter().map(|key_type| key_type.kind).collect(),
        skipped: about.skipped + found.skipped,
        line: found.line,
        spellings: found.spellings.clone(),
        ..about
    };
    let path = &output.path;
    let build = |cause| Error::BuildIndex {
        index: shown_path(path),
        cause,
    };
    let width = output.place_width;
    let old_rows = old.map_or(0, Index::row_count);
    let shared = match (form, old) {
        (Form::Bytes(_), Some(old)) => old.shared(&found.fit)?,
        (Form::Bytes(_), None) => found.fit.shared(),
        // Integers are not texts, even where keys begin with the same bytes.
        _ => 0,
    };
    let mut builder = Builder::new(form.file_type(width.into()))
        .about(about.encode())
        .sharing(shared)
        .at_most(old_rows + found.matches);
    let mut push = |key: KeyBytes<'_>, place: u64| {
        let place = place.to_le_bytes();
        builder
            .push_bytes(key, &place[..width.into()])
            .map_err(build)
    };
    let mut entries = old.map(Index::entries);
    let rows = old_rows + found.matches;
    let mut added = found.runs.merge()?;
    // The last key, in both forms: many rows have the same one.
    let mut last = (Vec::new(), KeyBuf::Text(Vec::new()));
    while let Some(record) = added.next()? {
        if last.0 != record.key {
            last.0.clear();
            last.0.extend_from_slice(record.key);
            form.hold(record.key, &mut last.1);
        }
        // The rows of a key that were there before come first.
        if let Some(entries) = &mut entries {
            while let Some(key) = entries.key()?.filter(|key| **key <= last.1) {
                let key = key.clone();
                push(key.bytes(), entries.next_place()?)?;
            }
        }
        push(last.1.bytes(), noted_place(record.row))?;
    }
    if let Some(entries) = &mut entries {
        while let Some(key) = entries.key()?.cloned() {
            push(key.bytes(), entries.next_place()?)?;
        }
    }
    let keys = builder.different_key_count();
    builder.save(path).map_err(build)?;
    error::tell(&format!(
        "{}: {rows} rows by {keys} different keys ({})",
        shown_path(path),
        form.name(),
    ));
    Ok(())
}
