//! Random tables with random indexes: queries answer as over the same rows in memory.

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use common::{Layout, Reading, explain, folder_url, index, open, session, write_file};
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use leafwise_datafusion::{
    BuildOptions, IndexedTable, TableIndex, append_to_index, build_index, merge_indexes,
};
use object_store::local::LocalFileSystem;
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Runtime;

/// The types of columns, and cells of these as text.
fn kinds() -> Vec<(DataType, Vec<&'static str>)> {
    let texts = vec![
        "",
        "a",
        "a\0",
        "a\0b",
        "ab",
        "b",
        "ä",
        "\u{10ffff}",
        "a\u{1}",
    ];
    let dictionary = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
    let zoned = DataType::Timestamp(TimeUnit::Second, Some("+02:00".into()));
    let instants = vec![
        "1969-12-31T23:59:59",
        "1970-01-01",
        "2020-03-01",
        "2020-03-01T00:00:01",
    ];
    vec![
        (DataType::Int8, vec!["-128", "-1", "0", "1", "2", "127"]),
        (
            DataType::Int32,
            vec!["-2147483648", "-5", "0", "1", "2", "3", "2147483647"],
        ),
        (
            DataType::Int64,
            vec!["-5", "0", "1", "2", "3", "9223372036854775807"],
        ),
        (DataType::UInt8, vec!["0", "1", "2", "255"]),
        (
            DataType::UInt64,
            vec!["0", "1", "2", "18446744073709551615"],
        ),
        (
            DataType::Float64,
            vec!["-inf", "-1.5", "-0.0", "0.0", "0.5", "1.5", "inf", "NaN"],
        ),
        (
            DataType::Float32,
            vec!["-1.5", "-0.0", "0.0", "0.5", "1.5", "NaN"],
        ),
        (DataType::Boolean, vec!["true", "false"]),
        (
            DataType::Date32,
            vec!["1969-12-31", "1970-01-01", "2020-02-29", "2020-03-01"],
        ),
        (
            DataType::Timestamp(TimeUnit::Millisecond, None),
            instants.clone(),
        ),
        (zoned, instants),
        (
            DataType::Decimal128(10, 2),
            vec!["-1.50", "-0.01", "0", "0.01", "1.50", "99999999.99"],
        ),
        (DataType::Utf8, texts.clone()),
        (DataType::Utf8View, texts.clone()),
        (dictionary, texts.clone()),
        (DataType::Binary, texts),
    ]
}

const COLUMNS: [&str; 4] = ["w", "x", "y", "z"];

/// A table, and what is asked of it. Numbers choose: kinds, cells, columns.
#[derive(Clone, Debug)]
struct Case {
    kinds: [usize; 4],
    files: Vec<Rows>,
    layout: Layout,
    indexes: Vec<Vec<usize>>,
    is_pushed: bool,
    is_unpruned: bool,
    queries: Vec<Asked>,
}

#[derive(Clone, Debug)]
struct Rows {
    cells: Vec<[Option<usize>; 4]>,
    /// Whether the file has no column `z`.
    lacks_last: bool,
}

#[derive(Clone, Debug)]
struct Asked {
    form: usize,
    column: usize,
    filter: Option<Filter>,
    is_descending: bool,
    are_nulls_first: bool,
    limit: usize,
    offset: usize,
}

