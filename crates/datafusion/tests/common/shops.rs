//! Tables for joins: shops in one file, and sales of these in folders by region.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int32Array, RecordBatch, StringArray};

use super::{SMALL, index, noise, picks, write_file};

/// Writes the table of shops: forty, of which some have no town.
pub(crate) fn write_shops(folder: &Path) {
    let numbers: Vec<i32> = (0..40).collect();
    let names: Vec<String> = numbers
        .iter()
        .map(|it| format!("shop {}", it % 37))
        .collect();
    let towns = picks(0..40, 1, &["Bern", "Oslo", "Rom", "Ulm"]);
    let columns: [(&str, ArrayRef); 3] = [
        ("shop", Arc::new(Int32Array::from(numbers))),
        ("name", Arc::new(StringArray::from(names))),
        ("town", Arc::new(StringArray::from(towns))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    write_file(
        &folder.join("shops.parquet"),
        &batch.schema(),
        &[batch],
        SMALL,
    );
}

/// Writes the table of sales: `region=north/1.parquet` and so on. Some are of no shop, and some of
/// one that is not there.
pub(crate) fn write_sales(folder: &Path) {
    let files = [
        ("region=east/1.parquet", 0..150),
        ("region=north/1.parquet", 150..310),
        ("region=north/2.parquet", 310..330),
        ("region=south west/1.parquet", 330..500),
    ];
    for (name, rows) in files {
        let numbers: Vec<i32> = rows.clone().map(|row| row as i32).collect();
        let shops: Vec<i32> = (0..50).collect();
        let days = rows.clone().map(|row| Some(19_000 + row as i32 / 10));
        let price = |row: u64| (!row.is_multiple_of(9)).then_some((noise(row, 3) % 100) as i32);
        let goods = ["apple", "bread", "cake", "apple juice"];
        let columns: [(&str, ArrayRef); 5] = [
            ("sale", Arc::new(Int32Array::from(numbers))),
            (
                "shop",
                Arc::new(Int32Array::from(picks(rows.clone(), 2, &shops))),
            ),
            ("day", Arc::new(days.collect::<Date32Array>())),
            (
                "price",
                Arc::new(rows.clone().map(price).collect::<Int32Array>()),
            ),
            ("goods", Arc::new(StringArray::from(picks(rows, 4, &goods)))),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.map(|(name, column)| (name, column, true)),
        );
        let batch = batch.unwrap();
        write_file(&folder.join(name), &batch.schema(), &[batch], SMALL);
    }
}

/// Indexes both by each column alone.
pub(crate) async fn index_singly(shops: &Path, sales: &Path) {
    for key in ["shop", "name", "town"] {
        index(shops, &[key]).await;
    }
    for key in ["sale", "shop", "day", "price", "goods"] {
        index(sales, &[key]).await;
    }
}

/// Indexes both by several columns together.
pub(crate) async fn index_together(shops: &Path, sales: &Path) {
    index(shops, &["town", "name"]).await;
    index(sales, &["goods", "price"]).await;
    index(sales, &["shop", "day", "sale"]).await;
}
