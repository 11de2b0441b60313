//! Offhook's side of the comparison: its relay in a process of its own, which is what the other media servers are too.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::process::Command;

use super::line::{Answer, Offer};
use super::namespace::SERVER_IP;
use crate::relay::server::Server;

/// Answers offers on standard input until it ends
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What candidates name
    #[arg(long)]
    address: Ipv4Addr,
}

impl Args {
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let mut server = Server::start(self.address)?;
        for line in std::io::stdin().lines() {
            let Offer { party, offer } = serde_json::from_str(&line?)?;
            let answer = Answer { answer: server.answer(party, &offer)? };
            let mut out = std::io::stdout().lock();
            serde_json::to_writer(&mut out, &answer)?;
            writeln!(out)?;
            out.flush()?;
        }
        server.stop()
    }
}

/// Starts this program as that process.
pub(super) fn command() -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["relay-process", "--address"]).arg(SERVER_IP.to_string());
    Ok(command)
}
