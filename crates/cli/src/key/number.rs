//! Numbers: exact decimals of any length, and floats.
//!
//! The key of a decimal number is its decimal digits, so nothing is rounded. With the value as
//! 0.d₁d₂d₃… × 10ᵉ, d₁ ≠ 0, it is: a byte for the sign and the exponent; four bytes for an exponent
//! beyond ±30; then the digits, without trailing zeros. A negative number has all of these bits
//! inverted, and ends with a byte greater than any inverted digit: of two negative numbers that
//! begin alike, the longer one is the smaller. (Two digits a byte make shorter keys, but took a
//! fifth more instructions to search a table of integers.)

use std::borrow::Cow;

/// Exponents of this size or smaller are part of the first byte.
const EXPONENT_SMALL: u32 = 30;

/// The first byte: zero lies between the negative and the positive numbers.
const ZERO: u8 = 0x80;
const TINY: u8 = 0x90;
const SMALL: u8 = 0xa0 + EXPONENT_SMALL as u8;
const HUGE: u8 = 0xe0;

/// The end of a negative number.
const END: u8 = 0xff;

/// The signs that the numbers of a table are written with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Notation {
    /// What separates groups of three digits.
    pub(crate) thousands: Option<char>,
    /// What separates the fraction, if not a point.
    pub(crate) decimal: Option<char>,
}

impl Notation {
    /// A number of this notation in the plain one; `None` if its groups are not of three digits.
    pub(crate) fn plain<'c>(&self, cell: &'c [u8]) -> Option<Cow<'c, [u8]>> {
        if *self == Notation::default() {
            return Some(Cow::Borrowed(cell));
        }
        let cell = std::str::from_utf8(cell).ok()?;
        let decimal = self.decimal.unwrap_or('.');
        let (whole, rest) = match cell.find(decimal) {
            Some(at) => cell.split_at(at),
            None => (cell, ""),
        };
        let mut plain = match self.thousands.filter(|sign| whole.contains(*sign)) {
            Some(sign) => {
                let digits_start = whole.find(|c: char| c.is_ascii_digit())?;
                let (prefix, digits) = whole.split_at(digits_start);
                if !["", "+", "-"].contains(&prefix) {
                    return None;
                }
                let mut groups = digits.split(sign);
                let first_fits = groups.next().is_some_and(|it| (1..=3).contains(&it.len()));
                let is_digit = |c: char| c.is_ascii_digit() || c == sign;
                // Without the last test, `1,2e3` would be 12e3.
                if !first_fits || !groups.all(|it| it.len() == 3) || !digits.chars().all(is_digit) {
                    return None;
                }
                format!("{prefix}{}", digits.replace(sign, ""))
            }
            None => whole.to_string(),
        };
        // A sign that this notation does not have must not pass as another one.
        if decimal != '.' && cell.contains('.') && self.thousands != Some('.') {
            return None;
        }
        if let Some(fraction) = rest.strip_prefix(decimal) {
            if self.thousands.is_some_and(|sign| fraction.contains(sign)) {
                return None;
            }
            plain.push('.');
            plain.push_str(fraction);
        }
        Some(Cow::Owned(plain.into_bytes()))
    }
}

/// A decimal number as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numeral<'c> {
    sign: Option<u8>,
    whole: &'c [u8],
    fraction: Option<&'c [u8]>,
    exponent: Option<Exponent<'c>>,
}

#[derive(Clone, Copy, Debug)]
struct Exponent<'c> {
    letter: u8,
    sign: Option<u8>,
    digits: &'c [u8],
}

/// Splits a number into its parts: `[+-]digits[.digits][e[+-]digits]`, with a digit before or after
/// the point.
pub(super) fn parse(cell: &[u8]) -> Option<Numeral<'_>> {
    let (sign, rest) = take_sign(cell);
    let (whole, rest) = take_digits(rest);
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => {
            let (fraction, rest) = take_digits(rest);
            (Some(fraction), rest)
        }
        None => (None, rest),
    };
    if whole.is_empty() && fraction.is_none_or(<[u8]>::is_empty) {
        return None;
    }
    let exponent = match rest {
        [] => None,
        [letter @ (b'e' | b'E'), rest @ ..] => {
            let (sign, rest) = take_sign(rest);
            let (digits, rest) = take_digits(rest);
            if digits.is_empty() || !rest.is_empty() {
                return None;
            }
            Some(Exponent {
                letter: *letter,
                sign,
                digits,
            })
        }
        _ => return None,
    };
    Some(Numeral {
        sign,
        whole,
        fraction,
        exponent,
    })
}

