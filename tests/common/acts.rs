//! What tables of calls have in common: every call of a collection as the hostile suites make it.
//! `panics` lets the user's code panic in the middle of each, `chaos` lets the order lie.

use super::ledger::ALL;
use super::random::XorShift;
use std::ops::Range;

/// What a call may do to the collection, also when it ends by a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The same entries afterwards.
    Reads,
    /// All old entries are there afterwards.
    Adds,
    /// Anything that is valid.
    Changes,
}

/// How a collection comes to its entries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Ascending,
    Shuffled,
    /// Built larger and then thinned out, so that nodes are left with little in them.
    Thinned,
}

pub(crate) const SHAPES: [Shape; 3] = [Shape::Ascending, Shape::Shuffled, Shape::Thinned];

impl Shape {
    /// The numbers to insert and then those to remove, for `size` even numbers to be left.
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

/// A table of calls: the name, what it may do, and the call itself, which gets a key to work at.
pub(crate) type Acts<W> = Vec<(&'static str, Effect, fn(&mut W, u32))>;

/// A collection with its table of calls, as `panics` and `chaos` use it.
pub(crate) trait Subject: Sized {
    /// The numbers whose order may lie, one of the ranges at a time.
    const LIARS: &'static [Range<u32>] = &[ALL];
    /// Sizes to try beside those of each suite, of collections whose parts are larger than the
    /// smallest nodes.
    const LARGER: &'static [u32] = &[];
    /// With `size` entries whose keys are the even numbers from zero; nothing is armed.
    fn build(size: u32, shape: Shape) -> Self;
    /// Every call, with its name.
    fn acts() -> Acts<Self>;
    /// The keys in the order of the collection, each looked at; fails when lengths disagree.
    fn numbers(&self) -> Vec<u32>;
    /// Fails if the collection is broken or cannot be used any more. The order must be honest.
    fn use_on(&mut self);
}
