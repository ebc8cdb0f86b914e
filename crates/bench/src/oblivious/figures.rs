//! What is asked of the cache-oblivious map, beside what is measured.

use super::workload::Operation;
use crate::figures::{Figure, Findings};
use crate::maps::{Leafwise, Oblivious, Peer};
use crate::report::Table;
use crate::rounds::STD;

/// All is asked from so many entries on.
const LARGE: usize = 100_000;

/// The size at which inserts are asked for.
const MILLION: usize = 1_000_000;

/// All figures of a table of maps of `entries` that it has measurements for.
pub(crate) fn figures(table: &Table, entries: usize) -> Vec<Figure> {
    use Operation::{Fold, Fold10k, Get, Insert, InsertRun, Iterate, Merge, Range10k};
    let ours = <Oblivious<u64> as Peer<u64>>::NAME;
    let tree = <Leafwise<u64> as Peer<u64>>::NAME;
    let mut found = Findings::new(table, format!("{entries} entries"));
    if entries < LARGE {
        return Vec::new();
    }
    found.faster("get against std", 1.0, (Get, ours), (Get, STD));
    for (operation, what) in [
        (Iterate, "iterating with a loop"),
        (Fold, "iterating with fold"),
        (Range10k, "ranges of 10 000 with a loop"),
        (Fold10k, "ranges of 10 000 with fold"),
    ] {
        for (asked, other, name) in [(1.0, tree, "BPlusTreeMap"), (5.0, STD, "std")] {
            let what = format!("{what} against {name}");
            found.faster(&what, asked, (operation, ours), (operation, other));
        }
    }
    if entries == MILLION {
        let what = "time of random inserts over std's";
        found.longer(what, 2.5, (Insert, ours), (Insert, STD));
    }
    let what = "merging a sorted run against inserting it";
    found.faster(what, 5.0, (Merge, ours), (InsertRun, ours));
    for (what, bytes) in [
        ("bytes an entry after random inserts", table.bytes_of(ours)),
        ("bytes an entry after merging", table.merged_bytes_of(ours)),
    ] {
        if let Some(bytes) = bytes {
            found.push(what, 32.0, bytes, true);
        }
    }
    found.figures
}
