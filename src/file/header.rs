//! The header of a file, which its end repeats: what the file holds, and where.
//!
//! docs/file-format.md draws every byte. All numbers are little-endian.

use alloc::string::String;
use alloc::vec::Vec;

use crate::static_collections::parts::{Collection, KeyForm};

use super::checksum::checksum;
use super::error::FileError;
use super::geometry::Geometry;

/// The first bytes of a file. Like those of PNG, they show damage by a transfer as text.
const MAGIC: [u8; 8] = *b"\x89LWX\r\n\x1a\n";

/// Another major version cannot be read, a greater minor one can.
const MAJOR: u16 = 1;
const MINOR: u16 = 0;

/// The bytes of the header, and of the footer, which is a copy of it.
pub(super) const HEADER_BYTES: usize = 1024;
/// Large sections begin at a multiple of this, and a checksum is of as many bytes.
pub(super) const PAGE: u64 = 4096;
/// Small ones begin at a multiple of a cache line.
const LINE: u64 = 64;

/// Where the names of types and of the program are.
const NAMES_AT: [usize; 4] = [80, 176, 208, SECTIONS_AT];
const SECTIONS_AT: usize = 256;
const SECTION_BYTES: usize = 24;
const SECTIONS_MAX: usize = 31;
const SECTIONS_END: usize = SECTIONS_AT + SECTIONS_MAX * SECTION_BYTES;
/// Where the number of different keys is.
pub(super) const DIFFERENT_KEYS_AT: usize = SECTIONS_END;
const CHECKSUM_AT: usize = HEADER_BYTES - 4;
/// The bytes of a checksum of a page.
pub(super) const CHECKSUM_BYTES: u64 = 4;
/// The length of texts that is that of no text.
const VARYING: u32 = u32::MAX;

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[non_exhaustive]
pub enum Section {
    /// What the builder says about the file, such as which table it indexes.
    About = 1,
    /// The first key and the last.
    Limits = 2,
    /// The levels of separators above the keys, root first.
    Levels = 3,
    /// Integers, or where each text ends.
    Keys = 4,
    /// The bytes of texts.
    Text = 5,
    /// Which texts end behind the next multiple of 2^32.
    Wraps = 6,
    /// How many values there are up to the last one of each key.
    Groups = 7,
    /// The values.
    Values = 8,
    /// The checksum of each page of what is before.
    Checksums = 9,
}

impl Section {
    /// All sections, in the order in which they are in a file.
    pub const ALL: [Section; 9] = [
        Section::About,
        Section::Limits,
        Section::Levels,
        Section::Keys,
        Section::Text,
        Section::Wraps,
        Section::Groups,
        Section::Values,
        Section::Checksums,
    ];

    /// What a section of that length begins at a multiple of: small ones share a page.
    pub(super) fn alignment(self, length: u64) -> u64 {
        match self {
            Section::About | Section::Limits => 8,
            Section::Checksums => PAGE,
            _ if length < PAGE => LINE,
            _ => PAGE,
        }
    }

    /// The name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Section::About => "about",
            Section::Limits => "limits",
            Section::Levels => "levels",
            Section::Keys => "keys",
            Section::Text => "text",
            Section::Wraps => "wraps",
            Section::Groups => "groups",
            Section::Values => "values",
            Section::Checksums => "checksums",
        }
    }
}

/// Where a section is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Span {
    pub(super) fn end(self) -> u64 {
        self.offset + self.length
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    pub(super) version: (u16, u16),
    pub(super) file_length: u64,
    pub(super) keys: u64,
    pub(super) values: u64,
    pub(super) different_keys: u64,
    pub(super) node_keys: u32,
    pub(super) form: KeyForm,
    pub(super) collection: Collection,
    /// The width of the numbers of values up to the last one of each key; 0 if keys are not
    /// grouped.
    pub(super) group_width: u8,
    pub(super) value_width: u32,
    /// The number of bytes that all texts share, and that their heads in the levels leave out.
    pub(super) shared: u32,
    pub(super) key_type: String,
    pub(super) value_type: String,
    pub(super) builder: String,
    pub(super) spans: [Span; Section::ALL.len()],
}

