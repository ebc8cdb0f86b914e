//! Answers stay right when files or indexes have changed, or are damaged, after an index was built.

mod common;

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use common::{Reading, ask, explain, folder_url, index, kinds, open, session, write_numbers};
use datafusion::prelude::SessionContext;
use leafwise_datafusion::{
    BuildOptions, IndexError, IndexedTable, TableIndex, append_to_index, with_tables_by_path,
};
use tempfile::TempDir;

const BY_INDEX: Reading = Reading {
    is_indexed: true,
    is_pushed: false,
    is_by_index: true,
    is_unpruned: false,
};

/// What is asked after each change: rows, aggregates, first rows.
const QUERIES: [&str; 7] = [
    "SELECT number, noise FROM numbers WHERE number IN (7, 250, 999, 1500) ORDER BY number",
    "SELECT count(*), sum(number) FROM numbers WHERE noise < 20000",
    "SELECT count(*), min(number), max(number), count(noise) FROM numbers",
    "SELECT max(number) FROM numbers WHERE number < 700",
    "SELECT number FROM numbers ORDER BY number LIMIT 3",
    "SELECT number, noise FROM numbers ORDER BY number DESC LIMIT 3",
    "SELECT number FROM numbers WHERE number > 399 ORDER BY number LIMIT 3",
];

/// A folder with three files, `a` to `c`, and two indexes.
async fn tables() -> TempDir {
    tables_of(100).await
}

/// The same with other numbers of rows: those of `a` are four times as many.
async fn tables_of(rows: i32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, numbers) in [("a", 0..4), ("b", 4..7), ("c", 7..10)] {
        write(&folder, name, numbers.start * rows..numbers.end * rows);
    }
    for key in ["number", "noise"] {
        index(folder.path(), &[key]).await;
    }
    folder
}

fn write(folder: &TempDir, name: &str, numbers: Range<i32>) {
    write_numbers(&folder.path().join(name).with_extension("parquet"), numbers);
}

/// A session with the table as it was opened before something has changed.
async fn connect(folder: &Path) -> SessionContext {
    let context = session(BY_INDEX);
    let table = open(&context, folder).await;
    context.register_table("numbers", Arc::new(table)).unwrap();
    context
}

/// Compares all answers of a session with those of the same files without an index.
async fn check(context: &SessionContext, folder: &Path) {
    let plain = session(Reading::default());
    common::register(&plain, "numbers", folder, &[], Reading::default()).await;
    for sql in QUERIES {
        assert_eq!(ask(context, sql).await, ask(&plain, sql).await, "{sql}");
    }
}

/// Compares the answers of the table as it was opened before, and as it is opened now; the plans
/// say what is read without an index.
async fn check_both(before: &SessionContext, folder: &TempDir, expected: &str) {
    for context in [before, &connect(folder.path()).await] {
        check(context, folder.path()).await;
        let plan = explain(context, QUERIES[0]).await;
        assert!(plan.contains(expected), "{plan}");
    }
}

#[tokio::test]
async fn a_file_that_was_added_is_read_whole() {
    let folder = tables().await;
    let context = connect(folder.path()).await;
    check_both(&context, &folder, "index_rows=3 in 2 of 3 files").await;
    write(&folder, "d", -600..0);
    write(&folder, "0", 1400..1600);
    let expected = "scanned_whole=2 (0.parquet is not in number.lwx, and 1 more)";
    check_both(&context, &folder, expected).await;
}

#[tokio::test]
async fn metrics_count_what_an_index_did() {
    let folder = tables().await;
    write(&folder, "d", -600..0);
    let context = connect(folder.path()).await;
    let plan = context.sql(QUERIES[0]).await.unwrap();
    let mut plan = plan.create_physical_plan().await.unwrap();
    while let Some(input) = plan.children().first().map(|it| Arc::clone(it)) {
        plan = input;
    }
    let metrics = plan.metrics().unwrap();
    let counts = ["index_rows", "index_files", "index_files_scanned_whole"];
    let counts = counts.map(|name| metrics.sum_by_name(name).map(|sum| sum.as_usize()));
    assert_eq!(counts, [Some(3), Some(2), Some(1)]);
}

#[tokio::test]
async fn a_file_that_was_deleted_has_no_rows() {
    let folder = tables().await;
    let context = connect(folder.path()).await;
    fs::remove_file(folder.path().join("a.parquet")).unwrap();
    check_both(&context, &folder, "index_rows=1 in 1 of 2 files").await;
    fs::remove_file(folder.path().join("c.parquet")).unwrap();
    check_both(&context, &folder, "index_rows=0 in 0 of 1 files").await;
}

#[tokio::test]
async fn a_file_that_has_changed_is_read_whole() {
    let folder = tables().await;
    let context = connect(folder.path()).await;
    write(&folder, "b", 1450..1700);
    let expected = "scanned_whole=1 (b.parquet has another size since number.lwx was built)";
    check_both(&context, &folder, expected).await;
    // As many rows, of which another one has the number.
    write(&folder, "a", 240..640);
    check_both(&context, &folder, "scanned_whole=2 (a.parquet ").await;
}

