//! The machine of a run: the processor, its instructions and its load.

use std::fs;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

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
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = information
        .lines()
        .find(|line| line.starts_with("model name"));
    let name = line
        .and_then(|line| line.split_once(':'))
        .map(|(_, name)| name.trim());
    name.unwrap_or("unknown processor").to_owned()
}

/// What else a reader has to know of the machine. What the system does not report is left out.
#[derive(Serialize, Deserialize)]
pub(crate) struct Machine {
    /// Those that this program may use.
    pub(crate) processors: Option<usize>,
    pub(crate) memory_bytes: Option<u64>,
    /// The caches of the first processor: level, kind and size.
    pub(crate) caches: Vec<String>,
    /// When the system uses huge pages.
    pub(crate) huge_pages: Option<String>,
    /// Whether the machine is a virtual one.
    pub(crate) is_virtual: Option<bool>,
    pub(crate) system: String,
}

impl Machine {
    /// The machine that this program runs on.
    pub(super) fn here() -> Self {
        Self {
            processors: std::thread::available_parallelism().ok().map(usize::from),
            memory_bytes: memory_bytes(),
            caches: (0..).map_while(cache).collect(),
            huge_pages: line("/sys/kernel/mm/transparent_hugepage/enabled"),
            is_virtual: fs::read_to_string("/proc/cpuinfo").ok().map(|information| {
                let flags = information.lines().find(|line| line.starts_with("flags"));
                flags.is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor"))
            }),
            system: std::env::consts::OS.to_owned(),
        }
    }
}

/// The first line of a file of the system.
fn line(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().next().map(str::to_owned)
}

fn memory_bytes() -> Option<u64> {
    let information = fs::read_to_string("/proc/meminfo").ok()?;
    let total = information
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = total.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// The cache with this number.
fn cache(index: usize) -> Option<String> {
    let about = |what| {
        line(&format!(
            "/sys/devices/system/cpu/cpu0/cache/index{index}/{what}"
        ))
    };
    Some(format!(
        "L{} {} {}",
        about("level")?,
        about("type")?,
        about("size")?
    ))
}

/// When a measurement began, and how long the program had waited for a processor by then.
pub(crate) struct Watch {
    pub(super) start: Instant,
    pub(super) waited: Duration,
}

impl Watch {
    pub(crate) fn start() -> Self {
        Self {
            start: Instant::now(),
            waited: waited(),
        }
    }
}

/// The share of the time spent waiting from which on other programs are competing for the
/// processor. Preemptions say less: the system's own work takes the processor a hundred times a
/// second for a hundredth of the time.
pub(crate) const BUSY: f64 = 0.05;

/// How long the program has waited for a processor that others had; zero if the system does not
/// report that.
pub(super) fn waited() -> Duration {
    let times = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let waited = times.split(' ').nth(1).and_then(|time| time.parse().ok());
    Duration::from_nanos(waited.unwrap_or(0))
}
