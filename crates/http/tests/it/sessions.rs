//! Signing in to the console, and what the cookie opens.

use axum::http::Request;
use offhook_call::Duration;
use offhook_http::{AdminToken, Arrival};
use serde_json::json;

use crate::support::{ADMIN_TOKEN, Reply, World};

/// A request of a browser with this cookie and these headers besides; a POST makes a Page.
async fn browse(world: &World, method: &str, uri: &str, cookie: &str, headers: &[(&str, &str)]) -> Reply {
    let request = Request::builder().method(method).uri(uri).header("host", "calls.example");
    let request = request.header("cookie", format!("theme=dark; {cookie}")).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    world.send(request.body(json!({ "name": "Page" }).to_string().into()).unwrap()).await
}

/// The cookie that a client gets who comes like this.
async fn given(world: &World, uri: &str, is_private: bool) -> String {
    let body = json!({ "admin_token": ADMIN_TOKEN }).to_string();
    let mut request = Request::post(uri).header("content-type", "application/json").body(body.into()).unwrap();
    request.extensions_mut().insert(Arrival { peer: ([127, 0, 0, 1], 50_000).into(), is_private });
    world.send(request).await.header("set-cookie").to_owned()
}

#[tokio::test]
async fn who_signs_in_gets_the_own_api_and_no_more_once_signed_out() {
    let world = World::new().await;
    assert_eq!(browse(&world, "GET", "/console/session", "", &[]).await.status, 401);
    let cookie = world.sign_in().await;
    let expires_at = browse(&world, "GET", "/console/session", &cookie, &[]).await.ok()["expires_at"].clone();
    assert_eq!(expires_at, json!(1_790_000_000_000_u64 + 12 * 3_600_000));
    assert_eq!(browse(&world, "GET", "/offhook/v1/pages", &cookie, &[]).await.status, 200);

    let own_page = [("sec-fetch-site", "same-origin")];
    let reply = browse(&world, "DELETE", "/console/session", &cookie, &own_page).await;
    assert_eq!(reply.status, 204);
    assert!(reply.header("set-cookie").starts_with("offhook-console=; "), "{reply:?}");
    assert!(reply.header("set-cookie").contains("Max-Age=0"), "{reply:?}");
    assert_eq!(browse(&world, "GET", "/offhook/v1/pages", &cookie, &[]).await.status, 401, "not only forgotten");
    assert_eq!(browse(&world, "DELETE", "/console/session", &cookie, &own_page).await.status, 204, "once more");
}

#[tokio::test]
async fn no_script_and_no_other_site_gets_the_cookie() {
    let world = World::new().await;
    let plain = given(&world, "/console/session", false).await;
    assert!(plain.starts_with("offhook-console=os_"), "{plain}");
    assert!(plain.ends_with("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"), "{plain}");
    let private = given(&world, "/console/session", true).await;
    assert!(private.starts_with("__Host-offhook-console=os_"), "{private}");
    assert!(private.ends_with("; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=43200"), "{private}");
    let world = world.reached(|site| site.base_path = "/calling".to_owned().try_into().unwrap());
    let below = given(&world, "/calling/console/session", true).await;
    assert!(below.starts_with("__Secure-offhook-console=os_"), "{below}");
    assert!(below.ends_with("; HttpOnly; SameSite=Strict; Secure; Path=/calling; Max-Age=43200"), "{below}");
}

#[tokio::test]
async fn over_https_no_other_cookie_counts_than_one_that_was_given_there() {
    let world = World::new().await;
    let cookie = world.sign_in().await;
    let mut request = Request::get("/console/session").header("cookie", &cookie).body("".into()).unwrap();
    request.extensions_mut().insert(Arrival { peer: ([127, 0, 0, 1], 50_000).into(), is_private: true });
    assert_eq!(world.send(request).await.status, 401);
}

