//! Sets of cells or of keys: intervals of their bytes.
//!
//! An interval is half open, and that is enough: what comes right after some bytes is the same with
//! a zero appended.

/// Bytes from a start on, and before an end, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) start: Vec<u8>,
    pub(crate) end: Option<Vec<u8>>,
}

impl Interval {
    pub(crate) const ALL: Interval = Interval {
        start: Vec::new(),
        end: None,
    };

    /// What equals some bytes.
    pub(crate) fn point(bytes: Vec<u8>) -> Interval {
        let end = Some(after(&bytes));
        Interval { start: bytes, end }
    }

    /// What begins with some bytes.
    pub(crate) fn prefix(bytes: &[u8]) -> Interval {
        Interval {
            start: bytes.to_vec(),
            end: increment(bytes),
        }
    }

    /// The one string of bytes within, if there is only one.
    pub(crate) fn only(&self) -> Option<&[u8]> {
        let is_point = self.end.as_deref() == Some(&after(&self.start)[..]);
        is_point.then_some(&self.start[..])
    }

    fn intersection(&self, other: &Interval) -> Option<Interval> {
        let start = self.start.clone().max(other.start.clone());
        let end = match (&self.end, &other.end) {
            (Some(one), Some(other)) => Some(one.min(other).clone()),
            (one, other) => one.clone().or(other.clone()),
        };
        let is_empty = end.as_ref().is_some_and(|end| *end <= start);
        (!is_empty).then_some(Interval { start, end })
    }
}

/// The first string of bytes after one.
pub(crate) fn after(bytes: &[u8]) -> Vec<u8> {
    [bytes, &[0]].concat()
}

/// The first string of bytes after all that begin with these; `None` if there is none.
pub(crate) fn increment(bytes: &[u8]) -> Option<Vec<u8>> {
    let last = bytes.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut next = bytes[..=last].to_vec();
    next[last] += 1;
    Some(next)
}

/// Sorts intervals, and joins those that overlap.
pub(crate) fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|it| it.end.as_ref().is_none_or(|end| it.start < *end));
    intervals.sort_by(|one, other| one.start.cmp(&other.start));
    let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        match joined.last_mut() {
            Some(last) if last.end.as_ref().is_none_or(|end| *end >= interval.start) => {
                let is_longer = match (&last.end, &interval.end) {
                    (Some(one), Some(other)) => one < other,
                    (one, _) => one.is_some(),
                };
                if is_longer {
                    last.end = interval.end;
                }
            }
            _ => joined.push(interval),
        }
    }
    joined
}

/// What is within both of two sets.
pub(crate) fn intersection(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    let (mut at, mut found) = (0, Vec::new());
    for interval in one {
        // Those before this one are before all that follow.
        let is_before = |it: &Interval| it.end.as_ref().is_some_and(|it| *it <= interval.start);
        at += other[at..].iter().take_while(|it| is_before(it)).count();
        let is_after = |it: &Interval| interval.end.as_ref().is_some_and(|end| it.start >= *end);
        let within = other[at..].iter().take_while(|it| !is_after(it));
        found.extend(within.filter_map(|it| interval.intersection(it)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Interval, increment, intersection, union};

    fn between(start: &[u8], end: &[u8]) -> Interval {
        Interval {
            start: start.to_vec(),
            end: Some(end.to_vec()),
        }
    }

    #[test]
    fn a_prefix_ends_before_what_is_greater() {
        assert_eq!(increment(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(increment(b"a\xff\xff"), Some(b"b".to_vec()));
        assert_eq!(increment(b"\xff"), None);
        assert_eq!(increment(b""), None);
    }

    #[test]
    fn a_point_is_one_string() {
        assert_eq!(Interval::point(b"a".to_vec()).only(), Some(&b"a"[..]));
        assert_eq!(Interval::prefix(b"a").only(), None);
        assert_eq!(between(b"a", b"a\0\0").only(), None);
    }

    #[test]
    fn sets_are_joined_and_cut() {
        let some = union(vec![
            between(b"x", b"z"),
            between(b"c", b"f"),
            between(b"a", b"c"),
            between(b"d", b"e"),
            between(b"q", b"q"),
        ]);
        assert_eq!(some, [between(b"a", b"f"), between(b"x", b"z")]);
        let others = [between(b"b", b"bb"), between(b"e", b"y")];
        let both = [
            between(b"b", b"bb"),
            between(b"e", b"f"),
            between(b"x", b"y"),
        ];
        assert_eq!(intersection(&some, &others), both);
        assert_eq!(intersection(&others, &some), both);
        assert_eq!(intersection(&[Interval::ALL], &some), some);
        assert_eq!(
            union([Interval::ALL, between(b"c", b"d")].into()),
            [Interval::ALL]
        );
    }
}
