//! Datagrams that are lost on purpose.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// A network that loses datagrams.
pub(super) enum Loss {
    None,
    Some {
        percent: u8,
        /// The same seed loses the same of the same datagrams.
        rng: Box<ChaCha8Rng>,
    },
}

impl Loss {
    pub(super) fn of(percent: u8, seed: u64) -> Self {
        if percent == 0 {
            return Self::None;
        }
        Self::Some { percent, rng: Box::new(ChaCha8Rng::seed_from_u64(seed)) }
    }

    /// Whether the next datagram is lost.
    pub(super) fn strikes(&mut self) -> bool {
        match self {
            Self::None => false,
            Self::Some { percent, rng } => rng.random_range(0..100) < *percent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_lost_as_it_says_and_the_same_for_the_same_seed() {
        let lost = |percent, seed| {
            let mut loss = Loss::of(percent, seed);
            (0..10_000).map(|_| loss.strikes()).collect::<Vec<_>>()
        };
        let count = |percent| lost(percent, 7).into_iter().filter(|lost| *lost).count();
        assert_eq!((count(0), count(100)), (0, 10_000));
        assert!((900..=1_100).contains(&count(10)), "{}", count(10));
        assert_eq!(lost(10, 7), lost(10, 7));
        assert_ne!(lost(10, 7), lost(10, 8));
    }
}
