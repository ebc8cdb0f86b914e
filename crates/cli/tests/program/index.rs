//! Indexes: the same answers as without, and never one about a table that has changed.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::common::{Run, run, run_with_input};

/// A table in a folder of its own, for its indexes.
pub(crate) struct Indexed {
    folder: tempfile::TempDir,
    table: PathBuf,
}

impl Indexed {
    pub(crate) fn new(name: &str, bytes: impl AsRef<[u8]>) -> Indexed {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let table = folder.path().join(name);
        fs::write(&table, bytes).unwrap();
        Indexed { folder, table }
    }

    pub(crate) fn run(&self, command: &str, arguments: &[&str]) -> Run {
        run(&[&[command, self.table.to_str().unwrap()], arguments].concat())
    }

    /// Builds an index, which the program reports.
    #[track_caller]
    pub(crate) fn index(&self, arguments: &[&str], report: &str) {
        let run = self.run("index", arguments);
        assert_eq!((run.code, run.text()), (0, ""), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        run.says(&[report]);
    }

    /// Asserts that an index and a scan have the same answer, with rows.
    #[track_caller]
    pub(crate) fn agrees(&self, command: &str, arguments: &[&str]) {
        let indexed = self.run(command, arguments);
        let scanned = self.run(command, &[arguments, &["--no-index"]].concat());
        assert_eq!(indexed.text(), scanned.text(), "{arguments:?}");
        assert_eq!(
            (indexed.code, scanned.code),
            (0, 0),
            "{indexed:?} {scanned:?}"
        );
        assert_eq!(indexed.stderr, "");
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        &self.table
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

#[test]
fn integers_and_text() {
    let mut rows = String::from("id,name,note\r\n");
    for id in 0..3000 {
        let name = ["Anna", "Bert", "", "Ünal", "a \"b\""][id % 5].replace('"', "\"\"");
        rows.push_str(&format!(
            "{},\"{name}\",\"two\nlines, {id}\"\r\n",
            (id * 7919) % 2500 * 3
        ));
    }
    let table = Indexed::new("people.csv", rows);
    table.index(
        &["--key", "id"],
        "people.csv.id.lwx: 3000 rows by 2500 different keys (i64)",
    );
    table.index(&["--key", "name"], "3000 rows by 5 different keys (text)");
    table.index(
        &["--key", "name", "--key", "id"],
        "different keys (composite)",
    );
    let files = [
        "people.csv",
        "people.csv.id.lwx",
        "people.csv.name+id.lwx",
        "people.csv.name.lwx",
    ];
    assert_eq!(table.files(), files);
    table.agrees("get", &["id", "0", "3", "4", "7497", "7_497", "99999"]);
    table.agrees("get", &[":1", "300"]);
    table.agrees("get", &["name", "", "Ünal", "zzz", "--limit", "900"]);
    table.agrees("range", &["id", ".."]);
    table.agrees("range", &["id", "-5..=41", "--reverse", "--format", "json"]);
    table.agrees("range", &["id", "1.5..5.5", "--columns", "note"]);
    table.agrees("range", &["name", "..", "--reverse"]);
    table.agrees("range", &["name", "A..b", "--count"]);
    table.agrees("get", &["name,id", "Anna,300", "Bert", "\"a \"\"b\"\"\",3"]);
    table.agrees("range", &["name,id", "Anna,5000..=Bert"]);
    table.agrees("range", &["name,id", "Bert.."]);
    let none = table.run("get", &["id", "1"]);
    none.finds_nothing("id,name,note");
    table
        .run("get", &["id", "Anna"])
        .fails(&["is not an integer"]);
    table
        .run("get", &["name,id", "Anna,1,2"])
        .fails(&["composite", "2 columns"]);
}

#[test]
fn all_types() {
    let columns = [
        ("decimal", "1.5", "-0.25", "1000", "0.125"),
        ("long", "123456789012345678901234567890", "-5", "7", "0"),
        (
            "longer",
            "1234567890123456789012345678901234567890",
            "-1e-40",
            "2",
            "0",
        ),
        (
            "day",
            "2024-02-29",
            "1969-12-31",
            "0000-01-01",
            "9999-12-31",
        ),
        (
            "moment",
            "2024-02-29 12:00:00.125",
            "1969-12-31 23:59:59",
            "2024-02-29 12:00:00.1251",
            "0000-01-01",
        ),
        (
            "instant",
            "2016-12-31T23:59:60Z",
            "2016-12-31T23:59:59.9Z",
            "2017-01-01T01:00:00+01:00",
            "2000-01-01",
        ),
        ("address", "10.0.0.9", "10.0.0.10", "::1", "255.255.255.255"),
        ("file", "file10", "file9", "file09", "a"),
        ("float", "1e300", "-inf", "nan", "-0"),
    ];
    let mut rows = vec![String::new(); 5];
    for (at, (name, one, two, three, four)) in columns.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        for (row, cell) in rows.iter_mut().zip([name, one, two, three, four]) {
            row.push_str(&format!("{comma}{cell}"));
        }
    }
    let table = Indexed::new("types.csv", rows.join("\n"));
    for (name, options, form, range) in [
        (
            "decimal",
            &["--type=decimal"][..],
            "decimal(3)",
            "-0.2501..=1.49999",
        ),
        (
            "long",
            &[],
            "i128",
            "-4.5..123456789012345678901234567889.5",
        ),
        ("longer", &["--type=decimal"], "(number)", "-1e-41..=1e50"),
        ("day", &[], "(date)", "1969-12-30 01:00..=2024-02-29"),
        (
            "moment",
            &["--type=datetime"],
            "datetime(6)",
            "1969-12-31 23:59:59.5..2024-02-29 12:00:00.12505",
        ),
        (
            "instant",
            &[],
            "(timestamp)",
            "2000-01-01..2016-12-31T23:59:60.5Z",
        ),
        ("address", &["--type=ip"], "(ip)", "10.0.0.9..=10.0.0.10"),
        ("file", &["--type=natural"], "(natural)", "..file10"),
        ("float", &["--type=float"], "(f64)", "-inf..=0"),
    ] {
        table.index(&[&["--key", name], options].concat(), form);
        table.agrees("range", &[&[name, ".."], options].concat());
        table.agrees("range", &[&[name, range], options].concat());
    }
    // The index knows the type.
    let indexed = table.run("get", &["decimal", "1.500"]);
    assert!(indexed.text().contains("1.5,1234"), "{indexed:?}");
}

#[test]
fn other_tables() {
    let lines = "{\"k\":2,\"v\":\"b\"}\n\n{\"v\":\"none\"}\n {\"k\":1,\"v\":[1, 2]}\n";
    let objects = Indexed::new("some.ndjson", lines);
    objects.index(&["--key", "k"], "2 rows by 2 different keys");
    objects.agrees("range", &["k", ".."]);

    let options = [
        "--no-header",
        "--comment=#",
        "--skip-lines=1",
        "--null=NA",
        "--delimiter=;",
    ];
    let odd = Indexed::new("odd.csv", "\u{feff}title\n3;c\n#x\nNA;n\n1;a\n");
    odd.index(
        &[&["--key", ":1"][..], &options].concat(),
        "2 rows by 2 different keys",
    );
    assert_eq!(odd.files(), ["odd.csv", "odd.csv.%3A1.lwx"]);
    // The options of the index need not be repeated, but may be.
    odd.run("range", &[":1", ".."]).prints(&["1,a", "3,c"]);
    odd.run("range", &[&[":1", ".."][..], &options].concat())
        .prints(&["1,a", "3,c"]);
    let other = odd.run(
        "get",
        &[
            ":1",
            "a",
            "--type",
            "text",
            "--skip-lines",
            "2",
            "--delimiter",
            ";",
        ],
    );
    other.says(&["odd.csv.%3A1.lwx is not used", "--skip-lines=1"]);

    // The words that stand for no value are those of the index in the columns of conditions too.
    let gaps = Indexed::new("gaps.csv", "k,v\n1,NA\n2,10\n3,9\n");
    gaps.index(
        &["--key", "k", "--null", "NA"],
        "3 rows by 3 different keys",
    );
    gaps.run("range", &["k", "..", "--and", "v", "5.."])
        .prints(&["k,v", "2,10", "3,9"]);

    let names = Indexed::new("names.csv", "a/b,a b,c,c\n1,2,3,4\n");
    names.index(&["--key", "a/b"], "names.csv.a%2Fb.lwx");
    names.index(
        &[
            "--key",
            ":4",
            "-o",
            names.folder.path().join("c").to_str().unwrap(),
        ],
        "c: 1 rows",
    );
    names.agrees("get", &["a/b", "1"]);
    names
        .run("index", &["--key", "a b", "--key", "a b"])
        .fails(&["more than once"]);
    names
        .run("index", &["--key", "x"])
        .fails(&["no column `x`"]);

    let empty = Indexed::new("empty.csv", "a,b\n");
    empty.index(&["--key", "a"], "0 rows by 0 different keys");
    empty.run("range", &["a", ".."]).finds_nothing("a,b");
}

#[test]
fn an_index_elsewhere() {
    let table = Indexed::new("t.csv", "k,v,n\n9,a,5\n10,b,6\n11,c,7\n");
    let elsewhere = table.folder.path().join("else where");
    fs::create_dir(&elsewhere).unwrap();
    let path = |name: &str| elsewhere.join(name).to_str().unwrap().to_string();
    let [k, n, both] = ["k", "n", "both"].map(path);
    // Of a type that a scan would not infer, so that it shows when they are used.
    table.index(&["--key", "k", "--type=text", "-o", &k], "3 rows");
    table.index(&["--key", "n", "--type=float", "-o", &n], "3 rows");
    table.index(&["--key", "v", "--key", ":3", "-o", &both], "composite");
    let text = ["k,v,n", "10,b,6", "11,c,7", "9,a,5"];
    table
        .run("range", &["k", "10..", "--index", &k])
        .prints(&text);
    table
        .run("range", &[":1", "10..", "--index", &k])
        .prints(&text);
    let found = table.run(
        "range",
        &[
            "v,n", "b..", "--index", &n, "--index", &both, "--and", "n", "6",
        ],
    );
    found.prints_with_note(
        &text[..2],
        &["`n` is read with --type=float", "else where/n"],
    );
    let fails = |arguments: &[&str], parts: &[&str]| table.run("get", arguments).fails(parts);
    fails(
        &["k", "9", "--index", &n],
        &["it is of `n`, which the command does not", "leave out"],
    );
    fails(
        &["k", "9", "--index", &path("x")],
        &["cannot read", "else where/x"],
    );
    fails(
        &["k", "9", "--index", "Cargo.toml"],
        &["Cargo.toml cannot be used: not an index"],
    );
    fails(
        &["k", "9", "--index", &k, "--no-index"],
        &["cannot be used with"],
    );
    run_with_input(&["get", "-", "k", "9", "--index", &k], b"k\n9\n").fails(&["standard input"]);
    run(&["verify", &k, "--table"]).fails(&["else where/t.csv is not there", "--table=TABLE"]);
    let verified = run(&["verify", &k, &format!("--table={}", table.table.display())]);
    verified.says(&["it has every row"]);

    let other = Indexed::new("other.csv", "k\n9\n");
    other.run("get", &["k", "9", "--index", &k]).fails(&[
        "it is of another table, t.csv",
        "name an index of",
        "other.csv",
    ]);
    // The command that refreshes it names the file.
    fs::write(&table.table, "k,v,n\n9,a,5\n10,b,6\n11,c,7\n8,d,8\n").unwrap();
    let command = format!("--key k -o '{k}' --type=text --append");
    fails(&["k", "9", "--index", &k], &["older state", &command]);
    table.index(
        &["--key", "k", "-o", &k, "--type=text", "--append"],
        "4 rows",
    );
    table
        .run("max", &["k", "--index", &k])
        .prints(&["k,v,n", "9,a,5"]);
}

#[test]
fn bad_rows_are_left_out_once() {
    let table = Indexed::new("bad.csv", "k,v\n1,a\nx\n2,b\n");
    table
        .run("index", &["--key", "k", "--type", "integer"])
        .fails(&["line 3"]);
    let built = table.run(
        "index",
        &["--key", "k", "--type", "integer", "--on-bad", "skip"],
    );
    built.says(&["1 bad row skipped", "2 rows by 2 different keys"]);
    // A scan would end at the bad row: the index was used.
    table.run("get", &["k", "2"]).prints(&["k,v", "2,b"]);
    table
        .run("get", &["k", "2", "--no-index", "--type", "integer"])
        .fails(&["line 3"]);
}

#[test]
fn an_index_of_another_state_is_refused() {
    let rows = "k,v\n1,a\n2,b\n3,c\n";
    let table = Indexed::new("it's.csv", rows);
    let fails = |parts: &[&str]| {
        let command = ["leafwise index", "it'\\''s.csv' --key k", "--no-index"];
        table
            .run("get", &["k", "2"])
            .fails(&[&command, parts].concat());
    };
    table.index(&["--key", "k"], "3 rows");
    let later = SystemTime::now() + Duration::from_secs(9);
    let touch = || {
        File::options()
            .append(true)
            .open(&table.table)
            .unwrap()
            .set_modified(later)
    };
    touch().unwrap();
    fails(&["it was modified"]);
    fs::write(&table.table, "k,v\n1,a\n2,b\n").unwrap();
    fails(&["it had 16 bytes, and has 12"]);
    fs::write(&table.table, "k,v\n1,a\n2,X\n3,c\n").unwrap();
    fails(&["other content"]);
    fs::write(&table.table, format!("{rows}4,d\n")).unwrap();
    fails(&["it had 16 bytes, and has 20", "--append"]);
    table
        .run("get", &["k", "2", "--no-index"])
        .prints(&["k,v", "2,b"]);
    table.index(&["--key", "k", "--append"], "4 rows by 4 different keys");
    table.run("get", &["k", "4"]).prints(&["k,v", "4,d"]);
}

#[test]
fn rows_that_were_appended_are_added() {
    let old = "k,v,w\n3,c,1\n1,a,1\n3,cc,2\n";
    let new = "2,b,1\n3,ccc,3\n-7,z,1\n3,,2\n";
    let table = Indexed::new("log.csv", old);
    table.index(&["--key", "k"], "3 rows by 2");
    table.index(&["--key", "v", "--append"], "3 rows by 3");
    table.index(&["--key", "k", "--append"], "is up to date");
    fs::write(&table.table, format!("{old}{new}")).unwrap();
    table.index(&["--key", "k", "--append"], "7 rows by 4");
    table.index(&["--key", "v", "--append"], "7 rows by 7");
    table.agrees("range", &["k", ".."]);
    table.agrees("range", &["k", "..", "--reverse"]);
    table.agrees("range", &["v", "..d"]);
    let appended = fs::read(table.folder.path().join("log.csv.k.lwx")).unwrap();
    table.index(&["--key", "k"], "7 rows by 4");
    assert!(appended == fs::read(table.folder.path().join("log.csv.k.lwx")).unwrap());

    // Bad rows are on their lines, and a cell of another type is none of the column.
    fs::write(&table.table, format!("{old}{new}x,y,1\n")).unwrap();
    table
        .run("index", &["--key", "k", "--append"])
        .fails(&["line 9", "`x`"]);
    // A row that was not whole, or other columns: all is read again, or refused.
    fs::write(&table.table, format!("{old}{new}5,e,1\n1.5,f,1\n")).unwrap();
    table
        .run("index", &["--key", "k", "--append"])
        .fails(&["line 10", "`1.5`"]);
    table
        .run("index", &["--key", "k", "--append", "--null", "1"])
        .fails(&["other columns or options"]);
    let open = Indexed::new("open.csv", "k\n1\n2");
    open.index(&["--key", "k"], "2 rows");
    fs::write(&open.table, "k\n1\n23\n").unwrap();
    open.run("index", &["--key", "k", "--append"])
        .fails(&["older state"]);

    // Numbers that do not fit into the form of the file.
    let grown = Indexed::new("grown.csv", "k\n1.5\n2.5\n");
    grown.index(&["--key", "k", "--type", "decimal"], "decimal(1)");
    fs::write(&grown.table, "k\n1.5\n2.5\n0.125\n").unwrap();
    let again = grown.run("index", &["--key", "k", "--type", "decimal", "--append"]);
    again.says(&["built again", "3 rows by 3 different keys (decimal(3))"]);
    grown
        .run("range", &["k", ".."])
        .prints(&["k", "0.125", "1.5", "2.5"]);
}

/// Whether an index holds each key once.
fn is_grouped(table: &Indexed, key: &str) -> bool {
    let index = format!("{}.{key}.lwx", table.path().display());
    let stat = run(&["stat", &index, "--format", "json"]);
    let stat: serde_json::Value = serde_json::from_str(stat.text()).unwrap();
    stat["sections"].get("groups").is_some()
}

/// Most keys have one row, so that each is in the index for each of its rows. One has more rows
/// than keys are read at a time, as others are long.
#[test]
fn keys_that_are_mostly_different() {
    let rows = (0..500).map(|row| match row % 5 {
        1 => format!(
            "m,{row},{}\n",
            ["", "end"][usize::from(row == 1 || row == 496)]
        ),
        _ => format!("{}{row}{},{row},\n", ["a", "z"][row % 2], "x".repeat(4000)),
    });
    let table = Indexed::new("t.csv", format!("k,n,c\n{}", rows.collect::<String>()));
    table.index(&["--key", "k"], "500 rows by 401 different keys");
    assert!(!is_grouped(&table, "k"));
    let columns = ["--columns", "n"];
    for arguments in [
        &["k", ".."][..],
        &["k", "a9..=m", "--limit", "90"],
        &["k", "..", "--not", "m", "--or", "n", "..=60"],
    ] {
        table.agrees("range", &[arguments, &columns].concat());
        table.agrees("range", &[arguments, &columns, &["--reverse"]].concat());
    }
    table.agrees("get", &["k", "m"]);
    table.agrees("count", &["k", "m..z5"]);
    table.agrees("max", &["k", "--and", "k", "..n"]);
    // The first row of a key and its last one are not looked at together.
    table.agrees("min", &["k", "--and", "c", "end"]);
    table.agrees("max", &["k", "--and", "c", "end"]);
    let index = format!("{}.k.lwx", table.path().display());
    let verified = run(&["verify", &index, "--table"]);
    verified.says(&["500 values by 401 different keys", "every row"]);
    let stat = run(&["stat", &index]);
    assert!(stat.text().contains("\nkeys        401\n"), "{stat:?}");
}

/// Rows of few keys, then those of many others, then again of few: the index is grouped, then not,
/// then again.
#[test]
fn a_table_that_grows_by_other_keys() {
    let few = "b,1\na,2\n".repeat(50);
    let many: String = (0..300).map(|row| format!("b{row},3\n")).collect();
    let table = Indexed::new("t.csv", "k,n\n");
    let index = format!("{}.k.lwx", table.path().display());
    let mut rows = "k,n\n".to_string();
    for (more, report, grouped) in [
        (&few, "100 rows by 2 different keys", true),
        (&many, "400 rows by 302 different keys", false),
        (&few.repeat(2), "600 rows by 302 different keys", true),
    ] {
        rows.push_str(more);
        fs::write(&table.table, &rows).unwrap();
        table.index(&["--key", "k", "--append"], report);
        assert_eq!(is_grouped(&table, "k"), grouped, "{report}");
        table.agrees("range", &["k", "..", "--reverse"]);
        let appended = fs::read(&index).unwrap();
        table.index(&["--key", "k"], report);
        assert!(appended == fs::read(&index).unwrap());
    }
}

#[test]
fn what_has_no_index() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"k\n1\n").unwrap();
    let gzip = gzip.finish().unwrap();
    let table = Indexed::new("table.csv.gz", gzip);
    table
        .run("index", &["--key", "k"])
        .fails(&["compressed", "decompress"]);
    run(&["index", "-", "--key", "k"]).fails(&["standard input"]);
    let latin = Indexed::new("latin.csv", b"k\n\xe4\n");
    latin
        .run("index", &["--key", "k", "--encoding", "latin1"])
        .fails(&["another encoding"]);
    assert_eq!(latin.files(), ["latin.csv"]);
}

#[test]
fn a_damaged_index_is_refused() {
    let table = Indexed::new("t.csv", "k\n1\n2\n");
    table.index(&["--key", "k"], "2 rows");
    let path = table.folder.path().join("t.csv.k.lwx");
    let bytes = fs::read(&path).unwrap();
    for (damaged, part) in [
        (&bytes[..bytes.len() - 1], "cut short"),
        (&b"k,v\n1,2\n"[..], "not an index file"),
        (&[][..], "not an index file"),
    ] {
        fs::write(&path, damaged).unwrap();
        table
            .run("get", &["k", "1"])
            .fails(&["t.csv.k.lwx cannot be used", part, "--no-index"]);
    }
    // An index that leads to other rows.
    let at = bytes.len() - 2048;
    let place = (0..at)
        .rev()
        .find(|at| bytes[*at..].starts_with(&[2, 0, 0, 0, 4, 0, 0, 0]));
    let mut wrong = bytes.clone();
    wrong[place.unwrap()] = 4;
    fs::write(&path, &wrong).unwrap();
    table.run("get", &["k", "1"]).fails(&["has another row"]);
}
