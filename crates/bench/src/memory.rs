//! Counts the memory of the process: live bytes of the allocator as they were requested, and
//! committed pages of regions that a map took directly from the system.
//!
//! The allocator's counters are changed by plain loads and stores, since a locked instruction would
//! add to every measured allocation. They are right as long as one thread allocates, and otherwise
//! merely wrong, not unsound.
//!
//! Mapped regions are counted as pages present in private writable anonymous mappings, minus the
//! heap, the stack, and the blocks that the allocator itself put into mappings of their own, which
//! are known here by address. So address space that was reserved and never touched is free, and a
//! huge page counts in full.

#![allow(
    unsafe_code,
    reason = "an allocator that counts implements an unsafe trait"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The system's allocator puts smaller blocks in its heap and never in a mapping of their own.
const LARGE: usize = 64 << 10;
const PAGE: usize = 4096;
/// Bytes that the system's allocator keeps in front of a block.
const HEADER: usize = 16;

#[global_allocator]
static COUNTING: Counting = Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static LARGE_BLOCKS: [LargeBlock; 1024] = [const { LargeBlock::free() }; 1024];

/// A live block of at least [`LARGE`] bytes. An address of zero marks a free slot.
struct LargeBlock {
    address: AtomicUsize,
    size: AtomicUsize,
}

impl LargeBlock {
    const fn free() -> Self {
        Self {
            address: AtomicUsize::new(0),
            size: AtomicUsize::new(0),
        }
    }
}

struct Counting;

/// Records a block of `size` bytes at `address`; null is a failed allocation.
#[inline]
fn enter(address: *mut u8, size: usize) {
    if address.is_null() {
        return;
    }
    LIVE.store(LIVE.load(Relaxed).wrapping_add(size), Relaxed);
    if size >= LARGE {
        // If every slot is taken, the block counts as mapped, which is better than aborting.
        if let Some(block) = LARGE_BLOCKS
            .iter()
            .find(|block| block.address.load(Relaxed) == 0)
        {
            block.address.store(address as usize, Relaxed);
            block.size.store(size, Relaxed);
        }
    }
}

/// Forgets a block that [`enter`] recorded.
#[inline]
fn leave(address: *mut u8, size: usize) {
    LIVE.store(LIVE.load(Relaxed).wrapping_sub(size), Relaxed);
    if size >= LARGE {
        let address = address as usize;
        if let Some(block) = LARGE_BLOCKS
            .iter()
            .find(|block| block.address.load(Relaxed) == address)
        {
            block.address.store(0, Relaxed);
        }
    }
}

