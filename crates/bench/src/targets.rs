//! The project's targets, compared with measurements.
//!
//! A ratio is the median of the ratios of the rounds.

use crate::operation::Timed;
use crate::report::{Bound, Table, Target};
use crate::stats::ratio;

/// An operation of a peer.
pub(crate) type Timing<O> = (O, &'static str);

/// The targets for which a table has measurements.
pub(crate) struct Targets<'a> {
    table: &'a Table,
    /// The keys.
    subject: String,
    pub(crate) found: Vec<Target>,
}

impl<'a> Targets<'a> {
    pub(crate) fn new(table: &'a Table, subject: String) -> Self {
        Self {
            table,
            subject,
            found: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, what: &str, bound: Bound, source: &'static str, measured: f64) {
        self.found.push(Target {
            subject: self.subject.clone(),
            what: what.to_owned(),
            bound,
            source,
            measured,
        });
    }

    /// Nanoseconds by round, if they were measured.
    pub(crate) fn by_round<O: Timed>(&self, (operation, peer): Timing<O>) -> Option<&'a [f64]> {
        let rounds = self.table.rounds_of(&operation.name(), peer)?;
        (!rounds.is_empty()).then_some(rounds)
    }

    /// Adds a target: `ours` is at least that many times as fast as `other`.
    pub(crate) fn faster<O: Timed>(
        &mut self,
        what: &str,
        (bound, source): (f64, &'static str),
        ours: Timing<O>,
        other: Timing<O>,
    ) {
        self.push_ratio(what, Bound::AtLeast(bound), source, (other, ours));
    }

    /// Adds a target: `ours` takes at most that many times as long as `other`.
    pub(crate) fn longer<O: Timed>(
        &mut self,
        what: &str,
        (bound, source): (f64, &'static str),
        ours: Timing<O>,
        other: Timing<O>,
    ) {
        self.push_ratio(what, Bound::AtMost(bound), source, (ours, other));
    }

    fn push_ratio<O: Timed>(
        &mut self,
        what: &str,
        bound: Bound,
        source: &'static str,
        (above, below): (Timing<O>, Timing<O>),
    ) {
        if let (Some(above), Some(below)) = (self.by_round(above), self.by_round(below)) {
            self.push(what, bound, source, ratio(above, below));
        }
    }
}
