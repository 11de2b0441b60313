//! `cargo xtask openapi`: writes docs/openapi.json, by the test that compares it
//! with the code.

use anyhow::bail;

use crate::workspace::cargo;

/// Write the documents that are made from the code
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
