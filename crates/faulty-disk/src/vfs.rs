//! The shim. A file of ours is a file of the default VFS with a pointer behind it; its methods are the default ones but
//! for four, so locks, shared memory and reads do not pass through here at all.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rusqlite::ffi;

use crate::disk::Watch;
use crate::fault::Call;
use crate::record::FileId;

/// The VFS below, and where a file's [`Watched`] stands in it.
struct Base {
    vfs: *mut ffi::sqlite3_vfs,
    open: Open,
    delete: Delete,
    watched_at: usize,
}

type Open = unsafe extern "C" fn(
    *mut ffi::sqlite3_vfs,
    ffi::sqlite3_filename,
    *mut ffi::sqlite3_file,
    c_int,
    *mut c_int,
) -> c_int;
type Delete = unsafe extern "C" fn(*mut ffi::sqlite3_vfs, *const c_char, c_int) -> c_int;

// SAFETY: the pointer is to SQLite's default VFS, which lives as long as the process and which SQLite itself uses from
// any thread.
unsafe impl Send for Base {}
// SAFETY: as above.
unsafe impl Sync for Base {}

static BASE: OnceLock<Base> = OnceLock::new();

/// What stands behind an open file that is watched.
struct Watched {
    watch: Arc<Watch>,
    file: FileId,
    /// The file's own methods: where they stand, what they are, and the same with ours among them.
    below: *const ffi::sqlite3_io_methods,
    own: ffi::sqlite3_io_methods,
    methods: ffi::sqlite3_io_methods,
}

/// Makes the shim the process's default VFS, once.
pub(crate) fn install() {
    BASE.get_or_init(|| {
        // SAFETY: a null name asks for the default VFS; SQLite initializes itself first.
        let vfs = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
        // SAFETY: SQLite has a default VFS on every platform that this program runs on, and it lives for ever.
        let below = unsafe { *vfs.as_ref().expect("SQLite has a default VFS") };
        let file_bytes = usize::try_from(below.szOsFile).expect("a size is positive");
        let watched_at = file_bytes.next_multiple_of(align_of::<*mut Watched>());
        let bytes = c_int::try_from(watched_at + size_of::<*mut Watched>()).expect("a file is small");
        let shim = ffi::sqlite3_vfs {
            szOsFile: bytes,
            pNext: std::ptr::null_mut(),
            zName: c"offhook-faulty-disk".as_ptr(),
            xOpen: Some(open),
            xDelete: Some(delete),
            ..below
        };
        let (Some(open), Some(delete)) = (below.xOpen, below.xDelete) else {
            unreachable!("SQLite requires both of a VFS")
        };
        // SAFETY: the shim is leaked, so it lives as long as SQLite may use it; the functions that it shares with the VFS
        // below (paths, time, randomness) take any VFS there.
        let registered = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(shim)), 1) };
        assert_eq!(registered, ffi::SQLITE_OK, "a VFS can be registered");
        Base { vfs, open, delete, watched_at }
    });
}

fn base() -> &'static Base {
    BASE.get().expect("SQLite calls the shim once it is installed")
}

/// A path that SQLite gives.
///
/// # Safety
/// `name` is null or a C string that outlives the path.
unsafe fn path<'a>(name: *const c_char) -> Option<&'a Path> {
    // SAFETY: the caller's promise.
    (!name.is_null()).then(|| Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())))
}

unsafe extern "C" fn open(
    _shim: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let base = base();
    // SAFETY: SQLite gives the VFS below what it would have given it without us; `file` has room for more than it needs.
    let open_below = || unsafe { (base.open)(base.vfs, name, file, flags, flags_out) };
    // SAFETY: SQLite gives a C string, or null for a temporary file.
    let Some(path) = (unsafe { path(name) }) else { return open_below() };
    let Some((watch, file_name)) = Watch::over(path) else { return open_below() };
    if let Err(code) = watch.attempt(Call::Open) {
        // SAFETY: SQLite owns the memory; without methods it does not close what was never open.
        unsafe { (*file).pMethods = std::ptr::null() };
        return code;
    }
    let found = std::fs::read(path).ok();
    let code = open_below();
    if code == ffi::SQLITE_OK {
        let id = watch.opened(file_name, found);
        // SAFETY: the file was just opened by the VFS below, with our room behind it.
        unsafe { put_behind(file, watch, id) };
    }
    code
}

