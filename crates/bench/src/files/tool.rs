//! The ways to find rows by key, and how each is asked: as a user would who knows it well.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::data::{Data, Keys, Kind};
use super::question::Asked;
use crate::processes::{Program, Way, duckdb_output, sqlite_import};

/// The ways, ours first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Tool {
    /// This project's program, with an index.
    Leafwise,
    /// The same program without an index: it scans the table.
    LeafwiseScan,
    /// SQLite, with an index of the imported table.
    Sqlite3,
    /// DuckDB, with an index of the imported table.
    Duckdb,
    /// DuckDB, which scans the table.
    DuckdbCsv,
    /// DuckDB, which scans a Parquet file with the same rows.
    DuckdbParquet,
}

/// A folder that has the table, in which leafwise puts its index.
pub(crate) const INDEXED: &str = "indexed";

/// A folder that has the table, in which no index is.
pub(crate) const SCANNED: &str = "scanned";

/// The table as Parquet.
pub(crate) const PARQUET: &str = "table.parquet";

/// What the programs read. They run in a folder that has the folders above.
pub(crate) struct Files<'a> {
    pub(crate) leafwise: &'a Path,
    pub(crate) data: &'a Data,
    pub(crate) has_parquet: bool,
}

/// A key, and what reads the files.
pub(crate) struct Question<'a> {
    files: &'a Files<'a>,
    /// The names of the key's columns.
    columns: Vec<&'a str>,
    kinds: Vec<Kind>,
}

impl Tool {
    /// The file of what [`Question::build`] makes. Leafwise chooses a name by itself.
    pub(crate) fn built(self) -> Option<&'static str> {
        match self {
            Self::Sqlite3 => Some("files.sqlite"),
            Self::Duckdb => Some("files.duckdb"),
            _ => None,
        }
    }

    /// Returns whether there is something to build.
    pub(crate) fn builds(self) -> bool {
        matches!(self, Self::Leafwise | Self::Sqlite3 | Self::Duckdb)
    }
}

impl Way for Tool {
    fn program(self) -> Program {
        match self {
            Self::Leafwise | Self::LeafwiseScan => Program::Leafwise,
            Self::Sqlite3 => Program::Sqlite3,
            Self::Duckdb | Self::DuckdbCsv | Self::DuckdbParquet => Program::Duckdb,
        }
    }
}

impl Files<'_> {
    /// The name of the table in its folder.
    pub(crate) fn table(&self) -> &'static str {
        match self.data.delimiter {
            b'\t' => "table.tsv",
            _ => "table.csv",
        }
    }

    fn table_in(&self, folder: &str) -> String {
        format!("{folder}/{}", self.table())
    }

    /// DuckDB's expression for the rows of the table.
    fn read_csv(&self) -> String {
        format!("read_csv('{}', header=true)", self.table_in(SCANNED))
    }

    /// The command that imports the table into a database, if the tool has one.
    pub(crate) fn import(&self, tool: Tool) -> Option<Vec<OsString>> {
        let arguments = self.import_arguments(tool, None)?;
        Some(tool.program().with(self.leafwise, arguments))
    }

    /// Arguments to import the table, and to make an index of these columns.
    fn import_arguments(&self, tool: Tool, indexed: Option<&str>) -> Option<Vec<String>> {
        let mut arguments = vec![tool.built()?.to_owned()];
        let index = indexed.map(|columns| format!("CREATE INDEX i ON t({columns})"));
        if tool == Tool::Sqlite3 {
            let columns = self.data.columns.iter().map(|(name, kind)| {
                let declared = match kind {
                    Kind::Integer => "INTEGER",
                    Kind::Real => "REAL",
                    Kind::Instant | Kind::Text => "TEXT",
                };
                format!("\"{name}\" {declared}")
            });
            let columns = columns.collect::<Vec<_>>().join(", ");
            let table = self.table_in(SCANNED);
            arguments.extend(sqlite_import(&columns, self.data.delimiter, &table));
            arguments.extend(index);
        } else {
            let table = format!("CREATE TABLE t AS SELECT * FROM {}", self.read_csv());
            let statements = [Some(table), index].into_iter().flatten();
            let statements: Vec<_> = statements.collect();
            arguments.extend(["-c".to_owned(), statements.join("; ")]);
        }
        Some(arguments)
    }
}

impl<'a> Question<'a> {
    pub(crate) fn new(files: &'a Files<'a>, keys: &Keys) -> Self {
        let columns = keys.columns.iter().map(|&column| {
            let (name, kind) = &files.data.columns[column];
            (name.as_str(), *kind)
        });
        let (columns, kinds) = columns.unzip();
        Self {
            files,
            columns,
            kinds,
        }
    }

