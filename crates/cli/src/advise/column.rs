//! Loads the keys of a column, and sketches them.
//!
//! The rows come sorted by their keys, from disk if they are many. If the keys need more memory
//! than is allowed, a random half of the rows is left out, as often as necessary.

use std::collections::BTreeMap;

use fastrand::Rng;
use leafwise::file::KeyBuf;

use super::mix::Rows;
use super::sketch::{RustType, Sketch, TextSketch};
use crate::args::Advise;
use crate::error::{self, Error, shown};
use crate::index::{Form, noted_place};
use crate::key::{KeyType, Kind};
use crate::key_columns::KeyColumns;
use crate::merge::Merge;
use crate::query::Query;
use crate::run::Order;
use crate::scan::{Found, Tables};
use crate::select::{Keep, Selection};

/// The bytes of memory for a row, and for each byte that its key has allocated: what is loaded, the
/// entries that are built from, and a collection.
const ROW_BYTES: usize = 128;
const OWNED_FACTOR: usize = 4;

/// The rows of a column, with keys of the type that they are measured as.
pub(super) enum Column {
    U32(Rows<u32>),
    U64(Rows<u64>),
    I64(Rows<i64>),
    String(Rows<String>),
}

/// Reads the column.
pub(super) fn load(arguments: &Advise) -> Result<(Column, Sketch), Error> {
    let reading = &arguments.reading;
    let mut tables = Tables::open(&arguments.table, &[], reading, arguments.memory)?;
    tables.notes().for_each(error::tell);
    let table = tables.first().name().to_string();
    let header = tables.first().header().clone();
    let number = header.find(&arguments.key)?;
    let column = String::from_utf8_lossy(header.name(number)).into_owned();
    tables.project(&[number]);
    let key = KeyColumns::open(&mut tables, &[number], reading, &[])?;
    key.notes(&[]).iter().for_each(|note| error::tell(note));
    let types = key.types();
    let found = tables.search(Selection {
        key: key.into_parts(),
        columns: header.len(),
        query: Query::all(),
        all: Vec::new(),
        any: Vec::new(),
        on_bad: reading.on_bad,
        keep: Keep::Place,
        order: Order::Ascending,
        is_first_only: false,
        rows_max: u64::MAX,
    })?;
    let refuse = |why: String| Error::NotMeasurable {
        table: table.clone(),
        column: shown(column.as_bytes()),
        why,
    };
    let mut load = Load::new(&types, &found).map_err(refuse)?;
    let (rows, without_key, bad) = (found.matches, found.without_key, found.skipped);
    load.collect(&mut found.runs.merge()?, arguments)?;
    if load.rows.len() < 2 {
        return Err(refuse(
            "--memory is too little for two of its keys".to_string(),
        ));
    }
    let (rust_type, meaning) = load.rust_type().ok_or_else(|| {
        refuse("its numbers are too large for 64 bits (--type text takes them as text)".to_string())
    })?;
    let (least, greatest) = load.ends();
    let sketch = Sketch {
        table,
        column,
        rows,
        without_key,
        bad,
        measured: load.rows.len() as u64,
        kind: load.kind.name(),
        is_inferred: reading.kind().is_none(),
        rust_type,
        meaning,
        distinct: load.sizes.values().sum(),
        rows_per_key_max: load.sizes.keys().last().copied().unwrap_or(0),
        top_percent: load.top_percent(rows),
        ascending_percent: load.ascending_percent(),
        text: load.text(rows, &greatest),
        least,
        greatest,
    };
    Ok((load.into_column(&sketch), sketch))
}

/// A key as it is loaded.
#[derive(Clone, Debug, PartialEq)]
enum Loaded {
    Integer(i128),
    Text(String),
}

impl Loaded {
    fn owned_bytes(&self) -> usize {
        match self {
            Loaded::Integer(_) => 0,
            Loaded::Text(text) => text.len(),
        }
    }
}

/// What is collected of the rows.
struct Load {
    kind: Kind,
    form: Form,
    /// Different keys in order, and the rows that are kept: place, and number of the key.
    keys: Vec<Loaded>,
    rows: Vec<(u64, u32)>,
    /// Of all rows: how many keys have that many rows, the first key and the last, and the bytes of
    /// texts.
    sizes: BTreeMap<u64, u64>,
    first: KeyBuf,
    last: KeyBuf,
    lengths: Lengths,
}

