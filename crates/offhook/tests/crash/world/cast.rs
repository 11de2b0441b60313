use std::collections::BTreeMap;
use std::sync::Arc;

use offhook_call::AppId;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::program::PATIENCE;
use crate::receiver::Receiver;
use crate::stage::{Consumer, Office, Temper};
use crate::traffic::{Clerk, Desk, Owner, Scene, Talker, attend, sit};

/// All who use the program. Between two lives they keep what they know.
pub(super) struct Cast {
    scene: Arc<Scene>,
    resting: Vec<Player>,
    playing: JoinSet<Option<Player>>,
    /// The program is gone; for those who do not notice by themselves.
    gone: CancellationToken,
}

enum Player {
    Desk(Desk),
    Clerk(Clerk),
    Owner(Owner),
    Talker(Box<Talker>),
}

impl Cast {
    pub(super) fn new(scene: &Arc<Scene>, receiver: &Receiver) -> Self {
        let mut resting = Vec::new();
        let mut of_apps: BTreeMap<AppId, Vec<Office>> = BTreeMap::new();
        for office in &scene.stage.offices {
            of_apps.entry(office.app).or_default().push(office.clone());
            let deals = |consumer: &&Arc<Consumer>| consumer.page == office.page && consumer.temper != Temper::Patron;
            let consumers = scene.stage.consumers.iter().filter(deals);
            let desk = |consumer| Player::Desk(Desk::new(office.clone(), Arc::clone(consumer), scene.dice()));
            resting.extend(consumers.map(desk));
        }
        for (app, offices) in of_apps {
            resting.push(Player::Clerk(Clerk::new(offices, receiver.rings(app), scene.dice())));
        }
        for (index, page) in scene.stage.pages.iter().enumerate() {
            let office = scene.stage.offices.iter().find(|office| office.page == *page).expect("a Page has an app");
            resting.push(Player::Owner(Owner::new(office.clone(), scene.dice(), index)));
        }
        let office = scene.stage.offices[0].clone();
        resting.push(Player::Talker(Box::new(Talker::new(office, Arc::clone(&scene.stage.talker), scene))));
        Self { scene: Arc::clone(scene), resting, playing: JoinSet::new(), gone: CancellationToken::new() }
    }

    /// All begin; each ends when the program is gone.
    pub(super) fn play(&mut self) {
        self.gone = CancellationToken::new();
        for mut player in self.resting.drain(..) {
            let (scene, gone) = (Arc::clone(&self.scene), self.gone.clone());
            self.playing.spawn(async move {
                player.work(&scene, &gone).await;
                Some(player)
            });
        }
        for consumer in &self.scene.stage.consumers {
            let (scene, consumer) = (Arc::clone(&self.scene), Arc::clone(consumer));
            self.playing.spawn(async move {
                attend(&scene, &consumer).await;
                None
            });
        }
        for agent in &self.scene.stage.agents {
            let (scene, agent) = (Arc::clone(&self.scene), Arc::clone(agent));
            self.playing.spawn(async move {
                sit(&scene, &agent).await;
                None
            });
        }
    }

    /// Waits until all have noticed that the program is gone.
    pub(super) async fn rest(&mut self) {
        self.gone.cancel();
        while let Some(ended) = timeout(PATIENCE, self.playing.join_next()).await.expect("all notice in time") {
            self.resting.extend(ended.expect("nobody panics"));
        }
    }

    /// All find out what came of what they asked for.
    pub(super) async fn resolve(&mut self) {
        for player in &mut self.resting {
            match player {
                Player::Desk(desk) => desk.resolve(&self.scene).await,
                Player::Talker(talker) => talker.resolve(&self.scene).await,
                Player::Clerk(_) | Player::Owner(_) => {}
            }
        }
    }
}

impl Player {
    async fn work(&mut self, scene: &Scene, gone: &CancellationToken) {
        match self {
            Self::Desk(desk) => desk.work(scene).await,
            Self::Clerk(clerk) => clerk.work(scene, gone).await,
            Self::Owner(owner) => owner.work(scene).await,
            Self::Talker(talker) => talker.work(scene).await,
        }
    }
}
