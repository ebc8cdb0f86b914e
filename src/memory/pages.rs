//! Mapped memory on huge pages: mappings that grow, whose address space is reserved ahead and
//! committed step by step, and mappings of a known size.
//!
//! A mapping owns `mapped` bytes of address space, of which the first `committed` can be read and
//! written; only these count as memory. When the space runs out, one that is larger by a factor of
//! [`AHEAD`] is reserved and the contents are copied there; so they are once when the mapping
//! becomes large enough for huge pages alone. This is so rare that moving the pages (`mremap`,
//! which fails for a mapping of several parts) would gain nothing.
//!
//! A mapping starts at a multiple of [`HUGE`] where the system has space for that. What the system
//! finally refuses here, it would refuse the allocator too.

use core::ffi::c_void;
use core::ptr;

use rustix::mm::{
    Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect, munmap,
};

/// Memory that grows is mapped from this size on. Below it, the page faults of fresh memory cost
/// more than copying within memory that the allocator already has (inserts into 100 000 entries
/// took a seventh longer with 512 KiB).
pub(crate) const LEAST: usize = 4 << 20;
/// Mappings are aligned to at least this.
pub(crate) const ALIGN: usize = 4096;

const HUGE: usize = 2 << 20;
/// For a mapping that holds `n` bytes, address space of `n` times one of these is reserved; they
/// are tried in turn. Small where addresses have 32 bits, as all mappings share 3 GiB there.
const AHEAD: &[usize] = if usize::BITS > 32 {
    &[64, 2, 1]
} else {
    &[2, 1]
};

/// Mapped memory.
pub(crate) struct Mapping {
    pub(crate) start: *mut u8,
    pub(crate) committed: usize,
    pub(crate) mapped: usize,
}

/// Grows a mapping to at least `wanted` committed bytes. `old` is null for a first mapping. Returns
/// `None` if the system refuses; the old mapping is then unchanged.
///
/// # Safety
/// `old` is null with `committed` and `mapped` 0, or these describe a mapping made here. If another
/// mapping is returned, the old one no longer exists.
pub(crate) unsafe fn grow(
    old: *mut u8,
    committed: usize,
    mapped: usize,
    wanted: usize,
) -> Option<Mapping> {
    let exact = wanted.checked_next_multiple_of(ALIGN)?;
    let ahead = wanted.checked_next_multiple_of(step(wanted));
    let ahead = ahead.and_then(|bytes| bytes.checked_next_multiple_of(ALIGN));
    let old = Mapping {
        start: old,
        committed,
        mapped,
    };
    // SAFETY: the caller describes a mapping made here, or none.
    unsafe {
        old.grow_to(ahead.unwrap_or(exact))
            .or_else(|| old.grow_to(exact))
    }
}

impl Mapping {
    /// Returns this mapping, or a copy, with `target` committed bytes.
    ///
    /// # Safety
    /// The mapping was made here, or is null and holds nothing. If another one is returned, it no
    /// longer exists.
    unsafe fn grow_to(&self, target: usize) -> Option<Mapping> {
        let has_space = target <= self.mapped;
        let becomes_huge = (1..GROWS_HUGE).contains(&self.committed) && target >= GROWS_HUGE;
        // SAFETY: the caller's promise is passed on; a move that fails changes nothing.
        unsafe {
            if has_space && !becomes_huge {
                return self.grow_in_place(target);
            }
            let moved = self.move_to(target);
            if has_space {
                return moved.or_else(|| self.grow_in_place(target));
            }
            moved
        }
    }

    /// Returns this mapping with `target` committed bytes.
    ///
    /// # Safety
    /// As for [`grow_to`](Self::grow_to), and the mapping owns `target` bytes.
    unsafe fn grow_in_place(&self, target: usize) -> Option<Mapping> {
        // SAFETY: within the mapping's own address space, as the caller promises.
        unsafe { commit(self.start, self.committed, target)? };
        Some(Mapping {
            committed: target,
            ..*self
        })
    }

    /// Returns a copy of this mapping with `target` committed bytes, which are more than it has.
    ///
    /// # Safety
    /// As for [`grow_to`](Self::grow_to).
    unsafe fn move_to(&self, target: usize) -> Option<Mapping> {
        let (start, mapped) = reserve(target, AHEAD)?;
        // SAFETY: `start` is a fresh reservation of `mapped` bytes, of which `target` are more than
        // what is copied.
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
        Some(Mapping {
            start,
            committed: target,
            mapped,
        })
    }
}

/// Maps exactly `bytes`, rounded up to pages, all committed. The pages are allocated when they are
/// first touched. Returns `None` if the system refuses.
pub(crate) fn exactly(bytes: usize) -> Option<Mapping> {
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
    Some(Mapping {
        start,
        committed,
        mapped,
    })
}

/// Reserves address space for a mapping that holds `bytes` now: the first of these multiples of it
/// that the system grants, aligned to huge pages, or else only `bytes`.
fn reserve(bytes: usize, multiples: &[usize]) -> Option<(*mut u8, usize)> {
    for &multiple in multiples {
        let space = bytes.checked_mul(multiple).and_then(reserve_huge);
        if space.is_some() {
            return space;
        }
    }
    Some((map(bytes)?, bytes))
}

