//! Where the bytes of a table come from: a file or a stream, decompressed and decoded to UTF-8.
//!
//! Text is read from its beginning to its end, so a pipe or a compressed file is read as a plain
//! file is, which alone can be read again.

use std::fs::File;
use std::io::{self, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Encoding;
use flate2::read::MultiGzDecoder;

use crate::decode::Decoder;
use crate::location::Location;
use crate::table_file::TableFile;
use crate::zstd::Frames;

/// As many bytes as are looked at to tell what a file is.
const START_BYTES: usize = 4096;

/// Room for as many bytes is made before they are read, so that they are read at once.
const RESERVED_MAX: usize = 1 << 20;

/// The bytes of one table.
pub(crate) struct Source {
    reader: Box<dyn Read + Send>,
    /// What is read; `None` for a stream.
    file: Option<TableFile>,
    /// Whether bytes are those of the file, neither decompressed nor decoded.
    is_plain: bool,
    bytes_read: Arc<AtomicU64>,
    is_parquet: bool,
}

/// Why a table cannot be opened.
pub(crate) enum Refusal {
    Read(io::Error),
    Directory,
    /// Not text, and what to do.
    NotText(&'static str, &'static str),
}

impl Source {
    /// Opens a file or a stream.
    pub(crate) fn open(
        location: &Location,
        encoding: Option<&'static Encoding>,
    ) -> Result<Source, Refusal> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let (file, raw): (_, Box<dyn Read + Send>) = match location {
            _ if location.is_standard_input() => (None, Box::new(io::stdin())),
            Location::Local(path) => {
                let file = File::open(path).map_err(Refusal::Read)?;
                let metadata = file.metadata().map_err(Refusal::Read)?;
                if metadata.is_dir() {
                    return Err(Refusal::Directory);
                }
                let is_file = metadata.is_file();
                let file = Arc::new(file);
                let open = is_file.then(|| TableFile::Local(Arc::clone(&file), metadata));
                (open, Box::new(file))
            }
            Location::Remote(_) => {
                let file = TableFile::open(location).map_err(Refusal::Read)?;
                let stream = file.stream_from(0).map_err(Refusal::Read)?;
                (Some(file), stream)
            }
        };
        let counted = Box::new(Counted {
            reader: raw,
            bytes_read: Arc::clone(&bytes_read),
        });
        let (start, reader) = peek(counted).map_err(Refusal::Read)?;
        let is_parquet = start.starts_with(b"PAR1");
        let (reader, is_plain) = decompressed(&start, reader);
        let (start, reader) = peek(reader).map_err(Refusal::Read)?;
        let reader = match encoding {
            Some(encoding) => Box::new(Decoder::new(reader, encoding)),
            None if is_parquet => reader,
            None => match known_format(&start) {
                Some((what, remedy)) => return Err(Refusal::NotText(what, remedy)),
                None => reader,
            },
        };
        Ok(Source {
            reader,
            is_plain: is_plain && encoding.is_none() && file.is_some(),
            file,
            bytes_read,
            is_parquet,
        })
    }

    /// Whether it begins as Parquet does, and is not compressed as a whole.
    pub(crate) fn is_parquet(&self) -> bool {
        self.is_parquet
    }

    /// Appends up to `count` bytes; 0 at the end. The end of a file that has changed since it was
    /// opened is an error: see
    /// [`is_change`](crate::table_file::is_change).
    pub(crate) fn read(&mut self, count: usize, bytes: &mut Vec<u8>) -> io::Result<usize> {
        bytes.reserve(count.min(RESERVED_MAX));
        let read = (&mut self.reader).take(count as u64).read_to_end(bytes)?;
        if read < count {
            self.check_unchanged()?;
        }
        Ok(read)
    }

    /// Goes on at a position of a [plain](Self::is_plain) file.
    pub(crate) fn skip_to(&mut self, position: u64) -> io::Result<()> {
        if let Some(file) = &self.file {
            self.bytes_read.store(position, Ordering::Relaxed);
            self.reader = Box::new(Counted {
                reader: file.stream_from(position)?,
                bytes_read: Arc::clone(&self.bytes_read),
            });
        }
        Ok(())
    }

    /// Whether rows can be read again from where they are: it is a file, neither compressed nor in
    /// another encoding.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Refuses a file that has changed since it was opened.
    pub(crate) fn check_unchanged(&self) -> io::Result<()> {
        self.file
            .as_ref()
            .map_or(Ok(()), TableFile::check_unchanged)
    }

    /// The file, to be read from anywhere; `None` for a stream.
    pub(crate) fn file(&self) -> Option<&TableFile> {
        self.file.as_ref()
    }

    /// Notes how much of the file has been read, if that is not known by [`Source::read`].
    #[cfg(feature = "parquet")]
    pub(crate) fn set_part_read(&self, part: f64) {
        let length = self.length().unwrap_or(0) as f64;
        self.bytes_read
            .store((part * length) as u64, Ordering::Relaxed);
    }

    /// The number of bytes of the file; `None` for a stream.
    pub(crate) fn length(&self) -> Option<u64> {
        Some(self.file.as_ref()?.length())
    }

    /// The number of bytes that have been read of it so far, for another thread.
    pub(crate) fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }
}

