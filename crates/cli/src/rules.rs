//! `leafwise rules`: every rule that can apply to a table. `leafwise help rules` shows them too.

use std::io::{self, Write};

use crate::error::Error;

/// The rules.
pub(crate) const RULES: &str = include_str!("rules.txt");

/// Prints the rules. The result counts as that of a search that found something.
pub(crate) fn run() -> Result<u64, Error> {
    io::stdout()
        .write_all(RULES.as_bytes())
        .map_err(Error::Write)?;
    Ok(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_fit_a_terminal() {
        assert_eq!(RULES.lines().find(|line| line.chars().count() > 80), None);
    }
}