impl Header {
    /// The header of a file of this version without keys.
    #[cfg(feature = "std")]
    pub(super) fn new(form: KeyForm) -> Header {
        Header {
            version: (MAJOR, MINOR),
            file_length: 0,
            keys: 0,
            values: 0,
            different_keys: 0,
            node_keys: 2,
            form,
            collection: Collection::Set,
            group_width: 0,
            value_width: 0,
            shared: 0,
            key_type: String::new(),
            value_type: String::new(),
            builder: concat!("leafwise ", env!("CARGO_PKG_VERSION")).into(),
            spans: Default::default(),
        }
    }

    /// Whether it is a set, a map or an index.
    #[must_use]
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// The number of keys; in an index whose keys are [grouped](Self::is_grouped), of different
    /// ones.
    #[must_use]
    pub fn key_count(&self) -> u64 {
        self.keys
    }

    /// The number of values, or of keys in a set.
    #[must_use]
    pub fn value_count(&self) -> u64 {
        self.values
    }

    /// The number of different keys. In an index that is not [grouped](Self::is_grouped), keys
    /// with several values are there several times.
    #[must_use]
    pub fn different_key_count(&self) -> u64 {
        self.different_keys
    }

    /// Whether each key of an index is there once, whatever the number of its values.
    #[must_use]
    pub fn is_grouped(&self) -> bool {
        self.group_width > 0
    }

    /// How keys are held.
    #[must_use]
    pub fn key_form(&self) -> KeyForm {
        self.form
    }

    /// The name of the type of keys, such as `i64` or `text`.
    #[must_use]
    pub fn key_type(&self) -> &str {
        &self.key_type
    }

    /// The name of the type of values; `()` in a set.
    #[must_use]
    pub fn value_type(&self) -> &str {
        &self.value_type
    }

    /// The program that made the file, and its version.
    #[must_use]
    pub fn builder(&self) -> &str {
        &self.builder
    }

    /// The number of bytes of a value.
    #[must_use]
    pub fn value_width(&self) -> u32 {
        self.value_width
    }

    /// The number of keys in a node.
    #[must_use]
    pub fn node_keys(&self) -> u32 {
        self.node_keys
    }

    /// The number of levels above the keys.
    #[must_use]
    pub fn height(&self) -> usize {
        self.geometry().height()
    }

    /// The version of the format, major and minor.
    #[must_use]
    pub fn version(&self) -> (u16, u16) {
        self.version
    }

    /// The length of the file in bytes.
    #[must_use]
    pub fn file_length(&self) -> u64 {
        self.file_length
    }

    /// The number of bytes of a section, 0 if the file has none of it.
    #[must_use]
    pub fn section_length(&self, section: Section) -> u64 {
        self.span(section).length
    }

    pub(super) fn span(&self, section: Section) -> Span {
        self.spans[section as usize - 1]
    }

    pub(super) fn geometry(&self) -> Geometry {
        Geometry::above(self.keys, u64::from(self.node_keys))
    }

    /// The bytes in front of all large sections: whoever reads a file from afar needs them first.
    pub(super) fn front_length(&self) -> u64 {
        let about = self.span(Section::About).end();
        about
            .max(self.span(Section::Limits).end())
            .max(HEADER_BYTES as u64)
    }

