//! Faults of media: what a party is told, and what is left alone.

use offhook_call::fault::{Aim, Fault, MediaFault, Rule, Scope, When};
use offhook_call::{CallId, ConsumerAudio, Duration, Psid, Side};
use offhook_service::{ConnectRequest, DeviceEvent, FaultError, MediaUpdate};

use crate::world::{NOBODY, Note, World, events};

/// An offer whose answer has what a fault bends.
const OFFER: &str = "v=0\r\na=ice-pwd:secret\r\na=fingerprint:sha-256 AB\r\n";

fn rule(fault: MediaFault, side: Side) -> Rule {
    Rule {
        fault: Fault::Media(fault),
        scope: Scope::default(),
        aim: Aim { side: Some(side), ..Aim::default() },
        when: When { nth: None, probability: 1.0, times: None, seed: 1 },
    }
}

async fn connect(world: &World, psid: Psid) -> (CallId, String) {
    let request = ConnectRequest { psid, offer: OFFER.into(), ..world.connect_request() };
    let connected = world.service.connect(world.caller, request).await.unwrap();
    (connected.call, connected.answer)
}

fn tells_the_truth(sdp: &str) -> bool {
    sdp.contains("a=ice-pwd:secret\r\n") && sdp.contains("a=fingerprint:sha-256 AB\r\n")
}

#[tokio::test]
async fn a_struck_party_is_told_another_password_in_every_sdp_and_the_other_party_the_truth() {
    let world = World::sandbox().await;
    world.service.add_fault(rule(MediaFault::IceNeverConnects, Side::Business)).await.unwrap();
    let mut phone = world.device("phone").await;
    let (call, answer) = connect(&world, world.psid).await;
    assert!(answer.contains("a=ice-pwd:aaaaaa\r\n") && answer.contains("AB"), "{answer}");

    let accepted = world.service.accept(&phone.address, call, OFFER).await.unwrap();
    assert!(tells_the_truth(&accepted));
    let owed = world.owed().await.into_iter().find(|told| told.starts_with("media_update")).unwrap();
    assert!(owed.contains("a=ice-pwd:aaaaaa"), "{owed}");

    let update = MediaUpdate {
        offer: Some(OFFER.into()),
        tracks: Vec::new(),
        from_version: world.call(call).await.version,
        consumer_audio: ConsumerAudio::Both,
    };
    let updated = world.service.media_update(world.caller, call, update).await.unwrap().unwrap();
    assert!(updated.answer.contains("a=ice-pwd:aaaaaa"), "the leg stays as it is: {}", updated.answer);
    let told = events(&mut phone);
    let offers =
        told.iter().filter_map(|event| if let DeviceEvent::Offer { sdp, .. } = event { Some(sdp) } else { None });
    assert!(offers.clone().count() > 0 && offers.into_iter().all(|sdp| tells_the_truth(sdp)), "{told:?}");
    assert_eq!(world.service.standing_faults().unwrap()[0].struck, 1, "one leg");
}

#[tokio::test]
async fn a_struck_device_is_told_another_certificate() {
    let world = World::sandbox().await;
    world.service.add_fault(rule(MediaFault::DtlsFails, Side::Consumer)).await.unwrap();
    let phone = world.device("phone").await;
    let (call, answer) = connect(&world, world.psid).await;
    assert!(tells_the_truth(&answer));
    let accepted = world.service.accept(&phone.address, call, OFFER).await.unwrap();
    assert!(accepted.contains("a=fingerprint:sha-256 00\r\n") && accepted.contains("secret"), "{accepted}");
}

#[tokio::test]
async fn media_is_told_which_leg_stops_once_it_is_open() {
    let world = World::sandbox().await;
    let after = Duration::from_secs(3);
    world.service.add_fault(rule(MediaFault::StopsOneWay { after }, Side::Business)).await.unwrap();
    let (call, answer) = connect(&world, world.psid).await;
    assert!(tells_the_truth(&answer));
    let stops = Note::StopsOneWay(call, Side::Business, after);
    assert_eq!(world.media.take(), [Note::Opened(call, Side::Business), stops]);
}

#[tokio::test]
async fn a_fault_of_one_call_leaves_others_alone() {
    let world = World::sandbox().await;
    let (call, _) = connect(&world, world.psid).await;
    let of_call = Scope { call: Some(call), ..Scope::default() };
    let fault = Rule { scope: of_call, ..rule(MediaFault::DtlsFails, Side::Consumer) };
    world.service.add_fault(fault).await.unwrap();
    let other = world.service.create_consumer(world.caller.page, "Other".into()).await.unwrap().psid;
    world.service.grant(world.caller.page, other).await.unwrap();
    let token = world.service.create_consumer_token(world.caller.page, other).await.unwrap().token;
    let device = offhook_call::DeviceId::try_from("phone".to_owned()).unwrap();
    let phone = world.service.attach(&token, device).await.unwrap();
    let (other_call, _) = connect(&world, other).await;
    assert!(tells_the_truth(&world.service.accept(&phone.address, other_call, OFFER).await.unwrap()));
    let own = world.device("phone").await;
    assert!(!tells_the_truth(&world.service.accept(&own.address, call, OFFER).await.unwrap()));
}

#[tokio::test]
async fn only_a_sandbox_has_faults_and_only_for_what_there_is() {
    let world = World::new().await;
    let fault = rule(MediaFault::DtlsFails, Side::Business);
    assert!(matches!(world.service.add_fault(fault.clone()).await, Err(FaultError::NoSandbox)));
    assert!(matches!(world.service.standing_faults(), Err(FaultError::NoSandbox)));
    let world = World::sandbox().await;
    let nobodys = Scope { app: Some(offhook_call::AppId(NOBODY.0)), ..Scope::default() };
    let unknown = world.service.add_fault(Rule { scope: nobodys, ..fault }).await;
    assert!(matches!(unknown, Err(FaultError::Unknown("app"))));
}
