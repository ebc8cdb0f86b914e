//! What is written first and read later.

use alloc::vec::Vec;

use std::io::{self, Cursor, Read, Write};

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
