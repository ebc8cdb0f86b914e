//! Timed operations: each benchmark has its own enum.

use clap::ValueEnum;

/// A timed operation of a benchmark.
pub(crate) trait Timed: ValueEnum + Copy + PartialEq + 'static {
    /// The name for `--ops`, the tables and the JSON.
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The `asked` ones in the order of the tables, or all if none is.
    fn chosen(asked: &[Self]) -> Vec<Self> {
        let all = Self::value_variants().iter().copied();
        all.filter(|operation| asked.is_empty() || asked.contains(operation))
            .collect()
    }
}

impl<O: ValueEnum + Copy + PartialEq + 'static> Timed for O {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, PartialEq, ValueEnum)]
    enum Deed {
        First,
        #[value(name = "2nd")]
        Second,
    }

    #[test]
    fn operations_are_named_and_chosen() {
        assert_eq!(Deed::Second.name(), "2nd");
        assert!(Deed::chosen(&[]) == [Deed::First, Deed::Second]);
        assert!(Deed::chosen(&[Deed::Second, Deed::First]) == [Deed::First, Deed::Second]);
        assert!(Deed::chosen(&[Deed::Second]) == [Deed::Second]);
    }
}
