//! The levels of a file while it is written: each separator goes to the one level that has it.

use alloc::vec::Vec;

use std::io;

use crate::static_collections::parts::{KeyBytes, KeyForm, heads};

use super::geometry::separator_level;
use super::header::Header;
use super::integer::integer_bytes;
use super::spool::Spool;
use super::write::Content;

/// What is known of a separator.
pub(super) struct Separator<'k> {
    pub(super) key: KeyBytes<'k>,
    /// Where its text ends.
    pub(super) text_end: u64,
    /// The number of values up to its last one.
    pub(super) group_end: u64,
}

impl Separator<'_> {
    /// What the columns of a level hold of it.
    pub(super) fn numbers(&self, form: KeyForm, shared: usize) -> [u128; 4] {
        let [first, second] = match self.key {
            KeyBytes::Integer(bits) => [u128::from_le_bytes(integer_bytes(form, bits)), 0],
            KeyBytes::Text(text) => heads(text, shared).map(u128::from),
        };
        [first, second, self.text_end.into(), self.group_end.into()]
    }
}

/// The bytes of a slot without a separator, in that column: the greatest number.
pub(super) fn padding(form: KeyForm, column: usize) -> [u8; 16] {
    match (column, form) {
        (0, KeyForm::Integers { .. }) => integer_bytes(form, u128::MAX),
        _ => [0xFF; 16],
    }
}

/// The separators of all levels, each in the columns that [`Header::level_columns`] names.
pub(super) struct Separators<S> {
    b: u64,
    form: KeyForm,
    widths: [Option<u32>; 4],
    /// Lowest first, as the height is known last.
    levels: Vec<[Column<S>; 4]>,
}

/// One number of each separator of a level.
struct Column<S> {
    spool: S,
    length: u64,
}

impl<S: Spool> Column<S> {
    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        self.spool.write_all(bytes)
    }
}

impl<S: Spool> Separators<S> {
    pub(super) fn new(header: &Header) -> Self {
        Separators {
            b: u64::from(header.node_keys),
            form: header.form,
            widths: header.level_columns(),
            levels: Vec::new(),
        }
    }

    /// Adds the key before `position`, a multiple of the keys of a node, once another key is known
    /// to follow: the last child of a level needs no separator. All texts share `shared` bytes.
    pub(super) fn push(
        &mut self,
        position: u64,
        separator: &Separator<'_>,
        shared: usize,
    ) -> io::Result<()> {
        let level = separator_level(position / self.b - 1, self.b);
        self.grow(level + 1);
        let numbers = separator.numbers(self.form, shared);
        let columns = self.levels[level].iter_mut().zip(self.widths);
        for ((column, columns_width), number) in columns.zip(numbers) {
            column.push(&number.to_le_bytes()[..width(columns_width)])?;
        }
        Ok(())
    }

    fn grow(&mut self, height: usize) {
        let column = || Column {
            spool: S::new(),
            length: 0,
        };
        while self.levels.len() < height {
            self.levels.push([column(), column(), column(), column()]);
        }
    }

    /// The section of levels: all columns that the header has by now, padded to whole nodes with
    /// the greatest number.
    pub(super) fn finish(mut self, header: &Header) -> io::Result<Content<'static>> {
        let geometry = header.geometry();
        self.grow(geometry.height());
        self.widths = header.level_columns();
        let mut content = Content::default();
        for (columns, nodes) in self.levels.into_iter().rev().zip(geometry.nodes()) {
            for (at, mut column) in columns.into_iter().enumerate() {
                let Some(width) = self.widths[at] else {
                    continue;
                };
                let width = width as usize;
                let padding = padding(self.form, at);
                let length = nodes * self.b * width as u64;
                while column.length < length {
                    column.push(&padding[..width])?;
                }
                while !column.length.is_multiple_of(64) {
                    column.push(&[0])?;
                }
                content.push_spool(column.length, column.spool)?;
            }
        }
        Ok(content)
    }
}

fn width(width: Option<u32>) -> usize {
    width.map_or(0, |width| width as usize)
}
