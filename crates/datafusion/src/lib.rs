//! Indexes of the rows of many Parquet files, for [Apache DataFusion](datafusion).
#![deny(unsafe_code)]

mod about;
mod bare_format;
mod build;
mod by_path;
#[cfg(feature = "proto")]
mod codec;
mod error;
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
pub use index::TableIndex;
pub use rule::ByIndex;
pub use table::IndexedTable;
#[cfg(feature = "proto")]
pub use table_codec::TableCodec;
