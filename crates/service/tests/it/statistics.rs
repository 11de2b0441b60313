//! How the legs of a call did stands on its record.

use offhook_call::{Duration, Side};

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
