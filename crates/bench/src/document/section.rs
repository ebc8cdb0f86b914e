//! The section of a group: how to read it, where leafwise loses, and all figures.

use clap::CommandFactory;

use super::data::{BUSY_MARK, Group, ONCE_MARK, Point, Series, distinct, is_machine, is_peer};
use super::duel::{Duel, all_duels, duels, subject, times};
use super::picture::{MOST_OTHERS, drawn, quantity};
use super::saved::{Figures, Saved};
use crate::report::{BUSY, format_number};

/// How to read a group: its names, and which figures are less certain.
pub(super) fn about(group: &Group, saved: &Saved) -> String {
    let mut text = match &*group.suite {
        "maps" => {
            "leafwise is `BPlusTreeMap`, oblivious `CacheObliviousMap`, std `BTreeMap`; the others \
             are crates. Maps of fewer than 100 entries are measured a thousand at a time, since \
             one alone takes too little."
        }
        "index" => {
            "leafwise is `BPlusIndex`, std a `BTreeSet` of pairs, std-vectors a `BTreeMap` of \
             sorted vectors; the others are crates."
        }
        "static" => {
            "The trees of single instruction sets, which the benchmark prints too, are left out \
             here."
        }
        "oblivious" => {
            "oblivious is `CacheObliviousMap`, which is compared here; leafwise is \
             `BPlusTreeMap`, std `BTreeMap`, vectors are two sorted vectors."
        }
        "scale" => {
            "leafwise is `BPlusTreeMap`, static `StaticMap`, oblivious `CacheObliviousMap`, std \
             `BTreeMap`, brie `brie-tree`; ours are all compared with the others. The dashed lines \
             are the machine's: reads of random cache lines of as much memory as the map of \
             leafwise has, on pages of 4 KB and on huge ones. Beside latency, each read waits for \
             the one before, as the look-ups do; beside get and get-batch, as many are on their \
             way as the processor can have. What a look-up takes above a line is more than one \
             access to memory: comparisons, and the accesses to further nodes."
        }
        "files" => {
            "leafwise is the program with an index of the table, leafwise-scan the same without \
             one; sqlite3 and duckdb have imported the table and indexed it, duckdb-csv and \
             duckdb-parquet scan files. Each look-up is a new process."
        }
        _ => "",
    }
    .to_owned();
    for note in distinct(saved.tables.iter().flat_map(|table| &table.notes)) {
        text += &format!(" {note}");
    }
    for program in &saved.tools {
        let version: Vec<&str> = program.version.split(' ').take(2).collect();
        text += &format!(" {}: {}.", program.tool, version.join(" "));
    }
    format!("{text}\n\n{}{}", reservations(group), legend(group))
}

/// What is marked, or not in the charts.
fn reservations(group: &Group) -> String {
    let has = |mark: char| group.points().any(|point| point.marks.contains(mark));
    let mut text = String::new();
    if has(BUSY_MARK) {
        let share = BUSY * 100.0;
        text += &format!(
            "{BUSY_MARK} marks what was measured on a busy machine: the benchmark waited for the \
             processor, which others had, for more than {share} % of the time.\n\n"
        );
    }
    if has(ONCE_MARK) {
        text += &format!(
            "{ONCE_MARK} marks what was measured in one round only: its spread is not known.\n\n"
        );
    }
    let others = group.peers().into_iter().filter(|peer| is_peer(peer));
    if others.count() > MOST_OTHERS {
        text += &format!(
            "Charts have ours, std and others up to {MOST_OTHERS}: those that are the best of \
             them at some size, then the second ones. The table has all.\n\n"
        );
    }
    let mut series = group.series.iter();
    if series.any(|series| drawn(series).len() < series.points.len()) {
        text += "Charts of memory leave out the smallest maps; the table has them.\n\n";
    }
    text
}

/// What figures are that are not of operations.
const MEASURED: [(&str, &str); 4] = [
    (
        "memory",
        "Bytes per entry, of maps after insertions in random order",
    ),
    (
        "memory-appended",
        "The same after insertions in ascending order",
    ),
    ("memory-merged", "The same after merges"),
    ("size", "Bytes that the index takes in files"),
];

/// What the operations are, as the help of the subcommand says it.
fn legend(group: &Group) -> String {
    let command = crate::Arguments::command();
    let arguments = command.find_subcommand(&group.suite).into_iter();
    let operations = arguments.flat_map(|command| command.get_arguments());
    let mut operations =
        operations.filter(|argument| ["ops", "questions"].contains(&argument.get_id().as_str()));
    let values = operations
        .next()
        .map(|argument| argument.get_possible_values());
    let mut text = "<details><summary>What the operations are</summary>\n\n".to_owned();
    for value in values.iter().flatten() {
        if let (Some(_), Some(help)) = (group.series(value.get_name()), value.get_help()) {
            text += &format!("- {}: {help}\n", value.get_name());
        }
    }
    for (operation, what) in MEASURED {
        if group.series(operation).is_some() {
            text += &format!("- {operation}: {what}\n");
        }
    }
    text + "\n</details>\n\n"
}

