//! Temporary files.

use alloc::format;

use std::env;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::SpooledTempFile;

use super::spool::Spool;

/// Bytes that go to a temporary file when they are many.
pub(super) struct TemporaryFile(BufWriter<Temporary<SpooledTempFile>>);

/// A builder has some tens of spools: most are small.
const MEMORY_MAX: usize = 64 << 10;
const BUFFER_BYTES: usize = 32 << 10;

impl Spool for TemporaryFile {
    fn new() -> Self {
        let file = Temporary {
            file: SpooledTempFile::new(MEMORY_MAX),
            folder: env::temp_dir(),
        };
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

impl TemporaryFile {
    /// Drops what was written. If it were only dropped, the end of it would be written before.
    pub(super) fn discard(self) {
        let (_file, _unwritten) = self.0.into_parts();
    }
}

impl Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A temporary file, whose errors name its folder. It has no name, and vanishes with the program,
/// whatever ends it.
pub(super) struct Temporary<F> {
    file: F,
    folder: PathBuf,
}

impl Temporary<File> {
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        Ok(Temporary {
            file: tempfile::tempfile_in(folder).map_err(|error| explain(folder, &error))?,
            folder: folder.into(),
        })
    }
}

impl<F> Temporary<F> {
    fn attempt<T>(&mut self, act: impl FnOnce(&mut F) -> io::Result<T>) -> io::Result<T> {
        act(&mut self.file).map_err(|error| explain(&self.folder, &error))
    }
}

fn explain(folder: &Path, error: &io::Error) -> io::Error {
    let message = format!("a temporary file in {}: {error}", folder.display());
    io::Error::new(error.kind(), message)
}

impl<F: Read> Read for Temporary<F> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.attempt(|file| file.read(bytes))
    }
}

impl<F: Write> Write for Temporary<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(F::flush)
    }
}

impl<F: Seek> Seek for Temporary<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.attempt(|file| file.seek(to))
    }
}
