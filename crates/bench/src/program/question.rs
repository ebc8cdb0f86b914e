//! The questions, which rows of the table answer them, and which rows a program has printed.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use csv::{ByteRecord, ReaderBuilder};

use crate::operation::Timed;
use crate::processes::{COLUMNS, Recipe, Row};

/// The questions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Question {
    /// The row with an id.
    Id,
    /// The row with a name.
    Name,
    /// The rows of one city: a tenth of all.
    City,
    /// The rows whose amount is in a narrow range: 44 of a million.
    NarrowRange,
    /// The rows whose amount is in a wide range: a twentieth of all.
    WideRange,
    /// The rows whose note is empty: 97 % of all.
    EmptyNote,
    /// All rows, ordered by id.
    InOrder,
    /// The same with at most 64 MiB of memory, for the programs that have such an option.
    #[value(name = "in-order-64mib")]
    InOrder64Mib,
}

/// What is asked of a program.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Asked {
    /// The rows that have this value in a column, given by its index.
    Value { column: usize, value: String },
    /// The rows whose amount is in `from..to`, in hundredths.
    Amounts { from: u32, to: u32 },
    /// All rows, ordered by id, with so much memory.
    InOrder { memory: Option<&'static str> },
}

/// A question, and the rows that answer it.
pub(crate) struct Problem {
    pub(crate) question: Question,
    pub(crate) asked: Asked,
    /// The ids of the rows, ascending.
    pub(crate) ids: Vec<u32>,
}

impl Question {
    /// Asks for what the `sample`, a row of the table, has.
    fn asked(self, sample: &Row) -> Asked {
        let value = |column: usize, value: &str| Asked::Value {
            column,
            value: value.to_owned(),
        };
        match self {
            Self::Id => value(0, &sample.id.to_string()),
            Self::Name => value(1, &sample.name),
            Self::City => value(2, sample.city),
            Self::NarrowRange => Asked::Amounts {
                from: 5_000_000,
                to: 5_000_443,
            },
            Self::WideRange => Asked::Amounts {
                from: 2_000_000,
                to: 2_500_000,
            },
            Self::EmptyNote => value(COLUMNS.len() - 1, ""),
            Self::InOrder => Asked::InOrder { memory: None },
            Self::InOrder64Mib => Asked::InOrder {
                memory: Some("64MiB"),
            },
        }
    }
}

impl Asked {
    fn is_answered_by(&self, row: &Row) -> bool {
        match self {
            Self::Value { column, value } => match column {
                0 => row.id.to_string() == *value,
                1 => row.name == *value,
                2 => row.city == value,
                _ => row.note == value,
            },
            Self::Amounts { from, to } => (*from..*to).contains(&row.amount),
            Self::InOrder { .. } => true,
        }
    }

    /// Returns whether the rows have to be printed in the order of their ids.
    fn is_ordered(&self) -> bool {
        matches!(self, Self::InOrder { .. })
    }

    /// Returns whether a program may be unable to answer.
    pub(crate) fn is_optional(&self) -> bool {
        matches!(self, Self::InOrder { memory: Some(_) })
    }
}

impl Problem {
    /// The `questions`, with their answers in the table of that recipe.
    pub(crate) fn of_table(recipe: &Recipe, questions: &[Question]) -> Vec<Self> {
        let sample = recipe.rows().nth(recipe.rows / 2);
        let sample = sample.expect("a table has rows");
        let mut problems: Vec<Self> = questions
            .iter()
            .map(|question| Self {
                question: *question,
                asked: question.asked(&sample),
                ids: Vec::new(),
            })
            .collect();
        for row in recipe.rows() {
            for problem in &mut problems {
                if problem.asked.is_answered_by(&row) {
                    problem.ids.push(row.id);
                }
            }
        }
        for problem in &mut problems {
            problem.ids.sort_unstable();
        }
        problems
    }

    /// Fails unless `printed`, the ids that a program has printed, are the answer.
    pub(crate) fn check(&self, tool: &str, mut printed: Vec<u32>) -> Result<()> {
        let question = self.question.name();
        let (found, wanted) = (printed.len(), self.ids.len());
        ensure!(
            found == wanted,
            "{tool} printed {found} rows for {question} instead of {wanted}"
        );
        let is_ordered = printed.is_sorted();
        printed.sort_unstable();
        ensure!(
            printed == self.ids,
            "{tool} printed other rows for {question}"
        );
        ensure!(
            is_ordered || !self.asked.is_ordered(),
            "{tool} printed the rows for {question} in another order"
        );
        Ok(())
    }
}

