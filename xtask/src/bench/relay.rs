//! `bench relay`: what a relayed packet costs beside one that is merely forwarded, and what memory a call holds.
//!
//! Both run on one CPU with the load that keeps their queues full, by turns and with the same packets. What counts is the
//! CPU time of their threads, not the clock on the wall, so a busy machine disturbs little.

mod bare;
mod cpu;
pub(crate) mod load;
pub(crate) mod party;
pub(crate) mod server;
pub(crate) mod wire;

use std::alloc::System;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use serde::Serialize;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use self::bare::Bare;
use self::cpu::Thread;
use self::party::Party;
use self::server::Server;
use self::wire::Wire;

/// Throughput and memory of the relay under two-way Opus calls
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Connected calls
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=CALLS_MAX))]
    calls: u16,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    calls: usize,
    ratio_to_bare_udp: f64,
    heap_bytes_per_call: usize,
    packets_per_s_per_core: u64,
    #[serde(skip)]
    bare_packets_per_s_per_core: u64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let calls = usize::from(args.calls);
    let report = measure(calls)?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    println!("{calls} two-way Opus calls, packets per second of CPU time");
    println!("  bare UDP forwarder   {:>9}", report.bare_packets_per_s_per_core);
    println!("  relay                {:>9}", report.packets_per_s_per_core);
    println!("  ratio                {:>9.2}   (promised: at least 0.70)", report.ratio_to_bare_udp);
    println!("  heap per call        {:>6} KB   (promised: at most 60 KB)", report.heap_bytes_per_call.div_ceil(1000));
    Ok(())
}

fn measure(calls: usize) -> anyhow::Result<Report> {
    let mut wire = Wire::open()?;
    let without_relay = heap();
    let mut server = Server::start(Ipv4Addr::LOCALHOST)?;
    let idle_relay = heap() - without_relay;

    let mut parties = Vec::new();
    load::connect(&mut wire, &mut parties, 2 * calls, |number, offer| server.answer(number, offer))?;
    let relay = parties[0].relay.context("nobody sent anything")?;
    check(&mut wire, &mut parties, relay)?;
    let rounds = compare(&mut wire, &mut parties, &server, relay)?;
    server.check()?;

    let with_calls = heap();
    server.stop()?;
    let busy_relay = with_calls - heap();
    Ok(Report {
        calls,
        ratio_to_bare_udp: median(&rounds, |round| round.bare_ns / round.relay_ns),
        heap_bytes_per_call: usize::try_from(busy_relay - idle_relay)? / calls,
        packets_per_s_per_core: median(&rounds, |round| 1e9 / round.relay_ns) as u64,
        bare_packets_per_s_per_core: median(&rounds, |round| 1e9 / round.bare_ns) as u64,
    })
}

/// Every packet must arrive at the other party, whole and authentic. Warms the caches as well.
fn check(wire: &mut Wire, parties: &mut [Party], relay: SocketAddr) -> anyhow::Result<()> {
    let packets = load::seal(parties, CHECKED_EACH)?;
    load::flood(wire, packets, relay, |number, from, datagram| parties[number].receive(from, datagram))?;
    for (number, party) in parties.iter().enumerate() {
        anyhow::ensure!(party.received == CHECKED_EACH, "party {number} received {} packets", party.received);
    }
    Ok(())
}

/// Nanoseconds of CPU time that a packet took, measured at nearly the same time.
struct Round {
    bare_ns: f64,
    relay_ns: f64,
}

fn compare(wire: &mut Wire, parties: &mut [Party], server: &Server, relay: SocketAddr) -> anyhow::Result<Vec<Round>> {
    let bare = Bare::start()?;
    let (bare_thread, relay_thread) = (Thread::named(bare::THREAD)?, server.thread()?);
    cpu::share_one(&[bare_thread, relay_thread, Thread::current()])?;
    let each = (PACKETS_PER_ROUND / parties.len()).max(1);
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let packets = load::seal(parties, each)?;
        let mut ns_per_packet = |thread: Thread, destination| {
            let (count, before) = (packets.len(), thread.cpu_ns()?);
            load::flood(wire, packets.clone(), destination, |_, _, _| Ok(()))?;
            anyhow::Ok((thread.cpu_ns()? - before) as f64 / count as f64)
        };
        let bare_ns = ns_per_packet(bare_thread, bare.address)?;
        rounds.push(Round { bare_ns, relay_ns: ns_per_packet(relay_thread, relay)? });
    }
    bare.stop()?;
    Ok(rounds)
}

fn median(rounds: &[Round], value: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Bytes allocated and not freed.
fn heap() -> isize {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated) as isize
}

/// The other party of a party's call: two numbers that follow each other are a call.
fn partner(number: usize) -> usize {
    number ^ 1
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Parties of this many calls have addresses and packets in memory.
const CALLS_MAX: i64 = 10_000;
/// An odd number, so that there is a median.
const ROUNDS: usize = 9;
const PACKETS_PER_ROUND: usize = 40_000;
const CHECKED_EACH: usize = 10;