/// # Safety
/// `file` was opened by the VFS below in memory of the shim's size, and is not yet watched.
unsafe fn put_behind(file: *mut ffi::sqlite3_file, watch: Arc<Watch>, id: FileId) {
    // SAFETY: an open file has methods.
    let (below, own) = unsafe { ((*file).pMethods, *(*file).pMethods) };
    let methods = ffi::sqlite3_io_methods {
        xClose: Some(close),
        xWrite: Some(write),
        xTruncate: Some(truncate),
        xSync: Some(sync),
        ..own
    };
    let watched = Box::into_raw(Box::new(Watched { watch, file: id, below, own, methods }));
    // SAFETY: the slot lies in the file's memory, aligned and behind all that the VFS below uses; the methods live until
    // `close` frees them.
    unsafe {
        slot(file).write(watched);
        (*file).pMethods = &raw const (*watched).methods;
    }
}

/// # Safety
/// `file` is in memory of the shim's size.
unsafe fn slot(file: *mut ffi::sqlite3_file) -> *mut *mut Watched {
    // SAFETY: the shim's size has room for a pointer there; the offset is a multiple of its alignment.
    unsafe { file.byte_add(base().watched_at).cast() }
}

/// # Safety
/// `file` is watched and open.
unsafe fn watched<'a>(file: *mut ffi::sqlite3_file) -> &'a Watched {
    // SAFETY: `put_behind` wrote the slot, and only `close` frees what it points to.
    unsafe { &**slot(file) }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once, and does nothing with it afterwards; the slot is ours.
    let watched = unsafe { Box::from_raw(slot(file).read()) };
    // SAFETY: the file is the VFS below's own again before ours goes.
    unsafe { (*file).pMethods = watched.below };
    // SAFETY: an open file of the VFS below.
    unsafe { watched.own.xClose.expect(REQUIRED)(file) }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, data: *const c_void, len: c_int, offset: i64) -> c_int {
    // SAFETY: SQLite calls the methods of open files only.
    let watched = unsafe { watched(file) };
    let attempt = watched.watch.attempt(Call::Write);
    let len = if attempt.is_ok() { len } else { len / 2 };
    // SAFETY: SQLite gives `len` bytes or more, to an open file of the VFS below.
    let code = unsafe { watched.own.xWrite.expect(REQUIRED)(file, data, len, offset) };
    if code == ffi::SQLITE_OK {
        let len = usize::try_from(len).expect("a length is positive");
        // SAFETY: as above; nobody changes them meanwhile.
        let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), len) };
        watched.watch.wrote(watched.file, offset.cast_unsigned(), bytes);
    }
    attempt.err().unwrap_or(code)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    // SAFETY: SQLite calls the methods of open files only.
    let watched = unsafe { watched(file) };
    if let Err(code) = watched.watch.attempt(Call::Truncate) {
        return code;
    }
    // SAFETY: an open file of the VFS below.
    let code = unsafe { watched.own.xTruncate.expect(REQUIRED)(file, len) };
    if code == ffi::SQLITE_OK {
        watched.watch.truncated(watched.file, len.cast_unsigned());
    }
    code
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: SQLite calls the methods of open files only.
    let watched = unsafe { watched(file) };
    if let Err(code) = watched.watch.attempt(Call::Sync) {
        return code;
    }
    // SAFETY: an open file of the VFS below.
    let code = unsafe { watched.own.xSync.expect(REQUIRED)(file, flags) };
    if code == ffi::SQLITE_OK {
        watched.watch.synced(watched.file);
    }
    code
}

unsafe extern "C" fn delete(_shim: *mut ffi::sqlite3_vfs, name: *const c_char, sync_directory: c_int) -> c_int {
    let base = base();
    // SAFETY: SQLite gives the VFS below what it would have given it without us.
    let code = unsafe { (base.delete)(base.vfs, name, sync_directory) };
    // SAFETY: SQLite gives a C string.
    let watched = unsafe { path(name) }.and_then(Watch::over);
    if let (ffi::SQLITE_OK, Some((watch, file_name))) = (code, watched) {
        watch.deleted(file_name, sync_directory != 0);
    }
    code
}

const REQUIRED: &str = "SQLite requires this method of every file";
