//! Memory on huge pages: address space for a block that grows, reserved ahead and committed step by
//! step, and blocks of a size that is known.
//!
//! A block owns `mapped` bytes of address space, of which the first `committed` can be read and
//! written; only these count as memory. When the space runs out, one that is larger by a factor of
//! [`AHEAD`] is reserved and the block is copied there: so rarely that moving its pages (`mremap`,
//! which fails for a mapping of several parts) would gain nothing.
//!
//! A block starts at a multiple of [`HUGE`] where the system has space for that. What it refuses
//! here in the end, it would refuse the allocator too.

use core::ffi::c_void;
use core::ptr;

use rustix::mm::{
    Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect, munmap,
};

/// Blocks from this size on are mapped: below, the page faults of fresh memory cost more than
/// copying in what the allocator has at hand (inserts into 100 000 entries took a seventh longer
/// with 512 KiB).
pub(crate) const LEAST: usize = 4 << 20;
/// Blocks are aligned to this at least.
pub(crate) const ALIGN: usize = 4096;

const HUGE: usize = 2 << 20;
/// How often the space for a block may be as large as what it holds when it is reserved, to be
/// tried in turn. Little where addresses have 32 bits: all blocks share 3 GiB.
const AHEAD: &[usize] = if usize::BITS > 32 {
    &[64, 2, 1]
} else {
    &[2, 1]
};

/// A block of mapped memory.
pub(crate) struct Block {
    pub(crate) start: *mut u8,
    pub(crate) committed: usize,
    pub(crate) mapped: usize,
}

/// Grows a block to at least `wanted` committed bytes. `old` is null for a first block. `None` if
/// the system refuses; the old block is then as it was.
///
/// # Safety
/// `old` is null with `committed` and `mapped` 0, or these describe a block made here, which is
/// gone after if another one is returned.
pub(crate) unsafe fn grow(
    old: *mut u8,
    committed: usize,
    mapped: usize,
    wanted: usize,
) -> Option<Block> {
    let exact = wanted.checked_next_multiple_of(ALIGN)?;
    let ahead = wanted.checked_next_multiple_of(step(wanted));
    let ahead = ahead.and_then(|bytes| bytes.checked_next_multiple_of(ALIGN));
    let old = Block {
        start: old,
        committed,
        mapped,
    };
    // SAFETY: the caller describes a block made here, or none.
    unsafe {
        old.grow_to(ahead.unwrap_or(exact))
            .or_else(|| old.grow_to(exact))
    }
}

impl Block {
    /// This block or a copy with `target` committed bytes.
    ///
    /// # Safety
    /// The block was made here, or is null and holds nothing. It is gone after if another one is
    /// returned.
    unsafe fn grow_to(&self, target: usize) -> Option<Block> {
        if target <= self.mapped {
            // SAFETY: within the block's own address space.
            unsafe { commit(self.start, self.committed, target)? };
            return Some(Block {
                committed: target,
                ..*self
            });
        }
        let (start, mapped) = reserve(target, AHEAD)?;
        // SAFETY: `start` is a fresh reservation of `mapped` bytes, which are more than this block
        // has.
        unsafe {
            if commit(start, 0, target).is_none() {
                unmap(start, mapped);
                return None;
            }
            if self.committed > 0 {
                ptr::copy_nonoverlapping(self.start, start, self.committed);
                unmap(self.start, self.mapped);
            }
        }
        Some(Block {
            start,
            committed: target,
            mapped,
        })
    }
}

/// Makes a block of exactly `bytes`, rounded up to pages, all committed. The pages come when they
/// are first touched. `None` if the system refuses.
pub(crate) fn exactly(bytes: usize) -> Option<Block> {
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

/// Reserves address space for a block that holds `bytes` now: the first of these multiples of it
/// that the system grants, aligned to huge pages, or else as little as will do.
fn reserve(bytes: usize, multiples: &[usize]) -> Option<(*mut u8, usize)> {
    for &multiple in multiples {
        let space = bytes.checked_mul(multiple).and_then(reserve_huge);
        if space.is_some() {
            return space;
        }
    }
    Some((map(bytes)?, bytes))
}

/// Reserves `bytes` of address space and what completes the last huge page, aligned to them.
fn reserve_huge(bytes: usize) -> Option<(*mut u8, usize)> {
    let space = bytes.checked_next_multiple_of(HUGE)?;
    let start = map(space.checked_add(HUGE)?)?;
    let before = start.align_offset(HUGE);
    // SAFETY: the ends of a fresh mapping, on whole pages; no one has them yet.
    unsafe {
        if before > 0 {
            let _ = munmap(start.cast(), before);
        }
        if HUGE > before {
            let _ = munmap(start.add(before + space).cast(), HUGE - before);
        }
        let aligned = start.add(before);
        // Only a wish: without huge pages all works, slower.
        let _ = madvise(aligned.cast::<c_void>(), space, Advice::LinuxHugepage);
        Some((aligned, space))
    }
}

/// Reserves address space that can't be used yet.
fn map(bytes: usize) -> Option<*mut u8> {
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: a fresh anonymous mapping, at an address that the system chooses.
    let start = unsafe { mmap_anonymous(ptr::null_mut(), bytes, ProtFlags::empty(), flags) };
    start.ok().map(<*mut c_void>::cast)
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
    // SAFETY: the bytes up to `target` are the block's own. Advice is no more than that.
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
pub(crate) unsafe fn unmap(start: *mut u8, mapped: usize) {
    // SAFETY: the block was made here and is given up. Unmapping one's own whole mapping does not
    // fail.
    let _ = unsafe { munmap(start.cast(), mapped) };
}

/// Asks for huge pages under memory that someone else owns: only a wish, which changes no byte.
pub(crate) fn advise(start: *mut u8, bytes: usize) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_reserved_as_small_as_the_system_wants_them() {
        // More address space than there is, then as much as there is.
        let (start, space) = reserve(HUGE, &[usize::MAX / HUGE, 1]).expect("a huge page");
        assert_eq!((start.addr() % HUGE, space), (0, HUGE));
        // SAFETY: made right here.
        unsafe { unmap(start, space) };
        let (start, space) = reserve(ALIGN, &[usize::MAX / ALIGN]).expect("a page");
        assert_eq!((start.addr() % ALIGN, space), (0, ALIGN));
        // SAFETY: made right here.
        unsafe { unmap(start, space) };
        assert!(reserve(usize::MAX / ALIGN * ALIGN, AHEAD).is_none());
    }

    #[test]
    fn blocks_grow_with_what_is_in_them_and_stay_when_they_cannot() {
        // SAFETY: blocks made right here, each of which is passed on once.
        unsafe {
            let mut block = grow(ptr::null_mut(), 0, 0, LEAST).expect("a block");
            block.start.write(7);
            for wanted in [LEAST + 1, block.mapped, block.mapped + 1] {
                block = grow(block.start, block.committed, block.mapped, wanted).expect("a block");
                assert!(block.committed >= wanted && block.mapped >= block.committed);
                block.start.add(wanted - 1).write(7);
                assert_eq!(block.start.read(), 7);
            }
            let too_much = usize::MAX / ALIGN * ALIGN;
            let none = grow(block.start, block.committed, block.mapped, too_much);
            assert!(none.is_none() && block.start.read() == 7);
            unmap(block.start, block.mapped);
        }
    }
}
