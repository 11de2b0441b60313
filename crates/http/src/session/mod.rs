//! People who sign in with a browser. A session is a cookie that no script can read and no other site can use; the store has
//! its hash.
//!
//! [`Place`] is where somebody signs in, each with a cookie of its own. To add one: a variant there, one of
//! `offhook_service::Who`, and its routes in a file like `console`.

pub(crate) mod console;
mod cookie;
pub(crate) mod desk;
mod standing;

pub(crate) use cookie::Place;
pub(crate) use desk::of_agent;
pub(crate) use standing::{is_safe_from_others, of_operator};
