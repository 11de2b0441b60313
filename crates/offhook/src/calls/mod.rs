//! Calls and their timelines, for people: as text, as a page, as they happen.

mod chart;
mod html;
mod list;
mod said;
mod show;
mod tail;
mod text;
mod time;

pub(crate) use list::list;
pub(crate) use show::show;
pub(crate) use tail::tail;
