//! How the keys of a column are held in an index file: as integers where all fit, so that the file
//! is small and others can read it, otherwise as the bytes that the program compares.

use std::ops::Bound;

use leafwise::file::{Collection, FileType, Header, KeyBuf, KeyForm};

use crate::key::number::{self, Decimal};
use crate::key::time::{self, Decoded};
use crate::key::{KeyType, Kind, composite};

/// Decimal digits that integers of 64 and of 128 bits have room for.
const DIGITS_64: i64 = 18;
const DIGITS_128: i64 = 38;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Moments are held in seconds, milliseconds, microseconds or nanoseconds.
const FRACTIONS: [usize; 4] = [0, 3, 6, 9];

/// What decides how the keys of a column are held.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fit {
    /// The greatest number of digits before the point, and behind it.
    Number { whole: i64, fraction: i64 },
    /// The greatest number of digits of the fraction, and whether there is a leap second.
    Moment { fraction: usize, has_leap: bool },
    /// The bytes that all keys begin with; `None` if there is no key.
    Bytes { shared: Option<Vec<u8>> },
}

impl Fit {
    /// That of a column whose keys are bytes, without keys.
    pub(crate) const BYTES: Fit = Fit::Bytes { shared: None };

    /// That of a column without keys.
    pub(crate) fn of(kind: Kind) -> Fit {
        match kind {
            Kind::Integer | Kind::Decimal => Fit::Number {
                whole: 0,
                fraction: 0,
            },
            Kind::Date | Kind::Datetime | Kind::Timestamp => Fit::Moment {
                fraction: 0,
                has_leap: false,
            },
            Kind::Float | Kind::Ip | Kind::Natural | Kind::Text => Fit::BYTES,
        }
    }

    /// Takes note of a key.
    pub(crate) fn observe(&mut self, key: &[u8]) {
        let own = match self {
            Fit::Bytes { shared } => {
                match shared {
                    None => *shared = Some(key.to_vec()),
                    Some(shared) => shared.truncate(shared_length(shared, key)),
                }
                return;
            }
            Fit::Number { .. } => {
                let (exponent, digits) = number::shape(key);
                Fit::Number {
                    whole: exponent.max(0),
                    fraction: (digits - exponent).max(0),
                }
            }
            Fit::Moment { .. } => Fit::Moment {
                fraction: key.len().saturating_sub(9),
                has_leap: key.get(8) == Some(&1),
            },
        };
        self.join(own);
    }

    /// Takes note of the keys that another fit has seen.
    pub(crate) fn join(&mut self, other: Fit) {
        match (self, other) {
            (
                Fit::Number { whole, fraction },
                Fit::Number {
                    whole: other_whole,
                    fraction: other_fraction,
                },
            ) => {
                *whole = other_whole.max(*whole);
                *fraction = other_fraction.max(*fraction);
            }
            (
                Fit::Moment { fraction, has_leap },
                Fit::Moment {
                    fraction: other_fraction,
                    has_leap: has_other_leap,
                },
            ) => {
                *fraction = other_fraction.max(*fraction);
                *has_leap |= has_other_leap;
            }
            (Fit::Bytes { shared }, Fit::Bytes { shared: other }) => match (&mut *shared, other) {
                (Some(own), Some(other)) => own.truncate(shared_length(own, &other)),
                (Some(_), None) => {}
                (None, other) => *shared = other,
            },
            // Columns have one type.
            _ => {}
        }
    }

    /// The number of bytes that all keys begin with.
    pub(crate) fn shared(&self) -> usize {
        match self {
            Fit::Bytes {
                shared: Some(shared),
            } => shared.len(),
            _ => 0,
        }
    }
}

fn shared_length(one: &[u8], other: &[u8]) -> usize {
    let pairs = one.iter().zip(other);
    pairs.take_while(|(one, other)| one == other).count()
}

/// How the keys of a file are held.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// Decimals times ten to the power of `scale`.
    Scaled { scale: u32, width: u8 },
    /// Days since 1970-01-01.
    Days,
    /// Seconds since 1970-01-01, times ten to the power of `scale`.
    Moments { kind: Kind, scale: u32, width: u8 },
    /// Floats, whose keys are integers of 64 bits.
    Floats,
    /// The bytes of keys, under a name for them.
    Bytes(String),
}

