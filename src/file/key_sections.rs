//! The sections of a file that say which keys it has, while it is built.

use alloc::vec::Vec;

use std::io::{self, BufReader, Read, Write};

use crate::static_collections::parts::{KeyBytes, KeyForm};

use super::error::FileError;
use super::header::Header;
use super::integer::{integer_bytes, ordered_bits, width};
use super::reader::KeyBuf;
use super::separators::{Separator, Separators};
use super::spool::Spool;
use super::temporary::TemporaryFile;
use super::write::Content;

/// A section while it is collected.
pub(super) struct Part {
    spool: TemporaryFile,
    length: u64,
}

impl Part {
    pub(super) fn new() -> Part {
        Part {
            spool: TemporaryFile::new(),
            length: 0,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.length += bytes.len() as u64;
        Ok(self.spool.write_all(bytes)?)
    }

    pub(super) fn into_content(self) -> Result<Content<'static>, FileError> {
        Ok(Content::of_spool(self.length, self.spool)?)
    }

    fn into_reader(self) -> io::Result<impl Read> {
        Ok(BufReader::new(self.spool.into_reader()?))
    }
}

/// Keys that ascend, and what is known of each only when the next one comes.
pub(super) struct KeySections {
    /// The number of keys.
    pub(super) count: u64,
    pub(super) first: Option<KeyBuf>,
    pub(super) last: Option<KeyBuf>,
    /// The number of bytes of the longest text.
    longest: usize,
    separators: Separators<TemporaryFile>,
    keys: Part,
    text: Part,
    wraps: Part,
    groups: Part,
}

impl KeySections {
    /// Those of a file with this header, which is the same whenever it is passed.
    pub(super) fn new(header: &Header) -> KeySections {
        KeySections {
            count: 0,
            first: None,
            last: None,
            longest: 0,
            separators: Separators::new(header),
            keys: Part::new(),
            text: Part::new(),
            wraps: Part::new(),
            groups: Part::new(),
        }
    }

    /// The number of bytes of all texts.
    pub(super) fn text_length(&self) -> u64 {
        self.text.length
    }

    /// Adds a key, given the number of values before its first one.
    pub(super) fn push(
        &mut self,
        header: &Header,
        key: KeyBytes<'_>,
        values: u64,
    ) -> Result<(), FileError> {
        if let Some(last) = &self.last {
            if self.count.is_multiple_of(header.node_keys.into()) {
                let separator = Separator {
                    key: last.bytes(),
                    text_end: self.text.length,
                    group_end: values,
                };
                self.separators
                    .push(self.count, &separator, header.shared as usize)?;
            }
            self.push_group(header, values)?;
        }
        match key {
            KeyBytes::Integer(bits) => {
                let form = header.form;
                self.keys.push(&integer_bytes(form, bits)[..width(form)])?;
            }
            KeyBytes::Text(text) => {
                let before = self.text.length;
                self.text.push(text)?;
                self.longest = self.longest.max(text.len());
                if header.form == (KeyForm::Texts { length: None }) {
                    let end = self.text.length;
                    for _ in before >> 32..end >> 32 {
                        self.wraps.push(&self.count.to_le_bytes())?;
                    }
                    self.keys.push(&(end as u32).to_le_bytes())?;
                }
            }
        }
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(key.into());
        }
        match (&mut self.last, key) {
            (Some(KeyBuf::Text(last)), KeyBytes::Text(text)) => {
                last.clear();
                last.extend_from_slice(text);
            }
            (last, key) => *last = Some(key.into()),
        }
        Ok(())
    }

    /// Notes how many values there are up to the last one of the last key.
    fn push_group(&mut self, header: &Header, values: u64) -> Result<(), FileError> {
        let bytes = values.to_le_bytes();
        self.groups.push(&bytes[..header.group_width.into()])
    }

    /// Whether the keys can be [repeated](Self::repeated).
    pub(super) fn are_short(&self) -> bool {
        u32::try_from(self.longest).is_ok()
    }

    /// The same keys, each as often as it has values, for a file without groups, whose header is
    /// the second one. They are read back in order.
    pub(super) fn repeated(
        mut self,
        header: &Header,
        flat: &Header,
    ) -> Result<KeySections, FileError> {
        self.push_group(header, header.values)?;
        let mut repeated = KeySections::new(flat);
        let mut keys = self.keys.into_reader()?;
        let mut text = self.text.into_reader()?;
        let mut groups = self.groups.into_reader()?;
        let mut key = KeyBuf::Text(Vec::new());
        let mut text_end = 0_u32;
        for _ in 0..self.count {
            match (header.form, &mut key) {
                (KeyForm::Texts { length }, KeyBuf::Text(key)) => {
                    // All are shorter than 4 GiB, so the lower half of the end tells the length.
                    let length = match length {
                        Some(length) => length,
                        None => {
                            let before = text_end;
                            text_end = read_number(&mut keys, 4)? as u32;
                            text_end.wrapping_sub(before)
                        }
                    };
                    key.resize(length as usize, 0);
                    text.read_exact(key)?;
                }
                (form, key) => {
                    let mut bytes = [0; 16];
                    let bytes = &mut bytes[..width(form)];
                    keys.read_exact(bytes)?;
                    *key = KeyBuf::Integer(ordered_bits(form, bytes));
                }
            }
            let values_end = read_number(&mut groups, header.group_width)?;
            while repeated.count < values_end {
                repeated.push(flat, key.bytes(), repeated.count)?;
            }
        }
        Ok(repeated)
    }

    /// The sections of levels, keys, text, wraps and groups, for a header that has the number of
    /// keys and values.
    pub(super) fn into_contents(
        mut self,
        header: &Header,
    ) -> Result<[Content<'static>; 5], FileError> {
        if self.last.is_some() {
            self.push_group(header, header.values)?;
        }
        let form = header.form;
        if let KeyForm::Integers { .. } = form {
            let padding = integer_bytes(form, u128::MAX);
            let node_bytes = u64::from(header.node_keys) * width(form) as u64;
            while !self.keys.length.is_multiple_of(node_bytes) {
                self.keys.push(&padding[..width(form)])?;
            }
        }
        let groups = match header.is_grouped() {
            true => self.groups.into_content()?,
            false => {
                self.groups.spool.discard();
                Content::default()
            }
        };
        Ok([
            self.separators.finish(header)?,
            self.keys.into_content()?,
            self.text.into_content()?,
            self.wraps.into_content()?,
            groups,
        ])
    }
}

/// Reads a little-endian number of that many bytes.
fn read_number(from: &mut impl Read, width: u8) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes[..width.into()])?;
    Ok(u64::from_le_bytes(bytes))
}
