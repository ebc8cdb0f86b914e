//! Splits NDJSON into rows: a JSON object on each line, whose names are the columns.
//!
//! Cells are parts of the line, so that numbers keep their digits; strings are decoded only when
//! they are looked at. `serde_json` finds where values end, and checks them.

use std::fmt;

use leafwise::BPlusTreeMap;
use memchr::{memchr, memmem, memrchr};
use serde_core::Deserializer as _;
use serde_core::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Why, shown};
use crate::part::Bad;
use crate::rows::{Coding, Fields, Row};

/// The names of the columns, in the order in which they first appear.
#[derive(Default)]
pub(crate) struct Names {
    names: Vec<String>,
    columns: BPlusTreeMap<String, usize>,
    /// Lines that begin with this are skipped.
    comment: Option<u8>,
}

impl Names {
    /// The names of the objects on some whole lines, and the first row that is bad.
    pub(crate) fn of_lines(lines: &[u8], comment: Option<u8>) -> (Names, Option<Bad>) {
        let mut names = Names {
            comment,
            ..Names::default()
        };
        let mut first_bad = None;
        let mut rows = Rows::new(lines);
        let mut fields = Fields::default();
        while let Some(row) = rows.next(&names, &mut fields) {
            match row {
                Ok(_) => fields
                    .unknown
                    .drain(..)
                    .for_each(|(name, _)| names.add(name)),
                Err(bad) => drop(first_bad.get_or_insert(bad)),
            }
        }
        (names, first_bad)
    }

    fn add(&mut self, name: String) {
        self.columns.insert(name.clone(), self.names.len());
        self.names.push(name);
    }

    /// The names, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The column of a name, which is likely to be `guess`.
    fn find(&self, name: &str, guess: usize) -> Option<usize> {
        match self.names.get(guess) {
            Some(guessed) if guessed == name => Some(guess),
            _ => self.columns.get(name).copied(),
        }
    }
}

/// The rows of some whole lines.
pub(crate) struct Rows<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Rows<'a> {
        Rows {
            bytes,
            at: 0,
            line: 0,
        }
    }

    /// Goes forward to where a line begins. Lines are counted from there.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }

    /// Where the next line begins.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The number of lines that are behind [`Rows::position`].
    pub(crate) fn lines(&self) -> u64 {
        self.line
    }

    /// The next row; `None` at the end.
    pub(crate) fn next<'r>(
        &mut self,
        names: &Names,
        fields: &'r mut Fields,
    ) -> Option<Result<Row<'r>, Bad>>
    where
        'a: 'r,
    {
        loop {
            let rest = &self.bytes[self.at..];
            let first = *rest.first()?;
            let number = self.line;
            let line = match memchr(b'\n', rest) {
                Some(end) => {
                    self.at += end + 1;
                    self.line += 1;
                    &rest[..end]
                }
                None => {
                    self.at = self.bytes.len();
                    rest
                }
            };
            if Some(first) != names.comment && !line.iter().all(is_space) {
                let row = split(line, names, fields);
                return Some(match row {
                    Ok(()) => Ok(Row::of_fields(line, fields, number)),
                    Err(why) => Err(Bad { line: number, why }),
                });
            }
        }
    }
}

/// The end of the last line that is whole. A line feed cannot be within a value.
pub(crate) fn last_row_end(bytes: &[u8]) -> Option<usize> {
    memrchr(b'\n', bytes).map(|at| at + 1)
}

/// What JSON allows between values.
fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Finds the cells of a line.
fn split(line: &[u8], names: &Names, fields: &mut Fields) -> Result<(), Why> {
    let bad = |byte: usize, what: String| Why::NotObject { byte, what };
    let first = line.iter().position(|byte| !is_space(byte)).unwrap_or(0);
    if line[first] != b'{' {
        let hint = match line[first] {
            b'[' => ": of a JSON array, `jq -c '.[]'` makes lines",
            _ => "",
        };
        return Err(bad(first + 1, format!("not a JSON object{hint}")));
    }
    let line = str::from_utf8(line).map_err(|error| {
        let what = "not UTF-8 (--encoding windows-1252 reads Latin-1)";
        bad(error.valid_up_to() + 1, what.to_string())
    })?;
    fields.clear(names.names.len());
    let mut object = Object {
        line,
        names,
        fields,
        fault: None,
    };
    let mut json = serde_json::Deserializer::from_str(line);
    let outcome = json.deserialize_map(&mut object).and_then(|()| json.end());
    match (object.fault, outcome) {
        (Some(fault), _) => return Err(fault),
        (None, Err(error)) => {
            let text = error.to_string();
            let what = text.split(" at line ").next().unwrap_or_default();
            let hint = match error.is_eof() {
                true => ": an object has to be on one line, which `jq -c .` does",
                false => "",
            };
            return Err(bad(
                error.column(),
                format!("not valid JSON ({what}){hint}"),
            ));
        }
        (None, Ok(())) => {}
    }
    let mut unknown: Vec<&(String, usize)> = fields.unknown.iter().collect();
    unknown.sort_unstable();
    let same = unknown.windows(2).find(|pair| pair[0].0 == pair[1].0);
    match same.map(|pair| pair[1]) {
        Some((name, start)) => Err(repeated(name, start + 1)),
        None => Ok(()),
    }
}

