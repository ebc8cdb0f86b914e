//! The targets of the cache-oblivious map.

use super::plan::Operation;
use crate::conduct::STD;
use crate::maps::{Leafwise, Oblivious, Peer};
use crate::report::{Bound, Table, Target};
use crate::targets::Targets;

/// The targets are for maps of at least that many entries.
const LARGE: usize = 100_000;

/// The size of the target for insertions.
const MILLION: usize = 1_000_000;

const AS_GOOD: &str = "ours: those who read more than they write must not get slower reads";
const ONE_ARRAY: &str = "ours: a scan of one array, where std goes from node to node";
const MOVES: &str =
    "ours: moving entries to keep them in one array must not cost more than scans gain";
const RUNS: &str = "ours: a merge visits each segment once, not once per entry of the run";
const HALF_FULL: &str = "ours: entries of 16 bytes in an array that is at least half full";

/// All targets for which a table of maps of `entries` has measurements.
pub(crate) fn targets(table: &Table, entries: usize) -> Vec<Target> {
    use Operation::{Fold, Fold10k, Get, Insert, InsertRun, Iterate, Merge, Range10k};
    let ours = <Oblivious<u64> as Peer<u64>>::NAME;
    let tree = <Leafwise<u64> as Peer<u64>>::NAME;
    let mut targets = Targets::new(table, format!("{entries} entries"));
    if entries < LARGE {
        return Vec::new();
    }
    let what = "get against std";
    targets.faster(what, (1.0, AS_GOOD), (Get, ours), (Get, STD));
    for (operation, what) in [
        (Iterate, "iterating with a loop"),
        (Fold, "iterating with fold"),
        (Range10k, "ranges of 10 000 with a loop"),
        (Fold10k, "ranges of 10 000 with fold"),
    ] {
        for (bound, other, name) in [
            ((1.0, AS_GOOD), tree, "BPlusTreeMap"),
            ((5.0, ONE_ARRAY), STD, "std"),
        ] {
            let what = format!("{what} against {name}");
            targets.faster(&what, bound, (operation, ours), (operation, other));
        }
    }
    if entries == MILLION {
        let what = "time of random insertions relative to std";
        targets.longer(what, (2.5, MOVES), (Insert, ours), (Insert, STD));
    }
    let what = "merging a sorted run against inserting it";
    targets.faster(what, (5.0, RUNS), (Merge, ours), (InsertRun, ours));
    for (what, bytes) in [
        (
            "bytes per entry after random insertions",
            table.bytes_of(ours),
        ),
        ("bytes per entry after merging", table.merged_bytes_of(ours)),
    ] {
        if let Some(bytes) = bytes {
            targets.push(what, Bound::AtMost(32.0), HALF_FULL, bytes);
        }
    }
    targets.found
}
