//! Apps that fetch their webhooks.

use std::time::Duration as RealTime;

use offhook_call::{AppId, Command, Duration};
use offhook_store::{AppSubscription, DeliveryStatus};
use offhook_webhook::{Listeners, Passed, Settings};

use crate::world::{APP, SETTINGS, World, told};

async fn listening(settings: Settings) -> (World, Listeners) {
    let world = World::with(AppSubscription::LISTENER, settings).await;
    let listeners = world.parts.outbound.listeners().clone();
    assert!(listeners.next(APP, RealTime::ZERO).await.unwrap().is_none());
    (world, listeners)
}

async fn next(listeners: &Listeners) -> Passed {
    listeners.next(APP, RealTime::from_secs(20)).await.unwrap().expect("a webhook comes")
}

#[tokio::test]
async fn what_the_listener_says_is_the_endpoints_answer() {
    let (world, listeners) = listening(SETTINGS).await;
    let call = world.call(1).await;
    world.command(call, Command::Ring).await;
    let listener = async {
        for (event, status) in [("connect", 204), ("ringing", 500)] {
            let passed = next(&listeners).await;
            assert_eq!(told(&passed.body), (call, event));
            assert!(passed.headers.iter().any(|(name, value)| *name == "x-hub-signature-256" && value.len() == 71));
            assert!(!listeners.answer(AppId(99), passed.number, 200, ""), "another app's");
            assert!(listeners.answer(APP, passed.number, status, "thank you"));
            assert!(!listeners.answer(APP, passed.number, status, "again"));
        }
    };
    tokio::join!(world.deliver(), listener);
    let deliveries = world.deliveries().await;
    assert_eq!((deliveries[0].state, deliveries[0].last_status), (DeliveryStatus::Delivered, Some(204)));
    assert_eq!((deliveries[1].state, deliveries[1].last_status), (DeliveryStatus::Pending, Some(500)));
    assert_eq!(deliveries[1].last_response.as_deref(), Some("thank you"));
}

#[tokio::test]
async fn one_that_fetches_and_says_nothing_has_failed() {
    let (world, listeners) = listening(Settings { timeout: RealTime::from_millis(50), ..SETTINGS }).await;
    world.call(1).await;
    let (passed, ()) = tokio::join!(next(&listeners), world.deliver());
    assert!(!listeners.answer(APP, passed.number, 200, ""), "too late");
    let delivery = &world.deliveries().await[0];
    assert_eq!(
        (delivery.state, delivery.last_response.as_deref()),
        (DeliveryStatus::Pending, Some("no answer within 50 ms"))
    );
    world.at(Duration::from_secs(2));
    let again = async {
        let again = next(&listeners).await;
        assert_eq!((&again.body, again.number), (&passed.body, passed.number + 1));
        listeners.answer(APP, again.number, 200, "");
    };
    tokio::join!(world.deliver(), again);
    assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Delivered);
}

#[tokio::test]
async fn an_answer_to_a_process_before_is_nobodys() {
    let mut numbers = Vec::new();
    for _process in 0..2 {
        let (world, listeners) = listening(SETTINGS).await;
        world.call(1).await;
        let listener = async {
            let passed = next(&listeners).await;
            for number in &numbers {
                assert!(!listeners.answer(APP, *number, 200, ""), "of the process before");
            }
            assert!(listeners.answer(APP, passed.number, 200, ""));
            passed.number
        };
        let ((), number) = tokio::join!(world.deliver(), listener);
        numbers.push(number);
    }
}

#[tokio::test]
async fn without_a_listener_nothing_is_waited_for() {
    let world = World::new(AppSubscription::LISTENER).await;
    world.call(1).await;
    world.deliver().await;
    let delivery = &world.deliveries().await[0];
    assert_eq!((delivery.state, delivery.attempts), (DeliveryStatus::Pending, 1));
    assert!(delivery.last_response.as_deref().unwrap().contains("webhooks listen"));
}
