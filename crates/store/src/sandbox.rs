use async_trait::async_trait;
use offhook_call::{Time, Turn};

use crate::{DeliveryId, Error, Leased};

/// What only a sandbox does. Its clock outlives the process: what is stored must not lie in the future of the next one.
#[async_trait]
pub trait Sandbox {
    /// As they were kept last; at first they go with the machine's clock.
    async fn hands(&self) -> Result<Hands, Error>;

    async fn keep_hands(&self, hands: Hands) -> Result<(), Error>;

    /// Gives a leased delivery back untried, as a fault wants it: it is due again `until` then. Ignored if the lease went
    /// to another worker meanwhile.
    async fn hold_back(&self, lease: &Leased, now: Time, until: Time, order: Order) -> Result<(), Error>;

    /// Those of these that still wait to be overtaken are due now.
    async fn let_go(&self, held: Vec<DeliveryId>, now: Time) -> Result<(), Error>;
}

/// What becomes of the later deliveries about the same while one is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// They wait behind it.
    Kept,
    /// They overtake it.
    Broken,
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
