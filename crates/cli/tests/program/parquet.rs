//! Tables of Parquet, with the feature `parquet`.

use std::sync::Arc;

use arrow::array::*;
use arrow::datatypes::{DataType, Field, Int32Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{Int96, Int96Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::common::{TestFile, run, run_with_input};
use crate::index::Indexed;

/// The bytes of a file with these columns, in row groups of some rows.
pub(crate) fn parquet(
    columns: Vec<(&str, ArrayRef)>,
    compression: Compression,
    group: usize,
) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    );
    let batch = batch.unwrap();
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(group))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn file(columns: Vec<(&str, ArrayRef)>) -> TestFile {
    TestFile::new("t.parquet", parquet(columns, Compression::SNAPPY, 2))
}

fn array(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

/// Values of a column that are looked for, and the cells that are found.
type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

fn check(table: &TestFile, cases: &[Case<'_>]) {
    for (column, values, cells) in cases {
        let arguments = [&[*column], *values, &["--columns", *column]].concat();
        table.get(&arguments).prints(&[&[*column], *cells].concat());
    }
}

#[test]
fn numbers_and_texts_are_found() {
    let decimals = Decimal128Array::from(vec![Some(123_450), Some(-5), None]);
    let decimals = decimals.with_precision_and_scale(38, 3).unwrap();
    let colors: DictionaryArray<Int32Type> =
        [Some("red"), Some("blue"), None].into_iter().collect();
    let bytes = BinaryArray::from_opt_vec(vec![Some(b"a\xff"), Some(b""), None]);
    let table = file(vec![
        ("id", array(Int64Array::from(vec![2, 1, 3]))),
        ("u64", array(UInt64Array::from(vec![u64::MAX, 0, 1]))),
        (
            "f64",
            array(Float64Array::from(vec![0.1, -1e300, f64::NAN])),
        ),
        (
            "f32",
            array(Float32Array::from(vec![0.1, f32::INFINITY, 0.0])),
        ),
        ("decimal", array(decimals)),
        (
            "flag",
            array(BooleanArray::from(vec![Some(true), Some(false), None])),
        ),
        (
            "text",
            array(StringArray::from(vec![Some("a,b"), Some(""), None])),
        ),
        ("color", array(colors)),
        (
            "digits",
            array(StringArray::from(vec![Some("10"), Some("9"), None])),
        ),
        ("bytes", array(bytes)),
    ]);
    check(
        &table,
        &[
            (
                "u64",
                &["18446744073709551615", "0"],
                &["0", "18446744073709551615"],
            ),
            ("f64", &["0.1", "-1e300"], &["-1e300", "0.1"]),
            ("f32", &["0.1", "inf"], &["0.1", "inf"]),
            ("decimal", &["123.45", "-0.005"], &["-0.005", "123.450"]),
            ("flag", &["true"], &["true"]),
            ("text", &["a,b", ""], &["\"\"", "\"a,b\""]),
            ("color", &["red", "blue"], &["blue", "red"]),
            ("digits", &["9", "10"], &["9", "10"]),
            ("bytes", &["61ff", ""], &["\"\"", "61ff"]),
        ],
    );
    // Null is no value, even in text.
    table.range(&["text", "..", "--count"]).prints(&["2"]);
    let nulls = ["id", "3..", "--columns", "color,id,decimal"];
    table.range(&nulls).prints(&["color,id,decimal", ",3,"]);
    let said = "`x` is not an integer, the type of column `id`\n";
    table.get(&["id", "x"]).fails(&[said]);
    let as_text = ["id", "x", "--type", "text"];
    table
        .get(&as_text)
        .finds_nothing("id,u64,f64,f32,decimal,flag,text,color,digits,bytes");
}

#[test]
fn moments_are_found() {
    let micros = 1_717_199_999_500_000;
    let micros = TimestampMicrosecondArray::from(vec![micros, micros + 500_000]);
    let nanos = TimestampNanosecondArray::from(vec![1_717_199_999_123_456_789, -1]);
    let millis = TimestampMillisecondArray::from(vec![0, 253_402_300_799_999]);
    let table = file(vec![
        ("date", array(Date32Array::from(vec![19_874, -719_528]))),
        ("local", array(micros.clone())),
        ("instant", array(micros.with_timezone("Europe/Paris"))),
        ("nanos", array(nanos)),
        ("millis", array(millis.with_timezone("UTC"))),
        (
            "time",
            array(Time64MicrosecondArray::from(vec![36_672_500_000, 0])),
        ),
        ("endless", array(Date32Array::from(vec![0, i32::MAX]))),
    ]);
    check(
        &table,
        &[
            (
                "date",
                &["2024-05-31", "0000-01-01"],
                &["0000-01-01", "2024-05-31"],
            ),
            (
                "local",
                &["2024-05-31 23:59:59.5", "2024-06-01"],
                &["2024-05-31 23:59:59.500", "2024-06-01 00:00:00"],
            ),
            (
                "instant",
                &["2024-06-01T01:59:59.5+02:00", "2024-06-01"],
                &["2024-05-31T23:59:59.500Z", "2024-06-01T00:00:00Z"],
            ),
            (
                "nanos",
                &["2024-05-31 23:59:59.123456789"],
                &["2024-05-31 23:59:59.123456789"],
            ),
            (
                "millis",
                &["1970-01-01", "9999-12-31T23:59:59.999Z"],
                &["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"],
            ),
            (
                "time",
                &["10:11:12.5", "00:00:00"],
                &["00:00:00", "10:11:12.5"],
            ),
        ],
    );
    // A date that has no name is not a key.
    table
        .get(&["endless", "1970-01-01"])
        .fails(&["row 2, column `endless`", "is not a date"]);
}

#[test]
fn nested_values_are_json() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1), None]),
        Some(vec![]),
    ]);
    let numbers = array(Float64Array::from(vec![Some(1.5), Some(f64::NAN)]));
    let texts = array(StringArray::from(vec!["a\"b", "null"]));
    let structs = StructArray::from(vec![
        (Arc::new(Field::new("x", DataType::Float64, true)), numbers),
        (Arc::new(Field::new("y", DataType::Utf8, true)), texts),
    ]);
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Date32Builder::new());
    maps.keys().append_value("k");
    maps.values().append_value(0);
    maps.append(true).unwrap();
    maps.append(true).unwrap();
    let table = file(vec![
        ("list", array(lists)),
        ("s", array(structs)),
        ("m", array(maps.finish())),
    ]);
    let json = ["list", "..", "--format", "json"];
    table.range(&json).prints(&[
        r#"{"list":"[1,null]","s":"{\"x\":1.5,\"y\":\"a\\\"b\"}","m":"{\"k\":\"1970-01-01\"}"}"#,
        r#"{"list":"[]","s":"{\"x\":\"NaN\",\"y\":\"null\"}","m":"{}"}"#,
    ]);
    check(&table, &[("list", &["[1,null]"], &["\"[1,null]\""])]);
}

