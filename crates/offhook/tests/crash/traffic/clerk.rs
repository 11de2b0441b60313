use offhook_client::graph::Graph;
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{OFFER, Scene, outcome_of, pause};
use crate::history::{At, Deed, Outcome, Thread};
use crate::receiver::Ring;
use crate::stage::Office;

/// Answers the consumers' calls for one app.
pub(crate) struct Clerk {
    offices: Vec<Office>,
    rings: mpsc::Receiver<Ring>,
    dice: StdRng,
}

impl Clerk {
    pub(crate) fn new(offices: Vec<Office>, rings: mpsc::Receiver<Ring>, dice: StdRng) -> Self {
        Self { offices, rings, dice }
    }

    /// Until the program is gone.
    pub(crate) async fn work(&mut self, scene: &Scene, gone: &CancellationToken) {
        while let Some(Some(ring)) = gone.run_until_cancelled(self.rings.recv()).await {
            pause(&mut self.dice).await;
            if self.answer(scene, ring).await == Outcome::Unknown {
                return;
            }
        }
    }

    async fn answer(&mut self, scene: &Scene, ring: Ring) -> Outcome {
        let Some(Office { app, page, graph }) = self.offices.iter().find(|office| office.page == ring.page) else {
            return Outcome::Done;
        };
        let (from, call) = (At::now(), ring.call);
        let thread = Thread { page: *page, psid: Some(ring.psid) };
        match self.dice.random_range(0..10) {
            0..5 => {
                let outcome = outcome_of(&graph.accept(*page, &call.into(), OFFER).await);
                scene.log(thread, from, Deed::Accept { app: *app, call }, outcome.clone());
                if outcome == Outcome::Done && self.dice.random_bool(0.3) {
                    let graph = graph.clone();
                    return Self::hang_up(scene, &graph, thread, ring).await;
                }
                outcome
            }
            5..7 => {
                let outcome = outcome_of(&graph.reject(*page, &call.into()).await);
                scene.log(thread, from, Deed::Reject { call }, outcome.clone());
                outcome
            }
            _ => Outcome::Done,
        }
    }

    async fn hang_up(scene: &Scene, graph: &Graph, thread: Thread, Ring { page, call, .. }: Ring) -> Outcome {
        let from = At::now();
        let outcome = outcome_of(&graph.terminate(page, &call.into()).await);
        scene.log(thread, from, Deed::Terminate { call }, outcome.clone());
        outcome
    }
}
