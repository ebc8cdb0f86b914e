//! The type of a column, inferred from its first cells.
//!
//! The rule is strict on purpose: a column has a type only if all cells have it, in spellings that
//! keep different cells different. A majority vote would turn the other cells into bad cells of a
//! type that nobody asked for. The strict rule can surprise (one `n/a` makes a column of numbers
//! text), so a note tells a user who seems to expect something else.

use crate::error::shown;
use crate::key::{KeyType, Kind, Look, Spellings};

/// The number of non-empty cells that are inspected. A smaller table is inspected whole.
pub(crate) const CELLS_MAX: usize = 65_536;

/// The cells of a column that are inspected, with their lines.
#[derive(Default)]
pub(crate) struct Sample {
    cells: Vec<Cell>,
    /// Their texts, one after another.
    text: String,
    /// The first cell of each table, its name, and what its rows are counted by.
    tables: Vec<(usize, String, &'static str)>,
}

struct Cell {
    line: u64,
    /// Where its text ends.
    end: usize,
}

/// What was inferred about a column.
#[derive(Debug, PartialEq)]
pub(crate) struct Inference {
    /// The narrowest type that every cell has; `None` if there is no cell to judge by.
    pub(crate) kind: Option<Kind>,
    /// The spellings that all cells have in common.
    pub(crate) spellings: Spellings,
}

impl Sample {
    /// Adds a cell that stands for a value. Its line is in the table that was added last.
    pub(crate) fn push(&mut self, line: u64, cell: &str) {
        self.text.push_str(cell);
        let end = self.text.len();
        self.cells.push(Cell { line, end });
    }

    /// Adds a table: the next cells are of it.
    pub(crate) fn push_table(&mut self, name: &str, unit: &'static str) {
        self.tables.push((self.cells.len(), name.to_string(), unit));
    }

    /// The texts of all cells.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.cells.iter().map(move |cell| {
            let text = &self.text[start..cell.end];
            start = cell.end;
            text
        })
    }

    /// Where a cell is: its line, and its table if there are several.
    fn place(&self, at: usize) -> String {
        let line = self.cells[at].line;
        let behind = self.tables.partition_point(|(first, ..)| *first <= at);
        match self.tables.get(behind.saturating_sub(1)) {
            Some((_, table, unit)) if self.tables.len() > 1 => format!("{unit} {line} of {table}"),
            Some((.., unit)) => format!("{unit} {line}"),
            None => format!("line {line}"),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.cells.len() >= CELLS_MAX
    }

    /// Infers the type.
    pub(crate) fn infer(&self, key_type: &KeyType) -> Inference {
        let fitting = Kind::INFERRED.into_iter().find_map(|kind| {
            let spellings = self.spellings(&key_type.with_kind(kind));
            (!spellings.is_none()).then_some((kind, spellings))
        });
        match fitting {
            _ if self.cells.is_empty() => Inference {
                kind: None,
                spellings: Spellings::ALL,
            },
            Some((kind, spellings)) => Inference {
                kind: Some(kind),
                spellings,
            },
            None => Inference {
                kind: Some(Kind::Text),
                spellings: Spellings::ALL,
            },
        }
    }

    /// The spellings that all cells have as cells of a type; none if they have none in common.
    fn spellings(&self, key_type: &KeyType) -> Spellings {
        let mut common = Spellings::ALL;
        for cell in self.texts() {
            common = common.and(spellings_of(key_type, cell));
            if common.is_none() {
                break;
            }
        }
        common
    }

    /// For a text column: the note for a user who looks for values that are narrower than text, or
    /// for no value in a column of which most cells are.
    pub(crate) fn note(&self, key_type: &KeyType, asked: &[&str], column: &str) -> Option<String> {
        // `Inf` may be a name, unless there are numbers with it.
        let is_word = |it: &&str| Look::of(it) == Some(Look::FloatWord);
        let is_narrow = |it: &&str| {
            narrowest(key_type, &[it]).is_some()
                || !matches!(Look::of(it), None | Some(Look::Missing | Look::FloatWord))
        };
        let are_narrow =
            asked.iter().all(|it| is_narrow(it) || is_word(it)) && asked.iter().any(is_narrow);
        let may_surprise = asked.is_empty() || are_narrow;
        if !may_surprise {
            return None;
        }
        let usual = self.usual(key_type);
        if asked.is_empty() && usual.is_none() {
            return None;
        }
        let asked_kind = narrowest(key_type, asked);
        let expected = usual.or(asked_kind).unwrap_or(Kind::Decimal);
        // No cell differs if they all have a type that is not inferred.
        let misfit = self.misfit(&key_type.with_kind(expected)).unwrap_or(0);
        let cell = self.texts().nth(misfit)?;
        let mostly = match usual {
            Some(kind) => format!(", and most cells are {}", kind.plural()),
            None => String::new(),
        };
        let advice = advice(&key_type.with_kind(expected), cell);
        Some(format!(
            "note: column {column} is taken as text, because {} holds {}{mostly}; {}",
            self.place(misfit),
            shown(cell.as_bytes()),
            advice.unwrap_or_else(|| format!(
                "for {} by value, use --type {} --on-bad skip",
                expected.plural(),
                expected.name()
            ))
        ))
    }

    /// The narrow type that more than half of the cells have.
    fn usual(&self, key_type: &KeyType) -> Option<Kind> {
        let count = |kind: &Kind| {
            let key_type = key_type.with_kind(*kind);
            let fits = |cell: &&str| !spellings_of(&key_type, cell).is_none();
            self.texts().filter(fits).count()
        };
        // `rev`: `max_by_key` takes the last of equals, which is then the narrowest type.
        let kinds = Kind::INFERRED.into_iter().rev();
        let (kind, fitting) = kinds
            .map(|kind| (kind, count(&kind)))
            .max_by_key(|it| it.1)?;
        (2 * fitting > self.cells.len()).then_some(kind)
    }

    /// The first cell that is not of a type, or not spelled as the cells before it are.
    fn misfit(&self, key_type: &KeyType) -> Option<usize> {
        let mut common = Spellings::ALL;
        self.texts().position(|cell| {
            common = common.and(spellings_of(key_type, cell));
            common.is_none()
        })
    }
}

