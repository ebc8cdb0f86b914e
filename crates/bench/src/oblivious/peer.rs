//! What a map has to do to be measured here, beside what [`crate::maps`] asks of it.

use super::plan::Operation;
use crate::maps::Peer as Map;

/// An ordered map that takes over another one.
pub(crate) trait Peer: Map<u64> {
    /// Whether the operation takes no longer than one can wait for, with maps of that many entries.
    fn can(_: Operation, _: usize) -> bool {
        true
    }

    /// What is to be known of it, with maps of that many entries.
    fn note(_: usize) -> Option<&'static str> {
        None
    }

    /// A map of `entries`, which ascend.
    fn collected(entries: Vec<(u64, u64)>) -> Self;

    /// Takes over all entries of `run`, whose keys are others, and which are fewer.
    fn merge(&mut self, run: &mut Self);
}