/// A reader that counts what is read.
struct Counted {
    reader: Box<dyn Read + Send>,
    bytes_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.bytes_read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A reader whose first bytes have been looked at.
type Peeked = Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// The first bytes, and a reader of all.
fn peek(mut reader: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut start = Vec::new();
    (&mut reader)
        .take(START_BYTES as u64)
        .read_to_end(&mut start)?;
    let whole: Peeked = Cursor::new(start.clone()).chain(reader);
    Ok((start, Box::new(whole)))
}

/// Decompresses gzip and zstd. Returns whether there is nothing to decompress, too.
fn decompressed(start: &[u8], reader: Box<dyn Read + Send>) -> (Box<dyn Read + Send>, bool) {
    match start {
        [0x1f, 0x8b, ..] => (Box::new(Gzip(MultiGzDecoder::new(reader))), false),
        // A frame, or one to skip, with which some programs begin.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            (Box::new(Frames::new(reader)), false)
        }
        _ => (reader, true),
    }
}

/// Decompresses gzip, and says so if that fails.
struct Gzip(MultiGzDecoder<Box<dyn Read + Send>>);

impl Read for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        self.0.read(buffer).map_err(|error| match error.kind() {
            UnexpectedEof => io::Error::other("the gzip data ends early"),
            InvalidData | InvalidInput => io::Error::other("the gzip data is damaged"),
            _ => error,
        })
    }
}

/// What a file is that is not text in UTF-8, and what to do.
fn known_format(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let decompress = "decompress it, and give - as the table";
    Some(match start {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            ("UTF-32", "convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)")
        }
        [0xff, 0xfe, ..] => ("UTF-16", "read it with --encoding utf-16le"),
        [0xfe, 0xff, ..] => ("UTF-16", "read it with --encoding utf-16be"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => ("compressed by bzip2", decompress),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("compressed by xz", decompress),
        [4, b'"', b'M', 0x18, ..] => ("compressed by lz4", decompress),
        [b'P', b'K', 3, 4, ..] => (
            "a zip archive (as are Excel's and LibreOffice's files)",
            "extract it, or save the sheet as CSV",
        ),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("an old Excel file", "save the sheet as CSV"),
        [b'P', b'A', b'R', b'1', ..] => (
            "a Parquet file within gzip or zstd",
            "decompress it, and give the name of the Parquet file",
        ),
        _ if start.starts_with(b"SQLite format 3\0") => (
            "a SQLite database",
            "export it as CSV: sqlite3 -csv -header FILE 'SELECT * FROM ...'",
        ),
        _ => return without_mark(start),
    })
}

/// Text of wide characters without a byte order mark: every second byte, or three of four, are
/// zero.
fn without_mark(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let at = |remainder: usize, of: usize| {
        let bytes = start.iter().skip(remainder).step_by(of);
        let zeros = bytes.clone().filter(|byte| **byte == 0).count();
        // Nearly all: some characters are beyond ASCII.
        !start.is_empty() && zeros * 10 >= bytes.len() * 8
    };
    if !start.contains(&0) {
        return None;
    }
    Some(if at(1, 4) && at(2, 4) && (at(0, 4) || at(3, 4)) {
        ("UTF-32", "convert it to UTF-8 (iconv -f UTF-32LE -t UTF-8)")
    } else if at(1, 2) {
        ("UTF-16", "read it with --encoding utf-16le")
    } else if at(0, 2) {
        ("UTF-16", "read it with --encoding utf-16be")
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::table_file::is_change;

    /// Reads a file to its end, and changes it before.
    fn read_changed(change: impl FnOnce(&Path)) -> io::Result<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        fs::write(&path, "k,v\n1,2\n").unwrap();
        let Ok(mut source) = Source::open(&Location::Local(path.clone()), None) else {
            panic!("the file can be read");
        };
        change(&path);
        source.read(1000, &mut Vec::new())
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_an_error() {
        assert_eq!(read_changed(|_| {}).unwrap(), 8);
        let is_noticed = |change: fn(&Path)| read_changed(change).is_err_and(|it| is_change(&it));
        assert!(is_noticed(
            |path| fs::write(path, "k,v\n1,2\n3,4\n").unwrap()
        ));
        assert!(is_noticed(|path| fs::write(path, "k,v\n").unwrap()));
        // As long as before, but written later.
        assert!(is_noticed(|path| {
            let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(later).unwrap();
        }));
    }
}
