//! docs/openapi.json and the server say the same.

mod checked_in;
mod description;
mod replayed;
