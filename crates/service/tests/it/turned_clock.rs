//! Somebody turns the machine's clock: nothing ends by it, and nothing waits longer for it.

use offhook_call::{Abandonment, CallId, Duration, EndReason, Ended, State, Time, Turn};
use offhook_service::{ConnectError, Limits};

use crate::world::{LIMITS, START, World};

const HOUR_MS: i64 = 3_600_000;
/// An hour and a day ahead, an hour back, and to 1970.
const TURNS: [Turn; 4] = [Turn(HOUR_MS), Turn(24 * HOUR_MS), Turn(-HOUR_MS), Turn(-START.0)];

async fn turn(world: &World, by: Turn) {
    world.clock.turn_machine(by);
    world.service.follow_clock().await.unwrap();
}

async fn end_of(world: &World, call: CallId) -> Ended {
    match world.state(call).await {
        State::Ended(ended) => ended,
        live => panic!("{live:?}"),
    }
}

#[tokio::test]
async fn a_ringing_call_rings_for_its_time() {
    for by in TURNS {
        let world = World::new().await;
        let call = world.connect().await.unwrap().call;
        world.clock.advance(Duration::from_secs(20));
        turn(&world, by).await;
        world.service.handle_deadlines().await;
        world.clock.advance(Duration::from_millis(39_999));
        world.service.handle_deadlines().await;
        assert!(world.call(call).await.is_live(), "{by:?}");
        world.clock.advance(Duration::from_millis(1));
        world.service.handle_deadlines().await;
        let ended = end_of(&world, call).await;
        assert_eq!((ended.reason, ended.at), (EndReason::NoAnswer, START + Duration::from_secs(60) + by));
        assert_eq!(world.owed().await, ["connect", "terminate Completed"], "{by:?}");
    }
}

#[tokio::test]
async fn a_connected_call_keeps_its_length() {
    for by in TURNS {
        let world = World::new().await;
        let phone = world.device("phone").await;
        let call = world.connect().await.unwrap().call;
        world.service.accept(&phone.address, call, "offer").await.unwrap();
        world.clock.advance(Duration::from_secs(100));
        turn(&world, by).await;
        world.service.reconcile(Abandonment::InternalError).await.unwrap();
        world.clock.advance(Duration::from_secs(23));
        world.service.handle_deadlines().await;
        world.service.terminate(world.caller, call).await.unwrap();
        assert_eq!(world.call(call).await.connected_for(), Some(Duration::from_secs(123)), "{by:?}");
        let terminates = world.owed().await.into_iter().filter(|told| told.starts_with("terminate")).count();
        assert_eq!(terminates, 1, "{by:?}");
    }
}

#[tokio::test]
async fn a_connected_call_ends_at_its_maximum_length() {
    for by in TURNS {
        let world = World::new().await;
        let phone = world.device("phone").await;
        let call = world.connect().await.unwrap().call;
        world.service.accept(&phone.address, call, "offer").await.unwrap();
        turn(&world, by).await;
        world.clock.advance(LIMITS.call.max_duration);
        world.service.handle_deadlines().await;
        assert_eq!(end_of(&world, call).await.reason, EndReason::MaxDuration, "{by:?}");
        assert_eq!(world.call(call).await.connected_for(), Some(LIMITS.call.max_duration), "{by:?}");
    }
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_no_rate_is_held_up() {
    for by in TURNS {
        let world = World::with_limits(Limits { connects_per_second: 2, ..LIMITS }).await;
        let first = world.connect_to(world.psid, Some("key")).await.unwrap();
        turn(&world, by).await;
        assert_eq!(world.connect_to(world.psid, Some("key")).await.unwrap(), first, "{by:?}");
        assert!(matches!(world.connect().await, Err(ConnectError::RateLimited { .. })), "{by:?}");
        world.clock.advance(Duration::from_secs(1));
        assert!(!matches!(world.connect().await, Err(ConnectError::RateLimited { .. })), "{by:?}");
    }
}

#[tokio::test]
async fn a_small_correction_is_followed() {
    let world = World::new().await;
    turn(&world, Turn(900)).await;
    let call = world.connect().await.unwrap().call;
    assert_eq!(world.call(call).await.created_at, START + Turn(900));
}

#[tokio::test]
async fn a_call_of_a_dead_process_whose_clock_was_elsewhere_ends_within_its_life() {
    for by in [Turn(24 * HOUR_MS), Turn(-START.0)] {
        let mut world = World::new().await;
        // The dead process lived in another time than the new one.
        turn(&world, by).await;
        world.service.grant(world.caller.page, world.psid).await.unwrap();
        let phone = world.device("phone").await;
        let call = world.connect().await.unwrap().call;
        world.service.accept(&phone.address, call, "offer").await.unwrap();
        let since = START + by;
        drop(phone);
        world.restart();
        turn_back_unseen(&world, by);
        assert_eq!(world.service.reconcile(Abandonment::NodeLost).await.unwrap().ended, 1);
        let Ended { at, connected_at, .. } = end_of(&world, call).await;
        assert_eq!(connected_at, Some(since));
        assert!(at >= since && at <= since + LIMITS.call.max_duration, "{by:?}: {at:?}");
        let due = offhook_store::Outbox::next_due(&world.store(), Time(i64::MAX / 2)).await.unwrap();
        assert_eq!(due, None, "no webhook waits for another time");
    }
}

/// The clock shows another time without anybody having followed it: between two processes.
fn turn_back_unseen(world: &World, by: Turn) {
    use offhook_service::Clock as _;
    world.clock.turn(Turn(-by.0));
}
