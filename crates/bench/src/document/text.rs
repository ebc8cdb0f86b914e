//! The text of the page: how it was made, a sentence for each chart, and tables.

use super::chart::size;
use super::data::{Group, Saved, Series, Time};
use crate::stats::median;

const HOW: &str = "\
# Benchmarks

This page is made from measurements by two commands:

```console
cargo run --release -p leafwise-bench -- all --out FOLDER
cargo run --release -p leafwise-bench -- report FOLDER --docs docs
```

In each round, all peers take turns with the same new keys. Times are medians of rounds, with the \
least and the greatest round in brackets; ratios are medians of the ratios of rounds to std in the \
same round. leafwise's own other maps are in the charts, but do not count as peers. A loss whose \
rounds overlap those of leafwise is marked with ~.

";

/// How the page is made, on which machine, and what is missing.
pub(super) fn heading(runs: &[(&'static str, Option<Saved>)]) -> String {
    let mut text = HOW.to_owned();
    let mut machines: Vec<String> = Vec::new();
    for saved in runs.iter().filter_map(|(_, saved)| saved.as_ref()) {
        let features = saved.target_features.join(" ");
        let (processor, architecture) = (&saved.processor, &saved.architecture);
        let version = &saved.version;
        let machine = format!(
            "leafwise {version} on {processor}, {architecture}, compiled for {features}.\n\n"
        );
        if !machines.contains(&machine) {
            machines.push(machine);
        }
    }
    text += &machines.concat();
    let missing = runs.iter().filter(|(_, saved)| saved.is_none());
    let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        text += &format!("Not measured: {}.\n\n", missing.join(", "));
    }
    text
}

/// leafwise and its fastest peer at one size.
struct Duel<'a> {
    operation: &'a str,
    entries: usize,
    ours: &'a Time,
    rival: &'a Time,
}

impl Duel<'_> {
    /// How many times as fast leafwise is.
    fn ratio(&self) -> f64 {
        self.ours.ratio() / self.rival.ratio()
    }

    fn overlaps(&self) -> bool {
        let (ours, rival) = (self.ours.spread(), self.rival.spread());
        ours.0 <= rival.1 && rival.0 <= ours.1
    }

    fn is_lost(&self) -> bool {
        self.ratio() < 1.0
    }

    /// Marks a loss that the rounds do not show for certain.
    fn mark(&self) -> &'static str {
        match self.is_lost() && self.overlaps() {
            true => "~",
            false => "",
        }
    }
}

/// Where both were measured.
fn duels(series: &Series) -> Vec<Duel<'_>> {
    let duels = series.points.iter().filter_map(|point| {
        Some(Duel {
            operation: &series.operation,
            entries: point.entries,
            ours: point.of("leafwise")?,
            rival: point.rival()?,
        })
    });
    duels.collect()
}

/// A chart and what it shows.
pub(super) fn operation(series: &Series, chart: &str) -> String {
    let duels = duels(series);
    let name = &series.operation;
    let mut text = format!("![{name}](benchmarks/{chart})\n\n");
    if duels.is_empty() {
        return text + &format!("{name}: leafwise was not measured.\n\n");
    }
    let lost: Vec<&Duel<'_>> = duels.iter().filter(|duel| duel.is_lost()).collect();
    let (won, all) = (duels.len() - lost.len(), duels.len());
    text += &format!("{name}: leafwise is first among the peers at {won} of {all} sizes");
    for (index, duel) in lost.iter().enumerate() {
        let begin = if index == 0 { "; it loses" } else { "," };
        let (rival, mark) = (&duel.rival.peer, duel.mark());
        let factor = 1.0 / duel.ratio();
        let entries = size(duel.entries);
        text += &format!("{begin} at {entries} to {rival}, which is {factor:.2}x as fast{mark}");
    }
    text + ".\n\n"
}

/// leafwise beside its fastest peer, the greatest loss first.
pub(super) fn table(group: &Group) -> String {
    let mut duels: Vec<Duel<'_>> = group.series.iter().flat_map(duels).collect();
    if duels.is_empty() {
        return String::new();
    }
    duels.sort_by(|one, other| one.ratio().total_cmp(&other.ratio()));
    let mut text = "| operation | entries | leafwise, ns | fastest peer | its ns | ratio |\n\
                    |---|--:|--:|---|--:|--:|\n"
        .to_owned();
    for duel in &duels {
        text += &format!(
            "| {} | {} | {} | {} | {} | {:.2}x{} |\n",
            duel.operation,
            size(duel.entries),
            time(duel.ours),
            duel.rival.peer,
            time(duel.rival),
            duel.ratio(),
            duel.mark(),
        );
    }
    text + "\n"
}

/// The median, and the least and the greatest round.
fn time(time: &Time) -> String {
    let (least, greatest) = time.spread();
    let [median, least, greatest] = [time.nanoseconds(), least, greatest].map(digits);
    format!("{median} ({least}–{greatest})")
}

/// About three significant digits.
fn digits(number: f64) -> String {
    match number {
        number if number < 10.0 => format!("{number:.2}"),
        number if number < 100.0 => format!("{number:.1}"),
        number => format!("{number:.0}"),
    }
}

/// The programs that answer questions about a file, the fastest first.
pub(super) fn answers(saved: Option<&Saved>) -> String {
    let answers = saved.map_or(&[][..], |saved| &saved.answers);
    if answers.is_empty() {
        return String::new();
    }
    let mut text =
        "## Index files\n\n| question | program | seconds | times as long as leafwise |\n\
                    |---|---|--:|--:|\n"
            .to_owned();
    for question in answers {
        let tools = question
            .tools
            .iter()
            .filter(|tool| !tool.wall_seconds.is_empty());
        let mut tools: Vec<_> = tools.collect();
        let seconds = |seconds: &[f64]| median(seconds.to_vec());
        tools.sort_by(|one, other| {
            seconds(&one.wall_seconds).total_cmp(&seconds(&other.wall_seconds))
        });
        for tool in tools {
            let ratio = tool.times_as_long_as_leafwise;
            let ratio = ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}x"));
            text += &format!(
                "| {} | {} | {:.5} | {ratio} |\n",
                question.question,
                tool.tool,
                seconds(&tool.wall_seconds)
            );
        }
    }
    text + "\n"
}
