//! How much is recorded of a call, and for how long.

use offhook_call::{Abandonment, Duration, Happening, LegEvent, Side, TimelineLimits};
use offhook_service::{Limits, News, TimelineSettings};

use crate::timeline::{TIMELINE, dial, fault, told};
use crate::world::{LIMITS, World};

#[tokio::test]
async fn a_timeline_outlives_its_process() {
    let mut world = World::new().await;
    let call = dial(&world).await;
    world.clock.advance(Duration::from_secs(9));
    world.service.write_timelines().await;
    let phone = world.device("phone").await;
    world.service.ringing(&phone.address, call).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    world.service.write_timelines().await;
    let before = told(&world, call).await;
    world.service.note(call, fault(1));
    world.restart();
    assert_eq!(told(&world, call).await, before, "what was not written is lost");
    world.clock.advance(Duration::from_secs(1));
    world.service.reconcile(Abandonment::NodeLost).await.unwrap();
    let whole = [before, vec!["ended NodeLost".to_owned()]].concat();
    assert_eq!(told(&world, call).await, whole);
    world.clock.advance(Duration::from_secs(1));
    world.service.write_timelines().await;
    world.restart();
    assert_eq!(told(&world, call).await, whole);
}

#[tokio::test]
async fn what_happens_right_after_the_end_is_recorded_and_later_things_are_not() {
    let world = World::new().await;
    let call = dial(&world).await;
    world.service.terminate(world.caller, call).await.unwrap();
    world.clock.advance(Duration::from_secs(2));
    world.service.write_timelines().await;
    world.clock.advance(Duration::from_secs(10));
    world.service.note(call, fault(1));
    world.clock.advance(Duration::from_secs(10));
    world.service.write_timelines().await;
    world.service.note(call, fault(2));
    let told = told(&world, call).await;
    assert_eq!(told.last().map(String::as_str), Some("fault 1"), "{told:?}");
}

#[tokio::test]
async fn too_many_entries_cost_the_oldest_details_and_leave_a_mark() {
    let timeline = TimelineSettings { limits: TimelineLimits { entries: 20, bytes: 64 * 1024 }, ..TIMELINE };
    let world = World::with_limits(Limits { timeline, ..LIMITS }).await;
    let call = dial(&world).await;
    for number in 0..40 {
        world.clock.advance(Duration::from_secs(1));
        let event = LegEvent::Key { key: char::from_digit(number % 10, 10), held_ms: 80 };
        world.service.note(call, Happening::Leg { side: Side::Consumer, event });
        if number % 10 == 0 {
            world.service.note(call, fault(number));
        }
    }
    let told_so_far = told(&world, call).await;
    assert_eq!(told_so_far[..3], ["dialing", "Business: business offer", "Business: answer to business offer"]);
    assert!(told_so_far.contains(&"27 left out".to_owned()), "{told_so_far:?}");
    let faults: Vec<_> = told_so_far.iter().filter(|name| name.starts_with("fault")).collect();
    assert_eq!(faults, ["fault 0", "fault 10", "fault 20", "fault 30"], "details go first");
    assert_eq!(told_so_far.len(), 21);

    for _ in 0..30 {
        world.clock.advance(Duration::from_millis(1));
        world.service.note(call, Happening::Fault { fault: "long".into(), detail: "x".repeat(60_000) });
    }
    world.clock.advance(Duration::from_millis(1));
    world.service.terminate(world.caller, call).await.unwrap();
    let told = told(&world, call).await;
    assert_eq!((told[0].as_str(), told.last().unwrap().as_str()), ("dialing", "ended BusinessCancelled"));
    assert!(told.len() < 10, "{told:?}");
}

#[tokio::test]
async fn what_is_not_to_be_recorded_is_not() {
    let key = || Happening::Leg { side: Side::Consumer, event: LegEvent::Key { key: Some('7'), held_ms: 80 } };
    let timeline = TimelineSettings { keys: false, ..TIMELINE };
    let world = World::with_limits(Limits { timeline, ..LIMITS }).await;
    let call = dial(&world).await;
    world.service.note(call, key());
    let told_of_key = told(&world, call).await.pop();
    assert_eq!(told_of_key.as_deref(), Some("Consumer Key { key: None, held_ms: 80 }"));

    let timeline = TimelineSettings { enabled: false, ..TIMELINE };
    let world = World::with_limits(Limits { timeline, ..LIMITS }).await;
    let mut news = world.service.follow_calls();
    let call = dial(&world).await;
    world.service.note(call, key());
    assert!(!world.service.records_timelines());
    assert!(told(&world, call).await.is_empty());
    assert!(matches!(&*news.try_recv().unwrap(), News::Call(of) if of.id == call), "changes are told all the same");
}