    /// Lays out sections of these lengths, in order, and the checksums behind them.
    #[cfg(feature = "std")]
    pub(super) fn lay_out(&mut self, lengths: [u64; Section::ALL.len() - 1]) {
        let mut end = HEADER_BYTES as u64;
        for (section, length) in Section::ALL.into_iter().zip(lengths) {
            if length > 0 {
                let offset = end.next_multiple_of(section.alignment(length));
                self.spans[section as usize - 1] = Span { offset, length };
                end = offset + length;
            }
        }
        let offset = end.next_multiple_of(PAGE);
        let length = offset / PAGE * CHECKSUM_BYTES;
        self.spans[Section::Checksums as usize - 1] = Span { offset, length };
        self.file_length = (offset + length).next_multiple_of(8) + HEADER_BYTES as u64;
    }

    #[cfg(feature = "std")]
    fn names(&self) -> [&str; 3] {
        [&self.key_type, &self.value_type, &self.builder]
    }

    /// Whether the names fit into the header: a tuple of sixteen parts may have a longer one.
    #[cfg(feature = "std")]
    pub(super) fn has_room_for_names(&self) -> bool {
        let room = NAMES_AT.windows(2).map(|places| places[1] - places[0]);
        self.names()
            .into_iter()
            .zip(room)
            .all(|(name, room)| name.len() <= room)
    }

