//! Static collections in files: written once, read wherever they are.
//!
//! | you have | take |
//! |---|---|
//! | a collection in memory | [`save`], [`write_to`] |
//! | sorted entries, more than memory holds | `Builder` (feature `builder`) |
//! | the same in any order | `SortingBuilder` (feature `builder`) |
//! | a file that fits into memory | [`open`] |
//! | a file in the program (`include_bytes!`), or no std | [`from_bytes`] |
//! | a file larger than memory | `open_mmap` (feature `mmap`), or `LocalFile` |
//! | a file elsewhere: on a server, in an object store | [`Reader`], and what reads bytes there |
//!
//! [`save`]: crate::StaticMap::save
//! [`write_to`]: crate::StaticMap::write_to
//! [`open`]: crate::StaticMap::open
//! [`from_bytes`]: crate::StaticMap::from_bytes
//!
//! ```
//! use leafwise::StaticMap;
//!
//! let squares: StaticMap<u32, u64> = (0..1000).map(|n| (n, u64::from(n).pow(2))).collect();
//! let mut file = Vec::new();
//! squares.write_to(&mut file)?;
//! assert_eq!(StaticMap::<u32, u64>::from_bytes(&file)?.get(&30), Some(&900));
//! # Ok::<(), leafwise::file::FileError>(())
//! ```
//!
//! # The format
//! A file (`.lwx`) holds the sorted keys as they are in memory, but little-endian, the levels above
//! them, and the values. The header says how everything is laid out, so a file can be read on any
//! machine. docs/file-format.md in the repository draws every byte.
//!
//! Keys are all types that are [`Key`](crate::static_collections::Key), values those that are
//! [`Value`]. The names of both types are in the file, and one of other types is refused.
//!
//! # Damaged files
//! Files that were cut, flipped or made by an enemy are an error, or, if only keys and values are
//! wrong, give wrong answers: never a panic, undefined behaviour, an endless loop, or an allocation
//! of more than about twice the file. Each page has a checksum, which `verify` compares.
//!
//! # Mapping
//! A file that is mapped into memory is not read when it is opened, but for the levels above its
//! keys, which are a sixteenth to an eighth of these, and stay in the file too if `OpenOptions` say
//! so. Nobody must change it meanwhile.
#![deny(unsafe_code)]

#[cfg(feature = "builder")]
mod builder;
mod checksum;
mod collection;
mod error;
#[cfg(feature = "builder")]
mod external_sort;
mod geometry;
mod header;
mod integer;
#[cfg(feature = "builder")]
mod key_sections;
mod limits;
#[cfg(feature = "std")]
mod local;
#[cfg(feature = "mmap")]
mod mmap;
#[cfg(feature = "std")]
mod pages;
mod reader;
#[cfg(feature = "object_store")]
mod remote;
#[cfg(feature = "std")]
mod replace;
#[cfg(feature = "std")]
mod save;
mod sections;
#[cfg(feature = "std")]
mod separators;
#[cfg(feature = "builder")]
mod sorting_builder;
#[cfg(feature = "std")]
mod spool;
#[cfg(feature = "builder")]
mod temporary;
#[cfg(feature = "std")]
mod types;
#[cfg(feature = "std")]
mod verify;
#[cfg(feature = "std")]
mod write;

#[cfg(feature = "builder")]
pub use builder::{Builder, FileType};
pub use checksum::checksum;
#[cfg(feature = "std")]
pub use collection::OpenOptions;
pub use error::FileError;
pub use header::{Header, Section};
#[cfg(feature = "std")]
pub use local::LocalFile;
pub use reader::{Found, KeyBuf, Opening, Query, ReadOptions, Reader, Step, Task};
#[cfg(feature = "object_store")]
pub use remote::RemoteFile;
#[cfg(feature = "builder")]
pub use sorting_builder::SortingBuilder;
#[cfg(feature = "std")]
pub use verify::verify;

pub use crate::memory::plain::Value;
pub use crate::static_collections::parts::{Collection, KeyBytes, KeyForm};