#[derive(Clone, Debug)]
enum Filter {
    Compared(usize, &'static str, usize),
    Between(usize, bool, usize, usize),
    In(usize, bool, Vec<Option<usize>>),
    Null(usize, bool),
    /// A pattern, if the column has texts.
    Like(usize, &'static str),
    Not(Box<Filter>),
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
}

fn filter() -> impl Strategy<Value = Filter> {
    let column = || 0..4_usize;
    let operator = prop::sample::select(vec!["=", "=", "<", "<=", ">", ">=", "<>"]);
    let pattern = prop::sample::select(vec!["a%", "a_", "ab", "%b", "a\\%", "", "ä%", "b%"]);
    let leaf = prop_oneof![
        4 => (column(), operator, 0..9_usize).prop_map(|(c, o, v)| Filter::Compared(c, o, v)),
        1 => (column(), any::<bool>(), 0..9_usize, 0..9_usize)
            .prop_map(|(c, n, low, high)| Filter::Between(c, n, low, high)),
        1 => (
            column(),
            prop::bool::weighted(0.3),
            vec(prop::option::weighted(0.9, 0..9_usize), 1..5),
        )
            .prop_map(|(c, n, values)| Filter::In(c, n, values)),
        1 => (column(), any::<bool>()).prop_map(|(c, n)| Filter::Null(c, n)),
        1 => (column(), pattern).prop_map(|(c, pattern)| Filter::Like(c, pattern)),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let pair = (
            inner.clone().prop_map(Box::new),
            inner.clone().prop_map(Box::new),
        );
        prop_oneof![
            3 => pair.clone().prop_map(|(one, other)| Filter::And(one, other)),
            2 => pair.prop_map(|(one, other)| Filter::Or(one, other)),
            1 => inner.prop_map(|it| Filter::Not(Box::new(it))),
        ]
    })
}

fn rows() -> impl Strategy<Value = Rows> {
    let cell = || prop::option::weighted(0.85, 0..9_usize);
    let cells = vec([cell(), cell(), cell(), cell()], 0..120);
    (cells, prop::bool::weighted(0.2)).prop_map(|(cells, lacks_last)| Rows { cells, lacks_last })
}

fn case() -> impl Strategy<Value = Case> {
    let kind = || 0..kinds().len();
    let asked = (
        0..6_usize,
        0..4_usize,
        prop::option::weighted(0.9, filter()),
        any::<[bool; 2]>(),
        0..20_usize,
        0..8_usize,
    );
    let asked = asked.prop_map(|(form, column, filter, flags, limit, offset)| Asked {
        form,
        column,
        filter,
        is_descending: flags[0],
        are_nulls_first: flags[1],
        limit,
        offset,
    });
    let keys = prop::sample::subsequence(vec![0, 1, 2, 3], 1..4).prop_shuffle();
    let layout = prop::sample::select(vec![(10, 5), (30, 10), (50, 50), (1000, 20)]);
    let table = ([kind(), kind(), kind(), kind()], vec(rows(), 1..4), layout);
    let reading = any::<[bool; 2]>();
    (table, vec(keys, 1..4), reading, vec(asked, 12..16)).prop_map(
        |((kinds, files, (group_rows, page_rows)), indexes, reading, queries)| Case {
            kinds,
            files,
            layout: Layout {
                group_rows,
                page_rows,
            },
            indexes,
            is_pushed: reading[0],
            is_unpruned: reading[1],
            queries,
        },
    )
}

impl Case {
    /// The text of a cell of a column. Statistics of Parquet files are wrong about NaN.
    fn text(&self, column: usize, cell: usize) -> &'static str {
        let (_, texts) = &kinds()[self.kinds[column]];
        match texts[cell % texts.len()] {
            "NaN" if !self.is_unpruned => texts[0],
            text => text,
        }
    }

