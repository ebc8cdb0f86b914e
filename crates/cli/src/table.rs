//! A table: a header, then records with as many fields as the header has names.

use std::io;
use std::path::Path;

use crate::args::Reading;
use crate::error::{Error, push_harmless, shown};
use crate::records::{Dialect, Fault, RECORD_BYTES_MAX, Record, Records};
use crate::source::Source;

/// An open table whose header has been read.
pub(crate) struct Table {
    name: String,
    header: Header,
    records: Records,
}

/// The names of the columns.
pub(crate) struct Header {
    table: String,
    names: Vec<Vec<u8>>,
}

impl Table {
    /// Opens a file, or standard input for `-`. If no delimiter is given, the extension decides.
    pub(crate) fn open(path: &Path, reading: &Reading) -> Result<Table, Error> {
        let name = match path.as_os_str() == "-" {
            true => "standard input".to_string(),
            false => shown_path(path),
        };
        let mut source = Source::open(path).map_err(|cause| match cause.kind() {
            io::ErrorKind::IsADirectory => Error::Directory {
                table: name.clone(),
            },
            _ => Error::Read {
                table: name.clone(),
                cause,
            },
        })?;
        skip_mark(&name, &mut source)?;
        let delimiter = reading.delimiter.unwrap_or_else(|| delimiter_of(path));
        let dialect = Dialect {
            delimiter,
            quotes: !reading.no_quotes,
        };
        let mut records = Records::new(source, dialect);
        let mut record = Record::default();
        if !records
            .read(&mut record)
            .map_err(|fault| explain(&name, fault))?
        {
            return Err(Error::NoHeader { table: name });
        }
        let names = (0..record.len())
            .map(|at| record.field(at).to_vec())
            .collect();
        Ok(Table {
            header: Header {
                table: name.clone(),
                names,
            },
            name,
            records,
        })
    }

    /// Reads the next row; false at the end. Its number of fields is not checked: see
    /// [`Table::check`].
    pub(crate) fn read(&mut self, record: &mut Record) -> Result<bool, Error> {
        self.records
            .read(record)
            .map_err(|fault| explain(&self.name, fault))
    }

    /// Returns an error if the row has more or fewer fields than the header.
    pub(crate) fn check(&self, record: &Record) -> Result<(), Error> {
        let (found, expected) = (record.len(), self.header.len());
        if found == expected {
            return Ok(());
        }
        Err(Error::Ragged {
            table: self.name.clone(),
            line: record.line(),
            found,
            expected,
        })
    }

