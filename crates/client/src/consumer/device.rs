//! What the device does, call by call: it answers messages and clocks with messages.

mod outgoing;
mod phoning;
mod switching;

use std::time::Instant;

use offhook_call::{CallId, EntryId, PermissionResponse};
use offhook_wire::consumer::{DeviceMessage, LiveCall, ServerMessage, TrackStatus};
use offhook_wire::{ThreadEntry, ThreadEntryKind};

use super::{Behaviour, Config, Order};
use crate::phone::{Camera, Phone, PhoneError};
use crate::story::{Narrator, What};

pub(super) struct Device {
    config: Config,
    narrator: Narrator,
    activity: Activity,
    /// The newest permission request that waits for an answer.
    asked: Option<EntryId>,
}

enum Activity {
    Idle,
    /// The consumer calls; the business has not answered yet.
    Calling {
        /// `None` until the server has taken the call.
        call: Option<CallId>,
        phone: Phone,
    },
    Ringing {
        call: CallId,
        /// When to accept or decline; never, if the call is ignored.
        act_at: Option<Instant>,
    },
    /// The offer was said; the answer is awaited.
    Offered {
        call: CallId,
        phone: Phone,
        offer: String,
    },
    Talking {
        call: CallId,
        phone: Phone,
        /// Version of the server's last offer that was applied.
        version: u32,
        /// This device's own offer is under way. An offer of the server's that comes meanwhile is passed over: another
        /// follows its answer.
        updating: bool,
        hang_up_at: Option<Instant>,
    },
}

impl Device {
    pub(super) fn new(config: Config, narrator: Narrator) -> Self {
        Self { config, narrator, activity: Activity::Idle, asked: None }
    }

    /// Takes a message of the server; what comes back is to be said.
    pub(super) async fn take(&mut self, message: ServerMessage) -> Result<Option<DeviceMessage>, PhoneError> {
        self.narrator.tell(What::Told(message.clone()));
        match message {
            ServerMessage::Welcome { call, thread, .. } => {
                thread.iter().for_each(|entry| self.note(entry));
                self.reconcile(call).await
            }
            ServerMessage::Incoming { call, .. } => Ok(self.ring(call)),
            ServerMessage::Accepted { call, sdp } => {
                self.talk(call, &sdp).await?;
                Ok(None)
            }
            ServerMessage::Offer { call, version, sdp } => {
                self.renegotiate(call, version, &sdp).await?;
                Ok(None)
            }
            ServerMessage::AnsweredElsewhere { call } | ServerMessage::Ended { call, .. } => {
                self.finish(call).await;
                Ok(None)
            }
            ServerMessage::Calling { call, sdp, .. } => self.wait(call, &sdp).await,
            ServerMessage::Answered { call, .. } => {
                self.answered(call);
                Ok(None)
            }
            ServerMessage::Updated { call, sdp: Some(sdp) } => {
                self.updated(call, &sdp).await?;
                Ok(None)
            }
            ServerMessage::Updated { sdp: None, .. } => Ok(None),
            ServerMessage::Error { call: Some(call), .. } if !self.is_talking() => {
                // Its accept was refused: there is no call to go on with.
                self.finish(call).await;
                Ok(None)
            }
            ServerMessage::Error { call: None, .. }
                if matches!(self.activity, Activity::Calling { call: None, .. }) =>
            {
                self.put_down().await;
                Ok(None)
            }
            ServerMessage::Error { .. } => {
                if let Activity::Talking { updating, .. } = &mut self.activity {
                    *updating = false;
                }
                Ok(None)
            }
            ServerMessage::Entry { entry } => {
                self.note(&entry);
                Ok(None)
            }
            ServerMessage::Settings { .. } | ServerMessage::Permission { .. } => Ok(None),
        }
    }

