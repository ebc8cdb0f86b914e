//! A file that can be read at any place: on this machine, or at a URL.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use crate::location::Location;
use crate::remote::RemoteFile;

/// Rows of a local file with less between them are read together.
const GAP_BYTES: u64 = 16 * 1024;

/// The same for a remote file: a request takes longer than that many bytes.
const REMOTE_GAP_BYTES: u64 = 128 * 1024;

/// As many bytes of a remote file are requested at the same time. Memory for one block after
/// another of a local file is used again.
const REMOTE_TOGETHER_BYTES: u64 = 4 << 20;

/// An open file.
#[derive(Clone)]
pub(crate) enum TableFile {
    /// With what it was when it was opened.
    Local(Arc<File>, Metadata),
    Remote(Arc<RemoteFile>),
}

impl TableFile {
    pub(crate) fn open(location: &Location) -> io::Result<TableFile> {
        Ok(match location {
            Location::Local(path) => {
                let file = File::open(path)?;
                let metadata = file.metadata()?;
                TableFile::Local(Arc::new(file), metadata)
            }
            Location::Remote(url) => TableFile::Remote(RemoteFile::open(url)?),
        })
    }

    /// The number of bytes.
    pub(crate) fn length(&self) -> u64 {
        match self {
            TableFile::Local(_, metadata) => metadata.len(),
            TableFile::Remote(file) => file.length(),
        }
    }

    /// When a local file was modified, in nanoseconds since 1970; empty if that is not known. The
    /// time that servers tell is that of a copy.
    pub(crate) fn modified(&self) -> String {
        match self {
            TableFile::Local(_, metadata) => {
                let modified = metadata.modified().ok();
                let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                modified.map_or(String::new(), |time| time.as_nanos().to_string())
            }
            TableFile::Remote(_) => String::new(),
        }
    }

    /// The entity tag, by which a server tells states of a file apart.
    pub(crate) fn tag(&self) -> Option<&str> {
        match self {
            TableFile::Local(..) => None,
            TableFile::Remote(file) => file.tag(),
        }
    }

    /// Whether reading it again takes no longer than keeping what was read.
    pub(crate) fn is_near(&self) -> bool {
        matches!(self, TableFile::Local(..))
    }

    /// Ranges with less between them are read together.
    pub(crate) fn gap_bytes(&self) -> u64 {
        match self {
            TableFile::Local(..) => GAP_BYTES,
            TableFile::Remote(_) => REMOTE_GAP_BYTES,
        }
    }

    /// Ranges are read at the same time up to that many bytes; 0 for one after another.
    pub(crate) fn together_bytes(&self) -> u64 {
        match self {
            TableFile::Local(..) => 0,
            TableFile::Remote(_) => REMOTE_TOGETHER_BYTES,
        }
    }

    /// Reads from a position to the end. A local file has one position for all who read it so.
    pub(crate) fn stream_from(&self, position: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            TableFile::Local(file, _) => {
                let mut file = Arc::clone(file);
                file.seek(SeekFrom::Start(position))?;
                Box::new(file)
            }
            TableFile::Remote(file) => Box::new(Arc::clone(file).stream_from(position)),
        })
    }

    /// Reads ranges that are within the file.
    pub(crate) fn read(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
        match self {
            TableFile::Local(file, _) => ranges.iter().map(|it| read_local(file, it)).collect(),
            TableFile::Remote(file) => file.read(ranges),
        }
    }

    /// Refuses a file that has changed since it was opened; see [`is_change`]. Another file that
    /// has its name by now does not matter. A remote file is compared whenever it is read.
    pub(crate) fn check_unchanged(&self) -> io::Result<()> {
        let TableFile::Local(file, metadata) = self else {
            return Ok(());
        };
        let now = file.metadata()?;
        // Not all systems know when a file was modified.
        let modified = |metadata: &Metadata| metadata.modified().ok();
        match now.len() == metadata.len() && modified(&now) == modified(metadata) {
            true => Ok(()),
            false => Err(change()),
        }
    }
}

/// Reads a range of a local file.
fn read_local(mut file: &File, range: &Range<u64>) -> io::Result<Vec<u8>> {
    let length = range.end - range.start;
    // With room for all, they are read at once.
    let mut bytes = Vec::with_capacity(length as usize);
    file.seek(SeekFrom::Start(range.start))?;
    file.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// The cause of an error: the file is not what it was when it was opened.
#[derive(Debug, thiserror::Error)]
#[error("the file changed while it was being read")]
struct Changed;

/// The error of a file that has changed while it was being read.
pub(crate) fn change() -> io::Error {
    io::Error::other(Changed)
}

/// Whether a file has changed while it was being read.
pub(crate) fn is_change(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|cause| cause.is::<Changed>())
}
