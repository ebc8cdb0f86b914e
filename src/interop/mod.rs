//! Implementations of other crates' traits: one file per crate, each behind its feature.

#![deny(unsafe_code)]

#[cfg(feature = "rayon")]
pub mod rayon;
#[cfg(feature = "serde")]
mod serde;
