//! The columns of the key, whose types are known, and how values that are asked for become keys.

use std::ops::Bound;

use leafwise::Prefix;

use crate::args::Reading;
use crate::error::{Error, shown};
use crate::header::Header;
use crate::infer::{self, Sample};
use crate::key::{KeyType, Kind, Spellings, composite};
use crate::query::KeyRange;
use crate::rows::{Dialect, Fields, Rows};
use crate::scan::Tables;
use crate::select::KeyPart;

/// The columns that a user names: one, or several, separated by commas, for a composite key.
pub(crate) fn find_columns(header: &Header, asked: &str) -> Result<Vec<usize>, Error> {
    header
        .find(asked)
        .map(|column| vec![column])
        .or_else(|error| {
            let list = [asked.to_string()];
            match header.choose(&list) {
                Ok(Some(columns)) if columns.len() > 1 => Ok(columns),
                _ => Err(error),
            }
        })
}

/// The columns of the key, the most significant first.
pub(crate) struct KeyColumns {
    columns: Vec<KeyColumn>,
}

/// The key of a value that is asked for.
pub(crate) struct Asked {
    pub(crate) key: Vec<u8>,
    /// Whether there are values for all columns. If not, all keys that begin so are meant.
    is_whole: bool,
}

impl Asked {
    /// Whether exactly one key is meant.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The keys that are meant.
    pub(crate) fn bounds(self) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
        (Bound::Included(self.key.clone()), self.upper(true))
    }

    /// The bound of a range that ends with them or before them.
    pub(crate) fn upper(self, is_included: bool) -> Bound<Vec<u8>> {
        match (is_included, self.is_whole) {
            (true, true) => Bound::Included(self.key),
            (true, false) => Bound::Excluded(composite::behind(self.key)),
            (false, _) => Bound::Excluded(self.key),
        }
    }
}

impl KeyColumns {
    /// Finds out the types.
    pub(crate) fn open(
        tables: &mut Tables,
        columns: &[usize],
        reading: &Reading,
        asked: &[&str],
    ) -> Result<KeyColumns, Error> {
        let key_type = reading.key_type()?;
        let columns = columns.iter().enumerate().map(|(number, column)| {
            let asked: Vec<String> = match columns.len() {
                1 => asked.iter().map(|asked| (*asked).to_string()).collect(),
                _ => asked
                    .iter()
                    .filter_map(|asked| split(asked).into_iter().nth(number))
                    .collect(),
            };
            let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
            KeyColumn::open(tables, *column, reading, &key_type, &asked)
        });
        Ok(KeyColumns {
            columns: columns.collect::<Result<_, _>>()?,
        })
    }

    /// Columns whose types are known from an index.
    pub(crate) fn of_kinds(
        header: &Header,
        columns: &[usize],
        kinds: &[Kind],
        spellings: &[Option<Spellings>],
        reading: &Reading,
    ) -> Result<KeyColumns, Error> {
        let key_type = reading.key_type()?;
        let types = kinds.iter().zip(spellings);
        let columns = columns
            .iter()
            .zip(types)
            .map(|(column, (kind, spellings))| KeyColumn {
                at: *column,
                name: shown(header.name(*column)),
                key_type: key_type.with_kind(*kind),
                is_inferred: reading.kind().is_none(),
                spellings: *spellings,
                sample: Sample::default(),
            });
        Ok(KeyColumns {
            columns: columns.collect(),
        })
    }

    /// The key of a value; `place` says where it is, if not on the command line. For a composite
    /// key, the values of the first columns, or of all, are separated by commas.
    pub(crate) fn key(&self, asked: &str, place: &str) -> Result<Asked, Error> {
        if let [column] = &self.columns[..] {
            return Ok(Asked {
                key: column.key(asked, place)?,
                is_whole: true,
            });
        }
        let parts = split(asked);
        if parts.is_empty() || parts.len() > self.columns.len() {
            return Err(self.composite_value(asked, place));
        }
        let mut key = Vec::new();
        for (part, column) in parts.iter().zip(&self.columns) {
            composite::push(&column.key(part, place)?, &mut key);
        }
        Ok(Asked {
            key,
            is_whole: parts.len() == self.columns.len(),
        })
    }