fn take_sign(text: &[u8]) -> (Option<u8>, &[u8]) {
    match text {
        [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
        _ => (None, text),
    }
}

fn take_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let is_other = |byte: &u8| !byte.is_ascii_digit();
    text.split_at(text.iter().position(is_other).unwrap_or(text.len()))
}

impl Numeral<'_> {
    /// Whether it is written as a whole number.
    pub(super) fn is_whole(&self) -> bool {
        self.fraction.is_none() && self.exponent.is_none()
    }

    /// Appends the key; false if the exponent is beyond 32 bits.
    pub(super) fn encode(&self, key: &mut Vec<u8>) -> bool {
        let fraction = self.fraction.unwrap_or_default();
        let zeros = leading_zeros(self.whole);
        let whole = &self.whole[zeros..];
        // The digits from the first to the last that is not zero, and the power of ten.
        let (first, second, power) = if whole.is_empty() {
            let zeros = leading_zeros(fraction);
            (&fraction[zeros..], &[][..], -(zeros as i64))
        } else {
            (whole, fraction, whole.len() as i64)
        };
        let second = without_trailing_zeros(second);
        let first = match second.is_empty() {
            true => without_trailing_zeros(first),
            false => first,
        };
        if first.is_empty() {
            key.push(ZERO);
            return true;
        }
        let shift = self.exponent.map_or(Some(0), |exponent| exponent.value());
        let Some(exponent) = shift
            .and_then(|shift| power.checked_add(shift))
            .and_then(|exponent| i32::try_from(exponent).ok())
        else {
            return false;
        };
        let start = key.len();
        push_exponent(exponent, key);
        key.extend_from_slice(first);
        key.extend_from_slice(second);
        if self.sign == Some(b'-') {
            key[start..].iter_mut().for_each(|byte| *byte = !*byte);
            key.push(END);
        }
        true
    }

    /// See [`super::KeyType::read`].
    pub(super) fn spellings(&self) -> Spellings {
        let is_zero = |digits: &[u8]| digits.iter().all(|digit| *digit == b'0');
        let fraction = self.fraction.unwrap_or_default();
        let is_nothing = is_zero(self.whole) && is_zero(fraction);
        if self.sign == Some(b'+') || (self.sign == Some(b'-') && is_nothing) {
            return Spellings::NONE;
        }
        let whole = match self.whole {
            [] => Spellings::NO_ZERO,
            [b'0'] if self.fraction.is_some() && self.exponent.is_none() => Spellings::ZERO,
            [b'0', _, ..] => return Spellings::NONE,
            _ => Spellings::ZERO | Spellings::NO_ZERO,
        };
        let fixed = Spellings::FIXED;
        let fraction_style = match self.fraction {
            None => Spellings::SHORTEST | fixed,
            Some([]) => return Spellings::NONE,
            Some([_]) if fraction == b"0" => Spellings::POINTED | fixed,
            Some([.., b'0']) => fixed,
            Some(_) => Spellings::SHORTEST | Spellings::POINTED | fixed,
        };
        let exponent = match self.exponent {
            None => Spellings::PLAIN,
            Some(exponent) => exponent.spellings(self.whole, is_nothing),
        };
        Spellings {
            bits: whole | fraction_style | exponent,
            digits: fraction.len(),
        }
    }
}

impl Exponent<'_> {
    /// `None` if it is beyond any number that a key can hold.
    fn value(&self) -> Option<i64> {
        let zeros = leading_zeros(self.digits);
        let digits = &self.digits[zeros..];
        if digits.len() > 10 {
            return None;
        }
        let value = digits
            .iter()
            .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        Some(if self.sign == Some(b'-') {
            -value
        } else {
            value
        })
    }

    /// An exponent leaves one way to write a number if the number before it is from 1 to 9.9…, or
    /// all zeros with the exponent zero.
    fn spellings(&self, whole: &[u8], is_nothing: bool) -> u16 {
        let is_normal = match whole {
            [b'0'] => is_nothing && self.digits.iter().all(|digit| *digit == b'0'),
            [_] => true,
            _ => false,
        };
        if !is_normal {
            return 0;
        }
        let (short, padded) = match self.letter {
            b'e' => (Spellings::LOWER_SHORT, Spellings::LOWER_PADDED),
            _ => (Spellings::UPPER_SHORT, Spellings::UPPER_PADDED),
        };
        let is_zero = self.digits.iter().all(|digit| *digit == b'0');
        if is_zero && self.sign == Some(b'-') {
            return 0;
        }
        // As in `1e5`, `1e-5`.
        let is_short = self.sign != Some(b'+') && (self.digits == b"0" || self.digits[0] != b'0');
        // As in `1e+05`, `1e-05`, `1e+100`.
        let is_padded = self.sign.is_some()
            && (self.digits.len() == 2 || (self.digits.len() > 2 && self.digits[0] != b'0'));
        (if is_short { short } else { 0 }) | (if is_padded { padded } else { 0 })
    }
}

