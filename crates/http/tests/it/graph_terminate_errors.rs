//! What can be wrong with an action on a call.

use offhook_call::{Abandonment, CallId};
use serde_json::{Value, json};

use crate::support::{World, connect_body};

#[tokio::test]
async fn a_call_id_that_is_missing_malformed_or_unknown() {
    let world = World::new().await;
    for absent in [Value::Null, json!("")] {
        let reply = world.calls(&json!({ "action": "terminate", "call_id": absent })).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), "call_id"));
    }
    for unknown in ["c_", "c_x", "bogus", &CallId([7; 32]).to_string()] {
        for action in ["terminate", "accept", "reject"] {
            let session = json!({ "sdp_type": "offer", "sdp": "v=0" });
            let reply = world.calls(&json!({ "action": action, "call_id": unknown, "session": session })).await;
            assert_eq!(reply.error(), (400, -1, Some(2_018_390), "invalid_call_id"), "{action} {unknown}");
        }
    }
}

#[tokio::test]
async fn accept_and_reject_are_for_the_other_direction() {
    let world = World::new().await;
    let call = world.dial().await;
    for action in ["accept", "reject"] {
        assert_eq!(world.act(action, call).await.error(), (400, -1, Some(9_100_005), "wrong_direction"));
    }
    assert!(world.service.call(call).await.unwrap().unwrap().is_live());
}

#[tokio::test]
async fn a_call_of_another_page_shows_only_to_the_app_that_owns_it() {
    let world = World::new().await;
    let stranger = world.service.create_app("Stranger".to_owned(), false).await.unwrap();
    let (_, own_psid, own_token) = world.other_page(&world.app).await;
    let (_, foreign_psid, foreign_token) = world.other_page(&stranger).await;
    let connect = async |psid, token: &str| {
        let call = world.post("/me/calls", token, &connect_body(psid)).await.ok()["id"].clone();
        call.as_str().unwrap().parse::<CallId>().unwrap()
    };
    let own = connect(own_psid, &own_token).await;
    let foreign = connect(foreign_psid, &foreign_token).await;
    for action in ["terminate", "accept", "reject"] {
        assert_eq!(world.act(action, own).await.error(), (400, -1, Some(2_018_393), "page_not_in_call"));
        let missing = world.act(action, CallId([7; 32])).await;
        let reply = world.act(action, foreign).await;
        assert_eq!((reply.status, reply.untraced()), (missing.status, missing.untraced()));
    }
}

#[tokio::test]
async fn another_app_of_the_page_is_not_the_owner() {
    let world = World::new().await;
    let call = world.dial().await;
    let second = world.service.create_app("Second".to_owned(), false).await.unwrap();
    let token = world.service.create_page_token(second.id, world.page, true, None).await.unwrap().token;
    let reply = world.post("/me/calls", &token, &json!({ "action": "terminate", "call_id": call })).await;
    assert_eq!(reply.error(), (403, -1, Some(2_018_394), "not_call_owner"));
}

#[tokio::test]
async fn a_call_that_is_over_says_how() {
    let world = World::new().await;
    let terminated = world.dial().await;
    world.act("terminate", terminated).await.ok();
    assert_eq!(world.act("terminate", terminated).await.error(), (400, -1, Some(9_100_004), "already_terminated"));

    let declined = world.dial().await;
    world.service.decline(&world.device("phone").await.address, declined).await.unwrap();
    assert_eq!(world.act("terminate", declined).await.error(), (400, -1, Some(2_018_396), "call_ended"));

    let lost = world.dial().await;
    assert_eq!(world.service.reconcile(Abandonment::NodeLost).await.unwrap().ended, 1);
    assert_eq!(world.act("terminate", lost).await.error(), (400, -1, Some(2_018_395), "call_failed"));
}
