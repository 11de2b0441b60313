use std::path::Path;

use offhook_call::PageId;
use offhook_faulty_disk::{Moment, scratch};
use offhook_store::{Directory as _, NewPage, Sqlite};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;

use super::workload::{self, Run};
use super::world::World;
use super::{FILE, integrity};
use crate::conformance::NOW;
use crate::sqlite::as_json;

/// With four seeds, 2,000.
const IMAGES_PER_SEED: usize = 500;

impl Run {
    /// Moments in order: half of them where something was just acknowledged, the rest anywhere.
    fn moments(&self, count: usize, rng: &mut ChaCha8Rng) -> Vec<Moment> {
        let steps = self.stories.iter().flat_map(|story| &story.steps).map(|step| step.acknowledged);
        let acknowledged: Vec<_> = steps.chain(self.tries.iter().map(|tried| tried.acknowledged)).collect();
        let mut moments: Vec<_> = (0..count)
            .map(|number| match number % 2 {
                0 => acknowledged[rng.random_range(0..acknowledged.len())],
                _ => Moment(rng.random_range(0..=self.cut.end().0)),
            })
            .collect();
        moments.sort_unstable();
        moments
    }

    /// Cuts the power so many times; what is wrong with what was left.
    async fn complaints(&mut self, images: usize, seed: u64) -> Vec<String> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut complaints = Vec::new();
        for moment in self.moments(images, &mut rng) {
            self.cut.forward_to(moment);
            let image = scratch().unwrap();
            let image_seed = rng.random();
            self.cut.write_image(image_seed, image.path()).unwrap();
            if let Err(complaint) = self.check(moment, &image.path().join(FILE)).await {
                complaints.push(format!("image {image_seed} at {moment:?} of {:?}: {complaint}", self.cut.end()));
            }
        }
        complaints
    }

    async fn check(&self, at: Moment, file: &Path) -> Result<(), String> {
        let store = Sqlite::open(file, as_json()).map_err(told)?;
        if at >= self.furnished {
            self.check_truth(at, &store).await?;
        }
        store.create_page(NewPage { id: PageId(9), name: "after".into() }, NOW).await.map_err(told)?;
        drop(store);
        integrity(file)
    }

    async fn check_truth(&self, at: Moment, store: &Sqlite) -> Result<(), String> {
        let world = World::read(store).await.map_err(told)?;
        for story in &self.stories {
            story.check(at, &world.share(store, story.psid).await.map_err(told)?)?;
        }
        for tried in &self.tries {
            tried.check(at, &world)?;
        }
        match world.deliveries.iter().find(|owed| (owed.attempts > 0) != owed.last_response.is_some()) {
            Some(half) => Err(format!("a try without its record: {half:?}")),
            None => Ok(()),
        }
    }
}

fn told(error: offhook_store::Error) -> String {
    format!("{error}: {:?}", std::error::Error::source(&error))
}

async fn survives(seed: u64) {
    let complaints = workload::run(seed, |_| {}).await.complaints(IMAGES_PER_SEED, seed).await;
    assert!(complaints.is_empty(), "{} of {IMAGES_PER_SEED} images; the first: {}", complaints.len(), complaints[0]);
}

/// Four of them, so that they run beside each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_nothing() {
    survives(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_nothing_of_a_second_history() {
    survives(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_nothing_of_a_third_history() {
    survives(3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_nothing_of_a_fourth_history() {
    survives(4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_lies_about_syncs_is_found_out() {
    let mut run = workload::run(5, |disk| disk.ignore_syncs()).await;
    let complaints = run.complaints(100, 5).await.len();
    assert!(complaints > 20, "{complaints} of 100");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_before_the_commit_is_found_out() {
    let mut run = workload::run(6, |_| {}).await;
    for step in run.stories.iter_mut().flat_map(|story| &mut story.steps) {
        step.acknowledged = step.begun;
    }
    let complaints = run.complaints(200, 6).await.len();
    assert!(complaints > 20, "{complaints} of 200");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_transaction_is_found_out() {
    let mut run = workload::run(7, |_| {}).await;
    let end = run.cut.end();
    run.cut.forward_to(end);
    let halves = [
        "DELETE FROM deliveries WHERE id = (SELECT max(id) FROM deliveries)",
        "DELETE FROM attempts WHERE delivery = (SELECT min(delivery) FROM attempts)",
        "UPDATE calls SET state = '\"Dialing\"' WHERE rowid = (SELECT max(rowid) FROM calls)",
        "UPDATE permissions SET expires_at = expires_at + 1",
    ];
    for half in halves {
        let image = scratch().unwrap();
        run.cut.write_image(1, image.path()).unwrap();
        let file = image.path().join(FILE);
        assert_eq!(run.check(end, &file).await, Ok(()), "before");
        assert!(Connection::open(&file).unwrap().execute(half, []).unwrap() > 0);
        let store = Sqlite::open(&file, as_json()).unwrap();
        assert!(run.check_truth(end, &store).await.is_err(), "{half}");
    }
}