    /// Rows as they are in memory, and in a file: there the last column may be missing.
    fn batches(&self, rows: &Rows, first: usize) -> (RecordBatch, RecordBatch) {
        let ids = (first..).take(rows.cells.len()).map(|id| id as i64);
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(ids));
        let mut fields = vec![Field::new("id", DataType::Int64, false)];
        let mut columns = vec![ids];
        for (number, name) in COLUMNS.into_iter().enumerate() {
            let is_lacking = rows.lacks_last && number == 3;
            let texts = rows.cells.iter().map(|cells| {
                let cell = cells[number].filter(|_| !is_lacking);
                cell.map(|cell| self.text(number, cell))
            });
            let data_type = &kinds()[self.kinds[number]].0;
            let texts: ArrayRef = Arc::new(texts.collect::<StringArray>());
            columns.push(cast(&texts, data_type).unwrap());
            fields.push(Field::new(name, data_type.clone(), true));
        }
        let whole = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        let written = match rows.lacks_last {
            true => whole.project(&[0, 1, 2, 3]).unwrap(),
            false => whole.clone(),
        };
        (whole, written)
    }

    /// Writes the files, and returns all rows.
    fn write(&self, folder: &Path) -> Vec<RecordBatch> {
        let mut first = 0;
        let mut all = Vec::new();
        for (number, rows) in self.files.iter().enumerate() {
            let (whole, written) = self.batches(rows, first);
            let path = folder.join(format!("{number}.parquet"));
            write_file(
                &path,
                &written.schema(),
                std::slice::from_ref(&written),
                self.layout,
            );
            first += rows.cells.len();
            all.push(whole);
        }
        all
    }

    /// Whether a column is in any file.
    fn has(&self, column: usize) -> bool {
        column < 3 || self.files.iter().any(|rows| !rows.lacks_last)
    }

    fn column(&self, column: usize) -> usize {
        if self.has(column) { column } else { 0 }
    }

    fn literal(&self, column: usize, cell: usize) -> String {
        let data_type = &kinds()[self.kinds[column]].0;
        let text = self.text(column, cell);
        let hex = || {
            text.bytes()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        match data_type {
            DataType::Binary => format!("X'{}'", hex()),
            DataType::Utf8 | DataType::Utf8View | DataType::Dictionary(..) => {
                format!("arrow_cast(X'{}', 'Utf8')", hex())
            }
            data_type => format!("arrow_cast('{text}', '{data_type}')"),
        }
    }

    fn is_text(&self, column: usize) -> bool {
        use DataType::{Dictionary, Utf8, Utf8View};
        matches!(
            kinds()[self.kinds[column]].0,
            Utf8 | Utf8View | Dictionary(..)
        )
    }

    fn is_float(&self, column: usize) -> bool {
        kinds()[self.kinds[column]].0.is_floating()
    }

    fn sql_of(&self, filter: &Filter) -> String {
        let name = |column: &usize| COLUMNS[self.column(*column)];
        let literal = |column: &usize, cell: usize| self.literal(self.column(*column), cell);
        let not = |is_negated: &bool| if *is_negated { "NOT " } else { "" };
        match filter {
            Filter::Compared(column, operator, cell) => {
                format!("{} {operator} {}", name(column), literal(column, *cell))
            }
            Filter::Between(column, is_negated, low, high) => {
                let (low, high) = (literal(column, *low), literal(column, *high));
                format!(
                    "{} {}BETWEEN {low} AND {high}",
                    name(column),
                    not(is_negated)
                )
            }
            Filter::In(column, is_negated, cells) => {
                let cells = cells.iter().map(|cell| match cell {
                    Some(cell) => literal(column, *cell),
                    None => "NULL".to_string(),
                });
                let cells = cells.collect::<Vec<_>>().join(", ");
                format!("{} {}IN ({cells})", name(column), not(is_negated))
            }
            Filter::Null(column, is_negated) => {
                format!("{} IS {}NULL", name(column), not(is_negated))
            }
            Filter::Like(column, pattern) => match self.is_text(self.column(*column)) {
                true => format!("{} LIKE '{pattern}'", name(column)),
                false => format!("{} IS NOT NULL", name(column)),
            },
            Filter::Not(inner) => format!("NOT ({})", self.sql_of(inner)),
            Filter::And(one, other) => {
                format!("({}) AND ({})", self.sql_of(one), self.sql_of(other))
            }
            Filter::Or(one, other) => {
                format!("({}) OR ({})", self.sql_of(one), self.sql_of(other))
            }
        }
    }

    /// A query, and whether its rows have an order.
    fn sql(&self, asked: &Asked) -> (String, bool) {
        let filter = asked
            .filter
            .as_ref()
            .map(|it| format!(" WHERE {}", self.sql_of(it)));
        let filter = filter.unwrap_or_default();
        let number = self.column(asked.column);
        let column = COLUMNS[number];
        let direction = if asked.is_descending { "DESC" } else { "ASC" };
        let nulls = if asked.are_nulls_first {
            "FIRST"
        } else {
            "LAST"
        };
        let (limit, offset) = (asked.limit, asked.offset);
        let order = format!("ORDER BY {column} {direction} NULLS {nulls}");
        match asked.form {
            0 => (format!("SELECT * FROM t{filter}"), false),
            1 => (format!("SELECT id FROM t{filter}"), false),
            // Whether zeros of both signs are equal differs between parts of DataFusion, so that it
            // is chance which of them is among the first.
            2..=5 if self.is_float(number) => (format!("SELECT count(*) FROM t{filter}"), true),
            2 => {
                let aggregates = format!("count(*), count({column}), min({column}), max({column})");
                (format!("SELECT {aggregates} FROM t{filter}"), true)
            }
            3 => (
                format!("SELECT {column}, count(*), sum(id) FROM t{filter} GROUP BY {column}"),
                false,
            ),
            4 => {
                let limit = format!("LIMIT {limit} OFFSET {offset}");
                (
                    format!("SELECT id, {column} FROM t{filter} {order}, id {limit}"),
                    true,
                )
            }
            5 => (
                format!("SELECT {column} FROM t{filter} {order} LIMIT {limit}"),
                true,
            ),
            _ => (format!("SELECT count(*) FROM t{filter}"), true),
        }
    }
}

