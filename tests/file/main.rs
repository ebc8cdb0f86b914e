//! Static collections in files.
#![cfg(feature = "file")]

#[cfg(feature = "builder")]
mod builder;
#[cfg(feature = "builder")]
mod reader;
mod round_trips;