#[test]
fn codecs_names_and_other_tables() {
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::GZIP(Default::default()),
        Compression::LZ4_RAW,
        Compression::BROTLI(Default::default()),
        Compression::ZSTD(ZstdLevel::try_new(1).unwrap()),
    ];
    let numbers = || vec![("k", array(Int32Array::from(vec![2, 1, 3])))];
    for codec in codecs {
        // Whatever its name is.
        let table = TestFile::csv(parquet(numbers(), codec, 2));
        table.range(&["k", ".."]).prints(&["k", "1", "2", "3"]);
    }
    let table = file(numbers());
    let csv = TestFile::csv("k\n2.5\n");
    let also = ["range", csv.path(), "k", "..=2.5", "--also", table.path()];
    run(&also).prints(&["k", "1", "2", "2.5"]);
    let bytes = parquet(numbers(), Compression::SNAPPY, 2);
    run_with_input(&["range", "-", "k", ".."], &bytes)
        .fails(&["standard input", "not from a stream"]);
    TestFile::csv("PAR1,v\n1,2\n")
        .get(&["v", "2", "--input-format", "csv"])
        .prints(&["PAR1,v", "1,2"]);
    csv.range(&["k", "..", "--input-format", "parquet"])
        .fails(&["is not a Parquet file: leave out --input-format"]);
    file(vec![("k", array(Int32Array::from(Vec::<i32>::new())))])
        .get(&["k", "1"])
        .finds_nothing("k");
}

/// Batches of several chunks, and errors that name a row.
#[test]
fn rows_are_counted_in_large_tables() {
    let rows = 40_000;
    let shuffled = (0..rows).map(|row| row * 7_919 % rows);
    let text = |row: i64| match row {
        30_000 => "x".to_string(),
        _ => row.to_string(),
    };
    let columns = || {
        vec![
            ("k", array(Int64Array::from_iter_values(shuffled.clone()))),
            (
                "text",
                array(StringArray::from_iter_values((0..rows).map(text))),
            ),
        ]
    };
    let table = TestFile::new("t.parquet", parquet(columns(), Compression::SNAPPY, 15_000));
    let all = table.range(&["k", "..", "--columns", "k"]);
    assert!(
        all.text()
            .lines()
            .skip(1)
            .map(|k| k.parse::<i64>().unwrap())
            .eq(0..rows)
    );
    let last = (0..rows).find(|row| row * 7_919 % rows == rows - 1);
    let last = format!("39999,{}", last.unwrap());
    table.get(&["k", "39999"]).prints(&["k,text", &last]);
    table
        .get(&["text", "5", "--type", "integer"])
        .fails(&["t.parquet, row 30001, column `text`: `x`"]);
    table
        .get(&["text", "5"])
        .prints_with_note(&["k,text", "39595,5"], &["row 30001 holds `x`"]);
}

