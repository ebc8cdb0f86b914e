//! The machine of a run: the processor, its instructions and its load.

use std::time::Instant;

/// The compiled-in features for which the peers have special code.
pub(super) fn target_features() -> Vec<&'static str> {
    macro_rules! enabled {
        ($($feature:literal),*) => {
            [$(($feature, cfg!(target_feature = $feature))),*]
        };
    }
    enabled!(
        "sse2", "sse4.2", "popcnt", "bmi2", "avx2", "avx512f", "avx512bw", "avx512vl", "neon",
        "sve"
    )
    .into_iter()
    .filter_map(|(feature, enabled)| enabled.then_some(feature))
    .collect()
}

/// The processor's name if the system reports it.
pub(super) fn processor() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = information
        .lines()
        .find(|line| line.starts_with("model name"));
    let name = line
        .and_then(|line| line.split_once(':'))
        .map(|(_, name)| name.trim());
    name.unwrap_or("unknown processor").to_owned()
}

/// When a measurement began, and how often the process had been preempted by then.
pub(crate) struct Watch {
    pub(super) start: Instant,
    pub(super) preemptions: u64,
}

impl Watch {
    pub(crate) fn start() -> Self {
        Self {
            start: Instant::now(),
            preemptions: preemptions(),
        }
    }
}

/// Preemptions per second from which on another program is competing for the processor.
pub(super) const BUSY: f64 = 30.0;

/// How often the system has preempted this process; zero if it does not report that.
pub(super) fn preemptions() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let count = status
        .lines()
        .find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"));
    count
        .and_then(|count| count.trim().parse().ok())
        .unwrap_or(0)
}
