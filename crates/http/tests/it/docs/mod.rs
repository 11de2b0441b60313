//! The documentation: as a site, and as files on a code host.

mod code_host;
mod html;
mod reference;
mod site;
