//! Several tables, values from a file, standard input, and files that change meanwhile.

use std::process::Stdio;

use crate::common::{Run, TestFile, leafwise, run, run_with_input};

#[test]
fn several_tables_are_searched_as_one() {
    let first = TestFile::csv("k,v\n2,a\n1,b\n");
    let second = TestFile::new("t.tsv", "k\tv\r\n1\tc\r\n0\td,e\r\n");
    let third = TestFile::csv("k,v\n");
    let also = ["--also", second.path(), third.path()];
    let range = |arguments: &[&str]| first.range(&[&["k", ".."], arguments, &also].concat());
    // Rows of one key are in the order of the tables.
    range(&[]).prints(&["k,v", "0,\"d,e\"", "1,b", "1,c", "2,a"]);
    range(&["--reverse"]).prints(&["k,v", "2,a", "1,b", "1,c", "0,\"d,e\""]);
    range(&["--limit", "3", "--columns", "v"]).prints(&["v", "\"d,e\"", "b", "c"]);
    range(&["--count"]).prints(&["4"]);
    let more = ["k", "1", "--also", second.path(), "--also", first.path()];
    first.get(&more).prints(&["k,v", "1,b", "1,c", "1,b"]);
    let other = ["range", second.path(), "k", "..", "--also", first.path()];
    run(&other).prints(&["k,v", "0,\"d,e\"", "1,c", "1,b", "2,a"]);
    let input = ["range", first.path(), "k", "..", "--also", "-"];
    run_with_input(&input, b"k,v\n1,x\n").prints(&["k,v", "1,b", "1,x", "2,a"]);
}

/// All tables are open at once, so each takes as few of the process's files as possible.
#[cfg(unix)]
#[test]
fn many_tables_are_open_at_once() {
    let table = TestFile::csv("k\n1\n");
    let tables = vec![table.path(); 50];
    let script = "ulimit -n 64; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_leafwise"), "get"])
        .args([table.path(), "k", "1", "--count", "--also"])
        .args(tables)
        .output()
        .unwrap();
    Run::from(output).prints(&["51"]);
}

#[test]
fn several_tables_have_the_same_columns() {
    let first = TestFile::csv("k,v\n1,a\n");
    for (names, parts) in [
        (
            "v,k\n1,2\n",
            &["column 1 of", "is `v`, but that of", "is `k`"][..],
        ),
        (
            "k\n1\n",
            &["column 2 of", "is missing, but that of", "is `v`"],
        ),
        (
            "k,v,w\n1,2,3\n",
            &["column 3 of", "is `w`, but that of", "is missing"],
        ),
        ("k,V\n1,2\n", &["is `V`, but"]),
    ] {
        let other = TestFile::csv(names);
        let also = ["k", "..", "--also", other.path()];
        first.range(&also).fails(&[parts, &[other.path()]].concat());
        let numbered = [&["1", "..", "--no-header", "--count"], &also[2..]].concat();
        let has_two = names.starts_with("v,k") || names.starts_with("k,V");
        assert_eq!(first.range(&numbered).code, if has_two { 0 } else { 2 });
    }
    first
        .range(&["k", "..", "--also", "no-such-file.csv"])
        .fails(&["cannot read no-such-file.csv"]);
    first.range(&["k", "..", "--also"]).fails(&["--also"]);
}

#[test]
fn all_tables_decide_the_type_and_bad_rows_are_named_with_theirs() {
    let numbers = TestFile::csv("k\n10\n9\n");
    let words = TestFile::csv("k\n\n8\nNA\n");
    let also = ["k", "..", "--also", words.path()];
    numbers.range(&also).prints_with_note(
        &["k", "10", "8", "9", "NA"],
        &["line 4 of ", words.path(), " holds `NA`"],
    );
    let typed = [&also[..], &["--type", "integer"]].concat();
    numbers
        .range(&typed)
        .fails(&[words.path(), ", line 4, column `k`: `NA`"]);
    let skipped = numbers.range(&[&typed[..], &["--on-bad", "skip"]].concat());
    assert_eq!((skipped.code, skipped.text()), (0, "k\n8\n9\n10\n"));
    skipped.says(&[words.path(), "1 bad row skipped"]);
    let typed = ["k", "..", "--type", "integer", "--also", numbers.path()];
    words.range(&typed).fails(&[words.path(), ", line 4"]);
}

