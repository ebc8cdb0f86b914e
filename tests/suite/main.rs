//! Properties of single collections: cases that the random sequences of `model` do not reach, and
//! long runs in every order.

#![allow(
    clippy::incompatible_msrv,
    reason = "std's newest methods are the model; the library itself supports the stated version"
)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod batches;
mod bulk;
mod conversions;
mod empty_texts;
mod index;
mod keys;
mod oblivious;
mod parity;
mod prefixes;
mod set_hints;
mod traps;
