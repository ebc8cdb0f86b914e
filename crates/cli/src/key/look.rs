//! Cells that are text to the program and something narrower to a person.

/// What a cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// `NA`, `null`, `-`: stands for no value.
    Missing,
    /// `1,234.5`.
    GroupedByComma,
    /// `1.234,5`.
    GroupedByPoint,
    /// `12,5`.
    DecimalComma,
    /// `11/01/2023`, `1.2.2023`.
    Date,
    /// `$90`, `5%`: a number with a unit.
    Unit,
    /// `NaN`, `-inf`.
    FloatWord,
}

/// Words that commonly stand for no value.
const MISSING: [&str; 14] = [
    "na", "n/a", "#n/a", "<na>", "nan", "null", "nil", "none", "-", "--", ".", "?", "\\n",
    "unknown",
];

impl Look {
    /// What a cell looks like, if it is not plain text.
    pub(crate) fn of(cell: &str) -> Option<Look> {
        let cell = cell.trim_matches([' ', '\t']);
        let lower = cell.to_lowercase();
        if MISSING.contains(&lower.as_str()) {
            return Some(Look::Missing);
        }
        let unsigned = lower.trim_start_matches(['+', '-']);
        if ["inf", "infinity", "nan"].contains(&unsigned) {
            return Some(Look::FloatWord);
        }
        if is_date(cell) && !has_usual_form(cell) {
            return Some(Look::Date);
        }
        if is_number(unsigned, ',', '.') {
            // `1,234` may be either; groups are the more common of the two.
            return Some(Look::GroupedByComma);
        }
        if is_number(unsigned, '.', ',') {
            return Some(Look::GroupedByPoint);
        }
        let has_comma = unsigned
            .split_once(',')
            .is_some_and(|(whole, fraction)| is_digits(whole) && is_digits(fraction));
        if has_comma {
            return Some(Look::DecimalComma);
        }
        has_unit(cell).then_some(Look::Unit)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether digits are in groups of three, perhaps with a fraction.
fn is_number(text: &str, thousands: char, decimal: char) -> bool {
    let (whole, fraction) = text.split_once(decimal).unwrap_or((text, "0"));
    let mut groups = whole.split(thousands);
    let first = groups.next().unwrap_or_default();
    let groups: Vec<&str> = groups.collect();
    is_digits(first)
        && first.len() <= 3
        && !groups.is_empty()
        && groups
            .iter()
            .all(|group| group.len() == 3 && is_digits(group))
        && is_digits(fraction)
}

/// Whether text is three numbers with the same sign between them, perhaps followed by a time.
fn is_date(text: &str) -> bool {
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    ['/', '.', '-'].into_iter().any(|sign| {
        let parts: Vec<&str> = date.split(sign).collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        parts.iter().all(|part| is_digits(part))
            && (matches!(lengths[..], [1..=2, 1..=2, 4])
                || matches!(lengths[..], [4, 1..=2, 1..=2])
                || (sign == '/' && matches!(lengths[..], [1..=2, 1..=2, 2])))
    })
}

/// Whether a date or time has the form that is read without a format, though it may not exist:
/// `2024-02-30`.
fn has_usual_form(text: &str) -> bool {
    let to_zero = |c: char| if c.is_ascii_digit() { '0' } else { c };
    let form: String = text.chars().map(to_zero).collect();
    let Some(time) = form.strip_prefix("0000-00-00") else {
        return false;
    };
    let time = time.get(1..).unwrap_or_default();
    let Some(rest) = time.strip_prefix("00:00:00") else {
        return matches!(time, "" | "00:00");
    };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches('0'),
        None => rest,
    };
    matches!(rest, "" | "Z" | "z" | "+00:00" | "-00:00")
}

/// Whether text is a number with a percent or currency sign before or behind it.
fn has_unit(text: &str) -> bool {
    let is_unit = |c: char| c == '%' || "$€£¥₹¢".contains(c);
    let number = text.trim_matches(|c: char| is_unit(c) || "+- ".contains(c));
    let is_digit = |c: char| c.is_ascii_digit();
    text.contains(is_unit)
        && number.starts_with(|c: char| is_digit(c) || c == '.')
        && number.chars().all(|c| is_digit(c) || c == ',' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cells_look_like() {
        for (cell, look) in [
            ("NA", Some(Look::Missing)),
            ("N/A", Some(Look::Missing)),
            ("NULL", Some(Look::Missing)),
            ("NaN", Some(Look::Missing)),
            ("-inf", Some(Look::FloatWord)),
            ("-nan", Some(Look::FloatWord)),
            ("1,234", Some(Look::GroupedByComma)),
            ("-1,234,567.5", Some(Look::GroupedByComma)),
            ("1.234,5", Some(Look::GroupedByPoint)),
            ("1.234.567", Some(Look::GroupedByPoint)),
            ("12,5", Some(Look::DecimalComma)),
            ("11/01/2023", Some(Look::Date)),
            ("1/2/23", Some(Look::Date)),
            ("31.12.2023 10:00", Some(Look::Date)),
            ("2023/01/11", Some(Look::Date)),
            ("2024-05-31T12:00:00+0200", Some(Look::Date)),
            ("2024-05-31T12:00Z", Some(Look::Date)),
            ("2024-02-30", None),
            ("2024-05-31T12:30:60.5Z", None),
            ("2024-05-31 25:00", None),
            ("$90", Some(Look::Unit)),
            ("-$1,234.50", Some(Look::Unit)),
            ("5%", Some(Look::Unit)),
            ("12 €", Some(Look::Unit)),
            ("5", None),
            ("Paris", None),
            ("$", None),
            ("a,b", None),
            ("1.2.3", None),
            ("10.0.0.1", None),
            ("", None),
        ] {
            assert_eq!(Look::of(cell), look, "{cell}");
        }
    }
}
