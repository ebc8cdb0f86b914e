//! The implementations of other crates' traits: serde's and rayon's. Built with all features.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod parallel;
mod rayon;
mod serde;
