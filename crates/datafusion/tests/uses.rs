//! Which queries use an index.

mod common;

use std::fs;
use std::sync::Arc;

use common::{Reading, ask, explain, index, kinds, open, register, session, write_numbers};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::SessionContext;
use leafwise_datafusion::{IndexedTable, IndexedTableFactory};
use tempfile::TempDir;

const BY_INDEX: Reading = Reading {
    is_indexed: true,
    is_pushed: false,
    is_by_index: true,
    is_unpruned: false,
};

const KEYS: [&[&str]; 9] = [
    &["i32"],
    &["id"],
    &["s"],
    &["b"],
    &["f64"],
    &["ts_ms"],
    &["dict"],
    &["dec", "late", "u8"],
    &["late", "sv"],
];

async fn tables() -> (TempDir, SessionContext) {
    let folder = tempfile::tempdir().unwrap();
    kinds::write(folder.path());
    for columns in KEYS {
        index(folder.path(), columns).await;
    }
    let context = session(BY_INDEX);
    register(&context, "kinds", folder.path(), &[], BY_INDEX).await;
    (folder, context)
}

#[tokio::test]
async fn filters_that_an_index_knows_use_it() {
    let (_folder, context) = tables().await;
    for (filter, expected) in [
        ("i32 = 5", "i32.lwx: "),
        ("5 = i32", "i32.lwx: "),
        ("i32 < 5", "i32.lwx: "),
        ("i32 <= 5 AND u16 = 3", "i32.lwx: "),
        ("i32 > 5", "i32.lwx: "),
        ("i32 >= 5", "i32.lwx: "),
        ("i32 BETWEEN 1 AND 3", "i32.lwx: "),
        ("i32 IN (1, 3, 5)", "i32.lwx: "),
        ("i32 IN (1, 3, 5, 7, 9, 11, 13, 15, NULL)", "i32.lwx: "),
        ("i32 = 1 OR i32 = 3", "i32.lwx: "),
        ("i32 = 1 OR i32 > 3 AND i32 < 9", "i32.lwx: "),
        ("i32 IS NOT NULL", "i32.lwx: "),
        ("i32 = '5'", "i32.lwx: "),
        ("i32 = 4", "i32.lwx: 0 rows"),
        ("i32 = 5 AND random() >= 0", "i32.lwx: "),
        ("s = 'ab'", "s.lwx: "),
        ("s LIKE 'ab%'", "s.lwx: "),
        ("s LIKE 'ab_c%'", "s.lwx: "),
        ("starts_with(s, 'ab')", "s.lwx: "),
        ("s > 'ab' AND s < 'b'", "s.lwx: "),
        ("dict = 'ab'", "dict.lwx: "),
        ("dict LIKE 'a%'", "dict.lwx: "),
        ("b", "b.lwx: "),
        ("NOT b", "b.lwx: "),
        ("b = true", "b.lwx: "),
        ("f64 = 0", "f64.lwx: "),
        ("f64 BETWEEN -1 AND 1", "f64.lwx: "),
        ("ts_ms >= '2020-03-01'", "ts_ms.lwx: "),
        ("ts_ms < DATE '1970-01-01'", "ts_ms.lwx: "),
        ("dec = 1.5", "dec-late-u8.lwx: "),
        ("dec = 1.5 AND late = 3 AND u8 > 5", "dec-late-u8.lwx: "),
        ("late = 3 AND sv > 'a'", "late-sv.lwx: "),
        ("i32 = 5 AND s = 'ab'", "s.lwx: "),
    ] {
        let plan = explain(&context, &format!("SELECT id FROM kinds WHERE {filter}")).await;
        assert!(
            plan.contains(&format!("index=[{expected}")),
            "{filter}\n{plan}"
        );
    }
}

