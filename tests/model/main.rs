//! The collections against std's: random sequences of all operations, done to both.
//!
//! After each operation the invariants are checked and all entries compared. `PROPTEST_CASES`
//! scales the number of sequences (256 is the ordinary amount).

#![allow(
    clippy::incompatible_msrv,
    reason = "std's newest methods are the model; the library itself keeps to the stated version"
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

/// Draws inputs and lets `run` have them, which is given by its address: what proptest makes of a
/// test is compiled once for each suite, not once for each type.
fn check<I: Debug>(name: &str, cases: u32, input: impl Strategy<Value = I>, run: fn(&I)) {
    let result = TestRunner::new(config(cases)).run(&input, |input| {
        run(&input);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{name}: {error}"));
}