    /// The keys that begin with a value: with text, or with the values of the first columns of
    /// which the last is the beginning of text.
    pub(crate) fn prefix(&self, asked: &str, place: &str) -> Result<KeyRange, Error> {
        let parts = match self.columns.len() {
            1 => vec![asked.to_string()],
            _ => split(asked),
        };
        let last = parts
            .last()
            .zip(self.columns.get(parts.len().saturating_sub(1)));
        let Some((text, column)) = last else {
            return Err(self.composite_value(asked, place));
        };
        if column.key_type.kind != Kind::Text {
            return Err(Error::PrefixOfNoText {
                column: column.name.clone(),
                kind: column.key_type.kind.plural(),
            });
        }
        let mut key = Vec::new();
        for (part, column) in parts.iter().zip(&self.columns).take(parts.len() - 1) {
            composite::push(&column.key(part, place)?, &mut key);
        }
        let text = column.key(text, place)?;
        match self.columns.len() {
            1 => key.extend_from_slice(&text),
            _ => composite::push_beginning(&text, &mut key),
        }
        let behind = key.successor().map_or(Bound::Unbounded, Bound::Excluded);
        Ok((Bound::Included(key), behind))
    }

    fn composite_value(&self, asked: &str, place: &str) -> Error {
        Error::CompositeValue {
            place: place.to_string(),
            value: shown(asked.as_bytes()),
            columns: self.columns.len(),
        }
    }

    /// What keys are called in messages about several.
    pub(crate) fn plural(&self) -> &'static str {
        match &self.columns[..] {
            [column] => column.key_type.kind.plural(),
            _ => "composite keys",
        }
    }

    pub(crate) fn types(&self) -> Vec<KeyType> {
        self.columns
            .iter()
            .map(|column| column.key_type.clone())
            .collect()
    }

    /// What a user should know about the types.
    pub(crate) fn notes(&self, asked: &[&str]) -> Vec<String> {
        let asked = if self.columns.len() == 1 { asked } else { &[] };
        self.columns
            .iter()
            .filter_map(|column| column.note(asked))
            .collect()
    }

    /// How the key of a row is read.
    pub(crate) fn into_parts(self) -> Vec<KeyPart> {
        let part = |column: KeyColumn| KeyPart {
            column: column.at,
            name: column.name,
            key_type: column.key_type,
            spellings: column.spellings,
        };
        self.columns.into_iter().map(part).collect()
    }
}

/// The values of a composite key, as a CSV record.
pub(crate) fn split(asked: &str) -> Vec<String> {
    let (mut rows, mut fields) = (
        Rows::new(asked.as_bytes(), Dialect::COMMAS),
        Fields::default(),
    );
    match rows.next(&mut fields) {
        Some(Ok(row)) => {
            let fields = row.fields().into_iter();
            fields
                .map(|it| String::from_utf8_lossy(&it).into_owned())
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A column of the key.
struct KeyColumn {
    at: usize,
    name: String,
    key_type: KeyType,
    /// Whether the user did not choose the type.
    is_inferred: bool,
    /// Only of a type that was inferred.
    spellings: Option<Spellings>,
    /// The cells from which it was inferred.
    sample: Sample,
}

impl KeyColumn {
    /// The type that was requested or that the file says, or else the one that the first cells
    /// have.
    ///
    /// If there is no cell to judge by, the requested values decide, so that none of them is
    /// refused without a reason.
    fn open(
        tables: &mut Tables,
        column: usize,
        reading: &Reading,
        key_type: &KeyType,
        asked: &[&str],
    ) -> Result<KeyColumn, Error> {
        let name = shown(tables.first().header().name(column));
        if let Some(kind) = reading.kind().or_else(|| tables.kind(column)) {
            return Ok(KeyColumn {
                at: column,
                name,
                is_inferred: false,
                key_type: key_type.with_kind(kind),
                spellings: None,
                sample: Sample::default(),
            });
        }
        // Missing for every type that can be inferred, as none of them is text.
        let sample = tables.sample(column, &key_type.with_kind(Kind::Integer))?;
        let inference = sample.infer(key_type);
        let kind = inference
            .kind
            .unwrap_or_else(|| infer::narrowest(key_type, asked).unwrap_or(Kind::Text));
        Ok(KeyColumn {
            at: column,
            name,
            is_inferred: true,
            key_type: key_type.with_kind(kind),
            spellings: Some(inference.spellings),
            sample,
        })
    }

    /// The key of a requested value; `place` says where the value is, if not on the command line.
    fn key(&self, asked: &str, place: &str) -> Result<Vec<u8>, Error> {
        if self.key_type.is_null(asked) {
            return Err(Error::NullValue {
                place: place.to_string(),
                value: shown(asked.as_bytes()),
            });
        }
        self.key_type
            .encode_asked(asked)
            .ok_or_else(|| Error::BadValue {
                place: place.to_string(),
                value: shown(asked.as_bytes()),
                expected: self.key_type.description(),
                column: self.name.clone(),
                hint: match self.is_inferred {
                    true => Error::HINT_INFERRED,
                    false => "",
                },
            })
    }

    /// What a user should know about the type.
    fn note(&self, asked: &[&str]) -> Option<String> {
        let is_text = self.is_inferred && self.key_type.kind == Kind::Text;
        is_text
            .then(|| self.sample.note(&self.key_type, asked, &self.name))
            .flatten()
    }
}