impl Form {
    /// The smallest form that all keys of a column fit into. A composite key has several types.
    pub(crate) fn of(types: &[KeyType], fit: &Fit) -> Form {
        let [key_type] = types else {
            return Form::Bytes("composite".to_string());
        };
        match (key_type.kind, fit) {
            (_, &Fit::Number { whole, fraction }) => {
                let digits = whole.saturating_add(fraction);
                let width = if digits <= DIGITS_64 {
                    8
                } else if digits <= DIGITS_128 {
                    16
                } else {
                    return Form::Bytes("number".to_string());
                };
                Form::Scaled {
                    scale: fraction as u32,
                    width,
                }
            }
            (Kind::Date, Fit::Moment { .. }) => Form::Days,
            (kind, &Fit::Moment { fraction, has_leap }) => {
                let scale = FRACTIONS.into_iter().find(|scale| fraction <= *scale);
                match scale.filter(|_| !has_leap) {
                    Some(scale) => Form::Moments {
                        kind,
                        scale: scale as u32,
                        // Nanoseconds of all years do not fit into 64 bits.
                        width: if scale == 9 { 16 } else { 8 },
                    },
                    None => Form::Bytes(kind.name().to_string()),
                }
            }
            (Kind::Float, _) => Form::Floats,
            (Kind::Text, _) if key_type.ignores_case => Form::Bytes("lower case".to_string()),
            (kind, _) => Form::Bytes(kind.name().to_string()),
        }
    }

    /// The form of the keys of a file, if the program knows it.
    pub(crate) fn of_file(header: &Header) -> Option<Form> {
        let KeyForm::Integers { width, is_signed } = header.key_form() else {
            return Some(Form::Bytes(header.key_type().to_string()));
        };
        let (name, scale) = match header.key_type().split_once('(') {
            Some((name, scale)) => (name, scale.strip_suffix(')')?.parse().ok()?),
            None => (header.key_type(), 0),
        };
        let form = match name {
            "i8" | "i16" | "i32" | "i64" | "i128" | "decimal" => Form::Scaled { scale, width },
            "date" => Form::Days,
            "datetime" => Form::Moments {
                kind: Kind::Datetime,
                scale,
                width,
            },
            "timestamp" => Form::Moments {
                kind: Kind::Timestamp,
                scale,
                width,
            },
            "f64" => Form::Floats,
            _ => return None,
        };
        (is_signed && form.width() == Some(width)).then_some(form)
    }

    fn width(&self) -> Option<u8> {
        match self {
            Form::Scaled { width, .. } | Form::Moments { width, .. } => Some(*width),
            Form::Days => Some(4),
            Form::Floats => Some(8),
            Form::Bytes(_) => None,
        }
    }

    /// Whether keys with that fit can be held in this form.
    pub(crate) fn has_room(&self, fit: &Fit) -> bool {
        match (self, fit) {
            (Form::Scaled { scale, width }, Fit::Number { whole, fraction }) => {
                let scale = i64::from(*scale);
                let digits = if *width == 8 { DIGITS_64 } else { DIGITS_128 };
                *fraction <= scale && whole.saturating_add(scale) <= digits
            }
            (Form::Moments { scale, .. }, Fit::Moment { fraction, has_leap }) => {
                *fraction <= *scale as usize && !has_leap
            }
            _ => true,
        }
    }

    /// The name of the type of keys in the file.
    pub(crate) fn name(&self) -> String {
        match self {
            Form::Scaled { scale: 0, width } => format!("i{}", u32::from(*width) * 8),
            Form::Scaled { scale, .. } => format!("decimal({scale})"),
            Form::Days => "date".to_string(),
            Form::Moments { kind, scale, .. } => format!("{}({scale})", kind.name()),
            Form::Floats => "f64".to_string(),
            Form::Bytes(name) => name.clone(),
        }
    }

