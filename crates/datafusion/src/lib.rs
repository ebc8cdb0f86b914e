//! Indexes of the rows of many Parquet files, for [Apache DataFusion](datafusion).
//!
//! A point query over Parquet files costs a scan of row groups: statistics leave out few of them
//! if keys are in no order, and bloom filters are read file by file. An index knows the file and
//! the row of each key, so that only the pages with these rows are read.
//!
//! - [`build_index`] makes an index of all files of a table, [`append_to_index`] brings it up to
//!   date, and [`merge_indexes`] merges indexes that several machines have built.
//! - [`IndexedTable`] is such a table with its indexes, as DataFusion sees it. An index decides
//!   what is read, and never what is true: filters are applied to all rows again.
//! - [`ByIndex`] is a rule of the optimizer, by which an index computes `count`, `min` and `max`,
//!   and finds the first rows.
//! - [`with_tables_by_path`] makes paths the names of such tables, and [`IndexedTableFactory`]
//!   makes these of `CREATE EXTERNAL TABLE`.
//!
//! # Examples
//!
//! ```
//! use datafusion::assert_batches_eq;
//! use datafusion::prelude::SessionContext;
//! use leafwise_datafusion::{BuildOptions, build_index, with_tables_by_path};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let context = with_tables_by_path(SessionContext::new());
//! let folder = tempfile::tempdir()?;
//! let files = folder.path().display();
//! for start in [0, 10_000, 20_000] {
//!     let rows = format!(
//!         "SELECT value * 7919 % 30011 AS id, value AS row FROM range({start}, {start} + 10000)"
//!     );
//!     let copy = format!("COPY ({rows}) TO '{files}/{start}.parquet'");
//!     context.sql(&copy).await?.collect().await?;
//! }
//!
//! // The index is in the folder, so it is found by itself.
//! let index = folder.path().join("id.lwx");
//! let table = format!("{files}/*.parquet");
//! let columns = ["id".to_string()];
//! build_index(&context.state(), &table, &columns, &index, &BuildOptions::default()).await?;
//!
//! let query = format!("SELECT id, row FROM '{table}' WHERE id = 25");
//! let rows = context.sql(&query).await?.collect().await?;
//! let expected = [
//!     "+----+------+",
//!     "| id | row  |",
//!     "+----+------+",
//!     "| 25 | 2884 |",
//!     "+----+------+",
//! ];
//! assert_batches_eq!(expected, &rows);
//!
//! let plan = context.sql(&format!("EXPLAIN {query}")).await?.to_string().await?;
//! assert!(plan.contains("index=[id.lwx: 1 rows], index_rows=1 in 1 of 3 files"));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `proto`: plans and tables that are sent to other machines, by datafusion-distributed, Ballista,
//! or what else uses `datafusion-proto`.
#![deny(unsafe_code)]

mod about;
mod bare_format;
mod build;
mod by_path;
#[cfg(feature = "proto")]
mod codec;
mod error;
mod factory;
mod filter;
mod index;
mod interval;
mod key;
mod merge;
mod page_reader;
mod rule;
mod scan;
mod selection;
mod source;
mod table;
#[cfg(feature = "proto")]
mod table_codec;

pub use build::{BuildOptions, Built, Progress, append_to_index, build_index, merge_indexes};
pub use by_path::with_tables_by_path;
#[cfg(feature = "proto")]
pub use codec::PlanCodec;
pub use error::IndexError;
pub use factory::IndexedTableFactory;
pub use index::TableIndex;
pub use rule::ByIndex;
pub use table::IndexedTable;
#[cfg(feature = "proto")]
pub use table_codec::TableCodec;
