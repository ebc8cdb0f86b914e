//! Queries, and indexes of many Parquet files, with the feature `sql`; and what the program says
//! without it.

use std::fs;
#[cfg(feature = "sql")]
use std::{path::Path, sync::Arc};

#[cfg(feature = "sql")]
use arrow::array::{ArrayRef, Int32Array, Int64Array, StringArray};
#[cfg(feature = "sql")]
use parquet::basic::Compression;
use tempfile::TempDir;

use crate::common::run;
#[cfg(feature = "sql")]
use crate::common::{Run, run_with_input};
#[cfg(feature = "sql")]
use crate::parquet::parquet;

#[cfg(not(feature = "sql"))]
#[test]
fn a_program_without_sql_says_how_to_get_it() {
    let how = "cargo install leafwise-cli --features sql";
    run(&["sql", "SELECT 1"]).fails(&[how]);
    let folder = TempDir::new().unwrap();
    let folder = folder.path().to_str().unwrap();
    run(&["index", folder, "--key", "id"]).fails(&[how]);
    run(&["index", &format!("{folder}/*.parquet"), "--key", "id"]).fails(&[how]);
    let merged = format!("{folder}/c.lwx");
    run(&["merge", "a.lwx", "b.lwx", "-o", &merged]).fails(&[how]);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

/// A folder of files with 100 rows each, whose row has the identifier `17 * row % 1000`.
#[cfg(feature = "sql")]
struct Folder(TempDir);

#[cfg(feature = "sql")]
impl Folder {
    fn new(files: usize) -> Folder {
        let folder = Folder(TempDir::new().unwrap());
        (0..files).for_each(|number| folder.add(number));
        folder
    }

    fn add(&self, number: usize) {
        let rows = number as i64 * 100..(number as i64 + 1) * 100;
        let ids = rows.clone().map(|row| 17 * row % 1000);
        let names = rows
            .clone()
            .map(|row| (row % 7 > 0).then(|| format!("n{:02}", row % 30)));
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(Int64Array::from_iter_values(ids))),
            ("name", Arc::new(names.collect::<StringArray>())),
            (
                "row",
                Arc::new(Int32Array::from_iter_values(rows.map(|row| row as i32))),
            ),
        ];
        let path = self.0.path().join(format!("{number}.parquet"));
        fs::write(path, parquet(columns, Compression::SNAPPY, 20)).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs a query in which `from T` is of the files.
    fn sql(&self, query: &str) -> Run {
        let files = format!("'{}/*.parquet'", self.path().display());
        run(&["sql", &query.replace("from T", &format!("from {files}"))])
    }

    fn index(&self, arguments: &[&str]) -> Run {
        let files = format!("{}/*.parquet", self.path().display());
        run(&[&["index", &files], arguments].concat())
    }
}

#[cfg(feature = "sql")]
#[test]
fn queries_have_one_answer_with_an_index_and_without() {
    let folder = Folder::new(10);
    let queries = [
        (
            "select * from T where id = 18",
            vec!["id,name,row", "18,n24,354"],
        ),
        (
            "select row from T where id in (18, 1, -4) order by id",
            vec!["row", "353", "354"],
        ),
        (
            "select count(*) from T where name = 'n03'",
            vec!["count(*)", "29"],
        ),
        (
            "select name, row from T where name is null order by row limit 1",
            vec!["name,row", ",0"],
        ),
        ("select max(id) as m from T", vec!["m", "999"]),
        (
            "select id from T order by id desc limit 2",
            vec!["id", "999", "998"],
        ),
    ];
    for (query, lines) in &queries {
        folder.sql(query).prints(lines);
    }
    for key in ["id", "name"] {
        let built = folder.index(&["--key", key]);
        assert!(folder.path().join(format!("{key}.lwx")).exists());
        let rows = if key == "id" {
            "1000 rows of 10 files"
        } else {
            "857 rows of 10 files"
        };
        built.says(&[rows]);
    }
    for (query, lines) in &queries {
        folder.sql(query).prints(lines);
    }
    let plan = folder.sql("explain select * from T where id = 18");
    assert!(
        plan.text().contains("index=[id.lwx: 1 rows]"),
        "{}",
        plan.text()
    );
}

#[cfg(feature = "sql")]
#[test]
fn appending_takes_in_new_files() {
    let folder = Folder::new(3);
    folder
        .index(&["--key", "id", "--append"])
        .says(&["300 rows of 3 files"]);
    folder
        .index(&["--key", "id", "--append"])
        .says(&["up to date"]);
    folder.add(3);
    let explain = "explain select * from T where id = 321";
    let plan = folder.sql(explain);
    assert!(
        plan.text().contains("scanned_whole=1 (3.parquet"),
        "{}",
        plan.text()
    );
    folder
        .sql("select row from T where id = 321")
        .prints(&["row", "313"]);
    folder
        .index(&["--key", "id", "--append"])
        .says(&["400 rows of 4 files", "1 added, 0 removed"]);
    assert!(!folder.sql(explain).text().contains("scanned_whole"));
    folder
        .sql("select row from T where id = 321")
        .prints(&["row", "313"]);
    fs::remove_file(folder.path().join("0.parquet")).unwrap();
    folder
        .index(&["--key", "id", "--append"])
        .says(&["300 rows of 3 files", "0 added, 1 removed"]);
    folder
        .sql("select row from T where id = 321")
        .prints(&["row", "313"]);
    folder
        .sql("select row from T where id = 17")
        .finds_nothing("row");
}