    fn with(&self, tool: Tool, arguments: Vec<String>) -> Vec<OsString> {
        tool.program().with(self.files.leafwise, arguments)
    }

    /// The command that builds an index, and imports the table before if the tool needs that.
    /// Leafwise may use that much `memory`.
    pub(crate) fn build(&self, tool: Tool, memory: Option<&str>) -> Option<Vec<OsString>> {
        let arguments = match tool {
            Tool::Leafwise => {
                let mut arguments = vec!["index".to_owned(), self.files.table_in(INDEXED)];
                for column in &self.columns {
                    arguments.extend(["--key".to_owned(), (*column).to_owned()]);
                }
                if let Some(memory) = memory {
                    arguments.extend(["--memory".to_owned(), memory.to_owned()]);
                }
                arguments
            }
            _ => {
                let indexed = self.sql_columns();
                self.files.import_arguments(tool, Some(&indexed))?
            }
        };
        Some(self.with(tool, arguments))
    }

    /// The command that answers, or `None` if the tool lacks a file.
    pub(crate) fn command(&self, tool: Tool, asked: &Asked) -> Option<Vec<OsString>> {
        let arguments = match tool {
            Tool::Leafwise => self.leafwise(INDEXED, asked),
            Tool::LeafwiseScan => self.leafwise(SCANNED, asked),
            Tool::Sqlite3 => {
                let clauses = self.clauses(asked, Self::rows_compared);
                let options = ["-csv", "-header"].map(str::to_owned);
                let database = tool.built()?.to_owned();
                let arguments = options
                    .into_iter()
                    .chain([database, format!("SELECT * FROM t WHERE {clauses}")]);
                arguments.collect()
            }
            Tool::Duckdb => {
                let database = [tool.built()?.to_owned(), "-readonly".to_owned()];
                let query = self.duckdb("t", asked);
                database.into_iter().chain(query).collect()
            }
            Tool::DuckdbCsv => self.duckdb(&self.files.read_csv(), asked).to_vec(),
            Tool::DuckdbParquet if !self.files.has_parquet => return None,
            Tool::DuckdbParquet => self.duckdb(&format!("'{PARQUET}'"), asked).to_vec(),
        };
        Some(self.with(tool, arguments))
    }

    /// The columns of a composite key are separated by commas, and so are its cells.
    fn leafwise(&self, folder: &str, asked: &Asked) -> Vec<String> {
        let (command, asked) = match asked {
            Asked::Key(key) => ("get", key.join(",")),
            Asked::Range(from, to) => ("range", format!("{}..{}", from.join(","), to.join(","))),
        };
        let (table, column) = (self.files.table_in(folder), self.columns.join(","));
        vec![command.to_owned(), table, column, asked]
    }

    fn duckdb(&self, table: &str, asked: &Asked) -> [String; 2] {
        let clauses = self.clauses(asked, Self::columns_compared);
        let query = format!("SELECT * FROM {table} WHERE {clauses}");
        ["-c".to_owned(), duckdb_output(&query)]
    }

    fn sql_columns(&self) -> String {
        let quoted = self.columns.iter().map(|column| format!("\"{column}\""));
        quoted.collect::<Vec<_>>().join(", ")
    }

    /// The end of a query. `compared` has the condition for keys that are `>=` or `<` another.
    fn clauses(
        &self,
        asked: &Asked,
        compared: impl Fn(&Self, &str, &[String]) -> String,
    ) -> String {
        match asked {
            Asked::Key(key) => self.equal(key),
            Asked::Range(from, to) => format!(
                "{} AND {} ORDER BY {}",
                compared(self, ">=", from),
                compared(self, "<", to),
                self.sql_columns(),
            ),
        }
    }

    /// The condition that as many columns as `key` has cells are equal to them.
    fn equal(&self, key: &[String]) -> String {
        let pairs = self.columns.iter().zip(self.literals(key));
        let equal = pairs.map(|(column, literal)| format!("\"{column}\" = {literal}"));
        equal.collect::<Vec<_>>().join(" AND ")
    }

    /// The comparison of a whole key, for which SQLite uses its index.
    fn rows_compared(&self, operator: &str, key: &[String]) -> String {
        let (columns, key) = (self.sql_columns(), self.literals(key).join(", "));
        match self.columns.len() {
            1 => format!("{columns} {operator} {key}"),
            _ => format!("({columns}) {operator} ({key})"),
        }
    }

