//! A task of a reader: what it needs, and what it has found in the end.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;
use core::ops::Range;

use super::super::error::FileError;
use super::Reader;
use super::known::{Known, Missing, Ranges, coalesced};

/// How far a task has come.
#[derive(Debug)]
pub enum Step<T> {
    /// It needs the bytes of these ranges of the file, which are in order and do not overlap.
    Needs(Vec<Range<u64>>),
    /// It is done.
    Done(T),
}

/// Something that a [`Reader`] is asked for.
pub struct Task<'r, T> {
    reader: &'r Reader,
    read: Ranges<'r>,
    run: Box<Run<'r, T>>,
}

/// Runs a task from its beginning, with the bytes that are known.
type Run<'r, T> = dyn Fn(&Known<'_>) -> Result<T, Missing> + Send + Sync + 'r;

impl<'r, T> Task<'r, T> {
    pub(super) fn new(
        reader: &'r Reader,
        run: impl Fn(&Known<'_>) -> Result<T, Missing> + Send + Sync + 'r,
    ) -> Self {
        Task {
            reader,
            read: Ranges::default(),
            run: Box::new(run),
        }
    }

    /// Runs the task as far as the bytes that were supplied allow.
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are not those of a file that a builder has written.
    pub fn step(&self) -> Result<Step<T>, FileError> {
        let known = Known {
            front: &self.reader.front,
            read: &self.read,
            missing: RefCell::default(),
        };
        let outcome = (self.run)(&known);
        let missing = known.missing.into_inner();
        match outcome {
            Ok(done) => Ok(Step::Done(done)),
            Err(Missing::Error(error)) => Err(error),
            Err(Missing::Bytes) => Ok(Step::Needs(coalesced(
                missing,
                self.reader.options.coalesce,
            ))),
        }
    }

    /// Takes the bytes of ranges that the task needs.
    ///
    /// # Errors
    ///
    /// Returns an error if there are not as many bytes as a range has: the file is shorter than it
    /// was.
    pub fn supply<B>(
        &mut self,
        ranges: &[Range<u64>],
        bytes: impl IntoIterator<Item = B>,
    ) -> Result<(), FileError>
    where
        B: AsRef<[u8]> + Send + Sync + 'r,
    {
        for (range, bytes) in ranges.iter().zip(bytes) {
            let found = bytes.as_ref().len() as u64;
            if found != range.end - range.start {
                return Err(FileError::Truncated {
                    expected: range.end,
                    found: range.start + found,
                });
            }
            self.read.insert(range.start, Box::new(bytes));
        }
        Ok(())
    }

    /// Runs the task to its end. `read` reads ranges that are in order.
    ///
    /// # Errors
    ///
    /// Returns an error of `read`, and as [`step`](Self::step) does.
    pub fn run<B, E>(
        mut self,
        mut read: impl FnMut(&[Range<u64>]) -> Result<Vec<B>, E>,
    ) -> Result<T, E>
    where
        B: AsRef<[u8]> + Send + Sync + 'r,
        E: From<FileError>,
    {
        loop {
            match self.step()? {
                Step::Done(done) => return Ok(done),
                Step::Needs(ranges) => {
                    let bytes = read(&ranges)?;
                    self.supply(&ranges, bytes)?;
                }
            }
        }
    }
}

impl<T> fmt::Debug for Task<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}
