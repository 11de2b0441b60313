//! How the world sees the server: base path, proxies, origins, and what answers tell browsers.

use std::time::Duration;

use axum::http::Request;
use offhook_http::{Arrival, ForwardedHeader, Origin, Site};
use serde_json::json;

use crate::support::{ADMIN_TOKEN, Device, Reply, World};

const PROXY: &str = "10.0.0.1:40000";

/// A server behind proxies of 10.0.0.0/8 that write this header.
async fn behind_proxies(forwarded: ForwardedHeader) -> World {
    World::new().await.reached(|site| {
        site.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        site.forwarded = forwarded;
    })
}

/// Signs in from this end of a connection without TLS, with these headers.
async fn sign_in(world: &World, peer: &str, headers: &[(&str, &str)]) -> Reply {
    let request = Request::post("/console/session").header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let body = json!({ "admin_token": ADMIN_TOKEN }).to_string();
    let mut request = request.body(body.into()).unwrap();
    request.extensions_mut().insert(Arrival { peer: peer.parse().unwrap(), is_private: false });
    world.send(request).await
}

fn is_secure(reply: &Reply) -> bool {
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.header("set-cookie").contains("; Secure")
}

#[tokio::test]
async fn a_proxys_word_about_the_scheme_counts_and_nobody_elses() {
    let x_forwarded = [("x-forwarded-proto", "https")];
    let forwarded = [("forwarded", "for=203.0.113.7;proto=https")];
    let world = behind_proxies(ForwardedHeader::XForwardedFor).await;
    let reply = sign_in(&world, PROXY, &x_forwarded).await;
    assert!(is_secure(&reply));
    assert!(
        is_secure(&sign_in(&world, "[::ffff:10.0.0.2]:40000", &x_forwarded).await),
        "an IPv4 address on an IPv6 socket"
    );
    assert!(!is_secure(&sign_in(&world, "192.0.2.1:40000", &x_forwarded).await), "a stranger");
    assert!(!is_secure(&sign_in(&world, PROXY, &forwarded).await), "what it only passes on");
    assert!(
        !is_secure(&sign_in(&world, PROXY, &[("x-forwarded-proto", "https, http")]).await),
        "the nearest one's word"
    );
    let world = behind_proxies(ForwardedHeader::Forwarded).await;
    assert!(is_secure(&sign_in(&world, PROXY, &forwarded).await));
    assert!(!is_secure(&sign_in(&world, PROXY, &x_forwarded).await));
}

