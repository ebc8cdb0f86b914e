//! Statistics over several rounds.

/// The median of `numbers`, interpolated between two in the middle; not a number if there are none.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    match numbers.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => numbers[length / 2],
        length => (numbers[length / 2 - 1] + numbers[length / 2]) / 2.0,
    }
}

/// The median of the ratios of rounds.
pub(crate) fn ratio(above: &[f64], below: &[f64]) -> f64 {
    let rounds = above.iter().zip(below);
    median(rounds.map(|(above, below)| above / below).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_even_counts_are_interpolated() {
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
