//! The worker's own loop: it runs in real time here, and every wait is for something that happens.

use std::collections::BTreeSet;
use std::sync::Arc;

use offhook_call::{AppId, Duration};
use offhook_store::DeliveryStatus;
use offhook_webhook::{Handle, Settings};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::receiver::{Receiver, Reply};
use crate::world::{APP, SETTINGS, World, told};

struct Running {
    task: JoinHandle<()>,
    handle: Handle,
    stop: CancellationToken,
}

fn run(world: &World) -> Running {
    let worker = world.worker();
    let (handle, stop) = (worker.handle(), CancellationToken::new());
    Running { task: tokio::spawn(worker.run(stop.clone())), handle, stop }
}

#[tokio::test]
async fn a_poke_wakes_the_worker_and_stop_ends_it() {
    let receiver = Receiver::answering([]).await;
    let world = World::new(&receiver.url()).await;
    let running = run(&world);
    for number in 1..=3 {
        world.call(number).await;
        running.handle.poke();
        receiver.wait().await;
    }
    running.stop.cancel();
    running.task.await.unwrap();
    assert!(world.deliveries().await.iter().all(|delivery| delivery.state == DeliveryStatus::Delivered));
}

#[tokio::test]
async fn a_lost_poke_costs_a_sweep() {
    let receiver = Receiver::answering([]).await;
    let world = World::with(&receiver.url(), Settings { sweep: Duration::from_millis(20), ..SETTINGS }).await;
    let running = run(&world);
    world.call(1).await;
    receiver.wait().await;
    running.stop.cancel();
    running.task.await.unwrap();
}

#[tokio::test]
async fn a_stop_lets_the_tries_in_flight_end() {
    let let_go = Arc::<Notify>::default();
    let receiver = Receiver::answering([Reply::Hold(Arc::clone(&let_go))]).await;
    let world = World::new(&receiver.url()).await;
    world.call(1).await;
    let running = run(&world);
    receiver.wait().await;
    running.stop.cancel();
    let_go.notify_one();
    running.task.await.unwrap();
    assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Delivered);
}

#[tokio::test]
async fn a_hanging_endpoint_gets_its_share_and_slows_no_other() {
    let other = AppId(32);
    let hanging = Receiver::start(|_| Reply::Hold(<_>::default())).await;
    let healthy = Receiver::answering([]).await;
    let world =
        World::with(&hanging.url(), Settings { concurrency: 10, concurrency_per_endpoint: 4, ..SETTINGS }).await;
    world.app(other, &healthy.url()).await;
    for number in 1..=20 {
        world.call_by(APP, number).await;
    }
    let running = run(&world);
    for _ in 0..4 {
        hanging.wait().await;
    }
    for number in 21..=40 {
        world.call_by(other, number).await;
        running.handle.poke();
    }
    for _ in 0..20 {
        healthy.wait().await;
    }
    assert_eq!(hanging.received().len(), 4);
    let calls: BTreeSet<_> = healthy.received().iter().map(|request| told(&request.body).0).collect();
    assert_eq!(calls.len(), 20);
    running.task.abort();
}
