//! Memory on huge pages: address space for a block that grows, reserved ahead and committed step by
//! step, and blocks of a size that is known.
//!
//! A block starts at a multiple of [`HUGE`]. It owns `mapped` bytes of address space, of which the
//! first `committed` can be read and written; only these count as memory. When the space runs out,
//! one [`AHEAD`] times as large is reserved and the block is copied there: so rarely that moving
//! its pages (`mremap`, which fails for a mapping of several parts) would gain nothing.

use core::ffi::c_void;
use core::ptr;

use rustix::mm::{
    Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect, munmap,
};

/// Blocks from this size on are mapped: below, the page faults of fresh memory cost more than
/// copying in what the allocator has at hand (inserts into 100 000 entries took a seventh longer
/// with 512 KiB).
pub(super) const LEAST: usize = 4 << 20;
/// Blocks are aligned to this at least.
pub(super) const ALIGN: usize = 4096;

const HUGE: usize = 2 << 20;
/// How often the space for a block is as large as what it holds when it is reserved.
const AHEAD: usize = 64;

/// A block of mapped memory.
pub(super) struct Block {
    pub(super) start: *mut u8,
    pub(super) committed: usize,
    pub(super) mapped: usize,
}

/// Grows a block to at least `wanted` committed bytes. `old` is null for a first block. `None` if
/// the system refuses; the old block is then as it was.
///
/// # Safety
/// `old` is null with `committed` and `mapped` 0, or these describe a block made here, which is
/// gone after if the answer is another one.
pub(super) unsafe fn grow(
    old: *mut u8,
    committed: usize,
    mapped: usize,
    wanted: usize,
) -> Option<Block> {
    let target = wanted
        .checked_next_multiple_of(step(wanted))?
        .checked_next_multiple_of(ALIGN)?;
    if target <= mapped {
        // SAFETY: within the block's own address space.
        unsafe { commit(old, committed, target)? };
        return Some(Block {
            start: old,
            committed: target,
            mapped,
        });
    }
    let (start, space) = reserve(target, &[AHEAD, 2, 1])?;
    // SAFETY: `start` is a fresh reservation of `space` bytes, `old` a block with `committed`
    // bytes.
    unsafe {
        if commit(start, 0, target).is_none() {
            unmap(start, space);
            return None;
        }
        if committed > 0 {
            ptr::copy_nonoverlapping(old, start, committed);
            unmap(old, mapped);
        }
    }
    Some(Block {
        start,
        committed: target,
        mapped: space,
    })
}

/// Makes a block of exactly `bytes`, rounded up to pages, all committed. The pages come when they
/// are first touched. `None` if the system refuses.
pub(super) fn exactly(bytes: usize) -> Option<Block> {
    let committed = bytes.checked_next_multiple_of(ALIGN)?;
    let (start, mapped) = reserve(committed, &[1])?;
    let flags = MprotectFlags::READ | MprotectFlags::WRITE;
    // SAFETY: within the fresh reservation.
    unsafe {
        if mprotect(start.cast(), committed, flags).is_err() {
            unmap(start, mapped);
            return None;
        }
    }
    Some(Block {
        start,
        committed,
        mapped,
    })
}

/// Reserves address space for a block that holds `bytes` now, aligned to huge pages: so many times
/// as much as the system grants, of what is to be tried.
fn reserve(bytes: usize, tries: &[usize]) -> Option<(*mut u8, usize)> {
    for &ahead in tries {
        let space = bytes
            .checked_mul(ahead)
            .and_then(|space| space.checked_next_multiple_of(HUGE));
        let Some(space) = space else { continue };
        let Some(with_slack) = space.checked_add(HUGE) else {
            continue;
        };
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        // SAFETY: a fresh anonymous mapping; its unaligned ends are given back at once.
        unsafe {
            let Ok(start) = mmap_anonymous(ptr::null_mut(), with_slack, ProtFlags::empty(), flags)
            else {
                continue;
            };
            let start = start.cast::<u8>();
            let before = start.align_offset(HUGE);
            if before > 0 {
                let _ = munmap(start.cast(), before);
            }
            if HUGE > before {
                let _ = munmap(start.add(before + space).cast(), HUGE - before);
            }
            let aligned = start.add(before);
            // Only a wish: without huge pages all works, slower.
            let _ = madvise(aligned.cast::<c_void>(), space, Advice::LinuxHugepage);
            return Some((aligned, space));
        }
    }
    None
}

/// Blocks of this size and more grow by whole huge pages.
const GROWS_HUGE: usize = 32 * HUGE;

/// By how many bytes a block of `size` grows: a 32nd of slack at most, in huge pages where one is
/// less than that.
fn step(size: usize) -> usize {
    if size < GROWS_HUGE {
        (size / 32).next_multiple_of(HUGE / 32)
    } else {
        HUGE.max(size / 32)
    }
}

/// Makes the bytes from `committed` to `target` usable, as those before are.
///
/// # Safety
/// The block at `start` owns `target` bytes of address space.
unsafe fn commit(start: *mut u8, committed: usize, target: usize) -> Option<()> {
    let flags = MprotectFlags::READ | MprotectFlags::WRITE;
    // SAFETY: the caller's. Advice is no more than that.
    unsafe {
        // From the start, so that the pages stay one mapping of one kind.
        mprotect(start.cast(), target, flags).ok()?;
        if target < GROWS_HUGE {
            // All pages of a step at once: a quarter of the time of an insert went into faults, one
            // each.
            let grown = start.add(committed).cast();
            let _ = madvise(grown, target - committed, Advice::LinuxPopulateWrite);
        }
    }
    Some(())
}

/// # Safety
/// The block was made here and is not used after.
pub(super) unsafe fn unmap(start: *mut u8, mapped: usize) {
    // SAFETY: the caller's. Unmapping one's own whole mapping does not fail.
    let _ = unsafe { munmap(start.cast(), mapped) };
}

/// Asks for huge pages under memory that someone else owns: only a wish, which changes no byte.
pub(super) fn advise(start: *mut u8, bytes: usize) {
    let before = start.align_offset(ALIGN);
    if before < bytes {
        let whole = (bytes - before) / ALIGN * ALIGN;
        // SAFETY: this advice on how pages are backed leaves their contents as they are.
        let _ = unsafe {
            madvise(
                start.wrapping_add(before).cast(),
                whole,
                Advice::LinuxHugepage,
            )
        };
    }
}