/// The least, the greatest, and the sum.
struct Lengths {
    least: usize,
    greatest: usize,
    sum: u64,
}

impl Load {
    /// Fails, and says why, if there is nothing that can be measured.
    fn new(types: &[KeyType], found: &Found) -> Result<Load, String> {
        let kind = types.first().map_or(Kind::Text, |key_type| key_type.kind);
        let form = Form::of(types, &found.fit);
        if found.matches == 0 {
            let (empty, bad) = (found.without_key, found.skipped);
            return Err(format!(
                "{empty} rows have no value there, and {bad} are bad"
            ));
        }
        if found.matches == 1 {
            return Err("there is only one row with a value".to_string());
        }
        if matches!(form, Form::Bytes(_)) && kind != Kind::Text {
            return Err(format!(
                "{} that do not fit into 64 bits are not measured (--type text takes them as text)",
                kind.plural()
            ));
        }
        Ok(Load {
            kind,
            form,
            keys: Vec::new(),
            rows: Vec::new(),
            sizes: BTreeMap::new(),
            first: KeyBuf::Text(Vec::new()),
            last: KeyBuf::Text(Vec::new()),
            lengths: Lengths {
                least: usize::MAX,
                greatest: 0,
                sum: 0,
            },
        })
    }

    /// Takes all rows, which ascend by their keys.
    fn collect(&mut self, rows: &mut Merge, arguments: &Advise) -> Result<(), Error> {
        let mut key = Vec::new();
        let mut size = 0;
        let mut owned = 0;
        let mut halvings = 0;
        // Keys have numbers of 32 bits.
        let most = (u32::MAX as usize).saturating_mul(ROW_BYTES);
        let memory = arguments.memory.min(most);
        let is_kept = |place: u64, halvings: u32| {
            Rng::with_seed(place ^ arguments.seed)
                .u64(..)
                .trailing_zeros()
                >= halvings
        };
        while let Some(record) = rows.next()? {
            if size == 0 || key != record.key {
                self.end_key(size);
                size = 0;
                key.clear();
                key.extend_from_slice(record.key);
                self.form.hold(&key, &mut self.last);
                if self.sizes.is_empty() {
                    self.first = self.last.clone();
                }
            }
            size += 1;
            self.lengths.add(key.len());
            let place = noted_place(record.row);
            if !is_kept(place, halvings) {
                continue;
            }
            owned += self.keep(place);
            while self.rows.len() * ROW_BYTES + owned * OWNED_FACTOR > memory {
                halvings += 1;
                self.retain(|place| is_kept(place, halvings));
                owned = self.keys.iter().map(Loaded::owned_bytes).sum();
            }
        }
        self.end_key(size);
        Ok(())
    }

    /// Notes how many rows a key had, if it had any.
    fn end_key(&mut self, size: u64) {
        if size > 0 {
            *self.sizes.entry(size).or_default() += 1;
        }
    }

    /// Keeps a row of the last key. Returns how many bytes were allocated for it.
    fn keep(&mut self, place: u64) -> usize {
        let key = match &self.last {
            KeyBuf::Integer(bits) => Loaded::Integer(self.form.integer(*bits)),
            // Cells of text are UTF-8.
            KeyBuf::Text(text) => Loaded::Text(String::from_utf8_lossy(text).into_owned()),
        };
        let mut owned = 0;
        if self.keys.last() != Some(&key) {
            owned = key.owned_bytes();
            self.keys.push(key);
        }
        self.rows.push((place, self.keys.len() as u32 - 1));
        owned
    }

    /// Leaves out rows, and keys that have none then.
    fn retain(&mut self, is_kept: impl Fn(u64) -> bool) {
        self.rows.retain(|(place, _)| is_kept(*place));
        let mut kept: Vec<Loaded> = Vec::new();
        let mut last = None;
        for (_, key) in &mut self.rows {
            if last != Some(*key) {
                last = Some(*key);
                kept.push(self.keys[*key as usize].clone());
            }
            *key = kept.len() as u32 - 1;
        }
        self.keys = kept;
    }

    /// The share of the rows, in per cent, that the most frequent hundredth of keys has.
    fn top_percent(&self, rows: u64) -> f64 {
        let distinct: u64 = self.sizes.values().sum();
        let mut left = distinct.div_ceil(100);
        let mut top = 0;
        for (size, count) in self.sizes.iter().rev() {
            let taken = left.min(*count);
            top += size * taken;
            left -= taken;
        }
        top as f64 * 100.0 / rows as f64
    }

