//! Where the keys of a query are, and their values.
//!
//! The rank of a key is narrowed down level by level, as far as levels are known. Where the next
//! level is not, the rest is read at once, with its values, if it is small. If not, first a lower
//! level is read, or, where integers seem to be evenly distributed, the keys around where the key
//! would be if they were.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::{Bound, Range};

use crate::memory::plain::{Value, values_of};
use crate::search::KeyBound;
use crate::static_collections::parts::{KeyBytes, KeyForm, heads};

use super::super::error::FileError;
use super::super::header::{Section, u64_at};
use super::super::integer::{self, ordered_bits};
use super::guess::unevenness;
use super::known::{Known, Missing};
use super::{KeyBuf, Reader};

/// What to look for: keys within two bounds.
#[derive(Clone, Debug)]
pub struct Query {
    start: Bound<KeyBuf>,
    end: Bound<KeyBuf>,
    with_values: bool,
}

impl Query {
    /// The entries with this key.
    pub fn equal(key: impl Into<KeyBuf>) -> Query {
        let key = key.into();
        Query::range(Bound::Included(key.clone()), Bound::Included(key))
    }

    /// The entries with keys within these bounds.
    #[must_use]
    pub fn range(start: Bound<KeyBuf>, end: Bound<KeyBuf>) -> Query {
        Query {
            start,
            end,
            with_values: true,
        }
    }

    /// The same without reading their values.
    #[must_use]
    pub fn without_values(self) -> Query {
        Query {
            with_values: false,
            ..self
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The positions of the keys; where they would be, if there are none.
    pub keys: Range<u64>,
    /// The positions of their values. In a grouped index, these are others.
    pub values: Range<u64>,
    /// The values as they are in the file, if they are not more than
    /// [`at_once`](super::ReadOptions::at_once) bytes.
    pub bytes: Option<Vec<u8>>,
}

impl Found {
    /// The values, if they were read and have the size of this type.
    #[must_use]
    pub fn values_as<V: Value>(&self) -> Option<Vec<V>> {
        let bytes = self.bytes.as_ref()?;
        let count = usize::try_from(self.values.end - self.values.start).ok()?;
        (bytes.len() == count * size_of::<V>()).then(|| values_of(bytes).collect())
    }
}

/// A place among the keys: before or after those equal to a key.
pub(super) struct Target<'q> {
    pub(super) key: KeyBytes<'q>,
    bound: KeyBound,
}

impl Target<'_> {
    /// Whether a key is before the target.
    pub(super) fn is_after(&self, key: &KeyBytes<'_>) -> bool {
        match key.cmp(&self.key) {
            Ordering::Less => true,
            Ordering::Equal => self.bound == KeyBound::Upper,
            Ordering::Greater => false,
        }
    }
}

/// What is known of the rank of a target: all keys before `keys.start` are before it, and none from
/// `keys.end` on is.
#[derive(Clone, Debug)]
pub(super) struct Bracket {
    pub(super) keys: Range<u64>,
    /// Of integers, the one before `keys.start`, and the one at `keys.end`.
    pub(super) integers: Range<u128>,
    /// How much the gaps between the separators around differ: see [`unevenness`].
    pub(super) unevenness: f64,
    /// Where the texts of these keys are.
    text: Range<u64>,
    /// Where the values of these keys are.
    values: Range<u64>,
}

impl Reader {
    /// The keys and the values of a query.
    pub(super) fn find(&self, query: &Query, known: &Known<'_>) -> Result<Found, Missing> {
        let start = match &query.start {
            Bound::Unbounded => Ok((0, 0)),
            Bound::Included(key) => self.rank(key, KeyBound::Lower, query.with_values, known),
            Bound::Excluded(key) => self.rank(key, KeyBound::Upper, query.with_values, known),
        };
        let end = match &query.end {
            Bound::Unbounded => Ok((self.header.keys, self.header.values)),
            Bound::Included(key) => self.rank(key, KeyBound::Upper, query.with_values, known),
            Bound::Excluded(key) => self.rank(key, KeyBound::Lower, query.with_values, known),
        };
        let ((key_start, value_start), (key_end, value_end)) = (start?, end?);
        let values = value_start..value_end.max(value_start);
        let width = u64::from(self.header.value_width);
        let length = (values.end - values.start).saturating_mul(width);
        let bytes = match query.with_values && length <= self.options.at_once {
            true => {
                let range = self.section_range(Section::Values, width, values.clone());
                Some(known.get(range)?.to_vec())
            }
            false => None,
        };
        Ok(Found {
            keys: key_start..key_end.max(key_start),
            values,
            bytes,
        })
    }

