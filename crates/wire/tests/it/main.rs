//! The documentation says what the code does.

mod consumer_protocol;
mod desk_protocol;
mod error_table;