#[cfg(feature = "sql")]
#[test]
fn indexes_of_parts_are_merged() {
    let folder = Folder::new(10);
    let index = |name: &str| folder.path().join(name).display().to_string();
    let (one, other, both) = (index("1.idx"), index("2.idx"), index("id.lwx"));
    for (pattern, index) in [("[0-5]", &one), ("[4-9]", &other)] {
        let files = format!("{}/{pattern}.parquet", folder.path().display());
        run(&["index", &files, "--key", "id", "-o", index]).says(&["600 rows of 6 files"]);
    }
    run(&["merge", &one, &other, "-o", &both]).says(&["id.lwx: 1000 rows of 10 files"]);
    let stat = run(&["stat", &both]);
    let expected = "table       10 Parquet files, 1000 rows\ncolumn      `id`\n";
    assert!(stat.text().contains(expected), "{}", stat.text());
    let json: serde_json::Value =
        serde_json::from_str(run(&["stat", &both, "--format", "json"]).text()).unwrap();
    assert_eq!(json["table"]["columns"][0], "id");
    assert_eq!(json["table"]["files"][9]["path"], "9.parquet");
    assert_eq!(json["table"]["files"][9]["rows"], 100);
    let query = "select row from T where id in (17, 18) order by row";
    folder.sql(query).prints(&["row", "1", "354"]);
    let plan = folder.sql(&format!("explain {query}"));
    let expected = "index=[id.lwx: 2 rows], index_rows=2 in 2 of 10 files";
    assert!(plan.text().contains(expected), "{}", plan.text());

    folder.index(&["--key", "name", "-o", &one]);
    run(&["merge", &both, &one, "-o", &other]).fails(&["different keys", "id Int64", "name "]);
    fs::write(&one, "something else").unwrap();
    run(&["merge", &both, &one, "-o", &other]).fails(&["1.idx is not an index of Parquet files"]);
    run(&["merge", &both, "-o", &other]).fails(&["2 values required"]);
    let gone = index("3.idx");
    run(&["merge", &both, &gone, "-o", &other]).fails(&["3.idx cannot be read", "No such file"]);
    run(&["verify", &other]).says(&["nothing is wrong", "600 values"]);
}

/// Its keys are of the program's types, which are inferred.
#[cfg(feature = "sql")]
#[test]
fn an_index_of_one_file_is_not_used_and_that_is_said() {
    let folder = Folder::new(1);
    let file = folder.path().join("0.parquet");
    let file = file.to_str().unwrap();
    run(&["index", file, "--key", "id"]).says(&["100 rows"]);
    run(&["sql", &format!("select row from '{file}' where id = 17")]).prints_with_note(
        &["row", "1"],
        &["0.parquet.id.lwx is not used", "for commands without SQL"],
    );
}

#[cfg(feature = "sql")]
#[test]
fn wrong_queries_and_keys_are_explained() {
    let folder = Folder::new(1);
    folder
        .index(&["--key", "nonsense"])
        .fails(&["no column `nonsense`", "id, name, row"]);
    folder
        .index(&["--key", "id", "--delimiter", ";"])
        .fails(&["--delimiter=;", "Parquet"]);
    folder.sql("select nonsense from T").fails(&["nonsense"]);
    folder.sql("selec 1").fails(&["selec"]);
    for (table, expected) in [
        ("/nowhere/at/all/*.parquet", "no files at /nowhere/at/all/"),
        ("nowhere.parquet", "no files at nowhere.parquet"),
        ("*.nothing", "no files at *.nothing"),
        ("nowhere", "nowhere' not found"),
    ] {
        run(&["sql", &format!("select * from '{table}'")]).fails(&[expected]);
    }
    folder
        .sql("create table a as select * from T")
        .fails(&["DDL"]);
    let copy = folder.path().join("copy.csv");
    folder
        .sql(&format!("copy (select * from T) to '{}'", copy.display()))
        .fails(&["DML"]);
    assert!(!copy.exists());
    assert!(!folder.path().join("nonsense.lwx").exists());
}

#[cfg(feature = "sql")]
#[test]
fn answers_are_printed_as_those_of_other_commands() {
    let folder = Folder::new(1);
    let query = format!(
        "select id, name from '{}/' where row < 2 order by row",
        folder.path().display()
    );
    run(&["sql", &query, "--format", "json"])
        .prints(&[r#"{"id":"0","name":""}"#, r#"{"id":"17","name":"n01"}"#]);
    run(&["sql", &query, "--format", "tsv", "--no-header-out"]).prints(&["0\t", "17\tn01"]);
    run_with_input(&["sql", "-"], query.as_bytes()).prints(&["id,name", "0,", "17,n01"]);
    let times = "select timestamp '2024-05-01 10:00:00' as a, date '2024-05-01' as b, 1.50 as c";
    run(&["sql", times]).prints(&["a,b,c", "2024-05-01 10:00:00,2024-05-01,1.5"]);
}