    /// Does as it is told; what comes back is to be said.
    pub(super) async fn obey(&mut self, order: Order) -> Result<Option<DeviceMessage>, PhoneError> {
        match order {
            Order::Accept => self.accept().await,
            Order::Decline => Ok(self.decline()),
            Order::Call => self.call_business().await,
            Order::HangUp => Ok(self.leave().await),
            Order::Mute => Ok(self.switch_voice(TrackStatus::Disabled)),
            Order::Unmute => Ok(self.switch_voice(TrackStatus::Enabled)),
            Order::ShowVideo => self.switch_video(Some(Camera::test_pattern())).await,
            Order::HideVideo => self.switch_video(None).await,
            Order::Write(text) => Ok(Some(DeviceMessage::Message { text })),
            Order::Permit(granted) => Ok(self.asked.take().map(|entry| {
                let response = if granted { PermissionResponse::Approve } else { PermissionResponse::Reject };
                DeviceMessage::PermissionReply { entry, response }
            })),
            Order::Revoke => Ok(Some(DeviceMessage::RevokePermission {})),
            Order::Phone(order) => {
                self.tell_phone(order).await?;
                Ok(None)
            }
            // The channel's matter.
            Order::Disconnect | Order::Reconnect => Ok(None),
        }
    }

    /// When [`Device::act`] is due, if ever.
    pub(super) fn due(&self) -> Option<Instant> {
        match &self.activity {
            Activity::Idle | Activity::Calling { .. } | Activity::Offered { .. } => None,
            Activity::Ringing { act_at, .. } => *act_at,
            Activity::Talking { hang_up_at, .. } => *hang_up_at,
        }
    }

    /// Picks up, declines or hangs up, as it is time for.
    pub(super) async fn act(&mut self) -> Result<Option<DeviceMessage>, PhoneError> {
        match self.activity {
            Activity::Idle | Activity::Calling { .. } | Activity::Offered { .. } => Ok(None),
            Activity::Ringing { .. } if self.config.behaviour == Behaviour::Decline => Ok(self.decline()),
            Activity::Ringing { .. } => self.accept().await,
            Activity::Talking { .. } => Ok(self.leave().await),
        }
    }

    /// Ends its part of a call; what comes back is to be said.
    pub(super) async fn leave(&mut self) -> Option<DeviceMessage> {
        let call = match self.activity {
            Activity::Offered { call, .. } | Activity::Talking { call, .. } => Some(call),
            Activity::Calling { call, .. } => call,
            Activity::Idle | Activity::Ringing { .. } => None,
        };
        self.put_down().await;
        call.map(|call| DeviceMessage::HangUp { call })
    }

    /// What happens on the line, told as it happens; waits for ever without a line.
    pub(super) async fn tell_line(&mut self) {
        let event = match self.phone() {
            Some(phone) => phone.next_event().await,
            None => None,
        };
        match event {
            Some(event) => self.narrator.tell(What::Line(event)),
            None => std::future::pending().await,
        }
    }

    fn note(&mut self, entry: &ThreadEntry) {
        if let ThreadEntryKind::PermissionRequest { reply, .. } = entry.kind {
            let id = entry.id.parse().ok();
            self.asked = if reply.is_none() { id } else { self.asked.filter(|asked| Some(*asked) != id) };
        }
    }

    fn ring(&mut self, call: CallId) -> Option<DeviceMessage> {
        if self.call().is_some() {
            return None;
        }
        let act_at = match self.config.behaviour {
            Behaviour::Echo { .. } | Behaviour::Tone { .. } | Behaviour::Decline => {
                Some(Instant::now() + self.config.accept_after)
            }
            Behaviour::Ignore => None,
        };
        self.activity = Activity::Ringing { call, act_at };
        Some(DeviceMessage::Ringing { call })
    }

    async fn accept(&mut self) -> Result<Option<DeviceMessage>, PhoneError> {
        let Activity::Ringing { call, .. } = self.activity else { return Ok(None) };
        let sdp = self.pick_up(call).await?;
        Ok(Some(DeviceMessage::Accept { call, sdp }))
    }

    fn decline(&mut self) -> Option<DeviceMessage> {
        let Activity::Ringing { call, .. } = self.activity else { return None };
        self.activity = Activity::Idle;
        Some(DeviceMessage::Decline { call })
    }

    /// A new phone's offer for this call.
    async fn pick_up(&mut self, call: CallId) -> Result<String, PhoneError> {
        let phone = Phone::new(self.config.phone()).await?;
        let offer = phone.offer().await?;
        self.activity = Activity::Offered { call, phone, offer: offer.clone() };
        Ok(offer)
    }