#[test]
fn standard_input_is_read_once() {
    let table = TestFile::csv("k\n1\n");
    for arguments in [
        &["get", "-", "k", "--values-from", "-"][..],
        &[
            "get",
            table.path(),
            "k",
            "--values-from",
            "-",
            "--also",
            "-",
        ],
        &["range", "-", "k", "..", "--also", "-"],
        &["range", table.path(), "k", "..", "--also", "-", "-"],
    ] {
        run_with_input(arguments, b"k\n1\n").fails(&["standard input can be read only once"]);
    }
    let values = ["get", table.path(), "k", "--values-from", "-"];
    run_with_input(&values, b"1\n").prints(&["k", "1"]);
}

#[test]
fn values_from_a_file() {
    let table = TestFile::csv("k,v\n3,c\n1,a\n2,b\n10,j\n");
    for (values, more, found) in [
        ("1\n3\n", &[][..], &["1,a", "3,c"][..]),
        ("3\r\n1\r\n\r\n3\r\n", &[], &["1,a", "3,c"]),
        ("3\r1", &[], &["1,a", "3,c"]),
        (
            "\u{feff}1\n+2\n 3 \n1_0",
            &[],
            &["1,a", "2,b", "3,c", "10,j"],
        ),
        ("1\n", &["2"], &["1,a", "2,b"]),
        ("99\n1\n", &[], &["1,a"]),
    ] {
        let file = TestFile::new("values.txt", values);
        let arguments = [&["k"], more, &["--values-from", file.path()]].concat();
        table.get(&arguments).prints(&[&["k,v"], found].concat());
    }
    let many: String = (0..50_000).map(|n| format!("{n}\n")).collect();
    let many = TestFile::new("values.txt", many);
    let counted = ["k", "--count", "--values-from", many.path()];
    table.get(&counted).prints(&["4"]);
    for (values, parts) in [
        (&b""[..], &["no values to look for in"][..]),
        (b"\n\n", &["no values to look for in"]),
        (b"1\n\nx\n", &["values.txt, line 3: `x` is not an integer"]),
        (b"1\r\rx", &["values.txt, line 3: `x`"]),
        (b"caf\xe9\n", &["values.txt is not UTF-8: convert it"]),
        (b"\xff\xfe1\0\n\0", &["values.txt is not UTF-8: convert it"]),
    ] {
        let file = TestFile::new("values.txt", values);
        table.get(&["k", "--values-from", file.path()]).fails(parts);
    }
    table
        .get(&["k", "--values-from", "no-such-file"])
        .fails(&["cannot read no-such-file"]);
    let null = TestFile::new("values.txt", "1\nNA\n");
    table
        .get(&["k", "--null", "NA", "--values-from", null.path()])
        .fails(&["values.txt, line 2: `NA` stands for no value"]);
    // Text is not trimmed.
    let spaced = TestFile::new("values.txt", "a \n");
    let spaced = ["v", "--values-from", spaced.path()];
    table.get(&spaced).finds_nothing("k,v");
}

