//! Dates, datetimes and timestamps of RFC 3339, for the years 0000 to 9999.
//!
//! The key is the number of seconds since 1970, of eight bytes, and behind it only what is finer: a
//! byte that is 1 within a leap second, and the digits of the fraction without trailing zeros,
//! which may be any number of digits. A leap second `23:59:60` is later than all of `23:59:59.9`,
//! and earlier than the midnight that follows.

use std::str;

use jiff::Timestamp;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{self, TimeZone};

use super::Kind;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A moment: seconds since 1970-01-01T00:00:00, and what is finer.
#[derive(Clone, Copy)]
struct Moment<'c> {
    seconds: i64,
    is_leap: bool,
    fraction: &'c [u8],
}

/// Appends the key of a date, datetime or timestamp, written in the format or else as in RFC 3339.
pub(super) fn encode(kind: Kind, cell: &[u8], format: Option<&str>, key: &mut Vec<u8>) -> bool {
    if let Some(format) = format {
        let Some((seconds, is_leap, nanoseconds)) = formatted(kind, cell, format) else {
            return false;
        };
        let fraction = format!("{nanoseconds:09}");
        let moment = Moment {
            seconds,
            is_leap,
            fraction: fraction.as_bytes(),
        };
        moment.encode(key);
        return true;
    }
    let moment = match kind {
        Kind::Date => midnight(cell),
        Kind::Datetime => midnight(cell).or_else(|| datetime(cell)),
        _ => midnight(cell).or_else(|| timestamp(cell)),
    };
    if let Some(moment) = moment {
        moment.encode(key);
    }
    moment.is_some()
}

impl Moment<'_> {
    fn encode(self, key: &mut Vec<u8>) {
        key.extend_from_slice(&(self.seconds.cast_unsigned() ^ 1 << 63).to_be_bytes());
        let digits = self.fraction.iter().rposition(|digit| *digit != b'0');
        let fraction = &self.fraction[..digits.map_or(0, |at| at + 1)];
        if self.is_leap || !fraction.is_empty() {
            key.push(u8::from(self.is_leap));
            key.extend_from_slice(fraction);
        }
    }
}

/// What a key of a date, datetime or timestamp stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decoded {
    /// Since 1970-01-01.
    pub(crate) seconds: i64,
    pub(crate) is_leap: bool,
    /// Digits without zeros at the end.
    pub(crate) fraction: Vec<u8>,
}

/// The moment of a key.
pub(crate) fn decode(key: &[u8]) -> Option<Decoded> {
    let (seconds, finer) = key.split_first_chunk()?;
    let (is_leap, fraction) = match finer {
        [] => (false, finer),
        [leap, fraction @ ..] => (*leap == 1, fraction),
    };
    fraction.iter().all(u8::is_ascii_digit).then(|| Decoded {
        seconds: (u64::from_be_bytes(*seconds) ^ 1 << 63).cast_signed(),
        is_leap,
        fraction: fraction.to_vec(),
    })
}

impl Decoded {
    /// The moment as it is written by default.
    pub(crate) fn show(&self, kind: Kind) -> String {
        let (days, of_day) = (
            self.seconds.div_euclid(DAY_SECONDS),
            self.seconds.rem_euclid(DAY_SECONDS),
        );
        let (year, month, day) = date(days);
        let date = format!("{year:04}-{month:02}-{day:02}");
        if kind == Kind::Date {
            return date;
        }
        let (hours, minutes) = (of_day / 3600, of_day / 60 % 60);
        let seconds = of_day % 60 + i64::from(self.is_leap);
        let mut time = format!("{hours:02}:{minutes:02}:{seconds:02}");
        if !self.fraction.is_empty() {
            time.push('.');
            time.push_str(&String::from_utf8_lossy(&self.fraction));
        }
        match kind {
            Kind::Timestamp => format!("{date}T{time}Z"),
            _ => format!("{date} {time}"),
        }
    }
}

/// The date of a number of days since 1970-01-01, by Howard Hinnant's `civil_from_days`: see
/// [`days`].
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + era * 400;
    match month {
        0..=9 => (year, month + 3, day),
        _ => (year + 1, month - 9, day),
    }
}

/// `2024-05-31` is its first second.
fn midnight(cell: &[u8]) -> Option<Moment<'static>> {
    Some(Moment {
        seconds: days(cell.try_into().ok()?)? * DAY_SECONDS,
        is_leap: false,
        fraction: &[],
    })
}

