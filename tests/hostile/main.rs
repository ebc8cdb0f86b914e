//! The user's code against the collections: it panics, lies about the order, or forgets values. The
//! tables of calls are in [`common`].

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod bulk;
mod chaos;
mod cursor_panics;
mod forget;
mod panics;