    async fn talk(&mut self, accepted: CallId, answer: &str) -> Result<(), PhoneError> {
        match &self.activity {
            Activity::Offered { call, phone, .. } if *call == accepted => phone.apply_answer(answer).await?,
            Activity::Idle
            | Activity::Calling { .. }
            | Activity::Ringing { .. }
            | Activity::Offered { .. }
            | Activity::Talking { .. } => return Ok(()),
        }
        if let Activity::Offered { call, phone, .. } = std::mem::replace(&mut self.activity, Activity::Idle) {
            let hang_up_at = self.config.hang_up_after.map(|after| Instant::now() + after);
            self.activity = Activity::Talking { call, phone, version: 0, updating: false, hang_up_at };
        }
        Ok(())
    }

    async fn renegotiate(&mut self, offered: CallId, newer: u32, offer: &str) -> Result<(), PhoneError> {
        match &mut self.activity {
            Activity::Talking { call, phone, version, updating: false, .. } if *call == offered && newer > *version => {
                phone.apply_offer(offer).await?;
                *version = newer;
            }
            Activity::Idle
            | Activity::Calling { .. }
            | Activity::Ringing { .. }
            | Activity::Offered { .. }
            | Activity::Talking { .. } => {}
        }
        Ok(())
    }

    /// The channel is open again: what the server says of the consumer's call decides how this device goes on.
    async fn reconcile(&mut self, live: Option<LiveCall>) -> Result<Option<DeviceMessage>, PhoneError> {
        match (live, &self.activity) {
            (Some(LiveCall::Connected { id, mine: true, .. }), Activity::Talking { call, .. }) if id == *call => {
                Ok(None)
            }
            (Some(LiveCall::Calling { id, .. }), Activity::Calling { call: Some(call), .. }) if id == *call => Ok(None),
            (Some(LiveCall::Connected { id, mine: true, .. }), Activity::Calling { call: Some(call), .. })
                if id == *call =>
            {
                self.answered(id);
                Ok(None)
            }
            // Whether the accept was heard is known now.
            (Some(LiveCall::Connected { id, mine: true, .. }), Activity::Offered { call, offer, .. })
                if id == *call =>
            {
                Ok(Some(DeviceMessage::Resume { call: id, sdp: offer.clone() }))
            }
            (Some(LiveCall::Ringing { id, .. }), Activity::Offered { call, offer, .. }) if id == *call => {
                Ok(Some(DeviceMessage::Accept { call: id, sdp: offer.clone() }))
            }
            (Some(LiveCall::Connected { id, mine: true, .. }), _) => {
                self.put_down().await;
                let sdp = self.pick_up(id).await?;
                Ok(Some(DeviceMessage::Resume { call: id, sdp }))
            }
            (Some(LiveCall::Ringing { id, .. }), Activity::Ringing { call, .. }) if id == *call => {
                Ok(Some(DeviceMessage::Ringing { call: id }))
            }
            (Some(LiveCall::Ringing { id, .. }), _) => {
                self.put_down().await;
                Ok(self.ring(id))
            }
            // Called, and the answer was lost with the channel: there is no way to take it up again.
            (Some(LiveCall::Calling { id, mine: true, .. }), Activity::Calling { call: None, .. }) => {
                self.put_down().await;
                Ok(Some(DeviceMessage::HangUp { call: id }))
            }
            (Some(LiveCall::Calling { .. } | LiveCall::Connected { mine: false, .. }) | None, _) => {
                self.put_down().await;
                Ok(None)
            }
        }
    }

    async fn finish(&mut self, call: CallId) {
        if self.call() == Some(call) {
            self.put_down().await;
        }
    }

    /// Back to idle, with the phone down.
    async fn put_down(&mut self) {
        match std::mem::replace(&mut self.activity, Activity::Idle) {
            Activity::Calling { phone, .. } | Activity::Offered { phone, .. } | Activity::Talking { phone, .. } => {
                let statistics = phone.hang_up().await;
                self.narrator.tell(What::HungUp(Box::new(statistics)));
            }
            Activity::Idle | Activity::Ringing { .. } => {}
        }
    }

    fn is_talking(&self) -> bool {
        matches!(self.activity, Activity::Talking { .. })
    }

    fn call(&self) -> Option<CallId> {
        match self.activity {
            Activity::Idle => None,
            Activity::Calling { call, .. } => call,
            Activity::Ringing { call, .. } | Activity::Offered { call, .. } | Activity::Talking { call, .. } => {
                Some(call)
            }
        }
    }
}