// SAFETY: every call is passed on to `System` unchanged, and counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc`'s contract, which is that of `System`.
        let address = unsafe { System.alloc(layout) };
        enter(address, layout.size());
        address
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc`'s contract, which is that of `System`.
        let address = unsafe { System.alloc_zeroed(layout) };
        enter(address, layout.size());
        address
    }

    #[inline]
    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        leave(address, layout.size());
        // SAFETY: `address` came from `System` with this layout.
        unsafe { System.dealloc(address, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, address: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `address` came from `System` with this layout; the size is the caller's promise.
        let moved = unsafe { System.realloc(address, layout, size) };
        if !moved.is_null() {
            leave(address, layout.size());
            enter(moved, size);
        }
        moved
    }
}

/// Bytes in use at a moment.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    /// Live bytes as requested from the allocator.
    allocated: usize,
    /// Committed bytes of regions mapped past the allocator; `None` if the system does not report
    /// them.
    mapped: Option<usize>,
}

/// Bytes by which memory use has grown.
#[derive(Clone, Copy, Default)]
pub(crate) struct Growth {
    pub(crate) allocated: usize,
    pub(crate) mapped: usize,
    /// The bytes that the maps themselves report, for comparison.
    pub(crate) reported: usize,
}

impl Usage {
    /// The current usage. Reads tables of the kernel, so it is not for the timed part of a run.
    pub(crate) fn now() -> Self {
        let mapped = mapped_bytes();
        Self {
            allocated: LIVE.load(Relaxed),
            mapped,
        }
    }

    /// The growth since `self` was measured.
    pub(crate) fn growth(self) -> Growth {
        let now = Self::now();
        let mapped = match (self.mapped, now.mapped) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => 0,
        };
        Growth {
            allocated: now.allocated.saturating_sub(self.allocated),
            mapped,
            reported: 0,
        }
    }
}

/// Measures the growth of memory use, on request.
pub(crate) struct Gauge(Option<Usage>);

impl Gauge {
    /// Begins to measure, or not.
    pub(crate) fn start(measures: bool) -> Self {
        Self(measures.then(Usage::now))
    }

    /// The growth, including what the maps `report` themselves; zero if it was not measured.
    pub(crate) fn growth(&self, report: impl FnOnce() -> usize) -> Growth {
        self.0.map_or_else(Growth::default, |before| Growth {
            reported: report(),
            ..before.growth()
        })
    }
}

impl Growth {
    pub(crate) fn total(self) -> usize {
        self.allocated + self.mapped
    }
}

impl std::ops::AddAssign for Growth {
    fn add_assign(&mut self, other: Self) {
        self.allocated += other.allocated;
        self.mapped += other.mapped;
        self.reported += other.reported;
    }
}

/// Committed bytes of regions that were not mapped by the allocator.
fn mapped_bytes() -> Option<usize> {
    let mut pagemap = File::open("/proc/self/pagemap").ok()?;
    let regions = anonymous_regions(&fs::read_to_string("/proc/self/maps").ok()?);
    let blocks = large_blocks();
    let mut pages = 0;
    for region in regions {
        let mut from = region.start;
        // A block extends over several regions if some of its pages have been advised.
        let within = |block: &&Range<usize>| block.start < region.end && region.start < block.end;
        for block in blocks.iter().filter(within) {
            pages += present_pages(&mut pagemap, from..block.start)?;
            from = from.max(block.end);
        }
        pages += present_pages(&mut pagemap, from..region.end)?;
    }
    Some(pages * PAGE)
}

/// The pages of the large blocks in use, in order of their addresses.
fn large_blocks() -> Vec<Range<usize>> {
    let mut blocks: Vec<_> = LARGE_BLOCKS
        .iter()
        .map(|block| (block.address.load(Relaxed), block.size.load(Relaxed)))
        .filter(|&(address, _)| address != 0)
        .map(|(address, size)| {
            let start = (address - HEADER) / PAGE * PAGE;
            start..(address + size).next_multiple_of(PAGE)
        })
        .collect();
    blocks.sort_unstable_by_key(|block| block.start);
    blocks
}

/// Private writable mappings without a file, from the text of `/proc/self/maps`: excludes the heap,
/// the stack, and zeroed statics, which follow a mapped file.
fn anonymous_regions(maps: &str) -> Vec<Range<usize>> {
    let mut regions = Vec::new();
    let mut end_of_file = 0;
    for line in maps.lines() {
        let mut fields = line.split_ascii_whitespace();
        let (Some(range), Some(mode)) = (fields.next(), fields.next()) else {
            continue;
        };
        let path = fields.nth(3).unwrap_or("");
        let Some((start, end)) = range.split_once('-') else {
            continue;
        };
        let (Ok(start), Ok(end)) = (
            usize::from_str_radix(start, 16),
            usize::from_str_radix(end, 16),
        ) else {
            continue;
        };
        let anonymous = path.is_empty() || path.starts_with("/anon_hugepage");
        if !anonymous {
            end_of_file = end;
        } else if mode == "rw-p" && start != end_of_file {
            regions.push(start..end);
        }
    }
    regions
}

/// The number of pages of `addresses` that are backed by memory.
fn present_pages(pagemap: &mut File, addresses: Range<usize>) -> Option<usize> {
    const ENTRY: usize = 8;
    let mut entries = addresses.end.saturating_sub(addresses.start) / PAGE;
    pagemap
        .seek(SeekFrom::Start((addresses.start / PAGE * ENTRY) as u64))
        .ok()?;
    let mut buffer = [0; 8192];
    let mut present = 0;
    while entries > 0 {
        let chunk = &mut buffer[..ENTRY * entries.min(8192 / ENTRY)];
        pagemap.read_exact(chunk).ok()?;
        entries -= chunk.len() / ENTRY;
        // The highest bit is set if a page is present, the next one if it is swapped out.
        present += chunk
            .chunks_exact(ENTRY)
            .filter(|entry| entry[ENTRY - 1] >= 0x40)
            .count();
    }
    Some(present)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_anonymous_regions_are_counted() {
        let maps = "\
00001000-00002000 r--p 00000000 fe:00 325843   /usr/bin/program
00002000-00003000 rw-p 00001000 fe:00 325843   /usr/bin/program
00003000-00005000 rw-p 00000000 00:00 0
00010000-00020000 rw-p 00000000 00:00 0        [heap]
00030000-00040000 rw-p 00000000 00:00 0
00050000-00060000 ---p 00000000 00:00 0
00060000-00070000 rw-p 00000000 00:0f 12       /anon_hugepage (deleted)
00090000-000a0000 rw-p 00000000 00:00 0        [stack]";
        assert_eq!(
            anonymous_regions(maps),
            [0x30000..0x40000, 0x60000..0x70000]
        );
    }
}
