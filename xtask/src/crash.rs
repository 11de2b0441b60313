//! `cargo xtask crash`: kills the program as often as wanted, with everything under way, and judges it from outside. It is
//! the test of the suite with other figures.

use anyhow::{Context as _, ensure};

use crate::workspace::{Workspace, cargo};

/// Kill the program again and again: nothing acknowledged may be lost, nothing may come twice
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often it is killed
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    cycles: u32,
    /// The dice for times of death and for what everybody does
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Progress goes to standard error; the figures come last.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let report = workspace.target.join("crash.json");
    if report.exists() {
        std::fs::remove_file(&report)?;
    }
    let mut command = cargo();
    command.args(["test", "--quiet", "--workspace", "--test", "crash", "--", "--nocapture", "--exact", TEST]);
    command.env("OFFHOOK_CRASH_CYCLES", args.cycles.to_string()).env("OFFHOOK_CRASH_SEED", args.seed.to_string());
    let output = command.env("OFFHOOK_CRASH_REPORT", &report).stderr(std::process::Stdio::inherit()).output()?;
    let report = std::fs::read_to_string(&report).context("the harness came to no figures")?;
    if args.json {
        println!("{report}");
    } else {
        let figures: serde_json::Value = serde_json::from_str(&report)?;
        for (name, figure) in figures.as_object().context("the figures are an object")? {
            println!("{name:>12} {figure}");
        }
    }
    ensure!(output.status.success(), "a guarantee is broken: see above");
    Ok(())
}

const TEST: &str = "kills::nothing_is_lost_and_nothing_comes_twice_when_the_program_is_killed";
