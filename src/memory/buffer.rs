//! An array of plain values on cache-line boundaries, on huge pages when it is large.
//!
//! Memory safety: the first `len` values of the memory are initialised, and it has room for them.

use core::ops::Deref;
use core::ptr;
use core::slice;

use super::capacity_overflow;
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
use super::pages;
use super::raw_buffer::{self, RawBuffer};

/// A vector of values that need no drop.
pub(crate) struct Buffer<T: Copy> {
    memory: RawBuffer<T>,
    len: usize,
}

impl<T: Copy> Buffer<T> {
    pub(crate) const fn new() -> Self {
        Buffer {
            memory: RawBuffer::EMPTY,
            len: 0,
        }
    }

    /// # Panics
    /// If that many values are more than the address space holds.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let mut buffer = Self::new();
        buffer.reserve(capacity, 0);
        buffer
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        if self.len == self.memory.capacity() {
            self.reserve(1, self.ahead());
        }
        // SAFETY: there is room behind the last value.
        unsafe { self.memory.start().add(self.len).write(value) };
        self.len += 1;
    }

    /// Appends a copy of all values.
    pub(crate) fn extend_from_slice(&mut self, values: &[T]) {
        self.reserve(values.len(), self.ahead());
        // SAFETY: there is room for them, and a slice of someone else's does not reach into it.
        unsafe {
            let end = self.memory.start().add(self.len);
            ptr::copy_nonoverlapping(values.as_ptr(), end, values.len());
        }
        self.len += values.len();
    }

    /// Appends what `make` gives for each item.
    #[inline]
    pub(crate) fn extend_from<U>(&mut self, items: &[U], make: impl Fn(&U) -> T) {
        self.reserve(items.len(), self.ahead());
        // SAFETY: there is room for all behind the last value.
        let end = unsafe { self.memory.start().add(self.len) };
        for (i, item) in items.iter().enumerate() {
            // SAFETY: as above.
            unsafe { end.add(i).write(make(item)) };
        }
        self.len += items.len();
    }

    /// Appends copies of a value until the length is a multiple of `block`.
    pub(crate) fn pad(&mut self, block: usize, value: T) {
        let padded = self.len.next_multiple_of(block);
        self.reserve(padded - self.len, 0);
        while self.len < padded {
            self.push(value);
        }
    }

    /// Gives back what is more than a small part of the memory, by a copy.
    pub(crate) fn shrink(&mut self) {
        if self.len + self.len / 64 < self.memory.capacity() {
            let mut exact = Self::with_capacity(self.len);
            exact.extend_from_slice(self);
            *self = exact;
        }
    }

    /// Bytes that the array occupies.
    pub(crate) fn bytes(&self) -> usize {
        self.memory.bytes()
    }

    /// How many values a buffer has room for once it has grown by itself.
    fn ahead(&self) -> usize {
        (self.memory.capacity() * 2).max(raw_buffer::BLOCK / size_of::<T>().max(1))
    }

    /// Makes room for `more` values, and for `least` in all if there is too little.
    fn reserve(&mut self, more: usize, least: usize) {
        const { assert!(size_of::<T>() > 0) };
        let Some(wanted) = self.len.checked_add(more) else {
            capacity_overflow()
        };
        if wanted > self.memory.capacity() {
            let memory = RawBuffer::new(wanted.max(least));
            // SAFETY: both have room for as many.
            unsafe { ptr::copy_nonoverlapping(self.memory.start(), memory.start(), self.len) };
            self.memory = memory;
        }
    }
}

impl<T: Copy> Deref for Buffer<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` values are initialised.
        unsafe { slice::from_raw_parts(self.memory.start(), self.len) }
    }
}

impl<T: Copy> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        let mut clone = Self::with_capacity(self.len);
        clone.extend_from_slice(self);
        clone
    }
}

/// Asks for huge pages under the free room of a vector, if that is large.
pub(crate) fn prefer_huge_pages<T>(vector: &mut alloc::vec::Vec<T>) {
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    {
        let room = vector.spare_capacity_mut();
        if size_of_val(room) >= raw_buffer::LARGE {
            pages::advise(room.as_mut_ptr().cast(), size_of_val(room));
        }
    }
    #[cfg(not(all(feature = "std", target_os = "linux", not(miri))))]
    let _ = vector;
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn values_stay_where_growth_moves_them() {
        let mut buffer = Buffer::new();
        for value in 0..300_000_u64 {
            buffer.push(value);
            assert!(buffer.as_ptr().addr().is_multiple_of(raw_buffer::BLOCK));
        }
        assert!(buffer.iter().copied().eq(0..300_000));
        assert!(buffer.bytes() >= buffer.len() * 8);
        buffer.shrink();
        assert!(buffer.bytes() <= buffer.len() * 8 + buffer.len() / 8);
        let clone = buffer.clone();
        assert_eq!(*clone, *buffer);
        let mut buffer = Buffer::with_capacity(3);
        buffer.extend_from(&[0_u8, 1, 2], |value| u32::from(*value));
        buffer.pad(8, 9);
        assert_eq!(*buffer, [0, 1, 2, 9, 9, 9, 9, 9]);
    }

    #[test]
    fn nothing_is_allocated_for_nothing() {
        let buffer = Buffer::<u8>::with_capacity(0);
        assert_eq!(buffer.bytes(), 0);
        assert!(buffer.clone().is_empty());
    }

    #[test]
    fn huge_pages_are_only_a_wish() {
        let mut vector = Vec::<[u8; 3]>::with_capacity(1 << 20);
        prefer_huge_pages(&mut vector);
        vector.resize(1 << 20, [1; 3]);
        prefer_huge_pages(&mut Vec::<u8>::new());
    }
}
