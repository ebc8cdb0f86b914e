//! What `get` and `range` have in common: open the tables, find the type of the key column, search,
//! print.

use crate::args::{Printing, Reading, Target};
use crate::error::{self, Error, shown};
use crate::infer::{self, Sample};
use crate::key::{KeyType, Kind, Spellings};
use crate::output::Printer;
use crate::query::Query;
use crate::render::Renderer;
use crate::run::Order;
use crate::scan::Tables;
use crate::select::Selection;

/// The key column, whose type is known.
pub(crate) struct KeyColumn {
    name: String,
    pub(crate) key_type: KeyType,
    /// Only of a type that was inferred.
    spellings: Option<Spellings>,
    /// The cells from which it was inferred.
    sample: Sample,
}

impl KeyColumn {
    /// The type that was requested or that the file says, or else the one that the first cells
    /// have.
    ///
    /// If there is no cell to judge by, the requested values decide, so that none of them is
    /// refused without a reason.
    fn open(
        tables: &mut Tables,
        column: usize,
        reading: &Reading,
        key_type: KeyType,
        asked: &[&str],
    ) -> KeyColumn {
        let name = shown(tables.first().header().name(column));
        if let Some(kind) = reading.kind().or_else(|| tables.kind(column)) {
            return KeyColumn {
                name,
                key_type: key_type.with_kind(kind),
                spellings: None,
                sample: Sample::default(),
            };
        }
        // Missing for every type that can be inferred, as none of them is text.
        let sample = tables.sample(column, &key_type.with_kind(Kind::Integer));
        let inference = sample.infer(&key_type);
        let kind = inference
            .kind
            .unwrap_or_else(|| infer::narrowest(&key_type, asked).unwrap_or(Kind::Text));
        KeyColumn {
            name,
            key_type: key_type.with_kind(kind),
            spellings: Some(inference.spellings),
            sample,
        }
    }

    /// Whether the user did not choose the type.
    fn is_inferred(&self) -> bool {
        self.spellings.is_some()
    }

    /// The key of a requested value; `place` says where the value is, if not on the command line.
    pub(crate) fn key(&self, asked: &str, place: &str) -> Result<Vec<u8>, Error> {
        if self.key_type.is_null(asked) {
            return Err(Error::NullValue {
                place: place.to_string(),
                value: shown(asked.as_bytes()),
            });
        }
        self.key_type
            .encode_asked(asked)
            .ok_or_else(|| Error::BadValue {
                place: place.to_string(),
                value: shown(asked.as_bytes()),
                expected: self.key_type.description(),
                column: self.name.clone(),
                hint: match self.is_inferred() {
                    true => Error::HINT_INFERRED,
                    false => "",
                },
            })
    }

    /// What a user should know about the type.
    fn note(&self, asked: &[&str]) -> Option<String> {
        let is_text = self.is_inferred() && self.key_type.kind == Kind::Text;
        is_text
            .then(|| self.sample.note(&self.key_type, asked, &self.name))
            .flatten()
    }
}

/// What to search.
pub(crate) struct Search<'a> {
    pub(crate) target: &'a Target,
    pub(crate) reading: &'a Reading,
    pub(crate) printing: &'a Printing,
    pub(crate) order: Order,
}

impl Search<'_> {
    /// Prints the rows that a query finds, and returns their number. The query is made when the
    /// type of the column is known, from the values that are asked for.
    pub(crate) fn run(
        &self,
        asked: &[&str],
        query: impl FnOnce(&KeyColumn) -> Result<Query, Error>,
    ) -> Result<u64, Error> {
        let (reading, printing) = (self.reading, self.printing);
        let key_type = reading.key_type()?;
        let paths = std::iter::once(&self.target.table).chain(&reading.also);
        if paths.filter(|path| path.as_os_str() == "-").count() > 1 {
            return Err(Error::TwiceStandardInput);
        }
        let mut tables = Tables::open(&self.target.table, &reading.also, reading)?;
        // Notes come before errors, which may be due to what was assumed.
        tables.notes().for_each(error::tell);
        let header = tables.first().header().clone();
        let column = header.find(&self.target.column)?;
        let columns = header.choose(&printing.columns)?;
        if printing.count {
            tables.project(&[column]);
        } else if let Some(columns) = &columns {
            tables.project(&[&columns[..], &[column]].concat());
        }
        let printer = Printer::new(printing, &header, columns.as_deref())?;
        let key_column = KeyColumn::open(&mut tables, column, reading, key_type, asked);
        key_column
            .note(asked)
            .iter()
            .for_each(|note| error::tell(note));
        let query = query(&key_column)?;
        drop(key_column.sample);
        let selection = Selection {
            column,
            columns: header.len(),
            column_name: key_column.name.clone(),
            key_type: key_column.key_type,
            spellings: key_column.spellings,
            query,
            on_bad: reading.on_bad,
            renderer: (!printing.count).then(|| {
                Renderer::new(
                    printer.format(),
                    columns,
                    printer.names(),
                    reading.no_quotes,
                )
            }),
            order: self.order,
            rows_max: printing.limit.unwrap_or(u64::MAX),
        };
        let found = tables.search(selection, printing.memory)?;
        if printing.count {
            let count = found.matches.min(printing.limit.unwrap_or(u64::MAX));
            return printer.print_count(count);
        }
        printer.print(found.runs.merge()?)
    }
}
