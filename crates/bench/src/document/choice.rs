//! Which collection is the fastest from which size on, as measured.

use super::chart::size;
use super::data::Group;

/// The section, from the data of `scale`.
pub(super) fn section(scale: Option<&Group>) -> String {
    let sentence = |sentence: fn(&Group) -> Option<String>, about: &str| {
        let known = scale.and_then(sentence);
        let text =
            known.unwrap_or_else(|| format!("Not known, since it was not measured: {about}."));
        format!("- {text}\n")
    };
    let lines = [
        sentence(std_is_as_fast, "get of std and BPlusTreeMap"),
        sentence(
            static_is_twice_as_fast,
            "batches of StaticMap and get of BPlusTreeMap",
        ),
        sentence(
            oblivious_iterates_faster,
            "iteration of CacheObliviousMap and BPlusTreeMap",
        ),
    ];
    format!("## Which collection\n\n{}\n", lines.concat())
}

fn std_is_as_fast(scale: &Group) -> Option<String> {
    let sizes = compared(scale, ("get", "std"), ("get", "leafwise"))?;
    let slower = |ratio: f64| ratio >= 1.0;
    Some(at_sizes(
        "std's get is at least as fast as BPlusTreeMap's",
        &sizes,
        slower,
    ))
}

fn static_is_twice_as_fast(scale: &Group) -> Option<String> {
    let sizes = compared(scale, ("get-batch", "static"), ("get", "leafwise"))?;
    let twice = |ratio: f64| ratio >= 2.0;
    let what = "StaticMap's get_batch takes at most half of the time of BPlusTreeMap's get";
    Some(at_sizes(what, &sizes, twice))
}

fn oblivious_iterates_faster(scale: &Group) -> Option<String> {
    let sizes = compared(scale, ("iterate", "oblivious"), ("iterate", "leafwise"))?;
    let faster = |ratio: f64| ratio > 1.0;
    Some(at_sizes(
        "CacheObliviousMap iterates faster than BPlusTreeMap",
        &sizes,
        faster,
    ))
}

/// How many times as fast the first is as the second, at each size where both were measured.
fn compared(
    scale: &Group,
    (operation, peer): (&str, &str),
    (other_operation, other): (&str, &str),
) -> Option<Vec<(usize, f64)>> {
    let others = scale.series(other_operation)?;
    let points = scale.series(operation)?.points.iter();
    let ratios = points.filter_map(|point| {
        let beside = others
            .points
            .iter()
            .find(|beside| beside.entries == point.entries)?;
        let (own, other) = (point.of(peer)?, beside.of(other)?);
        Some((point.entries, other.nanoseconds() / own.nanoseconds()))
    });
    let ratios: Vec<_> = ratios.collect();
    (!ratios.is_empty()).then_some(ratios)
}

/// Where `what` holds: at which of all measured sizes.
fn at_sizes(what: &str, sizes: &[(usize, f64)], holds: fn(f64) -> bool) -> String {
    let held = sizes.iter().filter(|(_, ratio)| holds(*ratio));
    let held: Vec<String> = held.map(|(entries, _)| size(*entries)).collect();
    let last = sizes.iter().rposition(|(_, ratio)| !holds(*ratio));
    let measured = sizes.iter().map(|(entries, _)| size(*entries));
    let measured: Vec<String> = measured.collect();
    match (held.len(), last) {
        (0, _) => format!("{what} at none of the sizes {}.", measured.join(", ")),
        (_, None) => format!("{what} at all of the sizes {}.", measured.join(", ")),
        (count, Some(last)) if count == sizes.len() - last - 1 => {
            let below = size(sizes[last].0);
            format!(
                "{what} at sizes from {} on, and not up to {below}.",
                size(sizes[last + 1].0)
            )
        }
        (count, Some(_)) if sizes[..count].iter().all(|(_, ratio)| holds(*ratio)) => {
            let (until, next) = (size(sizes[count - 1].0), size(sizes[count].0));
            format!("{what} at sizes up to {until}, and not from {next} on.")
        }
        _ => format!(
            "{what} at {} of the sizes {}.",
            held.join(", "),
            measured.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossovers_are_said_as_they_are() {
        let said = |ratios: [f64; 3]| {
            let sizes = [1, 1000, 1_000_000].into_iter().zip(ratios);
            at_sizes("It holds", &sizes.collect::<Vec<_>>(), |ratio| ratio >= 1.0)
        };
        assert_eq!(
            said([0.9, 1.0, 2.0]),
            "It holds at sizes from 1k on, and not up to 1."
        );
        assert_eq!(
            said([1.0, 1.0, 0.5]),
            "It holds at sizes up to 1k, and not from 1m on."
        );
        assert_eq!(
            said([1.0, 0.5, 1.0]),
            "It holds at 1, 1m of the sizes 1, 1k, 1m."
        );
        assert_eq!(said([2.0; 3]), "It holds at all of the sizes 1, 1k, 1m.");
        assert_eq!(said([0.5; 3]), "It holds at none of the sizes 1, 1k, 1m.");
    }
}
