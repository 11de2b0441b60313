use async_trait::async_trait;
use offhook_call::{Time, Turn};

use crate::Error;

/// Where a sandbox's clock stands. It outlives the process: what is stored must not lie in the future of the next one.
#[async_trait]
pub trait Sandbox {
    /// As they were kept last; at first they go with the machine's clock.
    async fn hands(&self) -> Result<Hands, Error>;

    async fn keep_hands(&self, hands: Hands) -> Result<(), Error>;
}

/// The hands of a clock that may be stopped and moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// They go, ahead of the machine's clock; negative: behind it.
    Going { ahead: Turn },
    /// They stand.
    Frozen { at: Time },
}

impl Default for Hands {
    fn default() -> Self {
        Self::Going { ahead: Turn(0) }
    }
}
