//! An array of plain values, aligned to cache lines, and on huge pages if it is large.
//!
//! Memory safety: the memory has room for `len` values, and its first `len` values are initialised;
//! or the memory is that of the keeper and has at least `len` values, and its capacity is 0.

use core::ops::Deref;
use core::ptr;
use core::slice;

use super::capacity_overflow;
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
use super::pages;
use super::plain::{Keeper, Piece, Value, values_of};
use super::raw_buffer::{self, RawBuffer};

/// A vector of values that need no drop.
pub(crate) struct Buffer<T: Copy> {
    memory: RawBuffer<T>,
    len: usize,
    /// Who keeps the values, if not this buffer. They are copied before any is added.
    keeper: Option<Keeper>,
}

impl<T: Copy> Buffer<T> {
    pub(crate) const fn new() -> Self {
        Buffer {
            memory: RawBuffer::EMPTY,
            len: 0,
            keeper: None,
        }
    }

    /// The values of a piece of a file: where they are, if they can be used there.
    pub(crate) fn of_piece(piece: Piece<'_>) -> Self
    where
        T: Value,
    {
        if let Some(shared) = piece.shared() {
            let (start, len, keeper) = shared.into_parts();
            return Buffer {
                memory: RawBuffer::foreign(start),
                len,
                keeper: Some(keeper),
            };
        }
        Self::copied(&[piece])
    }

    /// The same for several pieces, one after the other: they are copied unless there is only one.
    pub(crate) fn of_pieces(pieces: &[Piece<'_>]) -> Self
    where
        T: Value,
    {
        match pieces {
            [piece] => Self::of_piece(*piece),
            _ => Self::copied(pieces),
        }
    }

    fn copied(pieces: &[Piece<'_>]) -> Self
    where
        T: Value,
    {
        let values = || pieces.iter().flat_map(|piece| values_of(piece.bytes()));
        let mut buffer = Self::with_capacity(values().count());
        values().for_each(|value| buffer.push(value));
        buffer
    }

    /// # Panics
    /// If the address space cannot hold that many values.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let mut buffer = Self::new();
        buffer.reserve(capacity, 0);
        buffer
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        if self.len >= self.memory.capacity() {
            self.reserve(1, self.ahead());
        }
        // SAFETY: there is room after the last value.
        unsafe { self.memory.start().add(self.len).write(value) };
        self.len += 1;
    }

    /// Appends copies of all values.
    pub(crate) fn extend_from_slice(&mut self, values: &[T]) {
        self.reserve(values.len(), self.ahead());
        // SAFETY: there is room for them, and a borrowed slice does not overlap this buffer's free
        // memory.
        unsafe {
            let end = self.memory.start().add(self.len);
            ptr::copy_nonoverlapping(values.as_ptr(), end, values.len());
        }
        self.len += values.len();
    }

    /// Appends the result of `make` for each item.
    #[inline]
    pub(crate) fn extend_from<U>(&mut self, items: &[U], make: impl Fn(&U) -> T) {
        self.reserve(items.len(), self.ahead());
        // SAFETY: there is room for all after the last value.
        let end = unsafe { self.memory.start().add(self.len) };
        for (i, item) in items.iter().enumerate() {
            // SAFETY: as above.
            unsafe { end.add(i).write(make(item)) };
        }
        self.len += items.len();
    }

    /// Removes all values from `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Appends copies of a value until the length is a multiple of `block`.
    pub(crate) fn pad(&mut self, block: usize, value: T) {
        let padded = self.len.next_multiple_of(block);
        self.reserve(padded - self.len, 0);
        while self.len < padded {
            self.push(value);
        }
    }

    /// Frees all spare memory by a copy, unless it is only a small part.
    pub(crate) fn shrink(&mut self) {
        if self.len + self.len / 64 < self.memory.capacity() {
            let mut exact = Self::with_capacity(self.len);
            exact.extend_from_slice(self);
            *self = exact;
        }
    }

    /// Whether the values are where somebody else keeps them.
    pub(crate) fn is_shared(&self) -> bool {
        self.keeper.is_some()
    }

    /// Bytes that the array occupies, if it is not [shared](Self::is_shared).
    pub(crate) fn bytes(&self) -> usize {
        self.memory.bytes()
    }

    /// The capacity of a buffer after it has grown by itself.
    fn ahead(&self) -> usize {
        (self.memory.capacity() * 2).max(raw_buffer::ALIGN / size_of::<T>().max(1))
    }

    /// Makes room for `more` values; if there is too little, grows to at least `least` in all.
    fn reserve(&mut self, more: usize, least: usize) {
        const { assert!(size_of::<T>() > 0) };
        let Some(wanted) = self.len.checked_add(more) else {
            capacity_overflow()
        };
        if wanted > self.memory.capacity() {
            let memory = RawBuffer::new(wanted.max(least));
            // SAFETY: both have room for `len` values, and do not overlap.
            unsafe { ptr::copy_nonoverlapping(self.memory.start(), memory.start(), self.len) };
            self.memory = memory;
            self.keeper = None;
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

/// Asks for huge pages for the spare capacity of a vector, if that is large.
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
            assert!(buffer.as_ptr().addr().is_multiple_of(raw_buffer::ALIGN));
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

    #[cfg(feature = "mmap")]
    #[test]
    fn shared_values_are_copied_before_one_is_added() {
        use super::super::plain::{Keeper, bytes_of};
        let numbers = alloc::sync::Arc::new([1_u32, 2, 3]);
        let keeper: Keeper = numbers.clone();
        let bytes = bytes_of(&*numbers);
        // SAFETY: the numbers are never changed; elsewhere than on little-endian machines these
        // bytes are not kept, but copied.
        let mut buffer = Buffer::<u32>::of_piece(unsafe { Piece::kept(&bytes, &keeper) });
        assert_eq!(*buffer, [1, 2, 3]);
        if cfg!(target_endian = "little") {
            assert_eq!((buffer.as_ptr(), buffer.bytes()), (numbers.as_ptr(), 0));
        }
        buffer.push(4);
        assert_eq!((&*buffer, &*numbers), (&[1, 2, 3, 4][..], &[1, 2, 3]));
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
