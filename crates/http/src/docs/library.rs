//! The pages as they are sent. A release build makes each once; a debug build makes them anew, since their files may have changed.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::Bytes;

use super::article::Article;
use super::contents::{self, Entry, Source};
use super::{files, frame, reference, search, settings};

/// The HTML of a page.
pub(super) fn page(slug: &str) -> Option<Bytes> {
    let entry = contents::find(slug)?;
    if cfg!(debug_assertions) { Some(make_page(entry)) } else { PAGES.get(entry.slug).cloned() }
}

/// The JSON of the search.
pub(super) fn search() -> Bytes {
    if cfg!(debug_assertions) { make_search() } else { Bytes::clone(&SEARCH) }
}

static PAGES: LazyLock<HashMap<&str, Bytes>> =
    LazyLock::new(|| contents::entries().map(|entry| (entry.slug, make_page(entry))).collect());

static SEARCH: LazyLock<Bytes> = LazyLock::new(make_search);

fn make_page(entry: &Entry) -> Bytes {
    frame::page(entry, &article(entry)).into()
}

fn make_search() -> Bytes {
    let found: Vec<_> = contents::entries().flat_map(|entry| search::of_page(entry, article(entry))).collect();
    serde_json::to_vec(&found).expect("words are JSON").into()
}

fn article(entry: &Entry) -> Article {
    match entry.source {
        Source::Markdown => Article::of_markdown(&files::markdown(entry.slug)),
        Source::Settings => settings::article(files::SETTINGS),
        Source::Reference(part) => reference::article(part),
    }
}
