//! The values of a collection: a vector, or an array in a file that is mapped into memory.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use crate::memory::buffer::prefer_huge_pages;
use crate::memory::plain::{Piece, Shared, Value, values_of};

/// Values, one for each key. They are copied before they are changed, if they are not their own.
pub enum Values<V> {
    Own(Vec<V>),
    Shared {
        values: Shared<V>,
        /// Known only where they were found: values of other collections cannot all be copied.
        copy: fn(&[V]) -> Vec<V>,
    },
}

impl<V> Values<V> {
    /// The values of a piece of a file: where they are, if they can be used there.
    pub(crate) fn of_piece(piece: Piece<'_>) -> Self
    where
        V: Value,
    {
        match piece.shared() {
            Some(values) => Values::Shared {
                values,
                copy: <[V]>::to_vec,
            },
            None => {
                let values = values_of::<V>(piece.bytes());
                let mut own = Vec::with_capacity(values.len());
                prefer_huge_pages(&mut own);
                own.extend(values);
                Values::Own(own)
            }
        }
    }

    pub(crate) fn into_vec(self) -> Vec<V> {
        match self {
            Values::Own(values) => values,
            Values::Shared { values, copy } => copy(values.values()),
        }
    }

    /// Bytes of the memory that is their own.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Values::Own(values) => values.capacity() * size_of::<V>(),
            Values::Shared { .. } => 0,
        }
    }
}

impl<V> Deref for Values<V> {
    type Target = [V];

    #[inline]
    fn deref(&self) -> &[V] {
        match self {
            Values::Own(values) => values,
            Values::Shared { values, .. } => values.values(),
        }
    }
}

impl<V> DerefMut for Values<V> {
    fn deref_mut(&mut self) -> &mut [V] {
        if let Values::Shared { values, copy } = self {
            *self = Values::Own(copy(values.values()));
        }
        match self {
            Values::Own(values) => values,
            Values::Shared { .. } => unreachable!("they have just been copied"),
        }
    }
}
