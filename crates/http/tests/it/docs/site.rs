//! `/docs` as browsers see it.

use std::collections::{BTreeSet, HashMap};

use axum::body::Body;
use axum::http::{Request, header};
use url::Url;

use super::code_host::repository;
use super::html::attributes;
use crate::support::{Reply, World};

/// The pages that the contents name, by their path below `/docs/`.
pub(super) async fn pages(world: &World) -> Vec<String> {
    let first = text(&world.get("/docs/", "").await);
    let contents = first.split("<nav id=\"contents\"").nth(1).unwrap().split("</nav>").next().unwrap();
    attributes(contents, "href").into_iter().map(|href| href.trim_start_matches("./").to_owned()).collect()
}

pub(super) fn text(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body.as_str().expect("a page is no JSON").to_owned()
}

#[tokio::test]
async fn every_file_of_the_docs_stands_in_the_contents() {
    let named: BTreeSet<_> = pages(&World::new().await).await.into_iter().collect();
    for file in std::fs::read_dir(repository().join("docs")).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".md") else { continue };
        let page = if name == "README" { "" } else { name };
        assert!(named.contains(page), "docs/{file} wants a line in crates/http/src/docs/contents.rs");
    }
}

#[tokio::test]
async fn every_link_leads_to_a_place_that_is_there_below_any_base_path() {
    for base in ["", "/calling"] {
        let world = World::new().await.reached(|site| site.base_path = base.to_owned().try_into().unwrap());
        let root = Url::parse(&format!("http://here{base}/docs/")).unwrap();
        let mut seen: HashMap<String, Option<BTreeSet<String>>> = HashMap::new();
        let mut ahead = vec![(root.clone(), root)];
        while let Some((from, to)) = ahead.pop() {
            let path = to.path().to_owned();
            assert!(path.starts_with(&format!("{base}/")), "{from} leads out of the server: {to}");
            if !seen.contains_key(&path) {
                let reply = world.get(&path, "").await;
                assert_eq!(reply.status, 200, "{from} leads to {to}");
                let is_page = reply.header("content-type").starts_with("text/html");
                let html = if is_page { text(&reply) } else { String::new() };
                let links = ["href", "src"].into_iter().flat_map(|name| attributes(&html, name));
                let links = links.map(|link| to.join(&link.replace("&amp;", "&")).unwrap());
                ahead.extend(links.filter(|link| link.host_str() == Some("here")).map(|link| (to.clone(), link)));
                let anchors = is_page.then(|| attributes(&html, "id").into_iter().map(str::to_owned).collect());
                seen.insert(path.clone(), anchors);
            }
            let anchor = to.fragment().unwrap_or_default();
            let is_there = |anchors: &BTreeSet<String>| anchors.contains(anchor);
            assert!(anchor.is_empty() || seen[&path].as_ref().is_some_and(is_there), "{from} leads to {to}");
        }
        assert!(seen.len() > 30, "{seen:?}");
    }
}

#[tokio::test]
async fn nothing_that_was_written_is_left_out_of_a_page() {
    let world = World::new().await;
    for page in pages(&world).await {
        let html = text(&world.get(&format!("/docs/{page}"), "").await);
        assert!(!html.contains("raw HTML omitted"), "docs/{page}.md has HTML, which the site does not show");
        assert_eq!(html.matches("<h1>").count(), 1, "{page} has one title");
    }
}

#[tokio::test]
async fn a_page_comes_with_the_policy_of_all_pages_and_once() {
    let world = World::new().await;
    let first = world.get("/docs/quick-start", "").await;
    assert_eq!((first.status, first.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(first.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert!(first.header("content-security-policy").contains("frame-ancestors 'none'"));
    let again = Request::get("/docs/quick-start").header(header::IF_NONE_MATCH, first.header("etag"));
    assert_eq!(world.send(again.body(Body::empty()).unwrap()).await.status, 304);
    let image = world.get("/docs/images/consumer-ringing.png", "").await;
    assert_eq!((image.status, image.header("content-type")), (200, "image/png"));
}

#[tokio::test]
async fn the_folder_leads_to_its_first_page_and_what_is_not_there_is_not_found() {
    let world = World::new().await;
    let folder = world.get("/docs", "").await;
    assert_eq!((folder.status, folder.header("location")), (308, "docs/"), "relative: below any base path");
    for path in ["nothing", "api.md", "..%2fREADME", "images/nothing.png", "images/..%2fapi.md", "openapi.json"] {
        assert_eq!(world.get(&format!("/docs/{path}"), "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_search_has_every_section_of_every_page() {
    let world = World::new().await;
    let sections = world.get("/docs/search.json", "").await.ok();
    let find = |href: &str| sections.as_array().unwrap().iter().find(|section| section["href"] == href);
    let doctor = find("operations#the-doctor").expect("the doctor's section");
    assert_eq!((doctor["page"].as_str(), doctor["heading"].as_str()), (Some("Running Offhook"), Some("The doctor")));
    let said = doctor["text"].as_str().unwrap();
    assert!(said.contains("looks at a deployment") && said.contains("offhook doctor --config"), "{said}");
    assert!(said.contains("check needs what is looked at"), "cells are words of their own: {said}");
    for page in pages(&world).await {
        let href = if page.is_empty() { "./" } else { &page };
        assert!(find(href).is_some(), "{page}");
        let html = text(&world.get(&format!("/docs/{page}"), "").await);
        for heading in html.split("<h2 id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(find(&format!("{href}#{heading}")).is_some(), "{page}#{heading}");
        }
    }
}

#[tokio::test]
async fn each_setting_stands_below_its_table_and_after_what_is_said_of_it() {
    let html = text(&World::new().await.get("/docs/settings", "").await);
    let tls = html.split("<h2 id=\"tls\">").nth(1).unwrap().split("<h2").next().unwrap();
    assert!(tls.starts_with("<code>[tls]</code></h2>"), "{tls}");
    assert!(tls.contains("<p>How often the files are looked at."), "{tls}");
    assert!(tls.contains("<pre tabindex=\"0\"><code>reload_every = &quot;10s&quot;\n</code></pre>"), "{tls}");
    assert!(!tls.contains("directory"), "that is of the next table: {tls}");
    assert!(html.contains("<h2 id=\"tlsacme\">"));
}
