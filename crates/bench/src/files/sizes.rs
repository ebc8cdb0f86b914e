//! The sizes of the files that were built for a key.

use std::fmt;

use serde::Serialize;

use super::tool::Tool;
use crate::operation::Timed;

/// A file with an index.
#[derive(Serialize)]
pub(crate) struct Size {
    tool: String,
    /// The file.
    bytes: u64,
    /// What the index adds to it.
    pub(crate) index_bytes: u64,
}

/// All files for a key.
#[derive(Serialize)]
pub(crate) struct Sizes {
    pub(crate) key: String,
    rows: usize,
    table_bytes: u64,
    /// The bytes of the keys of all rows in their natural fixed form.
    key_bytes: u64,
    pub(crate) files: Vec<Size>,
}

impl Size {
    /// A file of these bytes, which would have some other number of them without the index.
    pub(crate) fn new(tool: Tool, bytes: u64, without: u64) -> Self {
        Self {
            tool: tool.name(),
            bytes,
            index_bytes: bytes.saturating_sub(without),
        }
    }
}

impl Sizes {
    pub(crate) fn new(key: &str, rows: usize, (table_bytes, key_bytes): (u64, u64)) -> Self {
        Self {
            key: key.to_owned(),
            rows,
            table_bytes,
            key_bytes,
            files: Vec::new(),
        }
    }

    /// The bytes of all keys, and of positions of `position` bytes.
    fn pairs(&self, position: u64) -> f64 {
        (self.key_bytes + position * self.rows as u64) as f64
    }

    /// The size of an index, relative to that of the keys and of positions of eight bytes.
    pub(crate) fn ratio_of(&self, tool: Tool) -> Option<f64> {
        let name = tool.name();
        let mut files = self.files.iter();
        let file = files.find(|file| file.tool == name)?;
        Some(file.index_bytes as f64 / self.pairs(8))
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows as f64;
        writeln!(
            f,
            "{}: size, in MB; the table has {:.1}, keys and positions {:.1}, with positions of 4 \
             bytes {:.1}",
            self.key,
            self.table_bytes as f64 / 1e6,
            self.pairs(8) / 1e6,
            self.pairs(4) / 1e6,
        )?;
        write!(f, "{:18}{:>10}{:>10}", "", "file", "index")?;
        write!(f, "{:>12}{:>10}{:>10}", "bytes a row", "ratio", "4 bytes")?;
        for file in &self.files {
            let index = file.index_bytes as f64;
            write!(
                f,
                "\n{:18}{:>10.1}{:>10.1}{:>12.1}{:>9.2}x{:>9.2}x",
                file.tool,
                file.bytes as f64 / 1e6,
                index / 1e6,
                index / rows,
                index / self.pairs(8),
                index / self.pairs(4),
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_relative_to_keys_and_positions() {
        let mut sizes = Sizes::new("id", 1000, (50_000, 8000));
        sizes.files.push(Size::new(Tool::Leafwise, 20_000, 0));
        sizes.files.push(Size::new(Tool::Sqlite3, 72_000, 56_000));
        assert_eq!(sizes.ratio_of(Tool::Leafwise), Some(1.25));
        assert_eq!(sizes.ratio_of(Tool::Sqlite3), Some(1.0));
        assert_eq!(sizes.ratio_of(Tool::Duckdb), None);
        let printed = sizes.to_string();
        let last = printed.lines().last().unwrap();
        let words: Vec<&str> = last.split_whitespace().collect();
        assert_eq!(words, ["sqlite3", "0.1", "0.0", "16.0", "1.00x", "1.33x"]);
    }
}
