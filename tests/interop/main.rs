//! The implementations of other crates' traits: arbitrary's, borsh's, rayon's and serde's. Built
//! with all features.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod arbitrary;
mod borsh;
mod parallel;
mod rayon;
mod serde;
mod together;
