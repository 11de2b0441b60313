use std::process::ExitCode;

use crate::cli::DevArgs;
use crate::{dev, telemetry};

/// `offhook dev`: a server with everything ready to try, until it is interrupted.
pub(crate) fn run(args: DevArgs) -> anyhow::Result<ExitCode> {
    let config = dev::config(&args)?;
    telemetry::log(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(dev::run(&config, args.json))?;
    Ok(ExitCode::SUCCESS)
}
