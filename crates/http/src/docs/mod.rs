//! The documentation at `/docs`: the Markdown of `docs/`, the settings and a reference of the API, as a small site.
//!
//! | path | answer |
//! |---|---|
//! | `GET /docs/` | `docs/README.md` |
//! | `GET /docs/{page}` | `docs/{page}.md`, or what is made from code: `settings`, `reference-…` |
//! | `GET /docs/images/{name}` | `docs/images/{name}` |
//! | `GET /docs/search.json` | what the pages' search looks through |
//!
//! The files stay the source and read as well on a code host: [`links`] turns their links. [`contents`] lists every page; to add
//! one, write `docs/{name}.md` and its line there. In a debug build the files are read from the folder on each request.

mod article;
mod contents;
mod files;
mod frame;
mod library;
mod links;
mod reference;
mod routes;
mod search;
mod settings;

pub(crate) use routes::routes;
