//! Cache lines, asked for before they are needed.
//!
//! With thousands of legs, each packet finds the state of its two legs far from the processor. What a packet waits for
//! it waits for again and again, one line after the other; asked for in time, all lines of a batch come together.

use std::slice;

use prefetch_index::prefetch_index;

/// Asks for the cache lines of `len` bytes, from the one that holds `first` on. Only a hint: nothing is read.
#[inline]
pub(crate) fn foresee<T>(first: &T, len: usize) {
    const { assert!(LINE_LEN.is_multiple_of(size_of::<T>())) };
    for at in (0..len).step_by(LINE_LEN) {
        prefetch_index(slice::from_ref(first), at / size_of::<T>());
    }
}

/// Of a cache line. Where they are longer, some are asked for twice.
const LINE_LEN: usize = 64;
