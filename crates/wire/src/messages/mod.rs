//! `POST /{page-id}/messages`: the parts of Meta's Send API that a calling integration needs.

mod answer;
mod body;
mod request;
mod template;

pub use answer::{MessageAnswer, Recipient};
pub use body::MessageBody;
pub use request::MessageRequest;