#[test]
fn moments_of_96_bits_have_all_years() {
    let schema = parse_message_type("message m { required int96 moment; }").unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, Arc::new(schema), Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    // Days of the Julian calendar, and nanoseconds of the day: 2024-05-31 and 9999-12-31.
    let moment = |day: u32, nanos: u64| Int96::from(vec![nanos as u32, (nanos >> 32) as u32, day]);
    let moments = [moment(2_460_462, 43_200_500_000_000), moment(5_373_484, 0)];
    column
        .typed::<Int96Type>()
        .write_batch(&moments, None, None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let table = TestFile::new("t.parquet", bytes);
    table.range(&["moment", "2024-05-31 12:00.."]).prints(&[
        "moment",
        "2024-05-31 12:00:00.500",
        "9999-12-31 00:00:00",
    ]);
}

#[test]
fn damage_is_an_error() {
    let rows = (0..3000).map(|row| row * row);
    let columns = vec![("k", array(Int64Array::from_iter_values(rows)))];
    let whole = parquet(columns, Compression::SNAPPY, 1000);
    let length = whole.len();
    for cut in [4, 8, 12, length / 2, length - 9, length - 1] {
        TestFile::new("t.parquet", &whole[..cut])
            .get(&["k", "4"])
            .fails(&["cannot read", "t.parquet: the Parquet data is damaged"]);
    }
    for at in [
        4,
        5,
        6,
        20,
        length / 2,
        length - 5,
        length - 100,
        length - 200,
        length - 300,
    ] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        let run = TestFile::new("t.parquet", damaged).get(&["k", "4"]);
        run.says(&[]);
        assert!(run.code <= 2, "{run:?}");
    }
}

#[test]
fn indexed_rows_are_read_by_their_numbers() {
    let ids: Vec<i64> = (0..500).map(|n| n * 37 % 101).collect();
    let names = ids
        .iter()
        .map(|id| (id % 7 != 0).then(|| format!("name {}", id % 13)));
    let names: Vec<Option<String>> = names.collect();
    let columns = vec![
        ("id", array(Int64Array::from(ids))),
        ("name", array(StringArray::from(names))),
    ];
    let table = Indexed::new("t.parquet", parquet(columns, Compression::SNAPPY, 60));
    table.index(&["--key", "id"], "500 rows by 101 different keys (i64)");
    table.index(&["--key", "name"], "different keys (text)");
    table.agrees("range", &["id", ".."]);
    table.agrees("range", &["id", "5..=9", "--reverse", "--columns", "name"]);
    table.agrees("get", &["name", "name 3", "name 12", "--and", "id", "50.."]);
    table.agrees("get", &["id", "100", "--count"]);
    table.agrees(
        "get",
        &["name", "name 3", "--or", "id", "7", "--and", "id", "..90"],
    );
    table.agrees("min", &["id", "--and", "name", "name 12"]);
    table.agrees("max", &["name", "--and", "id", "3..5", "--columns", "id"]);
    table.agrees("count", &["name", "..name 2", "--and", "id", "50.."]);
    let index = table.path().with_file_name("t.parquet.id.lwx");
    let index = index.to_str().unwrap();
    run(&["export", index, "--limit", "3"]).prints(&["id,row_number", "0,0", "0,101", "0,202"]);
    run(&["verify", index, "--table"]).says(&["it has every row of"]);
    table
        .run("index", &["--key", "id", "--append"])
        .says(&["is up to date"]);
    let other = parquet(
        vec![("id", array(Int64Array::from(vec![1])))],
        Compression::SNAPPY,
        1,
    );
    std::fs::write(table.path(), other).unwrap();
    table
        .run("get", &["id", "1"])
        .fails(&["older state", "leafwise index"]);
    table
        .run("index", &["--key", "id", "--append"])
        .fails(&["other columns"]);
}

/// The table is scanned after rows of it were read, by the index and for the type of a column.
#[test]
fn a_look_up_becomes_a_scan() {
    let ids = Int64Array::from_iter_values(0..70_000);
    let notes = StringArray::from_iter_values((0..70_000).map(|row| format!("n{row}")));
    let columns = vec![("id", array(ids)), ("note", array(notes))];
    let table = parquet(columns, Compression::SNAPPY, 70_000);
    let table = Indexed::new("t.parquet", table);
    table.index(&["--key", "id"], "70000 rows by 70000 different keys");
    let conditions = ["id", "--and", "note", "n69990..n69999"];
    let found = table.run("min", &conditions);
    found.prints(&["id,note", "69990,n69990"]);
}
