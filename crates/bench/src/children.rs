//! What the children of this process have used of the machine.

use anyhow::Result;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// The use by all children that have ended, and by their children.
pub(crate) struct Usage {
    /// Processor time, user and system.
    pub(crate) seconds: f64,
    /// The most memory that one of them ever had resident.
    pub(crate) peak_bytes: u64,
}

impl Usage {
    /// Returns the use until now.
    pub(crate) fn now() -> Result<Self> {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let microseconds = usage.user_time() + usage.system_time();
        // Apple's systems count bytes, all others kibibytes.
        let unit = if cfg!(target_vendor = "apple") {
            1
        } else {
            1024
        };
        Ok(Self {
            seconds: microseconds.num_microseconds() as f64 / 1e6,
            peak_bytes: u64::try_from(usage.max_rss())? * unit,
        })
    }
}