    /// Reads again a row that was read and checked before.
    pub(crate) fn read_at(&mut self, position: u64, record: &mut Record) -> Result<(), Error> {
        match self.records.read_at(position, record) {
            Ok(true) if record.len() == self.header.len() => Ok(()),
            Err(Fault::Read(cause)) => Err(Error::Read {
                table: self.name.clone(),
                cause,
            }),
            _ => Err(Error::Changed {
                table: self.name.clone(),
            }),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// The number of bytes that have been read.
    pub(crate) fn position(&self) -> u64 {
        self.records.position()
    }

    /// See [`Source::length`].
    pub(crate) fn length(&self) -> Option<u64> {
        self.records.length()
    }
}

impl Header {
    /// The number of columns.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The name of column `at`, as in the file.
    pub(crate) fn name(&self, at: usize) -> &[u8] {
        &self.names[at]
    }

    /// The column with a name, or with a number (`:3`) that is not a name.
    pub(crate) fn find(&self, name: &str) -> Result<usize, Error> {
        let matches: Vec<usize> = (0..self.len())
            .filter(|at| self.names[*at] == name.as_bytes())
            .collect();
        match matches[..] {
            [at] => Ok(at),
            [] => self.find_number(name).ok_or_else(|| self.unknown(name)),
            _ => Err(Error::AmbiguousColumn {
                table: self.table.clone(),
                name: shown(name.as_bytes()),
                choices: join(matches.iter().map(|at| format!(":{}", at + 1)), " or "),
            }),
        }
    }

    /// The columns that `--columns` lists, as a CSV record; all if there is no list.
    pub(crate) fn choose(&self, lists: &[String]) -> Result<Vec<usize>, Error> {
        if lists.is_empty() {
            return Ok((0..self.len()).collect());
        }
        let mut chosen = Vec::new();
        for list in lists {
            let source = Source::in_memory(list.clone().into_bytes());
            let mut records = Records::new(
                source,
                Dialect {
                    delimiter: b',',
                    quotes: true,
                },
            );
            let mut record = Record::default();
            let read = records.read(&mut record);
            if !matches!(read, Ok(true)) {
                return Err(Error::BadColumns(format!(
                    "{} is not a list of columns",
                    shown(list.as_bytes())
                )));
            }
            for at in 0..record.len() {
                let name = String::from_utf8_lossy(record.field(at));
                let column = self.find(&name)?;
                if chosen.contains(&column) {
                    return Err(Error::RepeatedColumn {
                        name: shown(name.as_bytes()),
                    });
                }
                chosen.push(column);
            }
        }
        Ok(chosen)
    }

    fn find_number(&self, name: &str) -> Option<usize> {
        let number: usize = name.strip_prefix(':')?.parse().ok()?;
        number.checked_sub(1).filter(|at| *at < self.len())
    }

    fn unknown(&self, name: &str) -> Error {
        let distance = |known: &[u8]| {
            let known = String::from_utf8_lossy(known).to_lowercase();
            strsim::osa_distance(&known, &name.to_lowercase())
        };
        let nearest = self.names.iter().min_by_key(|known| distance(known));
        let hint = match nearest {
            Some(known) if distance(known) <= 2 && distance(known) < name.chars().count() => {
                format!(" (did you mean {}?)", shown(known))
            }
            Some(known) if self.len() == 1 && known.iter().any(|byte| b";\t|".contains(byte)) => {
                " (does the table need another --delimiter?)".to_string()
            }
            _ => String::new(),
        };
        Error::UnknownColumn {
            table: self.table.clone(),
            name: shown(name.as_bytes()),
            hint,
            columns: join(self.names.iter().map(|name| shown(name)), ", "),
        }
    }
}

fn join(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

/// A path as messages name it: whole, with control characters escaped.
fn shown_path(path: &Path) -> String {
    let mut name = String::new();
    path.to_string_lossy()
        .chars()
        .for_each(|c| push_harmless(&mut name, c));
    name
}

/// A tab for `.tsv` and `.tab`, otherwise a comma.
fn delimiter_of(path: &Path) -> u8 {
    let extension = path.extension().unwrap_or_default();
    let is_tabbed = ["tsv", "tab"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known));
    if is_tabbed { b'\t' } else { b',' }
}

/// Skips a byte order mark, and returns an error for files that cannot be tables in UTF-8.
fn skip_mark(name: &str, source: &mut Source) -> Result<(), Error> {
    let start = source.peek().map_err(|cause| Error::Read {
        table: name.to_string(),
        cause,
    })?;
    let (what, remedy) = match start {
        [0xef, 0xbb, 0xbf, ..] => {
            source.consume(3);
            return Ok(());
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", "convert it to UTF-8 first"),
        [0x1f, 0x8b, ..] => (
            "compressed",
            "pipe it through gzip -dc, and give - as the table",
        ),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => (
            "compressed",
            "pipe it through zstd -dc, and give - as the table",
        ),
        _ => return Ok(()),
    };
    Err(Error::NotText {
        table: name.to_string(),
        what,
        remedy,
    })
}

fn explain(table: &str, fault: Fault) -> Error {
    let table = table.to_string();
    match fault {
        Fault::Read(cause) => Error::Read { table, cause },
        Fault::OpenQuote { line } => Error::OpenQuote { table, line },
        Fault::LongRow { line } => Error::LongRow {
            table,
            line,
            limit_mib: RECORD_BYTES_MAX >> 20,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser;

    use super::*;
    use crate::args::{Arguments, Command};

    fn reading() -> Reading {
        match Arguments::parse_from(["leafwise", "get", "table", "column", "value"]).command {
            Command::Get(arguments) => arguments.reading,
            Command::Range(arguments) => arguments.reading,
        }
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_an_error() {
        let path = std::env::temp_dir().join(format!("leafwise-changed-{}", std::process::id()));
        fs::write(&path, "k,v\n1,2\n").unwrap();
        let mut table = Table::open(&path, &reading()).unwrap();
        let mut record = Record::default();
        assert!(table.read(&mut record).unwrap());
        let offset = record.position();
        assert!(!table.read(&mut record).unwrap());
        assert!(table.read_at(offset, &mut record).is_ok());
        for changed in ["k,v\n1\n,2\n", "k,v\n", ""] {
            fs::write(&path, changed).unwrap();
            // Opened again, as if the row were no longer in the buffer.
            table.records = Records::new(
                Source::open(&path).unwrap(),
                Dialect {
                    delimiter: b',',
                    quotes: true,
                },
            );
            let outcome = table.read_at(offset, &mut record);
            assert!(matches!(outcome, Err(Error::Changed { .. })), "{changed:?}");
        }
        fs::remove_file(&path).unwrap();
    }
}