fn leading_zeros(digits: &[u8]) -> usize {
    let is_other = |digit: &u8| *digit != b'0';
    digits.iter().position(is_other).unwrap_or(digits.len())
}

fn without_trailing_zeros(digits: &[u8]) -> &[u8] {
    let end = digits.iter().rposition(|digit| *digit != b'0');
    &digits[..end.map_or(0, |at| at + 1)]
}

fn push_exponent(exponent: i32, key: &mut Vec<u8>) {
    if exponent.abs_diff(0) <= EXPONENT_SMALL {
        key.push(SMALL.wrapping_add_signed(exponent as i8));
    } else {
        // Exponents of one sign are ordered as their bits are.
        key.push(if exponent < 0 { TINY } else { HUGE });
        key.extend_from_slice(&exponent.to_be_bytes());
    }
}

/// A decimal number, taken from its key: 0.d₁d₂d₃… × 10ᵉ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decimal {
    pub(crate) is_negative: bool,
    /// In ASCII, without zeros at either end; none for zero.
    pub(crate) digits: Vec<u8>,
    pub(crate) exponent: i64,
}

impl Decimal {
    /// The number as it is written by default: with an exponent if it would have many zeros.
    pub(crate) fn show(&self) -> String {
        const ZEROS_MAX: i64 = 40;
        let digits = String::from_utf8_lossy(&self.digits);
        let (length, exponent) = (digits.len() as i64, self.exponent);
        let sign = if self.is_negative { "-" } else { "" };
        let number = if digits.is_empty() {
            "0".to_string()
        } else if exponent > 0 && exponent - length <= ZEROS_MAX {
            let digits = format!("{digits:0<width$}", width = exponent as usize);
            match digits.split_at(exponent as usize) {
                (whole, "") => whole.to_string(),
                (whole, fraction) => format!("{whole}.{fraction}"),
            }
        } else if exponent <= 0 && -exponent <= ZEROS_MAX {
            format!("0.{}{digits}", "0".repeat(-exponent as usize))
        } else {
            format!("0.{digits}e{exponent}")
        };
        format!("{sign}{number}")
    }
}

/// The exponent and the number of digits of a key, of which only the length and the first bytes are
/// looked at.
pub(crate) fn shape(key: &[u8]) -> (i64, i64) {
    let (invert, end) = match key.first() {
        Some(first) if *first < ZERO => (0xff, 1),
        _ => (0, 0),
    };
    let length = key.len() as i64 - end;
    match key {
        [] | [ZERO, ..] => (0, 0),
        [first, a, b, c, d, ..] if [TINY, HUGE].contains(&(first ^ invert)) => {
            let exponent = [*a, *b, *c, *d].map(|byte| byte ^ invert);
            (i64::from(i32::from_be_bytes(exponent)), length - 5)
        }
        [first, ..] => (i64::from(first ^ invert) - i64::from(SMALL), length - 1),
    }
}

/// The number of a key.
pub(crate) fn decode(key: &[u8]) -> Option<Decimal> {
    let (first, rest) = key.split_first()?;
    let is_negative = *first < ZERO;
    if *first == ZERO {
        return rest.is_empty().then(|| Decimal {
            is_negative,
            digits: Vec::new(),
            exponent: 0,
        });
    }
    let mut bytes = key.to_vec();
    if is_negative {
        bytes.pop().filter(|end| *end == END)?;
        bytes.iter_mut().for_each(|byte| *byte = !*byte);
    }
    let (first, rest) = bytes.split_first()?;
    let (exponent, digits) = match *first {
        TINY | HUGE => {
            let (exponent, digits) = rest.split_first_chunk()?;
            (i64::from(i32::from_be_bytes(*exponent)), digits)
        }
        small => (i64::from(small) - i64::from(SMALL), rest),
    };
    let is_valid = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_valid.then(|| Decimal {
        is_negative,
        digits: digits.to_vec(),
        exponent,
    })
}

/// In which ways a number is spelled so that no other spelling of that way has its value. The
/// spellings of a column are those that all its cells have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spellings {
    bits: u16,
    /// The number of digits behind the point, for [`Spellings::FIXED`].
    digits: usize,
}

impl Spellings {
    /// `0.5` or `.5`: the zero before a point is written, or is not.
    const ZERO: u16 = 1;
    const NO_ZERO: u16 = 1 << 1;

