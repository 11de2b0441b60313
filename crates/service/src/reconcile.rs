//! What is volatile is derived again from the store: deadlines, bridges, what devices show.
//!
//! An effect that was lost (the process died, the store failed in the middle, a bug) is made up for here, at the next
//! start or within [`RECONCILE_EVERY`]. Nothing is done twice: what is as it must be is left alone.

use std::collections::{HashMap, HashSet};

use offhook_call::{Abandonment, Call, CallId, Command, Duration, Side, State};
use tokio_util::sync::CancellationToken;

use crate::device::Missing;
use crate::{DeviceAddress, DeviceEvent, OpenLeg, Service, ThreadItem};

/// What [`Service::reconcile`] made up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// Live calls that had no deadline.
    pub timers: usize,
    /// Calls that were ended because a leg that they need is not there.
    pub ended: usize,
    /// Bridges that were closed because their call is over.
    pub closed: usize,
    /// Events that devices had missed.
    pub told: usize,
}

/// The legs of all bridges, and how those were lost that are.
struct Legs(HashMap<(CallId, Side), OpenLeg>);

impl Service {
    /// Makes everything volatile what the store says it must be. A live call without its legs ends because of `cause`:
    /// at start those are the calls that the last process left behind.
    ///
    /// May run at any time, beside commands: whoever opens a leg for a call holds the call's turn from the commit on, and
    /// with the turn everything is looked at again before a call is ended or a bridge closed.
    pub async fn reconcile(&self, cause: Abandonment) -> Result<Reconciled, offhook_store::Error> {
        fail::fail_point!("bug::no_recovery", |_| Ok(Reconciled::default()));
        let live = self.store().live_calls().await?;
        let timers = live.iter().filter(|call| self.set_missing_timer(call)).count();
        let told = self.tell_missing(&live).await?;
        let (ended, closed) = self.match_bridges(&live, cause).await?;
        self.inner.parts.webhooks.poke();
        Ok(Reconciled { timers, ended, closed, told })
    }

