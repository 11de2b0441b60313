//! The figures side by side.

use std::collections::BTreeMap;

use super::measure::Figures;
use super::system::System;

/// What all systems did with the same number of legs.
pub(super) struct Report {
    legs: usize,
    rows: Vec<(System, Figures)>,
}

/// A figure of which less is better.
struct Column {
    name: &'static str,
    value: fn(&Figures) -> f64,
}

const COLUMNS: [Column; 6] = [
    Column { name: "CPU us/packet", value: |figures| figures.ns_per_packet / 1e3 },
    Column { name: "loss %", value: |figures| figures.loss * 100.0 },
    Column { name: "p50 ms", value: |figures| figures.p50_ms },
    Column { name: "p99 ms", value: |figures| figures.p99_ms },
    Column { name: "KB/leg", value: |figures| figures.bytes_per_leg / 1e3 },
    Column { name: "set-up us/leg", value: |figures| figures.setup_us_per_leg },
];

impl Report {
    pub(super) fn new(legs: usize) -> Self {
        Self { legs, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, system: System, figures: Figures) {
        self.rows.push((system, figures));
    }

    pub(super) fn print(&self) {
        println!("{} legs, two-way Opus at 50 packets/s each way; one CPU for the server", self.legs);
        print!("  {:10}", "");
        for Column { name, .. } in COLUMNS {
            print!("{name:>15}");
        }
        println!();
        for (system, figures) in &self.rows {
            print!("  {:10}", system.to_string());
            for Column { value, .. } in COLUMNS {
                print!("{:>15.2}", value(figures));
            }
            println!();
        }
        println!();
    }

    pub(super) fn print_json(&self) -> anyhow::Result<()> {
        let by_name: BTreeMap<_, _> = self.rows.iter().map(|(system, figures)| (system.to_string(), figures)).collect();
        println!("{}", serde_json::to_string(&by_name)?);
        Ok(())
    }

    /// How far ahead of each we are, and where we are not.
    pub(super) fn print_promises(&self) {
        let Some(ours) = self.of(System::Offhook) else { return };
        let peers = || self.rows.iter().filter(|(system, _)| *system != System::Offhook);
        for (system, figures) in peers() {
            let Some(promised) = promised(*system) else { continue };
            let times = figures.ns_per_packet / ours.ns_per_packet;
            println!("  CPU per packet: {times:.1} times less than {system} (promised: at least {promised})");
        }
        if let Some((leanest, figures)) = peers().min_by(|a, b| a.1.bytes_per_leg.total_cmp(&b.1.bytes_per_leg)) {
            let times = figures.bytes_per_leg / ours.bytes_per_leg;
            println!("  memory per leg: {times:.1} times less than {leanest}, the leanest (promised: at least 5)");
        }
        for Column { name, value } in COLUMNS {
            for (system, figures) in peers().filter(|(_, figures)| value(figures) < value(ours)) {
                println!("  {system} is ahead in {name}: {:.2} against {:.2}", value(figures), value(ours));
            }
        }
    }

    fn of(&self, wanted: System) -> Option<&Figures> {
        self.rows.iter().find(|(system, _)| *system == wanted).map(|(_, figures)| figures)
    }
}

/// How many times less CPU a packet shall take.
fn promised(system: System) -> Option<f64> {
    match system {
        System::Offhook => None,
        System::Janus | System::Pion => Some(6.0),
        System::Rtpengine => Some(2.5),
    }
}
