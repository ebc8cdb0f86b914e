//! What keeps the library's traits from being implemented elsewhere.

#![deny(unsafe_code)]

/// A trait that has this one as a supertrait is sealed: other crates cannot name it, so they cannot
/// implement it.
pub trait Sealed {}
