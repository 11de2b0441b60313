//! Each volatile effect is lost once, and made up for. What a test changes through the store beside the service has no
//! effects: as if the process had failed between the commit and them.

use std::sync::atomic::Ordering;
use std::time::Duration;

use offhook_call::{
    Abandonment, Call, CallId, Command, ConsumerAudio, EndReason, MediaLoss, NewCall, PermissionStatus, Side, State,
};
use offhook_service::{Attached, CallBusiness, DeviceEvent, Media as _, REACH_FOR, ReachError, Reconciled, ThreadItem};
use offhook_store::{Calls as _, ConnectOutcome, Permissions as _};

use crate::world::{LIMITS, Note, START, World, events, thread_events, waiting};

async fn reconcile(world: &World) -> Reconciled {
    world.service.reconcile(Abandonment::InternalError).await.unwrap()
}

/// Nothing is left to make up for.
async fn assert_at_rest(world: &World) {
    assert_eq!(reconcile(world).await, Reconciled::default());
}

async fn end_of(world: &World, call: CallId) -> EndReason {
    match world.call(call).await {
        Call { state: State::Ended(ended), .. } => ended.reason,
        live => panic!("still live: {live:?}"),
    }
}

/// The change is made, its effects are lost.
async fn commit(world: &World, call: CallId, command: Command) {
    world.store().apply(call, command, START, &LIMITS.call).await.unwrap().unwrap().unwrap();
}

fn open(world: &World, call: CallId, side: Side) {
    (world.media.negotiate(call, side, "offer", &[], ConsumerAudio::Both).unwrap().open)();
}

/// A call of the business whose effects are lost.
async fn connect(world: &World) -> CallId {
    let new = NewCall {
        id: CallId([7; 32]),
        page: world.caller.page,
        psid: world.psid,
        by: offhook_call::Dialer::App(world.caller.app),
    };
    let outcome = world.store().connect(new, None, START, &LIMITS.call).await.unwrap();
    let ConnectOutcome::Created(applied) = outcome else { panic!("{outcome:?}") };
    applied.call.id
}

/// A consumer's call that waits for the business.
async fn calling(world: &World, phone: &Attached) -> CallId {
    let request = CallBusiness { offer: "offer".into(), tracks: Vec::new(), via: None };
    world.service.call_business(&phone.address, request).await.unwrap().call
}

#[tokio::test]
async fn devices_that_were_not_rung_ring_and_the_call_gets_its_deadline() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let call = connect(&world).await;
    open(&world, call, Side::Business);
    assert_eq!(reconcile(&world).await, Reconciled { timers: 1, told: 1, ..Reconciled::default() });
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Incoming { call: rung, .. }] if rung == call));
    assert_at_rest(&world).await;
    world.clock.advance(LIMITS.call.ring_timeout);
    world.service.handle_deadlines().await;
    assert_eq!(end_of(&world, call).await, EndReason::NoAnswer);
}

#[tokio::test]
async fn devices_that_still_ring_learn_that_another_one_answered() {
    let world = World::new().await;
    let (mut phone, mut tablet) = (world.device("phone").await, world.device("tablet").await);
    let call = world.connect().await.unwrap().call;
    waiting(&mut tablet);
    commit(&world, call, Command::Accept { device: phone.address.device.clone(), offer: None }).await;
    open(&world, call, Side::Consumer);
    assert_eq!(reconcile(&world).await.told, 1);
    assert!(matches!(events(&mut tablet)[..], [DeviceEvent::AnsweredElsewhere { call: told }] if told == call));
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Incoming { .. }]));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_device_that_calls_learns_that_the_business_answered() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let call = calling(&world, &phone).await;
    commit(&world, call, Command::AppAccept { app: world.caller.app }).await;
    open(&world, call, Side::Business);
    reconcile(&world).await;
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Answered { call: told, .. }] if told == call));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_end_of_a_call_reaches_its_devices_and_closes_its_bridge() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    waiting(&mut phone);
    commit(&world, call, Command::Terminate { app: world.caller.app }).await;
    assert_eq!(reconcile(&world).await, Reconciled { closed: 1, told: 1, ..Reconciled::default() });
    assert!(world.media.take().contains(&Note::Closed(call)));
    let told = waiting(&mut phone);
    let [DeviceEvent::Ended { reason, .. }, DeviceEvent::Entry(ThreadItem::Call(entry))] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((*reason, entry.id), (EndReason::BusinessCancelled, call));
    assert_at_rest(&world).await;
    assert_eq!(world.owed().await, ["connect", "terminate Completed"], "and nothing twice");
}

#[tokio::test]
async fn a_permission_that_was_not_told_and_one_that_expired_are_told() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    world.store().revoke(world.caller.page, world.psid, START).await.unwrap();
    assert_eq!(reconcile(&world).await.told, 1);
    assert_eq!(thread_events(&mut phone), [DeviceEvent::Permission(PermissionStatus::None)]);
    world.service.grant(world.caller.page, world.psid).await.unwrap();
    waiting(&mut phone);
    world.clock.advance(Duration::from_hours(7 * 24));
    reconcile(&world).await;
    assert_eq!(thread_events(&mut phone), [DeviceEvent::Permission(PermissionStatus::None)]);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_worker_is_poked_for_what_is_owed() {
    let world = World::new().await;
    let before = world.pokes.load(Ordering::Relaxed);
    assert_at_rest(&world).await;
    assert_eq!(world.pokes.load(Ordering::Relaxed), before + 1);
}

