//! Static collections in files.
#![cfg(feature = "file")]

mod round_trips;
