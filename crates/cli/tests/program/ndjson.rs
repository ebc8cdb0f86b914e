//! Tables of NDJSON: a JSON object on each line.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::common::{TestFile, run, run_with_input};

fn ndjson(text: impl AsRef<[u8]>) -> TestFile {
    TestFile::new("table.ndjson", text)
}

/// Every kind of value; the last line is not ended.
const VALUES: &str = r#"{"k": 2, "s": "b,\u00e9\n\ud83e\udd80", "n": 1.50, "list":[1, {"x": 0} ]}

 {"s":"","k":1 ,"n":-0e+5,"b":true,"object":{ "x": " \" \\ " }}
{"k":10,"s":null,"n":12345678901234567890.123456789}
{}
{"b":false,"k":-3,"s":"null"}"#;

#[test]
fn objects_are_rows_and_their_names_are_columns() {
    let rows = [
        "k,s,n,list,b,object",
        "-3,null,,,false,",
        "1,,-0e+5,,true,\"{\"\"x\"\":\"\" \\\"\" \\\\ \"\"}\"",
        "2,\"b,é\n🦀\",1.50,\"[1,{\"\"x\"\":0}]\",,",
        "10,,12345678901234567890.123456789,,,",
    ];
    let table = ndjson(VALUES);
    table.range(&["k", ".."]).prints(&rows);
    // A row without a value is not found, and an empty text is a value.
    table.get(&["s", ""]).prints(&[rows[0], rows[2]]);
    table.get(&["s", "null"]).prints(&[rows[0], rows[1]]);
    table
        .get(&["list", "[1,{\"x\":0}]"])
        .prints(&[rows[0], rows[3]]);
    table
        .get(&["b", "true", "--columns", "n,s,k", "--format", "json"])
        .prints(&[r#"{"n":"-0e+5","s":"","k":"1"}"#]);
    let mark_and_ends = format!("\u{feff}{}\r\n\r\n", VALUES.replace('\n', "\r\n"));
    ndjson(mark_and_ends).range(&["k", ".."]).prints(&rows);
}

#[test]
fn ndjson_is_known_by_name_or_by_option() {
    let text = "{\"k\":2}\n{\"k\":1}\n";
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let gzip = encoder.finish().unwrap();
    let zstd = compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
    let rows = ["k", "1", "2"];
    TestFile::new("t.jsonl", text)
        .range(&["k", ".."])
        .prints(&rows);
    TestFile::new("t.jsonl.gz", gzip)
        .range(&["k", ".."])
        .prints(&rows);
    TestFile::new("t.NDJSON.zst", zstd)
        .range(&["k", ".."])
        .prints(&rows);
    let option = ["--input-format", "ndjson"];
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    TestFile::csv(utf_16)
        .range(&[&["k", "..", "--encoding", "utf-16le"], &option[..]].concat())
        .prints(&rows);
    let input = ["range", "-", "k", ".."];
    run_with_input(&[&input, &option[..]].concat(), text.as_bytes()).prints(&rows);
    run_with_input(&input, text.as_bytes()).fails(&["no column `k`", "--input-format ndjson"]);
    // With lines that are no part of the table, and with a table of another format.
    let other = TestFile::csv("k\n3\n");
    let more = ["--skip-lines", "1", "--comment", "#"];
    ndjson(format!("log\n#\n{text}#{text}"))
        .range(&[&["k", ".."], &more[..]].concat())
        .prints(&["k", "1", "1", "2"]);
    let also = ["range", other.path(), "k", "..", "--also"];
    run(&[&also[..], &[ndjson(text).path()]].concat()).prints(&["k", "1", "2", "3"]);
    // The option says what a name does not.
    let tabs = ["k", "..", "--input-format", "tsv"];
    TestFile::csv("k\tv,w\n1\ta,b\n")
        .range(&tabs)
        .prints(&["k,\"v,w\"", "1,\"a,b\""]);
}

#[test]
fn bad_rows_are_named_by_line_and_byte() {
    for (text, said) in [
        (
            &b"{\"k\":1}\n\n{\"k\":1,\"k\":2}\n"[..],
            "line 3, byte 12: the object has more than one field `k`",
        ),
        (
            b"{\"k\":1,\"l\":1,\"\\u006c\":2}",
            "line 1, byte 23: the object has more than one field `l`",
        ),
        (
            b"{\"k\":1}\n{\"k\":1",
            "line 2, byte 6: not valid JSON (EOF while parsing an object): an object has to be on",
        ),
        (
            b"{\"k\":1}\n[{\"k\":1}]",
            "line 2, byte 1: not a JSON object: of a JSON array, `jq -c '.[]'` makes",
        ),
        (b" 5\n", "line 1, byte 2: not a JSON object"),
        (
            b"{\"k\":1} {\"k\":2}\n",
            "line 1, byte 9: not valid JSON (trailing characters)",
        ),
        (
            b"{\"k\":NaN}\n",
            "line 1, byte 6: not valid JSON (expected value)",
        ),
        (
            b"{\"k\":01}\n",
            "line 1, byte 7: not valid JSON (invalid number)",
        ),
        (
            b"{\"k\":\"caf\xe9\"}\n",
            "line 1, byte 10: not UTF-8 (--encoding windows-1252",
        ),
        (
            b"{\"k\":\"\\udc00\"}\n",
            "line 1, byte 6: a string with half of a pair of surrogates",
        ),
        (
            b"{\"k\":\"a\tb\"}\n",
            "line 1, byte 7: not valid JSON (control character",
        ),
        (b"", "has no columns"),
        (b"{}\n", "has no columns"),
    ] {
        ndjson(text)
            .range(&["k", ".."])
            .fails(&["table.ndjson", said]);
    }
    let some = ndjson("1\n{\"k\":2}\n{\"k\":2,\"k\":2}\n{\"k\":1}\n{\"k\":x}\n");
    let run = some.range(&["k", "..", "--on-bad", "skip"]);
    assert_eq!((run.code, run.text()), (0, "k\n1\n2\n"));
    run.says(&["3 bad rows skipped; the first: ", "line 1, byte 1"]);
    // Cells are of a type as those of other tables are.
    let mixed = ndjson("{\"k\":1}\n{\"k\":\"x\"}\n");
    mixed
        .get(&["k", "1", "--type", "integer"])
        .fails(&["line 2, column `k`: `x` is not an integer"]);
    mixed
        .get(&["k", "1"])
        .prints_with_note(&["k", "1"], &["line 2 holds `x`"]);
}

/// Two chunks, with lines of all lengths. The name `late` is behind the first MiB.
#[test]
fn names_that_come_late_are_no_columns() {
    let rows = 12_000;
    let line = |row: usize| {
        let (k, filler) = (row * 7_919 % rows, "x".repeat(row % 200));
        let late = if row == 11_000 { ",\"late\":1" } else { "" };
        format!("{{\"k\":{k}{late},\"text\":\"{filler}\\n\"}}\n")
    };
    let mut text: String = (0..rows).map(line).collect();
    let table = ndjson(&text);
    let all = table.range(&["k", "..", "--columns", "k"]);
    let found = all
        .text()
        .lines()
        .skip(1)
        .map(|k| k.parse::<usize>().unwrap());
    assert!(found.eq(0..rows), "{}", all.stderr);
    table.range(&["k", "..", "--count"]).prints(&["12000"]);
    // Rows that are not found do not matter.
    table.get(&["k", "0", "1"]).prints(&[
        "k,text",
        "0,\"",
        "\"",
        &format!("1,\"{}", "x".repeat(79)),
        "\"",
    ]);
    let late = [
        "line 11001: the row is found, but has a field `late`",
        "--columns",
    ];
    table.range(&["k", ".."]).fails(&late);
    table.range(&["k", "..", "--on-bad", "skip"]).fails(&late);
    table
        .get(&["late", "1"])
        .fails(&["no column `late`", "`k`, `text`"]);
    text.push_str("{\"k\":1,}\n");
    ndjson(&text)
        .get(&["k", "0"])
        .fails(&["line 12001, byte 8: not valid JSON"]);
}
