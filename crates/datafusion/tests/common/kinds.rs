//! A table with a column of each type that can be a key.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, ArrowPrimitiveType, BinaryArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray,
    Int64Array, LargeStringArray, PrimitiveArray, RecordBatch, StringArray, StringViewArray,
};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Field,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Schema,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};

use super::{SMALL, index, picks, write_file};

/// The columns of types that can be keys.
pub(crate) const KEYS: [&str; 34] = [
    "id", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "nan", "b", "d32",
    "d64", "t32s", "t32ms", "t64us", "t64ns", "ts_s", "ts_ms", "ts_us", "ts_ns", "ts_utc",
    "ts_ist", "dec", "dec32", "dec64", "s", "ls", "sv", "bin", "fsb", "dict",
];

/// The columns of composite indexes.
pub(crate) const COMPOSITE: [&[&str]; 15] = [
    &["i32", "s"],
    &["s", "i64"],
    &["b", "d32", "s"],
    &["dict", "ts_ms", "id"],
    &["f64", "u8"],
    &["bin", "i8"],
    &["dec", "late"],
    &["late", "i16", "sv"],
    &["sv", "ls", "dict", "b"],
    &["fsb", "u64"],
    &["u16", "f32", "i64"],
    &["ts_utc", "t64us"],
    &["nan", "id"],
    &["i8", "dec64", "d64"],
    &["id", "i32"],
];

/// Texts with all that is special to keys and patterns.
const TEXTS: [&str; 20] = [
    "",
    "a",
    "ab",
    "abc",
    "abd",
    "b",
    "a\0",
    "a\0b",
    "\0",
    "ä",
    "äpfel",
    "日本",
    "z%",
    "a_c",
    "a\\b",
    "100%",
    "\u{10ffff}",
    "A",
    "Abc",
    "ab\u{7f}",
];

fn numbers<T: ArrowPrimitiveType>(rows: Range<u64>, salt: u64, values: &[T::Native]) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::from_iter(picks(rows, salt, values)))
}

fn typed<T: ArrowPrimitiveType>(
    rows: Range<u64>,
    salt: u64,
    values: &[T::Native],
    data_type: DataType,
) -> ArrayRef {
    let array = PrimitiveArray::<T>::from_iter(picks(rows, salt, values));
    Arc::new(array.with_data_type(data_type))
}

type Columns = Vec<(&'static str, ArrayRef)>;

/// Some rows of the table.
fn rows(rows: Range<u64>, has_late: bool) -> RecordBatch {
    let mut columns = integers(&rows);
    columns.extend(floats(&rows));
    columns.extend(times(&rows));
    columns.extend(decimals(&rows));
    columns.extend(texts_and_bytes(&rows));
    if has_late {
        columns.push(("late", numbers::<Int32Type>(rows, 34, &[1, 2, 3, 4, 5])));
    }
    let is_nullable = |name: &str| name != "id";
    let fields = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), is_nullable(name)));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

fn integers(rows: &Range<u64>) -> Columns {
    let all = || rows.clone();
    let ids: Vec<i64> = all().map(|row| row as i64).collect();
    vec![
        ("id", Arc::new(Int64Array::from(ids))),
        (
            "i8",
            numbers::<Int8Type>(all(), 1, &[-128, -1, 0, 1, 5, 127]),
        ),
        (
            "i16",
            numbers::<Int16Type>(all(), 2, &[i16::MIN, -5, 0, 5, 300, i16::MAX]),
        ),
        (
            "i32",
            numbers::<Int32Type>(all(), 3, &[i32::MIN, -5, 0, 1, 2, 3, 5, 70_000, i32::MAX]),
        ),
        (
            "i64",
            numbers::<Int64Type>(all(), 4, &[i64::MIN, -5, 0, 1, 5, 1 << 40, i64::MAX]),
        ),
        (
            "u8",
            numbers::<UInt8Type>(all(), 5, &[0, 1, 5, 7, 128, 255]),
        ),
        (
            "u16",
            numbers::<UInt16Type>(all(), 6, &[0, 1, 5, 300, u16::MAX]),
        ),
        (
            "u32",
            numbers::<UInt32Type>(all(), 7, &[0, 1, 5, 70_000, 1 << 31, u32::MAX]),
        ),
        (
            "u64",
            numbers::<UInt64Type>(all(), 8, &[0, 1, 5, 1 << 40, 1 << 63, u64::MAX]),
        ),
    ]
}

fn floats(rows: &Range<u64>) -> Columns {
    let all = || rows.clone();
    let floats = [
        f64::NEG_INFINITY,
        -1.5,
        -0.0,
        0.0,
        0.5,
        1.5,
        3.0,
        1e300,
        f64::INFINITY,
    ];
    let mut special = floats.to_vec();
    special.extend([f64::NAN, -f64::NAN]);
    let narrow: Vec<f32> = floats
        .iter()
        .map(|it| *it as f32)
        .filter(|it| *it != 1e30)
        .collect();
    let flags = picks(all(), 12, &[true, false]);
    vec![
        ("f32", numbers::<Float32Type>(all(), 9, &narrow)),
        ("f64", numbers::<Float64Type>(all(), 10, &floats)),
        ("nan", numbers::<Float64Type>(all(), 11, &special)),
        ("b", Arc::new(BooleanArray::from(flags))),
    ]
}