#[tokio::test]
async fn a_call_whose_leg_was_never_opened_ends_once() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let call = connect(&world).await;
    assert_eq!(reconcile(&world).await.ended, 1);
    assert_eq!(end_of(&world, call).await, EndReason::InternalError);
    assert_eq!(world.owed().await, ["connect", "terminate Failed"]);
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Incoming { .. }, DeviceEvent::Ended { .. }]));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_call_that_was_answered_without_a_leg_ends() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    commit(&world, call, Command::Accept { device: phone.address.device.clone(), offer: None }).await;
    assert_eq!(reconcile(&world).await.ended, 1);
    assert_eq!(end_of(&world, call).await, EndReason::InternalError);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_lost_leg_that_nobody_heard_of_ends_its_call_for_its_own_reason() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    world.media.lose(call, Side::Business, MediaLoss::Silent);
    assert_eq!(reconcile(&world).await.ended, 1);
    assert_eq!(end_of(&world, call).await, EndReason::MediaLost);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_deadline_of_an_earlier_state_ends_nothing_and_the_right_one_follows() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    commit(&world, call, Command::Accept { device: phone.address.device.clone(), offer: None }).await;
    open(&world, call, Side::Consumer);
    world.clock.advance(LIMITS.call.ring_timeout);
    world.service.handle_deadlines().await;
    assert!(world.call(call).await.is_live());
    world.clock.advance(LIMITS.call.max_duration);
    world.service.handle_deadlines().await;
    assert_eq!(end_of(&world, call).await, EndReason::MaxDuration);
}

#[tokio::test]
async fn everything_at_rest_is_left_alone() {
    let world = World::new().await;
    let (mut phone, mut tablet) = (world.device("phone").await, world.device("tablet").await);
    assert_at_rest(&world).await;
    let call = world.connect().await.unwrap().call;
    assert_at_rest(&world).await;
    world.service.accept(&phone.address, call, "offer").await.unwrap();
    assert_at_rest(&world).await;
    let mut late = world.device("late").await;
    assert_at_rest(&world).await;
    world.service.hang_up(&phone.address, call).await.unwrap();
    assert_at_rest(&world).await;
    let call = calling(&world, &tablet).await;
    assert_at_rest(&world).await;
    world.service.accept_call(world.caller, call, "offer", ConsumerAudio::Both).await.unwrap();
    assert_at_rest(&world).await;
    drop(tablet);
    tablet = world.device("tablet").await;
    assert_at_rest(&world).await;
    world.service.terminate(world.caller, call).await.unwrap();
    assert_at_rest(&world).await;
    let ends = [&mut phone, &mut tablet, &mut late]
        .map(|device| events(device).into_iter().filter(|event| matches!(event, DeviceEvent::Ended { .. })).count());
    assert_eq!(ends, [2, 1, 2], "the tablet came back during the second call");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_leg_is_about_to_open_lives() {
    let world = World::new().await;
    let gate = world.media.gate();
    // Taken on a thread of its own, so that no task holds it over a wait.
    let (open_gate, opened) = std::sync::mpsc::channel::<()>();
    let (closed_gate, closed) = tokio::sync::oneshot::channel();
    let holder = std::thread::spawn(move || {
        let held = gate.lock().unwrap();
        closed_gate.send(()).unwrap();
        let _ = opened.recv();
        drop(held);
    });
    closed.await.unwrap();
    let (service, request) = (world.service.clone(), world.connect_request());
    let caller = world.caller;
    let connecting = tokio::spawn(async move { service.connect(caller, request).await });
    while world.store().live_calls().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let service = world.service.clone();
    let mut reconciling = tokio::spawn(async move { service.reconcile(Abandonment::InternalError).await });
    let early = tokio::time::timeout(Duration::from_millis(200), &mut reconciling).await;
    assert!(early.is_err(), "it waits for whoever opens the leg: {early:?}");
    open_gate.send(()).unwrap();
    let call = connecting.await.unwrap().unwrap().call;
    assert_eq!(reconciling.await.unwrap().unwrap().ended, 0);
    assert!(world.call(call).await.is_live());
    holder.join().unwrap();
}

#[tokio::test]
async fn a_leg_of_no_call_stays_for_a_moment_and_is_closed_then() {
    let world = World::new().await;
    assert_eq!(world.service.reach("offer").unwrap(), "answer to offer");
    assert!(matches!(world.service.reach("bad"), Err(ReachError::Offer(_))));
    assert_at_rest(&world).await;
    world.clock.advance(REACH_FOR);
    assert_eq!(reconcile(&world).await, Reconciled { closed: 1, ..Reconciled::default() });
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn only_so_many_legs_of_no_call_are_open_at_a_time() {
    let world = World::new().await;
    let opened = (0..100).take_while(|_| world.service.reach("offer").is_ok()).count();
    assert_eq!(opened, 32);
    assert!(matches!(world.service.reach("offer"), Err(ReachError::TooMany)));
    world.clock.advance(REACH_FOR);
    world.service.reach("offer").unwrap();
}
