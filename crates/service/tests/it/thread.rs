//! What stands in a consumer's thread, and what its devices are told of it.

use offhook_call::{
    CallHours, ClockTime, Day, Duration, EntryId, EntryKind, InboundRefused, MessageText, OpenDay, PermissionResponse,
    PermissionStatus, Reach, SendRefused, SettingsChange,
};
use offhook_service::{
    Attached, CallBusiness, CallBusinessError, ConnectError, DeviceEvent, Field, Limits, OutgoingMessage, SayError,
    SendError, SettingsView, ThreadError, ThreadItem,
};

use crate::world::{LIMITS, START, World, thread_events};

fn words(text: &str) -> MessageText {
    text.to_owned().try_into().unwrap()
}

async fn send(world: &World, kind: EntryKind) -> Result<EntryId, SendError> {
    let message = OutgoingMessage { to: world.psid, kind, reach: Reach::Standard };
    world.service.send_message(world.caller, message).await
}

async fn ask_permission(world: &World) -> Result<EntryId, SendError> {
    send(world, EntryKind::PermissionRequest { reply: None }).await
}

/// The kinds of the entries that a device was told.
fn entries(device: &mut Attached) -> Vec<EntryKind> {
    let kind = |event| match event {
        DeviceEvent::Entry(ThreadItem::Entry(entry)) => Some(entry.kind),
        _ => None,
    };
    thread_events(device).into_iter().filter_map(kind).collect()
}

async fn subscribe(world: &World, fields: &[&str]) {
    let fields: Vec<_> = fields.iter().map(|&field| Field(field.to_owned())).collect();
    let url = "https://app.example/".to_owned();
    world.service.subscribe_app(world.caller.app, url, "v".into(), fields.clone()).await.unwrap();
    world.service.subscribe_page(world.caller, fields).await.unwrap();
}

#[tokio::test]
async fn what_is_said_stands_on_every_device_and_the_app_is_told() {
    let world = World::new().await;
    subscribe(&world, &["messages"]).await;
    let mut phone = world.device("phone").await;
    let mut tablet = world.device("tablet").await;
    world.service.say(&phone.address, words("Hello")).await.unwrap();
    send(&world, EntryKind::Text { text: "Good day".into() }).await.unwrap();
    let told = ["Hello", "Good day"].map(|text| EntryKind::Text { text: text.into() });
    assert_eq!(entries(&mut phone), told);
    assert_eq!(entries(&mut tablet), told);
    assert_eq!(world.device("late").await.welcome.thread.len(), 2);
    let owed = world.owed().await;
    assert!(owed.len() == 1 && owed[0].contains("Hello"), "{owed:?}");
}

#[tokio::test]
async fn an_approval_lets_the_business_call_and_a_revocation_ends_that() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    world.service.revoke(world.caller.page, world.psid).await.unwrap();
    assert_eq!(thread_events(&mut phone), [DeviceEvent::Permission(PermissionStatus::None)]);
    assert!(matches!(ask_permission(&world).await, Err(SendError::Refused(SendRefused::OutsideWindow))));
    world.service.say(&phone.address, words("Call me")).await.unwrap();
    let request = ask_permission(&world).await.unwrap();
    thread_events(&mut phone);

    world.service.reply(&phone.address, request, PermissionResponse::Approve).await.unwrap();
    let expires_at = START + offhook_call::PERMISSION_LIFE;
    let told = thread_events(&mut phone);
    assert!(matches!(told[0], DeviceEvent::Entry(_)), "{told:?}");
    assert_eq!(told[1], DeviceEvent::Permission(PermissionStatus::Granted { expires_at }));
    assert!(matches!(ask_permission(&world).await, Err(SendError::Refused(SendRefused::PermissionHeld))));
    let call = world.connect().await.unwrap().call;
    world.service.terminate(world.caller, call).await.unwrap();

    world.service.revoke_own(&phone.address).await.unwrap();
    assert!(matches!(world.connect().await, Err(ConnectError::Refused(_))));
    assert_eq!(thread_events(&mut phone).pop(), Some(DeviceEvent::Permission(PermissionStatus::None)));
    assert_eq!(world.device("late").await.welcome.permission, PermissionStatus::None);
}

#[tokio::test]
async fn permission_requests_show_in_the_check_and_run_out() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    world.service.revoke(world.caller.page, world.psid).await.unwrap();
    world.service.say(&phone.address, words("Hello")).await.unwrap();
    for used in 0..2 {
        let view = world.service.permission(world.caller, world.psid).await.unwrap();
        assert_eq!((view.requests_last_day, view.requests_per_day_max, view.can_request), (used, 2, true));
        ask_permission(&world).await.unwrap();
    }
    assert!(!world.service.permission(world.caller, world.psid).await.unwrap().can_request);
    assert!(matches!(ask_permission(&world).await, Err(SendError::Refused(SendRefused::TooManyRequests))));
    world.clock.advance(Duration::from_hours(24));
    assert!(world.service.permission(world.caller, world.psid).await.unwrap().can_request);
}

