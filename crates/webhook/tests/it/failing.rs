use offhook_call::{Command, Duration};
use offhook_store::{DeliveryStatus, EndpointHealth, Endpoints as _, Subscriptions as _};

use crate::receiver::{Receiver, Reply};
use crate::world::{APP, SETTINGS, START, World, told};

const WEEK: Duration = Duration::from_hours(7 * 24);

#[tokio::test]
async fn a_failing_endpoint_is_tried_by_the_schedule() {
    let receiver = Receiver::start(|_| Reply::Status(500)).await;
    let world = World::new(&receiver.url()).await;
    world.call(1).await;
    for (tries, seconds) in (0..).zip([0, 2, 8, 30, 60, 120, 240, 480]) {
        let due = Duration::from_secs(seconds);
        world.deliver_at(due.saturating_sub(Duration::from_millis(1))).await;
        assert!(seconds == 0 || receiver.received().len() == tries, "before {seconds} s");
        world.deliver_at(due).await;
        assert_eq!(receiver.received().len(), tries + 1, "at {seconds} s");
    }
}

#[tokio::test]
async fn retry_after_puts_the_next_try_off() {
    let receiver = Receiver::answering([Reply::With(503, "retry-after", "20".into())]).await;
    let world = World::new(&receiver.url()).await;
    world.call(1).await;
    world.deliver().await;
    world.deliver_at(Duration::from_millis(19_999)).await;
    assert_eq!(receiver.received().len(), 1);
    world.deliver_at(Duration::from_secs(20)).await;
    assert_eq!(receiver.received().len(), 2);
    assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Delivered);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_not_followed() {
    let receiver = Receiver::answering([Reply::With(302, "location", "/elsewhere".into())]).await;
    let world = World::new(&receiver.url()).await;
    world.call(1).await;
    world.deliver().await;
    let delivery = &world.deliveries().await[0];
    assert_eq!((delivery.state, delivery.last_status), (DeliveryStatus::Pending, Some(302)));
    let paths: Vec<_> = receiver.received().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/hook"]);
}

#[tokio::test]
async fn gone_ends_the_subscription_until_it_is_set_again() {
    let receiver = Receiver::answering([Reply::Status(410)]).await;
    let world = World::new(&receiver.url()).await;
    let call = world.call(1).await;
    world.command(call, Command::Ring).await;
    world.deliver().await;
    assert!(!world.store.app_subscription(APP).await.unwrap().unwrap().active);
    world.deliver_at(Duration::from_hours(1)).await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Dead);

    world.callback(APP, &receiver.url()).await;
    world.deliver().await;
    assert_eq!(told(&receiver.received()[1].body), (call, "ringing"));
}

#[tokio::test]
async fn an_endpoint_that_fails_for_long_is_paused_only_if_the_operator_says_so() {
    for (disable_after, tries, health) in
        [(None, 4, EndpointHealth::Failing), (Some(Duration::from_hours(1)), 3, EndpointHealth::Paused)]
    {
        let receiver = Receiver::start(|_| Reply::Status(500)).await;
        let world = World::with(&receiver.url(), offhook_webhook::Settings { disable_after, ..SETTINGS }).await;
        world.call(1).await;
        for minutes in [0, 15, 60, 120] {
            world.deliver_at(Duration::from_mins(minutes)).await;
        }
        assert_eq!(receiver.received().len(), tries, "{disable_after:?}");
        assert_eq!(world.store.endpoints().await.unwrap()[0].health, health);
        assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Pending, "it is owed either way");
    }
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_in_time_has_failed() {
    let receiver = Receiver::answering([Reply::Hold(<_>::default())]).await;
    let world = World::new(&receiver.url()).await;
    world.call(1).await;
    let asked = async {
        receiver.wait().await;
        // From here on time passes as soon as nothing else happens.
        tokio::time::pause();
        tokio::time::Instant::now()
    };
    let (asked_at, ()) = tokio::join!(asked, world.deliver());
    let waited = asked_at.elapsed();
    tokio::time::resume();
    assert!((SETTINGS.timeout / 2..SETTINGS.timeout * 2).contains(&waited), "{waited:?}");
    let delivery = &world.deliveries().await[0];
    assert_eq!((delivery.state, delivery.attempts, delivery.last_status), (DeliveryStatus::Pending, 1, None));
    assert_eq!(delivery.last_response.as_deref(), Some("no answer within 5000 ms"));
    world.deliver_at(Duration::from_secs(2)).await;
    assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Delivered);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_has_failed() {
    let gone = Receiver::answering([]).await;
    let url = gone.url();
    drop(gone);
    let world = World::new(&url).await;
    world.call(1).await;
    world.deliver().await;
    let delivery = &world.deliveries().await[0];
    assert_eq!((delivery.state, delivery.attempts, delivery.last_status), (DeliveryStatus::Pending, 1, None));
}

#[tokio::test]
async fn after_a_week_a_delivery_is_dead_and_the_next_has_its_turn() {
    let receiver = Receiver::start(|_| Reply::Status(500)).await;
    let world = World::new(&receiver.url()).await;
    let call = world.call(1).await;
    world.command(call, Command::Ring).await;
    world.deliver_at(WEEK - Duration::from_secs(2)).await;
    assert_eq!(world.deliveries().await[0].state, DeliveryStatus::Pending, "2 s are left");
    world.deliver_at(WEEK).await;
    let states: Vec<_> = world.deliveries().await.iter().map(|delivery| (delivery.state, delivery.attempts)).collect();
    assert_eq!(states, [(DeliveryStatus::Dead, 2), (DeliveryStatus::Dead, 1)]);
    assert_eq!(receiver.received().len(), 3);
}

#[tokio::test]
async fn this_machine_is_refused_however_it_is_written() {
    let receiver = Receiver::answering([]).await;
    let settings = offhook_webhook::Settings { allow_private: false, ..SETTINGS };
    let world = World::with(&receiver.url(), settings).await;
    world.call(1).await;
    let hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"];
    for (attempts, host) in (1..).zip(hosts) {
        world.callback(APP, &receiver.url_at(host)).await;
        world.deliver_at(Duration::from_hours(attempts)).await;
        let delivery = &world.deliveries().await[0];
        assert_eq!((delivery.state, delivery.last_status), (DeliveryStatus::Pending, None), "{host}");
        assert_eq!(u64::from(delivery.attempts), attempts, "{host}");
        let why = delivery.last_response.as_deref().unwrap();
        assert!(why.ends_with("is not a public address"), "{host}: {why}");
    }
    assert!(receiver.received().is_empty());
    assert_eq!(world.deliveries().await[0].owed_at, START);
}