    /// The bytes of the header.
    #[cfg(feature = "std")]
    pub(super) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let mut put = |at: usize, part: &[u8]| bytes[at..at + part.len()].copy_from_slice(part);
        put(0, &MAGIC);
        put(8, &self.version.0.to_le_bytes());
        put(10, &self.version.1.to_le_bytes());
        put(12, &(HEADER_BYTES as u32).to_le_bytes());
        put(32, &self.file_length.to_le_bytes());
        put(40, &self.keys.to_le_bytes());
        put(48, &self.values.to_le_bytes());
        put(56, &self.node_keys.to_le_bytes());
        let (form, width, length) = match self.form {
            KeyForm::Integers { width, is_signed } => (1 + u8::from(is_signed), width, 0),
            KeyForm::Texts { length } => (3, 0, length.unwrap_or(VARYING)),
        };
        let collection = match self.collection {
            Collection::Set => 1,
            Collection::Map => 2,
            Collection::Index => 3,
        };
        put(60, &[form, width, collection, self.group_width]);
        put(64, &length.to_le_bytes());
        put(68, &self.value_width.to_le_bytes());
        put(72, &self.shared.to_le_bytes());
        for (at, name) in NAMES_AT.into_iter().zip(self.names()) {
            put(at, name.as_bytes());
        }
        for section in Section::ALL {
            let span = self.span(section);
            if span.length > 0 {
                let at = SECTIONS_AT + (section as usize - 1) * SECTION_BYTES;
                put(at, &(section as u32).to_le_bytes());
                put(at + 8, &span.offset.to_le_bytes());
                put(at + 16, &span.length.to_le_bytes());
            }
        }
        bytes[DIFFERENT_KEYS_AT..][..8].copy_from_slice(&self.different_keys.to_le_bytes());
        let checksum = checksum(&bytes[..CHECKSUM_AT]);
        bytes[CHECKSUM_AT..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Reads the header of a file. Whatever the bytes are, a header that is returned is consistent:
    /// sections are within the file, in order, and as long as the numbers of keys and values
    /// require.
    pub(super) fn parse(bytes: &[u8]) -> Result<Header, FileError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(FileError::NotAFile);
        }
        let Some(bytes) = bytes.first_chunk::<HEADER_BYTES>() else {
            return Err(FileError::Truncated {
                expected: HEADER_BYTES as u64,
                found: bytes.len() as u64,
            });
        };
        let version = (u16_at(bytes, 8), u16_at(bytes, 10));
        if version.0 != MAJOR {
            return Err(FileError::Version { major: version.0 });
        }
        let damaged = |what, offset: usize| FileError::Damaged {
            what,
            offset: offset as u64,
        };
        if checksum(&bytes[..CHECKSUM_AT]) != u32_at(bytes, CHECKSUM_AT) {
            return Err(damaged("the checksum of the header", CHECKSUM_AT));
        }
        if u32_at(bytes, 12) != HEADER_BYTES as u32 {
            return Err(damaged("the length of the header", 12));
        }
        let required = u64_at(bytes, 16);
        if required != 0 {
            return Err(FileError::Features { required });
        }
        // A later minor version may have a use for them.
        let is_known = is_known(version);
        for reserved in [76..80, DIFFERENT_KEYS_AT + 8..CHECKSUM_AT] {
            if is_known && bytes[reserved.clone()].iter().any(|byte| *byte != 0) {
                return Err(damaged("reserved bytes are not zero", reserved.start));
            }
        }
        let form = match (bytes[60], bytes[61], u32_at(bytes, 64)) {
            (form @ (1 | 2), width @ (1 | 2 | 4 | 8 | 16), 0) => KeyForm::Integers {
                width,
                is_signed: form == 2,
            },
            (3, 0, VARYING) => KeyForm::Texts { length: None },
            (3, 0, length) => KeyForm::Texts {
                length: Some(length),
            },
            _ => return Err(damaged("the form of keys", 60)),
        };
        let collection = match bytes[62] {
            1 => Collection::Set,
            2 => Collection::Map,
            3 => Collection::Index,
            _ => return Err(damaged("the kind of collection", 62)),
        };
        let mut header = Header {
            version,
            file_length: u64_at(bytes, 32),
            keys: u64_at(bytes, 40),
            values: u64_at(bytes, 48),
            different_keys: u64_at(bytes, DIFFERENT_KEYS_AT),
            node_keys: u32_at(bytes, 56),
            form,
            collection,
            group_width: match bytes[63] {
                0 => 0,
                width @ (4 | 8) if collection == Collection::Index => width,
                _ => return Err(damaged("whether keys are grouped", 63)),
            },
            value_width: u32_at(bytes, 68),
            shared: u32_at(bytes, 72),
            key_type: name_at(bytes, 0)?,
            value_type: name_at(bytes, 1)?,
            builder: name_at(bytes, 2)?,
            spans: Default::default(),
        };
        header.parse_sections(bytes)?;
        header.check_lengths()?;
        Ok(header)
    }

    /// Reads the table of sections. Unknown ones are those of a later minor version.
    fn parse_sections(&mut self, bytes: &[u8; HEADER_BYTES]) -> Result<(), FileError> {
        let damaged = |slot: usize| FileError::Damaged {
            what: "the table of sections",
            offset: (SECTIONS_AT + slot * SECTION_BYTES) as u64,
        };
        let is_known = is_known(self.version);
        // All sections that there are, each with its slot in the table.
        let mut spans = Vec::new();
        for slot in 0..SECTIONS_MAX {
            let at = SECTIONS_AT + slot * SECTION_BYTES;
            let (id, reserved) = (u32_at(bytes, at), u32_at(bytes, at + 4));
            let span = Span {
                offset: u64_at(bytes, at + 8),
                length: u64_at(bytes, at + 16),
            };
            if id == 0 && reserved == 0 && span == Span::default() {
                continue;
            }
            let is_id = id as usize == slot + 1 && (slot < self.spans.len() || !is_known);
            if !is_id || (reserved != 0 && is_known) {
                return Err(damaged(slot));
            }
            if let Some(known) = self.spans.get_mut(slot) {
                *known = span;
            }
            spans.push((span, slot));
        }
        spans.sort_unstable_by_key(|(span, _)| span.offset);
        let mut end = HEADER_BYTES as u64;
        let mut slot_before = 0;
        for &(span, slot) in &spans {
            let section = Section::ALL.get(slot);
            let [alignment, gap] = match section {
                Some(section) => [section.alignment(span.length); 2],
                None => [8, PAGE],
            };
            let is_next = span.length > 0
                && span.offset.is_multiple_of(alignment)
                && span.offset.checked_sub(end).is_some_and(|room| room < gap)
                && (section.is_none() || slot_before <= slot);
            let Some(next) = span.offset.checked_add(span.length).filter(|_| is_next) else {
                return Err(damaged(slot));
            };
            end = next;
            if section.is_some() {
                slot_before = slot;
            }
        }
        let last = Section::Checksums as usize - 1;
        if spans.last().is_none_or(|(_, slot)| *slot != last) {
            return Err(damaged(last));
        }
        // The footer follows.
        let file_length = end.checked_next_multiple_of(8);
        let file_length = file_length.and_then(|end| end.checked_add(HEADER_BYTES as u64));
        if file_length != Some(self.file_length) {
            return Err(FileError::Damaged {
                what: "the length of the file in the header",
                offset: 32,
            });
        }
        Ok(())
    }

    /// Checks that each section is as long as the numbers of keys and values require.
    fn check_lengths(&self) -> Result<(), FileError> {
        let damaged = |what, offset| Err(FileError::Damaged { what, offset });
        if self.node_keys < 2 {
            return damaged("the number of keys in a node", 56);
        }
        if (self.collection == Collection::Set) != (self.value_width == 0) {
            return damaged("the width of values", 68);
        }
        let is_each_once = self.collection != Collection::Index || self.is_grouped();
        if self.form == (KeyForm::Texts { length: Some(0) }) && is_each_once && self.keys > 1 {
            // Nothing in the file would limit their number.
            return damaged("the number of keys", 40);
        }
        let shared_max = match self.form {
            KeyForm::Integers { .. } => 0,
            KeyForm::Texts { length } => length.unwrap_or(u32::MAX),
        };
        if self.shared > shared_max || (self.keys == 0 && self.shared > 0) {
            return damaged("the number of bytes that all texts share", 72);
        }
        let has_values = match self.is_grouped() {
            true => self.values >= self.keys && (self.keys > 0 || self.values == 0),
            false => self.values == self.keys,
        };
        if !has_values {
            return damaged("the number of values", 48);
        }
        let has_different_keys = match is_each_once {
            true => self.different_keys == self.keys,
            false => {
                self.different_keys <= self.keys && (self.different_keys > 0 || self.keys == 0)
            }
        };
        if !has_different_keys {
            return damaged("the number of different keys", DIFFERENT_KEYS_AT as u64);
        }
        for (section, expected) in Section::ALL.into_iter().zip(self.lengths()) {
            let span = self.span(section);
            if expected.is_some_and(|expected| expected != u128::from(span.length)) {
                return Err(FileError::Damaged {
                    what: match section {
                        Section::Limits => "the length of the section of limits",
                        Section::Keys => "the length of the section of keys",
                        Section::Levels => "the length of the section of levels",
                        Section::Values => "the length of the section of values",
                        Section::Text => "the length of the section of text",
                        Section::Wraps => "the length of the section of wraps",
                        Section::Groups => "the length of the section of groups",
                        _ => "the length of a section",
                    },
                    // Of the length in the table.
                    offset: (SECTIONS_AT + section as usize * SECTION_BYTES - 8) as u64,
                });
            }
        }
        Ok(())
    }

    /// The length of each section, where something else decides it.
    pub(super) fn lengths(&self) -> [Option<u128>; Section::ALL.len()] {
        let keys = u128::from(self.keys);
        // The wraps are those of a text of that length.
        let text_length = self.span(Section::Text).length;
        let (key_bytes, text_bytes, wraps, limit) = match self.form {
            KeyForm::Integers { width, .. } => {
                let padded = keys.next_multiple_of(u128::from(self.node_keys));
                let width = u128::from(width);
                (padded * width, Some(0), 0, Some(width))
            }
            KeyForm::Texts { length: None } => (keys * 4, None, text_length >> u32::BITS, None),
            KeyForm::Texts {
                length: Some(length),
            } => {
                let length = u128::from(length);
                (0, Some(keys * length), 0, Some(length))
            }
        };
        let limits = match limit {
            _ if keys == 0 => Some(0),
            Some(limit) => Some(2 * (limit + 8)),
            None => None,
        };
        let groups = keys * u128::from(self.group_width);
        let covered = self.span(Section::Checksums).offset / PAGE;
        [
            None,
            limits,
            Some(self.levels_length()),
            Some(key_bytes),
            text_bytes,
            Some(u128::from(wraps) * 8),
            Some(groups),
            Some(u128::from(self.values) * u128::from(self.value_width)),
            Some(u128::from(covered * CHECKSUM_BYTES)),
        ]
    }

    /// The length of all sections together, as far as numbers decide it, with texts of that length.
    #[cfg(feature = "builder")]
    pub(super) fn content_length(&self, text_length: u64) -> u128 {
        let mut header = self.clone();
        header.spans[Section::Text as usize - 1].length = text_length;
        let lengths = header.lengths().into_iter().zip(header.spans);
        lengths
            .map(|(length, span)| length.unwrap_or(span.length.into()))
            .sum()
    }

    /// The length of the section of levels.
    fn levels_length(&self) -> u128 {
        let columns = self.level_columns();
        let slots = |nodes: u64| u128::from(nodes) * u128::from(self.node_keys);
        let level = |nodes: u64| -> u128 {
            let columns = columns.iter().flatten();
            columns
                .map(|width| (slots(nodes) * u128::from(*width)).next_multiple_of(64))
                .sum()
        };
        self.geometry()
            .nodes()
            .iter()
            .map(|nodes| level(*nodes))
            .sum()
    }

    /// Where a column of a level is, without what follows its last node.
    pub(super) fn level_column(
        &self,
        geometry: &Geometry,
        level: usize,
        column: usize,
    ) -> Option<Span> {
        let columns = self.level_columns();
        let length = |level: usize, width: Option<u32>| {
            geometry.nodes()[level] * geometry.b() * u64::from(width.unwrap_or(0))
        };
        let lengths = |level: usize, columns: &[Option<u32>]| -> u64 {
            let columns = columns.iter();
            columns
                .map(|width| length(level, *width).next_multiple_of(64))
                .sum()
        };
        let before: u64 = (0..level).map(|level| lengths(level, &columns)).sum();
        columns[column].map(|width| Span {
            offset: self.span(Section::Levels).offset + before + lengths(level, &columns[..column]),
            length: length(level, Some(width)),
        })
    }

    /// The widths of what a level holds for each separator: its integer or head; of texts, the
    /// second head and, unless all are of one length, where the text ends; if keys are grouped, the
    /// number of values up to its last one.
    pub(super) fn level_columns(&self) -> [Option<u32>; 4] {
        let (head, second, end) = match self.form {
            KeyForm::Integers { width, .. } => (u32::from(width), None, None),
            KeyForm::Texts { length } => (8, Some(8), length.is_none().then_some(8)),
        };
        let group = (self.group_width > 0).then_some(u32::from(self.group_width));
        [Some(head), second, end, group]
    }
}

/// Whether all that a file of that version may contain is known.
pub(super) fn is_known(version: (u16, u16)) -> bool {
    (0..=MINOR).contains(&version.1)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut part = [0; 4];
    part.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(part)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut part = [0; 8];
    part.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(part)
}

/// A name of the header: what follows it is zeros.
fn name_at(bytes: &[u8; HEADER_BYTES], number: usize) -> Result<String, FileError> {
    let place = &bytes[NAMES_AT[number]..NAMES_AT[number + 1]];
    let end = place.iter().rposition(|byte| *byte != 0);
    let name = place[..end.map_or(0, |end| end + 1)].to_vec();
    match String::from_utf8(name) {
        Ok(name) if !name.contains('\0') => Ok(name),
        _ => Err(FileError::Damaged {
            what: "a name in the header",
            offset: NAMES_AT[number] as u64,
        }),
    }
}
