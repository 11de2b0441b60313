use std::process::ExitCode;

use crate::cli::{ListenArgs, TailArgs};
use crate::webhooks;

/// `offhook webhooks listen`.
pub(crate) fn listen(args: ListenArgs) -> anyhow::Result<ExitCode> {
    run(webhooks::listen(args))
}

/// `offhook webhooks tail`.
pub(crate) fn tail(args: TailArgs) -> anyhow::Result<ExitCode> {
    run(webhooks::tail(args))
}

fn run(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)?;
    Ok(ExitCode::SUCCESS)
}