    /// The type of a file with these keys and positions of that many bytes.
    pub(crate) fn file_type(&self, position_width: u32) -> FileType {
        FileType {
            collection: Collection::Index,
            may_be_grouped: true,
            node_keys: match self.width() {
                Some(_) => 0,
                // The levels of texts are large.
                None => 16,
            },
            form: match self.width() {
                Some(width) => KeyForm::Integers {
                    width,
                    is_signed: true,
                },
                None => KeyForm::Texts { length: None },
            },
            key_type: self.name(),
            value_type: format!("u{}", position_width * 8),
            value_width: position_width,
        }
    }

    /// The key of a row, as the file holds it. All keys of the column fit.
    pub(crate) fn hold(&self, key: &[u8], held: &mut KeyBuf) {
        match (self, &mut *held) {
            (Form::Bytes(_), KeyBuf::Text(text)) => {
                text.clear();
                text.extend_from_slice(key);
            }
            _ => *held = self.place(key).key,
        }
    }

    /// The key of a row, given how the file holds it; `None` if it cannot be one.
    pub(crate) fn key(&self, held: &KeyBuf, kinds: &[Kind]) -> Option<Vec<u8>> {
        let bits = match held {
            KeyBuf::Text(key) => return Some(key.clone()),
            KeyBuf::Integer(bits) => *bits,
        };
        let mut key = Vec::new();
        let key_type = KeyType::plain(*kinds.first()?);
        key_type.read(self.show_integer(bits).as_bytes(), &mut key)?;
        Some(key)
    }

    /// Where a key would be in the file.
    fn place(&self, key: &[u8]) -> Place {
        let (number, is_exact) = match self {
            Form::Bytes(_) => {
                return Place {
                    key: KeyBuf::Text(key.to_vec()),
                    is_exact: true,
                    is_beyond: false,
                };
            }
            Form::Floats => {
                let bits = key.try_into().map_or(0, u64::from_be_bytes);
                return Place {
                    key: KeyBuf::Integer(bits.into()),
                    is_exact: true,
                    is_beyond: false,
                };
            }
            Form::Scaled { scale, .. } => scaled(number::decode(key), *scale),
            Form::Days => days(time::decode(key)),
            Form::Moments { scale, .. } => moments(time::decode(key), *scale),
        };
        let bits = u32::from(self.width().unwrap_or(16)) * 8;
        let (least, greatest) = (i128::MIN >> (128 - bits), i128::MAX >> (128 - bits));
        let held = number.clamp(least, greatest);
        Place {
            // Ordered without a sign: the least number is 0.
            key: KeyBuf::Integer(held.wrapping_sub(least).cast_unsigned()),
            is_exact: is_exact && held == number,
            is_beyond: number < least,
        }
    }

    /// A bound of keys as a bound of what the file holds. A key that the file cannot hold is
    /// between two that it can.
    pub(crate) fn bound(&self, bound: &Bound<Vec<u8>>, is_start: bool) -> Bound<KeyBuf> {
        let (key, is_included) = match bound {
            Bound::Unbounded => return Bound::Unbounded,
            Bound::Included(key) => (key, true),
            Bound::Excluded(key) => (key, false),
        };
        let place = self.place(key);
        match (place.is_exact, place.is_beyond, is_start) {
            (true, ..) if is_included => Bound::Included(place.key),
            (true, ..) => Bound::Excluded(place.key),
            // The greatest number that the file can hold and that is less.
            (false, false, true) => Bound::Excluded(place.key),
            (false, false, false) => Bound::Included(place.key),
            // All numbers that the file can hold are greater.
            (false, true, true) => Bound::Included(place.key),
            (false, true, false) => Bound::Excluded(place.key),
        }
    }

    /// A key of the file as the cells of its columns are written by default.
    pub(crate) fn show(&self, key: &KeyBuf, kinds: &[Kind]) -> Vec<String> {
        match (key, kinds) {
            (KeyBuf::Integer(bits), _) => vec![self.show_integer(*bits)],
            (KeyBuf::Text(key), [kind]) => vec![kind.show(key)],
            (KeyBuf::Text(key), kinds) => {
                let parts = composite::split(key);
                parts
                    .iter()
                    .zip(kinds)
                    .map(|(part, kind)| kind.show(part))
                    .collect()
            }
        }
    }