/// The best peer of each operation at each size, the greatest loss first.
pub(super) fn standings(group: &Group) -> String {
    let duels = all_duels(group);
    let lost = duels.iter().filter(|duel| duel.is_lost()).count();
    let subjects = distinct(duels.iter().map(|duel| subject(group, duel)));
    let mut points: Vec<&Point> = group.points().collect();
    points.sort_by_key(|point| point.entries);
    let head = distinct(points.into_iter().map(|point| &*point.label));
    let mut text = format!(
        "Each cell has the best peer, and how many times the time or the bytes of ours it takes. \
         Lost, in **bold**: {lost} of {}.\n\n| | {} |\n|---|{}\n",
        duels.len(),
        head.join(" | "),
        "---|".repeat(head.len())
    );
    for name in &subjects {
        let of = duels.iter().filter(|duel| subject(group, duel) == *name);
        let cells = head.iter().map(|label| {
            let duel = of.clone().find(|duel| duel.point.label == *label);
            duel.map_or_else(String::new, |duel| {
                let mark = if duel.is_lost() { "**" } else { "" };
                format!("{mark}{} {}{mark}", duel.rival, times(duel))
            })
        });
        let cells: Vec<String> = cells.collect();
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    text + "\n"
}

/// The operations, that of the greatest loss first.
pub(super) fn by_loss(group: &Group) -> Vec<&Series> {
    let duels = all_duels(group);
    let lost = duels.iter().map(|duel| duel.operation);
    let all = group.series.iter().map(|series| &*series.operation);
    let operations = distinct(lost.chain(all)).into_iter();
    operations
        .filter_map(|operation| group.series(operation))
        .collect()
}

pub(super) fn is_lost(group: &Group, series: &Series) -> bool {
    duels(group, series).iter().any(Duel::is_lost)
}

/// All figures, the greatest loss first.
pub(super) fn table(group: &Group) -> String {
    let peers = group.peers();
    let compared = group.compared();
    let beside = compared.iter().map(|ours| format!("best peer of {ours} |"));
    let mut text = format!(
        "<details><summary>All figures</summary>\n\n| operation | at | {} {} |\n|---|---|{}{}\n",
        beside.collect::<Vec<_>>().join(" "),
        peers.join(" | "),
        "---|".repeat(compared.len()),
        "--:|".repeat(peers.len()),
    );
    let points = group.series.iter();
    let points = points.flat_map(|series| series.points.iter().map(move |point| (series, point)));
    let rows = points.map(|(series, point)| {
        let duels = compared.iter().map(|ours| Duel::at(series, point, ours));
        let duels: Vec<Option<Duel<'_>>> = duels.collect();
        let ratios = duels.iter().flatten().map(|duel| duel.ratio.median);
        (
            ratios.fold(f64::INFINITY, f64::min),
            row(series, point, &peers, &duels),
        )
    });
    let mut rows: Vec<(f64, String)> = rows.collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.iter().for_each(|(_, row)| text += row);
    text + "\n</details>\n\n"
}

fn row(series: &Series, point: &Point, peers: &[&str], duels: &[Option<Duel<'_>>]) -> String {
    let beside = duels.iter().map(|duel| {
        duel.as_ref().map_or_else(String::new, |duel| {
            let [least, greatest] = [duel.ratio.least, duel.ratio.greatest].map(format_number);
            let spread = match point.figures.iter().any(|figures| figures.rounds.len() > 1) {
                true => format!(" ({least}–{greatest})"),
                false => String::new(),
            };
            format!("{} {}{spread}", duel.rival, times(duel))
        })
    });
    let figures = point
        .figures
        .iter()
        .filter(|figures| !is_machine(&figures.peer));
    let least = figures.map(Figures::median).fold(f64::INFINITY, f64::min);
    let figures = peers.iter().map(|peer| {
        point.of(peer).map_or_else(String::new, |figures| {
            let median = figures.median();
            let mark = if median == least { "**" } else { "" };
            format!("{mark}{}{mark}", quantity(series.unit, median))
        })
    });
    let cells: Vec<String> = beside.chain(figures).collect();
    format!(
        "| {} | {} | {} |\n",
        series.operation,
        point.label,
        cells.join(" | ")
    )
}