#[tokio::test]
async fn only_our_own_pages_change_something_with_the_cookie() {
    let world = World::new().await;
    let cookie = world.sign_in().await;
    let cases: [(&[(&str, &str)], bool); 9] = [
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("origin", "http://calls.example")], true),
        (&[("origin", "https://CALLS.example")], true),
        (&[("sec-fetch-site", "cross-site"), ("origin", "http://calls.example")], false),
        (&[("sec-fetch-site", "same-site"), ("origin", "https://shop.example")], false),
        (&[("origin", "http://calls.example:81")], false),
        (&[("origin", "http://calls.example.evil.example")], false),
        (&[("origin", "null")], false),
        (&[], false),
    ];
    for (headers, welcome) in cases {
        let made = browse(&world, "POST", "/offhook/v1/pages", &cookie, headers).await;
        let expected = if welcome { (201, None) } else { (403, Some("foreign_page")) };
        assert_eq!((made.status, made.body["error"]["name"].as_str()), expected, "{headers:?}");
        let out = browse(&world, "DELETE", "/console/session", "offhook-console=os_none", headers).await;
        assert_eq!(out.status, if welcome { 204 } else { 403 }, "{headers:?}");
    }
    let looked = browse(&world, "GET", "/offhook/v1/pages", &cookie, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(looked.status, 200, "what only looks is kept from other sites by the browser");
}

#[tokio::test]
async fn another_site_signs_nobody_in() {
    let world = World::new().await;
    let from = async |headers: &[(&str, &str)]| {
        let request = Request::post("/console/session").header("content-type", "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let body = json!({ "admin_token": ADMIN_TOKEN }).to_string();
        world.send(request.body(body.into()).unwrap()).await
    };
    assert_eq!(from(&[("sec-fetch-site", "cross-site")]).await.body["error"]["name"], "foreign_page");
    assert_eq!(from(&[("host", "calls.example"), ("origin", "https://evil.example")]).await.status, 403);
    assert_eq!(from(&[]).await.status, 200, "a program");
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_with_another_admin_token() {
    let world = World::new().await;
    let cookie = world.sign_in().await;
    world.clock.advance(Duration::from_hours(12) - Duration::from_millis(1));
    assert_eq!(browse(&world, "GET", "/offhook/v1/pages", &cookie, &[]).await.status, 200);
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(browse(&world, "GET", "/offhook/v1/pages", &cookie, &[]).await.status, 401);

    let cookie = world.sign_in().await;
    let world = world.changed(|state| state.admin_token = AdminToken::new("another"));
    assert_eq!(browse(&world, "GET", "/offhook/v1/pages", &cookie, &[]).await.status, 401);
}

#[tokio::test]
async fn a_token_that_is_borne_decides() {
    let world = World::new().await;
    let cookie = world.sign_in().await;
    let bearing = async |token: &str| {
        browse(&world, "GET", "/offhook/v1/pages", &cookie, &[("authorization", &format!("Bearer {token}"))]).await
    };
    assert_eq!((bearing("wrong").await.status, bearing(ADMIN_TOKEN).await.status), (401, 200));
}

#[tokio::test]
async fn guessing_is_slowed_down_for_whoever_guesses() {
    let world = World::new().await;
    let guess = async |address: &str, token: &str| {
        let body = json!({ "admin_token": token }).to_string();
        let mut request =
            Request::post("/console/session").header("content-type", "application/json").body(body.into()).unwrap();
        request.extensions_mut().insert(Arrival { peer: address.parse().unwrap(), is_private: true });
        world.send(request).await
    };
    for port in 1..=10 {
        let reply = guess(&format!("[2001:db8::{port}]:{port}"), "guess").await;
        assert_eq!(reply.body["error"]["name"], "wrong_admin_token");
        assert_eq!(reply.header("set-cookie"), "");
    }
    let refused = guess("[2001:db8::99]:5", ADMIN_TOKEN).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "6"), "{refused:?}");
    assert_eq!(guess("[2001:db8:0:1::1]:5", ADMIN_TOKEN).await.status, 200, "a neighbour");
    world.clock.advance(Duration::from_secs(6));
    assert_eq!(guess("[2001:db8::99]:5", ADMIN_TOKEN).await.status, 200);
}
