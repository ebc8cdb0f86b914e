//! The table: what its columns hold, and its rows in the order of a key.

use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};

/// What all cells of a column are that are not empty. Each kind contains those before it, except
/// that numbers are no instants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Integer,
    Real,
    /// Dates, or dates and times, whose order is that of their text.
    Instant,
    Text,
}

/// A table, read once.
pub(crate) struct Data {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) delimiter: u8,
    pub(crate) columns: Vec<(String, Kind)>,
    /// A number for each row, which depends on all of its cells.
    digests: Vec<u64>,
}

/// A cell of a key.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Cell {
    Number(f64),
    Text(Box<str>),
}

/// A key: the cells of its columns.
pub(crate) type Key = Box<[Cell]>;

/// Some columns of a table, and its rows in their order.
pub(crate) struct Keys {
    /// The indexes of the columns.
    pub(crate) columns: Vec<usize>,
    /// The rows without an empty cell in the key, ordered by key and then as in the table.
    rows: Vec<(Key, u32)>,
    /// Where each different key begins in `rows`.
    pub(crate) starts: Vec<usize>,
    /// The bytes of the keys of all rows in their natural fixed form: eight for a number or an
    /// instant, and the length of a text.
    pub(crate) bytes: u64,
}

/// The rows that answer a question, in the order of the key.
pub(crate) struct Rows {
    digests: Vec<u64>,
}

impl Eq for Cell {}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Cell {
    /// As a table has it, except for zeros at the end of a fraction.
    pub(crate) fn spelled(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.to_string(),
        }
    }
}

impl Kind {
    fn of(cell: &str) -> Self {
        let is_number = |cell: &str| {
            let digits = cell.strip_prefix('-').unwrap_or(cell);
            let is_plain = |text: &str| text.bytes().all(|byte| b"0123456789.".contains(&byte));
            // Zeros in front are of codes, which are not numbers.
            let is_code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
            is_plain(digits) && !is_code && digits.parse::<f64>().is_ok()
        };
        match cell.parse::<i64>() {
            _ if is_instant(cell.as_bytes()) => Self::Instant,
            Ok(_) if is_number(cell) => Self::Integer,
            _ if is_number(cell) => Self::Real,
            _ => Self::Text,
        }
    }

    /// The kind of a column that has cells of both.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Integer, Self::Real) | (Self::Real, Self::Integer) => Self::Real,
            _ => Self::Text,
        }
    }

    /// The cell, of a column of this kind.
    fn cell(self, text: &str) -> Result<Cell> {
        match self {
            Self::Integer | Self::Real => {
                let number = text.parse();
                let number = number.with_context(|| format!("{text} is not a number"))?;
                Ok(Cell::Number(number))
            }
            Self::Instant | Self::Text => Ok(Cell::Text(text.into())),
        }
    }

    /// The bytes of a cell in its natural fixed form.
    fn bytes(self, text: &str) -> u64 {
        match self {
            Self::Text => text.len() as u64,
            _ => 8,
        }
    }
}

