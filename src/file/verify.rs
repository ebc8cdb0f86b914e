//! Checks everything that a file has to be, in bounded memory.
//!
//! Each section is read once, from front to back, all of those that say something about the keys
//! together. Texts are read twice, as each is compared with the one before it, and texts may be
//! longer than memory.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

use std::io::{Read, Seek, SeekFrom};

use crate::static_collections::parts::{Collection, KeyBytes, KeyForm};

use super::error::FileError;
use super::geometry::separator_level;
use super::header::{DIFFERENT_KEYS_AT, HEADER_BYTES, Header, Section, Span, is_known};
use super::integer::{integer_bytes, ordered_bits, width};
use super::pages::{Cursor, Source};
use super::sections::check_ends;
use super::separators::{Separator, padding};
use super::types::{IntegerType, key_form, value_width};

/// Checks a whole file: its header and its copy, all checksums and padding, that keys are those of
/// their type and in order, and that limits, levels and groups are those of the keys. O(n).
///
/// It takes a mebibyte of memory or less, in files with several levels a few. A file that passes
/// can be mapped into memory and answers every query correctly.
///
/// # Errors
///
/// Returns what is wrong, and at which byte; or the error of the reader.
///
/// # Examples
///
/// ```
/// use std::io::Cursor;
///
/// use leafwise::StaticSet;
/// use leafwise::file::{FileError, verify};
///
/// let numbers: StaticSet<u32> = (0..1000).collect();
/// let mut bytes = Vec::new();
/// numbers.write_to(&mut bytes)?;
/// assert_eq!(verify(Cursor::new(&bytes))?.key_count(), 1000);
///
/// bytes[5000] ^= 1;
/// let error = verify(Cursor::new(&bytes)).unwrap_err();
/// assert!(matches!(error, FileError::Damaged { offset: 4096, .. }));
/// # Ok::<(), FileError>(())
/// ```
pub fn verify(mut reader: impl Read + Seek) -> Result<Header, FileError> {
    let length = reader.seek(SeekFrom::End(0))?;
    let header = check_ends(length, &mut |span| {
        // Of the header or the footer.
        let mut bytes = vec![0; span.length as usize];
        reader.seek(SeekFrom::Start(span.offset))?;
        reader.read_exact(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    })?;
    check_types(&header)?;
    let mut source = Source::new(reader, header.span(Section::Checksums));
    check_gaps(&header, &mut source)?;
    for section in [Section::About, Section::Values] {
        Cursor::new(header.span(section)).rest(&mut source)?;
    }
    check_limits(&header, &mut source)?;
    Keys::new(&header).check(&mut source)?;
    Ok(header)
}

fn damaged<T>(what: &'static str, offset: u64) -> Result<T, FileError> {
    Err(FileError::Damaged { what, offset })
}

/// Checks that keys and values are held as those of their types are.
fn check_types(header: &Header) -> Result<(), FileError> {
    if key_form(&header.key_type).is_some_and(|form| form != header.form) {
        return damaged("the form of keys is not that of their type", 60);
    }
    if value_width(&header.value_type).is_some_and(|width| width != header.value_width) {
        return damaged("the width of values is not that of their type", 68);
    }
    Ok(())
}

/// Checks that nothing but zeros is between sections.
fn check_gaps<R: Read + Seek>(header: &Header, source: &mut Source<R>) -> Result<(), FileError> {
    // Later minor versions may have sections there.
    let is_known = is_known(header.version);
    let mut end = 0;
    let first = Span {
        offset: 0,
        length: HEADER_BYTES as u64,
    };
    let spans = Section::ALL.map(|section| header.span(section));
    for span in [first].into_iter().chain(spans) {
        if span.length == 0 {
            continue;
        }
        let gap = Span {
            offset: end,
            length: span.offset - end,
        };
        match Cursor::new(gap).rest(source)? {
            Some(offset) if is_known => return damaged("padding that is not zero", offset),
            _ => end = span.end(),
        }
    }
    let behind = source.read_behind(Span {
        offset: end,
        length: header.file_length - HEADER_BYTES as u64 - end,
    })?;
    match behind.iter().position(|byte| *byte != 0) {
        Some(at) => damaged("padding that is not zero", end + at as u64),
        None => Ok(()),
    }
}

/// Where the first key and the last are in the section of limits.
fn limit_spans<R: Read + Seek>(
    header: &Header,
    source: &mut Source<R>,
) -> Result<Option<[Span; 2]>, FileError> {
    let limits = header.span(Section::Limits);
    if header.keys == 0 {
        return Ok(None);
    }
    let mut spans = [Span::default(); 2];
    let mut rest = limits;
    for span in &mut spans {
        if rest.length < 8 {
            return damaged("the length of a limit", rest.offset);
        }
        let at = Span { length: 8, ..rest };
        let length = number(Cursor::new(limits).part(source, at)?) as u64;
        if length > rest.length - 8 {
            return damaged("the length of a limit", rest.offset);
        }
        *span = Span {
            offset: rest.offset + 8,
            length,
        };
        rest = Span {
            offset: span.end(),
            length: rest.length - 8 - length,
        };
    }
    let expected = match header.form {
        KeyForm::Integers { width, .. } => Some(u64::from(width)),
        KeyForm::Texts { length } => length.map(u64::from),
    };
    let has_length = |span: &Span| expected.is_none_or(|expected| expected == span.length);
    if rest.length > 0 || !spans.iter().all(has_length) {
        return damaged("the length of a limit", limits.offset);
    }
    Ok(Some(spans))
}

/// Checks that the limits share the bytes that the header says, at least.
fn check_limits<R: Read + Seek>(header: &Header, source: &mut Source<R>) -> Result<(), FileError> {
    let limits = header.span(Section::Limits);
    let Some(spans) = limit_spans(header, source)? else {
        return Ok(());
    };
    // All pages are read, whatever is compared.
    Cursor::new(limits).rest(source)?;
    if let KeyForm::Texts { .. } = header.form {
        let [first, last] = spans.map(|span| (Cursor::behind(limits), span));
        let (shared, _) = compare(source, first, last)?;
        if shared < header.shared.into() {
            return damaged("the number of bytes that all texts share", 72);
        }
    }
    Ok(())
}

/// A text somewhere in a file.
type Text<C> = (C, Span);

/// The number of bytes that two texts share at the start, and their order.
fn compare<R: Read + Seek>(
    source: &mut Source<R>,
    (mut left, left_span): Text<impl core::borrow::BorrowMut<Cursor>>,
    (mut right, right_span): Text<impl core::borrow::BorrowMut<Cursor>>,
) -> Result<(u64, Ordering), FileError> {
    let (left, right) = (left.borrow_mut(), right.borrow_mut());
    let both = left_span.length.min(right_span.length);
    let mut shared = 0;
    while shared < both {
        let next = |span: Span| Span {
            offset: span.offset + shared,
            length: both - shared,
        };
        let left = left.part(source, next(left_span))?;
        let right = right.part(source, next(right_span))?;
        let count = left.len().min(right.len());
        let (left, right) = (&left[..count], &right[..count]);
        match left.cmp(right) {
            Ordering::Equal => shared += count as u64,
            order => {
                let different = left
                    .iter()
                    .zip(right)
                    .position(|(left, right)| left != right);
                return Ok((shared + different.unwrap_or(0) as u64, order));
            }
        }
    }
    Ok((shared, left_span.length.cmp(&right_span.length)))
}

/// A little-endian number.
fn number(bytes: &[u8]) -> u128 {
    let mut wide = [0; 16];
    wide[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(wide)
}

/// A column of a level.
struct Column {
    cursor: Cursor,
    /// Where the last slot ends.
    end: u64,
    width: usize,
    padding: [u8; 16],
}

/// A key, where it is.
#[derive(Clone, Copy)]
enum At {
    /// The ordered bits.
    Integer(u128),
    Text(Span),
}

/// The sections that say something about the keys, each read up to the same key.
struct Keys<'h> {
    header: &'h Header,
    /// The type, if keys are integers of which some are no keys.
    key_type: Option<IntegerType>,
    keys: Cursor,
    text: Cursor,
    /// The text before, or a limit.
    other: Cursor,
    /// How far ends have come, and their higher half.
    text_end: u64,
    wraps: Cursor,
    wrap_count: u64,
    next_wrap: Option<u64>,
    groups: Cursor,
    group_end: u64,
    /// The number of different keys.
    different: u64,
    /// The columns of each level, lowest level first.
    levels: Vec<[Option<Column>; 4]>,
}

impl<'h> Keys<'h> {
    fn new(header: &'h Header) -> Self {
        let geometry = header.geometry();
        let widths = header.level_columns();
        let column = |level: usize, column: usize| {
            let span = header.level_column(&geometry, level, column)?;
            let length = span.length.next_multiple_of(64);
            Some(Column {
                cursor: Cursor::new(Span { length, ..span }),
                end: span.end(),
                width: widths[column].unwrap_or(0) as usize,
                padding: padding(header.form, column),
            })
        };
        let levels = (0..geometry.height()).rev();
        let levels = levels.map(|level| core::array::from_fn(|number| column(level, number)));
        let key_type = IntegerType::of(&header.key_type);
        Keys {
            header,
            key_type: key_type.filter(|of| !matches!(of, IntegerType::Number { .. })),
            keys: Cursor::new(header.span(Section::Keys)),
            text: Cursor::new(header.span(Section::Text)),
            other: Cursor::behind(header.span(Section::Text)),
            text_end: header.span(Section::Text).offset,
            wraps: Cursor::new(header.span(Section::Wraps)),
            wrap_count: 0,
            next_wrap: None,
            groups: Cursor::new(header.span(Section::Groups)),
            group_end: 0,
            different: 0,
            levels: levels.collect(),
        }
    }

    fn check<R: Read + Seek>(mut self, source: &mut Source<R>) -> Result<(), FileError> {
        let header = self.header;
        let b = u64::from(header.node_keys);
        let limits = limit_spans(header, source)?;
        self.take_wrap(source)?;
        let mut before = None;
        let mut position = 0;
        while position < header.keys {
            if let Some(At::Integer(bits)) = &mut before {
                position += self.take_ascending(source, position, bits)?;
            }
            let offset = self.keys.at();
            let key = self.take_key(source, position)?;
            if let Some(before) = before {
                self.check_order(source, before, key, offset)?;
            } else {
                self.different = 1;
            }
            self.check_text(source, key)?;
            self.take_group(source)?;
            let is_last = position + 1 == header.keys;
            for (limit, is_it) in limits.into_iter().flatten().zip([position == 0, is_last]) {
                if is_it {
                    self.check_limit(source, key, limit)?;
                }
            }
            if (position + 1).is_multiple_of(b) && !is_last {
                self.check_separator(source, key, (position + 1) / b - 1)?;
            }
            before = Some(key);
            position += 1;
        }
        self.finish(source)
    }

    /// Takes integers that only have to be of their type and behind those before them, and returns
    /// their number: none of them ends a node or is the last key. `before` is then the last of
    /// them. Those that are faulty are left to the other checks.
    fn take_ascending<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        position: u64,
        before: &mut u128,
    ) -> Result<u64, FileError> {
        let header = self.header;
        if header.is_grouped() {
            return Ok(0);
        }
        let b = u64::from(header.node_keys);
        let width = width(header.form);
        let count = (b - 1 - position % b).min(header.keys - 1 - position);
        let span = Span {
            offset: self.keys.at(),
            length: count * width as u64,
        };
        let may_equal = header.collection == Collection::Index;
        let (mut taken, mut different) = (0, 0);
        for bytes in self.keys.part(source, span)?.chunks_exact(width) {
            let bits = ordered_bits(header.form, bytes);
            let is_behind = *before < bits || (may_equal && *before == bits);
            if !is_behind || self.key_type.as_ref().is_some_and(|of| !of.has(bits)) {
                break;
            }
            different += u64::from(*before < bits);
            *before = bits;
            taken += 1;
        }
        self.different += different;
        self.keys.skip(taken * width as u64);
        Ok(taken)
    }

    /// The next key, which has to be within its section.
    fn take_key<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        position: u64,
    ) -> Result<At, FileError> {
        let form = self.header.form;
        let start = self.text_end;
        let length = match form {
            KeyForm::Integers { .. } => {
                let offset = self.keys.at();
                let bits = ordered_bits(form, self.keys.take(source, width(form))?);
                if self.key_type.as_ref().is_some_and(|of| !of.has(bits)) {
                    return damaged("an integer that is no key of the type", offset);
                }
                return Ok(At::Integer(bits));
            }
            KeyForm::Texts {
                length: Some(length),
            } => u64::from(length),
            KeyForm::Texts { length: None } => {
                while self.next_wrap == Some(position) {
                    self.wrap_count += 1;
                    self.take_wrap(source)?;
                }
                let offset = self.keys.at();
                let low = number(self.keys.take(source, 4)?) as u64;
                let text = self.header.span(Section::Text);
                let end = (self.wrap_count << u32::BITS).saturating_add(low);
                match (text.offset + end.min(text.length)).checked_sub(start) {
                    Some(length) if end <= text.length => length,
                    _ => return damaged("where a text ends", offset),
                }
            }
        };
        self.text_end = start + length;
        Ok(At::Text(Span {
            offset: start,
            length,
        }))
    }

    fn take_wrap<R: Read + Seek>(&mut self, source: &mut Source<R>) -> Result<(), FileError> {
        self.next_wrap = match self.wraps.left() {
            0 => None,
            _ => Some(number(self.wraps.take(source, 8)?) as u64),
        };
        Ok(())
    }

    fn take_group<R: Read + Seek>(&mut self, source: &mut Source<R>) -> Result<(), FileError> {
        if self.header.is_grouped() {
            let offset = self.groups.at();
            let width = usize::from(self.header.group_width);
            let end = number(self.groups.take(source, width)?) as u64;
            if end <= self.group_end || end > self.header.values {
                return damaged("the number of values up to those of a key", offset);
            }
            self.group_end = end;
        }
        Ok(())
    }

    /// Checks that a key follows the one before it.
    fn check_order<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        before: At,
        key: At,
        offset: u64,
    ) -> Result<(), FileError> {
        let (order, offset) = match (before, key) {
            (At::Text(before), At::Text(text)) => {
                let sides = ((&mut self.other, before), (&mut self.text, text));
                (compare(source, sides.0, sides.1)?.1, text.offset)
            }
            (At::Integer(before), At::Integer(key)) => (before.cmp(&key), offset),
            _ => return Ok(()),
        };
        let may_equal = self.header.collection == Collection::Index && !self.header.is_grouped();
        match order {
            Ordering::Less => {
                self.different += 1;
                Ok(())
            }
            Ordering::Equal if may_equal => Ok(()),
            Ordering::Equal => damaged("a key that is there twice", offset),
            Ordering::Greater => damaged("a key that is less than the one before it", offset),
        }
    }

    /// Reads a whole text, and checks that it is UTF-8 if it has to be.
    fn check_text<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        key: At,
    ) -> Result<(), FileError> {
        let At::Text(mut text) = key else {
            return Ok(());
        };
        let is_utf8 = self.header.key_type == "text";
        while text.length > 0 {
            let bytes = self.text.part(source, text)?;
            let count = match core::str::from_utf8(bytes) {
                Err(error) if is_utf8 => {
                    let is_cut = error.error_len().is_none() && (bytes.len() as u64) < text.length;
                    if !is_cut {
                        let offset = text.offset + error.valid_up_to() as u64;
                        return damaged("a text that is not UTF-8", offset);
                    }
                    // What is cut has three bytes at most, and the part that is read a page or
                    // more.
                    error.valid_up_to()
                }
                _ => bytes.len(),
            } as u64;
            text = Span {
                offset: text.offset + count,
                length: text.length - count,
            };
        }
        Ok(())
    }

    fn check_limit<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        key: At,
        limit: Span,
    ) -> Result<(), FileError> {
        let mut limits = Cursor::behind(limit);
        let is_same = match key {
            At::Integer(bits) => {
                ordered_bits(self.header.form, limits.part(source, limit)?) == bits
            }
            At::Text(text) => {
                let (_, order) = compare(source, (&mut self.text, text), (limits, limit))?;
                order.is_eq()
            }
        };
        match is_same {
            true => Ok(()),
            false => damaged("a limit is not the first or the last key", limit.offset),
        }
    }

    /// Checks that a key is where the levels have the greatest one of a child.
    fn check_separator<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        key: At,
        child: u64,
    ) -> Result<(), FileError> {
        let form = self.header.form;
        let key = match key {
            At::Integer(bits) => KeyBytes::Integer(bits),
            At::Text(text) => {
                // Only the heads are of interest.
                let shared = u64::from(self.header.shared).min(text.length);
                let heads = Span {
                    offset: text.offset + shared,
                    length: (text.length - shared).min(16),
                };
                KeyBytes::Text(self.text.part(source, heads)?)
            }
        };
        let separator = Separator {
            key,
            text_end: self.text_end - self.header.span(Section::Text).offset,
            group_end: self.group_end,
        };
        let numbers = separator.numbers(form, 0);
        let level = separator_level(child, u64::from(self.header.node_keys));
        let columns = self.levels.get_mut(level).into_iter().flatten();
        for (column, number) in columns.zip(numbers) {
            let Some(column) = column else { continue };
            let offset = column.cursor.at();
            let found = column.cursor.take(source, column.width)?;
            if found != &number.to_le_bytes()[..column.width] {
                return damaged("a separator that is not that of its key", offset);
            }
        }
        Ok(())
    }

    /// Checks what follows the last key.
    fn finish<R: Read + Seek>(mut self, source: &mut Source<R>) -> Result<(), FileError> {
        let form = self.header.form;
        let greatest = integer_bytes(form, u128::MAX);
        while self.keys.left() > 0 {
            let offset = self.keys.at();
            if self.keys.take(source, width(form))? != &greatest[..width(form)] {
                return damaged("the padding of keys", offset);
            }
        }
        if self.next_wrap.is_some() {
            return damaged("a text that does not wrap", self.wraps.at() - 8);
        }
        if self.text_end != self.header.span(Section::Text).end() {
            return damaged("where the last text ends", self.text_end);
        }
        if self.header.is_grouped() && self.group_end != self.header.values {
            return damaged("the number of values up to the last key", self.groups.at());
        }
        if self.different != self.header.different_keys {
            return damaged("the number of different keys", DIFFERENT_KEYS_AT as u64);
        }
        for column in self.levels.iter_mut().flatten().flatten() {
            while column.cursor.at() < column.end {
                let offset = column.cursor.at();
                let found = column.cursor.take(source, column.width)?;
                if found != &column.padding[..column.width] {
                    return damaged("the padding of a level", offset);
                }
            }
            if let Some(offset) = column.cursor.rest(source)? {
                return damaged("the padding of a level", offset);
            }
        }
        Ok(())
    }
}
