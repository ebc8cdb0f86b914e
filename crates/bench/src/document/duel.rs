//! leafwise and its best peer at one size.
//!
//! Only what was measured in the same round is divided, so a ratio holds even if the machine's
//! speed changed between rounds.

use super::data::{Group, Point, Series, Unit, is_peer};
use super::saved::Figures;
use crate::report::format_number;
use crate::stats::median;

/// How many times as much one takes as another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Ratio {
    /// The median of the ratios of the rounds, and the least and the greatest of them.
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) greatest: f64,
}

impl Ratio {
    pub(super) fn new(above: &Figures, below: &Figures) -> Self {
        let rounds = above.rounds.iter().zip(&below.rounds);
        let rounds: Vec<f64> = rounds.map(|(above, below)| above / below).collect();
        Self {
            least: rounds.iter().copied().fold(f64::INFINITY, f64::min),
            greatest: rounds.iter().copied().fold(0.0, f64::max),
            median: median(rounds),
        }
    }

    /// Whether some rounds are on the other side of 1 than others.
    pub(super) fn is_uncertain(&self) -> bool {
        self.least < 1.0 && self.greatest > 1.0
    }
}

/// One of ours, and its best peer there.
pub(super) struct Duel<'a> {
    pub(super) operation: &'a str,
    pub(super) unit: Unit,
    pub(super) point: &'a Point,
    pub(super) ours: &'a str,
    pub(super) rival: &'a str,
    /// How many times as much the rival takes.
    pub(super) ratio: Ratio,
}

impl<'a> Duel<'a> {
    /// The rival is the one with the least ratio, if both are there.
    pub(super) fn at(series: &'a Series, point: &'a Point, ours: &'a str) -> Option<Self> {
        let own = point.of(ours)?;
        let peers = point
            .figures
            .iter()
            .filter(|figures| is_peer(&figures.peer));
        let ratios = peers.map(|peer| (&*peer.peer, Ratio::new(peer, own)));
        let (rival, ratio) =
            ratios.min_by(|(_, one), (_, other)| one.median.total_cmp(&other.median))?;
        Some(Self {
            operation: &series.operation,
            unit: series.unit,
            point,
            ours,
            rival,
            ratio,
        })
    }

    pub(super) fn is_lost(&self) -> bool {
        self.ratio.median < 1.0
    }
}

/// All of an operation.
pub(super) fn duels<'a>(group: &Group, series: &'a Series) -> Vec<Duel<'a>> {
    let points = series.points.iter();
    let pairs = points.flat_map(|point| group.compared().iter().map(move |ours| (point, *ours)));
    pairs
        .filter_map(|(point, ours)| Duel::at(series, point, ours))
        .collect()
}

/// All of a group, the greatest loss first.
pub(super) fn all_duels(group: &Group) -> Vec<Duel<'_>> {
    let mut duels: Vec<_> = group
        .series
        .iter()
        .flat_map(|series| duels(group, series))
        .collect();
    duels.sort_by(|one, other| one.ratio.median.total_cmp(&other.ratio.median));
    duels
}

/// The operation, and whose it is if several of ours are compared.
pub(super) fn subject(group: &Group, duel: &Duel<'_>) -> String {
    match group.compared() {
        [_] => duel.operation.to_owned(),
        _ => format!("{} of {}", duel.operation, duel.ours),
    }
}

/// The ratio, with marks. One that is lost is never written as 1.
pub(super) fn times(duel: &Duel<'_>) -> String {
    let median = match duel.ratio.median {
        lost @ 0.995..1.0 => format!("{lost:.4}"),
        other => format_number(other),
    };
    let mark = if duel.ratio.is_uncertain() { "~" } else { "" };
    format!("{median}x{mark}{}", duel.point.marks)
}

pub(super) fn cost(duel: &Duel<'_>) -> &'static str {
    match duel.unit {
        Unit::Nanoseconds | Unit::Seconds => "time",
        Unit::BytesPerEntry | Unit::Bytes => "bytes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(peer: &str, rounds: &[f64]) -> Figures {
        Figures::new(peer, rounds.to_vec())
    }

    #[test]
    fn ratios_are_those_of_rounds() {
        // The quotient of the medians would be 2.
        let (above, below) = ([10.0, 40.0, 60.0], [20.0, 10.0, 50.0]);
        let ratio = Ratio::new(&figures("above", &above), &figures("below", &below));
        let expected = (1.2, 0.5, 4.0);
        assert_eq!((ratio.median, ratio.least, ratio.greatest), expected);
        assert!(ratio.is_uncertain());
        let certain = Ratio {
            least: 1.0,
            ..ratio
        };
        assert!(!certain.is_uncertain());
    }

    fn series(figures: Vec<Figures>) -> Series {
        let point = Point {
            entries: 1,
            label: "1".to_owned(),
            marks: "†".to_owned(),
            figures,
        };
        Series {
            operation: "get".to_owned(),
            unit: Unit::Nanoseconds,
            points: vec![point],
        }
    }

    #[test]
    fn the_rival_is_the_peer_with_the_least_ratio() {
        let series = series(vec![
            figures("std", &[20.0, 30.0, 40.0]),
            figures("leafwise", &[10.0, 20.0, 40.0]),
            // Its median is not the least, but its ratio.
            figures("brie", &[14.0, 28.0, 60.0]),
            figures("oblivious", &[1.0, 1.0, 1.0]),
            figures("read 4K", &[1.0, 1.0, 1.0]),
        ]);
        let at = |ours| Duel::at(&series, &series.points[0], ours);
        let duel = at("leafwise").unwrap();
        assert_eq!((duel.rival, duel.ratio.median), ("brie", 1.4));
        assert!(!duel.is_lost() && at("static").is_none());
        assert_eq!(times(&duel), "1.40x†");
    }

    #[test]
    fn a_loss_is_not_written_as_one() {
        let series = series(vec![
            figures("std", &[99.9, 99.9, 110.0]),
            figures("leafwise", &[100.0; 3]),
        ]);
        let duel = Duel::at(&series, &series.points[0], "leafwise").unwrap();
        assert!(duel.is_lost());
        assert_eq!(times(&duel), "0.9990x~†");
    }
}
