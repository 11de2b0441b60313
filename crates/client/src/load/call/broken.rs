use super::super::leg::LegError;
use super::super::notes::Failure;
use crate::{graph, rest};

/// Why a call is not gone on with.
pub(super) enum Broken {
    Failed(Failure),
    Interrupted,
}

impl From<LegError> for Broken {
    fn from(error: LegError) -> Self {
        tracing::debug!(error = &error as &dyn std::error::Error, "a party failed");
        Self::Failed(match error {
            LegError::Sdp(_) => Failure::NotUnderstood,
            LegError::Io(_) | LegError::Gone => Failure::Machine,
        })
    }
}

impl From<graph::Error> for Broken {
    fn from(error: graph::Error) -> Self {
        tracing::debug!(error = &error as &dyn std::error::Error, "a request failed");
        Self::Failed(match error {
            rest::Error::Transport(_) => Failure::NoAnswer,
            rest::Error::TooLarge { .. } | rest::Error::Unexpected { .. } => Failure::NotUnderstood,
            rest::Error::Refused { refusal, .. } => Failure::Refused(match refusal.name() {
                Some(name) => name.to_owned(),
                None => format!("{}/{}", refusal.code, refusal.error_subcode.unwrap_or_default()),
            }),
        })
    }
}
