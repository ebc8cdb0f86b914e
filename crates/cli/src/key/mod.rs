//! The types that a key column can have, and how a cell becomes a key.
//!
//! A key is a string of bytes that compares as the cell does: numbers, moments, addresses and text
//! alike. So everything behind this module (queries, runs, merges) is compiled once and knows no
//! types. Rows are printed from the file, never from their keys, so a key need not keep how it was
//! written (`1.50`, `+7`).
//!
//! Where two different cells would be the same key, a type is not inferred: see
//! [`KeyType::read`].

mod address;
pub(crate) mod composite;
mod look;
pub(crate) mod number;
mod text;
pub(crate) mod time;

use std::borrow::Cow;
use std::str;

use clap::ValueEnum;

pub(crate) use look::Look;
pub(crate) use number::{Notation, Spellings};
pub(crate) use time::can_read as can_read_dates;

/// The types of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Whole numbers, of any length
    Integer,
    /// Exact decimal numbers: 12, 0.5, 1e-3
    Decimal,
    /// 64-bit floating point, in total order; inf and nan are floats
    Float,
    /// A date: 2024-05-31
    Date,
    /// A date and a time of day without an offset: 2024-05-31 23:59:59; or a date, its midnight
    Datetime,
    /// An instant: 2024-05-31T23:59:59Z; or a date, its midnight in UTC
    Timestamp,
    /// An IPv4 or IPv6 address
    Ip,
    /// Text in which numbers are ordered by value: file9 before file10
    Natural,
    /// Text, ordered by code points
    Text,
}

impl Kind {
    /// The types that can be inferred from cells, the narrowest first.
    pub(crate) const INFERRED: [Kind; 5] = [
        Kind::Integer,
        Kind::Decimal,
        Kind::Date,
        Kind::Datetime,
        Kind::Timestamp,
    ];

    /// The name that `--type` takes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Float => "float",
            Kind::Date => "date",
            Kind::Datetime => "datetime",
            Kind::Timestamp => "timestamp",
            Kind::Ip => "ip",
            Kind::Natural => "natural",
            Kind::Text => "text",
        }
    }

    /// The name after "is not", for cells that are written as usual.
    fn with_article(self) -> &'static str {
        match self {
            Kind::Integer => "an integer",
            Kind::Decimal => "a decimal number",
            Kind::Float => "a float",
            Kind::Date => "a date (such as 2024-05-31)",
            Kind::Datetime => "a datetime without an offset (such as 2024-05-31 23:59:59)",
            Kind::Timestamp => "a timestamp with its offset (such as 2024-05-31T23:59:59Z)",
            Kind::Ip => "an IP address",
            Kind::Natural | Kind::Text => "text",
        }
    }

    /// The name for several of them.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Kind::Integer => "integers",
            Kind::Decimal => "decimal numbers",
            Kind::Float => "floats",
            Kind::Date => "dates",
            Kind::Datetime => "datetimes",
            Kind::Timestamp => "timestamps",
            Kind::Ip => "IP addresses",
            Kind::Natural | Kind::Text => "text",
        }
    }

    /// What a key of this type stands for, as it is written by default.
    pub(crate) fn show(self, key: &[u8]) -> String {
        let shown = match self {
            Kind::Integer | Kind::Decimal => number::decode(key).map(|number| number.show()),
            Kind::Float => key
                .try_into()
                .ok()
                .map(|bits| number::show_float(u64::from_be_bytes(bits))),
            Kind::Date | Kind::Datetime | Kind::Timestamp => {
                time::decode(key).map(|moment| moment.show(self))
            }
            Kind::Ip => address::decode(key).map(|address| address.to_string()),
            Kind::Natural => text::decode_natural(key),
            Kind::Text => None,
        };
        shown.unwrap_or_else(|| String::from_utf8_lossy(key).into_owned())
    }

    /// The type with that name.
    pub(crate) fn named(name: &str) -> Option<Kind> {
        Kind::value_variants()
            .iter()
            .copied()
            .find(|kind| kind.name() == name)
    }

    /// Whether any text is of this type.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Kind::Text | Kind::Natural)
    }
}

/// The type of the keys, and how they are written in this table.
#[derive(Clone, Debug)]
pub(crate) struct KeyType {
    pub(crate) kind: Kind,
    /// For numbers: the signs that they are written with.
    pub(crate) notation: Notation,
    /// For dates and times: how they are written, if not as in RFC 3339.
    pub(crate) date_format: Option<String>,
    /// For text: whether `a` and `A` are the same.
    pub(crate) ignores_case: bool,
    /// Words that stand for no value.
    pub(crate) nulls: Vec<String>,
}

impl KeyType {
    /// A kind as it is written by default.
    pub(crate) fn plain(kind: Kind) -> KeyType {
        KeyType {
            kind,
            notation: Notation::default(),
            date_format: None,
            ignores_case: false,
            nulls: Vec::new(),
        }
    }

    /// What a cell has to be, after "is not".
    pub(crate) fn description(&self) -> String {
        match (&self.date_format, self.kind) {
            (Some(format), Kind::Date | Kind::Datetime | Kind::Timestamp) => {
                format!("a {} in the format {format}", self.kind.name())
            }
            _ => self.kind.with_article().to_string(),
        }
    }

