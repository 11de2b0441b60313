use std::sync::Arc;

use offhook_call::CallId;
use offhook_client::graph::{Connected, Message};
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::{OFFER, Scene, outcome_of, pause};
use crate::history::{At, Deed, Outcome};
use crate::program::Patience;
use crate::stage::{Consumer, Office, Temper};

/// A business that deals with one consumer, and the operator's hand on that consumer's permission.
pub(crate) struct Desk {
    office: Office,
    consumer: Arc<Consumer>,
    dice: StdRng,
    /// Keys of connects of which it is not known what came of them.
    open: Vec<String>,
    /// The last call that came about.
    call: Option<CallId>,
    /// The key of a connect that was answered.
    answered: Option<String>,
}

impl Desk {
    pub(crate) fn new(office: Office, consumer: Arc<Consumer>, dice: StdRng) -> Self {
        Self { office, consumer, dice, open: Vec::new(), call: None, answered: None }
    }

    pub(crate) async fn work(&mut self, scene: &Scene) {
        while self.act(scene).await != Outcome::Unknown {
            pause(&mut self.dice).await;
        }
    }

    /// Asks again until it is known what came of every connect.
    pub(crate) async fn resolve(&mut self, scene: &Scene) {
        let patience = Patience::begin();
        while !self.open.is_empty() {
            if self.repeat(scene).await == Outcome::Unknown {
                patience.wait().await;
            }
        }
    }

    async fn act(&mut self, scene: &Scene) -> Outcome {
        let by_operator = self.consumer.temper == Temper::Quiet;
        match self.dice.random_range(0..100) {
            0..15 => self.repeat(scene).await,
            15..50 => self.connect_anew(scene).await,
            50..70 => self.terminate(scene).await,
            70..80 if by_operator => match self.revoke(scene).await {
                Outcome::Done => self.connect_anew(scene).await,
                other => other,
            },
            70..90 => self.grant(scene).await,
            90..95 => self.send(scene, Message::CallPermissionRequest).await,
            _ => self.send(scene, Message::Text("Good news".to_owned())).await,
        }
    }

    async fn connect_anew(&mut self, scene: &Scene) -> Outcome {
        let key = format!("key-{}", scene.number());
        self.connect(scene, OFFER, key).await.0
    }

    pub(super) async fn connect(&mut self, scene: &Scene, offer: &str, key: String) -> (Outcome, Option<Connected>) {
        let (from, Office { app, page, graph }) = (At::now(), &self.office);
        let result = graph.connect_once(*page, self.consumer.psid, offer, &key).await;
        let outcome = outcome_of(&result);
        let connected = result.ok();
        let call = connected.as_ref().and_then(|connected| connected.call.as_str().parse().ok());
        scene.log(self.consumer.thread(), from, Deed::Connect { app: *app, key: key.clone(), call }, outcome.clone());
        self.open.retain(|open| *open != key);
        match &outcome {
            Outcome::Done => (self.call, self.answered) = (call, Some(key)),
            Outcome::Refused(_) => {}
            Outcome::Unknown => self.open.push(key),
        }
        (outcome, connected)
    }

    /// Asks again for what is open, else for what was answered.
    async fn repeat(&mut self, scene: &Scene) -> Outcome {
        match self.open.first().or(self.answered.as_ref()).cloned() {
            Some(key) => self.connect(scene, OFFER, key).await.0,
            None => Outcome::Done,
        }
    }

    async fn terminate(&mut self, scene: &Scene) -> Outcome {
        let Some(call) = self.call.take() else { return Outcome::Done };
        let from = At::now();
        let result = self.office.graph.terminate(self.office.page, &call.into()).await;
        let outcome = outcome_of(&result);
        scene.log(self.consumer.thread(), from, Deed::Terminate { call }, outcome.clone());
        outcome
    }

    pub(super) async fn grant(&self, scene: &Scene) -> Outcome {
        let from = At::now();
        let outcome = outcome_of(&scene.stage.admin.grant(self.consumer.page, self.consumer.psid).await);
        scene.log(self.consumer.thread(), from, Deed::Grant, outcome.clone());
        outcome
    }

    async fn revoke(&self, scene: &Scene) -> Outcome {
        let from = At::now();
        let outcome = outcome_of(&scene.stage.admin.revoke(self.consumer.page, self.consumer.psid).await);
        scene.log(self.consumer.thread(), from, Deed::Revoke, outcome.clone());
        outcome
    }

    async fn send(&self, scene: &Scene, message: Message) -> Outcome {
        let from = At::now();
        let result = self.office.graph.send_message(self.office.page, self.consumer.psid, &message).await;
        let outcome = outcome_of(&result);
        let entry = result.ok().map(|sent| sent.message_id);
        scene.log(self.consumer.thread(), from, Deed::Send { entry }, outcome.clone());
        outcome
    }
}