fn times(rows: &Range<u64>) -> Columns {
    const DAY: i64 = 86_400;
    // The year 1, the day before 1970, 1970, three days in a row in 2020, 2024.
    let days = [-719_162, -1, 0, 18_321, 18_322, 18_323, 19_782];
    let days_ms: Vec<i64> = days
        .iter()
        .map(|day| i64::from(*day) * DAY * 1000)
        .collect();
    // Before 1970, within a second, and the ends of a day.
    let instants = |unit: i64| {
        let day = 18_322 * DAY * unit;
        let all = [
            -DAY * unit,
            -1,
            0,
            1,
            day - 1,
            day,
            day + 1,
            day + DAY * unit - 1,
        ];
        all.to_vec()
    };
    let times = |unit: i64| vec![0, 1, 36_000 * unit, 36_000 * unit + 1, DAY * unit - 1];
    let small = |times: Vec<i64>| -> Vec<i32> { times.into_iter().map(|it| it as i32).collect() };
    let all = || rows.clone();
    let zoned = |salt, zone| {
        let instants = picks(all(), salt, &instants(1_000_000));
        let array = PrimitiveArray::<TimestampMicrosecondType>::from_iter(instants);
        Arc::new(array.with_timezone(zone)) as ArrayRef
    };
    vec![
        ("d32", numbers::<Date32Type>(all(), 13, &days)),
        ("d64", numbers::<Date64Type>(all(), 14, &days_ms)),
        (
            "t32s",
            numbers::<Time32SecondType>(all(), 15, &small(times(1))),
        ),
        (
            "t32ms",
            numbers::<Time32MillisecondType>(all(), 16, &small(times(1000))),
        ),
        (
            "t64us",
            numbers::<Time64MicrosecondType>(all(), 17, &times(1_000_000)),
        ),
        (
            "t64ns",
            numbers::<Time64NanosecondType>(all(), 18, &times(1_000_000_000)),
        ),
        (
            "ts_s",
            numbers::<TimestampSecondType>(all(), 19, &instants(1)),
        ),
        (
            "ts_ms",
            numbers::<TimestampMillisecondType>(all(), 20, &instants(1000)),
        ),
        (
            "ts_us",
            numbers::<TimestampMicrosecondType>(all(), 21, &instants(1_000_000)),
        ),
        (
            "ts_ns",
            numbers::<TimestampNanosecondType>(all(), 22, &instants(1_000_000_000)),
        ),
        ("ts_utc", zoned(23, "+00:00")),
        ("ts_ist", zoned(24, "+05:30")),
    ]
}

fn decimals(rows: &Range<u64>) -> Columns {
    let all = || rows.clone();
    let decimals = [-99_999_999_i64, -150, -1, 0, 1, 100, 150, 333, 99_999_999];
    let wide: Vec<i128> = decimals.iter().map(|it| i128::from(*it)).collect();
    let (d32, d64) = (DataType::Decimal32(9, 2), DataType::Decimal64(15, 2));
    let small_decimals: Vec<i32> = decimals.iter().map(|it| *it as i32).collect();
    vec![
        (
            "dec",
            typed::<Decimal128Type>(all(), 25, &wide, DataType::Decimal128(20, 2)),
        ),
        (
            "dec32",
            typed::<Decimal32Type>(all(), 26, &small_decimals, d32),
        ),
        ("dec64", typed::<Decimal64Type>(all(), 27, &decimals, d64)),
    ]
}

fn texts_and_bytes(rows: &Range<u64>) -> Columns {
    let all = || rows.clone();
    let texts = |salt| picks(all(), salt, &TEXTS);
    let bytes: [&[u8]; 8] = [
        b"",
        b"\0",
        b"\0\xff",
        b"a",
        b"ab",
        b"\xff",
        b"\xff\xff",
        b"a\0",
    ];
    let fixed: [&[u8]; 5] = [b"\0\0\0", b"abc", b"abd", b"ab\0", b"\xff\xff\xff"];
    let dictionary: DictionaryArray<Int32Type> = texts(33).into_iter().collect();
    let fixed = picks(all(), 32, &fixed).into_iter();
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed, 3).unwrap();
    vec![
        ("s", Arc::new(StringArray::from(texts(28)))),
        ("ls", Arc::new(LargeStringArray::from(texts(29)))),
        ("sv", Arc::new(StringViewArray::from(texts(30)))),
        ("bin", Arc::new(BinaryArray::from(picks(all(), 31, &bytes)))),
        ("fsb", Arc::new(fixed)),
        ("dict", Arc::new(dictionary)),
    ]
}

/// Writes the table: three files with rows, one with none, and one without a byte.
pub(crate) fn write(folder: &Path) {
    for (name, range, has_late) in [
        ("a.parquet", 0..230, true),
        ("b.parquet", 230..400, true),
        ("c.parquet", 400..520, false),
        ("empty.parquet", 520..520, true),
    ] {
        let batch = rows(range.clone(), has_late);
        let batches: &[RecordBatch] = match range.is_empty() {
            true => &[],
            false => std::slice::from_ref(&batch),
        };
        write_file(&folder.join(name), &batch.schema(), batches, SMALL);
    }
    File::create(folder.join("nothing.parquet")).unwrap();
}

/// Indexes it by each column alone.
pub(crate) async fn index_singly(folder: &Path) {
    for key in KEYS {
        index(folder, &[key]).await;
    }
    index(folder, &["late"]).await;
}

/// Indexes it by several columns together.
pub(crate) async fn index_together(folder: &Path) {
    for keys in COMPOSITE {
        index(folder, keys).await;
    }
}
