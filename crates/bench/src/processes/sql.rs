//! Commands for the databases.

/// SQLite's commands to make a table of these columns, each with its type, and to import a CSV
/// file into it.
pub(crate) fn sqlite_import(columns: &str, delimiter: u8, file: &str) -> [String; 3] {
    let mode = if delimiter == b'\t' { "tabs" } else { "csv" };
    [
        format!("CREATE TABLE t({columns})"),
        format!(".mode {mode}"),
        format!(".import --skip 1 {file} t"),
    ]
}

/// DuckDB's command to print what a query finds as CSV, with a header.
pub(crate) fn duckdb_output(query: &str) -> String {
    format!("COPY ({query}) TO '/dev/stdout' (FORMAT csv, HEADER)")
}
