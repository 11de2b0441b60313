//! What happens without anybody asking: time, lost media, a crash, a stop.

use offhook_call::{Abandonment, Call, CallId, Duration, EndReason, MediaLoss, Side, State};
use offhook_service::{ConnectError, DeviceEvent, MediaEvent, Reconciled};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::world::{LIMITS, Note, World, events};

async fn end_of(world: &World, call: CallId) -> EndReason {
    match world.call(call).await {
        Call { state: State::Ended(ended), .. } => ended.reason,
        live => panic!("still live: {live:?}"),
    }
}

#[tokio::test]
async fn nobody_answers_for_a_minute() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    world.clock.advance(LIMITS.call.ring_timeout - Duration::from_millis(1));
    world.service.handle_deadlines().await;
    assert_eq!(world.state(call).await, State::Dialing);
    world.clock.advance(Duration::from_millis(1));
    world.service.handle_deadlines().await;
    assert_eq!(end_of(&world, call).await, EndReason::NoAnswer);
    assert!(world.media.take().contains(&Note::Closed(call)));
    let told = events(&mut phone);
    assert!(matches!(told[1], DeviceEvent::Ended { connected_for, .. } if connected_for.is_zero()), "{told:?}");
}

#[tokio::test]
async fn a_connected_call_outlives_the_ring_time_out_and_ends_at_its_maximum() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    world.service.accept(&phone.address, call, "offer").await.unwrap();
    world.clock.advance(LIMITS.call.ring_timeout);
    world.service.handle_deadlines().await;
    assert!(world.call(call).await.is_live());
    world.clock.advance(LIMITS.call.max_duration);
    world.service.handle_deadlines().await;
    assert_eq!(end_of(&world, call).await, EndReason::MaxDuration);
}

#[tokio::test]
async fn lost_media_fails_the_call_once() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    for side in [Side::Business, Side::Consumer] {
        let lost = MediaEvent::Lost { call, side, cause: MediaLoss::NeverConnected };
        world.service.handle_media_event(lost).await;
    }
    world.service.handle_media_event(MediaEvent::Failed { call }).await;
    assert_eq!(end_of(&world, call).await, EndReason::MediaNeverConnected);
    assert_eq!(world.owed().await, ["connect", "terminate Failed"]);
}

#[tokio::test]
async fn a_leg_that_opened_after_the_end_is_closed_when_it_is_lost() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    world.service.terminate(world.caller, call).await.unwrap();
    world.media.take();
    let lost = MediaEvent::Lost { call, side: Side::Consumer, cause: MediaLoss::NeverConnected };
    world.service.handle_media_event(lost).await;
    assert_eq!(world.media.take(), [Note::Closed(call)]);
    assert_eq!(end_of(&world, call).await, EndReason::BusinessCancelled);
}

#[tokio::test]
async fn the_driver_sees_deadlines_and_media_events() {
    let world = World::new().await;
    let (sender, receiver) = mpsc::channel(1);
    let stop = CancellationToken::new();
    let service = world.service.clone();
    let driver = tokio::spawn({
        let stop = stop.clone();
        async move { service.run(receiver, stop).await }
    });
    let first = world.connect().await.unwrap().call;
    sender.send(MediaEvent::Failed { call: first }).await.unwrap();
    while world.call(first).await.is_live() {
        tokio::task::yield_now().await;
    }
    world.clock.advance(Duration::from_hours(1));
    let second = world.connect().await.unwrap().call;
    world.clock.advance(LIMITS.call.ring_timeout);
    // A further change makes the driver look at its deadlines again.
    let other = world.service.create_consumer(world.caller.page, "Other".into()).await.unwrap();
    world.service.grant(world.caller.page, other.psid).await.unwrap();
    world.connect_to(other.psid, None).await.unwrap();
    while world.call(second).await.is_live() {
        tokio::task::yield_now().await;
    }
    assert_eq!(end_of(&world, second).await, EndReason::NoAnswer);
    stop.cancel();
    driver.await.unwrap();
}

#[tokio::test]
async fn calls_of_a_dead_process_end_failed_with_one_terminate() {
    let mut world = World::new().await;
    let phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    world.service.accept(&phone.address, call, "offer").await.unwrap();
    drop(phone);
    world.restart();
    assert_eq!(world.service.reconcile(Abandonment::NodeLost).await.unwrap().ended, 1);
    assert_eq!(world.service.reconcile(Abandonment::NodeLost).await.unwrap(), Reconciled::default());
    assert_eq!(end_of(&world, call).await, EndReason::NodeLost);
    let terminates = world.owed().await.iter().filter(|body| *body == "terminate Failed").count();
    assert_eq!(terminates, 1);
    assert!(world.connect().await.is_ok(), "the consumer is free again");
}

#[tokio::test]
async fn a_draining_server_ends_calls_and_takes_none() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    assert_eq!(world.service.drain().await.unwrap(), 1);
    assert_eq!(end_of(&world, call).await, EndReason::ServerStopping);
    assert!(matches!(world.connect().await, Err(ConnectError::Draining)));
}