    /// The number of keys before a target, and of their values.
    fn rank(
        &self,
        key: &KeyBuf,
        bound: KeyBound,
        with_values: bool,
        known: &Known<'_>,
    ) -> Result<(u64, u64), Missing> {
        let target = Target {
            key: key.bytes(),
            bound,
        };
        let Some([first, last]) = self.limits()? else {
            return Ok((0, 0));
        };
        if !target.is_after(&first) {
            return Ok((0, 0));
        }
        if target.is_after(&last) {
            return Ok((self.header.keys, self.header.values));
        }
        let mut bracket = Bracket {
            // The first key is before the target, and the last one is not.
            keys: 1..self.header.keys - 1,
            integers: match (first, last) {
                (KeyBytes::Integer(first), KeyBytes::Integer(last)) => first..last,
                _ => 0..0,
            },
            unevenness: 0.0,
            text: 0..self.header.span(Section::Text).length,
            values: 0..self.header.values,
        };
        self.descend(&target, &mut bracket, with_values, known)?;
        self.finish(&target, &mut bracket, with_values, known)?;
        let rank = bracket.keys.start;
        let values = match self.header.is_grouped() {
            true => self.group_end(rank - 1, known)?,
            false => rank,
        };
        Ok((rank, values))
    }

    /// Narrows a bracket by the levels, until what is left is read at once, or no level is.
    fn descend(
        &self,
        target: &Target<'_>,
        bracket: &mut Bracket,
        with_values: bool,
        known: &Known<'_>,
    ) -> Result<(), Missing> {
        let height = self.geometry.height();
        let mut has_guessed = false;
        let mut level = 0;
        while level < height && !bracket.keys.is_empty() {
            let is_known = |level: usize| {
                let mut columns = self.columns(level, bracket);
                columns.all(|range| known.peek(&range).is_some())
            };
            if !is_known(level) {
                if self.leaf_bytes(bracket) <= self.options.at_once / FEW_PART {
                    return Ok(());
                }
                if !has_guessed && self.is_guess_likely(bracket) {
                    has_guessed = true;
                    self.guess(target, bracket, with_values, known)?;
                    continue;
                }
                if self.leaf_bytes(bracket) <= self.options.at_once {
                    return Ok(());
                }
                level = self.next_level(level, bracket);
                known.expect(self.columns(level, bracket));
            }
            self.narrow(level, target, bracket, known)?;
            level += 1;
        }
        Ok(())
    }

    /// The level to read of those from one on that are not known: if there is one after which the
    /// keys themselves can be read, the one with which it is the fewest bytes in all; otherwise the
    /// lowest of which few enough bytes are needed.
    fn next_level(&self, first: usize, bracket: &Bracket) -> usize {
        let at_once = self.options.at_once;
        let bytes = |level: usize| -> u64 {
            let columns = self.columns(level, bracket);
            columns.map(|range| range.end - range.start).sum()
        };
        let levels = || (first..self.geometry.height()).take_while(|at| bytes(*at) <= at_once);
        let last = levels().filter(|at| self.child_bytes(*at, bracket) <= at_once);
        let best = last.min_by_key(|at| bytes(*at) + self.child_bytes(*at, bracket));
        best.or_else(|| levels().last()).unwrap_or(first)
    }

    /// About how many bytes have to be read once a bracket is narrowed to one child of a level.
    fn child_bytes(&self, level: usize, bracket: &Bracket) -> u64 {
        let keys = bracket.keys.end - bracket.keys.start;
        let part = self.geometry.child_keys(level) as f64 / keys.max(1) as f64;
        (self.leaf_bytes(bracket) as f64 * part.min(1.0)) as u64
    }

