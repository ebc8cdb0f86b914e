//! Which collection is the better one, and from which size on, as measured.

use super::data::{Group, Series, size};
use super::duel::Ratio;

/// Pairs of collections that a reader may choose between, and their names in a benchmark.
fn choices(suite: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match suite {
        "maps" => &[(
            "`BPlusTreeMap` instead of std's `BTreeMap`",
            "leafwise",
            "std",
        )],
        "index" => &[
            (
                "`BPlusIndex` instead of a `BTreeSet` of pairs",
                "leafwise",
                "std",
            ),
            (
                "`BPlusIndex` instead of a `BTreeMap` of sorted vectors",
                "leafwise",
                "std-vectors",
            ),
        ],
        "oblivious" => &[(
            "`CacheObliviousMap` instead of `BPlusTreeMap`",
            "oblivious",
            "leafwise",
        )],
        "scale" => &[(
            "`StaticMap` instead of `BPlusTreeMap`, if keys do not change",
            "static",
            "leafwise",
        )],
        _ => &[],
    }
}

/// Operations of `StaticMap`, and others that they may replace.
const CROSSED: [(&str, &str); 1] = [("get-batch", "get")];

/// The section.
pub(super) fn section(groups: &[&Group]) -> String {
    let mut text = "## Which collection\n\n\
                    In which operations, and at which of the measured numbers of entries, one \
                    takes less time than another, or less memory. ~ says that the rounds disagree \
                    there.\n\n"
        .to_owned();
    for group in groups {
        for (what, better, other) in choices(&group.suite) {
            let sizes = || group.points().map(|point| point.entries);
            let [least, most] = [sizes().min(), sizes().max()].map(|end| size(end.unwrap_or(0)));
            text += &format!(
                "**{what}** ({}, {least} to {most} entries)\n\n",
                group.title
            );
            for ((_, sizes), operations) in answers(group, better, other) {
                text += &format!("- {sizes}: {}\n", operations.join(", "));
            }
            text.push('\n');
        }
    }
    text
}

/// At which sizes the first one is better, and in what.
fn answers(group: &Group, better: &str, other: &str) -> Vec<((u8, String), Vec<String>)> {
    let names = group.series.iter().map(|series| &*series.operation);
    let same = names.map(|operation| (operation, operation));
    let mut answers: Vec<((u8, String), Vec<String>)> = Vec::new();
    let crossed = CROSSED.into_iter().filter(|_| better == "static");
    for (operation, beside) in same.chain(crossed) {
        let (Some(series), Some(others)) = (group.series(operation), group.series(beside)) else {
            continue;
        };
        let ratios = ratios((series, better), (others, other));
        if ratios.is_empty() {
            continue;
        }
        let sizes = at_sizes(&ratios);
        let name = match operation == beside {
            true => operation.to_owned(),
            false => format!("{operation} against {beside}"),
        };
        match answers.iter_mut().find(|(same, _)| *same == sizes) {
            Some((_, operations)) => operations.push(name),
            None => answers.push((sizes, vec![name])),
        }
    }
    answers.sort_by_key(|((order, _), _)| *order);
    answers
}

/// How many times as much the second one takes, at each size where both were measured.
fn ratios(
    (series, better): (&Series, &str),
    (others, other): (&Series, &str),
) -> Vec<(usize, Ratio)> {
    let ratios = series.points.iter().filter_map(|point| {
        let mut beside = others.points.iter();
        let beside = beside.find(|beside| beside.entries == point.entries)?;
        let ratio = Ratio::new(beside.of(other)?, point.of(better)?);
        Some((point.entries, ratio))
    });
    ratios.collect()
}

/// At which of the measured sizes the first one is better, after a number for the order of answers.
fn at_sizes(ratios: &[(usize, Ratio)]) -> (u8, String) {
    let so: Vec<bool> = ratios.iter().map(|(_, ratio)| ratio.median > 1.0).collect();
    let changes = so.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let place = |index: usize| {
        let (entries, ratio) = ratios[index];
        let mark = if ratio.is_uncertain() { "~" } else { "" };
        format!("{}{mark}", size(entries))
    };
    let (held, lost): (Vec<usize>, Vec<usize>) = (0..so.len()).partition(|&index| so[index]);
    let places = |indices: Vec<usize>| {
        let places: Vec<String> = indices.into_iter().map(place).collect();
        places.join(", ")
    };
    match (held.first(), held.last(), changes) {
        (None, ..) | (_, None, _) => (4, "at no size".to_owned()),
        (.., 0) => (0, "at all sizes".to_owned()),
        (Some(&from), _, 1) if from > 0 => (1, format!("from {} on", place(from))),
        (_, Some(&to), 1) => (2, format!("up to {}", place(to))),
        _ if held.len() > lost.len() => (1, format!("at all sizes but {}", places(lost))),
        _ => (3, format!("only at {}", places(held))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossovers_are_said_as_they_are() {
        let said = |medians: [f64; 3]| {
            let ratios = [1, 1000, 1_000_000].into_iter().zip(medians);
            let ratios = ratios.map(|(entries, median)| {
                let (least, greatest) = (median * 0.9, median * 1.1);
                (
                    entries,
                    Ratio {
                        median,
                        least,
                        greatest,
                    },
                )
            });
            at_sizes(&ratios.collect::<Vec<_>>()).1
        };
        assert_eq!(said([0.5, 2.0, 2.0]), "from 1k on");
        assert_eq!(said([0.5, 1.05, 2.0]), "from 1k~ on");
        assert_eq!(said([2.0, 2.0, 0.5]), "up to 1k");
        assert_eq!(said([2.0, 0.95, 2.0]), "at all sizes but 1k~");
        assert_eq!(said([0.5, 1.05, 0.5]), "only at 1k~");
        assert_eq!(said([2.0; 3]), "at all sizes");
        assert_eq!(said([1.0, 0.5, 0.5]), "at no size");
    }
}
