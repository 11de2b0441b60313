//! What a business does.

use offhook_call::{ConnectRefused, ConsumerAudio, Duration, EndReason, PermissionStatus, Side, State};
use offhook_service::{ActionError, AuthError, Caller, ConnectError, ConnectRequest, Limits};

use crate::world::{LIMITS, NO_APP, NO_PAGE, NOBODY, Note, START, World};

#[tokio::test]
async fn a_call_goes_from_dialing_to_the_end_and_the_app_is_told_each_step() {
    let world = World::new().await;
    let mut phone = world.device("phone").await;
    let connected = world.connect().await.unwrap();
    assert_eq!(connected.answer, "answer to business offer");
    assert_eq!(world.media.take(), [Note::Opened(connected.call, Side::Business)]);
    assert_eq!(world.state(connected.call).await, State::Dialing);

    world.service.ringing(&phone.address, connected.call).await.unwrap();
    let answer = world.service.accept(&phone.address, connected.call, "device offer").await.unwrap();
    assert_eq!(answer, "answer to device offer");
    let call = connected.call;
    let opened = [
        Note::Opened(call, Side::Consumer),
        Note::OfferSent(call, Side::Business),
        Note::OfferSent(call, Side::Consumer),
        Note::OfferDelivered(call, Side::Consumer),
    ];
    assert_eq!(world.media.take(), opened);

    world.service.terminate(world.caller, call).await.unwrap();
    assert_eq!(world.media.take(), [Note::Closed(call)]);
    let told = ["connect", "ringing", "accepted", "media_update 1: offer after business offer", "terminate Completed"];
    assert_eq!(world.owed().await, told);
    assert_eq!(crate::world::events(&mut phone).len(), 3, "incoming, offer, ended");
}

#[tokio::test]
async fn an_offer_that_is_refused_leaves_nothing_behind() {
    let world = World::new().await;
    let request = ConnectRequest {
        psid: world.psid,
        offer: "bad".into(),
        consumer_audio: ConsumerAudio::Both,
        idempotency_key: None,
    };
    let refused = world.service.connect(world.caller, request).await;
    assert!(matches!(refused, Err(ConnectError::Media(_))));
    assert_eq!(world.owed().await, Vec::<String>::new());
    assert_eq!(world.media.take(), []);
}

#[tokio::test]
async fn a_busy_consumer_and_a_missing_permission_refuse_and_open_no_leg() {
    let world = World::new().await;
    let first = world.connect().await.unwrap();
    world.media.take();
    assert!(matches!(world.connect().await, Err(ConnectError::Refused(ConnectRefused::ConsumerBusy))));
    world.service.terminate(world.caller, first.call).await.unwrap();
    world.media.take();
    world.service.revoke(world.caller.page, world.psid).await.unwrap();
    assert!(matches!(world.connect().await, Err(ConnectError::Refused(ConnectRefused::NoPermission))));
    assert!(matches!(world.connect_to(NOBODY, None).await, Err(ConnectError::UnknownConsumer)));
    assert_eq!(world.media.take(), []);
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer_for_a_day() {
    let world = World::new().await;
    let first = world.connect_to(world.psid, Some("key")).await.unwrap();
    assert_eq!(world.connect_to(world.psid, Some("key")).await.unwrap(), first);
    world.service.terminate(world.caller, first.call).await.unwrap();
    assert_eq!(world.connect_to(world.psid, Some("key")).await.unwrap(), first);
    world.clock.advance(Duration::from_hours(24));
    assert_ne!(world.connect_to(world.psid, Some("key")).await.unwrap(), first);
}

#[tokio::test]
async fn an_app_connects_no_faster_than_its_limit() {
    let world = World::with_limits(Limits { connects_per_second: 2, ..LIMITS }).await;
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        outcomes.push(world.connect().await);
    }
    assert!(matches!(outcomes[1], Err(ConnectError::Refused(ConnectRefused::ConsumerBusy))));
    let Err(ConnectError::RateLimited { retry_after }) = outcomes[2] else { panic!("{:?}", outcomes[2]) };
    assert!(retry_after <= Duration::from_millis(500));
    world.clock.advance(retry_after + Duration::from_millis(1));
    assert!(!matches!(world.connect().await, Err(ConnectError::RateLimited { .. })));
}

#[tokio::test]
async fn terminate_says_what_is_wrong_and_nothing_of_other_pages() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    let Caller { app, page } = world.caller;
    let by = |app, page| world.service.terminate(Caller { app, page }, call);
    assert!(matches!(by(app, NO_PAGE).await, Err(ActionError::PageNotInCall)));
    assert!(matches!(by(NO_APP, NO_PAGE).await, Err(ActionError::UnknownCall)));
    assert!(matches!(by(NO_APP, page).await, Err(ActionError::NotOwner)));
    assert!(by(app, page).await.is_ok());
    assert!(matches!(by(app, page).await, Err(ActionError::AlreadyTerminated)));
    let unknown = offhook_call::CallId([0; 32]);
    assert!(matches!(world.service.terminate(world.caller, unknown).await, Err(ActionError::UnknownCall)));
}

#[tokio::test]
async fn a_page_token_lets_in_until_it_expires_or_is_revoked() {
    let world = World::new().await;
    let Caller { app, page } = world.caller;
    let service = &world.service;
    let soon = START + Duration::from_secs(10);
    let token = service.create_page_token(app, page, true, Some(soon)).await.unwrap().token;
    assert_eq!(service.authenticate(&token, None).await.unwrap().0, world.caller);
    assert!(matches!(service.authenticate(&token, Some("00")).await, Err(AuthError::WrongProof)));
    world.clock.advance(Duration::from_secs(10));
    assert!(matches!(service.authenticate(&token, None).await, Err(AuthError::ExpiredToken)));

    let token = service.create_page_token(app, page, true, None).await.unwrap().token;
    assert!(service.revoke_page_token(&token).await.unwrap());
    assert!(matches!(service.authenticate(&token, None).await, Err(AuthError::InvalidToken)));
    let token = service.create_page_token(app, page, false, None).await.unwrap().token;
    assert!(matches!(service.authenticate(&token, None).await, Err(AuthError::MissingPermission)));
    assert!(matches!(service.authenticate("EAAnonsense", None).await, Err(AuthError::InvalidToken)));
}

#[tokio::test]
async fn a_picked_up_call_renews_the_permission() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    world.clock.advance(Duration::from_hours(6 * 24));
    let call = world.connect().await.unwrap().call;
    world.service.accept(&phone.address, call, "offer").await.unwrap();
    world.clock.advance(Duration::from_hours(2 * 24));
    let view = world.service.permission(world.caller, world.psid).await.unwrap();
    let expires_at = START + Duration::from_hours(13 * 24);
    assert_eq!(view.status, PermissionStatus::Granted { expires_at });
    assert!(view.can_call && !view.can_request);
}

#[tokio::test]
async fn a_call_that_the_other_side_ended_says_so() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    world.service.decline(&phone.address, call).await.unwrap();
    let State::Ended(ended) = world.state(call).await else { panic!("still live") };
    assert_eq!(ended.reason, EndReason::ConsumerDeclined);
    assert!(matches!(world.service.terminate(world.caller, call).await, Err(ActionError::Ended)));
}