    /// `1`, `1.5`: no zero at the end of a fraction.
    const SHORTEST: u16 = 1 << 2;
    /// `1.0`, `1.5`: as the shortest, but always with a fraction.
    const POINTED: u16 = 1 << 3;
    /// `1.00`, `1.50`: always as many digits.
    const FIXED: u16 = 1 << 4;

    /// Without an exponent, or with one that is written in one of four ways.
    const PLAIN: u16 = 1 << 5;
    const LOWER_SHORT: u16 = 1 << 6;
    const LOWER_PADDED: u16 = 1 << 7;
    const UPPER_SHORT: u16 = 1 << 8;
    const UPPER_PADDED: u16 = 1 << 9;

    /// The choices that each spelling makes.
    const CHOICES: [u16; 3] = [
        Spellings::ZERO | Spellings::NO_ZERO,
        Spellings::SHORTEST | Spellings::POINTED | Spellings::FIXED,
        Spellings::PLAIN
            | Spellings::LOWER_SHORT
            | Spellings::LOWER_PADDED
            | Spellings::UPPER_SHORT
            | Spellings::UPPER_PADDED,
    ];

    /// The number of digits that agrees with any other.
    const ANY_DIGITS: usize = usize::MAX;

    pub(crate) const NONE: Spellings = Spellings { bits: 0, digits: 0 };
    pub(crate) const ALL: Spellings = Spellings {
        bits: u16::MAX,
        digits: Spellings::ANY_DIGITS,
    };

    /// These spellings as a number, for a file.
    pub(crate) fn to_number(self) -> u64 {
        let digits = u64::try_from(self.digits).unwrap_or(u64::MAX);
        (digits.min(u64::MAX >> 17) << 16) | u64::from(self.bits)
    }

    /// The spellings of [`to_number`](Self::to_number).
    pub(crate) fn of_number(number: u64) -> Spellings {
        let digits = number >> 16;
        Spellings {
            bits: number as u16,
            digits: match digits == u64::MAX >> 17 {
                true => Spellings::ANY_DIGITS,
                false => digits as usize,
            },
        }
    }

    /// The spellings that both have.
    pub(crate) fn and(self, other: Spellings) -> Spellings {
        let bits = self.bits & other.bits;
        let (least, most) = (self.digits.min(other.digits), self.digits.max(other.digits));
        match least == most || most == Spellings::ANY_DIGITS {
            true => Spellings {
                bits,
                digits: least,
            },
            false => Spellings {
                bits: bits & !Spellings::FIXED,
                digits: least,
            },
        }
    }

    /// Whether there is none.
    pub(crate) fn is_none(self) -> bool {
        Spellings::CHOICES
            .iter()
            .any(|choice| self.bits & choice == 0)
    }
}

/// Appends the key of a 64-bit float in IEEE 754's total order: -NaN, -inf, …, -0, 0, …, inf, NaN.
pub(super) fn encode_float(cell: &[u8], key: &mut Vec<u8>) -> bool {
    let Some(text) = std::str::from_utf8(cell).ok() else {
        return false;
    };
    let Ok(value) = text.parse::<f64>() else {
        return false;
    };
    // The standard parser turns `1e999` into infinity; only the words for it are accepted.
    if value.is_infinite() && cell.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let bits = value.to_bits();
    let ordered = if value.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    };
    key.extend_from_slice(&ordered.to_be_bytes());
    true
}

