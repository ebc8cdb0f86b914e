//! The programs, and how each is asked: as a user would who knows it well.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;

use super::question::Asked;
use crate::processes::{COLUMNS, Program, Way, decimal, duckdb_output, sqlite_import};

/// The programs, ours first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Tool {
    /// This project's program.
    Leafwise,
    Grep,
    Mawk,
    Gawk,
    Sort,
    /// SQLite, with an import of the table into a temporary database before each query.
    Sqlite3,
    /// SQLite, with a database into which the table has been imported beforehand, without an index.
    Sqlite3Imported,
    Duckdb,
    Xsv,
    /// The successor of xsv.
    Qsv,
}

/// The files that the programs read. They run in the folder of the table.
pub(crate) struct Files {
    pub(crate) leafwise: PathBuf,
    /// The name of the table.
    pub(crate) table: String,
    pub(crate) is_quoted: bool,
}

/// The database of [`Tool::Sqlite3Imported`], in that folder.
pub(crate) const DATABASE: &str = "imported.sqlite";

/// The columns for SQLite, which would otherwise take all of them as text.
const SQLITE_COLUMNS: &str =
    "id INTEGER, name TEXT, city TEXT, amount REAL, created TEXT, note TEXT";

impl Tool {
    /// Returns whether the program knows that a delimiter within quotes does not end a cell.
    fn parses_quotes(self) -> bool {
        !matches!(self, Self::Grep | Self::Mawk | Self::Gawk | Self::Sort)
    }

    /// The command that has to run once, beforehand.
    pub(crate) fn preparation(self, files: &Files) -> Option<Vec<OsString>> {
        (self == Self::Sqlite3Imported).then(|| {
            // An earlier run may have failed and left its database.
            let database = [DATABASE, "DROP TABLE IF EXISTS t"].map(str::to_owned);
            let arguments = database.into_iter().chain(import(&files.table));
            self.with(files, arguments)
        })
    }

    /// The command that answers a question, or `None` if the program has none for it.
    pub(crate) fn command(self, asked: &Asked, files: &Files) -> Option<Vec<OsString>> {
        if files.is_quoted && !self.parses_quotes() {
            return None;
        }
        let table = files.table.as_str();
        let arguments = match self {
            Self::Leafwise => leafwise(asked, table),
            Self::Grep => vec!["-E".to_owned(), pattern(asked)?, table.to_owned()],
            Self::Mawk | Self::Gawk => awk(asked, table)?,
            Self::Sort => sort(asked, table)?,
            Self::Duckdb => vec!["-c".to_owned(), duckdb(asked, table)],
            Self::Xsv | Self::Qsv => xsv(asked, table)?,
            Self::Sqlite3 => {
                let query = sqlite_query(asked)?;
                let temporary = [String::new()].into_iter();
                temporary.chain(import(table)).chain(query).collect()
            }
            Self::Sqlite3Imported => {
                let database = [DATABASE.to_owned(), ".mode csv".to_owned()];
                database.into_iter().chain(sqlite_query(asked)?).collect()
            }
        };
        Some(self.with(files, arguments))
    }

    fn with(self, files: &Files, arguments: impl IntoIterator<Item = String>) -> Vec<OsString> {
        self.program().with(&files.leafwise, arguments)
    }
}

impl Way for Tool {
    fn program(self) -> Program {
        match self {
            Self::Leafwise => Program::Leafwise,
            Self::Grep => Program::Grep,
            Self::Mawk => Program::Mawk,
            Self::Gawk => Program::Gawk,
            Self::Sort => Program::Sort,
            Self::Sqlite3 | Self::Sqlite3Imported => Program::Sqlite3,
            Self::Duckdb => Program::Duckdb,
            Self::Xsv => Program::Xsv,
            Self::Qsv => Program::Qsv,
        }
    }
}

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().copied().map(str::to_owned).collect()
}

fn leafwise(asked: &Asked, table: &str) -> Vec<String> {
    match asked {
        Asked::Value { column, value } => owned(&["get", table, COLUMNS[*column], value]),
        Asked::Amounts { from, to } => {
            let range = format!("{}..{}", decimal(*from), decimal(*to));
            owned(&["range", table, "amount", &range])
        }
        Asked::InOrder { memory } => {
            let mut arguments = owned(&["range", table, "id", ".."]);
            arguments.extend(
                memory
                    .iter()
                    .flat_map(|memory| owned(&["--memory", memory])),
            );
            arguments
        }
    }
}

/// A regular expression for the whole cell of the right column.
fn pattern(asked: &Asked) -> Option<String> {
    match asked {
        Asked::Value { column: 0, value } => Some(format!("^{value},")),
        Asked::Value { column, value } if column + 1 == COLUMNS.len() => Some(format!(",{value}$")),
        Asked::Value { column, value } => Some(format!("^([^,]*,){{{column}}}{value},")),
        Asked::Amounts { .. } | Asked::InOrder { .. } => None,
    }
}

fn awk(asked: &Asked, table: &str) -> Option<Vec<String>> {
    let condition = match asked {
        Asked::Value { column, value } => format!("${} == \"{value}\"", column + 1),
        Asked::Amounts { from, to } => {
            format!("$4 >= {} && $4 < {}", decimal(*from), decimal(*to))
        }
        Asked::InOrder { .. } => return None,
    };
    let program = format!("NR == 1 || ({condition})");
    Some(owned(&["-F,", &program, table]))
}