/// Returns whether a cell begins like `2001-02-03`, and is no longer or has a time then.
fn is_instant(cell: &[u8]) -> bool {
    let has_shape = |from: usize, shape: &[u8]| {
        let mut pairs = shape.iter().zip(&cell[from..]);
        pairs.all(|(shape, byte)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
    };
    match cell.len() {
        0..10 => false,
        10 => has_shape(0, b"0000-00-00"),
        11..16 => false,
        _ => has_shape(0, b"0000-00-00") && b"T ".contains(&cell[10]) && has_shape(11, b"00:00"),
    }
}

/// A cell without what programs write differently: zeros at the end of a fraction, and around a
/// time the letters of ISO 8601.
fn normal(cell: &str) -> String {
    if is_instant(cell.as_bytes()) {
        let text = cell.replacen('T', " ", 1);
        let end = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00"));
        return end.unwrap_or(&text).to_owned();
    }
    match Kind::of(cell) {
        Kind::Real if cell.contains('.') => {
            cell.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => cell.to_owned(),
    }
}

fn digest(record: &StringRecord) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in record {
        hasher.write(normal(cell).as_bytes());
        // No text contains this byte.
        hasher.write_u8(0xFF);
    }
    hasher.finish()
}

impl Data {
    /// Reads a table, whose name ends with its format.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let path = fs::canonicalize(path)
            .with_context(|| format!("cannot open the table {}", path.display()))?;
        let delimiter = match path.extension().and_then(|end| end.to_str()) {
            Some("csv") => b',',
            Some("tsv") => b'\t',
            _ => bail!("{}: the name must end with .csv or .tsv", path.display()),
        };
        let mut data = Self {
            bytes: fs::metadata(&path)?.len(),
            delimiter,
            columns: Vec::new(),
            digests: Vec::new(),
            path,
        };
        let mut reader = data.reader()?;
        let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let mut kinds = vec![None; names.len()];
        let mut record = StringRecord::new();
        while reader.read_record(&mut record)? {
            data.digests.push(digest(&record));
            for (kind, cell) in kinds.iter_mut().zip(&record) {
                if !cell.is_empty() {
                    let own = Kind::of(cell);
                    *kind = Some(kind.map_or(own, |kind: Kind| kind.and(own)));
                }
            }
        }
        let kinds = kinds.into_iter().map(|kind| kind.unwrap_or(Kind::Text));
        data.columns = names.into_iter().zip(kinds).collect();
        ensure!(!data.digests.is_empty(), "the table has no rows");
        Ok(data)
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.digests.len()
    }

    fn reader(&self) -> Result<Reader<File>> {
        let mut builder = ReaderBuilder::new();
        Ok(builder.delimiter(self.delimiter).from_path(&self.path)?)
    }

    /// The rows in the order of a key, whose columns are separated by `+`.
    pub(crate) fn keys(&self, key: &str) -> Result<Keys> {
        let find = |name: &str| {
            let mut columns = self.columns.iter();
            let found = columns.position(|(column, _)| column == name);
            found.with_context(|| format!("the table has no column {name}"))
        };
        let columns: Vec<usize> = key.split('+').map(find).collect::<Result<_>>()?;
        let (mut rows, mut bytes) = (Vec::new(), 0);
        let (mut reader, mut record) = (self.reader()?, StringRecord::new());
        let mut number = 0;
        while reader.read_record(&mut record)? {
            let cells = columns.iter().map(|&column| (column, &record[column]));
            bytes += cells
                .clone()
                .map(|(column, cell)| self.columns[column].1.bytes(cell))
                .sum::<u64>();
            if cells.clone().all(|(_, cell)| !cell.is_empty()) {
                let key = cells.map(|(column, cell)| self.columns[column].1.cell(cell));
                rows.push((key.collect::<Result<Key>>()?, number));
            }
            number += 1;
        }
        ensure!(!rows.is_empty(), "{key}: all keys are empty");
        rows.sort_unstable();
        let is_start = |&row: &usize| row == 0 || rows[row - 1].0 != rows[row].0;
        let starts = (0..rows.len()).filter(is_start).collect();
        Ok(Keys {
            columns,
            rows,
            starts,
            bytes,
        })
    }

    /// The rows from one place to another in the order of a key.
    pub(crate) fn rows(&self, keys: &Keys, (from, to): (usize, usize)) -> Rows {
        let rows = keys.rows[from..to].iter();
        let digests = rows.map(|(_, row)| self.digests[*row as usize]).collect();
        Rows { digests }
    }

    /// Fails unless a program has printed these `rows` to a file, in the order of the key. Rows
    /// with equal keys are in the order of the table if the program `keeps_order`.
    pub(crate) fn check(
        &self,
        keys: &Keys,
        rows: &Rows,
        output: &Path,
        keeps_order: bool,
    ) -> Result<()> {
        let (printed_keys, printed) = self.printed(keys, output)?;
        let (found, wanted) = (printed.len(), rows.digests.len());
        ensure!(found == wanted, "{found} rows instead of {wanted}");
        ensure!(
            printed_keys.is_sorted(),
            "the rows are not in the order of the key"
        );
        if keeps_order {
            let is_same = printed == rows.digests;
            ensure!(is_same, "other rows, or equal keys in another order");
        } else {
            let sorted = |digests: &[u64]| {
                let mut digests = digests.to_vec();
                digests.sort_unstable();
                digests
            };
            ensure!(sorted(&printed) == sorted(&rows.digests), "other rows");
        }
        Ok(())
    }

    /// The keys and the digests of the rows that a program has printed as CSV, with or without a
    /// header.
    fn printed(&self, keys: &Keys, output: &Path) -> Result<(Vec<Key>, Vec<u64>)> {
        let mut reader = ReaderBuilder::new().has_headers(false).from_path(output)?;
        let (mut printed_keys, mut digests) = (Vec::new(), Vec::new());
        let mut record = StringRecord::new();
        while reader.read_record(&mut record)? {
            let (cells, columns) = (record.len(), self.columns.len());
            ensure!(cells == columns, "a row has {cells} cells: {record:?}");
            if digests.is_empty() && self.is_header(record.as_byte_record()) {
                continue;
            }
            let key = keys.columns.iter().map(|&column| {
                let (_, kind) = self.columns[column];
                kind.cell(&normal(&record[column]))
            });
            printed_keys.push(key.collect::<Result<Key>>()?);
            digests.push(digest(&record));
        }
        Ok((printed_keys, digests))
    }

    fn is_header(&self, record: &ByteRecord) -> bool {
        let mut names = self.columns.iter().map(|(name, _)| name.as_bytes());
        names.by_ref().eq(record)
    }
}