#[tokio::test]
async fn an_ended_call_stands_in_the_thread_and_a_picked_up_one_renews_the_permission() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    world.clock.advance(Duration::from_hours(24));
    let call = world.connect().await.unwrap().call;
    world.service.accept(&phone.address, call, "offer").await.unwrap();
    let expires_at = START + Duration::from_hours(8 * 24);
    assert_eq!(thread_events(&mut phone), [DeviceEvent::Permission(PermissionStatus::Granted { expires_at })]);
    world.service.terminate(world.caller, call).await.unwrap();
    let told = thread_events(&mut phone);
    assert!(matches!(&told[..], [DeviceEvent::Entry(ThreadItem::Call(ended))] if ended.id == call), "{told:?}");
}

#[tokio::test]
async fn a_consumer_says_no_more_than_its_limit() {
    let world = World::with_limits(Limits { consumer_messages_per_minute: 2, ..LIMITS }).await;
    let phone = world.device("phone").await;
    let tablet = world.device("tablet").await;
    world.service.say(&phone.address, words("1")).await.unwrap();
    let unknown = EntryId([9; 32]);
    let tapped = world.service.tap(&tablet.address, unknown, "YES".into()).await;
    assert!(matches!(tapped, Err(SayError::Thread(ThreadError::UnknownEntry))));
    let Err(SayError::RateLimited { retry_after }) = world.service.say(&phone.address, words("3")).await else {
        panic!("the consumer's devices share one limit")
    };
    world.clock.advance(retry_after + Duration::from_millis(1));
    world.service.say(&phone.address, words("4")).await.unwrap();
}

#[tokio::test]
async fn devices_see_settings_change_and_the_page_open_and_close() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let always = SettingsView { audio: true, video: true, icon: true, open: true, next_opening: None };
    assert_eq!(phone.welcome.settings, always);
    // The clock starts on Monday, 21 September 2026, 14:13:20 UTC.
    let time = |text: &str| text.parse::<ClockTime>().unwrap();
    let monday = OpenDay { day: Day::Monday, open: time("1414"), close: time("1415") };
    let hours = Some(CallHours::new("UTC", [monday]).unwrap());
    let change = SettingsChange { hours, video_enabled: Some(false), ..SettingsChange::default() };
    world.service.change_call_settings(world.caller, change).await.unwrap();
    let closed = |next| SettingsView { video: false, open: false, next_opening: Some(next), ..always };
    let opens_at = START + Duration::from_secs(40);
    assert_eq!(thread_events(&mut phone), [DeviceEvent::Settings(closed(opens_at))]);

    world.service.handle_hours().await;
    assert_eq!(thread_events(&mut phone), [], "nothing happened since");
    world.clock.advance(Duration::from_secs(40));
    world.service.handle_hours().await;
    assert_eq!(thread_events(&mut phone), [DeviceEvent::Settings(SettingsView { video: false, ..always })]);
    world.clock.advance(Duration::from_secs(60));
    world.service.handle_hours().await;
    let next_week = opens_at + Duration::from_hours(7 * 24);
    assert_eq!(thread_events(&mut phone), [DeviceEvent::Settings(closed(next_week))]);
}

#[tokio::test]
async fn a_call_button_calls_while_the_icon_is_hidden_until_it_expires() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    world.service.say(&phone.address, words("Hello")).await.unwrap();
    let prompt = send(&world, EntryKind::CallPrompt { days: 1.try_into().unwrap() }).await.unwrap();
    let hidden = SettingsChange { icon_enabled: Some(false), ..SettingsChange::default() };
    world.service.change_call_settings(world.caller, hidden).await.unwrap();
    let call = |via| {
        let request = CallBusiness { offer: "offer".into(), tracks: Vec::new(), via };
        world.service.call_business(&phone.address, request)
    };
    for via in [None, Some(EntryId([9; 32]))] {
        assert!(matches!(call(via).await, Err(CallBusinessError::Refused(InboundRefused::IconHidden))), "{via:?}");
    }
    let calling = call(Some(prompt)).await.unwrap();
    world.service.hang_up(&phone.address, calling.call).await.unwrap();
    world.clock.advance(Duration::from_hours(24));
    assert!(matches!(call(Some(prompt)).await, Err(CallBusinessError::Refused(InboundRefused::IconHidden))));
}
