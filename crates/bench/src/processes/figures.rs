//! What each program took for a question, by round, and the table of it.

use std::fmt;

use serde::Serialize;

use super::measure::Cost;
use crate::operation::Timed;
use crate::report::{Bound, Target, group};
use crate::stats::{median, ratio};

/// One program and one question. A program that cannot answer has no rounds.
#[derive(Serialize)]
pub(crate) struct Figures {
    pub(crate) tool: String,
    /// The median of the ratios of the rounds. It is not a number, and null in JSON, if the program
    /// or leafwise has no rounds.
    times_as_long_as_leafwise: f64,
    pub(crate) wall_seconds: Vec<f64>,
    processor_seconds: Vec<f64>,
    pub(crate) peak_bytes: Vec<f64>,
}

/// One question, all programs, leafwise first.
#[derive(Serialize)]
pub(crate) struct Answers {
    pub(crate) question: String,
    /// Rows of the answer, and of the table.
    rows: usize,
    of_rows: usize,
    pub(crate) tools: Vec<Figures>,
}

impl Figures {
    fn new<T: Timed>(tool: T, costs: &[Cost]) -> Self {
        let rounds = |quantity: fn(&Cost) -> f64| costs.iter().map(quantity).collect();
        Self {
            tool: tool.name(),
            times_as_long_as_leafwise: f64::NAN,
            wall_seconds: rounds(|cost| cost.wall_seconds),
            processor_seconds: rounds(|cost| cost.processor_seconds),
            peak_bytes: rounds(|cost| cost.peak_bytes as f64),
        }
    }
}

impl Answers {
    /// From what each program took in each round, leafwise first.
    pub(crate) fn new<T: Timed>(
        question: String,
        (rows, of_rows): (usize, usize),
        costs: &[(T, Vec<Cost>)],
    ) -> Self {
        let figures = costs.iter().map(|(tool, costs)| Figures::new(*tool, costs));
        let mut tools: Vec<Figures> = figures.collect();
        let ours = tools[0].wall_seconds.clone();
        for figures in &mut tools {
            figures.times_as_long_as_leafwise = ratio(&figures.wall_seconds, &ours);
        }
        Self {
            question,
            rows,
            of_rows,
            tools,
        }
    }

    /// A target for this question.
    pub(crate) fn target(
        &self,
        what: String,
        bound: Bound,
        source: &'static str,
        measured: f64,
    ) -> Target {
        Target {
            subject: self.question.clone(),
            what,
            bound,
            source,
            measured,
        }
    }

    /// What a program took, if it has answered.
    pub(crate) fn figures_of<T: Timed>(&self, tool: T) -> Option<&Figures> {
        let name = tool.name();
        let mut answered = self.tools.iter();
        answered.find(|figures| figures.tool == name && !figures.wall_seconds.is_empty())
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            question,
            rows,
            of_rows,
            tools,
        } = self;
        let (rows, of_rows) = (group(*rows), group(*of_rows));
        writeln!(f, "{question}: {rows} of {of_rows} rows")?;
        write!(f, "{:18}{:>10}{:>10}", "", "seconds", "ratio")?;
        write!(f, "{:>13}{:>10}", "user+sys s", "MiB")?;
        for figures in tools {
            write!(f, "\n{figures}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tool = &self.tool;
        if self.wall_seconds.is_empty() {
            return write!(f, "{tool:18}{:>43}", "not available");
        }
        let middle = |numbers: &[f64]| median(numbers.to_vec());
        let ratio = match self.times_as_long_as_leafwise {
            ratio if ratio.is_nan() => "-".to_owned(),
            ratio => format!("{ratio:.2}x"),
        };
        // A look-up may take a thousandth of a second.
        let seconds = |numbers: &[f64]| match middle(numbers) {
            short if short < 0.0995 => format!("{short:.5}"),
            long => format!("{long:.3}"),
        };
        write!(
            f,
            "{tool:18}{:>10}{ratio:>10}{:>13}{:>10.1}",
            seconds(&self.wall_seconds),
            seconds(&self.processor_seconds),
            middle(&self.peak_bytes) / f64::from(1 << 20),
        )
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[derive(Clone, Copy, PartialEq, ValueEnum)]
    enum Tool {
        Leafwise,
        Grep,
        Xsv,
    }

    fn costs(seconds: &[f64]) -> Vec<Cost> {
        let cost = |&seconds: &f64| Cost::for_tests(seconds, 3 << 20);
        seconds.iter().map(cost).collect()
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let measured = [
            (Tool::Leafwise, costs(&[1.0, 2.0, 4.0])),
            (Tool::Grep, costs(&[2.0, 4.0, 20.0])),
            (Tool::Xsv, Vec::new()),
        ];
        let answers = Answers::new("id".to_owned(), (1, 1000), &measured);
        let printed = answers.to_string();
        let lines: Vec<Vec<&str>> = printed
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(lines[0], ["id:", "1", "of", "1", "000", "rows"]);
        assert_eq!(lines[2], ["leafwise", "2.000", "1.00x", "2.000", "3.0"]);
        assert_eq!(lines[3], ["grep", "4.000", "2.00x", "4.000", "3.0"]);
        assert_eq!(lines[4], ["xsv", "not", "available"]);
        assert!(answers.figures_of(Tool::Grep).is_some());
        assert!(answers.figures_of(Tool::Xsv).is_none());
    }

    #[test]
    fn without_ours_there_are_no_ratios() {
        let measured = [(Tool::Leafwise, Vec::new()), (Tool::Grep, costs(&[2.0]))];
        let answers = Answers::new("id".to_owned(), (1, 1), &measured);
        assert!(answers.tools[1].to_string().contains(" - "));
    }
}
