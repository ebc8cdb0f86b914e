//! What a column is like: of all rows, except for their order, and what is measured, if only a
//! sample of them is.

use serde_json::{Value, json};

use crate::error::shown;

/// The type that keys are measured as: the smallest that all of them fit into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RustType {
    U32,
    U64,
    I64,
    String,
}

impl RustType {
    pub(super) fn name(self) -> &'static str {
        match self {
            RustType::U32 => "u32",
            RustType::U64 => "u64",
            RustType::I64 => "i64",
            RustType::String => "String",
        }
    }

    /// The size of a pair of a key and a u64.
    pub(super) fn entry_bytes(self) -> usize {
        match self {
            RustType::U32 | RustType::U64 | RustType::I64 => 16,
            RustType::String => 32,
        }
    }
}

/// What is known of a column.
#[derive(Debug)]
pub(super) struct Sketch {
    pub(super) table: String,
    pub(super) column: String,
    /// Rows with a key, without one, and bad ones that were skipped.
    pub(super) rows: u64,
    pub(super) without_key: u64,
    pub(super) bad: u64,
    /// Rows that are measured.
    pub(super) measured: u64,
    /// The type of the keys in the table, and whether it was inferred.
    pub(super) kind: &'static str,
    pub(super) is_inferred: bool,
    pub(super) rust_type: RustType,
    /// What a value of that type stands for.
    pub(super) meaning: String,
    pub(super) distinct: u64,
    pub(super) rows_per_key_max: u64,
    /// The share of the rows, in per cent, that the most frequent hundredth of keys has.
    pub(super) top_percent: f64,
    /// The share of neighbouring rows that do not descend, in per cent.
    pub(super) ascending_percent: f64,
    pub(super) least: String,
    pub(super) greatest: String,
    pub(super) text: Option<TextSketch>,
}

/// What texts are like.
#[derive(Debug)]
pub(super) struct TextSketch {
    /// Lengths in bytes.
    pub(super) least: usize,
    pub(super) mean: f64,
    pub(super) greatest: usize,
    /// What all of them begin with.
    pub(super) prefix: String,
}

impl Sketch {
    pub(super) fn rows_per_key(&self) -> f64 {
        self.rows as f64 / self.distinct as f64
    }

    pub(super) fn has_duplicates(&self) -> bool {
        self.rows_per_key_max > 1
    }

    /// For people: names and values.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let inferred = if self.is_inferred { ", inferred" } else { "" };
        let mut rows = self.rows.to_string();
        if self.without_key > 0 {
            rows += &format!(", and {} without a value", self.without_key);
        }
        if self.bad > 0 {
            rows += &format!(", and {} bad ones", self.bad);
        }
        if self.measured < self.rows {
            rows += &format!("; a sample of {} is measured (--memory)", self.measured);
        }
        let mut lines = vec![
            ("table", self.table.clone()),
            ("column", shown(self.column.as_bytes())),
            ("type", format!("{}{inferred}", self.kind)),
            (
                "measured as",
                format!("{}, {}", self.rust_type.name(), self.meaning),
            ),
            ("rows", rows),
            ("keys", self.keys()),
            (
                "range",
                format!("{} to {}", clipped(&self.least), clipped(&self.greatest)),
            ),
        ];
        if let Some(text) = &self.text {
            let mut lengths = match text.least == text.greatest {
                true => format!("{} bytes each", text.least),
                false => format!(
                    "{} to {} bytes, {:.1} on average",
                    text.least, text.greatest, text.mean
                ),
            };
            if !text.prefix.is_empty() {
                lengths += &format!("; all begin with {}", clipped(&text.prefix));
            }
            lines.push(("text", lengths));
        }
        // Rounded down, so that only a sorted table has 100 %.
        let ascending = (self.ascending_percent * 10.0).floor() / 10.0;
        let order = match ascending {
            100.0 => "sorted".to_string(),
            _ => {
                format!("{ascending:.1} % of the rows have no smaller key than the row before")
            }
        };
        lines.push(("order", order));
        lines
    }

    fn keys(&self) -> String {
        match self.has_duplicates() {
            false => format!("{}, each of one row", self.distinct),
            true => format!(
                "{} different, each of {:.2} rows on average, at most {}; the most frequent \
                 1 % have {:.0} % of the rows",
                self.distinct,
                self.rows_per_key(),
                self.rows_per_key_max,
                self.top_percent
            ),
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let text = self.text.as_ref().map(|text| {
            json!({
                "bytes_min": text.least,
                "bytes_mean": text.mean,
                "bytes_max": text.greatest,
                "common_prefix": text.prefix,
            })
        });
        json!({
            "table": self.table,
            "column": self.column,
            "type": self.kind,
            "type_is_inferred": self.is_inferred,
            "rust_type": self.rust_type.name(),
            "rust_type_meaning": self.meaning,
            "rows": self.rows,
            "rows_without_key": self.without_key,
            "rows_bad": self.bad,
            "rows_measured": self.measured,
            "keys_distinct": self.distinct,
            "rows_per_key_mean": self.rows_per_key(),
            "rows_per_key_max": self.rows_per_key_max,
            "rows_of_most_frequent_hundredth_percent": self.top_percent,
            "rows_not_descending_percent": self.ascending_percent,
            "key_min": self.least,
            "key_max": self.greatest,
            "text": text,
        })
    }
}

/// The characters of a text that are shown.
const SHOWN_MAX: usize = 40;

/// A key for people: without control characters, and not too long.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}...", shown(&text.as_bytes()[..end])),
        None => shown(text.as_bytes()),
    }
}
