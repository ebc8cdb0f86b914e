//! The columns of a table, by name and by number.

use crate::error::{Error, shown};
use crate::key::Kind;
use crate::rows::{Dialect, Fields, Rows};

/// As many names are listed in a message.
const LISTED_MAX: usize = 20;

/// As many numbers are listed of columns with one name.
const CHOICES_MAX: usize = 5;

/// The names of the columns.
#[derive(Clone)]
pub(crate) struct Header {
    table: String,
    names: Vec<Vec<u8>>,
    has_names: bool,
    /// The types that the file says its columns have, if it does.
    kinds: Vec<Option<Kind>>,
}

impl Header {
    /// Columns with names.
    pub(crate) fn of_names(table: &str, names: Vec<Vec<u8>>) -> Header {
        Header {
            table: table.to_string(),
            names,
            has_names: true,
            kinds: Vec::new(),
        }
    }

    /// Columns that have numbers only, `:1` and so on.
    pub(crate) fn of_numbers(table: &str, columns: usize) -> Header {
        let name = |number: usize| format!(":{number}").into_bytes();
        Header {
            table: table.to_string(),
            names: (1..=columns).map(name).collect(),
            has_names: false,
            kinds: Vec::new(),
        }
    }

    /// The same with the types of the columns.
    #[cfg(feature = "parquet")]
    pub(crate) fn with_kinds(self, kinds: Vec<Option<Kind>>) -> Header {
        Header { kinds, ..self }
    }

    /// The type of the keys in column `at`, if the file says it.
    pub(crate) fn kind(&self, at: usize) -> Option<Kind> {
        self.kinds.get(at).copied().flatten()
    }

    /// The number of columns.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the table names its columns.
    pub(crate) fn has_names(&self) -> bool {
        self.has_names
    }

    /// The name of column `at`, as in the file.
    pub(crate) fn name(&self, at: usize) -> &[u8] {
        &self.names[at]
    }

    /// The names of all columns, as text.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.names.iter();
        names
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect()
    }

    /// Refuses a further table whose columns are others.
    pub(crate) fn check_same(&self, other: &Header) -> Result<(), Error> {
        let differ = |at: &usize| self.names.get(*at) != other.names.get(*at);
        let Some(at) = (0..self.len().max(other.len())).find(differ) else {
            return Ok(());
        };
        let name = |header: &Header| match header.names.get(at) {
            Some(name) => shown(name),
            None => "missing".to_string(),
        };
        Err(Error::OtherColumns {
            table: other.table.clone(),
            first: self.table.clone(),
            number: at + 1,
            name: name(other),
            first_name: name(self),
        })
    }

    /// The column with a name, or with a number (`:3`) that is not a name.
    pub(crate) fn find(&self, name: &str) -> Result<usize, Error> {
        let matches: Vec<usize> = (0..self.len())
            .filter(|at| self.names[*at] == name.as_bytes())
            .collect();
        match matches[..] {
            [at] => Ok(at),
            [] => self.find_number(name).ok_or_else(|| self.unknown(name)),
            _ => Err(Error::AmbiguousColumn {
                table: self.table.clone(),
                name: shown(name.as_bytes()),
                choices: choices(&matches),
            }),
        }
    }

    /// The columns that `--columns` lists, as a CSV record; `None` if there is no list.
    pub(crate) fn choose(&self, lists: &[String]) -> Result<Option<Vec<usize>>, Error> {
        let mut chosen = Vec::new();
        for list in lists {
            let (mut rows, mut fields) = (
                Rows::new(list.as_bytes(), Dialect::COMMAS),
                Fields::default(),
            );
            let names = match rows.next(&mut fields) {
                Some(Ok(row)) => row.fields(),
                _ => Vec::new(),
            };
            if names.is_empty() || rows.next(&mut Fields::default()).is_some() {
                return Err(Error::BadColumns {
                    list: shown(list.as_bytes()),
                });
            }
            for name in names {
                let name = String::from_utf8_lossy(&name);
                let column = self.find(&name)?;
                if chosen.contains(&column) {
                    return Err(Error::RepeatedColumn {
                        name: shown(name.as_bytes()),
                    });
                }
                chosen.push(column);
            }
        }
        Ok((!lists.is_empty()).then_some(chosen))
    }

    fn find_number(&self, name: &str) -> Option<usize> {
        let digits = match name.strip_prefix(':') {
            Some(digits) => digits,
            None if !self.has_names => name,
            None => return None,
        };
        let number: usize = digits.parse().ok()?;
        number.checked_sub(1).filter(|at| *at < self.len())
    }

    fn unknown(&self, name: &str) -> Error {
        Error::UnknownColumn {
            table: self.table.clone(),
            name: shown(name.as_bytes()),
            hint: self.hint(name).unwrap_or_default(),
            columns: self.list(),
        }
    }

    /// What may have been meant.
    fn hint(&self, name: &str) -> Option<String> {
        let number = name.trim_start_matches(':').parse::<usize>().ok();
        if let Some(number) = number
            && number > 0
            && number <= self.len()
        {
            return Some(format!(" (for the column by its number, write :{number})"));
        }
        if self.names.iter().any(|name| name.contains(&0)) {
            return Some(" (if the table is UTF-16, read it with --encoding utf-16le)".to_string());
        }
        if let Some([b'{', b'"', ..] | [b'[', b'{', ..] | b"[" | b"{") =
            self.names.first().map(|it| &it[..])
        {
            return Some(
                " (if each line of the table is a JSON object, read it with --input-format \
                 ndjson)"
                    .to_string(),
            );
        }
        if !name.is_ascii() && self.names.iter().any(|name| str::from_utf8(name).is_err()) {
            return Some(
                " (its names are not UTF-8: --encoding windows-1252 reads Latin-1)".to_string(),
            );
        }
        let wanted = name.to_lowercase();
        let distance = |known: &[u8]| {
            let known = String::from_utf8_lossy(known).to_lowercase();
            strsim::osa_distance(&known, &wanted)
        };
        let nearest = self.names.iter().min_by_key(|known| distance(known))?;
        if distance(nearest) <= 2 && distance(nearest) < name.chars().count() {
            return Some(format!(" (did you mean {}?)", shown(nearest)));
        }
        let may_be_undivided =
            self.len() == 1 && nearest.iter().any(|byte| b",;\t|".contains(byte));
        may_be_undivided.then(|| " (does the table need another --delimiter?)".to_string())
    }

    /// The names, unless they are too many.
    fn list(&self) -> String {
        let listed = self.names.iter().take(LISTED_MAX).map(|name| shown(name));
        let listed = join(listed, ", ");
        match self.len().saturating_sub(LISTED_MAX) {
            0 => listed,
            more => format!("{listed} and {more} more"),
        }
    }
}

/// The numbers of columns, unless they are too many.
fn choices(columns: &[usize]) -> String {
    let listed = columns.iter().take(CHOICES_MAX);
    let listed = join(listed.map(|at| format!(":{}", at + 1)), " or ");
    match columns.len().saturating_sub(CHOICES_MAX) {
        0 => listed,
        more => format!("{listed} or {more} more"),
    }
}

fn join(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}
