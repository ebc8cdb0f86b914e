//! `leafwise index`: builds the index of a column, or of several.

use std::path::Path;

use leafwise::file::{Builder, KeyBuf, KeyBytes};

use super::about::{About, State};
use super::form::Form;
use super::path_of;
use crate::args::{self, OnBad};
use crate::error::{self, Error};
use crate::key_columns::KeyColumns;
use crate::query::Query;
use crate::run::Order;
use crate::scan::{Found, Tables};
use crate::select::{Keep, Selection};
use crate::table::{shown_path, unreadable};

/// Positions of tables of fewer bytes have four bytes.
const SHORT_TABLE: u64 = 1 << 32;

/// Builds the index.
pub(crate) fn run(arguments: &args::Index) -> Result<(), Error> {
    let (table, reading) = (&*arguments.table, &arguments.reading);
    let no_random_access = || Error::NoRandomAccess {
        table: shown_path(table),
    };
    if table.as_os_str() == "-" {
        return Err(no_random_access());
    }
    let read = |cause| unreadable(&shown_path(table), cause);
    let mut tables = Tables::open(table, &[], reading)?;
    tables.notes().for_each(error::tell);
    if !tables.first().source().is_plain() {
        return Err(no_random_access());
    }
    let state = State::of(table).map_err(read)?;
    let header = tables.first().header().clone();
    let numbers = arguments.key.iter().map(|name| header.find(name));
    let numbers = numbers.collect::<Result<Vec<usize>, Error>>()?;
    if let Some(at) = (1..numbers.len()).find(|at| numbers[..*at].contains(&numbers[*at])) {
        return Err(Error::RepeatedKey {
            name: arguments.key[at].clone(),
        });
    }
    let key = KeyColumns::open(&mut tables, &numbers, reading, &[])?;
    key.notes(&[]).iter().for_each(|note| error::tell(note));
    let types = key.types();
    let selection = Selection {
        key: key.into_parts(),
        columns: header.len(),
        query: Query::all(),
        on_bad: reading.on_bad,
        keep: Keep::Position,
        order: Order::Ascending,
        rows_max: u64::MAX,
    };
    let found = tables.search(selection, arguments.memory)?;
    if State::of(table).map_err(read)? != state {
        return Err(Error::Changed {
            table: shown_path(table),
        });
    }
    let names = header.names();
    let mut options = reading.options();
    if reading.on_bad == OnBad::Skip {
        options.push("--on-bad=skip".to_string());
    }
    let about = About {
        table: table
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        columns: numbers
            .iter()
            .map(|number| names[*number].clone())
            .collect(),
        numbers,
        kinds: types.iter().map(|key_type| key_type.kind).collect(),
        options,
        header: names,
        skipped: found.skipped,
        state,
    };
    let path = match &arguments.output {
        Some(path) => path.clone(),
        None => path_of(table, &about.columns),
    };
    let form = Form::of(&types, &found.fit);
    let rows = found.matches;
    let keys = write(found, &form, &about, &path)?;
    error::tell(&format!(
        "{}: {rows} rows by {keys} different keys ({})",
        shown_path(&path),
        form.name(),
    ));
    Ok(())
}

/// Writes the file, and returns the number of different keys.
fn write(found: Found, form: &Form, about: &About, path: &Path) -> Result<u64, Error> {
    let build = |cause| Error::BuildIndex {
        index: shown_path(path),
        cause,
    };
    let width: u8 = if about.state.length < SHORT_TABLE {
        4
    } else {
        8
    };
    let mut builder = Builder::new(form.file_type(width.into()))
        .about(about.encode())
        .sharing(found.fit.shared())
        .at_most(found.matches);
    let mut rows = found.runs.merge()?;
    // The last key, in both forms: many rows have the same one.
    let mut last = (Vec::new(), KeyBuf::Integer(0));
    while let Some(record) = rows.next()? {
        let place = record.row.try_into().map_or(0, u64::from_be_bytes);
        let key = match form {
            Form::Bytes(_) => KeyBytes::Text(record.key),
            _ => {
                if last.0 != record.key {
                    last = (record.key.to_vec(), form.hold(record.key));
                }
                last.1.bytes()
            }
        };
        let place = &place.to_le_bytes()[..width.into()];
        builder.push_bytes(key, place).map_err(build)?;
    }
    let keys = builder.key_count();
    builder.save(path).map_err(build)?;
    Ok(keys)
}
