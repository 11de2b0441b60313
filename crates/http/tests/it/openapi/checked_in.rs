use crate::support::written;

#[tokio::test]
async fn the_checked_in_description_is_the_codes() {
    written::compare("docs/openapi.json", &offhook_http::openapi());
}

#[tokio::test]
async fn the_server_serves_it() {
    let world = crate::support::World::new().await;
    let reply = world.get("/openapi.json", "").await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.ok(), serde_json::from_str::<serde_json::Value>(&offhook_http::openapi()).unwrap());
}
