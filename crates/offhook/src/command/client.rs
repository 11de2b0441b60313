use std::process::ExitCode;

/// Runs a command that asks a server and does little else: one thread is enough for it.
pub(super) fn run(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)?;
    Ok(ExitCode::SUCCESS)
}