/// Reserves `bytes` of address space, rounded up to huge pages and aligned to them.
fn reserve_huge(bytes: usize) -> Option<(*mut u8, usize)> {
    let space = bytes.checked_next_multiple_of(HUGE)?;
    let start = map(space.checked_add(HUGE)?)?;
    let before = start.align_offset(HUGE);
    // SAFETY: both ends of a fresh mapping, in whole pages, which nobody uses yet.
    unsafe {
        if before > 0 {
            let _ = munmap(start.cast(), before);
        }
        if HUGE > before {
            let _ = munmap(start.add(before + space).cast(), HUGE - before);
        }
        let aligned = start.add(before);
        // Only a hint: without huge pages everything works, but slower.
        let _ = madvise(aligned.cast::<c_void>(), space, Advice::LinuxHugepage);
        Some((aligned, space))
    }
}

/// Reserves address space that cannot be used yet.
fn map(bytes: usize) -> Option<*mut u8> {
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: a fresh anonymous mapping, at an address that the system chooses.
    let start = unsafe { mmap_anonymous(ptr::null_mut(), bytes, ProtFlags::empty(), flags) };
    start.ok().map(<*mut c_void>::cast)
}

/// Mappings of at least this size grow by whole huge pages. If one ends within a huge page, the
/// system uses small pages there, for good; so a mapping that reaches this size is copied once.
/// Look-ups among ten million integers took 1.25 times as long when mappings grew by a 32nd, and
/// most of it was on small pages.
const GROWS_HUGE: usize = 16 * HUGE;

/// The number of bytes by which a mapping of `size` grows: at most a 32nd, but at least one huge
/// page where that is at most a 16th.
fn step(size: usize) -> usize {
    if size < GROWS_HUGE {
        (size / 32).next_multiple_of(HUGE / 32)
    } else {
        HUGE * (size / 32 / HUGE).max(1)
    }
}

/// Makes the bytes from `committed` to `target` usable, as those before already are.
///
/// # Safety
/// The mapping at `start` owns `target` bytes of address space.
unsafe fn commit(start: *mut u8, committed: usize, target: usize) -> Option<()> {
    let flags = MprotectFlags::READ | MprotectFlags::WRITE;
    // SAFETY: the bytes up to `target` are the mapping's own. Advice does not change them.
    unsafe {
        // From the start, so that the pages stay one mapping of one kind.
        mprotect(start.cast(), target, flags).ok()?;
        if target < GROWS_HUGE {
            // Populates all pages of a step at once: faults for single pages took a quarter of the
            // time of an insert.
            let grown = start.add(committed).cast();
            let _ = madvise(grown, target - committed, Advice::LinuxPopulateWrite);
        }
    }
    Some(())
}

/// # Safety
/// The mapping was made here and is not used afterwards.
pub(crate) unsafe fn unmap(start: *mut u8, mapped: usize) {
    // SAFETY: the mapping was made here and is given up. Unmapping a whole mapping of one's own
    // does not fail.
    let _ = unsafe { munmap(start.cast(), mapped) };
}

/// Asks for huge pages for memory that someone else owns: only a hint, which changes no byte.
pub(crate) fn advise(start: *mut u8, bytes: usize) {
    let before = start.align_offset(ALIGN);
    if before < bytes {
        let whole = (bytes - before) / ALIGN * ALIGN;
        // SAFETY: this advice on how pages are backed does not change their contents.
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
    fn mappings_are_reserved_as_small_as_the_system_wants_them() {
        // First more address space than exists, then one huge page.
        let (start, space) = reserve(HUGE, &[usize::MAX / HUGE, 1]).expect("a huge page");
        assert_eq!((start.addr() % HUGE, space), (0, HUGE));
        // SAFETY: mapped right above.
        unsafe { unmap(start, space) };
        let (start, space) = reserve(ALIGN, &[usize::MAX / ALIGN]).expect("a page");
        assert_eq!((start.addr() % ALIGN, space), (0, ALIGN));
        // SAFETY: mapped right above.
        unsafe { unmap(start, space) };
        assert!(reserve(usize::MAX / ALIGN * ALIGN, AHEAD).is_none());
    }

    #[test]
    fn mappings_grow_with_what_is_in_them_and_stay_when_they_cannot() {
        // SAFETY: mappings made here, each of which is passed on once.
        unsafe {
            let mut mapping = grow(ptr::null_mut(), 0, 0, LEAST).expect("a mapping");
            mapping.start.write(7);
            let small = GROWS_HUGE - HUGE;
            let mut written = 0;
            for wanted in [LEAST + 1, small, GROWS_HUGE + 1, 51 * HUGE + 1, usize::MAX] {
                let needed = wanted.min(mapping.mapped + 1);
                let before = mapping.start;
                let becomes_huge = mapping.committed < GROWS_HUGE && needed >= GROWS_HUGE;
                let moves = becomes_huge || needed > mapping.mapped;
                mapping =
                    grow(before, mapping.committed, mapping.mapped, needed).expect("a mapping");
                assert_eq!(mapping.start != before, moves);
                assert!(mapping.committed >= needed && mapping.mapped >= mapping.committed);
                assert!(needed < GROWS_HUGE || mapping.committed.is_multiple_of(HUGE));
                assert_eq!(mapping.start.read(), 7);
                assert_eq!(mapping.start.add(written).read(), 7);
                written = needed - 1;
                mapping.start.add(written).write(7);
            }
            let too_much = usize::MAX / ALIGN * ALIGN;
            let none = grow(mapping.start, mapping.committed, mapping.mapped, too_much);
            assert!(none.is_none() && mapping.start.read() == 7);
            unmap(mapping.start, mapping.mapped);
        }
    }
}
