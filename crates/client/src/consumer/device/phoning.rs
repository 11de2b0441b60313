//! What is told to the phone of a call alone, without a word to the server.

use super::{Activity, Device};
use crate::consumer::PhoneOrder;
use crate::phone::{Phone, PhoneError};

impl Device {
    /// Tells the phone, if there is one.
    pub(in crate::consumer) async fn tell_phone(&mut self, order: PhoneOrder) -> Result<(), PhoneError> {
        let Some(phone) = self.phone() else { return Ok(()) };
        let told = match order {
            PhoneOrder::Say(source) => phone.say(source).await,
            PhoneOrder::Press(digits) => phone.press(digits).await,
            PhoneOrder::Lose { percent, seed } => phone.lose(percent, seed).await,
            // Whoever asked may have given up.
            PhoneOrder::Report(reply) => phone.statistics().await.map(|statistics| drop(reply.send(statistics))),
        };
        match told {
            // Its call has ended, and the server is about to say so.
            Err(PhoneError::Closed) => Ok(()),
            told => told,
        }
    }

    pub(super) fn phone(&mut self) -> Option<&mut Phone> {
        match &mut self.activity {
            Activity::Calling { phone, .. } | Activity::Offered { phone, .. } | Activity::Talking { phone, .. } => {
                Some(phone)
            }
            Activity::Idle | Activity::Ringing { .. } => None,
        }
    }
}
