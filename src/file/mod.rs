//! Static collections in files: written once, read wherever they are.
//!
//! docs/file-format.md in the repository draws every byte of the format.
#![deny(unsafe_code)]

#[cfg(feature = "builder")]
mod builder;
mod checksum;
mod collection;
mod error;
mod geometry;
mod header;
mod integer;
mod limits;
#[cfg(feature = "std")]
mod local;
#[cfg(feature = "mmap")]
mod mmap;
mod reader;
#[cfg(feature = "object_store")]
mod remote;
#[cfg(feature = "std")]
mod replace;
mod sections;
#[cfg(feature = "std")]
mod separators;
#[cfg(feature = "std")]
mod spool;
#[cfg(feature = "std")]
mod write;

#[cfg(feature = "builder")]
pub use builder::{Builder, FileType};
pub use checksum::checksum;
pub use error::FileError;
pub use header::{Header, Section};
#[cfg(feature = "std")]
pub use local::LocalFile;
pub use reader::{Found, KeyBuf, Opening, Query, ReadOptions, Reader, Step, Task};
#[cfg(feature = "object_store")]
pub use remote::RemoteFile;

pub use crate::memory::plain::Value;
pub use crate::static_collections::parts::{Collection, KeyBytes, KeyForm};
