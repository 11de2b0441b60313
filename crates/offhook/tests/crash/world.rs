//! One world: a program with its data, those who use it, and the deaths that it dies.

mod cast;
mod look;

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::sleep;

use crate::history::{History, Life};
use crate::program::{PATIENCE, Process, Program};
use crate::receiver::Receiver;
use crate::stage::Stage;
use crate::traffic::Scene;
use cast::Cast;

/// How a process dies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Death {
    /// By SIGKILL, so long after it was ready.
    After(Duration),
    /// By itself, when this fail point is passed for so many times and once more.
    At { point: &'static str, passes: u32 },
}

/// What is to happen in a world.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) deaths: Vec<Death>,
    /// Fail points that are on at all times.
    pub(crate) bug: &'static str,
}

/// What happened in it.
pub(crate) struct World {
    pub(crate) history: History,
    /// Points at which no process died.
    pub(crate) unreached: Vec<&'static str>,
}

/// Traffic under way when a process is killed.
const UNDER_WAY_MS: std::ops::Range<u64> = 20..300;

/// One life of so many is long: in a short one few come to talk, hold and hand over.
const LONG_EVERY: usize = 15;
const LONG_MS: std::ops::Range<u64> = 1_000..2_500;

impl Plan {
    /// As many random deaths.
    pub(crate) fn random(seed: u64, deaths: usize) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let death = |life| {
            let under_way = if life % LONG_EVERY == LONG_EVERY / 2 { LONG_MS } else { UNDER_WAY_MS };
            Death::After(Duration::from_millis(dice.random_range(under_way)))
        };
        Self { seed, deaths: (0..deaths).map(death).collect(), bug: "" }
    }

    /// One life, so long.
    pub(crate) fn calm(seed: u64, life: Duration) -> Self {
        Self { seed, deaths: vec![Death::After(life)], bug: "" }
    }

    /// Runs the world to its end: when all is delivered, what the APIs show is read.
    pub(crate) async fn run(&self) -> World {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::new(folder.path());
        let receiver = Receiver::start(self.seed).await;
        let process = program.start("").await.expect("without fail points it lives");
        let stage = Stage::build(&program, &receiver).await;
        let scene = Arc::new(Scene::new(stage, program.base.clone(), self.seed));
        let mut cast = Cast::new(&scene, &receiver);
        let mut lives = vec![process.kill().await];
        let mut unreached = Vec::new();
        for death in &self.deaths {
            lives.push(self.live(&program, &mut cast, death, &mut unreached).await);
        }
        let process = program.start(self.bug).await.expect("a planted bug does not kill");
        cast.resolve().await;
        lives.push(process.kill().await);
        let process = program.start(self.bug).await.expect("a planted bug does not kill");
        look::until_delivered(&scene).await;
        let found = look::at_all(&scene).await;
        lives.push(process.kill().await);
        let (subscribers, desk) = (scene.stage.subscribers.clone(), Some(scene.stage.desk()));
        let history =
            History { subscribers, desk, lives, operations: scene.take_log(), arrivals: receiver.stop(), found };
        World { history, unreached }
    }

    async fn live(&self, program: &Program, cast: &mut Cast, death: &Death, unreached: &mut Vec<&'static str>) -> Life {
        let process = match program.start(&self.fail_points(death)).await {
            Ok(process) => process,
            Err(life) => return life,
        };
        cast.play();
        let life = die(process, death, unreached).await;
        cast.rest().await;
        life
    }

    fn fail_points(&self, death: &Death) -> String {
        match death {
            Death::After(_) => self.bug.to_owned(),
            Death::At { point, passes } => format!("{point}={passes}*off->return;{}", self.bug),
        }
    }
}

async fn die(process: Process, death: &Death, unreached: &mut Vec<&'static str>) -> Life {
    match *death {
        Death::After(time) => {
            sleep(time).await;
            process.kill().await
        }
        Death::At { point, .. } => {
            let (life, by_itself) = process.dies_by_itself(PATIENCE).await;
            if !by_itself {
                unreached.push(point);
            }
            life
        }
    }
}