    /// The share of neighbouring rows of the table that do not descend, in per cent.
    fn ascending_percent(&mut self) -> f64 {
        self.rows.sort_unstable();
        let pairs = self.rows.windows(2);
        let ascending = pairs.clone().filter(|it| it[0].1 <= it[1].1).count();
        match pairs.len() {
            0 => 100.0,
            pairs => ascending as f64 * 100.0 / pairs as f64,
        }
    }

    /// The least and the greatest key, as they are written by default.
    fn ends(&self) -> (String, String) {
        let show = |key| self.form.show(key, &[self.kind]).concat();
        (show(&self.first), show(&self.last))
    }

    fn text(&self, rows: u64, greatest: &str) -> Option<TextSketch> {
        let KeyBuf::Text(first) = &self.first else {
            return None;
        };
        // What the first and the last of sorted texts have in common, all have.
        let first = String::from_utf8_lossy(first).into_owned();
        let pairs = first.char_indices().zip(greatest.chars());
        let differing = pairs.into_iter().find(|((_, one), other)| one != other);
        let end = differing.map_or(first.len(), |((at, _), _)| at);
        Some(TextSketch {
            least: self.lengths.least,
            mean: self.lengths.sum as f64 / rows as f64,
            greatest: self.lengths.greatest,
            prefix: first[..end].to_string(),
        })
    }

    /// The smallest type that all keys fit into, and what a value of it stands for.
    fn rust_type(&self) -> Option<(RustType, String)> {
        let meaning = match &self.form {
            Form::Scaled { scale: 0, .. } => "the number".to_string(),
            Form::Scaled { scale, .. } => format!("the number times {}", 10_u128.pow(*scale)),
            Form::Days => "days since 1970-01-01".to_string(),
            Form::Moments { scale: 0, .. } => "seconds since 1970-01-01".to_string(),
            Form::Moments { scale: 3, .. } => "milliseconds since 1970-01-01".to_string(),
            Form::Moments { scale: 6, .. } => "microseconds since 1970-01-01".to_string(),
            Form::Moments { .. } => "nanoseconds since 1970-01-01".to_string(),
            Form::Floats => "the bits of the f64, changed so that they are ordered".to_string(),
            Form::Bytes(_) => return Some((RustType::String, "the text".to_string())),
        };
        // Of all rows, not only of those that are measured.
        let (KeyBuf::Integer(least), KeyBuf::Integer(greatest)) = (&self.first, &self.last) else {
            return None;
        };
        let [least, greatest] = [*least, *greatest].map(|bits| self.form.integer(bits));
        let fits = |from: i128, to: i128| from <= least && greatest <= to;
        let rust_type = if fits(0, u32::MAX.into()) {
            RustType::U32
        } else if fits(0, u64::MAX.into()) {
            RustType::U64
        } else if fits(i64::MIN.into(), i64::MAX.into()) {
            RustType::I64
        } else {
            return None;
        };
        Some((rust_type, meaning))
    }

    /// The rows, in the order of the table.
    fn into_column(self, sketch: &Sketch) -> Column {
        fn rows<K>(load: Load, sketch: &Sketch, key: impl Fn(Loaded) -> K) -> Rows<K> {
            Rows {
                keys: load.keys.into_iter().map(key).collect(),
                key_of_row: load.rows.into_iter().map(|(_, key)| key).collect(),
                has_duplicates: sketch.has_duplicates(),
            }
        }
        fn integer(key: Loaded) -> i128 {
            match key {
                Loaded::Integer(integer) => integer,
                Loaded::Text(_) => 0,
            }
        }
        match sketch.rust_type {
            RustType::U32 => Column::U32(rows(self, sketch, |key| integer(key) as u32)),
            RustType::U64 => Column::U64(rows(self, sketch, |key| integer(key) as u64)),
            RustType::I64 => Column::I64(rows(self, sketch, |key| integer(key) as i64)),
            RustType::String => Column::String(rows(self, sketch, |key| match key {
                Loaded::Text(text) => text,
                Loaded::Integer(_) => String::new(),
            })),
        }
    }
}

impl Lengths {
    fn add(&mut self, length: usize) {
        self.least = self.least.min(length);
        self.greatest = self.greatest.max(length);
        self.sum += length as u64;
    }
}
