use std::process::ExitCode;

use tokio_util::sync::CancellationToken;

use crate::cli::LoadArgs;
use crate::load::Verdict;
use crate::{load, shutdown};

/// `offhook load`: many calls at a time.
pub(crate) fn run(args: &LoadArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let verdict = runtime.block_on(async {
        let stop = CancellationToken::new();
        let asked = tokio::spawn(ask_to_stop(stop.clone()));
        tokio::select! {
            verdict = load::run(args, stop) => verdict,
            // Asked a second time, nothing is waited for.
            _ = asked => Ok(Verdict::Interrupted),
        }
    })?;
    // A wait for Ctrl-C that was not needed must not hold the process.
    runtime.shutdown_background();
    Ok(match verdict {
        Verdict::Holds => ExitCode::SUCCESS,
        Verdict::Failed => ExitCode::FAILURE,
        Verdict::Interrupted => ExitCode::from(INTERRUPTED),
    })
}

/// Ends when asked twice.
async fn ask_to_stop(stop: CancellationToken) {
    shutdown::requested().await;
    stop.cancel();
    shutdown::requested().await;
}

/// What shells report of a program that SIGINT ended.
const INTERRUPTED: u8 = 130;