/// `2024-05-31 23:59`, `2024-05-31T23:59:59.5`.
fn datetime(cell: &[u8]) -> Option<Moment<'_>> {
    let (date, time) = split_date(cell)?;
    let (of_day, rest) = match time {
        [_, _, b':', _, _] => (minutes(time.try_into().ok()?)?, &[][..]),
        _ => clock(time)?,
    };
    let moment = with_fraction(days(date)? * DAY_SECONDS, of_day, rest)?;
    rest_is_empty(moment)
}

/// `2024-05-31T23:59:59.5+02:00`. A leap second is one by the clock of UTC.
fn timestamp(cell: &[u8]) -> Option<Moment<'_>> {
    let (date, time) = split_date(cell)?;
    let (of_day, rest) = clock(time)?;
    let (moment, rest) = with_fraction(days(date)? * DAY_SECONDS, of_day, rest)?;
    let offset = match rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), hours_minutes @ ..] => {
            let offset = minutes(hours_minutes.try_into().ok()?)?.seconds;
            if *sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    let seconds = moment.seconds - offset;
    (!moment.is_leap || is_last_of_day(seconds)).then_some(Moment { seconds, ..moment })
}

fn rest_is_empty<'c>((moment, rest): (Moment<'c>, &[u8])) -> Option<Moment<'c>> {
    let is_whole = rest.is_empty() && (!moment.is_leap || is_last_of_day(moment.seconds));
    is_whole.then_some(moment)
}

/// The date, and the time behind `T`, `t` or a space.
fn split_date(cell: &[u8]) -> Option<(&[u8; 10], &[u8])> {
    let (date, rest) = cell.split_first_chunk()?;
    match rest {
        [b'T' | b't' | b' ', time @ ..] => Some((date, time)),
        _ => None,
    }
}

/// A time of day. A leap second counts as the second before it.
struct OfDay {
    seconds: i64,
    is_leap: bool,
}

/// `23:59`.
fn minutes(text: &[u8; 5]) -> Option<OfDay> {
    let [h1, h2, b':', m1, m2] = *text else {
        return None;
    };
    let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
    (hours < 24 && minutes < 60).then_some(OfDay {
        seconds: (hours * 60 + minutes) * 60,
        is_leap: false,
    })
}

/// `23:59:60`, and what is behind it.
fn clock(text: &[u8]) -> Option<(OfDay, &[u8])> {
    let (time, rest) = text.split_first_chunk::<8>()?;
    let (hours_minutes, [b':', s1, s2]) = time.split_at(5) else {
        return None;
    };
    let minute = minutes(hours_minutes.try_into().ok()?)?;
    let seconds = two(*s1, *s2)?;
    let of_day = OfDay {
        seconds: minute.seconds + seconds.min(59),
        is_leap: seconds == 60,
    };
    (seconds <= 60).then_some((of_day, rest))
}

/// The moment with the fraction that the rest begins with, and what is behind it.
fn with_fraction(midnight: i64, of_day: OfDay, rest: &[u8]) -> Option<(Moment<'_>, &[u8])> {
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => {
            let is_other = |byte: &u8| !byte.is_ascii_digit();
            let end = rest.iter().position(is_other).unwrap_or(rest.len());
            (end > 0).then(|| rest.split_at(end))?
        }
        None => (&[][..], rest),
    };
    let moment = Moment {
        seconds: midnight + of_day.seconds,
        is_leap: of_day.is_leap,
        fraction,
    };
    Some((moment, rest))
}

fn is_last_of_day(seconds: i64) -> bool {
    seconds.rem_euclid(DAY_SECONDS) == DAY_SECONDS - 1
}

