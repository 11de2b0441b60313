//! The pages and their parts.

use axum::body::Body;
use axum::http::{Request, header};
use offhook_http::Demo;

use crate::support::{Reply, World};

#[tokio::test]
async fn parts_come_with_their_type_and_are_taken_for_nothing_else() {
    let world = World::new().await;
    let files = [
        ("consumer/main.js", "text/javascript; charset=utf-8"),
        ("kit/style/tokens.css", "text/css; charset=utf-8"),
        ("kit/icon.svg", "image/svg+xml"),
        ("vendor/lit.LICENSE", "text/plain; charset=utf-8"),
    ];
    for (path, content_type) in files {
        let part = world.get(&format!("/assets/{path}"), "").await;
        assert_eq!((part.status, part.header("content-type")), (200, content_type), "{path}");
        assert_eq!(part.header("x-content-type-options"), "nosniff");
        assert_eq!(part.header("cross-origin-resource-policy"), "same-origin");
    }
}

#[tokio::test]
async fn only_the_pages_folders_are_served() {
    let world = World::new().await;
    let paths =
        ["kit/nothing.js", "package.json", "tests/stage.js", "..%2f..%2fCargo.toml", "kit/..%2fpackage.json", "kit"];
    for path in paths {
        assert_eq!(world.get(&format!("/assets/{path}"), "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_browser_that_has_a_part_gets_no_second_copy() {
    let world = World::new().await;
    let get = async |tag: &str| -> Reply {
        let request = Request::get("/assets/kit/icon.svg").header(header::IF_NONE_MATCH, tag);
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let first = get("\"other\"").await;
    assert_eq!((first.status, first.header("cache-control")), (200, "no-cache"));
    let again = get(first.header("etag")).await;
    assert_eq!((again.status, again.body.as_str()), (304, Some("")));
}

#[tokio::test]
async fn a_page_runs_only_our_own_scripts_and_is_framed_by_nobody() {
    let world = World::new().await;
    let demo = Demo { consumers: Vec::new(), ..world.demo() };
    let world = world.with_demo(demo);
    let page = world.get("/demo/business", "").await;
    let policy = page.header("content-security-policy");
    for rule in ["default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"] {
        assert!(policy.contains(rule), "{rule} is not in {policy}");
    }
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    assert!(page.header("permissions-policy").contains("microphone=(self)"));
}
