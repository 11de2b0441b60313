use std::collections::BTreeMap;
use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::fault::{Call, Fault};
use crate::power_cut::PowerCut;
use crate::record::{Event, FileId, Record};
use crate::vfs;

/// A watched folder. Dropping it ends the watch; files that are open then stay watched.
pub struct Disk {
    folder: PathBuf,
    watch: Arc<Watch>,
}

/// A point in time: so much had been done to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub usize);

/// What the VFS tells and asks.
#[derive(Default)]
pub(crate) struct Watch {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    record: Record,
    /// Calls so far that can fail.
    calls: u64,
    /// `nth` counts from the first call.
    fault: Option<Fault>,
    deaf_to_syncs: bool,
}

/// The watched folders of the process.
static FOLDERS: Mutex<BTreeMap<PathBuf, Arc<Watch>>> = Mutex::new(BTreeMap::new());

impl Disk {
    /// Watches a folder that exists. Databases there must be opened after this.
    pub fn under(folder: &Path) -> std::io::Result<Self> {
        vfs::install();
        let folder = folder.canonicalize()?;
        let watch = Arc::new(Watch::default());
        lock(&FOLDERS).insert(folder.clone(), Arc::clone(&watch));
        Ok(Self { folder, watch })
    }

    /// Now.
    pub fn moment(&self) -> Moment {
        Moment(lock(&self.watch.state).record.events.len())
    }

    /// How many calls there were that could have failed.
    pub fn calls(&self) -> u64 {
        lock(&self.watch.state).calls
    }

    /// Makes a coming call fail.
    pub fn fail(&self, fault: Fault) {
        let mut state = lock(&self.watch.state);
        state.fault = Some(Fault { nth: state.calls + fault.nth, ..fault });
    }

    /// Nothing fails any more. Whether anything did.
    pub fn heal(&self) -> bool {
        let mut state = lock(&self.watch.state);
        let failed = state.fault.is_some_and(|fault| fault.nth <= state.calls);
        state.fault = None;
        failed
    }

    /// From now on the disk says that it synced, and did not: a cheap one, or one whose cache loses its power.
    pub fn ignore_syncs(&self) {
        lock(&self.watch.state).deaf_to_syncs = true;
    }

    /// What was done so far, to cut the power in it.
    pub fn power_cut(&self) -> PowerCut {
        PowerCut::of(lock(&self.watch.state).record.events.clone())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        lock(&FOLDERS).remove(&self.folder);
    }
}

impl Watch {
    /// The watch over a file, and the file's name in the folder.
    pub(crate) fn over(path: &Path) -> Option<(Arc<Self>, &str)> {
        let name = path.file_name()?.to_str()?;
        lock(&FOLDERS).get(path.parent()?).map(|watch| (Arc::clone(watch), name))
    }

    /// Counts a call. An error is the code that SQLite shall get instead.
    pub(crate) fn attempt(&self, call: Call) -> Result<(), c_int> {
        let mut state = lock(&self.state);
        state.calls += 1;
        let due = |fault: &Fault| state.calls == fault.nth || (fault.lasting && state.calls > fault.nth);
        match state.fault.filter(due) {
            Some(fault) => Err(fault.trouble.code(call)),
            None => Ok(()),
        }
    }

    pub(crate) fn opened(&self, name: &str, found: Option<Vec<u8>>) -> FileId {
        lock(&self.state).record.opened(name, found)
    }

    pub(crate) fn wrote(&self, file: FileId, offset: u64, bytes: &[u8]) {
        let bytes = bytes.to_owned();
        lock(&self.state).record.events.push(Event::Wrote { file, offset, bytes });
    }

    pub(crate) fn truncated(&self, file: FileId, len: u64) {
        lock(&self.state).record.events.push(Event::Truncated { file, len });
    }

    pub(crate) fn synced(&self, file: FileId) {
        let mut state = lock(&self.state);
        if !state.deaf_to_syncs {
            state.record.events.push(Event::Synced { file });
        }
    }

    pub(crate) fn deleted(&self, name: &str, directory_synced: bool) {
        let mut state = lock(&self.state);
        let directory_synced = directory_synced && !state.deaf_to_syncs;
        state.record.deleted(name, directory_synced);
    }
}

/// A panic elsewhere leaves the record as good as it was.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
