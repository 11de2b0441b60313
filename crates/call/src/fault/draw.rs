//! Chance that comes out the same each time.

/// A number of 0 up to, but not including, 1 that belongs to a seed and to what is drawn for (SplitMix64).
pub(super) fn draw(seed: u64, of: [u64; 2]) -> f64 {
    let mixed = of.into_iter().fold(mix(seed), |mixed, number| mix(mixed ^ number));
    (mixed >> UNUSED_BITS) as f64 / (1_u64 << (u64::BITS - UNUSED_BITS)) as f64
}

fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// A double holds 53 bits.
const UNUSED_BITS: u32 = 11;