    /// The ranges of the columns of those nodes of a level that a bracket is under.
    fn columns(&self, level: usize, bracket: &Bracket) -> impl Iterator<Item = Range<u64>> {
        let nodes = self.geometry.nodes_of(level, &bracket.keys);
        let b = self.geometry.b();
        let slots = nodes.start * b..nodes.end * b;
        (0..4).filter_map(move |column| self.column(level, column, slots.clone()))
    }

    /// Where slots of a column of a level are.
    fn column(&self, level: usize, column: usize, slots: Range<u64>) -> Option<Range<u64>> {
        let span = self.header.level_column(&self.geometry, level, column)?;
        let width = u64::from(self.header.level_columns()[column]?);
        Some(span.offset + slots.start * width..span.offset + slots.end * width)
    }

    /// Narrows a bracket by the separators of a level.
    fn narrow(
        &self,
        level: usize,
        target: &Target<'_>,
        bracket: &mut Bracket,
        known: &Known<'_>,
    ) -> Result<(), Missing> {
        let nodes = self.geometry.nodes_of(level, &bracket.keys);
        let first = nodes.start * self.geometry.b();
        let last = nodes.end * self.geometry.b();
        let mut columns = [&[][..]; 4];
        for (column, bytes) in columns.iter_mut().enumerate() {
            if let Some(range) = self.column(level, column, first..last) {
                *bytes = known.get(range)?;
            }
        }
        let own_heads = match target.key {
            KeyBytes::Text(text) => heads(text, self.header.shared as usize),
            KeyBytes::Integer(_) => [0; 2],
        };
        // Whether the separator of a slot is before the target, as far as that is known.
        let is_before = |slot: u64| -> Option<bool> {
            if self.geometry.position(level, slot).is_none() {
                return Some(false);
            }
            let at = slot - first;
            match target.key {
                KeyBytes::Integer(_) => {
                    let bits = self.integer(columns[0], at);
                    Some(target.is_after(&KeyBytes::Integer(bits)))
                }
                KeyBytes::Text(_) => {
                    match [number(columns[0], at), number(columns[1], at)].cmp(&own_heads) {
                        Ordering::Less => Some(true),
                        Ordering::Equal => None,
                        Ordering::Greater => Some(false),
                    }
                }
            }
        };
        let low = partition(first..last, |slot| is_before(slot) == Some(true));
        let high = partition(low..last, |slot| is_before(slot) != Some(false));
        let before = bracket.integers.clone();
        if low > first
            && let Some(position) = self.geometry.position(level, low - 1)
            && position >= bracket.keys.start
        {
            let at = low - 1 - first;
            bracket.keys.start = position + 1;
            bracket.integers.start = self.integer(columns[0], at);
            bracket.text.start = self.text_end_of(columns[2], at, position);
            let end = self.group_end_of(columns[3], at);
            bracket.values.start = end.unwrap_or(position + 1);
        }
        if high < last
            && let Some(position) = self.geometry.position(level, high)
            && position < bracket.keys.end
        {
            let at = high - first;
            bracket.keys.end = position;
            bracket.integers.end = self.integer(columns[0], at);
            bracket.text.end = self.text_end_of(columns[2], at, position);
            let end = self.group_end_of(columns[3], at);
            bracket.values.end = end.unwrap_or(position + 1);
        }
        if matches!(target.key, KeyBytes::Integer(_)) {
            let separator = |slot: u64| self.integer(columns[0], slot - first);
            let is_there = |slot: &u64| self.geometry.position(level, *slot).is_some();
            // Beyond the separators of these nodes is what was known before.
            let left = (low > first).then(|| match low - first {
                1 => before.start,
                _ => separator(low - 2),
            });
            let right = (low < last && is_there(&low)).then(|| match low + 1 {
                next if next < last && is_there(&next) => separator(next),
                _ => before.end,
            });
            bracket.unevenness = unevenness(&bracket.integers, left, right);
        }
        self.check(bracket)
    }

