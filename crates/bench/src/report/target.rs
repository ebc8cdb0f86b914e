//! The bounds that the project has set itself, with the measured values.

use std::fmt;

use serde::Serialize;

/// A bound that the project has set itself, and the measured value.
#[derive(Serialize)]
pub(crate) struct Target {
    /// The keys, or the program.
    pub(crate) subject: String,
    pub(crate) what: String,
    pub(crate) bound: Bound,
    /// The source of the bound: a paper, an article or a reason.
    pub(crate) source: &'static str,
    pub(crate) measured: f64,
}

/// A lower or an upper limit.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    pub(crate) fn is_reached(&self) -> bool {
        match self.bound {
            Bound::AtLeast(bound) => self.measured >= bound,
            Bound::AtMost(bound) => self.measured <= bound,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            subject,
            what,
            measured,
            source,
            ..
        } = self;
        write!(f, "{subject}: {what}: {measured:.2}, target {}", self.bound)?;
        f.write_str(if self.is_reached() { "" } else { ": MISSED" })?;
        write!(f, " ({source})")
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "at least {bound}"),
            Self::AtMost(bound) => write!(f, "at most {bound}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_missed_on_one_side() {
        let target = |bound, measured| Target {
            subject: "keys".to_owned(),
            what: "get".to_owned(),
            bound,
            source: "here",
            measured,
        };
        assert!(target(Bound::AtLeast(2.0), 2.0).is_reached());
        assert!(target(Bound::AtMost(2.0), 2.0).is_reached());
        assert!(!target(Bound::AtLeast(2.0), 1.9).is_reached());
        let missed = target(Bound::AtMost(2.0), 2.1).to_string();
        assert_eq!(missed, "keys: get: 2.10, target at most 2: MISSED (here)");
    }
}