#[tokio::test]
async fn a_file_of_the_same_size_that_has_changed_is_read_whole() {
    let folder = tables().await;
    let context = connect(folder.path()).await;
    let path = folder.path().join("a.parquet");
    let (before, size) = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().len());
    let later = fs::metadata(&path).unwrap().modified().unwrap();
    let later = later + std::time::Duration::from_secs(1);
    // Rows in another order take as many bytes.
    common::write_reversed(&path, 0..400);
    assert_eq!(fs::metadata(&path).unwrap().len(), size);
    assert_ne!(fs::read(&path).unwrap(), before);
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(later)
        .unwrap();
    let expected = "scanned_whole=1 (a.parquet was modified since number.lwx was built)";
    check_both(&context, &folder, expected).await;
}

#[tokio::test]
async fn no_file_is_left() {
    let folder = tables().await;
    let context = connect(folder.path()).await;
    for name in ["a", "b", "c"] {
        fs::remove_file(folder.path().join(name).with_extension("parquet")).unwrap();
    }
    for sql in QUERIES {
        let rows = context.sql(sql).await.unwrap().collect().await;
        let rows: usize = rows.unwrap().iter().map(|batch| batch.num_rows()).sum();
        assert!(rows <= 1, "{sql}");
    }
    let count = ask(&context, "SELECT count(*) + 41 FROM numbers").await;
    assert!(count.contains("| 41 "), "{count}");
    let opened = IndexedTable::open(&context.state(), &folder_url(folder.path())).await;
    assert!(matches!(opened, Err(IndexError::NoFiles(_))), "{opened:?}");
}

#[tokio::test]
async fn an_index_that_was_replaced_is_not_used_until_the_table_is_opened_again() {
    let folder = tables().await;
    let context = connect(folder.path()).await;
    write(&folder, "d", 1000..1600);
    write(&folder, "a", 100..500);
    fs::remove_file(folder.path().join("c.parquet")).unwrap();
    let path = folder.path().join("number.lwx");
    let (state, url) = (context.state(), folder_url(folder.path()));
    let built = append_to_index(&state, &url, &path, &BuildOptions::default())
        .await
        .unwrap();
    assert_eq!((built.files, built.added, built.removed), (3, 2, 2));
    assert_eq!((built.rows, built.entries, built.keys), (1300, 1300, 1200));
    check(&context, folder.path()).await;
    let plan = explain(&context, QUERIES[0]).await;
    assert!(plan.contains("scanned_whole=2"), "{plan}");
    let again = connect(folder.path()).await;
    check(&again, folder.path()).await;
    let plan = explain(&again, QUERIES[0]).await;
    assert!(
        plan.contains("index=[number.lwx: 2 rows], index_rows=2 in 2 of 3 files"),
        "{plan}"
    );
    assert!(!plan.contains("scanned_whole"), "{plan}");
}

/// More of an index than is read when it is opened.
#[tokio::test]
async fn a_large_index_that_was_replaced_is_not_read() {
    let folder = tables_of(5000).await;
    let context = connect(folder.path()).await;
    let path = folder.path().join("number.lwx");
    assert!(fs::metadata(&path).unwrap().len() > 100_000);
    write(&folder, "a", -5000..12_000);
    let (state, url) = (context.state(), folder_url(folder.path()));
    for key in ["number.lwx", "noise.lwx"] {
        let path = folder.path().join(key);
        append_to_index(&state, &url, &path, &BuildOptions::default())
            .await
            .unwrap();
    }
    check(&context, folder.path()).await;
    let plan = explain(&context, QUERIES[0]).await;
    assert!(
        plan.contains("index=[], index_rows=0 in 0 of 3 files, scanned_whole=3"),
        "{plan}"
    );
    let again = connect(folder.path()).await;
    check(&again, folder.path()).await;
    let plan = explain(&again, QUERIES[0]).await;
    assert!(
        plan.contains("index=[number.lwx: 4 rows], index_rows=4 in 1 of 3 files"),
        "{plan}"
    );
}

#[tokio::test]
async fn an_index_that_is_gone_is_done_without() {
    let folder = tables().await;
    let context = connect(folder.path()).await;
    fs::remove_file(folder.path().join("number.lwx")).unwrap();
    fs::remove_file(folder.path().join("noise.lwx")).unwrap();
    check(&context, folder.path()).await;
}

