//! Every page of the site, in the order of reading: the one list that navigation, search and links go by.

use super::reference::Part;

/// A part of the contents.
pub(super) struct Chapter {
    pub(super) name: &'static str,
    pub(super) entries: &'static [Entry],
}

/// A page.
pub(super) struct Entry {
    /// Its path below `/docs/`, and the name of its file if it has one.
    pub(super) slug: &'static str,
    /// What the contents call it.
    pub(super) name: &'static str,
    pub(super) source: Source,
}

/// What a page is made from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// `docs/{slug}.md`.
    Markdown,
    /// The commented defaults.
    Settings,
    /// The API's description.
    Reference(Part),
}

impl Entry {
    const fn file(slug: &'static str, name: &'static str) -> Self {
        Self { slug, name, source: Source::Markdown }
    }

    const fn made(slug: &'static str, name: &'static str, source: Source) -> Self {
        Self { slug, name, source }
    }

    /// Where it is, seen from any other page.
    pub(super) fn href(&self) -> &'static str {
        if self.slug == FIRST { "./" } else { self.slug }
    }
}

/// The page at `/docs/`: code hosts show this file with its folder.
pub(super) const FIRST: &str = "README";

pub(super) const CONTENTS: &[Chapter] = &[
    Chapter {
        name: "Start",
        entries: &[Entry::file(FIRST, "What is here"), Entry::file("quick-start", "Quick start")],
    },
    Chapter {
        name: "Guides",
        entries: &[
            Entry::file("testing", "Test your integration in CI"),
            Entry::file("self-hosting", "Run your own calling"),
            Entry::file("embed", "Embed the widget"),
            Entry::file("desk", "Answer at the desk"),
            Entry::file("moving", "From the sandbox to Meta and back"),
        ],
    },
    Chapter {
        name: "Test and look",
        entries: &[
            Entry::file("console", "The console"),
            Entry::file("sandbox", "The sandbox"),
            Entry::file("scenarios", "Scenarios"),
            Entry::file("timeline", "Timelines of calls"),
            Entry::file("sdp", "SDP lint"),
            Entry::file("load", "Load"),
        ],
    },
    Chapter {
        name: "The API",
        entries: &[
            Entry::file("api", "How it works"),
            Entry::made("reference-graph", "Reference: Graph", Source::Reference(Part::Graph)),
            Entry::made("reference-own", "Reference: own API", Source::Reference(Part::Own)),
            Entry::made("reference-server", "Reference: the rest", Source::Reference(Part::Server)),
            Entry::made("reference-shapes", "Reference: shapes", Source::Reference(Part::Shapes)),
            Entry::file("consumer-protocol", "Consumer protocol"),
            Entry::file("authorisation", "Who may do what"),
            Entry::file("compatibility", "Compatibility with Meta"),
        ],
    },
    Chapter {
        name: "Operate",
        entries: &[
            Entry::file("operations", "Operations"),
            Entry::made("settings", "Settings", Source::Settings),
            Entry::file("security", "Security"),
            Entry::file("guarantees", "Guarantees"),
            Entry::file("performance", "Performance"),
        ],
    },
];

pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    CONTENTS.iter().flat_map(|chapter| chapter.entries)
}

pub(super) fn find(slug: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.slug == slug)
}

/// The pages before and after this one.
pub(super) fn neighbours(entry: &Entry) -> [Option<&'static Entry>; 2] {
    let before = entries().take_while(|other| other.slug != entry.slug).last();
    let after = entries().skip_while(|other| other.slug != entry.slug).nth(1);
    [before, after]
}
