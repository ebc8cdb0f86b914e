//! Which collection to take, by what was measured.

use super::collection::Collection;
use super::measure::Outcome;

/// Within this share of the greatest throughput, the one with the least memory is recommended.
const NEAR: f64 = 0.95;

/// A collection of leafwise is recommended only if it is that many times as fast as those of std.
const GAIN_MIN: f64 = 1.1;

/// A collection, and why.
#[derive(Debug, PartialEq)]
pub(super) struct Recommendation {
    pub(super) collection: Collection,
    pub(super) reason: String,
}

/// Recommends one of the collections, if there are any.
pub(super) fn recommend(outcomes: &[Outcome]) -> Option<Recommendation> {
    let best = fastest(outcomes.iter())?;
    let is_near = |outcome: &&Outcome| outcome.throughput >= best.throughput * NEAR;
    let near = outcomes.iter().filter(is_near);
    let chosen = near.min_by(|a, b| a.bytes_per_entry.total_cmp(&b.bytes_per_entry))?;
    let std = fastest(outcomes.iter().filter(|it| it.collection.is_std()))?;
    let ratio = chosen.throughput / std.throughput;
    let (name, std_name) = (chosen.collection.name(), std.collection.name());
    let recommendation = |collection, reason| Some(Recommendation { collection, reason });
    if !chosen.collection.is_std() && ratio < GAIN_MIN {
        let than = match ratio <= 1.0 {
            true => "is no faster".to_string(),
            false => format!("is only {ratio:.2} times as fast"),
        };
        return recommendation(std.collection, format!("{name} {than}"));
    }
    let mut reason = match chosen.collection.is_std() {
        true => "nothing else is faster by more than 5 %".to_string(),
        false => format!("{ratio:.2} times as fast as {std_name}"),
    };
    if chosen.collection != best.collection {
        let best = best.collection.name();
        reason += &format!("; {best} is less than 5 % faster, and takes more memory");
    }
    recommendation(chosen.collection, reason)
}

fn fastest<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> Option<&'o Outcome> {
    outcomes.max_by(|a, b| a.throughput.total_cmp(&b.throughput))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(collection: Collection, throughput: f64, bytes_per_entry: f64) -> Outcome {
        Outcome {
            collection,
            throughput,
            bytes_per_entry,
            rounds: vec![throughput],
            p50: 0,
            p99: 0,
            max: 0,
            build_seconds: 0.0,
        }
    }

    #[test]
    fn the_fastest_is_recommended_or_a_smaller_one_that_is_nearly_as_fast() {
        use Collection::{BPlusTreeMap, BTreeMap, SortedVec, StaticMap};
        let recommended = |figures: &[(Collection, f64, f64)]| {
            let outcomes: Vec<_> = figures.iter().map(|it| outcome(it.0, it.1, it.2)).collect();
            recommend(&outcomes).map(|it| it.collection)
        };
        assert_eq!(recommended(&[]), None);
        let std = (BTreeMap, 10.0, 20.0);
        let tree = (BPlusTreeMap, 20.0, 18.0);
        assert_eq!(recommended(&[std, tree]), Some(BPlusTreeMap));
        assert_eq!(
            recommended(&[std, tree, (StaticMap, 19.5, 16.0)]),
            Some(StaticMap)
        );
        assert_eq!(
            recommended(&[std, tree, (StaticMap, 18.5, 16.0)]),
            Some(BPlusTreeMap)
        );
        assert_eq!(
            recommended(&[std, (BPlusTreeMap, 10.9, 9.0)]),
            Some(BTreeMap)
        );
        assert_eq!(
            recommended(&[std, (BPlusTreeMap, 11.1, 9.0)]),
            Some(BPlusTreeMap)
        );
        let vec = (SortedVec, 10.9, 16.0);
        assert_eq!(
            recommended(&[std, vec, (BPlusTreeMap, 11.1, 17.0)]),
            Some(SortedVec)
        );
    }
}
