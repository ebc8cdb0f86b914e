//! Why a file cannot be read or written.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use crate::static_collections::parts::Collection;

/// Why a file cannot be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The file does not begin as these files do.
    NotAFile,
    /// The file has a major version that this library does not know.
    Version {
        /// The major version of the file.
        major: u16,
    },
    /// The file requires features that this library does not have.
    Features {
        /// The bits of the features.
        required: u64,
    },
    /// The file is shorter than its header says.
    Truncated {
        /// The length that the file should have, in bytes.
        expected: u64,
        /// The length that it has.
        found: u64,
    },
    /// The file is longer than its header says.
    Overlong {
        /// The length that the file should have, in bytes.
        expected: u64,
        /// The length that it has.
        found: u64,
    },
    /// A part of the file is not as it has to be.
    Damaged {
        /// Which part.
        what: &'static str,
        /// Where it is, in bytes from the start of the file.
        offset: u64,
    },
    /// The file holds another collection than the one that was asked for.
    Collection {
        /// What was asked for.
        expected: Collection,
        /// What the file holds.
        found: Collection,
    },
    /// The file holds keys or values of another type than was asked for.
    Type {
        /// `keys` or `values`.
        what: &'static str,
        /// The type that was asked for.
        expected: String,
        /// The type that the file holds.
        found: String,
    },
    /// The file holds each key of an index once, which
    /// [`StaticIndex`](crate::StaticIndex) does not: a [`Reader`](super::Reader) reads it.
    Grouped,
    /// The nodes of the file have another number of keys than those of the collection, so that it
    /// can only be read into memory, not mapped.
    NodeKeys {
        /// The number of keys in a node of the collection.
        expected: u64,
        /// That in a node of the file.
        found: u64,
    },
    /// The collection has more entries than this machine can address.
    TooLarge,
    /// Keys were added out of order.
    Unsorted {
        /// The number of keys before the first one that is out of order.
        index: u64,
    },
    /// Positions were asked for that the file does not have.
    Positions,
    /// Reading or writing failed.
    #[cfg(feature = "std")]
    Io(std::io::Error),
    /// The file was replaced after it was opened.
    #[cfg(feature = "object_store")]
    Replaced,
    /// A request to an object store failed.
    #[cfg(feature = "object_store")]
    Store(object_store::Error),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::NotAFile => f.write_str("not an index file: it does not begin as one"),
            FileError::Version { major } => write!(
                f,
                "the file has version {major} of the format, and version 1 is the only one known"
            ),
            FileError::Features { required } => {
                write!(f, "the file requires unknown features ({required:#x})")
            }
            FileError::Truncated { expected, found } => write!(
                f,
                "the file is cut short: it has {found} bytes, and should have {expected}"
            ),
            FileError::Overlong { expected, found } => write!(
                f,
                "something follows the file: it has {found} bytes, and should have {expected}"
            ),
            FileError::Damaged { what, offset } => {
                write!(f, "the file is damaged: {what}, at byte {offset}")
            }
            FileError::Collection { expected, found } => write!(
                f,
                "the file holds the keys of {} {}, not of {} {}",
                article(*found),
                found.name(),
                article(*expected),
                expected.name()
            ),
            FileError::Type {
                what,
                expected,
                found,
            } => write!(f, "the file holds {what} of type {found}, not {expected}"),
            FileError::Grouped => f.write_str(
                "the file holds each key of the index once: only `file::Reader` reads it",
            ),
            FileError::NodeKeys { expected, found } => write!(
                f,
                "the nodes of the file have {found} keys, and cannot be used as nodes of {expected}"
            ),
            FileError::TooLarge => {
                f.write_str("the file has more entries than this machine can address")
            }
            FileError::Unsorted { index } => {
                write!(f, "the key at index {index} is less than the one before it")
            }
            FileError::Positions => f.write_str("the file does not have these positions"),
            #[cfg(feature = "std")]
            FileError::Io(error) => error.fmt(f),
            #[cfg(feature = "object_store")]
            FileError::Replaced => {
                f.write_str("the file was replaced after it was opened: open it again")
            }
            #[cfg(feature = "object_store")]
            FileError::Store(error) => error.fmt(f),
        }
    }
}

fn article(collection: Collection) -> &'static str {
    match collection {
        Collection::Index => "an",
        Collection::Set | Collection::Map => "a",
    }
}

impl Error for FileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            #[cfg(feature = "std")]
            FileError::Io(error) => Some(error),
            #[cfg(feature = "object_store")]
            FileError::Store(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(feature = "std")]
impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        FileError::Io(error)
    }
}

#[cfg(feature = "object_store")]
impl From<object_store::Error> for FileError {
    fn from(error: object_store::Error) -> Self {
        FileError::Store(error)
    }
}
