//! Operations that are timed: each benchmark has an enum of its own.

use clap::ValueEnum;

/// An operation that is timed, one variant of all those of a benchmark.
pub(crate) trait Timed: ValueEnum + Copy + PartialEq + 'static {
    /// As named by `--ops`, in the tables and in the JSON.
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Those `asked` for, in the order of the tables; all when none is.
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