#[tokio::test]
async fn a_proxys_word_about_the_host_makes_the_own_origin() {
    let from = ("origin", "https://calls.example");
    let told = [("host", "10.0.0.9:8080"), ("x-forwarded-host", "calls.example"), ("x-forwarded-proto", "https"), from];
    let world = behind_proxies(ForwardedHeader::XForwardedFor).await;
    assert_eq!(sign_in(&world, PROXY, &told).await.status, 200);
    assert_eq!(sign_in(&world, "192.0.2.1:40000", &told).await.status, 403);
    let unsafe_page = told.map(|header| if header == from { ("origin", "http://calls.example") } else { header });
    assert_eq!(
        sign_in(&world, PROXY, &unsafe_page).await.status,
        403,
        "anybody on the way could have written that page"
    );
    let world = behind_proxies(ForwardedHeader::Forwarded).await;
    let told =
        [("host", "10.0.0.9:8080"), ("forwarded", r#"for="[2001:db8::1]:9", host="calls.example";proto=https"#), from];
    assert_eq!(sign_in(&world, PROXY, &told).await.status, 200);
}

/// Whether so many from the same client are slowed down: who asks is told by the headers.
async fn are_one_client(header: ForwardedHeader, peers: [&str; 2], name: &str, values: [&str; 2]) -> bool {
    let world = behind_proxies(header).await;
    for _ in 0..10 {
        assert_eq!(sign_in(&world, peers[0], &[(name, values[0])]).await.status, 200);
    }
    sign_in(&world, peers[1], &[(name, values[1])]).await.status == 429
}

#[tokio::test]
async fn a_client_is_known_by_the_first_address_that_is_no_proxy() {
    use ForwardedHeader::{Forwarded, XForwardedFor};
    let x_forwarded = async |values| are_one_client(XForwardedFor, [PROXY; 2], "x-forwarded-for", values).await;
    assert!(!x_forwarded(["203.0.113.7", "203.0.113.8"]).await);
    assert!(x_forwarded(["203.0.113.7, 10.0.0.5", "203.0.113.7"]).await, "through one more proxy");
    assert!(
        x_forwarded(["198.51.100.1, 203.0.113.7", "198.51.100.2, 203.0.113.7"]).await,
        "the client wrote the first"
    );
    assert!(x_forwarded(["203.0.113.7:1000", "203.0.113.7:2000"]).await, "with ports");
    assert!(x_forwarded(["nonsense", ""]).await, "no address is the proxy's own");
    let forwarded = async |values| are_one_client(Forwarded, [PROXY; 2], "forwarded", values).await;
    assert!(!forwarded(["for=203.0.113.7", "for=203.0.113.8"]).await);
    assert!(forwarded([r#"for="[2001:db8::1]:1000""#, r#"for="[2001:db8::1]:2000""#]).await);
    assert!(forwarded(["for=198.51.100.1, for=203.0.113.7", "for=203.0.113.7;proto=https, for=10.0.0.5"]).await);
    assert!(forwarded(["for=unknown", "for=_hidden"]).await);
    let strangers = ["192.0.2.1:1", "192.0.2.1:2"];
    assert!(are_one_client(XForwardedFor, strangers, "x-forwarded-for", ["203.0.113.7", "203.0.113.8"]).await);
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let world = World::new().await;
    let demo = world.demo();
    let world = world.with_demo(demo);
    for path in
        ["/health/live", "/openapi.json", "/offhook/v1/pages", "/demo/business", "/nothing", "/offhook/v1/nothing"]
    {
        let reply = world.get(path, ADMIN_TOKEN).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert!(["no-store", "no-cache"].contains(&reply.header("cache-control")), "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(reply.header("permissions-policy").starts_with("camera=(self), microphone=(self), "), "{path}");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(reply.headers.get_all("content-security-policy").iter().count(), 1, "{path}");
        assert_eq!(reply.header("strict-transport-security"), "", "{path}: not without HTTPS");
    }
    assert!(world.get("/health/live", "").await.header("content-security-policy").starts_with("default-src 'none'"));
}

#[tokio::test]
async fn browsers_that_came_by_https_shall_come_by_nothing_else() {
    let told = async |site: fn(&mut Site), is_private| {
        let world = World::new().await.reached(site);
        let mut request = Request::get("/health/live").body("".into()).unwrap();
        request.extensions_mut().insert(Arrival { peer: PROXY.parse().unwrap(), is_private });
        world.send(request).await.header("strict-transport-security").to_owned()
    };
    assert_eq!(told(|site| site.hsts = Duration::from_secs(60), true).await, "max-age=60");
    assert_eq!(told(|site| site.hsts = Duration::from_secs(60), false).await, "");
    assert_eq!(told(|site| site.hsts = Duration::ZERO, true).await, "");
}

#[tokio::test]
async fn browsers_open_websockets_from_our_own_pages_and_from_origins_that_are_configured() {
    let world = World::new().await.reached(|site| {
        site.origins = vec![Origin::try_from("https://shop.example".to_owned()).unwrap()];
    });
    let server = world.listen().await;
    let own = format!("http://{server}");
    for welcome in [None, Some(own.as_str()), Some("https://shop.example")] {
        assert!(Device::connect_from(server, welcome).await.is_ok(), "{welcome:?}");
    }
    for foreign in
        ["https://evil.example", "http://shop.example", "https://shop.example:444", "null", "http://127.0.0.1"]
    {
        assert_eq!(Device::connect_from(server, Some(foreign)).await.err(), Some(403), "{foreign}");
    }
}

#[tokio::test]
async fn everything_is_below_the_base_path_and_nothing_beside_it() {
    let world = World::new().await.reached(|site| site.base_path = "/calling".to_owned().try_into().unwrap());
    for (path, token) in [
        ("/calling/health/live", ""),
        ("/calling/offhook/v1/pages?limit=1", ADMIN_TOKEN),
        ("/calling/v26.0/me/subscribed_apps", world.page_token.as_str()),
    ] {
        assert_eq!(world.get(path, token).await.status, 200, "{path}");
        let beside = world.get(path.strip_prefix("/calling").unwrap(), token).await;
        assert_eq!((beside.status, beside.header("x-content-type-options")), (404, "nosniff"), "{path}");
    }
    assert_eq!(world.get("/callings/health/live", "").await.status, 404);
    let batch = world.post("/calling", &world.page_token, &json!({ "batch": [] })).await;
    assert_ne!(batch.status, 404, "the root itself: {batch:?}");
    let described = world.get("/calling/openapi.json", "").await.ok();
    assert_eq!(described["servers"][0]["url"], "/calling/");
    let versioned =
        described["paths"].as_object().unwrap().values().find_map(|item| item["servers"][1]["url"].as_str());
    assert_eq!(versioned, Some("/calling/{version}"));
}
