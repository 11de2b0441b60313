//! Figures of one shard for the `metrics` recorder, once a second instead of once a packet.

use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, counter, gauge};
use offhook_media::Engine;

pub(crate) struct Meter {
    pub(crate) receive_errors: u64,
    pub(crate) send_errors: u64,
    due: Instant,
    packets_in: Counter,
    packets_out: Counter,
    bytes_in: Counter,
    bytes_out: Counter,
    dropped: Vec<(Counter, Reading)>,
    bridges: Gauge,
    legs: Gauge,
    connected_legs: Gauge,
}

/// What a drop counter reads.
type Reading = fn(&offhook_media::EngineStats, &Meter) -> u64;

impl Meter {
    pub(crate) fn new(now: Instant, shard: usize) -> Self {
        let shard = shard.to_string();
        let packets = |way| counter!("offhook_relay_packets_total", "shard" => shard.clone(), "way" => way);
        let bytes = |way| counter!("offhook_relay_bytes_total", "shard" => shard.clone(), "way" => way);
        let dropped = |reason| counter!("offhook_relay_dropped_total", "shard" => shard.clone(), "reason" => reason);
        let live = |name| gauge!(name, "shard" => shard.clone());
        Self {
            receive_errors: 0,
            send_errors: 0,
            due: now,
            packets_in: packets("in"),
            packets_out: packets("out"),
            bytes_in: bytes("in"),
            bytes_out: bytes("out"),
            dropped: DROPS.iter().map(|&(reason, reading)| (dropped(reason), reading)).collect(),
            bridges: live("offhook_relay_bridges"),
            legs: live("offhook_relay_legs"),
            connected_legs: live("offhook_relay_connected_legs"),
        }
    }

    pub(crate) fn flush(&mut self, now: Instant, engine: &Engine) {
        if now < self.due {
            return;
        }
        self.due = now + INTERVAL;
        let totals = engine.totals();
        self.packets_in.absolute(totals.legs.packets_in);
        self.packets_out.absolute(totals.legs.packets_out);
        self.bytes_in.absolute(totals.legs.bytes_in);
        self.bytes_out.absolute(totals.legs.bytes_out);
        for (counter, reading) in &self.dropped {
            counter.absolute(reading(&totals, self));
        }
        self.bridges.set(totals.live_bridges as f64);
        self.legs.set(totals.live_legs as f64);
        self.connected_legs.set(totals.connected_legs as f64);
    }
}

const DROPS: [(&str, Reading); 10] = [
    ("unknown_source", |totals, _| totals.unknown_source),
    ("refused_check", |totals, _| totals.refused_checks),
    ("unknown_protocol", |totals, _| totals.unknown_protocol),
    ("replayed", |totals, _| totals.legs.replayed),
    ("not_authentic", |totals, _| totals.legs.refused),
    ("unwanted", |totals, _| totals.legs.unwanted),
    ("no_keys", |totals, _| totals.legs.early),
    ("event", |totals, _| totals.dropped_events),
    ("receive_error", |_, meter| meter.receive_errors),
    ("send_error", |_, meter| meter.send_errors),
];
const INTERVAL: Duration = Duration::from_secs(1);
