//! Tests of the cache-oblivious map alone: one array of all entries with free slots among them,
//! which is rebalanced, grown and shrunk as entries come and go. The suites for all maps cover the
//! rest.
//!
//! Randomness is seeded with constants, so that failures are reproducible.

mod bulk;
mod gaps;
mod growth;
mod keys;
mod liars;
mod merging;
mod model;
mod orders;