/// The spellings of a cell; none if it is not of the type.
fn spellings_of(key_type: &KeyType, cell: &str) -> Spellings {
    let spellings = key_type.read(cell.as_bytes(), &mut Vec::new());
    spellings.unwrap_or(Spellings::NONE)
}

/// The narrowest type that all of some values have; `None` if there are none, or they are text.
pub(crate) fn narrowest(key_type: &KeyType, asked: &[&str]) -> Option<Kind> {
    let kinds = Kind::INFERRED.into_iter().chain([Kind::Ip]);
    let accepts_all = |kind: &Kind| {
        let key_type = key_type.with_kind(*kind);
        asked.iter().all(|asked| key_type.accepts_asked(asked))
    };
    kinds
        .into_iter()
        .find(accepts_all)
        .filter(|_| !asked.is_empty())
}

/// What to do about a cell that is not of the type that was expected.
pub(crate) fn advice(expected: &KeyType, cell: &str) -> Option<String> {
    let kind = expected.kind;
    let is = |kind| expected.with_kind(kind).accepts(cell);
    let is_number = matches!(kind, Kind::Integer | Kind::Decimal | Kind::Float);
    let is_moment = matches!(kind, Kind::Date | Kind::Datetime | Kind::Timestamp);
    let cell = cell.trim();
    let advice = match Look::of(cell) {
        Some(Look::Missing) => {
            let shown = shown(cell.as_bytes());
            return Some(format!(
                "if {shown} stands for no value, use --null '{cell}'"
            ));
        }
        Some(Look::GroupedByComma) if is_number => "--thousands , reads it as a number",
        Some(Look::GroupedByPoint) if is_number => "--thousands . --decimal , reads it as a number",
        Some(Look::DecimalComma) if is_number => "--decimal , reads it as a number",
        Some(Look::FloatWord) if is_number && kind != Kind::Float => {
            "--type float has infinities and NaN"
        }
        Some(Look::Unit) if is_number => {
            "a number with a unit is text: remove the units to compare by value"
        }
        _ if is_number && is(Kind::Decimal) => {
            "--type decimal compares by value, however numbers are written"
        }
        // A date is a datetime and a timestamp as well.
        _ if kind == Kind::Date && is(Kind::Datetime) => {
            "--type datetime compares dates and times without an offset"
        }
        _ if kind == Kind::Date && is(Kind::Timestamp) => {
            "--type timestamp compares dates and times with an offset"
        }
        Some(Look::Date) if !is_moment || expected.date_format.is_none() => {
            "--date-format says how dates are written, such as %d/%m/%Y or %m/%d/%Y"
        }
        _ if is(Kind::Ip) => "--type ip compares addresses",
        _ => return None,
    };
    Some(advice.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untyped() -> KeyType {
        KeyType::plain(Kind::Text)
    }

    fn sample(cells: &[&str]) -> Sample {
        let mut sample = Sample::default();
        for (line, cell) in (2..).zip(cells).filter(|(_, cell)| !cell.trim().is_empty()) {
            sample.push(line, cell);
        }
        sample
    }

    fn kind_of(cells: &[&str]) -> Option<Kind> {
        sample(cells).infer(&untyped()).kind
    }

    #[test]
    fn the_type_is_the_narrowest_that_all_cells_have() {
        for (cells, kind) in [
            (&["1", "-2", "", " 3 "][..], Some(Kind::Integer)),
            (&["1", "2.5"], Some(Kind::Decimal)),
            (&["1", "2.5", "NaN"], Some(Kind::Text)),
            (&["2024-05-31", "0001-01-01"], Some(Kind::Date)),
            (&["2024-05-31", "2024-05-31 12:00:00"], Some(Kind::Datetime)),
            (
                &["2024-05-31", "2024-05-31T00:00:00Z"],
                Some(Kind::Timestamp),
            ),
            (
                &["2024-05-31 12:00:00", "2024-05-31T00:00:00Z"],
                Some(Kind::Text),
            ),
            (&["1", "x"], Some(Kind::Text)),
            (&["007", "7"], Some(Kind::Text)),
            (&["9007199254740993", "0.5"], Some(Kind::Decimal)),
            (&["", "  "], None),
        ] {
            assert_eq!(kind_of(cells), kind, "{cells:?}");
        }
    }

    #[test]
    fn the_cell_that_differs_from_most_is_named() {
        let misfit = |cells: &[&str]| {
            let note = sample(cells).note(&untyped(), &[], "`v`")?;
            let (_, rest) = note.split_once("because ")?;
            Some(rest.split_once(", and")?.0.to_string())
        };
        let expected = |line, cell: &str| Some(format!("line {line} holds `{cell}`"));
        assert_eq!(misfit(&["1", "2", "n/a", "x", "3"]), expected(4, "n/a"));
        assert_eq!(misfit(&["NA", "5", "7"]), expected(2, "NA"));
        assert_eq!(misfit(&["2024-01-01", "2024-01-02", "5"]), expected(4, "5"));
        assert_eq!(misfit(&["1.1", "1.10", "1.2"]), expected(3, "1.10"));
        assert_eq!(misfit(&["1", "a", "b"]), None);
    }

    #[test]
    fn a_note_for_those_who_expect_something_narrower() {
        let note = |cells: &[&str], asked: &[&str]| sample(cells).note(&untyped(), asked, "`v`");
        for (cells, asked, part) in [
            (&["NA", "5", "7"][..], &["5", "10"][..], "--null 'NA'"),
            (
                &["NA", "NA", "NA", "5", "7"],
                &["5", "10"],
                "line 2 holds `NA`",
            ),
            (&["\"1,234\"", "90"], &["5"], "line 2"),
            (&["1,234", "90"], &["5"], "--thousands ,"),
            (&["$90", "$5"], &["5", "100"], "`$90`"),
            (&["$90", "$5"], &["$5", "$100"], "`$90`"),
            (&["11/01/2023"], &["2023-01-01"], "--date-format"),
            (
                &["11/01/2023"],
                &["11/01/2023", "12/01/2023"],
                "--date-format",
            ),
            (
                &["10.0.0.9", "10.0.0.10"],
                &["10.0.0.1", "10.0.0.20"],
                "--type ip",
            ),
            (&["1.5", "1.50"], &["1"], "--type decimal"),
            (&["5", "x", "7"], &[], "line 3 holds `x`"),
            (&["Anna"], &["5"], "`Anna`"),
        ] {
            let note = note(cells, asked).unwrap_or_default();
            assert!(note.contains(part), "{cells:?} {asked:?}: {note:?}");
        }
        assert_eq!(note(&["5", "x", "7"], &["x"]), None);
        assert_eq!(note(&["Anna", "Bert"], &[]), None);
    }
}