/// The ids of the rows in a program's output, with or without a header.
pub(crate) fn printed_ids(output: &Path) -> Result<Vec<u32>> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .from_path(output)
        .with_context(|| format!("cannot read {}", output.display()))?;
    let (mut ids, mut record) = (Vec::new(), ByteRecord::new());
    while reader.read_byte_record(&mut record)? {
        ensure!(
            record.len() == COLUMNS.len(),
            "a row has {} cells: {record:?}",
            record.len()
        );
        if ids.is_empty() && record == COLUMNS[..] {
            continue;
        }
        let id = str::from_utf8(&record[0])?;
        ids.push(id.parse().with_context(|| format!("{id} is not an id"))?);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECIPE: Recipe = Recipe {
        rows: 200_000,
        quoted: false,
    };

    #[test]
    fn answers_have_the_documented_sizes() {
        let questions = Question::value_variants();
        let problems = Problem::of_table(&RECIPE, questions);
        let sizes: Vec<usize> = problems.iter().map(|problem| problem.ids.len()).collect();
        let [id, name, city, narrow, wide, empty, ordered, bounded] = sizes[..] else {
            panic!("{sizes:?}");
        };
        assert_eq!((id, name, ordered, bounded), (1, 1, 200_000, 200_000));
        assert_eq!(problems[0].ids, problems[1].ids);
        assert!((19_000..21_000).contains(&city), "{city}");
        assert!((1..25).contains(&narrow), "{narrow}");
        assert!((9_500..10_500).contains(&wide), "{wide}");
        assert!((193_000..195_000).contains(&empty), "{empty}");
        assert!(problems.iter().all(|problem| problem.ids.is_sorted()));
    }

    fn problem(question: Question) -> Problem {
        let recipe = Recipe { rows: 9, ..RECIPE };
        Problem::of_table(&recipe, &[question]).pop().unwrap()
    }

    #[test]
    fn wrong_answers_are_found() {
        let all = problem(Question::InOrder);
        let failure = |ids: &[u32]| all.check("tool", ids.to_vec()).unwrap_err().to_string();
        assert!(all.check("tool", (1..=9).collect()).is_ok());
        assert!(failure(&[1, 2, 3]).contains("3 rows for in-order instead of 9"));
        assert!(failure(&[1, 2, 3, 4, 5, 6, 7, 8, 10]).contains("other rows"));
        assert!(failure(&[1, 2, 3, 4, 5, 6, 7, 8, 8]).contains("other rows"));
        assert!(failure(&[1, 2, 3, 4, 5, 6, 7, 9, 8]).contains("another order"));
        let mut city = problem(Question::City);
        city.ids = vec![3, 5];
        assert!(city.check("tool", vec![5, 3]).is_ok());
    }

    fn ids_of(output: &str, name: &str) -> Result<Vec<u32>> {
        let name = format!("leafwise-printed-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, output)?;
        let ids = printed_ids(&path);
        std::fs::remove_file(&path)?;
        ids
    }

    #[test]
    fn printed_rows_are_found_in_every_form() {
        let (header, row) = ("id,name,city,amount,created,note\n", "7,a,b,1.5,c,\n");
        assert_eq!(ids_of(&format!("{header}{row}"), "header").unwrap(), [7]);
        assert_eq!(ids_of(row, "none").unwrap(), [7]);
        assert!(ids_of("", "empty").unwrap().is_empty());
        let quoted = "\"id\",\"name\",\"city\",\"amount\",\"created\",\"note\"\r\n\
                      \"8\",a,b,1,c,\"x, \"\"y\"\"\nz\"\r\n9,a,b,1,c,\"\"\r\n";
        assert_eq!(ids_of(quoted, "quoted").unwrap(), [8, 9]);
        assert!(ids_of(&format!("{header}{row}{header}"), "twice").is_err());
        assert!(ids_of("7,a,b\n", "short").is_err());
    }
}
