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
use crate::world::{SETTINGS, START, World, told};

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

/// More endpoints than share all tries in flight hang, each with many calls; a healthy one has got a webhook before.
async fn besieged(hanging: &Receiver, healthy: &Receiver) -> World {
    let settings = Settings { concurrency: IN_FLIGHT, concurrency_per_endpoint: 4, ..SETTINGS };
    let world = World::with(&hanging.url(), settings).await;
    world.app(HEALTHY, &healthy.url()).await;
    world.call_by(HEALTHY, 200).await;
    world.deliver().await;
    healthy.wait().await;
    for app in 1..20 {
        world.app(AppId(100 + app), &hanging.url()).await;
        for call in 0..5 {
            world.call_by(AppId(100 + app), u8::try_from(app * 5 + call).unwrap()).await;
        }
    }
    world
}

const HEALTHY: AppId = AppId(99);
const IN_FLIGHT: u32 = 8;

#[tokio::test]
async fn hanging_endpoints_slow_no_other_however_many_they_are() {
    let _without_bugs = fail::FailScenario::setup();
    let hanging = Receiver::start(|_| Reply::Hold(<_>::default())).await;
    let healthy = Receiver::answering([]).await;
    let world = besieged(&hanging, &healthy).await;
    let running = run(&world);
    for _ in 0..4 {
        hanging.wait().await;
    }
    for number in 201..=220 {
        world.call_by(HEALTHY, number).await;
        running.handle.poke();
    }
    for _ in 0..20 {
        healthy.wait().await;
    }
    assert_eq!(hanging.received().len(), 4, "half of all that may be in flight");
    let calls: BTreeSet<_> = healthy.received().iter().map(|request| told(&request.body).0).collect();
    assert_eq!(calls.len(), 21);
    running.task.abort();
}

/// The planted bug: they take all that may be in flight, where the test above counts half of it.
#[tokio::test]
async fn hanging_endpoints_that_take_every_try_are_found() {
    let _with_a_bug = fail::FailScenario::setup();
    fail::cfg("bug::no_fairness", "return").unwrap();
    let hanging = Receiver::start(|_| Reply::Hold(<_>::default())).await;
    let healthy = Receiver::answering([]).await;
    let running = run(&besieged(&hanging, &healthy).await);
    for _ in 0..IN_FLIGHT {
        hanging.wait().await;
    }
    running.task.abort();
}

#[tokio::test]
async fn a_clock_that_goes_back_under_way_holds_nothing_back() {
    let receiver = Receiver::answering([Reply::Status(500)]).await;
    let world = World::with(&receiver.url(), Settings { sweep: Duration::from_millis(20), ..SETTINGS }).await;
    world.at(Duration::from_hours(24));
    world.call(1).await;
    let running = run(&world);
    receiver.wait().await;
    world.until(async || world.deliveries().await[0].attempts == 1).await;
    world.at(Duration::ZERO);
    world.until(async || world.deliveries().await[0].due_at <= Some(START + Duration::from_secs(2))).await;
    world.at(Duration::from_secs(2));
    receiver.wait().await;
    world.call(2).await;
    receiver.wait().await;
    running.stop.cancel();
    running.task.await.unwrap();
    assert!(world.deliveries().await.iter().all(|delivery| delivery.state == DeliveryStatus::Delivered));
}

#[tokio::test]
async fn who_asks_hears_when_all_that_is_due_was_tried() {
    let receiver = Receiver::answering([Reply::Status(500)]).await;
    let world = World::new(&receiver.url()).await;
    let running = run(&world);
    world.call(1).await;
    assert_eq!(running.handle.settled().await, Some(START + Duration::from_secs(2)), "the next try");
    assert_eq!(world.deliveries().await[0].attempts, 1);
    world.at(Duration::from_secs(2));
    assert_eq!(running.handle.settled().await, None);
    assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Delivered);
    running.stop.cancel();
    running.task.await.unwrap();
    assert_eq!(running.handle.settled().await, None, "nobody works any more");
}

#[tokio::test]
async fn a_clock_that_stands_keeps_nobody_busy() {
    let receiver = Receiver::answering([Reply::Status(500)]).await;
    let mut world = World::new(&receiver.url()).await;
    world.freeze();
    let running = run(&world);
    world.call(1).await;
    running.handle.settled().await;
    world.at(Duration::from_millis(1999));
    running.handle.settled().await;
    let looked = world.looked();
    tokio::time::sleep(Duration::from_millis(50)).await;
    running.stop.cancel();
    running.task.await.unwrap();
    assert!(world.looked() <= looked + 20, "{} looks at the clock", world.looked() - looked);
}
