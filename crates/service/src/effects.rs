//! After the commit: volatile effects, timers, and the poke for webhooks.

use offhook_call::{Applied, Call, CallId, Command, Effect, Ended, Refused, State};

use crate::{DeviceEvent, Service, ThreadItem};

impl Service {
    /// Applies a command and commits. `None`: no such call.
    pub(crate) async fn commit(
        &self,
        call: CallId,
        command: Command,
    ) -> Result<Option<Result<Applied, Refused>>, offhook_store::Error> {
        self.store().apply(call, command, self.now(), &self.limits().call).await
    }

    /// Applies a command, commits and acts. `None`: no such call.
    pub(crate) async fn apply(
        &self,
        call: CallId,
        command: Command,
    ) -> Result<Option<Result<Applied, Refused>>, offhook_store::Error> {
        let outcome = self.commit(call, command).await?;
        if let Some(Ok(applied)) = &outcome {
            self.act(applied).await;
        }
        Ok(outcome)
    }

    /// Sends what a committed change asks for out into the world. Losing it costs time, never truth.
    pub(crate) async fn act(&self, applied: &Applied) {
        fail::fail_point!("kill::service_committed", |_| std::process::abort());
        let Applied { call, effects } = applied;
        self.inner.timers.set(call.id, call.deadline(&self.limits().call));
        for effect in effects {
            match effect {
                Effect::Owe(_) => {}
                Effect::Grant => self.tell_grant(call).await,
                Effect::RingDevices => self.ring_devices(call).await,
                Effect::StopOtherDevices { winner } => {
                    let event = DeviceEvent::AnsweredElsewhere { call: call.id };
                    self.inner.devices.tell(call.page, call.psid, &event, |device| device != winner);
                }
                Effect::TellAnswered => self.tell_answered(call),
                Effect::TellEnded => self.tell_ended(call),
                Effect::OfferSent { side } => self.media().offer_sent(call.id, *side),
                Effect::CloseBridge => self.close_bridge(call.id),
            }
        }
        if !call.is_live() {
            let event = DeviceEvent::Entry(ThreadItem::Call(call.clone()));
            self.inner.devices.tell(call.page, call.psid, &event, |_| true);
        }
        (self.inner.parts.poke_webhooks)();
        fail::fail_point!("kill::service_acted", |_| std::process::abort());
    }

    async fn tell_grant(&self, call: &Call) {
        match self.store().permission(call.page, call.psid).await {
            Ok(Some(permission)) => self.tell_permission(call.page, call.psid, permission),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, call = %call.id, "devices cannot be told");
            }
        }
    }

    async fn ring_devices(&self, call: &Call) {
        match self.store().page(call.page).await {
            Ok(Some(page)) => {
                let event = DeviceEvent::Incoming { call: call.id, page, ring_until: self.ring_until(call) };
                self.inner.devices.tell(call.page, call.psid, &event, |_| true);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, call = %call.id, "devices cannot be rung");
            }
        }
    }

    fn tell_answered(&self, call: &Call) {
        let State::Connected { since, device } = &call.state else { return };
        let event = DeviceEvent::Answered { call: call.id, since: *since };
        self.inner.devices.tell(call.page, call.psid, &event, |caller| caller == device);
    }

    fn tell_ended(&self, call: &Call) {
        let State::Ended(Ended { reason, .. }) = call.state else { return };
        let event = DeviceEvent::Ended {
            call: call.id,
            status: reason.status(),
            reason,
            connected_for: call.connected_for().unwrap_or_default(),
        };
        self.inner.devices.tell(call.page, call.psid, &event, |_| true);
    }
}
