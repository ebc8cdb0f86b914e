//! A progress bar on stderr: only on a terminal, and only for tables that take a while.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// Smaller tables are read before a bar could be seen.
const TABLE_BYTES_MIN: u64 = 16 << 20;
const STEP_BYTES: u64 = 1 << 20;

/// Progress through a table. Removed from the screen when dropped, so that messages and rows start
/// on a clean line.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    next: u64,
}

impl Progress {
    /// Starts for a table of that many bytes, if the number is known.
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

    /// Updates the bar: that many bytes have been read.
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
