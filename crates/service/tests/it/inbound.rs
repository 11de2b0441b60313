//! A consumer calls the business.

use offhook_call::{
    CallHours, ConsumerAudio, Duration, EndReason, InboundRefused, PermissionStatus, Refused, SettingsChange, Side,
    State, Track, TrackLabel,
};
use offhook_service::{
    AcceptError, ActionError, Attached, CallBusiness, CallBusinessError, DeviceEvent, MediaAnswer, MediaUpdate,
    NegotiateError,
};

use crate::world::{LIMITS, Note, World, events};

fn request() -> CallBusiness {
    CallBusiness { offer: "device offer".into(), tracks: Vec::new(), via: None }
}

async fn call(world: &World, device: &Attached) -> offhook_call::CallId {
    world.service.call_business(&device.address, request()).await.unwrap().call
}

fn track(label: TrackLabel, on: bool) -> Vec<Track> {
    vec![Track { msid: None, label, on }]
}

#[tokio::test]
async fn a_call_goes_from_calling_to_the_end_and_each_app_is_told_its_part() {
    let world = World::new().await;
    let second = world.second_app().await;
    let mut phone = world.device("phone").await;
    let calling = world.service.call_business(&phone.address, request()).await.unwrap();
    assert_eq!(calling.answer, "answer to device offer");
    let call = calling.call;
    assert_eq!(world.media.take(), [Note::Opened(call, Side::Consumer)]);

    let answer = world.service.accept_call(world.caller, call, "business offer", ConsumerAudio::Both).await.unwrap();
    let renegotiation = Some("offer after business offer".to_owned());
    assert_eq!(answer, MediaAnswer { answer: "answer to business offer".into(), renegotiation });
    let told = events(&mut phone);
    assert!(matches!(&told[..], [DeviceEvent::Answered { .. }, DeviceEvent::Offer { version: 1, .. }]), "{told:?}");
    let late = world.service.accept_call(second, call, "late", ConsumerAudio::Both).await;
    assert!(matches!(late, Err(ActionError::NotOwner)), "{late:?}");

    world.service.update(&phone.address, call, None, &track(TrackLabel::DefaultAudio, false)).await.unwrap();
    world.service.hang_up(&phone.address, call).await.unwrap();
    let told = world.owed().await;
    let expected = [
        "connect",
        "connect",
        "media_update 1: offer after business offer",
        "terminate Completed",
        "terminate Completed",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_call_that_nobody_answers_ends_in_time_and_may_be_returned() {
    let world = World::new().await;
    world.service.revoke(world.caller.page, world.psid).await.unwrap();
    let phone = world.device("phone").await;
    let call = call(&world, &phone).await;
    world.clock.advance(LIMITS.call.ring_timeout);
    world.service.handle_deadlines().await;
    let State::Ended(ended) = world.state(call).await else { panic!("still live") };
    assert_eq!(ended.reason, EndReason::NoAnswer);
    world.connect().await.unwrap();
}

#[tokio::test]
async fn a_rejected_call_and_one_given_up_grant_nothing() {
    let world = World::new().await;
    world.service.revoke(world.caller.page, world.psid).await.unwrap();
    let phone = world.device("phone").await;
    let rejected = call(&world, &phone).await;
    world.service.reject(world.caller, rejected).await.unwrap();
    assert!(matches!(world.service.reject(world.caller, rejected).await, Err(ActionError::AlreadyRejected)));
    let given_up = call(&world, &phone).await;
    world.service.hang_up(&phone.address, given_up).await.unwrap();
    let view = world.service.permission(world.caller, world.psid).await.unwrap();
    assert_eq!(view.status, PermissionStatus::None);
}

#[tokio::test]
async fn outside_call_hours_the_call_is_refused_and_kept_as_missed() {
    let world = World::new().await;
    world.service.revoke(world.caller.page, world.psid).await.unwrap();
    let never = SettingsChange { hours: Some(CallHours::new("UTC", []).unwrap()), ..SettingsChange::default() };
    world.service.change_call_settings(world.caller, never).await.unwrap();
    let phone = world.device("phone").await;
    let refused = world.service.call_business(&phone.address, request()).await;
    assert!(matches!(refused, Err(CallBusinessError::OutsideCallHours { next_opening: None })), "{refused:?}");
    let kept = &world.service.calls(None, None, 10).await.unwrap()[0];
    assert!(matches!(kept.state, State::Ended(ended) if ended.reason == EndReason::OutsideCallHours));
    assert_eq!(world.media.take(), []);
    world.connect().await.unwrap();
}

#[tokio::test]
async fn a_device_that_comes_back_finds_its_call_and_resumes_it() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let call = call(&world, &phone).await;
    drop(phone);
    let phone = world.device("phone").await;
    let tablet = world.device("tablet").await;
    for device in [&phone, &tablet] {
        assert_eq!(device.welcome.call.as_ref().map(|call| call.id), Some(call));
    }
    assert_eq!(world.service.resume(&phone.address, call, "again").await.unwrap(), "answer to again");
    let other = world.service.hang_up(&tablet.address, call).await;
    assert!(matches!(other, Err(AcceptError::Refused(Refused::OtherDevice))));
    let busy = world.service.call_business(&tablet.address, request()).await;
    assert!(matches!(busy, Err(CallBusinessError::Refused(InboundRefused::ConsumerBusy))));
}

#[tokio::test]
async fn versions_tell_updates_that_meet() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let call = call(&world, &phone).await;
    world.service.accept_call(world.caller, call, "b", ConsumerAudio::Both).await.unwrap();
    events(&mut phone);
    let update = |from_version, offer: Option<&str>| {
        let update = MediaUpdate {
            offer: offer.map(str::to_owned),
            tracks: track(TrackLabel::DefaultVideo, true),
            from_version,
            consumer_audio: ConsumerAudio::Both,
        };
        world.service.media_update(world.caller, call, update)
    };
    let answer = update(0, Some("b2")).await.unwrap().unwrap();
    assert!(answer.renegotiation.is_some());
    assert_eq!(world.call(call).await.version, 2);
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Offer { version: 2, .. }]));
    assert_eq!(update(2, None).await.unwrap(), None);
    world.service.update(&phone.address, call, Some("c2"), &track(TrackLabel::DefaultVideo, true)).await.unwrap();
    let stale = update(3, None).await;
    assert!(matches!(stale, Err(ActionError::VersionConflict { current: 4 })), "{stale:?}");
    assert_eq!(world.owed().await.last().unwrap(), "media_update 4: offer after b2");
}

