//! What is asked of us, beside what is measured.
//!
//! A ratio is the median of the ratios of the rounds.

use std::fmt;

use serde::Serialize;

use crate::report::{Table, median};
use crate::rounds::Timed;

/// Something that is asked of a peer, and what was found.
#[derive(Serialize)]
pub(crate) struct Figure {
    /// Of what keys.
    pub(crate) keys: String,
    pub(crate) what: String,
    pub(crate) asked: f64,
    pub(crate) here: f64,
    /// Less than asked is better.
    pub(crate) at_most: bool,
}

impl Figure {
    pub(crate) fn holds(&self) -> bool {
        if self.at_most {
            self.here <= self.asked
        } else {
            self.here >= self.asked
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = if self.at_most { "at most" } else { "at least" };
        let verdict = if self.holds() { "" } else { ": MISSED" };
        write!(
            f,
            "{}: {}: asked {least} {}, here {:.2}{verdict}",
            self.keys, self.what, self.asked, self.here
        )
    }
}

/// An operation of a peer.
pub(crate) type Timing<O> = (O, &'static str);

/// The figures of a table, as they are found.
pub(crate) struct Findings<'a> {
    table: &'a Table,
    /// Of what keys.
    keys: String,
    pub(crate) figures: Vec<Figure>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(table: &'a Table, keys: String) -> Self {
        Self {
            table,
            keys,
            figures: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, what: &str, asked: f64, here: f64, at_most: bool) {
        self.figures.push(Figure {
            keys: self.keys.clone(),
            what: what.to_owned(),
            asked,
            here,
            at_most,
        });
    }

    /// Nanoseconds by round, if they were measured.
    pub(crate) fn by_round<O: Timed>(&self, (operation, peer): Timing<O>) -> Option<&'a [f64]> {
        let rounds = self.table.rounds_of(&operation.name(), peer)?;
        (!rounds.is_empty()).then_some(rounds)
    }

    /// How many times as fast as `other` is `ours`, if both were measured.
    pub(crate) fn faster<O: Timed>(
        &mut self,
        what: &str,
        asked: f64,
        ours: Timing<O>,
        other: Timing<O>,
    ) {
        if let (Some(ours), Some(other)) = (self.by_round(ours), self.by_round(other)) {
            self.push(what, asked, ratio(other, ours), false);
        }
    }

    /// How many times as long as `other` takes `ours`, if both were measured.
    pub(crate) fn longer<O: Timed>(
        &mut self,
        what: &str,
        asked: f64,
        ours: Timing<O>,
        other: Timing<O>,
    ) {
        if let (Some(ours), Some(other)) = (self.by_round(ours), self.by_round(other)) {
            self.push(what, asked, ratio(ours, other), true);
        }
    }
}

/// The median of the ratios of rounds.
pub(crate) fn ratio(above: &[f64], below: &[f64]) -> f64 {
    let rounds = above.iter().zip(below);
    median(rounds.map(|(above, below)| above / below).collect())
}
