//! After the commit: volatile effects, timers, and the poke for webhooks.

use offhook_call::{Applied, Call, CallId, Command, DeviceId, Effect, Refused, State};

use crate::{DeviceEvent, Service, ThreadItem};

impl Service {
    /// Applies a command and commits. `None`: no such call.
    pub(crate) async fn commit(
        &self,
        call: CallId,
        command: Command,
    ) -> Result<Option<Result<Applied, Refused>>, offhook_store::Error> {
        let _moment = self.inner.moments.read().await;
        let outcome = self.store().apply(call, command, self.now(), &self.limits().call).await;
        if outcome.is_err() {
            self.heal_soon();
        }
        outcome
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
        fail::fail_point!("lose::effects", |_| ());
        let Applied { call, effects } = applied;
        self.inner.recorder.changed(call, self.moment());
        self.inner.timers.set(call.id, call.deadline(&self.limits().call));
        if let State::Calling { device } | State::Connected { device, .. } = &call.state {
            self.inner.devices.show(call, device);
        }
        let mut closing = None;
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
                Effect::ShowDesk => self.inner.seats.poke(),
                Effect::OfferSeat { sdp } => self.offer_seat(call, sdp.clone()),
                Effect::CloseBridge => closing = Some(self.close_bridge(call.id)),
            }
        }
        if !call.is_live() {
            let event = DeviceEvent::Entry(ThreadItem::Call(call.clone()));
            self.inner.devices.tell(call.page, call.psid, &event, |_| true);
        }
        self.inner.parts.webhooks.poke();
        if let Some(closing) = closing {
            closing.await;
        }
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
        if let Err(error) = self.ring(call, |_| true).await {
            tracing::error!(error = &error as &dyn std::error::Error, call = %call.id, "devices cannot be rung");
        }
        self.call_guest(call);
    }

    pub(crate) async fn ring(
        &self,
        call: &Call,
        choose: impl Fn(&DeviceId) -> bool,
    ) -> Result<(), offhook_store::Error> {
        if let Some(page) = self.store().page(call.page).await? {
            let event = DeviceEvent::Incoming { call: call.id, page, ring_until: self.ring_until(call) };
            self.inner.devices.tell(call.page, call.psid, &event, choose);
        }
        Ok(())
    }

    pub(crate) fn tell_answered(&self, call: &Call) {
        let State::Connected { since, device } = &call.state else { return };
        let event = DeviceEvent::Answered { call: call.id, since: *since };
        self.inner.devices.tell(call.page, call.psid, &event, |caller| caller == device);
    }

    fn tell_ended(&self, call: &Call) {
        let State::Ended(ended) = call.state else { return };
        self.inner.devices.tell(call.page, call.psid, &DeviceEvent::ended(call, &ended), |_| true);
    }
}
