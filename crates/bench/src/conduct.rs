//! The options of every benchmark that has peers.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Serialize;

use crate::report::save;

/// The peer with which all others are compared.
pub(crate) const STD: &str = "std";

/// The options of every benchmark.
#[derive(Args)]
pub(crate) struct Conduct {
    /// Peers by name, besides std [default: all]
    #[arg(long, value_delimiter = ',')]
    peers: Vec<String>,
    /// Rounds [default: 15 to 1, fewer for more entries]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: Option<u64>,
    /// A short run: few sizes and rounds, enough to see that everything works.
    #[arg(long, conflicts_with_all = ["n", "rounds"])]
    pub(crate) quick: bool,
    /// Write all measurements to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Conduct {
    /// Fails if one of the requested peers is not `known`.
    pub(crate) fn check_peers(&self, known: &[&str]) -> Result<()> {
        match self
            .peers
            .iter()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(unknown) => bail!(
                "no peer is named {unknown}; the peers are {}",
                known.join(", ")
            ),
            None => Ok(()),
        }
    }

    /// Returns whether a peer is measured: std always is, others by name or by default.
    pub(crate) fn wants(&self, name: &str, by_default: bool) -> bool {
        let asked = self.peers.iter().any(|asked| asked == name);
        name == STD || asked || (by_default && self.peers.is_empty())
    }

    /// Returns the sizes to measure: the `asked` ones, or in a short run the `few`.
    pub(crate) fn sizes<'a, T>(&self, asked: &'a [T], few: &'a [T]) -> &'a [T] {
        if self.quick { few } else { asked }
    }

    /// Returns the number of maps per round: `many`, or fewer in a short run.
    pub(crate) fn maps(&self, many: usize) -> usize {
        if self.quick { many.div_ceil(8) } else { many }
    }

    /// Returns the number of rounds: few if a round is long and so averages a lot by itself.
    pub(crate) fn rounds(&self, entries: usize) -> usize {
        match self.rounds {
            Some(rounds) => rounds as usize,
            None if self.quick => 2,
            None => match entries {
                0..=9_999 => 15,
                10_000..=499_999 => 9,
                500_000..=4_999_999 => 5,
                5_000_000..=49_999_999 => 3,
                _ => 1,
            },
        }
    }

    /// Saves `report` if requested.
    pub(crate) fn save(&self, report: &impl Serialize) -> Result<()> {
        self.json.as_ref().map_or(Ok(()), |path| save(report, path))
    }
}

/// Parses a number: `1k` is a thousand, `1m` a million.
pub(crate) fn parse_entries(text: &str) -> Result<usize> {
    let text = text.to_ascii_lowercase();
    let (digits, unit) = match text.strip_suffix(['k', 'm']) {
        Some(digits) if text.ends_with('k') => (digits, 1000),
        Some(digits) => (digits, 1_000_000),
        None => (text.as_str(), 1),
    };
    let entries = digits
        .parse::<usize>()?
        .checked_mul(unit)
        .context("too large")?;
    ensure!(entries <= u32::MAX as usize, "too large");
    Ok(entries)
}

/// Like [`parse_entries`], but refuses zero.
pub(crate) fn parse_some_entries(text: &str) -> Result<usize> {
    let entries = parse_entries(text)?;
    ensure!(entries > 0, "what is empty has no keys to look up");
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_units() {
        assert_eq!(parse_entries("20").unwrap(), 20);
        assert_eq!(parse_entries("1k").unwrap(), 1000);
        assert_eq!(parse_entries("10M").unwrap(), 10_000_000);
        assert!(parse_entries("k").is_err());
        assert!(parse_entries("1g").is_err());
    }

    #[test]
    fn zero_can_be_refused() {
        assert_eq!(parse_some_entries("1k").unwrap(), 1000);
        assert_eq!(parse_entries("0").unwrap(), 0);
        assert!(parse_some_entries("0").is_err());
    }
}
