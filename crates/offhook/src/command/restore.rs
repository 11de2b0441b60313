use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;

use super::backup::{copy_beside, sync_folder};
use crate::cli::RestoreArgs;

/// `offhook restore`: puts a backup in the place of the server's database, which must be stopped.
pub(crate) fn run(args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let database = args.data.database()?;
    let backup = &args.backup;
    let checked = offhook_store::check(backup).with_context(|| format!("{} cannot be read", backup.display()))?;
    anyhow::ensure!(checked.faults.is_empty(), "{} is damaged: {}", backup.display(), checked.faults.join("; "));
    let there_is_one = database.exists();
    anyhow::ensure!(
        args.replace || !there_is_one,
        "{} exists; with --replace it is set aside under another name",
        database.display()
    );
    if let Some(folder) = database.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let copy = copy_beside(backup, &database)?;
    let aside = aside(&database);
    offhook_store::set_aside(&database, &aside)?;
    copy.persist(&database).with_context(|| format!("{} cannot be written", database.display()))?;
    sync_folder(&database)?;
    anstream::println!("{} is what {} was", database.display(), backup.display());
    if there_is_one {
        anstream::println!("what it was before is {}", aside.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// A name for what is replaced that nothing has yet.
fn aside(database: &Path) -> PathBuf {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".replaced-{now}"));
    name.into()
}
