//! The type of a column, inferred from its first cells.
//!
//! The rule is strict on purpose: a column has a type only if all cells have it. A majority vote
//! would turn the other cells into bad cells of a type that nobody asked for. The strict rule can
//! surprise (one `n/a` makes a column of numbers text), so the type that fits most cells is
//! returned too, for a note to the user.

use crate::error::shown;
use crate::key::Kind;

/// The number of non-empty cells that are inspected. A smaller file is inspected whole.
pub(crate) const CELLS_MAX: usize = 65_536;

/// What was inferred about a column.
#[derive(Debug, PartialEq)]
pub(crate) struct Inference<'a> {
    /// The narrowest type that every cell has; `None` if there is no cell to judge by.
    pub(crate) kind: Option<Kind>,
    /// For text: the type of most cells, and the first cell that does not have it.
    pub(crate) nearest: Option<Misfit<'a>>,
}

/// The first cell that does not have a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Misfit<'a> {
    pub(crate) kind: Kind,
    pub(crate) line: u64,
    pub(crate) cell: &'a str,
}

impl Inference<'_> {
    /// The note for a user who looks for values of the type that most cells have.
    pub(crate) fn note_for(&self, asked: &[&str], column: &str) -> Option<String> {
        let Misfit { kind, line, cell } = self.nearest?;
        let is_expected = !asked.is_empty() && asked.iter().all(|asked| kind.accepts(asked));
        is_expected.then(|| {
            format!(
                "note: column {column} is taken as text, because line {line} holds {}; \
                 use --type {} --on-bad skip to compare by value",
                shown(cell.as_bytes()),
                kind.name(),
            )
        })
    }
}

/// Infers the type of a column from its cells, given with their lines. Empty cells do not count.
pub(crate) fn infer<'a>(cells: impl Iterator<Item = (u64, &'a str)>) -> Inference<'a> {
    let mut fitting = [0_usize; Kind::INFERRED.len()];
    let mut misfits = [None; Kind::INFERRED.len()];
    let mut judged = 0;
    for (line, cell) in cells {
        // Missing for every type that can be inferred, as none of them is text.
        if Kind::Integer.is_missing(cell) {
            continue;
        }
        judged += 1;
        for (at, kind) in Kind::INFERRED.into_iter().enumerate() {
            if kind.fits(cell) {
                fitting[at] += 1;
            } else {
                misfits[at].get_or_insert(Misfit { kind, line, cell });
            }
        }
    }
    if judged == 0 {
        return Inference {
            kind: None,
            nearest: None,
        };
    }
    let fits_all = |at: &usize| fitting[*at] == judged;
    if let Some(at) = (0..fitting.len()).find(fits_all) {
        return Inference {
            kind: Some(Kind::INFERRED[at]),
            nearest: None,
        };
    }
    // `rev`: `max_by_key` takes the last of equals, which is then the narrowest type.
    let nearest = (0..fitting.len()).rev().max_by_key(|at| fitting[*at]);
    let nearest = nearest
        .filter(|at| 2 * fitting[*at] >= judged)
        .and_then(|at| misfits[at]);
    Inference {
        kind: Some(Kind::Text),
        nearest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(cells: &[&str]) -> Option<Kind> {
        infer((2..).zip(cells.iter().copied())).kind
    }

    #[test]
    fn the_type_is_the_narrowest_that_all_cells_have() {
        assert_eq!(kind_of(&["1", "-2", "", " 3 "]), Some(Kind::Integer));
        assert_eq!(kind_of(&["1", "2.5", "NaN"]), Some(Kind::Float));
        assert_eq!(kind_of(&["2024-05-31", "0001-01-01"]), Some(Kind::Date));
        assert_eq!(
            kind_of(&["2024-05-31", "2024-05-31T00:00:00Z"]),
            Some(Kind::Timestamp)
        );
        assert_eq!(kind_of(&["1", "x"]), Some(Kind::Text));
        assert_eq!(kind_of(&["007", "7"]), Some(Kind::Text));
        assert_eq!(kind_of(&["9007199254740993", "0.5"]), Some(Kind::Text));
        assert_eq!(kind_of(&["", "  "]), None);
    }

    #[test]
    fn the_first_cell_that_lacks_the_nearest_type_is_named() {
        let cells = [(2, "1"), (3, "2"), (4, "n/a"), (5, "x")];
        let nearest = infer(cells.into_iter()).nearest;
        assert_eq!(
            nearest,
            Some(Misfit {
                kind: Kind::Integer,
                line: 4,
                cell: "n/a"
            })
        );
        assert_eq!(
            infer([(2, "1"), (3, "a"), (4, "b")].into_iter()).nearest,
            None
        );
    }
}
