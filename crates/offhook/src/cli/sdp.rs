use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum SdpCommand {
    /// Say what is wrong with an SDP offer, line by line, and how to mend it; fails if the server would refuse it
    Lint(LintArgs),
    /// Print all rules as a Markdown table
    Rules,
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// File with the offer; `-` reads standard input
    pub(crate) file: PathBuf,
    /// An answer to the offer: do they fit?
    #[arg(long, value_name = "FILE", conflicts_with = "previous")]
    pub(crate) answer: Option<PathBuf>,
    /// The offer before it on the same connection: did something change that must not?
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Option<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
