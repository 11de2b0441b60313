//! What stands around what a page says.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::article::{Article, Section};
use super::contents::{CONTENTS, Entry, neighbours};

pub(super) fn page(entry: &Entry, article: &Article) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&article.title))
            body {
                a.skip href="#content" { "To the content" }
                header.bar {
                    a.brand href="./" { img src="../assets/kit/icon.svg" alt="" width="28" height="28"; "Offhook" }
                    div #search {}
                    button.to-contents type="button" popovertarget="contents" { "Contents" }
                }
                div.frame {
                    (contents(entry))
                    main #content {
                        article { (PreEscaped(&article.html)) }
                        (onward(entry))
                    }
                    (on_this_page(&article.sections))
                }
            }
        }
    };
    page.into_string()
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · Offhook" }
            link rel="icon" href="../assets/kit/icon.svg" type="image/svg+xml";
            @for style in STYLES { link rel="stylesheet" href={ "../assets/" (style) }; }
            script type="module" src="../assets/docs/main.js" {}
        }
    }
}

/// A popover where the page is narrow, a column where it is wide: styles decide.
fn contents(here: &Entry) -> Markup {
    html! {
        nav #contents popover aria-label="Contents" {
            @for chapter in CONTENTS {
                h2 { (chapter.name) }
                ul {
                    @for entry in chapter.entries {
                        li {
                            a href=(entry.href()) aria-current=[(entry.slug == here.slug).then_some("page")] { (entry.name) }
                        }
                    }
                }
            }
        }
    }
}

fn on_this_page(sections: &[Section]) -> Markup {
    let shown: Vec<_> = sections.iter().filter(|section| section.level == 2).collect();
    html! {
        @if shown.len() > 1 {
            nav #here aria-label="On this page" {
                h2 { "On this page" }
                ul {
                    @for section in shown {
                        li { a href={ "#" (section.anchor) } { (section.heading) } }
                    }
                }
            }
        }
    }
}

fn onward(entry: &Entry) -> Markup {
    let [before, after] = neighbours(entry);
    html! {
        nav.onward aria-label="Before and after" {
            @if let Some(before) = before { a rel="prev" href=(before.href()) { span { "Before" } (before.name) } }
            @if let Some(after) = after { a rel="next" href=(after.href()) { span { "Next" } (after.name) } }
        }
    }
}

const STYLES: [&str; 6] = [
    "kit/style/tokens.css",
    "kit/style/base.css",
    "docs/frame.css",
    "docs/search.css",
    "docs/article.css",
    "docs/reference.css",
];
