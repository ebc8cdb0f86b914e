//! The types that a key column can have, and how a cell becomes a key.
//!
//! Keys only order rows. Rows are printed from the file, never from their keys, so a key need not
//! keep how it was written (`1.50`, `+7`). Where this would make two different cells equal,
//! [`Key::faithful`] returns false, and the type is not inferred.

use std::cmp::Ordering;

use clap::ValueEnum;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The types of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Whole numbers of up to 128 bits
    Integer,
    /// 64-bit floating point, in total order
    Float,
    /// A date: 2024-05-31
    Date,
    /// An instant: 2024-05-31T23:59:59Z; or a date, which means its midnight in UTC
    Timestamp,
    /// Text, ordered by code points
    Text,
}

impl Kind {
    /// The types that can be inferred from cells, the narrowest first.
    pub(crate) const INFERRED: [Kind; 4] =
        [Kind::Integer, Kind::Float, Kind::Date, Kind::Timestamp];

    /// The name that `--type` takes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Integer => "integer",
            Kind::Float => "float",
            Kind::Date => "date",
            Kind::Timestamp => "timestamp",
            Kind::Text => "text",
        }
    }

    /// The name after "is not".
    pub(crate) fn with_article(self) -> &'static str {
        match self {
            Kind::Integer => "an integer",
            Kind::Float => "a float",
            Kind::Date => "a date (such as 2024-05-31)",
            Kind::Timestamp => "a timestamp (such as 2024-05-31T23:59:59Z)",
            Kind::Text => "text",
        }
    }

    /// Whether a cell is of this type and remains different from all other cells.
    pub(crate) fn fits(self, cell: &str) -> bool {
        with_key!(self, K => K::faithful(cell) && K::parse(cell).is_some())
    }

    /// Whether a requested value is of this type.
    pub(crate) fn accepts(self, asked: &str) -> bool {
        with_key!(self, K => K::parse_asked(asked).is_some())
    }

    /// Whether a cell is empty or blank, so that its row has no key. As text it is a key like any
    /// other.
    pub(crate) fn is_missing(self, cell: &str) -> bool {
        self != Kind::Text && trim(cell).is_empty()
    }
}

/// Evaluates an expression with a type alias bound to the key type of a [`Kind`].
macro_rules! with_key {
    ($kind:expr, $key:ident => $body:expr) => {
        match $kind {
            $crate::key::Kind::Integer => $crate::key::with_key!(@arm i128, $key, $body),
            $crate::key::Kind::Float => {
                $crate::key::with_key!(@arm $crate::key::Float, $key, $body)
            }
            $crate::key::Kind::Date => $crate::key::with_key!(@arm jiff::civil::Date, $key, $body),
            $crate::key::Kind::Timestamp => {
                $crate::key::with_key!(@arm jiff::Timestamp, $key, $body)
            }
            $crate::key::Kind::Text => $crate::key::with_key!(@arm Box<str>, $key, $body),
        }
    };
    (@arm $type:ty, $key:ident, $body:expr) => {{
        #[allow(unused_imports, reason = "not every body calls the trait's methods")]
        use $crate::key::Key as _;
        type $key = $type;
        $body
    }};
}
pub(crate) use with_key;

/// A type that a column can be indexed by.
pub(crate) trait Key: Ord + Clone + 'static {
    /// The name of this type.
    const KIND: Kind;

    /// Parses a cell; `None` if it is not of this type.
    fn parse(cell: &str) -> Option<Self>;

    /// Reads a value of the command line, where a number may be grouped: `10_000_000`.
    fn parse_asked(asked: &str) -> Option<Self> {
        Self::parse(asked)
    }

    /// Whether no cell with another meaning becomes the same key. Called for cells that `parse`
    /// accepts.
    fn faithful(_cell: &str) -> bool {
        true
    }
}

impl Key for i128 {
    const KIND: Kind = Kind::Integer;

    fn parse(cell: &str) -> Option<i128> {
        trim(cell).parse().ok()
    }

    fn parse_asked(asked: &str) -> Option<i128> {
        i128::parse(&ungrouped(asked)?)
    }

    /// `007` is a code rather than a number: as a number it would equal `7`.
    fn faithful(cell: &str) -> bool {
        let cell = trim(cell);
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        cell == "0" || !digits.starts_with(['0', '+'])
    }
}

/// A 64-bit float in IEEE 754's total order: -NaN, -inf, …, -0, 0, …, inf, NaN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Float(f64);

impl Ord for Float {
    fn cmp(&self, other: &Float) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Float) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Float) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Float {}

impl Key for Float {
    const KIND: Kind = Kind::Float;

    fn parse(cell: &str) -> Option<Float> {
        let cell = trim(cell);
        let value: f64 = cell.parse().ok()?;
        // The standard parser turns `1e999` into infinity; only the words for it are accepted.
        let overflowed = value.is_infinite() && cell.contains(|c: char| c.is_ascii_digit());
        (!overflowed).then_some(Float(value))
    }

    fn parse_asked(asked: &str) -> Option<Float> {
        Float::parse(&ungrouped(asked)?)
    }

    /// A whole number that a float cannot represent would equal its neighbour.
    fn faithful(cell: &str) -> bool {
        let cell = trim(cell);
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return true;
        }
        let (Ok(exact), Ok(float)) = (cell.parse::<i128>(), cell.parse::<f64>()) else {
            return false;
        };
        (digits == "0" || !digits.starts_with('0')) && float as i128 == exact
    }
}

impl Key for Date {
    const KIND: Kind = Kind::Date;

