//! Which chart an operation gets, and the colours of peers.
//!
//! A peer has one colour in all charts of a benchmark.

use super::chart::{self, Block, Line, Name, Scale};
use super::data::{Group, Point, Series, Unit, distinct, is_peer, size};
use super::duel::Ratio;
use super::saved::Figures;
use super::svg::{MACHINE, OURS, PEERS};
use crate::report::format_number;

/// The peer that others are divided by.
const STD: &str = "std";

/// More lines of others are too many to tell apart.
pub(super) const MOST_OTHERS: usize = 6;

/// Charts of memory begin with this number of entries, if there are as many.
const LEAST_OF_MEMORY: usize = 100;

/// The chart of an operation.
pub(super) fn chart(group: &Group, series: &Series) -> String {
    let operation = &series.operation;
    if let Unit::Seconds | Unit::Bytes = series.unit {
        let (what, scale) = match series.unit {
            Unit::Seconds => ("time, logarithmic, less is better", Scale::Logarithmic),
            _ => ("bytes of the index, less is better", Scale::Linear),
        };
        let text = |figure| quantity(series.unit, figure);
        let blocks = series.points.iter();
        let blocks = blocks.map(|point| block(group, &point.label, point, Figures::median, text));
        let title = format!("{operation}: {what}");
        return chart::bars(&title, scale, &blocks.collect::<Vec<_>>());
    }
    let (what, suffix) = match (series.unit, &*group.suite) {
        (Unit::BytesPerEntry, _) => ("bytes per entry, less is better", ""),
        (_, "scale") => ("nanoseconds, less is better", ""),
        _ => ("times as fast as std", "x"),
    };
    let points: Vec<&Point> = drawn(series);
    let lines = shown(series).into_iter().map(|peer| {
        let points = points.iter().filter_map(|point| {
            let value = match suffix {
                "" => point.of(peer)?.median(),
                _ => times_std(point, point.of(peer)?)?,
            };
            Some((point.entries.max(1) as f64, value))
        });
        let (name, points) = (name(group, peer), points.collect());
        Line { name, points }
    });
    let lines = lines.filter(|line| !line.points.is_empty()).collect();
    chart::lines(&format!("{operation}: {what}"), suffix, lines)
}

/// All sizes, but of memory not those of which a few bytes more would be all that is seen.
pub(super) fn drawn(series: &Series) -> Vec<&Point> {
    let points = || series.points.iter();
    let is_large = |point: &&Point| point.entries >= LEAST_OF_MEMORY;
    match series.unit == Unit::BytesPerEntry && points().any(|point| is_large(&point)) {
        true => points().filter(is_large).collect(),
        false => points().collect(),
    }
}

/// How many times as fast as std, if that was measured.
fn times_std(point: &Point, figures: &Figures) -> Option<f64> {
    Some(Ratio::new(point.of(STD)?, figures).median)
}

/// Some operations at one size, if all were measured: the fastest first.
pub(super) fn overview(group: &Group, entries: usize, operations: &[&str]) -> Option<String> {
    let blocks = operations.iter().map(|operation| {
        let mut points = group.series(operation)?.points.iter();
        let point = points.find(|point| point.entries == entries)?;
        let value = |figures: &Figures| times_std(point, figures).unwrap_or(f64::NAN);
        point.of(STD)?;
        let mut block = block(group, operation, point, value, |ratio| {
            format!("{ratio:.2}x")
        });
        block.bars.reverse();
        Some(block)
    });
    let blocks: Vec<Block> = blocks.collect::<Option<_>>()?;
    let size = size(entries);
    let title = format!("{size} entries, u64 keys: times as fast as std");
    Some(chart::bars(&title, Scale::Linear, &blocks))
}

/// All figures of a point, the least value first.
fn block(
    group: &Group,
    title: &str,
    point: &Point,
    value: impl Fn(&Figures) -> f64,
    text: impl Fn(f64) -> String,
) -> Block {
    let bars = point.figures.iter().map(|figures| {
        let value = value(figures);
        (name(group, &figures.peer), value, text(value))
    });
    let mut bars: Vec<_> = bars.collect();
    bars.sort_by(|one, other| one.1.total_cmp(&other.1));
    let title = title.to_owned();
    Block { title, bars }
}

/// A figure with its unit.
pub(super) fn quantity(unit: Unit, figure: f64) -> String {
    match unit {
        Unit::Nanoseconds => format_number(figure),
        Unit::BytesPerEntry => format!("{} B", format_number(figure)),
        Unit::Seconds if figure < 0.9995 => format!("{} ms", format_number(figure * 1e3)),
        Unit::Seconds => format!("{} s", format_number(figure)),
        Unit::Bytes => format!("{} MB", format_number(figure / 1e6)),
    }
}

/// All of ours, the machine, std, and as many others as have room: those that are the best at some
/// size, then those that are second, and so on.
fn shown(series: &Series) -> Vec<&str> {
    let ranked = series.points.iter().flat_map(|point| {
        let mut figures: Vec<&Figures> = point.figures.iter().collect();
        figures.retain(|figures| is_peer(&figures.peer));
        figures.sort_by(|one, other| one.median().total_cmp(&other.median()));
        figures.into_iter().enumerate()
    });
    let mut ranked: Vec<(usize, &Figures)> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let others = ranked.into_iter().map(|(_, figures)| &*figures.peer);
    let others = distinct([STD].into_iter().chain(others));
    let points = series.points.iter().flat_map(|point| &point.figures);
    let all = distinct(points.map(|figures| &*figures.peer)).into_iter();
    let others = &others[..others.len().min(MOST_OTHERS)];
    all.filter(|peer| !is_peer(peer) || others.contains(peer))
        .collect()
}

/// Ours have colours of their own, and those that are compared are drawn thick.
fn name(group: &Group, peer: &str) -> Name {
    let mut class = match peer {
        "leafwise" => "own0".to_owned(),
        "oblivious" | "leafwise-scan" => "own1".to_owned(),
        "static" => "own2".to_owned(),
        "read 4K" => format!("quiet {MACHINE}"),
        "read huge" => format!("ink {MACHINE}"),
        peer => {
            // All other peers of maps are the same for all keys.
            let first = [STD, "brie"].into_iter();
            let peers = distinct(first.chain(group.peers())).into_iter();
            let place = peers
                .filter(|peer| is_peer(peer))
                .position(|other| other == peer);
            format!("peer{}", place.unwrap_or(0) % PEERS)
        }
    };
    if group.compared().contains(&peer) {
        class += &format!(" {OURS}");
    }
    let name = peer.to_owned();
    Name { name, class }
}
