//! `bench peers`: the relay beside the media servers that users would pick instead.
//!
//! Each runs as a process of its own on one CPU and relays the same calls between the same parties, which run on the other
//! CPUs. The two are in network namespaces that end with this process. A system to compare with is a variant of
//! [`System`](system::System) and a file that says how it is started and how calls are set up on it.

mod janus;
mod line;
mod machine;
mod measure;
mod namespace;
mod packages;
mod pion;
mod process;
mod relay_process;
mod report;
mod rtpengine;
mod system;
mod talk;

use std::time::Duration;

use anyhow::Context as _;
use clap::ValueEnum as _;

pub(crate) use self::relay_process::Args as RelayProcess;

use self::machine::Machine;
use self::report::Report;
use self::system::System;

/// CPU, delay and memory of two-party calls beside Janus, rtpengine and Pion. Installs their Debian packages; needs root
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Legs of one run, two for each call. Without it: 50, 200 and 400
    #[arg(long, value_parser = clap::value_parser!(u16).range(LEGS_MIN..=LEGS_MAX))]
    legs: Option<u16>,
    /// Systems to run, separated by commas. Without it: all
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<System>,
    /// How long the parties talk
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=60))]
    seconds: u8,
    /// Print one JSON object with the figures at most legs
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let systems = if args.only.is_empty() { System::value_variants() } else { &args.only };
    packages::install(systems)?;
    let machine = Machine::prepare()?;
    let sizes = args.legs.map_or(LEGS.to_vec(), |legs| vec![usize::from(legs).next_multiple_of(2)]);
    let talk = Duration::from_secs(args.seconds.into());
    let mut last = None;
    for legs in sizes {
        let mut report = Report::new(legs);
        for &system in systems {
            let figures = measure::measure(system, &machine, legs, talk);
            report.add(system, figures.with_context(|| format!("{system}, {legs} legs"))?);
        }
        if !args.json {
            report.print();
        }
        last = Some(report);
    }
    let last = last.context("no size to run")?;
    if args.json {
        last.print_json()?;
    } else {
        last.print_promises();
    }
    Ok(())
}

const LEGS: [usize; 3] = [50, 200, 400];
/// The first call is the warm-up.
const LEGS_MIN: i64 = 4;
/// What one CPU can send and check.
const LEGS_MAX: i64 = 800;