/// The rows of an answer as text.
async fn answer(context: &SessionContext, sql: &str, is_ordered: bool) -> Vec<String> {
    let frame = context
        .sql(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = frame
        .collect()
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut rows = Vec::new();
    for batch in &batches {
        let options = FormatOptions::new().with_null("NULL");
        let columns = batch.columns().iter();
        let columns: Vec<_> = columns
            .map(|it| ArrayFormatter::try_new(&**it, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<_> = columns.iter().map(|it| it.value(row).to_string()).collect();
            rows.push(format!("{cells:?}"));
        }
    }
    if !is_ordered {
        rows.sort();
    }
    rows
}

/// A session with the same rows in memory.
fn in_memory(rows: Vec<RecordBatch>) -> SessionContext {
    let context = session(Reading::default());
    let table = MemTable::try_new(rows[0].schema(), vec![rows]).unwrap();
    context.register_table("t", Arc::new(table)).unwrap();
    context
}

async fn check(case: &Case) {
    let folder = tempfile::tempdir().unwrap();
    let rows = case.write(folder.path());
    for columns in &case.indexes {
        let mut columns: Vec<&str> = columns.iter().map(|it| COLUMNS[case.column(*it)]).collect();
        columns.sort_unstable();
        columns.dedup();
        index(folder.path(), &columns).await;
    }
    let expected = in_memory(rows);
    let context = session(Reading {
        is_indexed: true,
        is_pushed: case.is_pushed,
        is_by_index: true,
        is_unpruned: case.is_unpruned,
    });
    let table = open(&context, folder.path()).await;
    context.register_table("t", Arc::new(table)).unwrap();
    for asked in &case.queries {
        // All columns are those of the files.
        let (sql, is_ordered) = match case.sql(asked) {
            (sql, it) if !case.has(3) => (sql.replace('*', "id, w, x, y"), it),
            asked => asked,
        };
        let sql = sql.replace("count(id, w, x, y)", "count(*)");
        let found = answer(&context, &sql, is_ordered).await;
        let expected = answer(&expected, &sql, is_ordered).await;
        if found != expected {
            let plan = explain(&context, &sql).await;
            panic!("{sql}\nfound {found:?}\nexpected {expected:?}\n{plan}");
        }
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn queries_answer_as_over_rows_in_memory(case in case()) {
        Runtime::new().unwrap().block_on(check(&case));
    }
}

proptest! {
    #![proptest_config(cases(10))]

    #[test]
    fn indexes_of_parts_become_the_index_of_all(
        case in case().prop_filter("of several files", |case| case.files.len() > 1),
    ) {
        Runtime::new().unwrap().block_on(check_parts(&case));
    }
}

async fn check_parts(case: &Case) {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    case.write(folder.path());
    let path = |number: usize| folder.path().join(format!("{number}.parquet"));
    let aside = |number: usize| elsewhere.path().join(format!("{number}.parquet"));
    let keys: Vec<String> = case.indexes[0]
        .iter()
        .map(|it| COLUMNS[*it].to_string())
        .collect();
    let is_in_each = |name: &String| name != "z" || case.files.iter().all(|it| !it.lacks_last);
    let keys: Vec<String> = keys.into_iter().filter(is_in_each).collect();
    if keys.is_empty() {
        return;
    }
    let context = session(Reading::default());
    let (state, url) = (context.state(), folder_url(folder.path()));
    let options = BuildOptions::default();
    let at = |name: &str| elsewhere.path().join(name).with_extension("lwx");
    let whole = build_index(&state, &url, &keys, &at("whole"), &options)
        .await
        .unwrap();

    // The first file alone, then all others without it.
    let count = case.files.len();
    (1..count).for_each(|number| fs::rename(path(number), aside(number)).unwrap());
    build_index(&state, &url, &keys, &at("first"), &options)
        .await
        .unwrap();
    fs::copy(at("first"), at("appended")).unwrap();
    fs::rename(path(0), aside(0)).unwrap();
    (1..count).for_each(|number| fs::rename(aside(number), path(number)).unwrap());
    build_index(&state, &url, &keys, &at("others"), &options)
        .await
        .unwrap();
    fs::rename(aside(0), path(0)).unwrap();

    let merged = merge_indexes(&[at("first"), at("others")], &at("merged")).unwrap();
    let again = merge_indexes(&[at("whole"), at("others"), at("first")], &at("again")).unwrap();
    let appended = append_to_index(&state, &url, &at("appended"), &options)
        .await
        .unwrap();
    assert_eq!((appended.added, appended.removed), (count as u64 - 1, 0));
    // Nothing has changed since.
    fs::copy(at("appended"), at("unchanged")).unwrap();
    let unchanged = append_to_index(&state, &url, &at("unchanged"), &options)
        .await
        .unwrap();
    assert_eq!((unchanged.added, unchanged.removed), (0, 0));
    for built in [&merged, &again, &appended, &unchanged] {
        let figures = (built.files, built.rows, built.entries, built.keys);
        assert_eq!(
            figures,
            (whole.files, whole.rows, whole.entries, whole.keys)
        );
    }

    let names = ["whole", "merged", "again", "appended", "unchanged"];
    let mut plans = Vec::new();
    for name in names {
        plans.push(found(case, &url, &at(name), &whole_queries(case, &keys[0])).await);
    }
    for (name, plan) in names.iter().zip(&plans) {
        assert_eq!(plan, &plans[0], "{name}");
    }

    // A file that is gone, and one that has changed.
    fs::remove_file(path(0)).unwrap();
    let (_, other) = case.batches(&case.files[0], 1000);
    write_file(
        &path(1),
        &other.schema(),
        &[other.clone(), other],
        case.layout,
    );
    let appended = append_to_index(&state, &url, &at("appended"), &options)
        .await
        .unwrap();
    let whole = build_index(&state, &url, &keys, &at("whole"), &options)
        .await
        .unwrap();
    assert_eq!((appended.added, appended.removed), (1, 2));
    assert_eq!(appended.files, count as u64 - 1);
    assert_eq!((appended.rows, appended.keys), (whole.rows, whole.keys));
    assert_eq!(appended.entries, whole.entries);
    let queries = whole_queries(case, &keys[0]);
    let appended = found(case, &url, &at("appended"), &queries).await;
    assert_eq!(appended, found(case, &url, &at("whole"), &queries).await);
}

/// A query for each cell that the column of an index may have, and for all of them.
fn whole_queries(case: &Case, key: &str) -> Vec<String> {
    let column = COLUMNS.iter().position(|name| *name == key).unwrap();
    let cells = (0..9).filter(|cell| case.text(column, *cell) != "NaN");
    let cells = cells.map(|cell| format!("{key} = {}", case.literal(column, cell)));
    let filters = cells.chain([format!("{key} IS NOT NULL")]);
    filters
        .map(|filter| format!("SELECT id FROM t WHERE {filter}"))
        .collect()
}

/// What an index finds, and the rows: as many of each file.
async fn found(
    case: &Case,
    url: &str,
    index: &Path,
    queries: &[String],
) -> Vec<(String, Vec<String>)> {
    let context = session(Reading {
        is_unpruned: case.is_unpruned,
        ..Reading::default()
    });
    let store = Arc::new(LocalFileSystem::new());
    let index = object_store::path::Path::from_filesystem_path(index).unwrap();
    let index = TableIndex::open(store, index).await.unwrap();
    let state = context.state();
    let table = IndexedTable::with_indexes(&state, url, vec![Arc::new(index)]);
    let table = table.await.unwrap().with_read_max(f64::INFINITY);
    context.register_table("t", Arc::new(table)).unwrap();
    let mut found = Vec::new();
    for sql in queries {
        let plan = explain(&context, sql).await;
        let rows = plan
            .split("index_rows=")
            .nth(1)
            .unwrap_or("")
            .split(", ")
            .next();
        assert!(!plan.contains("scanned_whole"), "{plan}");
        found.push((
            rows.unwrap().to_string(),
            answer(&context, sql, false).await,
        ));
    }
    found
}
