//! How the rows that were found are printed.
//!
//! CSV and TSV contain the bytes of a cell as they are. A table and JSON have to be text, so bytes
//! that are not UTF-8 become U+FFFD there. A table escapes control characters.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width,
};

use crate::args::{Format, Printing};
use crate::error::{Error, push_harmless, shown};
use crate::header::Header;
use crate::key::{KeyType, Kind};
use crate::render::write_separated;
use crate::rows::{Dialect, Fields, Rows};

/// As much is written at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// The column widths of an aligned table are known only with its last row. This limits the number
/// of rows that are held until then.
const BLOCK_ROWS_MAX: usize = 10_000;

/// Spaces between two columns of an aligned table, besides the one that its style draws.
const GAP_WIDTH: u16 = 1;

/// Text is not wrapped to fewer columns than this: on a narrow terminal, lines overflow instead.
const TEXT_WIDTH_MIN: u16 = 12;

/// Where rows come from, as they will be printed.
pub(crate) trait RowSource {
    /// The next row; `None` at the end.
    fn next_row(&mut self) -> Result<Option<&[u8]>, Error>;
}

/// What is printed, and how.
pub(crate) struct Printer {
    format: Format,
    names: Vec<Vec<u8>>,
    has_header: bool,
    rows_max: u64,
}

impl Printer {
    /// Chooses the format and the names.
    pub(crate) fn new(
        printing: &Printing,
        header: &Header,
        columns: Option<&[usize]>,
    ) -> Result<Printer, Error> {
        let is_terminal = io::stdout().is_terminal();
        let default = if is_terminal {
            Format::Table
        } else {
            Format::Csv
        };
        let format = printing.format.unwrap_or(default);
        let names: Vec<Vec<u8>> = match columns {
            Some(columns) => columns.iter().map(|at| header.name(*at).to_vec()).collect(),
            None => (0..header.len())
                .map(|at| header.name(at).to_vec())
                .collect(),
        };
        if format == Format::Json {
            refuse_equal(&names)?;
        }
        Ok(Printer {
            format,
            names,
            has_header: header.has_names() && !printing.no_header_out,
            rows_max: printing.limit.unwrap_or(u64::MAX),
        })
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The names of the columns that are printed.
    pub(crate) fn names(&self) -> &[Vec<u8>] {
        &self.names
    }

    /// Prints the number of rows, and returns it.
    pub(crate) fn print_count(&self, count: u64) -> Result<u64, Error> {
        writeln!(io::stdout(), "{count}").map_err(Error::Write)?;
        Ok(count)
    }

    /// Prints the rows, and returns their number.
    pub(crate) fn print(&self, rows: &mut dyn RowSource) -> Result<u64, Error> {
        let output = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
        let mut writer = match self.format {
            Format::Table => Writer::Aligned(Aligned::new(output, self)),
            _ => Writer::Lines(output),
        };
        writer.start(self).map_err(Error::Write)?;
        let mut count = 0;
        while count < self.rows_max
            && let Some(row) = rows.next_row()?
        {
            writer.write(row).map_err(Error::Write)?;
            count += 1;
        }
        writer.finish().map_err(Error::Write)?;
        Ok(count)
    }
}

/// Refuses equal names: in a JSON object, only the last of them would be seen.
fn refuse_equal(names: &[Vec<u8>]) -> Result<(), Error> {
    let mut sorted: Vec<_> = names
        .iter()
        .map(|name| String::from_utf8_lossy(name))
        .collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::JsonNames {
            name: shown(pair[0].as_bytes()),
        }),
        None => Ok(()),
    }
}

