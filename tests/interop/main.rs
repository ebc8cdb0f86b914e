//! What other crates' traits make of the collections: serde's and rayon's. Built with all features.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod parallel;
mod rayon;
mod serde;