#[test]
fn counts_and_headers() {
    let table = TestFile::csv("k,v\n2,b\n1,a\n2,c\n");
    table.get(&["k", "2", "--count"]).prints(&["2"]);
    table
        .range(&["k", "..", "--count", "--limit", "2"])
        .prints(&["2"]);
    table
        .range(&["k", "..", "--count", "--no-header-out"])
        .prints(&["3"]);
    table.get(&["k", "9", "--count"]).finds_nothing("0");
    table
        .get(&["k", "2", "--no-header-out"])
        .prints(&["2,b", "2,c"]);
    let nothing = table.get(&["k", "9", "--no-header-out"]);
    assert_eq!(
        (nothing.code, nothing.text(), &nothing.stderr[..]),
        (1, "", "")
    );
    let aligned = ["--no-header-out", "--format", "table"];
    table
        .range(&[&["k", "..2"], &aligned[..]].concat())
        .prints(&["1  a"]);
    let nothing = table.get(&[&["k", "9"], &aligned[..]].concat());
    assert_eq!((nothing.code, nothing.text()), (1, ""));
    let plain = TestFile::csv("2,b\n1,a\n");
    let numbered = |arguments: &[&str]| plain.range(&[arguments, &["--no-header"]].concat());
    numbered(&["1", ".."]).prints(&["1,a", "2,b"]);
    numbered(&[":1", "..", "--columns", "2,:1"]).prints(&["a,1", "b,2"]);
    numbered(&["2", "b..", "--format", "json"]).prints(&[r#"{":1":"2",":2":"b"}"#]);
    numbered(&["1", "..", "--format", "table"]).prints(&["1  a", "2  b"]);
    numbered(&["k", ".."]).fails(&["no column `k`", "`:1`, `:2`"]);
    numbered(&["3", ".."]).fails(&["no column `3`"]);
    TestFile::csv("1\n2,3\n")
        .range(&["1", "..", "--no-header"])
        .fails(&["line 2: 2 fields, but there is 1 column"]);
}

#[test]
fn a_limit_cuts_ties_in_the_order_of_the_file() {
    let table = TestFile::csv("k,v\n2,a\n1,b\n2,c\n1,d\n2,e\n");
    for (arguments, rows) in [
        (&["..", "--limit", "1"][..], &["1,b"][..]),
        (&["..", "--limit", "3"], &["1,b", "1,d", "2,a"]),
        (&["..", "--limit", "2", "--reverse"], &["2,a", "2,c"]),
        (
            &["..", "--limit", "4", "--reverse"],
            &["2,a", "2,c", "2,e", "1,b"],
        ),
        (&["2..", "--limit", "1_000"], &["2,a", "2,c", "2,e"]),
    ] {
        let run = table.range(&[&["k"], arguments].concat());
        run.prints(&[&["k,v"], rows].concat());
    }
    table
        .get(&["k", "2", "1", "2", "--limit", "3"])
        .prints(&["k,v", "1,b", "1,d", "2,a"]);
    // The same over several chunks and runs, whatever is kept in memory.
    let padding = "x".repeat(100);
    let rows: String = (0..30_000)
        .map(|n| format!("{},{n},{padding}\n", n % 3))
        .collect();
    let large = TestFile::csv(format!("k,v,w\n{rows}"));
    for memory in ["1", "1GiB"] {
        let limit = ["--limit", "10002", "--memory", memory];
        let columns = ["k", "1..", "--reverse", "--columns", "k,v"];
        let run = large.range(&[&columns[..], &limit].concat());
        let last: Vec<&str> = run.text().lines().skip(9_999).collect();
        assert_eq!(last, ["2,29996", "2,29999", "1,1", "1,4"]);
    }
}

/// Runs the program on a table and a named pipe, and changes things when it has opened the table
/// and waits for the pipe.
#[cfg(unix)]
fn run_meanwhile(table: &TestFile, change: impl FnOnce()) -> Run {
    use std::io::Write;

    let pipe = TestFile::new("pipe", "");
    std::fs::remove_file(pipe.path()).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(pipe.path())
        .status();
    assert!(made.unwrap().success());
    let child = leafwise(&[
        "range",
        table.path(),
        "k",
        "..",
        "--count",
        "--also",
        pipe.path(),
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    // Opens only when the program opens it for reading.
    let mut writer = std::fs::OpenOptions::new()
        .write(true)
        .open(pipe.path())
        .unwrap();
    change();
    writer.write_all(b"k\n1\n").unwrap();
    drop(writer);
    child.wait_with_output().unwrap().into()
}

#[cfg(unix)]
#[test]
fn a_table_that_changes_meanwhile_is_an_error() {
    let rows = "5\n".repeat(100_000);
    let table = || TestFile::csv(format!("k\n{rows}"));
    let grows = table();
    run_meanwhile(&grows, || {
        std::fs::write(grows.path(), format!("k\n{rows}6\n")).unwrap();
    })
    .fails(&[grows.path(), "changed while it was being read"]);
    // One of the two shows the change: the length, or the time of the last one.
    let modified = |table: &TestFile| std::fs::metadata(table.path()).unwrap().modified().unwrap();
    let change = |table: &TestFile, text: String, time: std::time::SystemTime| {
        std::fs::write(table.path(), text).unwrap();
        let file = std::fs::File::options().append(true).open(table.path());
        file.unwrap().set_modified(time).unwrap();
    };
    let grows = table();
    run_meanwhile(&grows, || {
        change(&grows, format!("k\n{rows}6\n"), modified(&grows))
    })
    .fails(&["changed while it was being read"]);
    let other = table();
    let later = modified(&other) + std::time::Duration::from_secs(1);
    run_meanwhile(&other, || {
        change(&other, format!("k\n{rows}").replace('5', "6"), later)
    })
    .fails(&["changed while it was being read"]);
    let shrinks = table();
    run_meanwhile(&shrinks, || std::fs::write(shrinks.path(), "k\n").unwrap())
        .fails(&["changed while it was being read"]);
    // What is read is the file that was opened, which another one may replace by now.
    let replaced = table();
    run_meanwhile(&replaced, || {
        let other = TestFile::csv("k\n");
        std::fs::rename(other.path(), replaced.path()).unwrap();
    })
    .prints(&["100001"]);
    let removed = table();
    run_meanwhile(&removed, || std::fs::remove_file(removed.path()).unwrap()).prints(&["100001"]);
    let same = table();
    run_meanwhile(&same, || {}).prints(&["100001"]);
}
