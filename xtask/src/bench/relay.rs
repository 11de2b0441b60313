//! `bench relay`: what a relayed packet costs beside one that is merely forwarded, how long it takes, what a call holds
//! and what it takes to set one up.
//!
//! Relay and forwarder run on one CPU with the load that keeps their queues full, by turns and with the same packets. What
//! counts is the CPU time of their threads, not the clock on the wall, so a busy machine disturbs little. Delays need the
//! wall's clock, so they are the median of rounds by turns.

mod bare;
mod compare;
mod cpu;
mod delay;
mod handshake;
pub(crate) mod load;
pub(crate) mod party;
mod plot;
mod report;
pub(crate) mod server;
pub(crate) mod wire;

use std::alloc::System;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use self::bare::Bare;
use self::compare::Comparison;
use self::cpu::{Cpus, Thread};
use self::handshake::Handshakes;
use self::party::Party;
use self::report::{Point, Report, Setup};
use self::server::Server;
use self::wire::Wire;

/// Throughput, delay, memory and set-ups of the relay under two-way Opus calls
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Connected calls; the curve goes up to them
    #[arg(long, default_value_t = CALLS_MAX as u16, value_parser = clap::value_parser!(u16).range(1..=CALLS_MAX))]
    calls: u16,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Draw the curves into this PNG file
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let report = measure(usize::from(args.calls))?;
    if let Some(path) = &args.plot {
        plot::draw(path, &report.curve).with_context(|| format!("cannot draw {}", path.display()))?;
    }
    if args.json {
        println!("{}", serde_json::to_string(&report)?)
    } else {
        report.print()
    }
    Ok(())
}

fn measure(calls: usize) -> anyhow::Result<Report> {
    let cpus = Cpus::allowed()?;
    let (mut wire, bare) = (Wire::open()?, Bare::start()?);
    let without_relay = heap();
    let mut server = Server::start(Ipv4Addr::LOCALHOST)?;
    let idle_relay = heap() - without_relay;

    let handshakes = Handshakes::new()?;
    let (mut parties, mut curve) = (Vec::new(), Vec::new());
    let mut last = None;
    for size in sizes(calls) {
        let handshake = handshakes.cost()?;
        let (legs, before) = (2 * size - parties.len(), server.cpu_time()?);
        load::connect(&mut wire, &mut parties, 2 * size, |number, offer| server.answer(number, offer))?;
        let leg = (server.cpu_time()? - before) / u32::try_from(legs)?;
        let setup = Setup { leg, handshake: (handshake + handshakes.cost()?) / 2 };
        let relay = parties[0].relay.context("nobody sent anything")?;
        check(&mut wire, &mut parties, relay)?;
        let (wire, parties) = (&mut wire, &mut parties[..]);
        let mut comparison = Comparison { wire, parties, server: &server, relay, bare: &bare, cpus: &cpus };
        let cost = comparison.cost()?;
        curve.push(Point::new(size, &cost));
        let delay = if size == calls { comparison.delay(cost.packets_per_s() / 2.0)? } else { None };
        cpus.share_all(&[Thread::current(), server.thread()?])?;
        last = Some((cost, delay, setup));
    }
    let (cost, delay, setup) = last.context("no size to measure")?;
    server.check()?;
    bare.stop()?;

    let with_calls = heap();
    server.stop()?;
    let busy_relay = with_calls - heap();
    let heap_bytes_per_call = usize::try_from(busy_relay - idle_relay)? / calls;
    Ok(Report::new(calls, &cost, delay, heap_bytes_per_call, &setup, curve))
}

/// Where the curve has points: powers of ten below the number of calls, and that number.
fn sizes(calls: usize) -> impl Iterator<Item = usize> {
    let below = (1..).map(|power| 10_usize.pow(power)).take_while(move |size| *size < calls);
    below.chain([calls])
}

/// Every packet must arrive at the other party, whole and authentic. Warms the caches as well.
fn check(wire: &mut Wire, parties: &mut [Party], relay: SocketAddr) -> anyhow::Result<()> {
    let before: Vec<_> = parties.iter().map(|party| party.received).collect();
    let packets = load::seal(parties, CHECKED_EACH, &mut StdRng::seed_from_u64(0))?;
    load::flood(wire, packets, relay, |number, from, datagram| parties[number].receive(from, datagram))?;
    for (number, (party, before)) in parties.iter().zip(before).enumerate() {
        let received = party.received - before;
        anyhow::ensure!(received == CHECKED_EACH, "party {number} received {received} packets");
    }
    Ok(())
}

/// Bytes allocated and not freed.
fn heap() -> isize {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated) as isize
}

/// Allocations so far.
fn allocations() -> usize {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.allocations + stats.reallocations
}

/// The other party of a party's call: two numbers that follow each other are a call.
fn partner(number: usize) -> usize {
    number ^ 1
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Parties of this many calls have addresses and packets in memory.
const CALLS_MAX: i64 = 10_000;
const CHECKED_EACH: usize = 10;
