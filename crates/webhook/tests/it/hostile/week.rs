use offhook_call::{Command, Duration};
use offhook_store::{Deliveries as _, DeliveryStatus, Outbox as _, Subscriptions as _};
use offhook_webhook::Settings;

use super::checker::{Fate, check};
use super::endpoint::{Endpoint, Mode};
use crate::world::{APP, SETTINGS, START, World, told};

pub(super) const DAY: Duration = Duration::from_hours(24);

/// An app with one endpoint, two calls that began at the start, and a clock that jumps to whenever something is due.
pub(super) struct Week {
    pub(super) world: World,
    pub(super) endpoint: Endpoint,
}

impl Week {
    /// One call rings, the other only began: three webhooks are owed.
    pub(super) async fn begin(mode: Mode) -> Self {
        let world = World::with("http://127.0.0.1:9/", Settings { timeout: mode.timeout(), ..SETTINGS }).await;
        let endpoint = Endpoint::start(mode, world.parts.clock.clone()).await;
        world.callback(APP, &endpoint.url()).await;
        let week = Self { world, endpoint };
        week.tell_a_call(1).await;
        week.world.call(2).await;
        week
    }

    /// A call that begins and rings.
    pub(super) async fn tell_a_call(&self, number: u8) {
        let call = self.world.call(number).await;
        self.world.command(call, Command::Ring).await;
    }

    /// Delivers whatever gets due until so long after the start, each at its moment. A callback of another scheme than the
    /// endpoint now speaks is set anew, as its developer would.
    pub(super) async fn live_until(&mut self, since_start: Duration) {
        let callback = self.world.store.app_subscription(APP).await.unwrap().unwrap().callback_url;
        if callback != self.endpoint.url() {
            self.world.callback(APP, &self.endpoint.url()).await;
        }
        loop {
            self.world.deliver().await;
            match self.world.store.next_due(self.world.now()).await.unwrap() {
                Some(due) if due <= START + since_start => self.world.at(due.since(START)),
                Some(_) | None => break,
            }
        }
        self.world.at(since_start);
        self.world.deliver().await;
    }

    pub(super) async fn states(&self) -> Vec<DeliveryStatus> {
        self.world.deliveries().await.into_iter().map(|delivery| delivery.state).collect()
    }

    /// The receiver's log against the store's word.
    pub(super) async fn check(&self) {
        let mut fates = Vec::new();
        for shown in self.world.deliveries().await {
            let (delivery, attempts) = self.world.store.delivery(shown.id).await.unwrap().unwrap();
            fates.push(Fate {
                id: format!("{}-{}", told(delivery.body.as_bytes()).0, delivery.id.0),
                subject: delivery.subject.to_string(),
                body: delivery.body.into_bytes(),
                owed_at: delivery.owed_at,
                redelivered_at: delivery.redelivered_at,
                state: delivery.state,
                tries: attempts.into_iter().map(|attempt| attempt.at).collect(),
            });
        }
        let breaches = check(&self.endpoint.log(), &fates, self.world.now());
        assert!(breaches.is_empty(), "{breaches:#?}");
    }
}
