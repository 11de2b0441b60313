use std::error::Error;

use axum::extract::ws::CloseFrame;
use offhook_service::{DeviceError, SeatError};
use offhook_wire::consumer::close_code;

/// Why the server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Close {
    BadMessage,
    BadToken,
    HelloTimeout,
    Replaced,
    TooManyDevices,
    GoingAway,
    Internal,
    /// The other side closed, is dead, or does not read: there is nobody to tell.
    Gone,
}

impl Close {
    /// What the other side is told, if it is there.
    pub(crate) fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::BadMessage => (close_code::BAD_MESSAGE, "not of this protocol"),
            Self::BadToken => (close_code::BAD_TOKEN, "token unknown or expired, or nobody signed in"),
            Self::HelloTimeout => (close_code::HELLO_TIMEOUT, "no hello in time"),
            Self::Replaced => (close_code::REPLACED, "the device connected again"),
            Self::TooManyDevices => (close_code::TOO_MANY_DEVICES, "too many devices"),
            Self::GoingAway => (close_code::GOING_AWAY, "the server is stopping"),
            Self::Internal => (close_code::INTERNAL, "internal error"),
            Self::Gone => return None,
        };
        Some(CloseFrame { code, reason: reason.into() })
    }
}

impl From<DeviceError> for Close {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::BadToken => Self::BadToken,
            DeviceError::TooManyDevices => Self::TooManyDevices,
            DeviceError::Draining => Self::GoingAway,
            DeviceError::Store(error) => {
                tracing::error!(error = &error as &dyn Error, "a device could not be attached");
                Self::Internal
            }
        }
    }
}

impl From<SeatError> for Close {
    fn from(error: SeatError) -> Self {
        match error {
            SeatError::NoAgent => Self::BadToken,
            SeatError::TooManyDevices => Self::TooManyDevices,
            SeatError::Draining => Self::GoingAway,
            SeatError::Store(error) => {
                tracing::error!(error = &error as &dyn Error, "an agent's device could not be connected");
                Self::Internal
            }
        }
    }
}
