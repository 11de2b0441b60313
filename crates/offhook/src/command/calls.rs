use std::process::ExitCode;

use crate::calls;
use crate::cli::{ListCallsArgs, ShowCallArgs, TailCallsArgs};

/// `offhook calls list`.
pub(crate) fn list(args: &ListCallsArgs) -> anyhow::Result<ExitCode> {
    run(calls::list(args))
}

/// `offhook calls show`.
pub(crate) fn show(args: &ShowCallArgs) -> anyhow::Result<ExitCode> {
    run(calls::show(args))
}

/// `offhook calls tail`.
pub(crate) fn tail(args: &TailCallsArgs) -> anyhow::Result<ExitCode> {
    run(calls::tail(args))
}

fn run(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)?;
    Ok(ExitCode::SUCCESS)
}
