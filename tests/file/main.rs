//! Static collections in files.
#![cfg(feature = "file")]

mod golden;
mod repair;
mod round_trips;
