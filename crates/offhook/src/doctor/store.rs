//! The data folder: whether it can be written, has room, and is on a disk that SQLite can trust.

use std::path::Path;

use nix::sys::statfs::{self, FsType, statfs};

use super::Line;

pub(super) fn examine(folder: &Path) -> Vec<Line> {
    let shown = folder.display();
    if !folder.exists() {
        let parent = folder.ancestors().skip(1).find(|parent| parent.exists()).unwrap_or(Path::new("."));
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        return match tempfile::tempfile_in(parent) {
            Ok(_) => vec![Line::ok(CHECK, format!("{shown} does not exist yet and can be made"))],
            Err(error) => vec![Line::fail(CHECK, format!("{shown} cannot be made: {error}"), WRITABLE)],
        };
    }
    if let Err(error) = tempfile::tempfile_in(folder) {
        return vec![Line::fail(CHECK, format!("{shown} cannot be written: {error}"), WRITABLE)];
    }
    match statfs(folder) {
        Ok(disk) => {
            let free = disk.blocks_available() * u64::try_from(disk.block_size()).unwrap_or_default();
            vec![judge_space(free), judge_kind(disk.filesystem_type())]
        }
        Err(error) => vec![Line::warn(CHECK, format!("the disk of {shown} cannot be looked at: {error}"), WRITABLE)],
    }
}

fn judge_space(free: u64) -> Line {
    let said = format!("{} MiB free", free / MIB);
    match free {
        0..FREE_MIN => Line::fail(CHECK, said, "Make room: without any, calls are refused."),
        FREE_MIN..FREE_ENOUGH => {
            Line::warn(CHECK, said, "Make room: a call takes some KB for as long as calls are kept.")
        }
        FREE_ENOUGH.. => Line::ok(CHECK, said),
    }
}

fn judge_kind(kind: FsType) -> Line {
    if [statfs::NFS_SUPER_MAGIC, statfs::SMB_SUPER_MAGIC, CIFS, SMB2].contains(&kind) {
        let change = "Set store.path to a local disk: SQLite's locks and its log do not hold over a network.";
        Line::fail(CHECK, "the folder is on a network disk", change)
    } else if kind == statfs::TMPFS_MAGIC {
        Line::warn(
            CHECK,
            "the folder is in memory",
            "Set store.path to a disk: all data is lost with the machine's power.",
        )
    } else if kind == statfs::FUSE_SUPER_MAGIC {
        let change = "Make sure that it is a local disk with locks and memory maps, or set store.path to another.";
        Line::warn(CHECK, "the folder is on a FUSE file system", change)
    } else {
        Line::ok(CHECK, "the folder is on a local disk")
    }
}

const CHECK: &str = "store";
const WRITABLE: &str = "Give the server's user the folder, or set store.path.";
const MIB: u64 = 1 << 20;
const FREE_MIN: u64 = 100 * MIB;
const FREE_ENOUGH: u64 = 1024 * MIB;
// Of linux/magic.h; not in nix.
const CIFS: FsType = FsType(0xFF53_4D42);
const SMB2: FsType = FsType(0xFE53_4D42);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn disks_that_are_full_or_not_to_be_trusted_are_told() {
        assert_eq!(judge_space(99 * MIB).verdict, Verdict::Fail);
        assert_eq!(judge_space(500 * MIB).verdict, Verdict::Warn);
        assert_eq!(judge_space(5000 * MIB).verdict, Verdict::Ok);
        for (kind, verdict) in [
            (statfs::NFS_SUPER_MAGIC, Verdict::Fail),
            (CIFS, Verdict::Fail),
            (statfs::TMPFS_MAGIC, Verdict::Warn),
            (statfs::FUSE_SUPER_MAGIC, Verdict::Warn),
            (statfs::EXT4_SUPER_MAGIC, Verdict::Ok),
        ] {
            assert_eq!(judge_kind(kind).verdict, verdict);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_or_made_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(examine(&folder.path().join("new/data")).iter().all(|line| line.verdict == Verdict::Ok));
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(examine(&file.join("data"))[0].verdict, Verdict::Fail, "a file is no folder");
        assert_eq!(examine(&file)[0].verdict, Verdict::Fail);
    }
}
