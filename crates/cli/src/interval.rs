//! How `FROM..TO` is parsed: into the text of two bounds, whose type is not known yet.
//!
//! One rule for all types: `..` separates the bounds and may occur only once. A bound that contains
//! it, begins with `=` after `..`, or is the empty text goes between double quotes, with each
//! double quote in it doubled.

use std::ops::Bound;

use crate::error::{Error, shown};
use crate::key_columns::KeyColumns;
use crate::query::Query;

/// A range as the user wrote it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Interval {
    from: Option<String>,
    to: Bound<String>,
}

impl Interval {
    /// Parses `FROM..TO`, `FROM..=TO`, `FROM..`, `..TO`, `..=TO` or `..`.
    pub(crate) fn parse(text: &str) -> Result<Interval, String> {
        let no_range = || {
            "not a range: write FROM..TO, FROM..=TO, FROM.., ..TO, ..=TO or .. \
             (for one value, use leafwise get)"
                .to_string()
        };
        let (from, rest) = if text.starts_with('"') {
            let (from, rest) = take_quoted(text)?;
            (Some(from), rest)
        } else {
            let at = text.find("..").ok_or_else(no_range)?;
            let (from, rest) = text.split_at(at);
            ((!from.is_empty()).then(|| from.to_string()), rest)
        };
        let rest = rest.strip_prefix("..").ok_or_else(no_range)?;
        let (inclusive, rest) = rest
            .strip_prefix('=')
            .map_or((false, rest), |rest| (true, rest));
        let to = if rest.starts_with('"') {
            let (to, rest) = take_quoted(rest)?;
            if !rest.is_empty() {
                return Err("there is text after the closing double quote".to_string());
            }
            Some(to)
        } else if rest.starts_with('.') || rest.contains("..") {
            return Err(
                "`..` occurs more than once: put a bound that contains dots \
                 between double quotes, as in '\"1.\"..\"a..b\"'"
                    .to_string(),
            );
        } else {
            (!rest.is_empty()).then(|| rest.to_string())
        };
        let to = match (to, inclusive) {
            (Some(to), true) => Bound::Included(to),
            (Some(to), false) => Bound::Excluded(to),
            (None, true) => return Err("`..=` needs an end".to_string()),
            (None, false) => Bound::Unbounded,
        };
        Ok(Interval { from, to })
    }

    /// The bounds that are given.
    pub(crate) fn asked(&self) -> Vec<&str> {
        self.from
            .as_deref()
            .into_iter()
            .chain(self.to_text())
            .collect()
    }

    fn to_text(&self) -> Option<&str> {
        match &self.to {
            Bound::Included(to) | Bound::Excluded(to) => Some(to),
            Bound::Unbounded => None,
        }
    }

    /// The bounds as keys of these columns.
    ///
    /// Returns an error if the start is greater than the end.
    pub(crate) fn query(&self, columns: &KeyColumns) -> Result<Query, Error> {
        let from = match &self.from {
            Some(from) => Bound::Included(columns.key(from, "")?.key),
            None => Bound::Unbounded,
        };
        let to = match &self.to {
            Bound::Included(to) => columns.key(to, "")?.upper(true),
            Bound::Excluded(to) => columns.key(to, "")?.upper(false),
            Bound::Unbounded => Bound::Unbounded,
        };
        if let (Bound::Included(first), Bound::Included(last) | Bound::Excluded(last)) =
            (&from, &to)
            && first > last
        {
            return Err(Error::Inverted {
                from: shown(self.from.as_deref().unwrap_or_default().as_bytes()),
                to: shown(self.to_text().unwrap_or_default().as_bytes()),
                kind: columns.plural(),
            });
        }
        Ok(Query::Within((from, to)))
    }
}

/// Splits text that begins with a double quote into the text between the quotes and the rest.
fn take_quoted(text: &str) -> Result<(String, &str), String> {
    let mut taken = String::new();
    let mut rest = text.strip_prefix('"').unwrap_or(text);
    loop {
        let (before, after) = rest
            .split_once('"')
            .ok_or_else(|| "a double quote is not closed".to_string())?;
        taken.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                taken.push('"');
                rest = after;
            }
            None => return Ok((taken, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(from: Option<&str>, to: Bound<&str>) -> Result<Interval, String> {
        Ok(Interval {
            from: from.map(str::to_string),
            to: to.map(str::to_string),
        })
    }

    #[test]
    fn every_form() {
        use Bound::{Excluded, Included, Unbounded};
        assert_eq!(Interval::parse("1..5"), interval(Some("1"), Excluded("5")));
        assert_eq!(
            Interval::parse("-5..-1"),
            interval(Some("-5"), Excluded("-1"))
        );
        assert_eq!(Interval::parse("1..=5"), interval(Some("1"), Included("5")));
        assert_eq!(
            Interval::parse("1.5..2.5"),
            interval(Some("1.5"), Excluded("2.5"))
        );
        assert_eq!(Interval::parse("..5"), interval(None, Excluded("5")));
        assert_eq!(Interval::parse("..=5"), interval(None, Included("5")));
        assert_eq!(Interval::parse("5.."), interval(Some("5"), Unbounded));
        assert_eq!(Interval::parse(".."), interval(None, Unbounded));
    }

    #[test]
    fn quotes_protect_dots() {
        use Bound::{Excluded, Included, Unbounded};
        assert_eq!(
            Interval::parse("\"a..b\"..\"c\"\"d\""),
            interval(Some("a..b"), Excluded("c\"d"))
        );
        assert_eq!(
            Interval::parse("\"\"..=\"\""),
            interval(Some(""), Included(""))
        );
        assert_eq!(Interval::parse("\"1.\".."), interval(Some("1."), Unbounded));
        assert_eq!(Interval::parse("..\"=x\""), interval(None, Excluded("=x")));
    }

    #[test]
    fn invalid_ranges_are_refused() {
        for bad in [
            "",
            "5",
            "1.5",
            "1...5",
            "a..b..c",
            "5...",
            "5..=",
            "\"a",
            "\"a\"b",
            "\"a\"..\"b\"c",
            "...",
            "--limit",
        ] {
            assert!(Interval::parse(bad).is_err(), "{bad}");
        }
    }
}
