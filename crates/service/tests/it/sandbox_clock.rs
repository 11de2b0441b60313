//! A sandbox's clock is frozen, moved on and released: what is due by it has happened when that is answered.

use offhook_call::{
    CallHours, ClockTime, Day, Duration, EndReason, Ended, OpenDay, PermissionStatus, SettingsChange, State, Turn,
};
use offhook_service::{ADVANCE_MAX, Advance, ClockError, ClockReading, DeviceEvent, SettingsView};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::world::{LIMITS, START, World, waiting};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn what_gets_due_happens_in_its_order_and_at_its_moment() {
    let world = World::sandbox().await;
    let mut phone = world.device("phone").await;
    let time = |text: &str| text.parse::<ClockTime>().unwrap();
    // The clock starts on Monday, 14:13:20 UTC.
    let monday = OpenDay { day: Day::Monday, open: time("1400"), close: time("1415") };
    let hours = Some(CallHours::new("UTC", [monday]).unwrap());
    world.service.change_call_settings(world.caller, SettingsChange { hours, ..<_>::default() }).await.unwrap();
    let call = world.connect().await.unwrap().call;
    waiting(&mut phone);

    let reading = world.service.advance_clock(Advance::By(8 * DAY)).await.unwrap();
    assert_eq!(reading, ClockReading { now: START + 8 * DAY, frozen: false, ahead: Turn(8 * 86_400_000) });
    let State::Ended(Ended { at, reason, .. }) = world.state(call).await else { panic!("it rings on") };
    assert_eq!((at, reason), (START + LIMITS.call.ring_timeout, EndReason::NoAnswer));
    let told: Vec<_> = waiting(&mut phone).iter().map(name).collect();
    assert_eq!(told, ["ended", "entry", "closed", "open", "no permission", "closed"]);
}

fn name(event: &DeviceEvent) -> &'static str {
    match event {
        DeviceEvent::Ended { .. } => "ended",
        DeviceEvent::Entry(_) => "entry",
        DeviceEvent::Settings(SettingsView { open: true, .. }) => "open",
        DeviceEvent::Settings(SettingsView { open: false, .. }) => "closed",
        DeviceEvent::Permission(PermissionStatus::None) => "no permission",
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_frozen_clock_stands_whatever_time_it_is() {
    let world = World::sandbox().await;
    let call = world.connect().await.unwrap().call;
    assert!(world.service.freeze_clock().await.unwrap().frozen);
    world.clock.advance(DAY);
    world.service.handle_deadlines().await;
    assert!(world.call(call).await.is_live());
    world.service.advance_clock(Advance::By(LIMITS.call.ring_timeout - Duration::from_millis(1))).await.unwrap();
    assert!(world.call(call).await.is_live());

    let released = world.service.release_clock().await.unwrap();
    assert_eq!((released.frozen, released.now), (false, START + Duration::from_millis(59_999)));
    world.clock.advance(Duration::from_millis(1));
    world.service.handle_deadlines().await;
    assert!(!world.call(call).await.is_live());
}

/// Whoever sleeps until a deadline sleeps too long once the clock is moved on.
#[tokio::test]
async fn what_is_due_soon_after_the_clock_was_moved_happens_by_itself() {
    let world = World::sandbox().await;
    let (_events, receiver) = mpsc::channel(1);
    let stop = CancellationToken::new();
    let (service, stopped) = (world.service.clone(), stop.clone());
    let driver = tokio::spawn(async move { service.run(receiver, stopped).await });
    let call = world.connect().await.unwrap().call;
    world.service.advance_clock(Advance::By(LIMITS.call.ring_timeout - Duration::from_millis(20))).await.unwrap();
    assert!(world.call(call).await.is_live());
    world.clock.advance(Duration::from_millis(20));
    while world.call(call).await.is_live() {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    driver.await.unwrap();
}

#[tokio::test]
async fn time_goes_neither_back_nor_too_far() {
    let world = World::sandbox().await;
    let back = world.service.advance_clock(Advance::To(START - Duration::from_millis(1))).await;
    assert!(matches!(back, Err(ClockError::Past { now: START })), "{back:?}");
    let far = world.service.advance_clock(Advance::By(ADVANCE_MAX + Duration::from_millis(1))).await;
    assert!(matches!(far, Err(ClockError::TooFar)), "{far:?}");
    let to = world.service.advance_clock(Advance::To(START + DAY)).await.unwrap();
    assert_eq!(to.now, START + DAY);
}

#[tokio::test]
async fn only_a_sandboxs_clock_is_moved() {
    let world = World::new().await;
    let refused = [
        world.service.clock_reading(),
        world.service.freeze_clock().await,
        world.service.release_clock().await,
        world.service.advance_clock(Advance::By(DAY)).await,
    ];
    assert!(refused.iter().all(|one| matches!(one, Err(ClockError::NoSandbox))), "{refused:?}");
}

#[tokio::test]
async fn where_the_clock_stands_is_kept_before_it_moves() {
    use offhook_store::{Hands, Sandbox as _};
    let world = World::sandbox().await;
    world.service.advance_clock(Advance::By(DAY)).await.unwrap();
    assert_eq!(world.store().hands().await.unwrap(), Hands::Going { ahead: Turn(86_400_000) });
    world.service.freeze_clock().await.unwrap();
    world.service.advance_clock(Advance::By(DAY)).await.unwrap();
    assert_eq!(world.store().hands().await.unwrap(), Hands::Frozen { at: START + 2 * DAY });
    world.service.release_clock().await.unwrap();
    assert_eq!(world.store().hands().await.unwrap(), Hands::Going { ahead: Turn(2 * 86_400_000) });
}
