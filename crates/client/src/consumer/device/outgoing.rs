//! The device calls the business.

use std::time::Instant;

use offhook_call::CallId;
use offhook_wire::consumer::{DeviceMessage, Tracks};

use super::{Activity, Device};
use crate::phone::{Phone, PhoneError};

impl Device {
    pub(super) async fn call_business(&mut self) -> Result<Option<DeviceMessage>, PhoneError> {
        if !matches!(self.activity, Activity::Idle) {
            return Ok(None);
        }
        let phone = Phone::new(self.config.phone()).await?;
        let sdp = phone.offer().await?;
        self.activity = Activity::Calling { call: None, phone };
        Ok(Some(DeviceMessage::Call { sdp, tracks: Tracks::default(), via: None }))
    }

    /// The server has taken the call; the business rings. A call that was given up meanwhile is hung up.
    pub(super) async fn wait(&mut self, taken: CallId, answer: &str) -> Result<Option<DeviceMessage>, PhoneError> {
        match &mut self.activity {
            Activity::Calling { call: call @ None, phone } => {
                *call = Some(taken);
                phone.apply_answer(answer).await?;
                Ok(None)
            }
            Activity::Idle
            | Activity::Calling { .. }
            | Activity::Ringing { .. }
            | Activity::Offered { .. }
            | Activity::Talking { .. } => Ok(Some(DeviceMessage::HangUp { call: taken })),
        }
    }

    /// The business has picked up.
    pub(super) fn answered(&mut self, by: CallId) {
        match std::mem::replace(&mut self.activity, Activity::Idle) {
            Activity::Calling { call: Some(call), phone } if call == by => {
                let hang_up_at = self.config.hang_up_after.map(|after| Instant::now() + after);
                self.activity = Activity::Talking { call, phone, version: 0, updating: false, hang_up_at };
            }
            other @ (Activity::Idle
            | Activity::Calling { .. }
            | Activity::Ringing { .. }
            | Activity::Offered { .. }
            | Activity::Talking { .. }) => self.activity = other,
        }
    }
}