    fn parse(cell: &str) -> Option<Date> {
        let cell = trim(cell);
        has_shape(cell, DATE_SHAPE)
            .then(|| cell.parse().ok())
            .flatten()
    }
}

impl Key for Timestamp {
    const KIND: Kind = Kind::Timestamp;

    fn parse(cell: &str) -> Option<Timestamp> {
        let cell = trim(cell);
        if let Some(date) = Date::parse(cell) {
            return Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp());
        }
        is_rfc3339_timestamp(cell)
            .then(|| cell.parse().ok())
            .flatten()
    }
}

impl Key for Box<str> {
    const KIND: Kind = Kind::Text;

    fn parse(cell: &str) -> Option<Box<str>> {
        Some(cell.into())
    }
}

/// Removes spaces and tabs around a number or a date (`1, 2, 3`).
fn trim(cell: &str) -> &str {
    cell.trim_matches([' ', '\t'])
}

/// Removes the underscores from `10_000_000`; `None` if one is not between two digits.
fn ungrouped(asked: &str) -> Option<String> {
    let bytes = asked.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let between = |at: usize| at > 0 && is_digit(at - 1) && is_digit(at + 1);
    let all_between = (0..bytes.len())
        .filter(|at| bytes[*at] == b'_')
        .all(between);
    all_between.then(|| asked.replace('_', ""))
}

const DATE_SHAPE: &str = "dddd-dd-dd";

/// Whether text has a shape, in which `d` is any digit and everything else is itself.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, expected)| match expected {
                b'd' => byte.is_ascii_digit(),
                _ => byte == expected,
            })
}

/// Whether text has the shape of an RFC 3339 timestamp. It is checked first, as `jiff` accepts more
/// (hours alone, time zones in brackets).
fn is_rfc3339_timestamp(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(DATE_SHAPE.len()) else {
        return false;
    };
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return false;
    };
    let Some((time, rest)) = rest.split_at_checked("dd:dd:dd".len()) else {
        return false;
    };
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if offset.len() == fraction.len() {
                return false;
            }
            offset
        }
        None => rest,
    };
    has_shape(date, DATE_SHAPE)
        && has_shape(time, "dd:dd:dd")
        && (matches!(offset, "Z" | "z")
            || has_shape(offset, "+dd:dd")
            || has_shape(offset, "-dd:dd"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_exact_and_wide() {
        assert_eq!(
            i128::parse("18446744073709551617"),
            Some(18_446_744_073_709_551_617)
        );
        assert_eq!(i128::parse(" -5\t"), Some(-5));
        for bad in [
            "",
            "1.0",
            "1_000",
            "0x10",
            "170141183460469231731687303715884105728",
        ] {
            assert_eq!(i128::parse(bad), None, "{bad}");
        }
        for code in ["007", "-0", "+7", "00"] {
            assert!(
                i128::parse(code).is_some() && !i128::faithful(code),
                "{code}"
            );
        }
        assert!(i128::faithful("0") && i128::faithful("-10"));
    }

    #[test]
    fn underscores_group_digits_in_requested_numbers_only() {
        assert_eq!(i128::parse_asked("-10_000_001"), Some(-10_000_001));
        assert_eq!(Float::parse_asked("1_0.5"), Some(Float(10.5)));
        for bad in ["_1", "1_", "1__0", "1_.5", "_"] {
            assert_eq!(Float::parse_asked(bad), None, "{bad}");
        }
        assert_eq!(Box::<str>::parse_asked("a_1").as_deref(), Some("a_1"));
    }

    #[test]
    fn floats_are_totally_ordered() {
        let written = [
            "-nan", "-inf", "-1e300", "-0.0", "0", "5e-324", "1.5", "inf", "NaN",
        ];
        let keys: Vec<Float> = written
            .iter()
            .map(|cell| Float::parse(cell).unwrap())
            .collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
        assert_eq!(Float::parse("1e999"), None);
    }

    #[test]
    fn floats_do_not_round_whole_numbers() {
        assert!(
            Float::faithful("9007199254740992") && Float::faithful("-1") && Float::faithful("0.1")
        );
        assert!(!Float::faithful("9007199254740993"));
        assert!(!Float::faithful(&"9".repeat(50)));
        assert!(!Float::faithful("007"));
    }

    #[test]
    fn dates_and_timestamps_are_rfc_3339_only() {
        assert!(Date::parse("2024-02-29").is_some());
        for bad in [
            "2023-02-29",
            "20240229",
            "2024-2-9",
            "2024-02-29T00:00:00Z",
            "2024-060",
        ] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
        let noon = Timestamp::parse("2024-05-31T12:00:00Z").unwrap();
        let same = [
            "2024-05-31t14:00:00+02:00",
            "2024-05-31 11:59:59.999999999z",
            "2024-05-31T12:00:00-00:00",
        ];
        assert_eq!(Timestamp::parse(same[0]), Some(noon));
        assert!(Timestamp::parse(same[1]).unwrap() < noon);
        assert_eq!(Timestamp::parse(same[2]), Some(noon));
        assert!(Timestamp::parse("2024-05-31").unwrap() < noon);
        for bad in [
            "2024-05-31T12:00:00",
            "2024-05-31T12:00Z",
            "2024-05-31T12:00:00.Z",
            "2024-05-31T25:00:00Z",
            "2024-05-31T12:00:00+02:00[Europe/Paris]",
            "2024-05-31T12:00:00+0200",
            "2024-05-31é12:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(bad), None, "{bad}");
        }
    }
}
