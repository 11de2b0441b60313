//! `POST /{page-id}/calls`.

mod answer;
mod body;
mod request;
mod track;

pub use answer::{CallAnswer, CallSession};
pub use body::{CallBody, LabelBody, Platform, SwitchBody, TrackBody};
pub(crate) use request::check_platform;
pub use request::{CallRequest, MediaChange};
pub(crate) use track::TRACKS_MAX;
