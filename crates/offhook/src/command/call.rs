use std::process::ExitCode;

use crate::call::{Ended, place};
use crate::cli::CallArgs;

/// `offhook call`: places a call and talks.
pub(crate) fn run(args: CallArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(place(args))?;
    // A wait for Ctrl-C that was not needed must not hold the process.
    runtime.shutdown_background();
    Ok(match ended {
        Ended::Talked => ExitCode::SUCCESS,
        Ended::Unanswered => ExitCode::FAILURE,
        Ended::Interrupted => ExitCode::from(INTERRUPTED),
    })
}

/// What shells report of a program that SIGINT ended.
const INTERRUPTED: u8 = 130;
