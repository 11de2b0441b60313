//! A server that answers offers on its standard input: one JSON object a line, and one for each answer.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{ChildStdin, ChildStdout, Command};
use std::time::Instant;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::machine::Machine;
use super::process::Process;
use super::system::Server;
use crate::relay::party::Party;

/// The offer of a party. Parties with the numbers 2n and 2n + 1 talk to each other.
#[derive(Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) party: usize,
    pub(super) offer: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) answer: String,
}

pub(super) struct LineServer {
    process: Process,
    offers: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl LineServer {
    pub(super) fn start(command: &Command, machine: &Machine) -> anyhow::Result<Self> {
        let mut process = Process::start(command, machine)?;
        let (offers, answers) = process.pipes().context("nobody else took the pipes")?;
        Ok(Self { process, offers, answers: BufReader::new(answers) })
    }

    fn connect(&mut self, number: usize, address: SocketAddr) -> anyhow::Result<Party> {
        let (mut party, offer) = Party::new(Instant::now(), address)?;
        serde_json::to_writer(&mut self.offers, &Offer { party: number, offer })?;
        writeln!(self.offers)?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let Answer { answer } = serde_json::from_str(&line).with_context(|| format!("answered {line:?}"))?;
        party.accept(&answer)?;
        Ok(party)
    }
}

impl Server for LineServer {
    fn process(&self) -> &Process {
        &self.process
    }

    fn call(&mut self, number: usize, [business, consumer]: [SocketAddr; 2]) -> anyhow::Result<[Party; 2]> {
        Ok([self.connect(2 * number, business)?, self.connect(2 * number + 1, consumer)?])
    }
}
