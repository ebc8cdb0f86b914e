//! The bytes of a Parquet file as its crate asks for them, on this machine or at a URL.

use std::collections::VecDeque;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::table_file::TableFile;

/// As much of a remote file is read at a time where it is not known how much will be needed: the
/// pages of a column follow each other.
const BLOCK_BYTES: u64 = 512 << 10;

/// As many blocks are kept: several columns are read in turns.
const BLOCKS_MAX: usize = 32;

/// A file, and blocks of it that were read.
#[derive(Clone)]
pub(crate) struct ParquetBytes {
    file: TableFile,
    /// With their numbers, the one that was used last behind the others.
    blocks: Arc<Mutex<VecDeque<(u64, Bytes)>>>,
    /// Why the file cannot be read: what the crate passes on is only a text.
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl ParquetBytes {
    pub(crate) fn new(file: &TableFile) -> ParquetBytes {
        ParquetBytes {
            file: file.clone(),
            blocks: Arc::default(),
            failure: Arc::default(),
        }
    }

    /// The error that is behind one of the crate.
    pub(crate) fn cause(&self, error: io::Error) -> io::Error {
        lock(&self.failure).take().unwrap_or(error)
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        match self.file.read(&[range]) {
            Ok(mut read) => Ok(read.pop().unwrap_or_default().into()),
            Err(error) => {
                let kind = error.kind();
                *lock(&self.failure) = Some(error);
                Err(kind.into())
            }
        }
    }

    /// The block that a position is in, from there on; empty at the end of the file.
    fn block_from(&self, position: u64) -> io::Result<Bytes> {
        let number = position / BLOCK_BYTES;
        let start = number * BLOCK_BYTES;
        let mut blocks = lock(&self.blocks);
        let known = blocks.iter().position(|(other, _)| *other == number);
        let block = match known.and_then(|at| blocks.remove(at)) {
            Some((_, block)) => block,
            None => {
                let end = self.file.length().min(start + BLOCK_BYTES);
                self.read(start.min(end)..end)?
            }
        };
        if blocks.len() == BLOCKS_MAX {
            blocks.pop_front();
        }
        blocks.push_back((number, block.clone()));
        let within = (position - start).min(block.len() as u64);
        Ok(block.slice(within as usize..))
    }
}

impl Length for ParquetBytes {
    fn len(&self) -> u64 {
        self.file.length()
    }
}

impl ChunkReader for ParquetBytes {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        if self.file.is_near() {
            return Ok(Box::new(BufReader::new(self.file.stream_from(start)?)));
        }
        Ok(Box::new(Blocks {
            of: self.clone(),
            position: start,
            block: Bytes::new(),
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.saturating_add(length as u64);
        if end > self.file.length() {
            let message = format!("it ends before byte {end}");
            return Err(ParquetError::EOF(message));
        }
        Ok(self.read(start..end)?)
    }
}

/// What a thread that has panicked left is whole.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a file block by block.
struct Blocks {
    of: ParquetBytes,
    /// The position behind the block.
    position: u64,
    /// What of it has not been read.
    block: Bytes,
}

impl Read for Blocks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.block.is_empty() {
            self.block = self.of.block_from(self.position)?;
            self.position += self.block.len() as u64;
        }
        let count = buffer.len().min(self.block.len());
        buffer[..count].copy_from_slice(&self.block.split_to(count));
        Ok(count)
    }
}