    /// The integer that a key of the file is held as, with its sign.
    pub(crate) fn integer(&self, bits: u128) -> i128 {
        let width = u32::from(self.width().unwrap_or(16)) * 8;
        bits.cast_signed().wrapping_add(i128::MIN >> (128 - width))
    }

    fn show_integer(&self, bits: u128) -> String {
        let number = self.integer(bits);
        match self {
            Form::Scaled { scale, .. } => {
                let digits = format!("{:0>1$}", number.unsigned_abs(), *scale as usize + 1);
                let (whole, fraction) = digits.split_at(digits.len() - *scale as usize);
                let sign = if number < 0 { "-" } else { "" };
                let point = if fraction.is_empty() { "" } else { "." };
                format!("{sign}{whole}{point}{fraction}")
            }
            Form::Days => moment(number * i128::from(DAY_SECONDS), 0).show(Kind::Date),
            Form::Moments { kind, scale, .. } => moment(number, *scale).show(*kind),
            Form::Floats => number::show_float(bits as u64),
            Form::Bytes(_) => String::new(),
        }
    }
}

/// A key, and how it stands to what is asked for.
struct Place {
    /// The key itself, or else the greatest one that the file can hold and that is less; if there
    /// is none, the least one.
    key: KeyBuf,
    is_exact: bool,
    /// Whether what is asked for is less than all that the file can hold.
    is_beyond: bool,
}

/// The greatest integer that is not greater than a decimal times a power of ten, and whether it is
/// equal.
fn scaled(decimal: Option<Decimal>, scale: u32) -> (i128, bool) {
    let Some(decimal) = decimal else {
        return (i128::MIN, false);
    };
    let places = decimal.exponent.saturating_add(scale.into());
    let greatest = (
        if decimal.is_negative {
            i128::MIN
        } else {
            i128::MAX
        },
        false,
    );
    // More digits than this are beyond 128 bits.
    if places > DIGITS_128 {
        return greatest;
    }
    let kept = usize::try_from(places).unwrap_or(0);
    let digit = |at: usize| {
        decimal
            .digits
            .get(at)
            .map_or(0, |digit| i128::from(digit - b'0'))
    };
    let number = (0..kept).fold(0, |number, at| number * 10 + digit(at));
    let is_exact = kept >= decimal.digits.len();
    match (decimal.is_negative, is_exact) {
        (false, _) => (number, is_exact),
        (true, true) => (-number, true),
        (true, false) => (-number - 1, false),
    }
}

fn days(moment: Option<Decoded>) -> (i128, bool) {
    let Some(moment) = moment else {
        return (i128::MIN, false);
    };
    let is_midnight = moment.seconds.rem_euclid(DAY_SECONDS) == 0;
    let is_exact = is_midnight && moment.fraction.is_empty() && !moment.is_leap;
    (moment.seconds.div_euclid(DAY_SECONDS).into(), is_exact)
}

fn moments(moment: Option<Decoded>, scale: u32) -> (i128, bool) {
    let Some(moment) = moment else {
        return (i128::MIN, false);
    };
    let digit = |at: usize| match moment.fraction.get(at) {
        // A leap second is after all fractions of the second before it.
        _ if moment.is_leap => 9,
        Some(digit) => i128::from(digit - b'0'),
        None => 0,
    };
    let number = (0..scale as usize).fold(i128::from(moment.seconds), |number, at| {
        number * 10 + digit(at)
    });
    let is_exact = !moment.is_leap && moment.fraction.len() <= scale as usize;
    (number, is_exact)
}

/// The moment of a number of seconds, times a power of ten.
fn moment(number: i128, scale: u32) -> Decoded {
    let unit = 10_i128.pow(scale);
    let fraction = format!("{:0>1$}", number.rem_euclid(unit), scale as usize);
    let fraction = if scale == 0 { "" } else { &fraction };
    Decoded {
        seconds: i64::try_from(number.div_euclid(unit)).unwrap_or(0),
        is_leap: false,
        fraction: fraction.trim_end_matches('0').as_bytes().to_vec(),
    }
}
