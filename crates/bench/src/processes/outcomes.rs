//! The targets of made-up measurements, for tests.

use super::figures::Answers;
use super::measure::Cost;
use crate::operation::Timed;
use crate::report::Target;

/// What a target measures, the measured value, and whether it is reached.
pub(crate) type Outcome = (String, f64, bool);

/// An outcome with this name.
pub(crate) fn outcome(what: &str, measured: f64, is_reached: bool) -> Outcome {
    (what.to_owned(), measured, is_reached)
}

/// The outcomes of `targets`, by what each program takes in seconds and bytes.
pub(crate) fn outcomes<T: Timed>(
    costs: &[(T, f64, u64)],
    targets: impl FnOnce(&Answers) -> Vec<Target>,
) -> Vec<Outcome> {
    let costs: Vec<_> = costs
        .iter()
        .map(|&(tool, seconds, bytes)| (tool, vec![Cost::for_tests(seconds, bytes)]))
        .collect();
    let targets = targets(&Answers::new("question".to_owned(), (1, 1), &costs));
    targets
        .iter()
        .map(|target| outcome(&target.what, target.measured, target.is_reached()))
        .collect()
}
