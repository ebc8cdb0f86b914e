//! What `leafwise advise` prints for people.

use super::Advice;
use super::measure::Outcome;

impl Advice {
    /// All that is known, the fastest collection first.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.sketch.lines() {
            text += &format!("{name:<11} {value}\n");
        }
        text += &format!("{:<11} {}\n\n", "operations", self.mix.text());
        text += &self.table();
        if !self.others.is_empty() {
            text += "\nNot measured:\n";
            for misfits in &self.others {
                text += &format!("  {}: {}\n", misfits.names(), misfits.why);
            }
        }
        text += &match &self.recommendation {
            Some(recommendation) => format!(
                "\nRecommended: {}: {}\n\n{}\n",
                recommendation.collection.name(),
                recommendation.reason,
                indented(&self.code(recommendation)),
            ),
            None => "\nNothing is recommended: not all collections were measured.\n".to_string(),
        };
        text
    }

    fn table(&self) -> String {
        let mut table = format!(
            "{:<18} {:>9} {:>15} {:>8} {:>8} {:>9} {:>8} {:>9}\n",
            "collection",
            "million/s",
            "of rounds",
            "p50 ns",
            "p99 ns",
            "max ns",
            "B/entry",
            "build ms"
        );
        for outcome in self.ranked() {
            let (least, greatest) = outcome.spread();
            table += &format!(
                "{:<18} {:>9} {:>15} {:>8} {:>8} {:>9} {:>8} {:>9}\n",
                outcome.collection.name(),
                digits(outcome.throughput),
                format!("{} to {}", digits(least), digits(greatest)),
                outcome.p50,
                outcome.p99,
                outcome.max,
                bytes(outcome),
                digits(outcome.build_seconds * 1e3),
            );
        }
        for note in self.notes() {
            table += &format!("{note}\n");
        }
        table
    }

    /// The fastest first.
    pub(super) fn ranked(&self) -> Vec<&Outcome> {
        let mut outcomes: Vec<&Outcome> = self.measured.outcomes.iter().collect();
        outcomes.sort_by(|one, other| other.throughput.total_cmp(&one.throughput));
        outcomes
    }
}

/// The bytes for each entry, and whether they are an estimate.
pub(super) fn bytes(outcome: &Outcome) -> String {
    let mark = if outcome.collection.is_estimated() {
        "~"
    } else {
        ""
    };
    format!("{mark}{:.1}", outcome.bytes_per_entry)
}

/// A number with three digits that count.
pub(super) fn digits(number: f64) -> String {
    match number {
        number if number < 10.0 => format!("{number:.2}"),
        number if number < 100.0 => format!("{number:.1}"),
        number => format!("{number:.0}"),
    }
}

fn indented(code: &str) -> String {
    let lines: Vec<String> = code.lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}