/// Each row that an index finds has the key: the numbers of rows are those of SQL.
#[tokio::test]
async fn an_index_finds_no_more_than_the_rows_that_a_filter_is_about() {
    let (_folder, context) = tables().await;
    for filter in [
        "i32 = 5",
        "i32 < 0",
        "i32 <= 0",
        "i32 > 3",
        "i32 >= 3",
        "i32 BETWEEN 1 AND 3",
        "i32 IN (1, 3, 5)",
        "i32 NOT IN (0) AND i32 > 0",
        "i32 = 1 OR i32 > 5",
        "s = 'a'",
        "s > 'a' AND s < 'ab'",
        "s >= 'a' AND s <= arrow_cast(X'6100', 'Utf8')",
        "s LIKE 'ab%'",
        "dec = 1.5 AND late = 3",
        "dec = 1.5 AND late = 3 AND u8 > 5",
        "dec IN (0, 1, 1.5) AND late = 3 AND u8 > 0",
        "dec = 1.5 AND late > 3",
        "dec = -0.01 AND late < 3",
        "dec = -0.01 AND late <= 3",
        "dec < 0",
        "late = 3 AND sv > 'a'",
        "late = 3 AND sv >= 'a' AND sv < 'ab'",
        "late = 3 AND sv LIKE 'ab%'",
        "late IN (1, 3) AND sv <= 'a'",
        "late IN (1, 3) AND sv < 'a'",
        "late IN (1, 2, 9) AND sv IN ('', 'a')",
    ] {
        let rows = context
            .sql(&format!("SELECT id FROM kinds WHERE {filter}"))
            .await
            .unwrap();
        let count = rows.count().await.unwrap();
        assert!(count > 0, "{filter}");
        let plan = explain(&context, &format!("SELECT id FROM kinds WHERE {filter}")).await;
        let expected = format!("index_rows={count} in ");
        assert!(plan.contains(&expected), "{filter}: {count}\n{plan}");
    }
}

#[tokio::test]
async fn other_filters_use_none() {
    let (_folder, context) = tables().await;
    for filter in [
        "true",
        "i16 = 5",
        "i32 IS NULL",
        "i32 <> 5",
        "i32 NOT IN (1, 2)",
        "i32 + 1 = 5",
        "i32 = i16",
        "i32 = 5 OR i16 = 5",
        "i32 = 5 OR i32 IS NULL",
        "NOT (i32 = 5)",
        "abs(i32) = 5",
        "s LIKE '%b'",
        "s LIKE '_b%'",
        "s NOT LIKE 'a%'",
        "s ILIKE 'a%'",
        "upper(s) = 'AB'",
        "f64 = 'NaN'",
        "late IS NULL",
        "u8 = 5",
        "sv = 'a'",
        "random() >= 0",
    ] {
        let plan = explain(&context, &format!("SELECT u64 FROM kinds WHERE {filter}")).await;
        assert!(!plan.contains("index="), "{filter}\n{plan}");
    }
}

#[tokio::test]
async fn aggregates_read_no_file_if_an_index_knows_them() {
    let (_folder, context) = tables().await;
    for sql in [
        "SELECT count(*) FROM kinds",
        "SELECT count(*), min(i32), max(i32), count(i32) FROM kinds",
        "SELECT min(i32), max(s), max(ts_ms), min(b) FROM kinds",
        "SELECT count(f64) FROM kinds",
        "SELECT count(*) FROM kinds WHERE i32 = 5",
        "SELECT count(*) FROM kinds WHERE dec = 1.5 AND late = 3",
        "SELECT max(s) FROM kinds WHERE s LIKE 'a%'",
        "SELECT max(i32) FROM kinds WHERE i32 < 5 AND i32 IS NOT NULL OR i32 < 3",
        "SELECT max(i32) + 1 FROM (SELECT i32 FROM kinds WHERE i32 < 100) AS few",
    ] {
        let plan = explain(&context, sql).await;
        assert!(!plan.contains(".parquet"), "{sql}\n{plan}");
    }
    for sql in [
        "SELECT count(u16) FROM kinds",
        "SELECT min(f64) FROM kinds",
        "SELECT min(dict) FROM kinds",
        "SELECT count(*) FROM kinds WHERE f64 > 0",
        "SELECT count(*) FROM kinds WHERE i32 = 5 AND s = 'a'",
        "SELECT count(*) FROM kinds WHERE s LIKE 'a_c'",
        "SELECT count(*) FROM kinds WHERE random() >= 0",
        "SELECT min(s) FROM kinds WHERE i32 = 5",
        "SELECT max(i32) FROM kinds GROUP BY b",
        "SELECT count(DISTINCT i32) FROM kinds",
        "SELECT min(i32 + 1) FROM kinds",
    ] {
        let plan = explain(&context, sql).await;
        assert!(plan.contains(".parquet"), "{sql}\n{plan}");
    }
}

