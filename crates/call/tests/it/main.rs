//! Any sequence of commands leaves a call in order, and faults strike as their rules say.

mod faults;
mod sequences;