    /// Checks that a bracket is one: separators of a damaged file may be in any order.
    pub(super) fn check(&self, bracket: &Bracket) -> Result<(), Missing> {
        let is_valid = bracket.keys.start <= bracket.keys.end
            && bracket.text.start <= bracket.text.end
            && bracket.text.end <= self.header.span(Section::Text).length
            && bracket.values.start <= bracket.values.end
            && bracket.values.end <= self.header.values;
        match is_valid {
            true => Ok(()),
            false => Err(self.damaged("the levels are out of order", Section::Levels)),
        }
    }

    /// Where the text at a position ends, given the column of a level for that.
    fn text_end_of(&self, ends: &[u8], at: u64, position: u64) -> u64 {
        match self.header.form {
            KeyForm::Texts {
                length: Some(length),
            } => (position + 1) * u64::from(length),
            _ => number_or(ends, at, 0),
        }
    }

    /// An integer key among others.
    pub(super) fn integer(&self, bytes: &[u8], at: u64) -> u128 {
        let width = integer::width(self.header.form);
        let start = at as usize * width;
        ordered_bits(self.header.form, &bytes[start..start + width])
    }

    /// How many bytes have to be read if nothing more is known than a bracket.
    fn leaf_bytes(&self, bracket: &Bracket) -> u64 {
        let keys = bracket.keys.end - bracket.keys.start + 1;
        let values = match self.header.is_grouped() {
            true => keys.saturating_mul(self.header.group_width.into()),
            false => keys.saturating_mul(self.header.value_width.into()),
        };
        let key_bytes = match self.header.form {
            KeyForm::Integers { width, .. } => keys.saturating_mul(width.into()),
            KeyForm::Texts { .. } => {
                let text = bracket.text.end - bracket.text.start;
                keys.saturating_mul(4).saturating_add(text)
            }
        };
        key_bytes.saturating_add(values)
    }

    /// Narrows a bracket to the rank of a target, by the keys themselves.
    fn finish(
        &self,
        target: &Target<'_>,
        bracket: &mut Bracket,
        with_values: bool,
        known: &Known<'_>,
    ) -> Result<(), Missing> {
        // Texts whose heads are equal are told apart only by themselves: of many, first by one in
        // the middle.
        while bracket.keys.end - bracket.keys.start > 1
            && self.leaf_bytes(bracket) > self.options.at_once
        {
            let middle = bracket.keys.start + (bracket.keys.end - bracket.keys.start) / 2;
            let keys = self.read_keys(middle..middle + 1, known)?;
            match keys.iter().all(|key| target.is_after(&key.bytes())) {
                true => bracket.keys.start = middle + 1,
                false => bracket.keys.end = middle,
            }
        }
        let keys = bracket.keys.clone();
        if keys.is_empty() {
            return Ok(());
        }
        let ranges = self.leaf_ranges(bracket);
        if ranges.iter().any(|range| known.peek(range).is_none()) {
            known.expect(ranges);
            if with_values {
                known.expect(self.likely_values(bracket));
            }
        }
        let keys = self.read_keys(keys, known)?;
        let start = bracket.keys.start;
        let is_before = |at: u64| target.is_after(&keys[(at - start) as usize].bytes());
        let rank = partition(bracket.keys.clone(), is_before);
        bracket.keys = rank..rank;
        Ok(())
    }

    /// The ranges of the keys of a bracket, and, if keys are grouped, of their groups.
    fn leaf_ranges(&self, bracket: &Bracket) -> Vec<Range<u64>> {
        let keys = bracket.keys.clone();
        let mut ranges = Vec::new();
        match self.header.form {
            KeyForm::Integers { width, .. } => {
                ranges.push(self.section_range(Section::Keys, width.into(), keys.clone()));
            }
            KeyForm::Texts { length } => {
                if length.is_none() {
                    let ends = keys.start - 1..keys.end;
                    ranges.push(self.section_range(Section::Keys, 4, ends));
                }
                let text = bracket.text.clone();
                ranges.push(self.section_range(Section::Text, 1, text));
            }
        }
        if self.header.is_grouped() {
            ranges.push(self.group_range(keys.start - 1..keys.end + 1));
        }
        ranges
    }

