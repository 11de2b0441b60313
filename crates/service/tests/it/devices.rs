//! What a consumer's devices do.

use offhook_call::{CallId, DeviceId, Refused, Side, State};
use offhook_service::{AcceptError, DeviceError, DeviceEvent};

use crate::world::{Note, World, events, waiting};

#[tokio::test]
async fn every_device_rings_and_the_first_accept_wins() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let mut tablet = world.device("tablet").await;
    let call = world.connect().await.unwrap().call;
    for device in [&mut phone, &mut tablet] {
        assert!(matches!(events(device)[..], [DeviceEvent::Incoming { call: rung, .. }] if rung == call));
    }
    let (first, second) = tokio::join!(
        world.service.accept(&phone.address, call, "a"),
        world.service.accept(&tablet.address, call, "b"),
    );
    let (mut winner, mut loser) = if first.is_ok() { (phone, tablet) } else { (tablet, phone) };
    assert!(first.is_ok() != second.is_ok());
    let refused = if first.is_ok() { second } else { first };
    assert!(matches!(refused, Err(AcceptError::Refused(Refused::AlreadyAccepted))));
    assert!(matches!(events(&mut loser)[..], [DeviceEvent::AnsweredElsewhere { .. }]));
    assert!(matches!(events(&mut winner)[..], [DeviceEvent::Offer { version: 1, .. }]));
    let opened = world.media.take().into_iter().filter(|note| *note == Note::Opened(call, Side::Consumer)).count();
    assert_eq!(opened, 1, "the loser's leg is never opened");
}

#[tokio::test]
async fn a_device_that_connects_late_finds_the_ringing_call() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    let phone = world.device("phone").await;
    assert_eq!(phone.welcome.call.as_ref().map(|call| call.id), Some(call));
    world.service.accept(&phone.address, call, "offer").await.unwrap();
}

#[tokio::test]
async fn a_device_that_comes_back_resumes_its_call_and_no_other_does() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    let early = world.service.resume(&phone.address, call, "x").await;
    assert!(matches!(early, Err(AcceptError::Refused(Refused::NotConnected))));
    world.service.accept(&phone.address, call, "offer").await.unwrap();
    drop(phone);
    let mut phone = world.device("phone").await;
    let tablet = world.device("tablet").await;
    world.media.take();
    let other = world.service.resume(&tablet.address, call, "x").await;
    assert!(matches!(other, Err(AcceptError::Refused(Refused::OtherDevice))));
    assert_eq!(world.service.resume(&phone.address, call, "again").await.unwrap(), "answer to again");
    assert_eq!(world.media.take()[0], Note::Opened(call, Side::Consumer));
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Offer { .. }]));
    world.service.terminate(world.caller, call).await.unwrap();
    let late = world.service.resume(&phone.address, call, "x").await;
    assert!(matches!(late, Err(AcceptError::Refused(Refused::Ended(_)))));
}

#[tokio::test]
async fn the_same_device_connecting_again_closes_its_older_connection() {
    let world = World::new().await;
    let older = world.device("phone").await;
    let mut newer = world.device("phone").await;
    assert!(older.replaced.is_cancelled() && !newer.replaced.is_cancelled());
    drop(older);
    world.connect().await.unwrap();
    assert_eq!(events(&mut newer).len(), 1, "the newer connection is still known");
}

#[tokio::test]
async fn a_device_that_does_not_read_is_cut_off() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    for _ in 0..17 {
        let call = world.connect().await.unwrap().call;
        world.service.terminate(world.caller, call).await.unwrap();
    }
    assert_eq!(waiting(&mut phone).len(), 32, "what waited is still read");
    assert!(phone.events.is_closed(), "then the connection is over");
    assert!(!phone.replaced.is_cancelled(), "and the device may come back");
}

#[tokio::test]
async fn a_consumer_has_so_many_devices_and_no_more() {
    let world = World::new().await;
    let devices = [world.device("a").await, world.device("b").await, world.device("c").await];
    let fourth = DeviceId::try_from("d".to_owned()).unwrap();
    let refused = world.service.attach(&world.consumer_token, fourth.clone()).await;
    assert!(matches!(refused.err(), Some(DeviceError::TooManyDevices)));
    drop(devices);
    assert!(world.service.attach(&world.consumer_token, fourth.clone()).await.is_ok());
    assert!(matches!(world.service.attach("oc_nonsense", fourth).await.err(), Some(DeviceError::BadToken)));
}

#[tokio::test]
async fn another_consumers_call_does_not_exist_for_a_device() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    let page = world.caller.page;
    let stranger = world.service.create_consumer(page, "Stranger".into()).await.unwrap();
    let token = world.service.create_consumer_token(page, stranger.psid).await.unwrap().token;
    let device = DeviceId::try_from("phone".to_owned()).unwrap();
    let stranger = world.service.attach(&token, device).await.unwrap();
    assert_eq!(stranger.welcome.call, None);
    for call in [call, CallId([0; 32])] {
        let accept = world.service.accept(&stranger.address, call, "offer").await;
        assert!(matches!(accept, Err(AcceptError::UnknownCall)));
        let decline = world.service.decline(&stranger.address, call).await;
        assert!(matches!(decline, Err(AcceptError::UnknownCall)));
    }
    assert_eq!(world.state(call).await, State::Dialing);
}
