//! What a call takes note of.

use std::time::Instant;

use super::super::guest::Notice;
use super::super::leg::News;
use super::super::notes::{Failure, Step, Webhook};
use super::super::webhooks::Told;
use super::Call;
use super::broken::Broken;
use crate::phone::Milestone;
use crate::webhook::CallEventKind;

impl Call {
    pub(super) fn take_news(&mut self, news: News, at: Instant) {
        match news {
            News::Reached(Milestone::IceConnected) => self.notes.reach(Step::BusinessIce, at),
            News::Reached(Milestone::DtlsConnected) => self.notes.reach(Step::BusinessDtls, at),
            News::Reached(Milestone::FirstPacket) => self.hear(Step::HeardByBusiness, at),
            News::Closed if self.has_hung_up => {}
            // Without webhooks this is how the end of a call shows.
            News::Closed => self.is_over = true,
        }
    }

    pub(super) fn take_notice(&mut self, notice: Notice, at: Instant) -> Result<(), Broken> {
        match notice {
            Notice::Asked => {
                self.notes.reach(Step::Asked, at);
                self.notes.cause(Webhook::Connect, at);
            }
            Notice::Calling(id) => {
                self.notes.reach(Step::Answered, at);
                self.claim(id.into());
            }
            Notice::Ringing => self.notes.cause(Webhook::Ringing, at),
            Notice::Accepting => {
                self.notes.cause(Webhook::Accepted, at);
                self.notes.cause(Webhook::MediaUpdate, at);
            }
            Notice::Reached(Milestone::IceConnected) => self.notes.reach(Step::ConsumerIce, at),
            Notice::Reached(Milestone::DtlsConnected) => self.notes.reach(Step::ConsumerDtls, at),
            Notice::Reached(Milestone::FirstPacket) => self.hear(Step::HeardByConsumer, at),
            Notice::Ended | Notice::Refused(_) | Notice::Lost if self.has_hung_up => {}
            Notice::Ended => self.is_over = true,
            Notice::Refused(name) => return Err(Broken::Failed(Failure::Refused(name))),
            Notice::Lost => return Err(Broken::Failed(Failure::EndedEarly)),
        }
        Ok(())
    }

    /// Returns an offer of the server's that is to be applied. Deliveries may come twice, and late.
    pub(super) fn take_webhook(&mut self, told: Told) -> Option<String> {
        let Told { kind, at } = told;
        match kind {
            CallEventKind::Calling { .. } => {
                self.notes.reach(Step::Ringing, at);
                self.notes.came(Webhook::Connect, at);
            }
            CallEventKind::Dialing { .. } => self.notes.came(Webhook::Connect, at),
            CallEventKind::Ringing { .. } => {
                self.notes.reach(Step::Ringing, at);
                self.notes.came(Webhook::Ringing, at);
            }
            CallEventKind::Accepted { .. } => {
                self.notes.reach(Step::Accepted, at);
                self.notes.came(Webhook::Accepted, at);
            }
            CallEventKind::MediaUpdate { version, offer } => {
                self.notes.came(Webhook::MediaUpdate, at);
                if version > self.version {
                    self.version = version;
                    return Some(offer);
                }
            }
            CallEventKind::Terminate(_) => {
                self.notes.came(Webhook::Terminate, at);
                self.is_over = true;
            }
            CallEventKind::Other(_) => {}
        }
        None
    }

    /// One party hears the other; the later of both moments is when they talk.
    fn hear(&mut self, step: Step, at: Instant) {
        self.notes.reach(step, at);
        let consumer_hears = self.guest().is_none() || self.notes.has(Step::HeardByConsumer);
        if consumer_hears && self.notes.has(Step::HeardByBusiness) {
            self.notes.reach(Step::Talking, at);
        }
    }
}
