//! The pages that people look at, compiled in from `web/`; in a debug build they are read from the folder on each request.
//!
//! | path | answer |
//! |---|---|
//! | `GET /c/{page}` | the client of a Page's consumers: `web/consumer/` |
//! | `GET /console`, `GET /console/{view}` | the operator's console: `web/console/`, which reads the view from its address |
//! | `GET /desk` | the desk of agents: `web/desk/` |
//! | `GET /embed.js` | `web/embed/embed.js`: brings that client to other sites ([docs/embed.md](../../../../docs/embed.md)) |
//! | `GET /assets/{path}` | `web/{path}`: scripts, styles, pictures. Those of the demo exist only where the demo does |
//!
//! The documentation at `/docs` is made and not read: [`crate::docs`].
//!
//! A page names its parts relative to itself and its modules one another, so all of it works below any base path. Every page
//! has the policy of [`headers`]: nothing runs but our own files, and there is nothing inline. To add a page: its folder in
//! `web/` and in [`files`], and a route that answers with [`page`].

mod assets;
mod console;
mod consumer;
mod desk;
mod embedding;
mod files;
mod headers;
mod routes;

pub(crate) use files::{made_page, made_part, page};
pub(crate) use headers::Frames;
pub(crate) use routes::routes;
