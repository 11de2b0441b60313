//! The systems compared.

use std::fmt;
use std::net::SocketAddr;
use std::time::Instant;

use super::janus::Janus;
use super::line::LineServer;
use super::machine::Machine;
use super::process::Process;
use super::rtpengine::Rtpengine;
use super::{pion, relay_process};
use crate::relay::party::Party;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum System {
    Offhook,
    Janus,
    Rtpengine,
    Pion,
}

impl System {
    pub(super) fn start(self, machine: &Machine) -> anyhow::Result<Box<dyn Server>> {
        Ok(match self {
            Self::Offhook => Box::new(LineServer::start(&relay_process::command()?, machine)?),
            Self::Janus => Box::new(Janus::start(machine)?),
            Self::Rtpengine => Box::new(Rtpengine::start(machine)?),
            Self::Pion => Box::new(LineServer::start(&pion::command(machine)?, machine)?),
        })
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offhook => "offhook",
            Self::Janus => "janus",
            Self::Rtpengine => "rtpengine",
            Self::Pion => "pion",
        })
    }
}

/// A running system; it ends when dropped.
pub(super) trait Server {
    fn process(&self) -> &Process;

    /// Negotiates a call between two parties at these addresses, which have yet to connect.
    fn call(&mut self, number: usize, addresses: [SocketAddr; 2]) -> anyhow::Result<[Party; 2]>;
}

/// Makes the two parties of a call to a server that passes one's offer on to the other. `pass` gets the caller's offer and
/// a way to have it answered by the called party; it returns the answer for the caller.
pub(super) fn caller_and_called(
    [caller, called]: [SocketAddr; 2],
    pass: impl FnOnce(&str, &mut dyn FnMut(&str) -> anyhow::Result<String>) -> anyhow::Result<String>,
) -> anyhow::Result<[Party; 2]> {
    let now = Instant::now();
    let (mut caller, offer) = Party::new(now, caller)?;
    let mut second = None;
    let answer = pass(&offer, &mut |offer| {
        let (party, answer) = Party::called(now, called, offer)?;
        second = Some(party);
        Ok(answer)
    })?;
    caller.accept(&answer)?;
    let called = second.ok_or_else(|| anyhow::anyhow!("the called party was not offered anything"))?;
    Ok([caller, called])
}
