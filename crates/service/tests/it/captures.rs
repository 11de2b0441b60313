//! Captures of calls' media.

use offhook_call::{CallId, Duration, PathStatistics, Side, Transport};
use offhook_service::{Armed, CaptureState, CapturedPacket};

use crate::world::{NO_APP, NO_PAGE, Note, World};

fn packet(len: usize) -> CapturedPacket {
    let address = "127.0.0.1:9".parse().unwrap();
    let path = PathStatistics { local: address, remote: address, transport: Transport::Udp };
    CapturedPacket { side: Side::Business, from_party: true, path, at_us: 0, packet: vec![0; len] }
}

fn is_captured(world: &World) -> Vec<bool> {
    let noted = world.media.take().into_iter();
    noted.filter_map(|note| if let Note::Captured(_, on) = note { Some(on) } else { None }).collect()
}

#[tokio::test]
async fn a_live_call_is_captured_between_start_and_end() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    world.service.handle_captured(call, Duration::ZERO, packet(20));
    assert_eq!(world.service.captured(call), None, "nobody asked");
    assert!(world.service.capture(call, true).await.unwrap().unwrap().running);
    world.clock.advance(Duration::from_millis(10));
    world.service.handle_captured(call, Duration::from_millis(3), packet(20));
    let captured = world.service.captured(call).unwrap();
    assert_eq!(captured.packets[0].at_us, (crate::world::START.0 + 7) * 1000);
    assert_eq!((captured.state.packets, captured.state.left_out), (1, 0));
    assert!(!world.service.capture(call, false).await.unwrap().unwrap().running);
    assert_eq!(is_captured(&world), [true, false]);

    world.service.capture(call, true).await.unwrap();
    world.service.terminate(world.caller, call).await.unwrap();
    assert!(!world.service.captured(call).unwrap().state.running, "it ends with the call");
    assert_eq!(world.service.capture(call, true).await.unwrap(), None);
    assert_eq!(world.service.capture(CallId([1; 32]), true).await.unwrap(), None);
}

#[tokio::test]
async fn new_calls_are_captured_from_their_beginning_where_that_is_armed() {
    let world = World::new().await;
    let (page, app) = (Some(world.caller.page), Some(world.caller.app));
    for (armed, expected) in [
        (Armed { page: None, app: None }, true),
        (Armed { page, app: None }, true),
        (Armed { page, app }, true),
        (Armed { page: Some(NO_PAGE), app: None }, false),
        (Armed { page, app: Some(NO_APP) }, false),
    ] {
        world.service.arm_captures(armed, true);
        world.media.take();
        let call = world.connect().await.unwrap().call;
        let notes = world.media.take();
        let began = notes.iter().position(|note| *note == Note::Captured(call, true));
        let opened = notes.iter().position(|note| matches!(note, Note::Opened(..)));
        assert_eq!(began.is_some_and(|began| Some(began) < opened), expected, "{armed:?}");
        world.service.terminate(world.caller, call).await.unwrap();
        assert!(world.service.arm_captures(armed, false).armed.is_empty());
    }
}

#[tokio::test]
async fn captures_are_bounded() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    world.service.capture(call, true).await.unwrap();
    for _ in 0..70 {
        world.service.handle_captured(call, Duration::ZERO, packet(1024 * 1024));
    }
    let CaptureState { packets, left_out, .. } = world.service.captured(call).unwrap().state;
    assert_eq!((packets, left_out), (63, 7));
    world.service.terminate(world.caller, call).await.unwrap();
    for _ in 0..16 {
        let next = world.connect().await.unwrap().call;
        world.service.capture(next, true).await.unwrap();
        world.service.terminate(world.caller, next).await.unwrap();
    }
    assert_eq!(world.service.captured(call), None, "it made room");
    assert_eq!(world.service.captures().captures.len(), 16);
}
