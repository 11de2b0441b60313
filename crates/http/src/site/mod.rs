//! How the world sees this server: below which path, through which proxies, from which origins; and what each answer tells
//! browsers for their safety.
//!
//! [`enter`] stands around everything. It finds out who really asks, and by what address, once: a [`Visit`], which routes
//! find among the request's extensions.

mod arrival;
mod base_path;
mod forwarded;
mod frame;
mod headers;
mod origin;
mod sender;
mod settings;
mod visit;

pub use arrival::Arrival;
pub use base_path::{BasePath, NoBasePath};
pub use forwarded::ForwardedHeader;
pub use origin::{NoOrigin, Origin};
pub use settings::Site;

pub(crate) use frame::{below, enter};
pub(crate) use sender::Sender;
pub(crate) use visit::Visit;
