//! Relay and bare forwarder by turns, on one CPU, with the same packets.

use std::net::SocketAddr;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::bare::{self, Bare};
use super::cpu::{Cpus, Thread};
use super::party::Party;
use super::server::Server;
use super::wire::Wire;
use super::{allocations, delay, load};

/// The two that are compared, and the load.
pub(super) struct Comparison<'a> {
    pub(super) wire: &'a mut Wire,
    pub(super) parties: &'a mut [Party],
    pub(super) server: &'a Server,
    pub(super) relay: SocketAddr,
    pub(super) bare: &'a Bare,
    pub(super) cpus: &'a Cpus,
}

/// What packets cost at one number of calls: medians of the rounds.
pub(super) struct Cost {
    pub(super) ratio: f64,
    pub(super) relay_ns: f64,
    pub(super) bare_ns: f64,
    pub(super) allocations_per_packet: f64,
}

/// Milliseconds that 99 % of the packets were on their way at most: medians of the rounds.
pub(super) struct Delay {
    pub(super) relay_ms: f64,
    pub(super) bare_ms: f64,
    pub(super) added_ms: f64,
}

/// Nanoseconds of CPU time that a packet took, measured at nearly the same time.
struct Round {
    bare_ns: f64,
    relay_ns: f64,
    allocations_per_packet: f64,
}

impl Cost {
    pub(super) fn packets_per_s(&self) -> f64 {
        1e9 / self.relay_ns
    }
}

impl Comparison<'_> {
    pub(super) fn cost(&mut self) -> anyhow::Result<Cost> {
        let (bare, relay) = (Thread::named(bare::THREAD)?, self.server.thread()?);
        self.cpus.share_one(&[bare, relay, Thread::current()])?;
        let each = (PACKETS_PER_ROUND / self.parties.len()).max(1);
        let mut chance = StdRng::seed_from_u64(SEED);
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let packets = load::seal(self.parties, each, &mut chance)?;
            let mut per_packet = |thread: Thread, destination| {
                let (count, flood) = (packets.len() as f64, packets.clone());
                let (ns_before, allocations_before) = (thread.cpu_ns()?, allocations());
                load::flood(self.wire, flood, destination, |_, _, _| Ok(()))?;
                let (allocated, ns_after) = (allocations() - allocations_before, thread.cpu_ns()?);
                anyhow::Ok(((ns_after - ns_before) as f64 / count, allocated as f64 / count))
            };
            let (bare_ns, _) = per_packet(bare, self.bare.address)?;
            let (relay_ns, allocations_per_packet) = per_packet(relay, self.relay)?;
            rounds.push(Round { bare_ns, relay_ns, allocations_per_packet });
        }
        Ok(Cost {
            ratio: median(&rounds, |round| round.bare_ns / round.relay_ns),
            relay_ns: median(&rounds, |round| round.relay_ns),
            bare_ns: median(&rounds, |round| round.bare_ns),
            allocations_per_packet: median(&rounds, |round| round.allocations_per_packet),
        })
    }

    /// At `rate` packets a second, with the load on a CPU of its own if there are two. `None` if the machine is too busy
    /// for enough rounds without loss.
    pub(super) fn delay(&mut self, rate: f64) -> anyhow::Result<Option<Delay>> {
        let tested = [Thread::named(bare::THREAD)?, self.server.thread()?];
        self.cpus.keep_apart(Thread::current(), &tested)?;
        let each = (PACKETS_PER_PACE / self.parties.len()).max(1);
        let mut chance = StdRng::seed_from_u64(SEED);
        let mut rounds = Vec::new();
        for _ in 0..PACES_MAX {
            let packets = load::seal(self.parties, each, &mut chance)?;
            let bare = delay::pace(self.wire, &packets, self.bare.address, rate)?;
            let relay = delay::pace(self.wire, &packets, self.relay, rate)?;
            if let (Some(bare), Some(relay)) = (bare, relay) {
                rounds.push((bare.at(0.99), relay.at(0.99)));
            }
            if rounds.len() == PACES {
                return Ok(Some(Delay {
                    bare_ms: median(&rounds, |(bare, _)| *bare),
                    relay_ms: median(&rounds, |(_, relay)| *relay),
                    added_ms: median(&rounds, |(bare, relay)| relay - bare),
                }));
            }
        }
        Ok(None)
    }
}

fn median<T>(rounds: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The order of the packets is of chance, but the same in every run.
const SEED: u64 = 5;
/// An odd number, so that there is a median.
const ROUNDS: usize = 9;
const PACKETS_PER_ROUND: usize = 40_000;
const PACES: usize = 3;
const PACES_MAX: usize = 2 * PACES;
/// A third of a second at half of what a core relays.
const PACKETS_PER_PACE: usize = 30_000;
