//! What an index file says about its table: which one it is, and how it was read.
//!
//! It is a JSON object in the section "about" of the file (docs/file-format.md).

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use leafwise::file::checksum;
use serde_json::{Value, json};

use super::{names as names_of, path_of};
use crate::header::Header;
use crate::key::{Kind, Spellings};
use crate::key_columns::split;

/// As many bytes at the start and at the end of a table are compared.
const END_BYTES: u64 = 16 << 10;

/// A state of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) length: u64,
    /// Nanoseconds since 1970, as text: JSON's numbers may be rounded.
    modified: String,
    /// The checksums of the first and of the last bytes.
    start: u32,
    end: u32,
}

impl State {
    /// The state that a file has now.
    pub(crate) fn of(path: &Path) -> io::Result<State> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let mut state = State {
            modified: time(&metadata),
            ..State::of_start(&mut file, metadata.len())?
        };
        state.length = metadata.len();
        Ok(state)
    }

    /// The state of the first bytes of a file, without the time.
    fn of_start(file: &mut File, length: u64) -> io::Result<State> {
        let count = length.min(END_BYTES);
        let mut checksum_at = |offset| {
            let mut bytes = Vec::with_capacity(count as usize);
            file.seek(SeekFrom::Start(offset))?;
            file.take(count).read_to_end(&mut bytes)?;
            io::Result::Ok(checksum(&bytes))
        };
        Ok(State {
            length,
            modified: String::new(),
            start: checksum_at(0)?,
            end: checksum_at(length - count)?,
        })
    }

    /// Whether a file begins as it was, with a line end, and goes on: rows were appended.
    pub(crate) fn has_rows_behind(&self, path: &Path) -> io::Result<bool> {
        let mut file = File::open(path)?;
        if file.metadata()?.len() <= self.length || self.length == 0 {
            return Ok(false);
        }
        let start = State::of_start(&mut file, self.length)?;
        let mut last = [0];
        file.seek(SeekFrom::Start(self.length - 1))?;
        file.read_exact(&mut last)?;
        Ok((start.start, start.end) == (self.start, self.end) && last == *b"\n")
    }

    /// Whether a file still has this length and time.
    pub(crate) fn is_same_time(&self, path: &Path) -> io::Result<bool> {
        let metadata = File::open(path)?.metadata()?;
        Ok((metadata.len(), time(&metadata)) == (self.length, self.modified.clone()))
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
        (self.modified != now.modified).then(|| "it was modified".to_string())
    }
}

/// When a file was modified; empty where the system does not know.
fn time(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok();
    let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    modified.map_or(String::new(), |time| time.as_nanos().to_string())
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
    pub(crate) fn command(&self, table: &Path, index: &Path, appends: bool) -> String {
        let mut words = vec!["leafwise".to_string(), "index".to_string()];
        words.push(table.display().to_string());
        let names = self.header.iter().map(|name| name.as_bytes().to_vec());
        let names = names_of(
            &Header::of_names(&self.table, names.collect()),
            &self.numbers,
        );
        let usual = path_of(table, &names);
        for name in names {
            words.extend(["--key".to_string(), name]);
        }
        if index != usual {
            words.extend(["-o".to_string(), index.display().to_string()]);
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

/// A word as a shell takes it.
fn for_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
