//! What is written first and read later.

use alloc::vec::Vec;

use std::io::{self, Cursor, Read, Write};

#[cfg(feature = "builder")]
use std::io::{BufWriter, Seek};

/// Bytes that are written, and then read from the start.
pub(super) trait Spool: Write {
    fn new() -> Self;

    fn into_reader(self) -> io::Result<impl Read + 'static>;
}

/// All in memory.
impl Spool for Vec<u8> {
    fn new() -> Self {
        Vec::new()
    }

    fn into_reader(self) -> io::Result<impl Read + 'static> {
        Ok(Cursor::new(self))
    }
}

/// Bytes that go to a temporary file when they are many. It has no name, and vanishes with the
/// program, whatever ends it.
#[cfg(feature = "builder")]
pub(super) struct TemporaryFile(BufWriter<tempfile::SpooledTempFile>);

/// A builder has some tens of spools: most are small.
#[cfg(feature = "builder")]
const MEMORY_MAX: usize = 64 << 10;
#[cfg(feature = "builder")]
const BUFFER_BYTES: usize = 32 << 10;

#[cfg(feature = "builder")]
impl Spool for TemporaryFile {
    fn new() -> Self {
        let file = tempfile::SpooledTempFile::new(MEMORY_MAX);
        TemporaryFile(BufWriter::with_capacity(BUFFER_BYTES, file))
    }

    fn into_reader(self) -> io::Result<impl Read + 'static> {
        let mut file = self
            .0
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }
}

#[cfg(feature = "builder")]
impl Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
