//! What a map must support to be measured here, in addition to [`crate::maps`].

use super::plan::Operation;
use crate::maps::Peer as Map;

/// An ordered map that can take over another one.
pub(crate) trait Peer: Map<u64> {
    /// Returns whether the operation takes an acceptable time with maps of that many entries.
    fn can(_: Operation, _: usize) -> bool {
        true
    }

    /// A note about it for the tables, with maps of that many entries.
    fn note(_: usize) -> Option<&'static str> {
        None
    }

    /// A map of `entries`, which ascend.
    fn collected(entries: Vec<(u64, u64)>) -> Self;

    /// Takes over all entries of `run`, whose keys are distinct from its own and fewer.
    fn merge(&mut self, run: &mut Self);
}
