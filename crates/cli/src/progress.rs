//! A progress bar on stderr: only on a terminal, and only for tables that take a while.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::source::Source;

/// Smaller tables are read before a bar could be seen.
const TABLE_BYTES_MIN: u64 = 16 << 20;

/// Progress through tables. Removed from the screen when dropped, so that messages and rows start
/// on a clean line.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    bytes_read: Vec<Arc<AtomicU64>>,
}

impl Progress {
    /// Starts for tables of which the lengths are known.
    pub(crate) fn start<'s>(sources: impl Iterator<Item = &'s Source> + Clone) -> Progress {
        let length = sources.clone().map(Source::length).sum();
        Progress::of(length, sources.map(Source::bytes_read).collect())
    }

    /// Starts for that many bytes, if the number is known.
    pub(crate) fn of(length: Option<u64>, bytes_read: Vec<Arc<AtomicU64>>) -> Progress {
        let length = length.filter(|length| *length > TABLE_BYTES_MIN);
        let bar = length.filter(|_| io::stderr().is_terminal()).map(|length| {
            let template = "reading {wide_bar} {binary_bytes} of {binary_total_bytes} {eta}";
            let style = ProgressStyle::with_template(template);
            ProgressBar::new(length)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Progress { bar, bytes_read }
    }

    /// Starts for rows of many files, of which the number is not known yet.
    #[cfg(feature = "sql")]
    pub(crate) fn of_rows() -> Progress {
        let bar = io::stderr().is_terminal().then(|| {
            let template = "reading {wide_bar} {human_pos} of {human_len} rows {eta}";
            let style = ProgressStyle::with_template(template);
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Progress {
            bar,
            bytes_read: Vec::new(),
        }
    }

    /// Shows how many rows have been read.
    #[cfg(feature = "sql")]
    pub(crate) fn show(&mut self, rows: u64, all: u64) {
        if let Some(bar) = self.bar.as_ref().filter(|_| all > 0) {
            bar.set_length(all);
            bar.set_position(rows);
        }
    }

    /// Starts for rounds of measurements.
    pub(crate) fn of_rounds(rounds: u64) -> Progress {
        let bar = io::stderr().is_terminal().then(|| {
            let template = "measuring {wide_bar} {pos} of {len} {msg}";
            let style = ProgressStyle::with_template(template);
            ProgressBar::new(rounds)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Progress {
            bar,
            bytes_read: Vec::new(),
        }
    }

    /// Shows which round begins, and of what.
    pub(crate) fn show_round(&mut self, rounds: u64, of: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(of);
            bar.set_position(rounds);
        }
    }

    /// Shows how much has been read.
    pub(crate) fn update(&mut self) {
        if let Some(bar) = &self.bar {
            let bytes_read = self.bytes_read.iter().map(|it| it.load(Ordering::Relaxed));
            bar.set_position(bytes_read.sum());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
