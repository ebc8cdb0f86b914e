//! Tables that are compressed, in another encoding, or of another format.

use std::io::Write;

use crate::common::{TestFile, run_with_input};
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

const ALL: [&str; 2] = ["k", ".."];

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
}

/// A frame that decoders skip; `pzstd` begins its files with one.
const SKIPPABLE: &[u8] = b"\x50\x2a\x4d\x18\x04\0\0\0abcd";

#[test]
fn compressed_tables() {
    let members =
        |pack: fn(&str) -> Vec<u8>| [pack("k,v\n2,"), pack(""), pack("b\n1,a\n")].concat();
    for (name, bytes) in [
        ("t.csv.gz", gzip("k,v\n2,b\n1,a\n")),
        ("t.csv.gz", members(gzip)),
        ("t.csv.zst", zstd("k,v\n2,b\n1,a\n")),
        ("t.csv.zst", members(zstd)),
        (
            "t.csv.zst",
            [SKIPPABLE, &zstd("k,v\n2,b\n"), SKIPPABLE, &zstd("1,a\n")].concat(),
        ),
        ("t.tsv.gz", gzip("k\tv\n2\tb\n1\ta\n")),
        ("t.TSV.ZST", zstd("k\tv\n2\tb\n1\ta\n")),
        // Whatever its name is.
        ("t.csv", gzip("k,v\n2,b\n1,a\n")),
        ("t.csv", zstd("\u{feff}k,v\r\n2,b\r\n1,a")),
    ] {
        TestFile::new(name, &bytes)
            .range(&ALL)
            .prints(&["k,v", "1,a", "2,b"]);
    }
    run_with_input(&["range", "-", "k", ".."], &gzip("k\n2\n1\n")).prints(&["k", "1", "2"]);
    run_with_input(&["range", "-", "k", ".."], &zstd("k\n2\n1\n")).prints(&["k", "1", "2"]);
    for empty in [gzip(""), zstd("")] {
        TestFile::csv(empty).range(&ALL).fails(&["is empty"]);
    }
    let utf_16: Vec<u8> = "k\n1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&utf_16).unwrap();
    let packed = TestFile::csv(encoder.finish().unwrap());
    packed.range(&ALL).fails(&["is UTF-16"]);
    packed
        .range(&["k", "..", "--encoding", "utf-16le"])
        .prints(&["k", "1"]);
}

#[test]
fn damage_is_an_error() {
    // Beyond what is read to find the header.
    let text: String = (0..30_000).map(|n| format!("{n},{}\n", n * 2)).collect();
    let text = format!("k,v\n{text}");
    for (pack, said) in [
        (gzip as fn(&str) -> Vec<u8>, "the gzip data"),
        (zstd, "the zstd data is damaged or ends early"),
    ] {
        let whole = pack(&text);
        let length = whole.len();
        TestFile::csv(&whole)
            .get(&["k", "5"])
            .prints(&["k,v", "5,10"]);
        for cut in [5, 10, 100, length / 2, length - 9, length - 4, length - 1] {
            TestFile::csv(&whole[..cut])
                .get(&["k", "5"])
                .fails(&["cannot read", said]);
        }
        for at in [length / 3, length / 2, length - 2] {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            let run = TestFile::csv(damaged).get(&["k", "5"]);
            assert_eq!((run.code, run.text()), (2, ""), "byte {at} of {length}");
        }
        let behind = [&whole[..], b"garbage"].concat();
        TestFile::csv(behind)
            .get(&["k", "5"])
            .fails(&["cannot read", said]);
    }
}

