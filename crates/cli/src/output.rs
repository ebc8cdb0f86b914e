//! How rows are printed. Nothing is written before all rows have been indexed, so that an error up
//! to then leaves no partial output.
//!
//! CSV and TSV contain the bytes of a cell as they are. A table and JSON have to be text, so bytes
//! that are not UTF-8 become U+FFFD there. A table escapes control characters.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width,
};

use crate::args::{Format, Printing};
use crate::error::{Error, push_harmless, shown};
use crate::key::{Float, Key};
use crate::records::Record;
use crate::table::{Header, Table};

/// The column widths of an aligned table are known only with its last row. This limits the number
/// of rows that are held until then.
const BLOCK_ROWS_MAX: usize = 10_000;

/// Spaces between two columns of an aligned table, besides the one that its style draws.
const GAP_WIDTH: u16 = 1;

/// Text is not wrapped to fewer columns than this: on a narrow terminal, lines overflow instead.
const TEXT_WIDTH_MIN: u16 = 12;

/// Which columns of a row to print, and how.
pub(crate) struct Printer {
    format: Format,
    columns: Vec<usize>,
    names: Vec<Vec<u8>>,
    rows_max: u64,
}

impl Printer {
    /// Chooses the columns and the format.
    pub(crate) fn new(printing: &Printing, header: &Header) -> Result<Printer, Error> {
        let is_terminal = io::stdout().is_terminal();
        let default = if is_terminal {
            Format::Table
        } else {
            Format::Csv
        };
        let format = printing.format.unwrap_or(default);
        let columns = header.choose(&printing.columns)?;
        let names: Vec<Vec<u8>> = columns.iter().map(|at| header.name(*at).to_vec()).collect();
        if format == Format::Json {
            refuse_equal(&names)?;
        }
        let rows_max = printing.limit.map_or(u64::MAX, u64::from);
        Ok(Printer {
            format,
            columns,
            names,
            rows_max,
        })
    }

    /// Prints the rows at these offsets and returns their number.
    pub(crate) fn print(
        &self,
        table: &mut Table,
        mut offsets: impl Iterator<Item = u64>,
    ) -> Result<u64, Error> {
        let mut writer = self.start().map_err(Error::Write)?;
        let mut record = Record::default();
        let mut count = 0;
        while count < self.rows_max
            && let Some(offset) = offsets.next()
        {
            table.read_at(offset, &mut record)?;
            let fields: Vec<&[u8]> = self.columns.iter().map(|at| record.field(*at)).collect();
            writer.row(&fields).map_err(Error::Write)?;
            count += 1;
        }
        writer.finish().map_err(Error::Write)?;
        Ok(count)
    }

    fn start(&self) -> io::Result<Box<dyn RowWriter>> {
        Ok(match self.format {
            Format::Csv => Box::new(Separated::start(b',', &self.names)?),
            Format::Tsv => Box::new(Separated::start(b'\t', &self.names)?),
            Format::Json => Box::new(JsonLines::start(&self.names)?),
            Format::Table => Box::new(Aligned::start(&self.names)),
        })
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

/// An output format whose header is written.
trait RowWriter {
    fn row(&mut self, fields: &[&[u8]]) -> io::Result<()>;

    /// Writes what is buffered. Without this call, the last rows may be missing.
    fn finish(&mut self) -> io::Result<()>;
}

struct Separated {
    writer: csv::Writer<StdoutLock<'static>>,
}

impl Separated {
    fn start(delimiter: u8, names: &[Vec<u8>]) -> io::Result<Separated> {
        let writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(io::stdout().lock());
        let mut separated = Separated { writer };
        let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        separated.row(&names)?;
        Ok(separated)
    }
}

impl RowWriter for Separated {
    fn row(&mut self, fields: &[&[u8]]) -> io::Result<()> {
        // The conversion in `csv` hides the kind of an error, by which a closed pipe is recognized.
        self.writer
            .write_record(fields)
            .map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(error) => error,
                other => io::Error::other(format!("{other:?}")),
            })
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

struct JsonLines {
    output: BufWriter<StdoutLock<'static>>,
    /// The names with their colons: `"name":`.
    keys: Vec<Vec<u8>>,
}

impl JsonLines {
    fn start(names: &[Vec<u8>]) -> io::Result<JsonLines> {
        let key = |name: &Vec<u8>| {
            let mut key = serde_json::to_vec(&String::from_utf8_lossy(name))?;
            key.push(b':');
            Ok(key)
        };
        let keys = names.iter().map(key).collect::<io::Result<_>>()?;
        Ok(JsonLines {
            output: BufWriter::new(io::stdout().lock()),
            keys,
        })
    }
}

impl RowWriter for JsonLines {
    fn row(&mut self, fields: &[&[u8]]) -> io::Result<()> {
        for (at, (key, field)) in self.keys.iter().zip(fields).enumerate() {
            self.output.write_all(if at == 0 { b"{" } else { b"," })?;
            self.output.write_all(key)?;
            serde_json::to_writer(&mut self.output, &String::from_utf8_lossy(field))?;
        }
        self.output.write_all(b"}\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

struct Aligned {
    output: BufWriter<StdoutLock<'static>>,
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    is_begun: bool,
}

impl Aligned {
    fn start(names: &[Vec<u8>]) -> Aligned {
        let names = names.iter().map(|name| one_line(name)).collect();
        let output = BufWriter::new(io::stdout().lock());
        Aligned {
            output,
            names,
            rows: Vec::new(),
            is_begun: false,
        }
    }

    fn write_block(&mut self) -> io::Result<()> {
        let rule = LineStyle::none().fill('─').junction('─');
        let mut table = comfy_table::Table::new();
        table
            .load_style(TableStyle::new().header_separator(rule))
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(&self.names);
        let is_number = |cell: &String| cell.is_empty() || Float::parse(cell).is_some();
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

impl RowWriter for Aligned {
    fn row(&mut self, fields: &[&[u8]]) -> io::Result<()> {
        if self.rows.len() == BLOCK_ROWS_MAX {
            self.write_block()?;
        }
        self.rows
            .push(fields.iter().map(|field| one_line(field)).collect());
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.write_block()?;
        self.output.flush()
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
