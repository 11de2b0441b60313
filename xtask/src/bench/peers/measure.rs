//! One run of one system.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::machine::Machine;
use super::namespace::FIRST_PARTY_IP;
use super::system::{Server, System};
use super::talk::Talk;
use crate::relay::load::{AT_ONCE, finish_handshakes, send_all};
use crate::relay::party::Party;
use crate::relay::wire::Wire;

#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Figures {
    /// CPU time of the server's process for a packet that it receives from one party and sends to the other.
    pub(super) ns_per_packet: f64,
    /// What its resident memory grew by for each leg after the first call.
    pub(super) bytes_per_leg: f64,
    /// CPU time of signalling, ICE and DTLS.
    pub(super) setup_us_per_leg: f64,
    pub(super) p99_ms: f64,
    #[serde(skip)]
    pub(super) p50_ms: f64,
    /// Share of the packets, 0 to 1.
    #[serde(skip)]
    pub(super) loss: f64,
}

/// Connects `legs` parties, two for each call, and lets them talk.
pub(super) fn measure(system: System, machine: &Machine, legs: usize, talk: Duration) -> anyhow::Result<Figures> {
    let mut server = system.start(machine)?;
    let mut world = World { wire: Wire::open_at(FIRST_PARTY_IP)?, parties: Vec::new() };
    // What a server loads and sets up once, it does for the first call: no leg's cost.
    world.connect(&mut *server, 2)?;
    world.talk(&*server).run(FIRST_CALL)?;
    let (memory, cpu) = (server.process().resident_bytes()?, server.process().cpu()?);
    world.connect(&mut *server, legs)?;
    let setup = server.process().cpu()? - cpu;
    let said = world.talk(&*server).run(talk)?;
    let memory = server.process().resident_bytes()? as f64 - memory as f64;
    let added = (legs - 2) as f64;
    Ok(Figures {
        ns_per_packet: said.cpu.as_nanos() as f64 / said.relayed as f64,
        bytes_per_leg: memory / added,
        setup_us_per_leg: setup.as_secs_f64() * 1e6 / added,
        p99_ms: said.delays.at(0.99),
        p50_ms: said.delays.at(0.5),
        loss: 1.0 - said.delays.count() as f64 / said.sent as f64,
    })
}

struct World {
    wire: Wire,
    parties: Vec<Party>,
}

impl World {
    /// Adds parties until there are this many.
    fn connect(&mut self, server: &mut dyn Server, count: usize) -> anyhow::Result<()> {
        while self.parties.len() < count {
            let first = self.parties.len();
            for number in (first..count.min(first + AT_ONCE)).step_by(2) {
                let addresses = [number, number + 1].map(|party| self.wire.address(party));
                self.parties.extend(server.call(number / 2, addresses)?);
            }
            finish_handshakes(&mut self.wire, &mut self.parties[first..], first)?;
            self.keep_alive()?;
        }
        Ok(())
    }

    /// Those who wait for the others go on checking that they are connected.
    fn keep_alive(&mut self) -> anyhow::Result<()> {
        for (number, party) in self.parties.iter_mut().enumerate() {
            party.tick(Instant::now())?;
            send_all(&self.wire, number, party)?;
        }
        while self.wire.receive_timed(|number, from, _, datagram| self.parties[number].receive(from, datagram))? > 0 {}
        Ok(())
    }

    fn talk<'a>(&'a mut self, server: &'a dyn Server) -> Talk<'a> {
        Talk { wire: &mut self.wire, parties: &mut self.parties, server: server.process() }
    }
}

const FIRST_CALL: Duration = Duration::from_secs(1);
