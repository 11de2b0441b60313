use std::process::ExitCode;

use crate::cli::RunArgs;
use crate::run;

/// `offhook run SCENARIO…`: fails unless every expectation held.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let passed = runtime.block_on(run::run(args))?;
    // A wait for Ctrl-C that was not needed must not hold the process.
    runtime.shutdown_background();
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