/// Where rows go that are written as [`crate::render`] describes.
enum Writer {
    /// Printed as they are.
    Lines(BufWriter<StdoutLock<'static>>),
    Aligned(Aligned),
}

impl Writer {
    /// Writes the header, unless it belongs to each block of rows.
    fn start(&mut self, printer: &Printer) -> io::Result<()> {
        let delimiter = match printer.format {
            Format::Csv => b',',
            Format::Tsv => b'\t',
            Format::Json | Format::Table => return Ok(()),
        };
        if let Writer::Lines(output) = self
            && printer.has_header
        {
            let mut line = Vec::new();
            write_separated(&printer.names, delimiter, &mut line);
            output.write_all(&line)?;
        }
        Ok(())
    }

    fn write(&mut self, row: &[u8]) -> io::Result<()> {
        match self {
            Writer::Lines(output) => output.write_all(row),
            Writer::Aligned(aligned) => aligned.row(row),
        }
    }

    /// Writes what is buffered. Without this call, the last rows may be missing.
    fn finish(&mut self) -> io::Result<()> {
        match self {
            Writer::Lines(output) => output.flush(),
            Writer::Aligned(aligned) => {
                aligned.write_block()?;
                aligned.output.flush()
            }
        }
    }
}

struct Aligned {
    output: BufWriter<StdoutLock<'static>>,
    names: Vec<String>,
    has_header: bool,
    rows: Vec<Vec<String>>,
    is_begun: bool,
    /// What is aligned right.
    number: KeyType,
    fields: Fields,
}

impl Aligned {
    fn new(output: BufWriter<StdoutLock<'static>>, printer: &Printer) -> Aligned {
        Aligned {
            output,
            names: printer.names.iter().map(|name| one_line(name)).collect(),
            has_header: printer.has_header,
            rows: Vec::new(),
            is_begun: false,
            number: KeyType::plain(Kind::Decimal),
            fields: Fields::default(),
        }
    }

    /// Adds a row of CSV.
    fn row(&mut self, row: &[u8]) -> io::Result<()> {
        if self.rows.len() == BLOCK_ROWS_MAX {
            self.write_block()?;
        }
        if let Some(Ok(row)) = Rows::new(row, Dialect::COMMAS).next(&mut self.fields) {
            let cells = row.fields();
            self.rows
                .push(cells.iter().map(|cell| one_line(cell)).collect());
        }
        Ok(())
    }

    fn write_block(&mut self) -> io::Result<()> {
        if self.rows.is_empty() && !self.has_header {
            return Ok(());
        }
        let rule = LineStyle::none().fill('─').junction('─');
        let mut table = comfy_table::Table::new();
        table
            .load_style(TableStyle::new().header_separator(rule))
            .set_content_arrangement(ContentArrangement::Dynamic);
        if self.has_header {
            table.set_header(&self.names);
        }
        let is_number = |cell: &String| cell.is_empty() || self.number.accepts(cell);
        let numbers: Vec<bool> = (0..self.names.len())
            .map(|at| self.rows.iter().all(|row| is_number(&row[at])))
            .collect();
        table.add_rows(self.rows.drain(..));
        let widths = table.column_max_content_widths();
        for (at, column) in table.column_iter_mut().enumerate() {
            let gap = if at + 1 < numbers.len() { GAP_WIDTH } else { 0 };
            column.set_padding((0, gap));
            if numbers[at] {
                column.set_cell_alignment(CellAlignment::Right);
                // A number on two lines would read as two numbers.
                column.set_constraint(ColumnConstraint::ContentWidth);
            } else {
                let width = Width::Fixed(widths[at].min(TEXT_WIDTH_MIN) + gap);
                column.set_constraint(ColumnConstraint::LowerBoundary(width));
            }
        }
        let between = if self.is_begun { "\n" } else { "" };
        self.is_begun = true;
        writeln!(self.output, "{between}{}", table.trim_fmt())
    }
}

/// A cell as text on one line, safe for a terminal.
fn one_line(cell: &[u8]) -> String {
    let mut line = String::new();
    String::from_utf8_lossy(cell)
        .chars()
        .for_each(|character| push_harmless(&mut line, character));
    line
}
