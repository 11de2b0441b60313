use crate::support::World;

#[tokio::test]
async fn a_server_that_stops_lives_and_serves_but_is_not_ready() {
    let world = World::new().await;
    let status = async |path: &str| world.get(path, "").await.status;
    assert_eq!((status("/health/live").await, status("/health/ready").await), (200, 200));
    world.service.announce_stop();
    assert_eq!((status("/health/live").await, status("/health/ready").await), (200, 503));
    world.dial().await;
}

#[tokio::test]
async fn metrics_are_the_text_that_was_given() {
    let world = World::new().await;
    let reply = world.get("/metrics", "").await;
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4");
    assert_eq!(reply.ok(), "offhook_up 1\n");
}
