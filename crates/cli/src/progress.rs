//! A bar on stderr for those who wait: only on a terminal, and only where there is something to
//! wait for.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// A smaller table is read before a bar can be seen.
const TABLE_BYTES_MIN: u64 = 16 << 20;
const STEP_BYTES: u64 = 1 << 20;

/// The way through a table. Taken off the screen when dropped, so that messages and rows stand on a
/// clean line.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    next: u64,
}

impl Progress {
    /// Of a table of that many bytes, if that is known.
    pub(crate) fn start(length: Option<u64>) -> Progress {
        let length = length.filter(|length| *length > TABLE_BYTES_MIN);
        let bar = length.filter(|_| io::stderr().is_terminal()).map(|length| {
            let template = "reading {wide_bar} {binary_bytes} of {binary_total_bytes} {eta}";
            let style = ProgressStyle::with_template(template);
            ProgressBar::new(length)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Progress { bar, next: 0 }
    }

    /// Says how many bytes were read.
    pub(crate) fn at(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar
            && bytes >= self.next
        {
            bar.set_position(bytes);
            self.next = bytes + STEP_BYTES;
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