#[tokio::test]
async fn the_first_rows_are_found_by_an_index() {
    let (_folder, context) = tables().await;
    for (sql, expected) in [
        (
            "SELECT * FROM kinds ORDER BY id LIMIT 3",
            "index=[id.lwx: 3 rows]",
        ),
        (
            "SELECT * FROM kinds ORDER BY id DESC LIMIT 3",
            "index=[id.lwx: 3 rows]",
        ),
        (
            "SELECT s FROM kinds ORDER BY id LIMIT 3 OFFSET 2",
            "index=[id.lwx: 5 rows]",
        ),
        (
            "SELECT s FROM kinds WHERE id > 100 ORDER BY id LIMIT 3",
            "index=[id.lwx: 3 rows]",
        ),
        (
            "SELECT s FROM kinds WHERE id < 100 ORDER BY id DESC LIMIT 3",
            "index=[id.lwx: 3 rows]",
        ),
        (
            "SELECT k.id FROM kinds k WHERE k.id > 9 ORDER BY k.id LIMIT 3",
            "index=[id.lwx: 3 rows]",
        ),
    ] {
        let plan = explain(&context, sql).await;
        assert!(plan.contains(expected), "{sql}\n{plan}");
    }
    for sql in [
        "SELECT id FROM kinds ORDER BY u16 LIMIT 3",
        "SELECT id FROM kinds ORDER BY i32 + 1 LIMIT 3",
        "SELECT id FROM kinds ORDER BY i32 NULLS FIRST LIMIT 3",
        "SELECT id FROM kinds ORDER BY f64 LIMIT 3",
        "SELECT id FROM kinds ORDER BY i32",
        "SELECT id FROM kinds WHERE random() >= 0 ORDER BY i32 LIMIT 3",
        "SELECT id FROM kinds WHERE u16 = 5 ORDER BY i32 LIMIT 3",
    ] {
        let plan = explain(&context, sql).await;
        assert!(!plan.contains("index="), "{sql}\n{plan}");
    }
}

/// Of a larger table, and without being told to: few rows, or many that are near each other.
#[tokio::test]
async fn few_rows_are_read_by_an_index_and_many_are_not() {
    let folder = tempfile::tempdir().unwrap();
    write_numbers(&folder.path().join("1.parquet"), 0..60_000);
    write_numbers(&folder.path().join("2.parquet"), 60_000..100_000);
    index(folder.path(), &["number"]).await;
    index(folder.path(), &["noise"]).await;
    let context = session(BY_INDEX);
    let url = common::folder_url(folder.path());
    let table = IndexedTable::open(&context.state(), &url).await.unwrap();
    context
        .register_table("numbers", std::sync::Arc::new(table))
        .unwrap();
    for (filter, expected) in [
        ("number = 77000", "index_rows=1 in 1 of 2 files"),
        (
            "number BETWEEN 59990 AND 60009",
            "index_rows=20 in 2 of 2 files",
        ),
        ("number < 8000", "index_rows=8000 in 1 of 2 files"),
        ("noise = 77", "index_rows=1 in 1 of 2 files"),
        ("noise < 4", "index_rows=4 in "),
    ] {
        let sql = format!("SELECT number FROM numbers WHERE {filter}");
        let plan = explain(&context, &sql).await;
        assert!(plan.contains(expected), "{filter}\n{plan}");
    }
    // Forty rows, which are on all pages.
    let scattered: Vec<String> = (0..40).map(|number| (number * 1000).to_string()).collect();
    let scattered = format!("noise IN ({})", scattered.join(", "));
    // As many as that some of them are looked for first.
    let keys = |count: usize, step: usize| {
        let keys = (0..count).map(|number| (number * step).to_string());
        keys.collect::<Vec<_>>().join(", ")
    };
    for (filter, expected) in [
        (
            format!("number IN ({})", keys(200, 10)),
            "index_rows=200 in 1 of",
        ),
        (
            format!("noise IN ({})", keys(200, 100_003)),
            "index_rows=1 in 1 of",
        ),
    ] {
        let sql = format!("SELECT number FROM numbers WHERE {filter}");
        let plan = explain(&context, &sql).await;
        assert!(plan.contains(expected), "{filter}\n{plan}");
    }
    let many_scattered = format!("noise IN ({})", keys(1000, 100));
    for filter in [
        "number < 90000",
        "noise < 50000",
        "noise < 3000",
        &scattered,
        &many_scattered,
    ] {
        let sql = format!("SELECT number FROM numbers WHERE {filter}");
        let plan = explain(&context, &sql).await;
        assert!(!plan.contains("index="), "{filter}\n{plan}");
    }
    // These are all over the index, of which only a part is read to find that out.
    let table = IndexedTable::open(&context.state(), &url).await.unwrap();
    let indexes = table.indexes().to_vec();
    context.deregister_table("numbers").unwrap();
    context.register_table("numbers", Arc::new(table)).unwrap();
    let read = || indexes.iter().map(|it| it.bytes_read()).sum::<u64>();
    let before = read();
    let sql = format!("SELECT number FROM numbers WHERE {many_scattered}");
    explain(&context, &sql).await;
    let length = fs::metadata(folder.path().join("noise.lwx")).unwrap().len();
    assert!(
        read() - before < length * 2 / 3,
        "{} of {length}",
        read() - before
    );

    let table = open(&context, folder.path()).await;
    context.deregister_table("numbers").unwrap();
    context
        .register_table("numbers", std::sync::Arc::new(table))
        .unwrap();
    let sql = "SELECT count(*), sum(number) FROM numbers WHERE noise < 50000 AND number >= 60000";
    let plan = explain(&context, sql).await;
    assert!(plan.contains("index=["), "{plan}");
    let counted = "SELECT count(*) FROM numbers WHERE noise % 100000 < 50000 AND number >= 60000";
    let count = ask(&context, counted).await;
    let count = count.lines().nth(3).unwrap().trim_matches(['|', ' ']);
    assert!(ask(&context, sql).await.contains(&format!("| {count} ")));
}

