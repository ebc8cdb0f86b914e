//! `leafwise export`: the entries of an index file in the order of their keys.

use leafwise::file::Collection;

use super::any::AnyIndex;
use super::entries::Entries;
use crate::args::{self, Printing};
use crate::error::Error;
use crate::header::Header;
use crate::output::{Printer, RowSource};
use crate::render::Renderer;

/// Prints the entries, and returns their number.
pub(crate) fn run(arguments: &args::Export) -> Result<u64, Error> {
    let index = AnyIndex::open(&arguments.index)?;
    let names = names(&index).into_iter().map(String::into_bytes).collect();
    let printing = Printing {
        limit: arguments.limit,
        count: false,
        no_header_out: arguments.no_header_out,
        format: arguments.format,
        ..Printing::COUNT
    };
    let header = Header::of_names(&arguments.index.shown(), names);
    let printer = Printer::new(&printing, &header, None)?;
    printer.print(&mut ExportedRows {
        renderer: Renderer::new(printer.format(), None, printer.names(), false),
        entries: index.entries(),
        index: &index,
        cells: Vec::new(),
        row: Vec::new(),
    })
}

/// The names of the columns that are printed.
fn names(index: &AnyIndex) -> Vec<String> {
    let mut names = index.columns();
    // JSON needs different ones.
    for at in 1..names.len() {
        while names[..at].contains(&names[at]) {
            names[at].push('_');
        }
    }
    let mut value = match (&index.about, index.header().collection()) {
        (Some(about), _) if about.counts_rows => "row_number".to_string(),
        (Some(_), _) => "byte_offset".to_string(),
        (None, Collection::Set) => return names,
        (None, _) => "value".to_string(),
    };
    while names.contains(&value) {
        value.push('_');
    }
    names.push(value);
    names
}

/// The entries of a file, as they are printed.
struct ExportedRows<'i> {
    index: &'i AnyIndex,
    entries: Entries<'i>,
    renderer: Renderer,
    /// The cells of the last key, of which there may be many entries.
    cells: Vec<Vec<u8>>,
    row: Vec<u8>,
}

impl RowSource for ExportedRows<'_> {
    fn next_row(&mut self) -> Result<Option<&[u8]>, Error> {
        if self.entries.key()?.is_none() {
            return Ok(None);
        }
        if self.entries.is_first()
            && let Some(key) = self.entries.key()?
        {
            self.cells = self.index.show(key);
        }
        let value = self.entries.next_value()?;
        let header = self.index.header();
        let value = match header.collection() {
            Collection::Set => None,
            _ => Some(show_value(header.value_type(), value).into_bytes()),
        };
        let key_cells = self.cells.len();
        self.cells.extend(value);
        self.row.clear();
        self.renderer.write_fields(&self.cells, &mut self.row);
        self.cells.truncate(key_cells);
        Ok(Some(&self.row))
    }
}

/// A value as it is written by default: a number, or else its bytes.
fn show_value(value_type: &str, bytes: &[u8]) -> String {
    let mut wide = [0; 16];
    let Some(low) = wide.get_mut(..bytes.len()) else {
        return hexadecimal(bytes);
    };
    low.copy_from_slice(bytes);
    let bits = u128::from_le_bytes(wide);
    match (value_type, value_type.as_bytes().first()) {
        ("f32", _) => f32::from_bits(bits as u32).to_string(),
        ("f64", _) => f64::from_bits(bits as u64).to_string(),
        (_, Some(b'u')) => bits.to_string(),
        (_, Some(b'i')) => {
            let unused = u128::BITS - 8 * bytes.len() as u32;
            (bits << unused)
                .cast_signed()
                .checked_shr(unused)
                .unwrap_or(0)
                .to_string()
        }
        _ => hexadecimal(bytes),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
