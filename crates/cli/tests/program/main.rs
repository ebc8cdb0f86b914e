//! The program, run as a user runs it; one module a topic.
//!
//! All are in one test binary: each further one would have to be linked.

mod common;

mod advise;
mod answers;
mod conditions;
mod extremes;
mod formats;
mod index;
mod index_files;
mod inputs;
mod large;
mod messages;
mod ndjson;
mod numbers;
#[cfg(feature = "parquet")]
mod parquet;
mod quotes;
mod readme;
mod sql;
mod tables;
#[cfg(unix)]
mod terminal;
mod times;
mod types;
#[cfg(feature = "remote")]
mod urls;