    /// The same with another kind.
    pub(crate) fn with_kind(&self, kind: Kind) -> KeyType {
        KeyType {
            kind,
            ..self.clone()
        }
    }

    /// Appends the key of a cell; `None`, and nothing appended, if the cell is not of this type.
    ///
    /// Returns in which spellings the cell is the only one with its key; none if there may always
    /// be another. A column has an inferred type only if all its cells have a spelling in common.
    /// `007` and `+7` have none, as they would equal `7`; `1.5` and `1.50` have none in common.
    /// What equals what among dates and times is not a matter of spelling: two cells that name the
    /// same instant are the same key.
    pub(crate) fn read(&self, cell: &[u8], key: &mut Vec<u8>) -> Option<Spellings> {
        let is_read = match self.kind {
            Kind::Integer | Kind::Decimal => {
                let plain = self.notation.plain(trim(cell))?;
                let numeral = number::parse(&plain)?;
                let is_of_kind = self.kind == Kind::Decimal || numeral.is_whole();
                return (is_of_kind && numeral.encode(key)).then(|| numeral.spellings());
            }
            Kind::Float => number::encode_float(&self.notation.plain(trim(cell))?, key),
            Kind::Date | Kind::Datetime | Kind::Timestamp => {
                time::encode(self.kind, trim(cell), self.date_format.as_deref(), key)
            }
            Kind::Ip => address::encode(trim(cell), key),
            Kind::Natural | Kind::Text => self.encode_text(str::from_utf8(cell).ok()?, key),
        };
        is_read.then_some(Spellings::ALL)
    }

    fn encode_text(&self, cell: &str, key: &mut Vec<u8>) -> bool {
        let folded = match self.ignores_case {
            true => Cow::Owned(cell.to_lowercase()),
            false => Cow::Borrowed(cell),
        };
        match self.kind {
            Kind::Natural => text::encode_natural(&folded, key),
            _ => key.extend_from_slice(folded.as_bytes()),
        }
        true
    }

    /// The key of a value that is asked for. Integers may be compared with fractions, and dates
    /// with times, whose keys have the same form.
    pub(crate) fn encode_asked(&self, asked: &str) -> Option<Vec<u8>> {
        let kind = match self.kind {
            Kind::Integer => Kind::Decimal,
            Kind::Date => Kind::Datetime,
            other => other,
        };
        self.with_kind(kind).read_asked(asked)
    }

    /// The key of a value of this type on the command line, where the digits of a number may be
    /// grouped, `10_000_000`, unless the table has another use for `_`, and dates may be written
    /// as usual in spite of a format.
    fn read_asked(&self, asked: &str) -> Option<Vec<u8>> {
        let notation = self.notation;
        let has_underscores = [notation.thousands, notation.decimal].contains(&Some('_'));
        let ungrouped = match self.kind {
            Kind::Integer | Kind::Decimal | Kind::Float if !has_underscores => {
                Cow::Owned(ungrouped(asked)?)
            }
            _ => Cow::Borrowed(asked),
        };
        let mut key = Vec::new();
        if self.read(ungrouped.as_bytes(), &mut key).is_none() {
            let usual = KeyType {
                date_format: None,
                ..self.clone()
            };
            usual.read(ungrouped.as_bytes(), &mut key)?;
        }
        Some(key)
    }

    /// Whether a cell is of this type.
    pub(crate) fn accepts(&self, cell: &str) -> bool {
        self.read(cell.as_bytes(), &mut Vec::new()).is_some()
    }

    /// Whether a value that is asked for is of this type.
    pub(crate) fn accepts_asked(&self, asked: &str) -> bool {
        self.read_asked(asked).is_some()
    }

    /// Whether a cell stands for no value, so that its row has no key. As text, the empty cell is a
    /// key like any other.
    pub(crate) fn is_missing(&self, cell: &[u8]) -> bool {
        if self.kind.is_text() && self.nulls.is_empty() {
            return false;
        }
        let cell = trim(cell);
        (cell.is_empty() && !self.kind.is_text())
            || self.nulls.iter().any(|null| null.as_bytes() == cell)
    }

    /// Whether a value that is asked for is a word that stands for no value.
    pub(crate) fn is_null(&self, asked: &str) -> bool {
        self.nulls.iter().any(|null| null == asked.trim())
    }
}

/// Removes spaces and tabs around a number or a date (`1, 2, 3`).
fn trim(cell: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let Some(first) = cell.iter().position(is_text) else {
        return &[];
    };
    let last = cell.iter().rposition(is_text).unwrap_or(first);
    &cell[first..=last]
}

/// Removes the underscores from `10_000_000`; `None` if one is not between two digits.
fn ungrouped(asked: &str) -> Option<String> {
    let bytes = asked.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let between = |at: usize| at > 0 && is_digit(at - 1) && is_digit(at + 1);
    let all_between = (0..bytes.len())
        .filter(|at| bytes[*at] == b'_')
        .all(between);
    all_between.then(|| asked.replace('_', ""))
}
