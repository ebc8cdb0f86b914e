//! What the tables of calls share. A table lists every call of a collection for the hostile suites:
//! `panics` makes the user's code panic in the middle of each call, `chaos` makes the order lie.

use super::ledger::ALL;
use super::random::XorShift;
use std::ops::Range;

/// What a call may do to the collection, even if it ends in a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The entries stay the same.
    Reads,
    /// All old entries remain.
    Adds,
    /// Anything valid.
    Changes,
}

/// How a collection is built.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Ascending,
    Shuffled,
    /// Built larger and then thinned out, which leaves sparse nodes.
    Thinned,
}

pub(crate) const SHAPES: [Shape; 3] = [Shape::Ascending, Shape::Shuffled, Shape::Thinned];

impl Shape {
    /// The numbers to insert and then those to remove, so that `size` even numbers remain.
    pub(crate) fn plan(self, size: u32) -> (Vec<u32>, Vec<u32>) {
        let mut add: Vec<u32> = (0..size).map(|index| index * 2).collect();
        let mut random = XorShift::new(u64::from(size) + 7);
        match self {
            Self::Ascending => (add, Vec::new()),
            Self::Shuffled => {
                random.shuffle(&mut add);
                (add, Vec::new())
            }
            Self::Thinned => {
                let mut extra: Vec<u32> = (0..size * 2).map(|index| index * 2 + 1).collect();
                add.extend(&extra);
                random.shuffle(&mut add);
                random.shuffle(&mut extra);
                (add, extra)
            }
        }
    }
}

/// A table of calls: the name, the permitted effect, and the call itself, which gets a key to work
/// at.
pub(crate) type Acts<W> = Vec<(&'static str, Effect, fn(&mut W, u32))>;

/// A collection with its table of calls, for `panics` and `chaos`.
pub(crate) trait Subject: Sized {
    /// The numbers whose order may lie, one range at a time.
    const LIARS: &'static [Range<u32>] = &[ALL];
    /// Additional sizes for collections whose parts are larger than the smallest nodes.
    const LARGER: &'static [u32] = &[];
    /// A collection of `size` entries whose keys are the even numbers from zero; nothing is armed.
    fn build(size: u32, shape: Shape) -> Self;
    /// Every call, with its name.
    fn acts() -> Acts<Self>;
    /// The keys in the collection's order, each read once. Fails if lengths disagree.
    fn numbers(&self) -> Vec<u32>;
    /// Fails if the collection is broken or unusable. The order must be honest.
    fn use_on(&mut self);
}
