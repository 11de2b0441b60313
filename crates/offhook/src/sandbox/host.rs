use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use offhook_client::scenario::Resident;
use offhook_service::{CreateError, Service};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::guests::{Called, WellKnown};
use super::stage::Stage;

/// Connects a device for each well-known consumer who is called, and lets it go when nobody has called for a while.
pub(crate) struct Host {
    service: Service,
    stage: Stage,
    called: mpsc::Receiver<Called>,
    stays: HashMap<Called, Stay>,
}

struct Stay {
    device: JoinHandle<()>,
    leave: CancellationToken,
    called_at: Instant,
}

impl Host {
    pub(crate) fn new(service: Service, stage: Stage, called: mpsc::Receiver<Called>) -> Self {
        Self { service, stage, called, stays: HashMap::new() }
    }

    /// Works until it is stopped; then all devices leave.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(who) = self.called.recv() => {
                    if let Err(error) = self.admit(who, &stop).await {
                        let (page, psid) = who;
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(error, %page, %psid, "a well-known consumer gets no device");
                    }
                }
                _ = look.tick() => self.see_off().await,
            }
        }
        for stay in self.stays.into_values() {
            if let Err(error) = stay.device.await {
                tracing::error!(error = &error as &dyn std::error::Error, "a well-known consumer's device failed");
            }
        }
    }

    /// A device that is connected rings by itself; another finds the call when it connects.
    async fn admit(&mut self, who: Called, stop: &CancellationToken) -> Result<(), CreateError> {
        let (page, psid) = who;
        let Some(built_in) = WellKnown::scenario(psid) else { return Ok(()) };
        self.stays.retain(|_, stay| !stay.device.is_finished());
        if let Some(stay) = self.stays.get_mut(&who) {
            stay.called_at = Instant::now();
            return Ok(());
        }
        if self.stays.len() >= DEVICES_MAX {
            tracing::warn!(%page, %psid, "a well-known consumer gets no device: {DEVICES_MAX} are connected");
            return Ok(());
        }
        let leave = stop.child_token();
        let resident = Resident {
            scenario: built_in.scenario(),
            server: self.stage.server(page),
            psid,
            token: self.service.create_consumer_token(page, psid).await?.token,
            files: BTreeMap::new(),
            stop: leave.clone(),
        };
        let device = tokio::spawn(async move {
            if let Err(error) = resident.live().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, %page, %psid, "a well-known consumer's device gave up");
            }
        });
        self.stays.insert(who, Stay { device, leave, called_at: Instant::now() });
        Ok(())
    }

    /// A call that comes while a device leaves is told after this, and gets another.
    async fn see_off(&mut self) {
        let now = Instant::now();
        let idle = self.stays.iter().filter(|(_, stay)| now - stay.called_at >= STAY_FOR);
        let idle: Vec<_> = idle.map(|(who, _)| *who).collect();
        for who in idle {
            let (page, psid) = who;
            if let Ok(false) = self.service.is_in_call(page, psid).await
                && let Some(stay) = self.stays.remove(&who)
            {
                stay.leave.cancel();
            }
        }
    }
}

/// Devices of well-known consumers at a time.
const DEVICES_MAX: usize = 64;

/// How long a device stays after it was called, unless it is in a call.
const STAY_FOR: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_secs(10);
