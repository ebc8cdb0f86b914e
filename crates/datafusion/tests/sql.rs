//! Runs the queries in `sql/*.slt`, in the form of `sqllogictest`, against tables without indexes
//! and with several sets of these. The answers are the same.
//!
//! `UPDATE_SQL=1 cargo test -p leafwise-datafusion --test sql plain` writes the answers of the
//! tables without indexes into the files. They have to be looked at then: what DataFusion answers
//! wrongly is no expected answer, but a remark.

mod common;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use common::{Reading, kinds, register, session, shops};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use tempfile::TempDir;

/// The variable of the environment that has the answers rewritten.
const UPDATE: &str = "UPDATE_SQL";

/// DataFusion as `sqllogictest` asks it.
struct Engine(SessionContext);

#[async_trait]
impl AsyncDB for Engine {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let frame = self.0.sql(sql).await?;
        let fields = frame.schema().fields().iter();
        let types = fields.map(|field| column_type(field.data_type())).collect();
        let mut rows = Vec::new();
        for batch in frame.collect().await? {
            add_rows(&mut rows, &batch)?;
        }
        Ok(DBOutput::Rows { types, rows })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "DataFusion"
    }
}

fn column_type(data_type: &DataType) -> DefaultColumnType {
    match data_type {
        it if it.is_integer() => DefaultColumnType::Integer,
        it if it.is_floating() || it.is_decimal() => DefaultColumnType::FloatingPoint,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DefaultColumnType::Text,
        _ => DefaultColumnType::Any,
    }
}

fn add_rows(rows: &mut Vec<Vec<String>>, batch: &RecordBatch) -> Result<(), DataFusionError> {
    let options = FormatOptions::new().with_null("NULL");
    let formatters = batch
        .columns()
        .iter()
        .map(|it| ArrayFormatter::try_new(&**it, &options));
    let formatters = formatters.collect::<Result<Vec<_>, _>>()?;
    for row in 0..batch.num_rows() {
        rows.push(
            formatters
                .iter()
                .map(|it| shown(&it.value(row).to_string()))
                .collect(),
        );
    }
    Ok(())
}

/// A cell on one line, with all that is in it to be seen.
fn shown(cell: &str) -> String {
    let mut shown = String::new();
    for character in cell.chars() {
        match character.is_control() {
            true => write!(shown, "\\u{:x}", u32::from(character)).unwrap(),
            false => shown.push(character),
        }
    }
    match shown.is_empty() {
        true => "(empty)".to_string(),
        false => shown,
    }
}

/// Which indexes the tables have.
#[derive(Clone, Copy, PartialEq)]
enum Indexes {
    None,
    Single,
    Composite,
    All,
}

/// The tables in a folder that is deleted afterwards.
async fn write_tables(indexes: Indexes) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let table = |name| folder.path().join(name);
    kinds::write(&table("kinds"));
    shops::write_shops(&table("shops"));
    shops::write_sales(&table("sales"));
    if matches!(indexes, Indexes::Single | Indexes::All) {
        kinds::index_singly(&table("kinds")).await;
        shops::index_singly(&table("shops"), &table("sales")).await;
    }
    if matches!(indexes, Indexes::Composite | Indexes::All) {
        kinds::index_together(&table("kinds")).await;
        shops::index_together(&table("shops"), &table("sales")).await;
    }
    folder
}

async fn connect(tables: &Path, reading: Reading) -> SessionContext {
    let context = session(reading);
    register(&context, "kinds", &tables.join("kinds"), &[], reading).await;
    register(&context, "shops", &tables.join("shops"), &[], reading).await;
    register(
        &context,
        "sales",
        &tables.join("sales"),
        &["region"],
        reading,
    )
    .await;
    context
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql");
    let files = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().unwrap() == "slt")
        .collect();
    files.sort();
    files
}

/// Runs all files, and fails with all that differs.
async fn check(indexes: Indexes, reading: Reading) {
    let tables = write_tables(indexes).await;
    let reading = Reading {
        is_indexed: indexes != Indexes::None,
        ..reading
    };
    let context = connect(tables.path(), reading).await;
    let mut differences = String::new();
    for file in files() {
        for record in sqllogictest::parse_file::<DefaultColumnType>(&file).unwrap() {
            let mut runner = Runner::new(|| async { Ok(Engine(context.clone())) });
            if let Err(error) = runner.run_async(record).await {
                writeln!(differences, "{}", error.display(false)).unwrap();
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_tables_answer_as_expected() {
    if std::env::var_os(UPDATE).is_none() {
        check(Indexes::None, Reading::default()).await;
        return;
    }
    let tables = write_tables(Indexes::None).await;
    let context = connect(tables.path(), Reading::default()).await;
    for file in files() {
        let mut runner = Runner::new(|| async { Ok(Engine(context.clone())) });
        let updated = runner.update_test_file(
            file,
            " ",
            sqllogictest::default_validator,
            sqllogictest::default_normalizer,
            sqllogictest::strict_column_validator,
        );
        updated.await.unwrap();
    }
}

/// Indexes of one column answer most aggregates too.
#[tokio::test(flavor = "multi_thread")]
async fn indexes_of_one_column_answer_as_expected() {
    let reading = Reading {
        is_by_index: true,
        ..Reading::default()
    };
    check(Indexes::Single, reading).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_of_several_columns_answer_as_expected() {
    let reading = Reading {
        is_pushed: true,
        ..Reading::default()
    };
    check(Indexes::Composite, reading).await;
}

/// What several indexes have found is intersected.
#[tokio::test(flavor = "multi_thread")]
async fn all_indexes_together_answer_as_expected() {
    check(Indexes::All, Reading::default()).await;
}
