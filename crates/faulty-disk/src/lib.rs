//! A disk under SQLite that can fail and lose power, for tests.
//!
//! [`Disk::under`] puts a shim over SQLite's own VFS, for the whole process, and watches one folder through it: every
//! write, truncation, sync, creation and deletion of a file there is passed on and recorded. [`Disk::fail`] makes a call
//! of SQLite's fail; a [`PowerCut`] builds the folder as it may look after the power went at any moment: what was synced
//! is there, of the rest any part. Files outside of watched folders are SQLite's alone. The `-shm` file is not seen, and
//! not missed: it is made anew from the rest.

mod disk;
mod fault;
mod file;
mod power_cut;
mod record;
mod scratch;
mod vfs;

pub use disk::{Disk, Moment};
pub use fault::{Fault, Trouble};
pub use power_cut::PowerCut;
pub use scratch::scratch;
