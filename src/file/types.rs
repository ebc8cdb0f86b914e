//! What the names of types say: how keys and values are held, and which integers are keys.

use alloc::boxed::Box;

use crate::static_collections::parts::KeyForm;

/// The form of keys of that type, if it is known.
pub(super) fn key_form(name: &str) -> Option<KeyForm> {
    match name {
        "text" | "bytes" => Some(KeyForm::Texts { length: None }),
        _ => match array_length(name) {
            Some(length) => Some(KeyForm::Texts {
                length: Some(length),
            }),
            None => Some(IntegerType::of(name)?.form()),
        },
    }
}

/// The bytes of values of that type, if it is known.
pub(super) fn value_width(name: &str) -> Option<u32> {
    match (name, array_length(name)) {
        ("()", _) => Some(0),
        (_, Some(length)) => Some(length),
        _ => match IntegerType::of(name)? {
            IntegerType::Number { bits, .. } => Some(bits / 8),
            _ => None,
        },
    }
}

/// The number of bytes of `bytes[N]`.
fn array_length(name: &str) -> Option<u32> {
    name.strip_prefix("bytes[")?.strip_suffix("]")?.parse().ok()
}

/// A type of keys that are integers in a file.
#[derive(Debug, PartialEq)]
pub(super) enum IntegerType {
    /// All integers are keys.
    Number {
        bits: u32,
        is_signed: bool,
    },
    NonZero {
        bits: u32,
        is_signed: bool,
    },
    Bool,
    Char,
    Duration,
    Reverse(Box<IntegerType>),
    Option(Box<IntegerType>),
    Pair(Box<[IntegerType; 2]>),
}

impl IntegerType {
    /// The type of that name.
    pub(super) fn of(name: &str) -> Option<IntegerType> {
        match Self::parse(name)? {
            (this, "") => Some(this),
            _ => None,
        }
    }

    /// The type whose name a text starts with, and the rest of the text.
    fn parse(text: &str) -> Option<(IntegerType, &str)> {
        if let Some(rest) = text.strip_prefix("reverse ") {
            let (of, rest) = Self::parse(rest)?;
            return Some((IntegerType::Reverse(of.into()), rest));
        }
        if let Some(rest) = text.strip_prefix("option ") {
            let (of, rest) = Self::parse(rest)?;
            let this = IntegerType::Option(of.into());
            return (this.bits() <= u128::BITS).then_some((this, rest));
        }
        if let Some(rest) = text.strip_prefix("nonzero ") {
            let (of, rest) = Self::parse(rest)?;
            let IntegerType::Number { bits, is_signed } = of else {
                return None;
            };
            return Some((IntegerType::NonZero { bits, is_signed }, rest));
        }
        if let Some(rest) = text.strip_prefix('(') {
            let (first, rest) = Self::parse(rest)?;
            let (second, rest) = Self::parse(rest.strip_prefix(", ")?)?;
            let rest = rest.strip_prefix(')')?;
            let this = IntegerType::Pair([first, second].into());
            return (this.bits() <= u128::BITS).then_some((this, rest));
        }
        let end = text.find(|of: char| !of.is_ascii_alphanumeric());
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        let number = |bits, is_signed| IntegerType::Number { bits, is_signed };
        let this = match name {
            "u8" => number(8, false),
            "u16" => number(16, false),
            "u32" | "ipv4" => number(32, false),
            "u64" => number(64, false),
            "u128" | "ipv6" => number(128, false),
            "i8" => number(8, true),
            "i16" => number(16, true),
            "i32" | "f32" => number(32, true),
            "i64" | "f64" => number(64, true),
            "i128" => number(128, true),
            "bool" => IntegerType::Bool,
            "char" => IntegerType::Char,
            "duration" => IntegerType::Duration,
            _ => return None,
        };
        Some((this, rest))
    }

