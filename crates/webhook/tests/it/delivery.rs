use offhook_call::{Command, Duration};
use offhook_store::DeliveryStatus;

use crate::receiver::{Receiver, Reply};
use crate::world::{World, told};

#[tokio::test]
async fn the_story_of_a_call_is_told_in_order() {
    let receiver = Receiver::answering([]).await;
    let world = World::new(&receiver.url()).await;
    let call = world.call(1).await;
    world.command(call, Command::Ring).await;
    world.accept(call).await;
    world.deliver().await;
    let story: Vec<_> = receiver.received().iter().map(|request| told(&request.body).1).collect();
    assert_eq!(story, ["connect", "ringing", "accepted", "media_update"]);
    assert!(world.deliveries().await.iter().all(|delivery| delivery.state == DeliveryStatus::Delivered));
}

#[tokio::test]
async fn media_learns_when_the_offer_arrived_and_not_before() {
    let ok = || Reply::Status(204);
    let receiver = Receiver::answering([ok(), ok(), Reply::Status(500)]).await;
    let world = World::new(&receiver.url()).await;
    let call = world.call(1).await;
    world.accept(call).await;
    world.deliver().await;
    assert_eq!(receiver.received().len(), 3);
    assert_eq!(world.offers_delivered(), []);
    world.deliver_at(Duration::from_secs(2)).await;
    assert_eq!(world.offers_delivered(), [call]);
}

#[tokio::test]
async fn a_failing_event_holds_back_its_own_call_only() {
    let receiver = Receiver::answering([Reply::Status(500)]).await;
    let world = World::new(&receiver.url()).await;
    let held = world.call(1).await;
    world.command(held, Command::Ring).await;
    world.deliver().await;
    let other = world.call(2).await;
    world.command(other, Command::Ring).await;
    world.deliver().await;
    world.deliver_at(Duration::from_secs(2)).await;
    let story: Vec<_> = receiver.received().iter().map(|request| told(&request.body)).collect();
    let (failing, free) = ([(held, "connect")], [(other, "connect"), (other, "ringing")]);
    assert_eq!(story, [&failing[..], &free, &[(held, "connect"), (held, "ringing")]].concat());
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let receiver = Receiver::answering([Reply::Endless]).await;
    let world = World::new(&receiver.url()).await;
    world.call(1).await;
    world.deliver().await;
    let delivery = &world.deliveries().await[0];
    assert_eq!(delivery.state, DeliveryStatus::Delivered);
    assert_eq!(delivery.last_response.as_deref(), Some(&*"x".repeat(4096)));
}