fn repeated(name: &str, byte: usize) -> Why {
    let name = shown(name.as_bytes());
    Why::NotObject {
        byte,
        what: format!("the object has more than one field {name}"),
    }
}

/// An object whose fields are noted while it is parsed.
struct Object<'a> {
    line: &'a str,
    names: &'a Names,
    fields: &'a mut Fields,
    /// Why the object is refused, if it is valid JSON up to there.
    fault: Option<Why>,
}

impl<'a> Visitor<'a> for &mut Object<'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut guess = 0;
        while let Some(column) = map.next_key_seed(Name(self, guess))? {
            let value: &RawValue = map.next_value()?;
            let start = value.get().as_ptr().addr() - self.line.as_ptr().addr();
            if let Err(fault) = self.take(column, start, value.get()) {
                self.fault = Some(fault);
                return Err(A::Error::custom("refused"));
            }
            guess = column.map_or(guess, |column| column + 1);
        }
        Ok(())
    }
}

impl Object<'_> {
    /// Notes the value of a column, or of the name that was in none.
    fn take(&mut self, column: Option<usize>, start: usize, value: &str) -> Result<(), Why> {
        let Some(column) = column else {
            if let Some((_, place)) = self.fields.unknown.last_mut() {
                *place = start;
            }
            return Ok(());
        };
        let byte = start + 1;
        let end = start + value.len();
        let (start, end, coding) = match value.as_bytes()[0] {
            b'n' => (start, end, Coding::Null),
            b'{' | b'[' => (start, end, Coding::Json),
            b'"' if memchr(b'\\', value.as_bytes()).is_none() => {
                (start + 1, end - 1, Coding::Plain)
            }
            b'"' => (start, end, Coding::JsonString),
            _ => (start, end, Coding::Plain),
        };
        // Half of a pair of surrogates is no text; the parser accepts it in what is not decoded.
        let may_be_half =
            coding == Coding::JsonString && memmem::find(value.as_bytes(), b"\\u").is_some();
        if may_be_half && serde_json::from_str::<String>(value).is_err() {
            return Err(Why::NotObject {
                byte,
                what: "a string with half of a pair of surrogates (\\ud800 to \\udfff)".to_string(),
            });
        }
        match self.fields.put(column, start, end, coding) {
            true => Ok(()),
            false => Err(repeated(&self.names.names[column], byte)),
        }
    }
}

/// Finds the column of a name, and collects names that are none.
struct Name<'o, 'a>(&'o mut Object<'a>, usize);

impl<'de> DeserializeSeed<'de> for Name<'_, '_> {
    type Value = Option<usize>;

    fn deserialize<D: serde_core::Deserializer<'de>>(
        self,
        json: D,
    ) -> Result<Option<usize>, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_, '_> {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        let Name(object, guess) = self;
        let column = object.names.find(name, guess);
        if column.is_none() {
            object.fields.unknown.push((name.to_string(), 0));
        }
        Ok(column)
    }
}

/// The text of a string, which is between quotes.
pub(crate) fn decoded(string: &[u8]) -> Vec<u8> {
    let text: Result<String, _> = serde_json::from_slice(string);
    text.expect("the string was checked when its row was split")
        .into_bytes()
}

/// An array or object without the spaces between its values.
pub(crate) fn compact(value: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(value.len());
    let mut is_in_string = false;
    let mut is_escaped = false;
    for byte in value {
        if is_in_string || !is_space(byte) {
            output.push(*byte);
        }
        is_in_string ^= *byte == b'"' && !is_escaped;
        is_escaped = is_in_string && *byte == b'\\' && !is_escaped;
    }
    output
}
