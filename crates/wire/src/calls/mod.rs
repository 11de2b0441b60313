//! `POST /{page-id}/calls`.

mod answer;
mod request;

pub use answer::{CallAnswer, CallSession};
pub use request::CallRequest;
pub(crate) use request::check_platform;
