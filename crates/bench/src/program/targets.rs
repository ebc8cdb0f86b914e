//! The targets of the program.
//!
//! Ratios are those of leafwise to another program, and medians of the ratios of the rounds.

use super::question::Question;
use super::tool::Tool;
use crate::operation::Timed;
use crate::processes::Answers;
use crate::report::{Bound, Target};
use crate::stats::{median, ratio};

// The sources of the targets.
const PARSES_TOO: &str = "ours: xsv also parses every cell, but keeps no key";
const NO_DATABASE: &str = "ours: reading a table must not be a reason to install a database";
const ONLY_LINES: &str = "ours: sort compares numbers as text, and sorts on all processors as well";
const LEVEL: &str = "ours: level with a database that sorts on all processors";
const NO_MORE_MEMORY: &str = "ours: no more memory than a database takes";
const KEEPS_A_LIMIT: &str = "ours: a limit, and as much again for what it does not count";

/// Questions for the rows of one key.
const KEYS: [Question; 4] = [
    Question::Id,
    Question::Name,
    Question::City,
    Question::EmptyNote,
];

/// Questions for the rows of a range of keys.
const RANGES: [Question; 2] = [Question::NarrowRange, Question::WideRange];

/// All targets for which a question has measurements.
pub(crate) fn targets(question: Question, answers: &Answers) -> Vec<Target> {
    let Some(ours) = answers.figures_of(Tool::Leafwise) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut push = |what, most, source, measured| {
        found.push(answers.target(what, Bound::AtMost(most), source, measured));
    };
    for (tool, most, source) in times(question) {
        if let Some(theirs) = answers.figures_of(tool) {
            let what = format!("time relative to {}", tool.name());
            let measured = ratio(&ours.wall_seconds, &theirs.wall_seconds);
            push(what, most, source, measured);
        }
    }
    if question == Question::InOrder64Mib {
        let measured = median(ours.peak_bytes.clone()) / f64::from(1 << 20);
        push("memory in MiB".to_owned(), 128.0, KEEPS_A_LIMIT, measured);
    } else if let Some(theirs) = answers.figures_of(Tool::Duckdb) {
        let what = "memory relative to duckdb".to_owned();
        let measured = ratio(&ours.peak_bytes, &theirs.peak_bytes);
        push(what, 1.2, NO_MORE_MEMORY, measured);
    }
    found
}

/// The limits of our time for a question, relative to other programs.
fn times(question: Question) -> Vec<(Tool, f64, &'static str)> {
    if KEYS.contains(&question) {
        vec![
            (Tool::Xsv, 1.5, PARSES_TOO),
            (Tool::Duckdb, 1.0, NO_DATABASE),
        ]
    } else if RANGES.contains(&question) {
        vec![(Tool::Duckdb, 1.0, NO_DATABASE)]
    } else if question == Question::InOrder {
        vec![(Tool::Sort, 1.0, ONLY_LINES), (Tool::Duckdb, 1.05, LEVEL)]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processes::{Outcome, outcome, outcomes};

    fn found(question: Question, costs: &[(Tool, f64, u64)]) -> Vec<Outcome> {
        outcomes(costs, |answers| targets(question, answers))
    }

    #[test]
    fn our_time_is_compared_with_theirs() {
        let costs = [
            (Tool::Leafwise, 3.0, 500),
            (Tool::Grep, 1.0, 1),
            (Tool::Duckdb, 2.0, 400),
            (Tool::Xsv, 2.0, 1),
        ];
        let expected = [
            outcome("time relative to xsv", 1.5, true),
            outcome("time relative to duckdb", 1.5, false),
            outcome("memory relative to duckdb", 1.25, false),
        ];
        assert_eq!(found(Question::Id, &costs), expected);
        assert_eq!(found(Question::WideRange, &costs), expected[1..]);
        // Without ours, nothing can be compared.
        let theirs = found(Question::Id, &costs[1..]);
        assert!(theirs.is_empty());
    }

    #[test]
    fn a_limit_of_memory_is_checked_without_others() {
        let measured = |bytes| found(Question::InOrder64Mib, &[(Tool::Leafwise, 1.0, bytes)]);
        assert_eq!(measured(128 << 20), [outcome("memory in MiB", 128.0, true)]);
        assert_eq!(
            measured(160 << 20),
            [outcome("memory in MiB", 160.0, false)]
        );
        let everything = found(Question::InOrder, &[(Tool::Leafwise, 1.0, 160 << 20)]);
        assert!(everything.is_empty());
    }
}
