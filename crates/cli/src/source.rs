//! Where the bytes of a table come from, and how to return to an earlier byte.
//!
//! A regular file is read again to print a row: of a file of 10 GB, only keys and offsets are kept
//! in memory. Input that can be read only once (standard input, a named pipe) is kept whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// Large enough that the cost of calls disappears in a full pass, small enough that reading one row
/// again is cheap.
const BUFFER_BYTES: usize = 32 * 1024;

/// Bytes, of which number `position` is the next.
pub(crate) struct Source {
    bytes: Bytes,
    position: u64,
    length: Option<u64>,
}

enum Bytes {
    File(BufReader<File>),
    Memory(Cursor<Vec<u8>>),
}

impl Source {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(path: &Path) -> io::Result<Source> {
        if path.as_os_str() == "-" {
            return Source::read_whole(io::stdin().lock());
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Source::read_whole(file);
        }
        let bytes = Bytes::File(BufReader::with_capacity(BUFFER_BYTES, file));
        Ok(Source {
            bytes,
            position: 0,
            length: Some(metadata.len()),
        })
    }

    fn read_whole(mut reader: impl Read) -> io::Result<Source> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        Ok(Source::in_memory(bytes))
    }

    pub(crate) fn in_memory(bytes: Vec<u8>) -> Source {
        Source {
            bytes: Bytes::Memory(Cursor::new(bytes)),
            position: 0,
            length: None,
        }
    }

    /// The next bytes; none at the end.
    pub(crate) fn peek(&mut self) -> io::Result<&[u8]> {
        while let Err(error) = self.reader().fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
        self.reader().fill_buf()
    }

    /// Skips bytes that were peeked at.
    pub(crate) fn consume(&mut self, count: usize) {
        self.reader().consume(count);
        self.position += count as u64;
    }

    /// Goes to an offset that was read before. Within the buffer, this needs no system call.
    pub(crate) fn go_to(&mut self, position: u64) -> io::Result<()> {
        match &mut self.bytes {
            Bytes::File(reader) => {
                reader.seek_relative(position.wrapping_sub(self.position).cast_signed())?;
            }
            Bytes::Memory(cursor) => cursor.set_position(position),
        }
        self.position = position;
        Ok(())
    }

    fn reader(&mut self) -> &mut dyn BufRead {
        match &mut self.bytes {
            Bytes::File(reader) => reader,
            Bytes::Memory(cursor) => cursor,
        }
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The number of bytes to read, if that takes time: that of a file.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }
}