    /// The number of ordered bits.
    fn bits(&self) -> u32 {
        match self {
            IntegerType::Number { bits, .. } | IntegerType::NonZero { bits, .. } => *bits,
            IntegerType::Bool => 8,
            IntegerType::Char => 32,
            IntegerType::Duration => 96,
            IntegerType::Reverse(of) => of.bits(),
            IntegerType::Option(of) => IntegerType::Bool.bits() + of.bits(),
            IntegerType::Pair(parts) => parts[0].bits() + parts[1].bits(),
        }
    }

    /// How keys of the type are held.
    fn form(&self) -> KeyForm {
        let (width, is_signed) = self.lane();
        KeyForm::Integers { width, is_signed }
    }

    fn lane(&self) -> (u8, bool) {
        let joined = |first: &IntegerType, second: &IntegerType| {
            let width = first.lane().0 + second.lane().0;
            (width.next_power_of_two().min(16), false)
        };
        match self {
            IntegerType::Number { bits, is_signed } | IntegerType::NonZero { bits, is_signed } => {
                ((bits / 8) as u8, *is_signed)
            }
            IntegerType::Bool => (1, false),
            IntegerType::Char => (4, false),
            IntegerType::Duration => (16, false),
            IntegerType::Reverse(of) => of.lane(),
            IntegerType::Option(of) => joined(&IntegerType::Bool, of),
            IntegerType::Pair(parts) => joined(&parts[0], &parts[1]),
        }
    }

