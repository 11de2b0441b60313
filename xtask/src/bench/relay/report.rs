//! What was measured, for people and for programs.

use std::time::Duration;

use serde::Serialize;

use super::compare::{Cost, Delay};

/// Printed with `--json`.
#[derive(Serialize)]
pub(super) struct Report {
    calls: usize,
    /// CPU time of a packet that is merely forwarded, in parts of that of a relayed one.
    ratio_to_bare_udp: f64,
    /// Both legs.
    heap_bytes_per_call: usize,
    packets_per_s_per_core: u64,
    bare_packets_per_s_per_core: u64,
    /// Of 99 % of the packets at half of `packets_per_s_per_core`, beyond the forwarder's at the same rate; null if the
    /// machine was too busy to tell.
    added_delay_p99_ms: Option<f64>,
    delay_p99_ms: Option<f64>,
    bare_delay_p99_ms: Option<f64>,
    allocations_per_packet: f64,
    /// Legs: negotiation, ICE and DTLS.
    setups_per_s_per_core: u64,
    /// Of a DTLS server that does nothing else, in the same run.
    bare_handshakes_per_s_per_core: u64,
    ratio_to_bare_handshake: f64,
    pub(super) curve: Vec<Point>,
}

/// What a packet costs at a number of calls.
#[derive(Serialize)]
pub(super) struct Point {
    pub(super) calls: usize,
    pub(super) ratio_to_bare_udp: f64,
    pub(super) ns_per_packet: f64,
    pub(super) bare_ns_per_packet: f64,
}

/// CPU time.
pub(super) struct Setup {
    /// Of one leg.
    pub(super) leg: Duration,
    /// Of a server in one DTLS handshake.
    pub(super) handshake: Duration,
}

impl Point {
    pub(super) fn new(calls: usize, cost: &Cost) -> Self {
        let (ns_per_packet, bare_ns_per_packet) = (cost.relay_ns, cost.bare_ns);
        Self { calls, ratio_to_bare_udp: cost.ratio, ns_per_packet, bare_ns_per_packet }
    }
}

impl Report {
    pub(super) fn new(
        calls: usize,
        cost: &Cost,
        delay: Option<Delay>,
        heap_bytes_per_call: usize,
        setup: &Setup,
        curve: Vec<Point>,
    ) -> Self {
        Self {
            calls,
            ratio_to_bare_udp: cost.ratio,
            heap_bytes_per_call,
            packets_per_s_per_core: cost.packets_per_s() as u64,
            bare_packets_per_s_per_core: (1e9 / cost.bare_ns) as u64,
            added_delay_p99_ms: delay.as_ref().map(|delay| delay.added_ms),
            delay_p99_ms: delay.as_ref().map(|delay| delay.relay_ms),
            bare_delay_p99_ms: delay.as_ref().map(|delay| delay.bare_ms),
            allocations_per_packet: cost.allocations_per_packet,
            setups_per_s_per_core: (1.0 / setup.leg.as_secs_f64()) as u64,
            bare_handshakes_per_s_per_core: (1.0 / setup.handshake.as_secs_f64()) as u64,
            ratio_to_bare_handshake: setup.handshake.as_secs_f64() / setup.leg.as_secs_f64(),
            curve,
        }
    }

    pub(super) fn print(&self) {
        println!("two-way Opus calls, CPU time of a packet in nanoseconds");
        println!("  {:>6} {:>10} {:>8} {:>7}", "calls", "forwarded", "relayed", "ratio");
        for Point { calls, ratio_to_bare_udp, ns_per_packet, bare_ns_per_packet } in &self.curve {
            println!("  {calls:>6} {bare_ns_per_packet:>10.0} {ns_per_packet:>8.0} {ratio_to_bare_udp:>7.2}");
        }
        println!("at {} calls", self.calls);
        let line = |what: &str, value: String, promise: &str| println!("  {what:<34} {value:>12}   {promise}");
        let ratio = if self.calls > FEW { "at least 0.75" } else { "at least 0.85" };
        line("ratio to a bare UDP forwarder", format!("{:.2}", self.ratio_to_bare_udp), ratio);
        line("packets per second and core", self.packets_per_s_per_core.to_string(), "");
        let ms = |delay: Option<f64>| delay.map_or("too busy".into(), |ms| format!("{ms:.3} ms"));
        line("added delay, p99 at half load", ms(self.added_delay_p99_ms), "below 1 ms");
        line("  relayed", ms(self.delay_p99_ms), "");
        line("  forwarded", ms(self.bare_delay_p99_ms), "");
        line("allocations per packet", format!("{:.6}", self.allocations_per_packet), "none");
        line("heap per call, both legs", format!("{} KB", self.heap_bytes_per_call.div_ceil(1000)), "at most 32 KB");
        line("leg set-ups per second and core", self.setups_per_s_per_core.to_string(), "at least 3500");
        line("bare DTLS handshakes", self.bare_handshakes_per_s_per_core.to_string(), "");
        line("ratio to a bare DTLS handshake", format!("{:.2}", self.ratio_to_bare_handshake), "");
    }
}

/// Up to so many calls, the higher ratio is promised.
const FEW: usize = 1000;