/// The number of days from 1970-01-01 to a date of the Gregorian calendar, by Howard Hinnant's
/// [`days_from_civil`](https://howardhinnant.github.io/date_algorithms.html): years that begin in
/// March have the leap day at their end.
fn days(text: &[u8; 10]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return None;
    };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    if !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
        return None;
    }
    let (year, month) = match month {
        1..=2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// Of a cell that is written in a format of `strptime`: its second, whether that is the one before
/// a leap second that it names, and nanoseconds.
fn formatted(kind: Kind, cell: &[u8], format: &str) -> Option<(i64, bool, i32)> {
    let parsed = BrokenDownTime::parse(format, cell).ok()?;
    if kind == Kind::Timestamp
        && let Some(timestamp) = parsed.timestamp()
    {
        let nanoseconds = timestamp.as_nanosecond();
        let second = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
        let nanoseconds = i32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?;
        return Some((second, false, nanoseconds));
    }
    let date = parsed.to_date().ok()?.to_string();
    let time = parsed.to_time().ok()?;
    let of_day =
        (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    // Not by a `Timestamp` of `jiff`, which ends on 9999-12-30.
    let offset = match kind {
        Kind::Timestamp => i64::from(parsed.offset()?.seconds()),
        _ => 0,
    };
    let seconds = days(date.as_bytes().try_into().ok()?)? * DAY_SECONDS + of_day - offset;
    let is_leap = parsed.second() == Some(59) && names_leap_second(cell, format);
    let is_valid = offset.abs() < DAY_SECONDS && (!is_leap || is_last_of_day(seconds));
    is_valid.then(|| (seconds, is_leap, time.subsec_nanosecond()))
}

/// Whether the second that `jiff` has read as 59 is written as 60: written as 58, it would be 58.
fn names_leap_second(cell: &[u8], format: &str) -> bool {
    let mut pairs = cell.windows(2).enumerate();
    pairs.any(|(at, pair)| {
        let mut other = cell.to_vec();
        other[at..at + 2].copy_from_slice(b"58");
        let is_58 = |parsed: BrokenDownTime| parsed.second() == Some(58);
        pair == b"60" && BrokenDownTime::parse(format, other).is_ok_and(is_58)
    })
}

/// Whether dates of a type can be read in a format: one that is written in it is.
pub(crate) fn can_read(kind: Kind, format: &str) -> bool {
    let moment = Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::fixed(tz::offset(1)));
    strtime::format(format, &moment)
        .is_ok_and(|written| formatted(kind, written.as_bytes(), format).is_some())
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::*;

    fn key(kind: Kind, cell: &str) -> Option<Vec<u8>> {
        let mut key = Vec::new();
        encode(kind, cell.as_bytes(), None, &mut key).then_some(key)
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let epoch = civil::date(1970, 1, 1);
        let mut date = civil::date(0, 1, 1);
        while date < civil::date(9999, 12, 1) {
            let expected = i64::from((date - epoch).get_days());
            assert_eq!(
                days(date.to_string().as_bytes().try_into().unwrap()),
                Some(expected)
            );
            date = date.checked_add(jiff::Span::new().days(17)).unwrap();
        }
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-04-31",
        ] {
            assert_eq!(key(Kind::Date, bad), None, "{bad}");
        }
        assert!(key(Kind::Date, "2000-02-29").is_some());
    }

    #[test]
    fn moments_are_shown_as_they_are_written() {
        for (kind, cell) in [
            (Kind::Date, "0000-02-29"),
            (Kind::Date, "1969-12-31"),
            (Kind::Date, "9999-12-31"),
            (Kind::Datetime, "2024-02-29 23:59:01.25"),
            (Kind::Datetime, "1900-03-01 00:00:00"),
            (Kind::Timestamp, "2016-12-31T23:59:60.5Z"),
            (Kind::Timestamp, "1969-12-31T23:59:59.000001Z"),
        ] {
            let decoded = decode(&key(kind, cell).unwrap()).unwrap();
            assert_eq!(decoded.show(kind), cell);
        }
        assert_eq!(decode(b"1234567"), None);
    }

    #[test]
    fn timestamps_are_ordered_as_instants() {
        let ascending = [
            "0000-01-01T00:00:00+23:59",
            "0000-01-01T00:00:00Z",
            "1969-12-31T23:59:59.9Z",
            "1970-01-01",
            "2016-12-31T23:59:59.2Z",
            "2016-12-31T23:59:59.9999999999Z",
            "2016-12-31T23:59:60Z",
            "2016-12-31T23:59:60.1Z",
            "2017-01-01T01:00:00.00000000001+01:00",
            "2017-01-01t00:00:01z",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59.5Z",
            "9999-12-31T23:59:59-23:59",
        ];
        let key = |cell: &str| key(Kind::Timestamp, cell).expect(cell);
        for pair in ascending.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
        for (one, other) in [
            ("2024-05-31T12:00:00Z", "2024-05-31 14:00:00+02:00"),
            ("2024-05-31T12:00:00Z", "2024-05-31T12:00:00.000-00:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31T15:59:60-08:00"),
            ("2024-05-31", "2024-05-31T02:00:00+02:00"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_not_a_timestamp() {
        for bad in [
            "2024-05-31T12:00:00",
            "2024-05-31T12:00Z",
            "2024-05-31T12:00:00.Z",
            "2024-05-31T25:00:00Z",
            "2024-05-31T24:00:00Z",
            "2024-05-31T12:60:00Z",
            "2024-05-31T12:30:60Z",
            "2024-05-31T23:59:61Z",
            "2016-12-31T23:59:60+01:00",
            "2024-05-31T12:00:00+25:59",
            "2024-05-31T12:00:00+24:00",
            "2024-05-31T12:00:00+02:60",
            "2024-05-31T12:00:00+0200",
            "2024-05-31T12:00:00+02:00[Europe/Paris]",
            "2024-05-31_12:00:00Z",
            "2024-05-31é12:00:00Z",
            "+2024-05-31T12:00:00Z",
            "12024-05-31T12:00:00Z",
        ] {
            assert_eq!(key(Kind::Timestamp, bad), None, "{bad}");
        }
    }

    #[test]
    fn datetimes_have_no_offset() {
        let key = |cell: &str| key(Kind::Datetime, cell);
        assert!(key("2024-02-01 09:59:59.9") < key("2024-02-01 10:00:00"));
        assert_eq!(key("2024-02-01T10:00"), key("2024-02-01 10:00:00"));
        assert_eq!(key("2024-02-01"), key("2024-02-01 00:00"));
        for bad in [
            "2024-02-01 10:00:00Z",
            "2024-02-01 10",
            "2024-02-01 10:00:",
            "2024-02-01 ",
        ] {
            assert_eq!(key(bad), None, "{bad}");
        }
    }

    #[test]
    fn formats() {
        let key = |kind: Kind, cell: &str, format: &str| {
            let mut key = Vec::new();
            encode(kind, cell.as_bytes(), Some(format), &mut key).then_some(key)
        };
        let plain = |cell: &str| super::tests::key(Kind::Datetime, cell);
        let day = |cell| key(Kind::Datetime, cell, "%d/%m/%Y");
        assert_eq!(day("11/01/2023"), plain("2023-01-11"));
        assert_eq!(day("31/12/9999"), plain("9999-12-31"));
        assert_eq!(day("2023-01-11"), None);
        assert_eq!(day("11/13/2023"), None);
        let minute = key(Kind::Datetime, "1.2.2023 7:05", "%d.%m.%Y %H:%M");
        assert_eq!(minute, plain("2023-02-01 07:05"));
        let zoned = key(
            Kind::Timestamp,
            "01/Feb/2023:07:05:00 +0200",
            "%d/%b/%Y:%H:%M:%S %z",
        );
        assert_eq!(
            zoned,
            super::tests::key(Kind::Timestamp, "2023-02-01T05:05:00Z")
        );
    }

    #[test]
    fn formats_have_all_years_and_seconds() {
        let format = "%Y%m%dT%H%M%S%.f%z";
        let key = |cell: &str| {
            let mut key = Vec::new();
            encode(Kind::Timestamp, cell.as_bytes(), Some(format), &mut key).then_some(key)
        };
        for (cell, usual) in [
            ("00000101T000000+2359", "0000-01-01T00:00:00+23:59"),
            ("20161231T235959+0000", "2016-12-31T23:59:59Z"),
            ("20161231T235960+0000", "2016-12-31T23:59:60Z"),
            ("20161231T185960.5-0500", "2016-12-31T23:59:60.5Z"),
            ("19601231T235959.60+0000", "1960-12-31T23:59:59.6Z"),
            ("99991231T235959-2359", "9999-12-31T23:59:59-23:59"),
        ] {
            let expected = super::tests::key(Kind::Timestamp, usual);
            assert!(expected.is_some());
            assert_eq!(key(cell), expected, "{cell}");
        }
        for bad in [
            "20161231T123060+0000",
            "20161231T235960+0100",
            "20161231T235961+0000",
            "20161231T123000+2400",
            "20161231T123000+2559",
        ] {
            assert_eq!(key(bad), None, "{bad}");
        }
    }

    #[test]
    fn formats_that_read_dates() {
        for good in [
            "%d/%m/%Y",
            "%d.%m.%y %H:%M",
            "%Y%m%d",
            "%b %d, %Y %I:%M %p",
            "%A, %d %B %Y",
            "%Y-%j",
            "%F %T%.f",
            "%G-W%V-%u",
        ] {
            assert!(can_read(Kind::Datetime, good), "{good}");
        }
        for good in ["%s", "%FT%T%z", "%d/%b/%Y:%H:%M:%S %z", "%F %T%:z"] {
            assert!(can_read(Kind::Timestamp, good), "{good}");
        }
        for bad in [
            "",
            "xx",
            "%",
            "%K",
            "%Y",
            "%Y-%m",
            "%H:%M",
            "%d/%m/%Y %M",
            "%F %Z",
        ] {
            assert!(!can_read(Kind::Datetime, bad), "{bad}");
        }
    }
}
