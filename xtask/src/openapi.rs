//! `cargo xtask openapi`: writes docs/openapi.json from the code, by the test that compares them.

use anyhow::bail;

use crate::workspace::cargo;

/// Write docs/openapi.json from the routes
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> anyhow::Result<()> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--package", "offhook-http", "--test", "it", "the_checked_in_"]);
    if !command.env("OFFHOOK_WRITE_DOCUMENTS", "1").status()?.success() {
        bail!("the documents could not be written");
    }
    Ok(())
}
