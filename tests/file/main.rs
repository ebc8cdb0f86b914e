//! Static collections in files.
#![cfg(feature = "file")]

#[cfg(feature = "builder")]
mod builder;
#[cfg(feature = "builder")]
mod reader;
#[cfg(all(feature = "builder", feature = "object_store"))]
mod remote;
mod round_trips;
