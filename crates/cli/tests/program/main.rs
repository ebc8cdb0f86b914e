//! The program, run as a user runs it; one module a topic.
//!
//! All are in one test binary: each further one would have to be linked.

mod common;

mod answers;
mod conditions;
mod formats;
mod index;
mod inputs;
mod large;
mod messages;
mod ndjson;
mod numbers;
mod quotes;
mod readme;
mod tables;
#[cfg(unix)]
mod terminal;
mod times;
mod types;