#[tokio::test]
async fn an_index_of_another_table_is_passed_over() {
    let folder = tables().await;
    let other = tempfile::tempdir().unwrap();
    kinds::write(other.path());
    index(other.path(), &["i32"]).await;
    fs::copy(other.path().join("i32.lwx"), folder.path().join("i32.lwx")).unwrap();
    // Of the same column, and of files of other names.
    write(&other, "number", 0..500);
    fs::create_dir(folder.path().join("other")).unwrap();
    write_numbers(&folder.path().join("other/x.parquet"), 0..300);
    index(&folder.path().join("other"), &["number"]).await;
    let others = folder.path().join("other/number.lwx");
    fs::copy(&others, folder.path().join("others.lwx")).unwrap();
    fs::remove_dir_all(folder.path().join("other")).unwrap();
    fs::write(folder.path().join("text.lwx"), "no index at all").unwrap();
    fs::write(folder.path().join("nothing.lwx"), "").unwrap();
    let context = connect(folder.path()).await;
    check(&context, folder.path()).await;
    let schema = context
        .table("numbers")
        .await
        .unwrap()
        .schema()
        .fields()
        .len();
    assert_eq!(schema, 2);
    let plan = explain(&context, QUERIES[0]).await;
    assert!(
        plan.contains("index=[number.lwx: 3 rows], index_rows=3 in 2 of 3 files"),
        "{plan}"
    );
}

/// A session remembers lists of files, which an index must not be built from.
#[tokio::test]
async fn appending_sees_files_that_the_session_does_not() {
    let folder = tables().await;
    let context = SessionContext::new();
    let (url, path) = (folder_url(folder.path()), folder.path().join("number.lwx"));
    let options = Default::default();
    context
        .register_parquet("numbers", &url, options)
        .await
        .unwrap();
    ask(&context, QUERIES[1]).await;
    write(&folder, "d", 2000..2300);
    let options = BuildOptions::default();
    let built = append_to_index(&context.state(), &url, &path, &options)
        .await
        .unwrap();
    assert_eq!((built.files, built.added, built.removed), (4, 1, 0));
    assert_eq!((built.rows, built.entries), (1300, 1300));
}

#[tokio::test]
async fn an_index_of_other_types_is_not_used() {
    let folder = tables().await;
    let other = tempfile::tempdir().unwrap();
    kinds::write(other.path());
    // A file of the same name, whose column of that name has texts.
    let copy = format!(
        "COPY (SELECT s AS number FROM '{0}/a.parquet') TO '{0}/x/a.parquet'",
        other.path().display()
    );
    let context = with_tables_by_path(session(BY_INDEX));
    context.sql(&copy).await.unwrap().collect().await.unwrap();
    index(&other.path().join("x"), &["number"]).await;
    let state = context.state();
    let url = datafusion::datasource::listing::ListingTableUrl::parse(folder_url(folder.path()));
    let store = state.runtime_env().object_store(url.unwrap()).unwrap();
    let path = object_store::path::Path::from_absolute_path(other.path().join("x/number.lwx"));
    let index = TableIndex::open(store, path.unwrap()).await.unwrap();
    let url = folder_url(folder.path());
    let opened = IndexedTable::with_indexes(&state, &url, vec![Arc::new(index)]).await;
    let error = opened.map(|table| table.indexes().len());
    assert!(matches!(error, Ok(0)), "{error:?}");
}

/// Flips a byte at a time: the index is refused when it is opened or when it is read, and then the
/// table is read without it.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_never_answers_wrongly() {
    let folder = tables().await;
    fs::remove_file(folder.path().join("noise.lwx")).unwrap();
    let path = folder.path().join("number.lwx");
    let whole = fs::read(&path).unwrap();
    let plain = session(Reading::default());
    common::register(&plain, "numbers", folder.path(), &[], Reading::default()).await;
    let mut expected = Vec::new();
    for sql in QUERIES {
        expected.push(ask(&plain, sql).await);
    }
    let mut refused = 0;
    let step = whole.len() / 150;
    for at in (0..whole.len())
        .step_by(step.max(1))
        .chain(whole.len() - 8..whole.len())
    {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, &damaged).unwrap();
        let context = session(BY_INDEX);
        let url = folder_url(folder.path());
        let Ok(table) = IndexedTable::open(&context.state(), &url).await else {
            refused += 1;
            continue;
        };
        let table = Arc::new(table.with_read_max(f64::INFINITY));
        context.register_table("numbers", table).unwrap();
        // A few of them for each place.
        for number in [at % 7, (at + 3) % 7] {
            assert_eq!(
                ask(&context, QUERIES[number]).await,
                expected[number],
                "byte {at}"
            );
        }
    }
    assert!(refused > 0);
    for length in [100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let context = session(BY_INDEX);
        let opened = IndexedTable::open(&context.state(), &folder_url(folder.path())).await;
        let error = opened.unwrap_err().to_string();
        assert!(
            error.contains("number.lwx cannot be used"),
            "{length} bytes: {error}"
        );
    }
}

/// Damage after the table was opened.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_damaged_later_never_answers_wrongly() {
    let folder = tables_of(5000).await;
    let path = folder.path().join("number.lwx");
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 20) {
        fs::write(&path, &whole).unwrap();
        let context = connect(folder.path()).await;
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, &damaged).unwrap();
        // As if nothing had happened.
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        check(&context, folder.path()).await;
    }
}
