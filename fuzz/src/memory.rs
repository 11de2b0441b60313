//! What an input makes the program hold, counted by the allocator.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Runs `work`; panics if it allocates more than `bytes_max` that are not freed at its end.
pub fn bounded<T>(bytes_max: usize, work: impl FnOnce() -> T) -> T {
    let before = held();
    let result = work();
    let more = held().saturating_sub(before);
    assert!(more <= bytes_max, "{more} bytes are left, {bytes_max} may be");
    result
}

/// Bytes allocated and not freed.
pub(crate) fn held() -> usize {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated)
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;
