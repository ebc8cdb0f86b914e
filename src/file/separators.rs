//! The levels of a file while it is written: each separator goes to the one level that has it.

use alloc::vec::Vec;

use std::io;

use crate::static_collections::parts::{KeyBytes, KeyForm, heads};

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
        let (mut level, mut child) = (0, position / self.b - 1);
        // The greatest key of the last child of a node is a separator of a higher level.
        while child % (self.b + 1) == self.b {
            child /= self.b + 1;
            level += 1;
        }
        self.grow(level + 1);
        let (first, second) = match separator.key {
            KeyBytes::Integer(bits) => (integer_bytes(self.form, bits), 0),
            KeyBytes::Text(text) => {
                let [first, second] = heads(text, shared);
                (u128::from(first).to_le_bytes(), second)
            }
        };
        let ends = [second, separator.text_end, separator.group_end];
        let columns = &mut self.levels[level];
        columns[0].push(&first[..width(self.widths[0])])?;
        for ((column, width), end) in columns[1..].iter_mut().zip(&self.widths[1..]).zip(ends) {
            column.push(&end.to_le_bytes()[..self::width(*width)])?;
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

    /// The section of levels: all columns that the header has by now, padded to whole nodes with the
    /// greatest number.
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
                let padding = match (at, self.form) {
                    (0, KeyForm::Integers { .. }) => integer_bytes(self.form, u128::MAX),
                    _ => [0xFF; 16],
                };
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