    /// Whether a key has these ordered bits.
    pub(super) fn has(&self, ordered: u128) -> bool {
        let mask = |bits: u32| u128::MAX >> (u128::BITS - bits);
        let bits = self.bits();
        ordered <= mask(bits)
            && match self {
                IntegerType::Number { .. } => true,
                IntegerType::NonZero { is_signed, .. } => {
                    ordered != u128::from(*is_signed) << (bits - 1)
                }
                IntegerType::Bool => ordered <= 1,
                IntegerType::Char => u32::try_from(ordered).is_ok_and(|code| {
                    // Surrogates are none.
                    char::from_u32(code).is_some()
                }),
                // Nanoseconds of a second.
                IntegerType::Duration => (ordered as u32) < 1_000_000_000,
                IntegerType::Reverse(of) => of.has(ordered ^ mask(bits)),
                IntegerType::Option(of) => {
                    let is_some = ordered >> of.bits() == 1;
                    ordered == 0 || is_some && of.has(ordered & mask(of.bits()))
                }
                IntegerType::Pair(parts) => {
                    let [first, second] = &**parts;
                    first.has(ordered >> second.bits()) && second.has(ordered & mask(second.bits()))
                }
            }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::cmp::Reverse;
    use core::net::{Ipv4Addr, Ipv6Addr};
    use core::num::NonZero;
    use core::time::Duration;

    use super::*;
    use crate::static_collections::parts::{KeyBytes, Stored};
    use crate::static_collections::{Key, StaticSet};

    /// The form that the name says is that of the type, and keys are keys.
    fn agrees<K: Key>(keys: impl IntoIterator<Item = K>) {
        let name = K::type_name();
        let form = <K::KeyArray<0> as Stored>::FORM;
        assert_eq!(key_form(&name), Some(form), "{name}");
        let set: StaticSet<K> = keys.into_iter().collect();
        for at in 0..set.len() {
            if let KeyBytes::Integer(bits) = set.parts().0.key_bytes(at) {
                assert!(IntegerType::of(&name).unwrap().has(bits), "{name}");
            }
        }
    }

    #[test]
    fn names_say_how_keys_are_held() {
        agrees([0_u8, 255]);
        agrees([i8::MIN, 0, i8::MAX]);
        agrees([0_u16, 9]);
        agrees([-1_i16]);
        agrees([0_u32]);
        agrees([i32::MAX]);
        agrees([0_u64, u64::MAX]);
        agrees([i64::MIN]);
        agrees([0, u128::MAX]);
        agrees([i128::MIN, i128::MAX]);
        agrees([usize::MAX]);
        agrees([NonZero::<i32>::MIN, NonZero::<i32>::MAX]);
        agrees([NonZero::<u64>::MIN]);
        agrees([false, true]);
        agrees(['\0', '\u{D7FF}', '\u{E000}', char::MAX]);
        agrees([f32::NEG_INFINITY, -0.0, f32::NAN]);
        agrees([f64::NEG_INFINITY, -0.0, f64::NAN]);
        agrees([Ipv4Addr::BROADCAST]);
        agrees([Ipv6Addr::LOCALHOST]);
        agrees([Reverse(i16::MIN), Reverse(i16::MAX)]);
        agrees([Reverse('a')]);
        agrees([(1_u8, 2_u8), (255, 255)]);
        agrees([(1_u8, -2_i16)]);
        agrees([(true, 1_u64, 'x')]);
        agrees([(1_u32, 2_u32, 3_u32, 4_u32)]);
        agrees([((1_u8, 2_u16), 3_u8)]);
        agrees([Reverse(((true, 'a'), NonZero::<u8>::MAX))]);
        agrees([Duration::ZERO, Duration::MAX]);
        agrees([(Duration::MAX, 1_u32)]);
        agrees([None, Some(0_u8), Some(u8::MAX)]);
        agrees([None, Some(0_u64), Some(u64::MAX)]);
        agrees([None, Some(i64::MIN), Some(i64::MAX)]);
        agrees([None, Some(Duration::MAX)]);
        agrees([None, Some(None), Some(Some(false))]);
        agrees([Reverse(None), Reverse(Some(NonZero::<u32>::MIN))]);
        agrees([(None, 0_u16), (Some('a'), 1)]);
        agrees([(((1_u32, 2_u32), 3_u16), 4_u32)]);
        agrees([String::from("a")]);
        agrees([Vec::<u8>::new()]);
        agrees([[0_u8; 0]]);
        agrees([[0_u8; 7]]);
    }

    #[test]
    fn some_integers_are_no_keys() {
        let has = |name: &str, ordered| IntegerType::of(name).unwrap().has(ordered);
        assert!(!has("bool", 2) && !has("char", 0xD800) && !has("char", 0x11_0000));
        assert!(!has("nonzero u8", 0) && !has("nonzero i8", 128) && has("nonzero i8", 0));
        assert!(!has("reverse bool", 1) && has("reverse bool", 0xFE));
        assert!(has("(u8, i16)", 0x01_7FFE) && !has("(u8, i16)", 0x0100_0000));
        assert!(!has("(bool, u8)", 0x0200) && !has("(u8, bool)", 0x0102));
        assert!(has("duration", 999_999_999) && !has("duration", 1_000_000_000));
        assert!(has("duration", 1 << 95) && !has("duration", 1 << 96));
        assert!(has("option u8", 0) && has("option u8", 0x0100) && has("option u8", 0x01FF));
        assert!(!has("option u8", 1) && !has("option u8", 0x0200));
        assert!(!has("option bool", 0x0102) && !has("option nonzero u8", 0x0100));
    }

    #[test]
    fn other_names_are_not_known() {
        for name in [
            "",
            "u",
            "u24",
            "nonzero",
            "nonzero bool",
            "(u8)",
            "(u8, u8",
            "u8 ",
            "(u8,u8)",
            "option",
            "option text",
            "option u128",
            "option (u64, u64)",
            "durations",
        ] {
            assert_eq!(key_form(name), None, "{name}");
        }
        assert_eq!(key_form("(u128, u8)"), None);
        assert_eq!(value_width("bool"), None);
        assert_eq!(
            (value_width("bytes[9]"), value_width("f32")),
            (Some(9), Some(4))
        );
        assert_eq!(value_width("()"), Some(0));
    }
}
