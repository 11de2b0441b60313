//! `cargo xtask bench`: the figures that the project promises. Measured in release builds only.
//!
//! The benches stand behind the feature `bench`, so that every other command builds in seconds; without it, this
//! command builds xtask again with it and hands over.

use crate::workspace::{Workspace, cargo};

/// Measure: `connect`, `peers`, `relay` or `store`
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Passed to the bench; see `cargo xtask bench --help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let built = cargo().args(["build", "--quiet", "--release", "--package", "offhook"]).status()?;
    anyhow::ensure!(built.success(), "the server does not build");
    let mut command = cargo();
    command.env("OFFHOOK_BIN", workspace.binary("release"));
    command.args(["run", "--quiet", "--release", "--package", "xtask", "--features", "bench", "--bin", "bench", "--"]);
    let status = command.args(&args.args).status()?;
    std::process::exit(status.code().unwrap_or(1));
}