#[tokio::test]
async fn video_needs_the_pages_switch_on_both_sides() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let off = SettingsChange { video_enabled: Some(false), ..SettingsChange::default() };
    world.service.change_call_settings(world.caller, off).await.unwrap();
    let camera = track(TrackLabel::DefaultVideo, true);
    let with_video = CallBusiness { tracks: camera.clone(), ..request() };
    let refused = world.service.call_business(&phone.address, with_video).await;
    assert!(matches!(refused, Err(CallBusinessError::VideoNotEnabled)));
    let call = call(&world, &phone).await;
    world.service.accept_call(world.caller, call, "b", ConsumerAudio::Both).await.unwrap();
    let update =
        MediaUpdate { offer: None, tracks: camera.clone(), from_version: 0, consumer_audio: ConsumerAudio::Both };
    let refused = world.service.media_update(world.caller, call, update).await;
    assert!(matches!(refused, Err(ActionError::VideoNotEnabled)));
    let refused = world.service.update(&phone.address, call, None, &camera).await;
    assert!(matches!(refused, Err(AcceptError::VideoNotEnabled)));
    world.service.update(&phone.address, call, None, &track(TrackLabel::DefaultVideo, false)).await.unwrap();
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let bad = world.service.call_business(&phone.address, CallBusiness { offer: "bad".into(), ..request() }).await;
    assert!(matches!(bad, Err(CallBusinessError::Media(NegotiateError::Offer(_)))));
    let call = call(&world, &phone).await;
    let bad = world.service.accept_call(world.caller, call, "bad", ConsumerAudio::Both).await;
    assert!(matches!(bad, Err(ActionError::Media(NegotiateError::Offer(_)))));
    assert!(matches!(world.state(call).await, State::Calling { .. }));
    world.service.accept_call(world.caller, call, "b", ConsumerAudio::Both).await.unwrap();
    let unknown = vec![Track { msid: Some("unknown".into()), label: TrackLabel::DefaultAudio, on: true }];
    let update =
        MediaUpdate { offer: None, tracks: unknown.clone(), from_version: 0, consumer_audio: ConsumerAudio::Both };
    let refused = world.service.media_update(world.caller, call, update).await;
    assert!(matches!(refused, Err(ActionError::Media(NegotiateError::UnknownTrack(_)))));
    let refused = world.service.update(&phone.address, call, None, &unknown).await;
    assert!(matches!(refused, Err(AcceptError::Media(NegotiateError::UnknownTrack(_)))));
    assert_eq!(world.call(call).await.version, 0);
}

#[tokio::test]
async fn a_consumer_calls_no_faster_than_its_limit() {
    let world = World::with_limits(offhook_service::Limits { consumer_messages_per_minute: 1, ..LIMITS }).await;
    let phone = world.device("phone").await;
    call(&world, &phone).await;
    let refused = world.service.call_business(&phone.address, request()).await;
    let Err(CallBusinessError::RateLimited { retry_after }) = refused else { panic!("{refused:?}") };
    assert!(retry_after <= Duration::from_secs(60));
}
