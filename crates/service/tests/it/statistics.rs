//! How the legs of a call did stands on its record.

use offhook_call::{Duration, LegStatistics, Side};

use crate::world::World;

#[tokio::test]
async fn legs_are_asked_about_while_the_call_lives_and_kept_when_it_ends() {
    let world = World::new().await;
    let call = world.connect().await.unwrap().call;
    let live = world.service.statistics(&world.call(call).await).await.unwrap().expect("it has a leg");
    assert_eq!(live.legs.iter().map(|leg| leg.side).collect::<Vec<_>>(), [Side::Business]);
    let phone = world.device("phone").await;
    world.service.accept(&phone.address, call, "offer").await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    world.service.terminate(world.caller, call).await.unwrap();

    let ended = world.call(call).await;
    let kept = world.service.statistics(&ended).await.unwrap().expect("they are kept at once");
    assert_eq!(kept.legs.len(), 2);
    assert_eq!(Some(kept.taken_at), ended.ended_at());
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(world.service.statistics(&ended).await.unwrap(), Some(kept));
}

#[tokio::test]
async fn a_call_that_ends_by_itself_keeps_them_too() {
    let world = World::new().await;
    let _phone = world.device("phone").await;
    let call = world.connect().await.unwrap().call;
    world.clock.advance(Duration::from_mins(1));
    world.service.handle_deadlines().await;
    let kept = world.service.statistics(&world.call(call).await).await.unwrap();
    assert_eq!(kept.map(|kept| kept.legs.len()), Some(1));
}

#[tokio::test]
async fn what_a_dead_process_knew_is_lost() {
    let mut world = World::new().await;
    let call = world.connect().await.unwrap().call;
    world.restart();
    world.service.reconcile(offhook_call::Abandonment::NodeLost).await.unwrap();
    let ended = world.call(call).await;
    assert!(!ended.is_live());
    assert_eq!(world.service.statistics(&ended).await.unwrap(), None);
}

/// What the media tells of a leg in these tests.
pub(crate) fn leg(side: Side) -> LegStatistics {
    let leg = serde_json::json!({
        "side": side, "number": 1, "opened_us_ago": 5_000_000, "lasted_us": 5_000_000, "connected_us": null,
        "first_packet_us": null, "packets_in": 50, "bytes_in": 5_000, "packets_out": 0, "bytes_out": 0, "rtcp_in": 0,
        "rtcp_out": 0, "lost_in": 0, "lost_out": null, "reported_out": 0, "jitter_in": null, "jitter_out": null,
        "round_trip": null, "key_frame_requests": 0,
        "dropped": { "replayed": 0, "refused": 0, "unwanted": 0, "early": 0 }, "tracks": [], "path": null,
        "path_changes": 0, "ice_restarts": 0, "dtls": null,
    });
    serde_json::from_value(leg).unwrap()
}
