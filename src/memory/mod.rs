//! Memory for arrays, on huge pages where the system has them. Knows no node and no collection.
//!
//! [`raw_buffer`] is memory for one array whose slots may be free, [`buffer`] an array of plain
//! values. `pages` maps and grows memory; the slab of `store` uses it too. [`plain`] has the values
//! that files can hold, and arrays of them in memory that somebody else keeps.

pub(crate) mod buffer;
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
pub(crate) mod pages;
pub(crate) mod plain;
pub(crate) mod raw_buffer;

#[cold]
#[inline(never)]
pub(crate) fn capacity_overflow() -> ! {
    panic!("capacity overflow")
}
