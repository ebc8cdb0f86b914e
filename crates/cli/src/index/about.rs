//! What an index file says about its table: which one it is, and how it was read.
//!
//! It is a JSON object in the section "about" of the file (docs/file-format.md).

use std::io;

use leafwise::file::checksum;
use serde_json::{Value, json};

use super::{index_of, names as names_of};
use crate::header::Header;
use crate::key::{Kind, Spellings};
use crate::key_columns::split;
use crate::location::Location;
use crate::table_file::TableFile;

/// As many bytes at the start and at the end of a table are compared.
const END_BYTES: u64 = 16 << 10;

/// A state of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) length: u64,
    /// Nanoseconds since 1970, as text: JSON's numbers may be rounded. Empty if that is not known,
    /// as of a table at a URL.
    modified: String,
    /// The entity tag of a table at a URL.
    tag: Option<String>,
    /// The checksums of the first and of the last bytes.
    start: u32,
    end: u32,
}

impl State {
    /// The state that a table has now.
    pub(crate) fn of(table: &Location) -> io::Result<State> {
        let file = TableFile::open(table)?;
        let (start, end) = ends(&file, file.length())?;
        Ok(State {
            length: file.length(),
            modified: file.modified(),
            tag: file.tag().map(str::to_string),
            start,
            end,
        })
    }

    /// Whether a table begins as it was, with a line end, and goes on: rows were appended.
    pub(crate) fn has_rows_behind(&self, table: &Location) -> io::Result<bool> {
        let file = TableFile::open(table)?;
        if file.length() <= self.length || self.length == 0 {
            return Ok(false);
        }
        let last = file.read(std::slice::from_ref(&(self.length - 1..self.length)))?;
        Ok(ends(&file, self.length)? == (self.start, self.end) && last[0] == *b"\n")
    }

    /// Whether a table still has this length and time.
    pub(crate) fn is_same_time(&self, table: &Location) -> io::Result<bool> {
        let file = TableFile::open(table)?;
        let is_same = agree(&self.modified, &file.modified());
        Ok(is_same && file.length() == self.length)
    }

    /// What differs from another state of the table, for a message.
    pub(crate) fn difference(&self, now: &State) -> Option<String> {
        if self.length != now.length {
            let (then, now) = (self.length, now.length);
            return Some(format!("it had {then} bytes, and has {now}"));
        }
        if (self.start, self.end) != (now.start, now.end) {
            return Some("it has other content".to_string());
        }
        let tags = self.tag.as_ref().zip(now.tag.as_ref());
        if tags.is_some_and(|(then, now)| then != now) {
            return Some("it has another entity tag (ETag)".to_string());
        }
        (!agree(&self.modified, &now.modified)).then(|| "it was modified".to_string())
    }
}

/// Whether two times are the same, as far as they are known.
fn agree(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one == other
}

/// The checksums of the first and of the last of that many bytes.
fn ends(file: &TableFile, length: u64) -> io::Result<(u32, u32)> {
    let count = length.min(END_BYTES);
    let read = file.read(&[0..count, length - count..length])?;
    Ok((checksum(&read[0]), checksum(&read[1])))
}

/// What an index file says about its table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct About {
    pub(crate) table: String,
    pub(crate) state: State,
    /// The columns of the key: their names, numbers from 0, and types.
    pub(crate) columns: Vec<String>,
    pub(crate) numbers: Vec<usize>,
    pub(crate) kinds: Vec<Kind>,
    /// The options with which the table was read.
    pub(crate) options: Vec<String>,
    /// The names of all columns.
    pub(crate) header: Vec<String>,
    /// The number of bad rows that were left out.
    pub(crate) skipped: u64,
    /// The line behind the last row, from 1.
    pub(crate) line: u64,
    /// For each column of the key, the spellings that its numbers share; `None` if the type was
    /// chosen.
    pub(crate) spellings: Vec<Option<Spellings>>,
    /// Whether places are numbers of rows, as in Parquet, not of bytes.
    pub(crate) counts_rows: bool,
}

impl About {
    /// A place, for a message.
    pub(crate) fn show_place(&self, place: u64) -> String {
        match self.counts_rows {
            true => format!("in row {}", place + 1),
            false => format!("at byte {place}"),
        }
    }

    /// Whether it is of the columns that a user names.
    pub(crate) fn is_of(&self, asked: &str) -> bool {
        let is = |asked: &str, (name, number): (&String, &usize)| {
            asked == name || asked == format!(":{}", number + 1)
        };
        let columns = || self.columns.iter().zip(&self.numbers);
        let parts = split(asked);
        let mut pairs = parts.iter().zip(columns());
        (columns().count() == 1 && columns().all(|column| is(asked, column)))
            || (parts.len() == self.columns.len() && pairs.all(|(part, column)| is(part, column)))
    }

