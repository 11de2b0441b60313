use std::sync::Arc;
use std::time::Duration;

use offhook_call::DeviceId;
use offhook_client::consumer::{Behaviour, Config, SimulatedConsumer};
use offhook_client::phone::{self, Phone};
use offhook_client::story::{Narrator, Party};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio_util::sync::CancellationToken;

use super::{Desk, Scene, pause};
use crate::history::Outcome;
use crate::stage::{Consumer, Office};

/// A business and a consumer with real phones, so that media flows when the program dies. Not in every life: it costs
/// much.
pub(crate) struct Talker {
    desk: Desk,
    office: Office,
    consumer: Arc<Consumer>,
    dice: StdRng,
}

impl Talker {
    pub(crate) fn new(office: Office, consumer: Arc<Consumer>, scene: &Scene) -> Self {
        let desk = Desk::new(office.clone(), Arc::clone(&consumer), scene.dice());
        Self { desk, office, consumer, dice: scene.dice() }
    }

    pub(crate) async fn resolve(&mut self, scene: &Scene) {
        self.desk.resolve(scene).await;
    }

    pub(crate) async fn work(&mut self, scene: &Scene) {
        if self.dice.random_bool(0.7) {
            return;
        }
        let stop = CancellationToken::new();
        let (narrator, _) = Narrator::begin(Party::Consumer);
        let consumer = tokio::spawn(SimulatedConsumer::run(self.config(scene), narrator, stop.clone()));
        if self.desk.grant(scene).await == Outcome::Done {
            self.talk(scene).await;
        }
        stop.cancel();
        consumer.await.expect("the consumer does not panic").expect("its token is good");
    }

    /// Until the program is gone.
    async fn talk(&mut self, scene: &Scene) {
        let phone = Phone::new(phone::Config::default()).await.unwrap();
        let offer = phone.offer().await.unwrap();
        let (_, Some(connected)) = self.desk.connect(scene, &offer, format!("key-{}", scene.number())).await else {
            return;
        };
        phone.apply_answer(&connected.answer).await.unwrap();
        while self.office.graph.call_permissions(self.consumer.page, self.consumer.psid).await.is_ok() {
            pause(&mut self.dice).await;
        }
    }

    fn config(&self, scene: &Scene) -> Config {
        let mut channel = scene.base.join("/consumer/v1").unwrap();
        channel.set_scheme("ws").unwrap();
        Config {
            channel,
            token: self.consumer.token.clone(),
            device: DeviceId::try_from("simulated".to_owned()).expect("a word is a device's name"),
            behaviour: Behaviour::Echo { delay: Duration::from_millis(100) },
            accept_after: Duration::ZERO,
            hang_up_after: None,
            video: false,
            local_ip: [127, 0, 0, 1].into(),
            listen_for_hz: 440,
            listener: None,
        }
    }
}
