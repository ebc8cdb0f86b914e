//! What the suites do to a map, written once and compiled for each of the library's maps.
//!
//! The maps have the same methods and no trait in common, so each has a module that names its types
//! and loads the same files beside it.
#![allow(
    clippy::duplicate_mod,
    reason = "the same text means another map in each module that loads it"
)]
#![allow(
    clippy::incompatible_msrv,
    reason = "std's newest methods are the model; the library itself keeps to the stated version"
)]

pub(crate) mod bplus;
pub(crate) mod oblivious;
pub(crate) mod operation;