    /// The command that builds the index in this file again, or adds what was appended to the
    /// table.
    pub(crate) fn command(&self, table: &Location, index: &Location, appends: bool) -> String {
        let word = |location: &Location| match location {
            Location::Local(path) => path.display().to_string(),
            Location::Remote(_) => location.shown(),
        };
        let mut words = vec!["leafwise".to_string(), "index".to_string(), word(table)];
        let names = self.header.iter().map(|name| name.as_bytes().to_vec());
        let names = names_of(
            &Header::of_names(&self.table, names.collect()),
            &self.numbers,
        );
        let usual = index_of(table, &names);
        for name in names {
            words.extend(["--key".to_string(), name]);
        }
        match index {
            // It is written here, and put there.
            Location::Remote(_) => words.extend(["-o".to_string(), index.file_name()]),
            Location::Local(_) if *index != usual => words.extend(["-o".to_string(), word(index)]),
            Location::Local(_) => {}
        }
        words.extend(self.options.iter().cloned());
        if appends {
            words.push("--append".to_string());
        }
        let words: Vec<_> = words.iter().map(|word| for_shell(word)).collect();
        words.join(" ")
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        let spellings = self.spellings.iter().map(|it| it.map(Spellings::to_number));
        let spellings: Vec<Option<u64>> = spellings.collect();
        let value = json!({
            "table": self.table,
            "length": self.state.length,
            "modified": self.state.modified,
            "tag": self.state.tag,
            "start": self.state.start,
            "end": self.state.end,
            "columns": self.columns,
            "numbers": self.numbers,
            "types": kinds,
            "options": self.options,
            "header": self.header,
            "skipped": self.skipped,
            "line": self.line,
            "spellings": spellings,
            "places": if self.counts_rows { "rows" } else { "bytes" },
        });
        value.to_string().into_bytes()
    }

    /// Reads the object; `None` if it is not one that this program has written.
    pub(crate) fn parse(bytes: &[u8]) -> Option<About> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let text = |name: &str| Some(value.get(name)?.as_str()?.to_string());
        let number = |name: &str| value.get(name)?.as_u64();
        let texts = |name: &str| -> Option<Vec<String>> {
            let texts = value.get(name)?.as_array()?.iter();
            texts.map(|text| Some(text.as_str()?.to_string())).collect()
        };
        let numbers = |name: &str| -> Option<Vec<usize>> {
            let numbers = value.get(name)?.as_array()?.iter();
            numbers
                .map(|number| usize::try_from(number.as_u64()?).ok())
                .collect()
        };
        let spellings = value.get("spellings")?.as_array()?.iter();
        let spelling = |value: &Value| match value {
            Value::Null => Some(None),
            number => number
                .as_u64()
                .map(|number| Some(Spellings::of_number(number))),
        };
        let kinds = texts("types")?;
        let about = About {
            table: text("table")?,
            state: State {
                length: number("length")?,
                modified: text("modified")?,
                tag: text("tag"),
                start: u32::try_from(number("start")?).ok()?,
                end: u32::try_from(number("end")?).ok()?,
            },
            columns: texts("columns")?,
            numbers: numbers("numbers")?,
            kinds: kinds
                .iter()
                .map(|kind| Kind::named(kind))
                .collect::<Option<_>>()?,
            options: texts("options")?,
            header: texts("header")?,
            skipped: number("skipped")?,
            line: number("line")?,
            spellings: spellings.map(spelling).collect::<Option<_>>()?,
            counts_rows: text("places")? == "rows",
        };
        let count = about.columns.len();
        let is_consistent = count > 0
            && (about.kinds.len(), about.numbers.len()) == (count, count)
            && about.spellings.len() == count
            && about
                .numbers
                .iter()
                .all(|number| *number < about.header.len());
        is_consistent.then_some(about)
    }
}

/// What an index of many Parquet files says about these (`leafwise-datafusion` reads all of it).
#[derive(Debug)]
pub(crate) struct ManyFiles {
    /// The columns of the key.
    pub(crate) columns: Vec<String>,
    /// The files, and the numbers of their rows.
    pub(crate) files: Vec<(String, u64)>,
}

impl ManyFiles {
    /// Reads the object; `None` if it is another one.
    pub(crate) fn parse(bytes: &[u8]) -> Option<ManyFiles> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        if value.get("kind")? != "rows of Parquet files, 1" {
            return None;
        }
        let columns = value.get("columns")?.as_array()?.iter();
        let files = value.get("files")?.as_array()?.iter();
        let text = |value: &Value| Some(value.as_str()?.to_string());
        let file = |value: &Value| Some((text(value.get("path")?)?, value.get("rows")?.as_u64()?));
        Some(ManyFiles {
            columns: columns.map(text).collect::<Option<_>>()?,
            files: files.map(file).collect::<Option<_>>()?,
        })
    }
}

/// A word as a shell takes it.
fn for_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
