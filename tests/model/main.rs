//! The collections against std's: random sequences of all operations, applied to both.
//!
//! After each operation the invariants are checked and all entries compared. `PROPTEST_CASES`
//! scales the number of sequences (256 is the default).

#![allow(
    clippy::incompatible_msrv,
    reason = "std's newest methods are the model; the library itself supports the stated version"
)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

use common::operations::config;
use proptest::strategy::Strategy;
use proptest::test_runner::TestRunner;
use std::fmt::Debug;

mod index;
mod map;
mod set;

/// Draws inputs and passes them to `run`, a function pointer, so that proptest's part of a test is
/// compiled once per suite, not once per type.
fn check<I: Debug>(name: &str, cases: u32, input: impl Strategy<Value = I>, run: fn(&I)) {
    let result = TestRunner::new(config(cases)).run(&input, |input| {
        run(&input);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{name}: {error}"));
}
