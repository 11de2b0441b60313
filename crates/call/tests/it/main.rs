//! Any sequence of commands leaves a call in order.

mod sequences;
