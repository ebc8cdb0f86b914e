//! The targets of the files.
//!
//! Ratios are those of leafwise to another program, and medians of the ratios of the rounds.

use super::question::Question;
use super::sizes::Sizes;
use super::tool::Tool;
use crate::processes::Answers;
use crate::report::{Bound, Target};
use crate::stats::{median, ratio};

// The sources of the targets.
const NO_IMPORT: &str = "ours: an index of a file is less work than a database of it";
const NO_SLOWER: &str = "ours: a file must not be a reason to look up more slowly";
const NOT_A_SCAN: &str = "ours: an index is made to read little";
const KEEPS_A_LIMIT: &str = "ours: a limit, and 64 MiB for what it does not count";
const LITTLE_MORE: &str = "ours: keys and positions, and little to find them";

/// Bytes of a mebibyte.
const MIB: f64 = (1 << 20) as f64;

/// What a build within `budget` bytes may use besides.
const BESIDES: f64 = 64.0;

/// All targets for which a question about a key has measurements. Leafwise has built within
/// `budget` bytes, where that was the question.
pub(crate) fn targets(question: Question, answers: &Answers, budget: u64) -> Vec<Target> {
    let Some(ours) = answers.figures_of(Tool::Leafwise) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut push = |what, bound, source, measured| {
        found.push(answers.target(what, bound, source, measured));
    };
    if question == Question::BoundedBuild {
        let measured = median(ours.peak_bytes.clone()) / MIB;
        let most = Bound::AtMost((budget as f64 / MIB + BESIDES).round());
        push("memory in MiB".to_owned(), most, KEEPS_A_LIMIT, measured);
    }
    if let Some(theirs) = answers.figures_of(Tool::Sqlite3) {
        let time = ratio(&ours.wall_seconds, &theirs.wall_seconds);
        let what = |quantity: &str| format!("{quantity} relative to {}", theirs.tool);
        if question == Question::Build {
            let memory = ratio(&ours.peak_bytes, &theirs.peak_bytes);
            push(what("time"), Bound::AtMost(1.0), NO_IMPORT, time);
            push(what("memory"), Bound::AtMost(1.0), NO_IMPORT, memory);
        } else if !is_range(question) {
            push(what("time"), Bound::AtMost(1.0), NO_SLOWER, time);
        }
    }
    // To print many rows takes time for an index as well.
    if matches!(question, Question::Present | Question::Absent)
        && let Some(theirs) = answers.figures_of(Tool::DuckdbCsv)
    {
        let what = format!("times faster than {}", theirs.tool);
        let measured = ratio(&theirs.wall_seconds, &ours.wall_seconds);
        push(what, Bound::AtLeast(100.0), NOT_A_SCAN, measured);
    }
    found
}

fn is_range(question: Question) -> bool {
    matches!(
        question,
        Question::RangeOfOne | Question::RangeOfThousand | Question::RangeOfMany
    )
}

/// The target for the size of our index for a key.
pub(crate) fn size_target(sizes: &Sizes) -> Option<Target> {
    Some(Target {
        subject: format!("{}: size", sizes.key),
        what: "index relative to keys and positions of 8 bytes".to_owned(),
        bound: Bound::AtMost(1.15),
        source: LITTLE_MORE,
        measured: sizes.ratio_of(Tool::Leafwise)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sizes::Size;
    use super::*;
    use crate::processes::{Outcome, outcome, outcomes};

    fn found(question: Question, costs: &[(Tool, f64, u64)]) -> Vec<Outcome> {
        outcomes(costs, |answers| targets(question, answers, 32 << 20))
    }

    #[test]
    fn our_costs_are_compared_with_theirs() {
        let costs = [
            (Tool::Leafwise, 1.0, 90 << 20),
            (Tool::Sqlite3, 2.0, 60 << 20),
            (Tool::DuckdbCsv, 200.0, 1),
        ];
        let build = [
            outcome("time relative to sqlite3", 0.5, true),
            outcome("memory relative to sqlite3", 1.5, false),
        ];
        assert_eq!(found(Question::Build, &costs), build);
        let present = [
            outcome("time relative to sqlite3", 0.5, true),
            outcome("times faster than duckdb-csv", 200.0, true),
        ];
        assert_eq!(found(Question::Present, &costs), present);
        assert_eq!(found(Question::Many, &costs), present[..1]);
        assert!(found(Question::RangeOfOne, &costs).is_empty());
        assert!(found(Question::Build, &costs[1..]).is_empty());
    }

    #[test]
    fn a_limit_of_memory_is_checked_without_others() {
        let measured =
            |mib: u64| found(Question::BoundedBuild, &[(Tool::Leafwise, 1.0, mib << 20)]);
        assert_eq!(measured(96), [outcome("memory in MiB", 96.0, true)]);
        assert_eq!(measured(97), [outcome("memory in MiB", 97.0, false)]);
    }

    #[test]
    fn an_index_may_be_little_larger_than_its_pairs() {
        let mut sizes = Sizes::new("id", 100, (1000, 800));
        assert!(size_target(&sizes).is_none());
        sizes.files.push(Size::new(Tool::Leafwise, 1840, 0));
        assert!(size_target(&sizes).is_some_and(|target| target.is_reached()));
    }
}
