use std::time::Duration;

use crate::graph;
use crate::phone::PhoneError;

/// Why a call did not come about, or did not end as asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the API refused")]
    Api(#[from] graph::Error),
    #[error("the business's phone failed")]
    Phone(#[from] PhoneError),
    #[error("the consumer has not permitted calls")]
    NotPermitted,
    /// Not picked up, or no audio, in time.
    #[error("no conversation within {0:?}")]
    NoConversation(Duration),
    #[error("no terminate webhook within {0:?} of hanging up")]
    NotTerminated(Duration),
    /// The receiver is gone.
    #[error("no more webhooks will come")]
    NoWebhooks,
}
