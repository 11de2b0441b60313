//! What the pages' search looks through: it runs in the browser.

use serde::Serialize;

use super::article::Article;
use super::contents::Entry;

/// One section of one page.
#[derive(Serialize)]
pub(super) struct Found {
    /// Where it is, seen from any page of the site.
    href: String,
    page: String,
    heading: String,
    text: String,
}

pub(super) fn of_page(entry: &'static Entry, article: Article) -> impl Iterator<Item = Found> {
    let page = article.title;
    article.sections.into_iter().map(move |section| {
        let anchor = if section.anchor.is_empty() { String::new() } else { format!("#{}", section.anchor) };
        let text = section.text.split_whitespace().collect::<Vec<_>>().join(" ");
        Found { href: format!("{}{anchor}", entry.href()), page: page.clone(), heading: section.heading, text }
    })
}