    /// Reconciles again and again, and soon after a change failed in the store.
    pub(crate) async fn keep_reconciled(&self, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(RECONCILE_EVERY) => {}
                () = self.inner.heal.notified() => tokio::time::sleep(HEAL_AFTER).await,
            }
            fail::fail_point!("die::calls");
            match self.reconcile(Abandonment::InternalError).await {
                Ok(repaired) if repaired == Reconciled::default() => {}
                Ok(repaired) => tracing::info!(?repaired, "what was lost or overdue has been made up for"),
                // The store has logged that it cannot write.
                Err(offhook_store::Error::Disk(_)) => {}
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "the state could not be reconciled");
                }
            }
        }
    }

    /// A change failed in the store. It may have been made all the same, and then its effects were lost.
    pub(crate) fn heal_soon(&self) {
        self.inner.heal.notify_one();
    }

    fn set_missing_timer(&self, call: &Call) -> bool {
        let deadline = call.deadline(&self.limits().call);
        deadline.is_some_and(|deadline| self.inner.timers.set_if_missing(call.id, deadline))
    }

    /// Returns how many events were told.
    async fn tell_missing(&self, live: &[Call]) -> Result<usize, offhook_store::Error> {
        let calls: HashMap<_, _> = live.iter().map(|call| ((call.page, call.psid), call)).collect();
        let mut told = 0;
        for device in self.inner.devices.connected() {
            let call = calls.get(&(device.page, device.psid)).copied();
            if !self.missing(&device, call).is_empty() {
                told += self.tell_device(&device).await?;
            }
        }
        told += self.show_desk().await? + self.tell_permissions().await?;
        for page in self.inner.devices.pages() {
            told += self.tell_view(page).await?;
        }
        Ok(told)
    }

    /// Tells the devices whose consumers' permission is not what they were told; how many.
    pub(crate) async fn tell_permissions(&self) -> Result<usize, offhook_store::Error> {
        let mut told = 0;
        for (page, psid) in self.inner.devices.consumers() {
            let permission = DeviceEvent::Permission(self.permission_status(page, psid).await?);
            told += self.inner.devices.tell_news(page, Some(psid), &permission);
        }
        Ok(told)
    }

    fn missing(&self, device: &DeviceAddress, live: Option<&Call>) -> Vec<Missing> {
        self.inner.devices.told(device).map(|told| told.missing(live, &device.device)).unwrap_or_default()
    }

    /// Looks once more, because what was missing may have been told meanwhile; how many events it told.
    async fn tell_device(&self, device: &DeviceAddress) -> Result<usize, offhook_store::Error> {
        let live = self.store().live_call_of(device.page, device.psid).await?;
        let missing = self.missing(device, live.as_ref());
        for event in &missing {
            match (event, &live) {
                (Missing::Incoming, Some(call)) => self.ring(call, |name| *name == device.device).await?,
                (Missing::Answered, Some(call)) => self.tell_answered(call),
                (Missing::Incoming | Missing::Answered, None) => {}
                (Missing::AnsweredElsewhere(call), _) => {
                    self.tell_one(device, &DeviceEvent::AnsweredElsewhere { call: *call });
                }
                (Missing::Ended(call), _) => self.tell_end(device, *call).await?,
            }
        }
        Ok(missing.len())
    }

    async fn tell_end(&self, device: &DeviceAddress, call: CallId) -> Result<(), offhook_store::Error> {
        let Some(call) = self.store().call(call).await? else { return Ok(()) };
        let State::Ended(ended) = call.state else { return Ok(()) };
        self.tell_one(device, &DeviceEvent::ended(&call, &ended));
        self.tell_one(device, &DeviceEvent::Entry(ThreadItem::Call(call)));
        Ok(())
    }

    fn tell_one(&self, device: &DeviceAddress, event: &DeviceEvent) {
        self.inner.devices.tell(device.page, device.psid, event, |name| *name == device.device);
    }

    /// Returns how many calls were ended and how many bridges closed.
    async fn match_bridges(&self, live: &[Call], cause: Abandonment) -> Result<(usize, usize), offhook_store::Error> {
        let Some(legs) = self.legs().await else { return Ok((0, 0)) };
        let (mut ended, mut closed) = (0, 0);
        for call in live.iter().filter(|call| legs.why_over(call, cause).is_some()) {
            ended += usize::from(self.end_if_broken(call.id, cause).await?);
        }
        let live: HashSet<_> = live.iter().map(|call| call.id).collect();
        let now = self.now();
        for call in legs.calls().difference(&live).filter(|call| !self.inner.reaches.may_stay(**call, now)) {
            closed += usize::from(self.close_if_over(*call).await?);
        }
        Ok((ended, closed))
    }

    /// Whether the call was ended.
    async fn end_if_broken(&self, call: CallId, cause: Abandonment) -> Result<bool, offhook_store::Error> {
        let _turn = self.inner.turns.take(call).await;
        let (Some(found), Some(legs)) = (self.store().call(call).await?, self.legs().await) else { return Ok(false) };
        let Some(command) = legs.why_over(&found, cause) else { return Ok(false) };
        Ok(matches!(self.apply(call, command).await?, Some(Ok(_))))
    }

    /// Whether the bridge was closed.
    async fn close_if_over(&self, call: CallId) -> Result<bool, offhook_store::Error> {
        let _turn = self.inner.turns.take(call).await;
        let is_over = self.store().call(call).await?.is_none_or(|call| !call.is_live());
        if is_over {
            self.close_bridge(call).await;
        }
        Ok(is_over)
    }

    async fn legs(&self) -> Option<Legs> {
        let legs = self.media().legs().await?;
        Some(Legs(legs.into_iter().map(|leg| ((leg.call, leg.side), leg)).collect()))
    }
}

impl Legs {
    /// Why a live call cannot go on; `None`: it has the legs that it needs.
    fn why_over(&self, call: &Call, cause: Abandonment) -> Option<Command> {
        call.legs().iter().find_map(|side| match self.0.get(&(call.id, *side)) {
            Some(OpenLeg { lost: None, .. }) => None,
            Some(OpenLeg { lost: Some(loss), .. }) => Some(Command::LoseMedia { cause: *loss }),
            None => Some(Command::Abandon { cause }),
        })
    }

    fn calls(&self) -> HashSet<CallId> {
        self.0.keys().map(|(call, _)| *call).collect()
    }
}

/// How long what was lost stays lost at most, while the store can be read.
const RECONCILE_EVERY: Duration = Duration::from_secs(10);

/// How long after a failure in the store the state is looked at.
const HEAL_AFTER: Duration = Duration::from_secs(1);