impl Keys {
    /// The key of a place in the order.
    pub(crate) fn at(&self, place: usize) -> &Key {
        &self.rows[place].0
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The places of the rows whose key is in `from..to`.
    pub(crate) fn places(&self, from: &Key, to: &Key) -> (usize, usize) {
        let place = |key: &Key| self.rows.partition_point(|(other, _)| other < key);
        (place(from), place(to))
    }

    /// The places of the rows with the different key of this number, in order.
    pub(crate) fn group(&self, number: usize) -> (usize, usize) {
        let end = self.starts.get(number + 1).copied();
        (self.starts[number], end.unwrap_or(self.len()))
    }

    pub(crate) fn contains(&self, key: &Key) -> bool {
        self.rows
            .binary_search_by(|(other, _)| other.cmp(key))
            .is_ok()
    }
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.digests.len()
    }
}

/// A table in a file for a test, which the test removes.
#[cfg(test)]
pub(crate) fn table_for_tests(name: &str, text: &str) -> (PathBuf, Data) {
    let name = format!("leafwise-files-{}-{name}.csv", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, text).unwrap();
    let data = Data::read(&path).unwrap();
    (path, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "id,code,at,price,to\n\
                         3,007,2001-01-01 00:01:00,1.50,b\n\
                         -1,12,2001-01-02 10:00:00,2,a\n\
                         20,1,2000-12-31 23:59:00,0.05,b\n\
                         ,1,2000-12-31 23:59:00,0.05,\n";

    #[test]
    fn columns_have_kinds() {
        let (path, data) = table_for_tests("kinds", TABLE);
        let kinds: Vec<Kind> = data.columns.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(
            kinds,
            [
                Kind::Integer,
                Kind::Text,
                Kind::Instant,
                Kind::Real,
                Kind::Text
            ]
        );
        assert!(!is_instant(b"2001-01-01x") && is_instant(b"2001-01-01T02:03Z"));
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn rows_are_in_the_order_of_the_key() {
        let (path, data) = table_for_tests("order", TABLE);
        let order = |key: &str| {
            let keys = data.keys(key).unwrap();
            let rows: Vec<u32> = keys.rows.iter().map(|(_, row)| *row).collect();
            (rows, keys.starts, keys.bytes)
        };
        assert_eq!(order("id"), (vec![1, 0, 2], vec![0, 1, 2], 32));
        assert_eq!(order("at"), (vec![2, 3, 0, 1], vec![0, 2, 3], 32));
        assert_eq!(order("to+id"), (vec![1, 0, 2], vec![0, 1, 2], 35));
        assert!(data.keys("to+none").is_err());
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn wrong_answers_are_found() {
        let (path, data) = table_for_tests("answers", TABLE);
        let keys = data.keys("to").unwrap();
        let wanted = data.rows(&keys, (0, 3));
        let output = path.with_extension("out");
        let check = |printed: &str, keeps_order| {
            fs::write(&output, printed).unwrap();
            let checked = data.check(&keys, &wanted, &output, keeps_order);
            checked.map_err(|error| error.to_string())
        };
        let [header, b, a, third, _] = TABLE.lines().collect::<Vec<_>>()[..] else {
            panic!();
        };
        let fine = format!("{header}\n{a}\n{b}\n{third}\n");
        assert_eq!(check(&fine, true), Ok(()));
        let other_forms = fine
            .replace("2001-01-02 10:00:00", "2001-01-02T10:00:00Z")
            .replace("1.50", "1.5");
        assert_eq!(check(&other_forms, true), Ok(()));
        let other_order = format!("{a}\n{third}\n{b}\n");
        assert_eq!(check(&other_order, false), Ok(()));
        assert!(check(&other_order, true).is_err());
        assert!(check(&format!("{b}\n{a}\n{third}\n"), false).is_err());
        assert!(check(&format!("{a}\n{b}\n"), false).is_err());
        assert!(check(&fine.replace("20,", "21,"), false).is_err());
        assert!(check("1,2\n", false).is_err());
        fs::remove_file(output).unwrap();
        fs::remove_file(path).unwrap();
    }
}