/// The float of a key's eight bytes, as it is written by default.
pub(crate) fn show_float(ordered: u64) -> String {
    let float = match ordered >> 63 {
        0 => f64::from_bits(!ordered),
        _ => f64::from_bits(ordered & !(1 << 63)),
    };
    match float.is_nan() && float.is_sign_negative() {
        true => "-NaN".to_string(),
        // With an exponent if there would be many zeros.
        false => format!("{float:?}").trim_end_matches(".0").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(cell: &str) -> Vec<u8> {
        let mut key = Vec::new();
        assert!(parse(cell.as_bytes()).unwrap().encode(&mut key), "{cell}");
        key
    }

    #[test]
    fn keys_are_ordered_as_the_numbers_are() {
        let huge = "9".repeat(60);
        let ascending = [
            &format!("-{huge}"),
            "-1e40",
            "-18446744073709551616",
            "-100.5",
            "-100",
            "-99.99",
            "-1.55",
            "-1.5",
            "-1.05",
            "-1",
            "-0.5",
            "-0.05",
            "-1e-31",
            "-1e-40",
            "0",
            "1e-40",
            "1e-31",
            "0.05",
            "0.5",
            "1",
            "1.05",
            "1.5",
            "1.55",
            "9",
            "10",
            "11",
            "99.99",
            "100",
            "100.5",
            "9007199254740992",
            "9007199254740993",
            "18446744073709551616",
            "1e40",
            &huge,
            "1e2147483646",
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn equal_numbers_have_equal_keys() {
        for equal in [
            &["7", "+7", "007", "7.0", "7.", "70e-1", "0.7e1"][..],
            &["0", "-0", "0.00", ".0", "0e5", "-0e-99"],
            &["-1.5", "-1.50", "-15e-1", "-0015E-1"],
            &["314e90", "3.14e92"],
        ] {
            for other in equal {
                assert_eq!(key(equal[0]), key(other), "{other}");
            }
        }
    }

    #[test]
    fn what_is_not_a_number() {
        for bad in [
            "", "-", ".", "1.2.3", "1_000", "0x10", "1e", "e1", "1e+", "1 2", "--1", "inf", "NaN",
            "1e1.5", "１",
        ] {
            assert!(parse(bad.as_bytes()).is_none(), "{bad}");
        }
        for beyond in ["1e2147483648", "1e-99999999999", "1e99999999999999999999"] {
            assert!(
                !parse(beyond.as_bytes()).unwrap().encode(&mut Vec::new()),
                "{beyond}"
            );
        }
    }

    fn have_one_spelling(cells: &[&str]) -> bool {
        let all = cells
            .iter()
            .map(|cell| parse(cell.as_bytes()).map_or(Spellings::NONE, |it| it.spellings()));
        !all.fold(Spellings::ALL, Spellings::and).is_none()
    }

    #[test]
    fn columns_in_which_each_value_has_one_spelling() {
        for column in [
            &["1", "0", "-7", "100"][..],
            &["1", "1.5", "0.25", "-3.125"],
            &["1.0", "1.5", "0.0", "100.25"],
            &["1.50", "2.00", "10.25", "0.00"],
            &[".5", "1.5", "-.25"],
            &["1e5", "2.5e-3", "-1e10", "0e0"],
            &["1.50e+05", "2.00e-03", "0.00e+00", "1.00e+100"],
            &["1E5", "2.5E-13"],
        ] {
            assert!(have_one_spelling(column), "{column:?}");
        }
        for column in [
            &["1.1", "1.10"][..],
            &["1", "1.0"],
            &["1.5", "1.50"],
            &["007", "7"],
            &["+7"],
            &["-0"],
            &["-0.0"],
            &["0.5", ".5"],
            &["5."],
            &["0e1", "0e2"],
            &["314e90"],
            &["3.14e92", "314e90"],
            &["1e5", "100000"],
            &["1e5", "1E5"],
            &["1e+5"],
            &["1e05"],
            &["1e5", "1e+05"],
            &["10e4"],
            &["1e-0"],
            &["007.1"],
        ] {
            assert!(!have_one_spelling(column), "{column:?}");
        }
    }

    #[test]
    fn other_signs() {
        let german = Notation {
            thousands: Some('.'),
            decimal: Some(','),
        };
        let plain = |notation: Notation, cell: &'static str| {
            let plain = notation.plain(cell.as_bytes())?.into_owned();
            Some(String::from_utf8(plain).unwrap())
        };
        assert_eq!(plain(german, "-1.234.567,89").unwrap(), "-1234567.89");
        assert_eq!(plain(german, "1234,5").unwrap(), "1234.5");
        for bad in ["1.5", "1.23", "1234.567", "1,234.5", ".123", "1..234"] {
            assert_eq!(plain(german, bad), None, "{bad}");
        }
        let comma = Notation {
            thousands: None,
            decimal: Some(','),
        };
        assert_eq!(plain(comma, "1,5").unwrap(), "1.5");
        assert_eq!(plain(comma, "1.5"), None);
        let grouped = Notation {
            thousands: Some(','),
            decimal: None,
        };
        assert_eq!(plain(grouped, "1,234.5").unwrap(), "1234.5");
        for bad in ["1,2345", "1,2e3", "1e2,345", "1,-23"] {
            assert_eq!(plain(grouped, bad), None, "{bad}");
        }
    }

    #[test]
    fn floats_are_totally_ordered() {
        let ascending = [
            "-nan", "-inf", "-1e300", "-0.0", "0", "5e-324", "1.5", "inf", "NaN",
        ];
        let key = |cell: &str| {
            let mut key = Vec::new();
            encode_float(cell.as_bytes(), &mut key).then_some(key)
        };
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
        assert_eq!(key("1e999"), None);
    }
}