    /// The values that may be those of the target, if they are few enough to be read on suspicion.
    fn likely_values(&self, bracket: &Bracket) -> Option<Range<u64>> {
        let positions = match self.header.is_grouped() {
            true => bracket.values.clone(),
            false => bracket.keys.start - 1..(bracket.keys.end + 1).min(self.header.values),
        };
        self.few_values(positions)
    }

    /// Values, if they are few enough to be read at once.
    pub(super) fn few_values(&self, positions: Range<u64>) -> Option<Range<u64>> {
        let range = self.values_of(positions);
        (range.end - range.start <= self.options.at_once).then_some(range)
    }

    fn values_of(&self, positions: Range<u64>) -> Range<u64> {
        self.section_range(Section::Values, self.header.value_width.into(), positions)
    }

    /// Where the numbers of values up to the last ones of keys are.
    pub(super) fn group_range(&self, keys: Range<u64>) -> Range<u64> {
        self.section_range(Section::Groups, self.header.group_width.into(), keys)
    }

    /// One of these numbers, if there are any.
    fn group_end_of(&self, bytes: &[u8], at: u64) -> Option<u64> {
        let at = at as usize;
        match self.header.group_width {
            0 => None,
            4 => Some(values_of::<u32>(bytes).nth(at)?.into()),
            _ => values_of(bytes).nth(at),
        }
    }

    /// The number of values up to the last one of a key.
    fn group_end(&self, position: u64, known: &Known<'_>) -> Result<u64, Missing> {
        let bytes = known.get(self.group_range(position..position + 1))?;
        let end = self.group_end_of(bytes, 0).unwrap_or(0);
        match end <= self.header.values {
            true => Ok(end),
            false => Err(self.damaged("how many values keys have", Section::Groups)),
        }
    }

    /// Where texts end, the one before the first included.
    pub(super) fn text_ends(
        &self,
        positions: Range<u64>,
        known: &Known<'_>,
    ) -> Result<Vec<u64>, Missing> {
        if let KeyForm::Texts {
            length: Some(length),
        } = self.header.form
        {
            let ends = positions.start..=positions.end;
            return Ok(ends.map(|end| end * u64::from(length)).collect());
        }
        let before = positions.start.saturating_sub(1);
        let lower = known.get(self.section_range(Section::Keys, 4, before..positions.end));
        let wraps = self.header.span(Section::Wraps);
        let wraps = known.get(wraps.offset..wraps.end())?;
        let wraps: Vec<u64> = values_of(wraps).collect();
        let lower = values_of::<u32>(lower?);
        let end = |(at, lower): (u64, u32)| {
            let passed = wraps.partition_point(|first| *first <= at) as u64;
            (passed << 32) | u64::from(lower)
        };
        let mut ends: Vec<u64> = (before..).zip(lower).map(end).collect();
        if positions.start == 0 {
            ends.insert(0, 0);
        }
        let is_valid = ends.is_sorted()
            && ends
                .last()
                .is_none_or(|end| *end <= self.header.span(Section::Text).length);
        match is_valid {
            true => Ok(ends),
            false => Err(self.damaged("where texts end", Section::Keys)),
        }
    }

    pub(super) fn damaged(&self, what: &'static str, section: Section) -> Missing {
        let offset = self.header.span(section).offset;
        FileError::Damaged { what, offset }.into()
    }
}

/// This part of what may be read at once is read even if fewer bytes would do.
const FEW_PART: u64 = 16;

/// The number of eight bytes at a position of a column.
fn number(column: &[u8], at: u64) -> u64 {
    u64_at(column, at as usize * 8)
}

/// The same, or another number if there is no column.
fn number_or(column: &[u8], at: u64, other: u64) -> u64 {
    if column.is_empty() {
        other
    } else {
        number(column, at)
    }
}

/// The first number of a range for which a condition does not hold, if it holds for all before.
pub(super) fn partition(mut range: Range<u64>, is_before: impl Fn(u64) -> bool) -> u64 {
    while range.start < range.end {
        let middle = range.start + (range.end - range.start) / 2;
        if is_before(middle) {
            range.start = middle + 1;
        } else {
            range.end = middle;
        }
    }
    range.start
}
