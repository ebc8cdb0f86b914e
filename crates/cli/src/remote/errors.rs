//! Errors of the store as a user reads them.
//!
//! The store's own messages name the URL, in which there may be a password.

use std::error::Error as _;
use std::io::{self, ErrorKind};

use object_store::Error;

use crate::error::push_harmless;
use crate::table_file::change;

/// A server may send any number of them.
const CHARACTERS_MAX: usize = 200;

/// The same error, with what it is due to alone.
pub(super) fn explain(error: Error) -> io::Error {
    let (kind, text) = match error {
        Error::Precondition { .. } => return change(),
        Error::NotFound { .. } => (ErrorKind::NotFound, "there is no such file (404)"),
        Error::Unauthenticated { .. } => (
            ErrorKind::PermissionDenied,
            "the server asks who is there (401)",
        ),
        Error::PermissionDenied { .. } => (
            ErrorKind::PermissionDenied,
            "access is denied (403), which some servers also say of a file that is not there",
        ),
        Error::NotSupported { .. } => (
            ErrorKind::Unsupported,
            "the server sends the whole file if it is asked for a part of it",
        ),
        other => {
            let text = cause(&other);
            // No range is within an empty file.
            let kind = match text.contains(" 416 ") {
                true => ErrorKind::UnexpectedEof,
                false => ErrorKind::Other,
            };
            return io::Error::new(kind, text);
        }
    };
    io::Error::new(kind, text)
}

/// What an error is due to in the end.
fn cause(error: &Error) -> String {
    let mut cause = error.source();
    while let Some(next) = cause.and_then(|cause| cause.source()) {
        cause = Some(next);
    }
    let text = cause.map_or_else(|| error.to_string(), ToString::to_string);
    let mut shown = String::new();
    let characters = text.chars().take(CHARACTERS_MAX);
    characters.for_each(|character| push_harmless(&mut shown, character));
    shown
}

/// The error of a response that has not the bytes that it was asked for.
pub(super) fn wrong_response() -> io::Error {
    let text = "the server sent another number of bytes than it was asked for";
    io::Error::new(ErrorKind::InvalidData, text)
}
