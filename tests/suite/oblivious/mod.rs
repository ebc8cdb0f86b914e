//! What is particular to the cache-oblivious map: one array of all entries with gaps between them,
//! which is evened out, grown and shrunk as entries come and go. What it has in common with the
//! other maps is tested in the suites for all of them.
//!
//! Randomness is seeded with constants, so that a failure comes back.

mod bulk;
mod gaps;
mod growth;
mod keys;
mod liars;
mod merging;
mod model;
mod orders;