/// The header stays first, as text counts as the number zero. So `sort` reads the table itself,
/// which is faster for it than what another program writes.
fn sort(asked: &Asked, table: &str) -> Option<Vec<String>> {
    (*asked == Asked::InOrder { memory: None }).then(|| owned(&["-t,", "-k1,1n", table]))
}

fn xsv(asked: &Asked, table: &str) -> Option<Vec<String>> {
    match asked {
        Asked::Value { column, value } => {
            let whole = format!("^{value}$");
            Some(owned(&["search", "-s", COLUMNS[*column], &whole, table]))
        }
        Asked::InOrder { memory: None } => Some(owned(&["sort", "-s", "id", "-N", table])),
        Asked::Amounts { .. } | Asked::InOrder { .. } => None,
    }
}

/// The end of a query, from `WHERE` on. `is_empty` finds empty cells.
fn clauses(asked: &Asked, is_empty: &str) -> String {
    match asked {
        Asked::Value { column: 0, value } => format!("WHERE id = {value}"),
        Asked::Value { column, value } if value.is_empty() => {
            format!("WHERE {} {is_empty}", COLUMNS[*column])
        }
        Asked::Value { column, value } => format!("WHERE {} = '{value}'", COLUMNS[*column]),
        Asked::Amounts { from, to } => {
            let (from, to) = (decimal(*from), decimal(*to));
            format!("WHERE amount >= {from} AND amount < {to}")
        }
        Asked::InOrder { .. } => "ORDER BY id".to_owned(),
    }
}

fn duckdb(asked: &Asked, table: &str) -> String {
    let limit = match asked {
        Asked::InOrder { memory: Some(most) } => format!("SET memory_limit='{most}'; "),
        _ => String::new(),
    };
    let clauses = clauses(asked, "IS NULL");
    let query = format!("SELECT * FROM read_csv('{table}', header=true) {clauses}");
    format!("{limit}{}", duckdb_output(&query))
}

/// SQLite's commands to import the table.
fn import(table: &str) -> [String; 3] {
    sqlite_import(SQLITE_COLUMNS, b',', table)
}

fn sqlite_query(asked: &Asked) -> Option<[String; 2]> {
    let query = format!("SELECT * FROM t {}", clauses(asked, "= ''"));
    (!asked.is_optional()).then(|| [".headers on".to_owned(), query])
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn command(tool: Tool, asked: &Asked, is_quoted: bool) -> Option<String> {
        let files = Files {
            leafwise: PathBuf::from("leafwise"),
            table: "t.csv".to_owned(),
            is_quoted,
        };
        let command = tool.command(asked, &files)?;
        Some(command.join(OsStr::new(" ")).into_string().unwrap())
    }

    #[test]
    fn programs_are_asked_as_users_ask_them() {
        let value = |column, value: &str| Asked::Value {
            column,
            value: value.to_owned(),
        };
        let amounts = Asked::Amounts { from: 5, to: 1250 };
        let whole = Asked::InOrder { memory: None };
        let bounded = Asked::InOrder {
            memory: Some("64MiB"),
        };
        for (tool, asked, expected) in [
            (Tool::Leafwise, value(5, ""), "leafwise get t.csv note "),
            (
                Tool::Leafwise,
                amounts.clone(),
                "leafwise range t.csv amount 0.05..12.50",
            ),
            (
                Tool::Leafwise,
                bounded.clone(),
                "leafwise range t.csv id .. --memory 64MiB",
            ),
            (Tool::Grep, value(0, "7"), "grep -E ^7, t.csv"),
            (
                Tool::Grep,
                value(2, "Lima"),
                "grep -E ^([^,]*,){2}Lima, t.csv",
            ),
            (Tool::Grep, value(5, ""), "grep -E ,$ t.csv"),
            (
                Tool::Mawk,
                value(1, "ab"),
                "mawk -F, NR == 1 || ($2 == \"ab\") t.csv",
            ),
            (
                Tool::Gawk,
                amounts,
                "gawk -F, NR == 1 || ($4 >= 0.05 && $4 < 12.50) t.csv",
            ),
            (Tool::Sort, whole.clone(), "sort -t, -k1,1n t.csv"),
            (Tool::Xsv, value(0, "7"), "xsv search -s id ^7$ t.csv"),
            (Tool::Qsv, whole, "qsv sort -s id -N t.csv"),
        ] {
            assert_eq!(command(tool, &asked, false).as_deref(), Some(expected));
        }
        let limited = command(Tool::Duckdb, &bounded, true).unwrap();
        assert!(limited.contains("SET memory_limit='64MiB'; COPY (SELECT * FROM read_csv('t.csv'"));
        for tool in [Tool::Sort, Tool::Xsv, Tool::Sqlite3, Tool::Sqlite3Imported] {
            assert_eq!(command(tool, &bounded, false), None, "{tool:?}");
        }
    }

    #[test]
    fn tables_with_quotes_are_for_programs_that_parse_them() {
        let id = Asked::Value {
            column: 0,
            value: "7".to_owned(),
        };
        for tool in Tool::value_variants() {
            let expected = !matches!(tool, Tool::Grep | Tool::Mawk | Tool::Gawk | Tool::Sort);
            assert_eq!(command(*tool, &id, true).is_some(), expected, "{tool:?}");
        }
    }
}
