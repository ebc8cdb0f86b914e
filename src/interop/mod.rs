//! Implementations of other crates' traits: one file per crate, each behind its feature.

#![deny(unsafe_code)]

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "borsh")]
mod borsh;
#[cfg(feature = "rayon")]
pub mod rayon;
#[cfg(feature = "serde")]
mod serde;

/// Collects what `next` reads until the input ends or fails.
///
/// Collecting sorts once, or not at all if the input ascends, as the output of this module does.
#[cfg(any(feature = "borsh", feature = "serde"))]
fn collect<T, E, C: FromIterator<T>>(
    mut next: impl FnMut() -> Result<Option<T>, E>,
) -> Result<C, E> {
    let mut failure = None;
    let collection = core::iter::from_fn(|| {
        next().unwrap_or_else(|error| {
            failure = Some(error);
            None
        })
    })
    .collect();
    failure.map_or(Ok(collection), Err)
}