/// Of rows that each of two indexes has found on all pages, few may be in common.
#[tokio::test]
async fn rows_of_two_indexes_are_read_if_they_are_few_together() {
    let folder = tempfile::tempdir().unwrap();
    let context = session(BY_INDEX);
    let copy = format!(
        "COPY (SELECT value AS number, value * 77773 % 100000 AS noise, \
         value * 77773 % 100000 AS same, value * 12347 % 100000 AS other \
         FROM range(0, 100000)) TO '{}/0.parquet'",
        folder.path().display()
    );
    ask(&context, &copy).await;
    for column in ["number", "noise", "same", "other"] {
        index(folder.path(), &[column]).await;
    }
    let url = common::folder_url(folder.path());
    let table = IndexedTable::open(&context.state(), &url).await.unwrap();
    context.register_table("t", Arc::new(table)).unwrap();
    for (filter, expected) in [
        // Neither alone, as both are on all five pages.
        ("noise < 3000", None),
        ("other < 50", None),
        (
            "noise < 3000 AND other < 50",
            Some("index_rows=2 in 1 of 1"),
        ),
        // More than there would be if one did not depend on the other.
        ("noise < 400 AND same < 400", None),
        // The second alone, whose rows are beside each other.
        (
            "noise < 3000 AND number < 8000",
            Some("number.lwx: 8000 rows]"),
        ),
        ("noise < 3000 AND other < 4000", None),
    ] {
        let sql = format!("SELECT number FROM t WHERE {filter}");
        let plan = explain(&context, &sql).await;
        match expected {
            Some(expected) => assert!(plan.contains(expected), "{filter}\n{plan}"),
            None => assert!(!plan.contains("index="), "{filter}\n{plan}"),
        }
    }
}

#[tokio::test]
async fn no_more_rows_are_listed_than_a_table_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write_numbers(&folder.path().join("1.parquet"), 0..60_000);
    index(folder.path(), &["number"]).await;
    index(folder.path(), &["noise"]).await;
    let context = session(BY_INDEX);
    let table = open(&context, folder.path()).await.with_rows_max(100);
    context.register_table("numbers", Arc::new(table)).unwrap();
    for (rest, expected) in [
        ("WHERE number < 100", "index=[number.lwx: 100 rows]"),
        ("WHERE number < 101", ""),
        (
            "WHERE number < 100 AND noise >= 0",
            "index=[number.lwx: 100 rows]",
        ),
        ("ORDER BY number LIMIT 100", "index=[number.lwx: 100 rows]"),
        ("ORDER BY number LIMIT 101", ""),
    ] {
        let plan = explain(&context, &format!("SELECT * FROM numbers {rest}")).await;
        match expected {
            "" => assert!(!plan.contains("index="), "{rest}\n{plan}"),
            _ => assert!(plan.contains(expected), "{rest}\n{plan}"),
        }
    }
}

#[tokio::test]
async fn tables_that_sql_creates_use_indexes() {
    let (folder, _) = tables().await;
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_table_factory("PARQUET".to_string(), Arc::new(IndexedTableFactory))
        .build();
    let context = SessionContext::new_with_state(state);
    let create = async |clauses: &str| {
        let location = folder.path().display();
        let create = format!("CREATE EXTERNAL TABLE {clauses} LOCATION '{location}/'");
        context.sql(&create).await
    };
    create("kinds STORED AS PARQUET").await.unwrap();
    let plan = explain(&context, "SELECT id FROM kinds WHERE i32 = 5").await;
    assert!(plan.contains("index=[i32.lwx: "), "{plan}");
    for (clauses, expected) in [
        ("a (id INT) STORED AS PARQUET", "columns cannot be given"),
        (
            "a STORED AS PARQUET PARTITIONED BY (year)",
            "PARTITIONED BY cannot be given",
        ),
        (
            "a STORED AS PARQUET OPTIONS ('pruning' 'false')",
            "OPTIONS cannot be given",
        ),
    ] {
        let error = create(clauses).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{clauses}: {error}");
    }
    let error = context
        .sql("CREATE EXTERNAL TABLE a STORED AS PARQUET LOCATION '/nowhere/'")
        .await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("no Parquet files at"), "{error}");
}
