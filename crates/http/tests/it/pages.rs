//! The pages and their parts.

use axum::body::Body;
use axum::http::{Request, header};
use offhook_http::Demo;
use serde_json::json;

use crate::support::{ADMIN_TOKEN, Reply, World};

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

#[tokio::test]
async fn the_console_is_one_page_at_each_of_its_addresses() {
    let world = World::new().await;
    let first = world.get("/console", "").await;
    assert_eq!((first.status, first.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(first.header("content-security-policy").ends_with("frame-ancestors 'none'"));
    assert!(first.body.as_str().unwrap().contains(r#"src="/assets/console/main.js""#));
    for path in ["/console/", "/console/calls", "/console/calls/c_x", "/console/webhooks/7"] {
        assert_eq!(world.get(path, "").await.body, first.body, "{path}");
    }
    let below = world.reached(|site| site.base_path = "/calling".to_owned().try_into().unwrap());
    let page = below.get("/calling/console/calls", "").await;
    assert!(page.body.as_str().unwrap().contains(r#"src="/calling/assets/console/main.js""#));
}

#[tokio::test]
async fn a_conversation_is_framed_by_the_sites_that_its_page_allows() {
    let world = World::new().await;
    let framed_by = async |page: &str| -> String {
        let reply = world.get(&format!("/c/{page}"), "").await;
        assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
        let policy = reply.header("content-security-policy");
        policy.split("; ").find(|rule| rule.starts_with("frame-ancestors")).unwrap().to_owned()
    };
    let page = world.page.to_string();
    assert_eq!(framed_by(&page).await, "frame-ancestors 'none'");

    let sites = json!({ "embed_origins": ["https://shop.example", "http://localhost:3000"] });
    let path = format!("/offhook/v1/pages/{page}");
    let changed = world.request("PATCH", &path, ADMIN_TOKEN, sites.to_string().into()).await.ok();
    assert_eq!(changed["embed_origins"], sites["embed_origins"]);
    assert_eq!(world.get(&path, ADMIN_TOKEN).await.ok(), changed);
    assert_eq!(framed_by(&page).await, "frame-ancestors https://shop.example http://localhost:3000");
    assert_eq!(framed_by("1").await, "frame-ancestors 'none'", "a Page that does not exist looks like any other");
    assert_eq!(world.get("/c/shop", "").await.status, 400);
}

#[tokio::test]
async fn what_is_no_origin_lets_nobody_embed() {
    let world = World::new().await;
    let path = format!("/offhook/v1/pages/{}", world.page);
    let too_many: Vec<_> = (0..33).map(|number| format!("https://shop-{number}.example")).collect();
    for origins in
        [json!(["https://shop.example/"]), json!(["*"]), json!(["https://a.example; script-src *"]), json!(too_many)]
    {
        let body = json!({ "embed_origins": origins }).to_string();
        let reply = world.request("PATCH", &path, ADMIN_TOKEN, body.into()).await;
        assert_eq!((reply.status, &reply.body["error"]["name"]), (400, &json!("invalid_request")), "{origins}");
        assert!(reply.body["error"]["detail"].as_str().unwrap().starts_with("embed_origins"), "{reply:?}");
    }
    assert_eq!(world.get(&path, ADMIN_TOKEN).await.ok()["embed_origins"], json!([]));
}

#[tokio::test]
async fn any_site_may_load_the_script_that_embeds() {
    let world = World::new().await;
    let script = world.get("/embed.js", "").await;
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
}