#[test]
fn formats_that_are_not_text_are_named() {
    let sqlite = [&b"SQLite format 3\0"[..], &[0x10, 0, 1, 1, 0]].concat();
    for (bytes, what) in [
        (&b"BZh91AY&SY"[..], "compressed by bzip2: decompress it"),
        (b"\xfd7zXZ\0\0\x04", "compressed by xz: decompress it"),
        (b"\x04\"M\x18d@", "compressed by lz4: decompress it"),
        (b"PK\x03\x04\x14\0", "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel file"),
        #[cfg(not(feature = "parquet"))]
        (b"PAR1\x15\x04", "install leafwise-cli --features parquet"),
        (&sqlite, "a SQLite database"),
        (
            b"\xff\xfek\0\n\0",
            "UTF-16: read it with --encoding utf-16le",
        ),
        (
            b"\xfe\xff\0k\0\n",
            "UTF-16: read it with --encoding utf-16be",
        ),
        (b"k\0,\0v\0\n\0", "UTF-16: read it with --encoding utf-16le"),
        (b"\0k\0,\0v\0\n", "UTF-16: read it with --encoding utf-16be"),
        (b"\xff\xfe\0\0k\0\0\0\n\0\0\0", "UTF-32: convert it"),
        (b"\0\0\xfe\xff\0\0\0k", "UTF-32: convert it"),
        (b"k\0\0\0,\0\0\0v\0\0\0\n\0\0\0", "UTF-32: convert it"),
        (b"\0\0\0k\0\0\0,\0\0\0v\0\0\0\n", "UTF-32: convert it"),
    ] {
        let run = TestFile::csv(bytes).range(&ALL);
        run.fails(&["table.csv is ", what]);
        run_with_input(&["range", "-", "k", ".."], bytes).fails(&["standard input is ", what]);
    }
    // Zeros alone make no other encoding.
    TestFile::csv("k,v\n1,a\0b\n")
        .range(&ALL)
        .prints(&["k,v", "1,a\0b"]);
    // Too few zeros to tell, but the names give a hint.
    let chinese: Vec<u8> = "名前,値\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    TestFile::csv(&chinese)
        .range(&["値", ".."])
        .fails(&["--encoding utf-16le"]);
    TestFile::csv(&chinese)
        .range(&["値", "..", "--encoding", "utf-16le", "--limit", "1"])
        .finds_nothing("名前,値");
}

#[test]
fn encodings() {
    let little =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let big = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let text = "k,größe\n2,é🦀\n1,\"日\n本\"\n";
    let marked = format!("\u{feff}{text}");
    for (bytes, encoding) in [
        (little(text), "utf-16le"),
        (little(&marked), "utf-16le"),
        (little(&marked), "UTF-16"),
        (big(text), "utf-16be"),
        (big(&marked), "utf-16be"),
        // The mark knows better.
        (big(&marked), "utf-16"),
        (marked.clone().into_bytes(), "utf-8"),
        (marked.clone().into_bytes(), "latin1"),
    ] {
        TestFile::csv(bytes)
            .range(&["k", "..", "--encoding", encoding])
            .prints(&["k,größe", "1,\"日\n本\"", "2,é🦀"]);
    }
    let latin = TestFile::csv(b"k,gr\xf6\xdfe\n1,caf\xe9\n2,\x80\n");
    for encoding in ["latin1", "windows-1252", "ISO-8859-1"] {
        latin
            .get(&["größe", "café", "--encoding", encoding])
            .prints(&["k,größe", "1,café"]);
    }
    latin.get(&["größe", "café"]).fails(&[
        "no column `größe`",
        "not UTF-8",
        "--encoding windows-1252",
    ]);
    latin
        .get(&[":2", "café"])
        .fails(&["line 2", "is not UTF-8", "--encoding windows-1252"]);
    // Bytes of other columns are printed as they are.
    let run = latin.get(&["k", "1"]);
    assert_eq!(
        (run.code, &run.stdout[..]),
        (0, &b"k,gr\xf6\xdfe\n1,caf\xe9\n"[..])
    );
    TestFile::csv(b"k\n\x82\xa0\n")
        .range(&["k", "..", "--encoding", "shift_jis"])
        .prints(&["k", "あ"]);
    TestFile::csv(b"k\ncaf\xe9\n")
        .range(&["k", "..", "--encoding", "utf-8"])
        .fails(&["cannot read", "not UTF-8"]);
    for bad in ["", "utf-32", "ebcdic", "iso-2022-kr"] {
        latin
            .range(&["k", "..", "--encoding", bad])
            .fails(&["--encoding", "windows-1252"]);
    }
}