    /// The same by columns, as DuckDB 1.5 fails with two comparisons of whole keys.
    fn columns_compared(&self, operator: &str, key: &[String]) -> String {
        let strict = operator.trim_end_matches('=');
        let last = self.columns.len() - 1;
        let literals = self.literals(key);
        let cases = self.columns.iter().zip(&literals).enumerate();
        let cases = cases.map(|(index, (column, literal))| {
            let operator = if index == last { operator } else { strict };
            let before = match index {
                0 => String::new(),
                _ => format!("{} AND ", self.equal(&key[..index])),
            };
            format!("{before}\"{column}\" {operator} {literal}")
        });
        let cases: Vec<_> = cases.collect();
        match &cases[..] {
            [case] => case.clone(),
            _ => format!("({})", cases.join(" OR ")),
        }
    }

    fn literals(&self, key: &[String]) -> Vec<String> {
        let literals = key.iter().zip(&self.kinds).map(|(cell, kind)| match kind {
            Kind::Integer | Kind::Real => cell.clone(),
            Kind::Instant | Kind::Text => format!("'{}'", cell.replace('\'', "''")),
        });
        literals.collect()
    }
}

/// The index that leafwise has put beside the table.
pub(crate) fn our_index(folder: &Path) -> std::io::Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(folder.join(INDEXED))? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "lwx") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::super::data::table_for_tests;
    use super::*;

    #[test]
    fn programs_are_asked_as_users_ask_them() {
        let (path, data) = table_for_tests("tools", "id,to\n1,a'b\n2,c\n");
        let files = Files {
            leafwise: Path::new("leafwise"),
            data: &data,
            has_parquet: true,
        };
        let joined = |command: Vec<OsString>| {
            let joined = command.join(OsStr::new(" "));
            joined.into_string().unwrap()
        };
        let owned =
            |cells: &[&str]| -> Vec<String> { cells.iter().copied().map(str::to_owned).collect() };
        let (id, both) = (data.keys("id").unwrap(), data.keys("to+id").unwrap());
        let (id, both) = (Question::new(&files, &id), Question::new(&files, &both));
        let key = Asked::Key(owned(&["a'b", "1"]));
        let range = Asked::Range(owned(&["1"]), owned(&["2"]));
        for (question, tool, asked, expected) in [
            (
                &id,
                Tool::Leafwise,
                &range,
                "leafwise range indexed/table.csv id 1..2",
            ),
            (
                &both,
                Tool::Leafwise,
                &key,
                "leafwise get indexed/table.csv to,id a'b,1",
            ),
            (
                &id,
                Tool::LeafwiseScan,
                &range,
                "leafwise range scanned/table.csv id 1..2",
            ),
            (
                &both,
                Tool::Sqlite3,
                &key,
                "sqlite3 -csv -header files.sqlite SELECT * FROM t WHERE \"to\" = 'a''b' AND \
                 \"id\" = 1",
            ),
            (
                &id,
                Tool::DuckdbParquet,
                &range,
                "duckdb -c COPY (SELECT * FROM 'table.parquet' WHERE \"id\" >= 1 AND \"id\" < 2 \
                 ORDER BY \"id\") TO '/dev/stdout' (FORMAT csv, HEADER)",
            ),
        ] {
            let command = question.command(tool, asked);
            assert_eq!(command.map(joined).as_deref(), Some(expected));
        }
        let wide = Asked::Range(owned(&["a", "1"]), owned(&["c", "2"]));
        let ends = |tool, expected: &str| {
            let command = both.command(tool, &wide).map(joined).unwrap();
            assert!(command.contains(expected), "{command}");
        };
        ends(
            Tool::Sqlite3,
            "WHERE (\"to\", \"id\") >= ('a', 1) AND (\"to\", \"id\") < ('c', 2) ORDER BY \"to\", \
             \"id\"",
        );
        ends(
            Tool::Duckdb,
            "WHERE (\"to\" > 'a' OR \"to\" = 'a' AND \"id\" >= 1) AND \
             (\"to\" < 'c' OR \"to\" = 'c' AND \"id\" < 2) ORDER BY",
        );
        let build = |tool| both.build(tool, Some("1MiB")).map(joined);
        let ours = "leafwise index indexed/table.csv --key to --key id --memory 1MiB";
        assert_eq!(build(Tool::Leafwise).as_deref(), Some(ours));
        let theirs = build(Tool::Duckdb).unwrap();
        assert!(theirs.ends_with("; CREATE INDEX i ON t(\"to\", \"id\")"));
        assert_eq!(build(Tool::DuckdbCsv), None);
        std::fs::remove_file(path).unwrap();
    }
}
