//! The head of the page: how it was made, on what, and what it has.

use super::data::Group;
use super::duel::{Duel, all_duels, cost, subject, times};
use super::saved::Saved;

pub(super) const HOW: &str = "\
# Benchmarks

This page is made from measurements by two commands, the sentences too:

```console
cargo run --release -p leafwise-bench -- all --out FOLDER
cargo run --release -p leafwise-bench -- report FOLDER --docs docs
```

In each round, all peers take turns with the same new keys. Only what was measured in the same \
round is divided: a ratio is the median of the ratios of the rounds. The best peer of an operation \
at a size is the one with the least ratio of its time to leafwise's; below 1, leafwise loses. \
In brackets are the least and the greatest ratio of a round, and ~ says that the rounds disagree \
about who is better. leafwise's own other collections are shown, but do not count as peers.

";

/// A paragraph on the machine and the programs, once if it is the same for all runs, and what is
/// missing.
pub(super) fn circumstances(runs: &[(&'static str, Option<Saved>)]) -> String {
    let mut known: Vec<(String, Vec<&str>)> = Vec::new();
    for (run, saved) in runs {
        let Some(saved) = saved else { continue };
        let text = machine(saved);
        match known.iter_mut().find(|(same, _)| *same == text) {
            Some((_, runs)) => runs.push(run),
            None => known.push((text, vec![run])),
        }
    }
    let mut page = "## The machine\n\n".to_owned();
    for (text, runs) in &known {
        if known.len() > 1 {
            page += &format!("Of {}:\n\n", runs.join(", "));
        }
        page += text;
    }
    let missing = runs.iter().filter(|(_, saved)| saved.is_none());
    let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        page += &format!("Not measured: {}.\n\n", missing.join(", "));
    }
    page
}

fn machine(saved: &Saved) -> String {
    let machine = &saved.machine;
    let kind = match machine.is_virtual {
        Some(true) => ", a virtual machine",
        Some(false) => ", not a virtual machine",
        None => "",
    };
    let mut lines = vec![format!(
        "{}, {}, {}{kind}",
        saved.processor, saved.architecture, machine.system
    )];
    lines.extend(machine.processors.map(|count| match count {
        1 => "The benchmarks could use one processor".to_owned(),
        count => format!("The benchmarks could use {count} processors"),
    }));
    let gibibytes = machine
        .memory_bytes
        .map(|bytes| bytes as f64 / f64::from(1 << 30));
    lines.extend(gibibytes.map(|gibibytes| format!("{gibibytes:.1} GiB of memory")));
    if !machine.caches.is_empty() {
        lines.push(format!("Caches: {}", machine.caches.join(", ")));
    }
    if let Some(pages) = &machine.huge_pages {
        // The system says all that it could do, with what it does in brackets.
        let chosen = pages.split(['[', ']']).nth(1).unwrap_or(pages);
        lines.push(format!("Huge pages: {chosen}"));
    }
    let features = saved.target_features.join(" ");
    lines.push(format!("{}, compiled for {features}", saved.compiler));
    let peers = saved
        .peers
        .iter()
        .map(|(name, version)| format!(", {name} {version}"));
    lines.push(format!(
        "leafwise {}{}",
        saved.version,
        peers.collect::<String>()
    ));
    let lines = lines.into_iter().map(|line| format!("- {line}\n"));
    lines.collect::<String>() + "\n"
}

/// A line for each group: how often it loses.
pub(super) fn contents(groups: &[&Group]) -> String {
    let mut text = "[The machine](#the-machine), [which collection](#which-collection), and each \
                    benchmark:\n\n| benchmark | comparisons with the best peer | lost | of these ~ \
                    | greatest loss |\n|---|--:|--:|--:|---|\n"
        .to_owned();
    for group in groups {
        let duels = all_duels(group);
        let lost = duels.iter().filter(|duel| duel.is_lost());
        let uncertain = lost.clone().filter(|duel| duel.ratio.is_uncertain());
        let greatest = duels.first().filter(|duel| duel.is_lost()).map(|duel| {
            let Duel { point, rival, .. } = duel;
            let (subject, times, cost) = (subject(group, duel), times(duel), cost(duel));
            format!(
                "{subject} at {}: {rival} takes {times} the {cost}",
                point.label
            )
        });
        text += &format!(
            "| [{}](#{}) | {} | {} | {} | {} |\n",
            title(group),
            anchor(&title(group)),
            duels.len(),
            lost.count(),
            uncertain.count(),
            greatest.unwrap_or_default()
        );
    }
    text + "\n"
}

pub(super) fn title(group: &Group) -> String {
    let mut letters = group.title.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// What GitHub makes of a heading, for links to it.
fn anchor(title: &str) -> String {
    let title = title.to_lowercase().replace(' ', "-");
    let is_kept = |letter: &char| letter.is_alphanumeric() || *letter == '-';
    title.chars().filter(is_kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(
            anchor("Index, u64 keys, 16 values per key"),
            "index-u64-keys-16-values-per-key"
        );
    }
}
