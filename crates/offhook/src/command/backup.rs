use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use tempfile::NamedTempFile;

use crate::cli::BackupArgs;

/// `offhook backup`: one file with all that was acknowledged before it began; the server goes on.
pub(crate) fn run(args: &BackupArgs) -> anyhow::Result<ExitCode> {
    let database = args.data.database()?;
    let out = &args.out;
    anyhow::ensure!(!out.exists(), "{} exists; a backup overwrites nothing", out.display());
    let copy = copy_beside(&database, out)?;
    let copied = offhook_store::check(copy.path())?;
    anyhow::ensure!(copied.faults.is_empty(), "the database is damaged: {}", copied.faults.join("; "));
    copy.persist_noclobber(out).with_context(|| format!("{} cannot be written", out.display()))?;
    sync_folder(out)?;
    anstream::println!("{} has {} bytes", out.display(), std::fs::metadata(out)?.len());
    Ok(ExitCode::SUCCESS)
}

/// A copy of a database in the folder where it is to stand, readable to its owner only: it has secrets.
pub(crate) fn copy_beside(database: &Path, place: &Path) -> anyhow::Result<NamedTempFile> {
    anyhow::ensure!(database.exists(), "there is no database {}", database.display());
    let folder = folder_of(place);
    let copy = NamedTempFile::with_prefix_in(".offhook-copy-", folder)
        .with_context(|| format!("nothing can be written into {}", folder.display()))?;
    offhook_store::copy(database, copy.path()).with_context(|| format!("{} cannot be copied", database.display()))?;
    Ok(copy)
}

/// A new name is durable only once its folder is.
pub(crate) fn sync_folder(place: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder_of(place))?.sync_all()
}

fn folder_of(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
