//! `cargo xtask test`: everything that must hold before a change lands, from nothing on a Debian machine with Rust.
//!
//! A section installs what it needs and runs; nothing is skipped because something is missing. To add one: a file
//! under `test/` and a line in [`SECTIONS`].

mod browser;
mod debian;
mod fuzz;
mod node;
mod python;
mod rust;
mod step;
mod tally;

use std::time::{Duration, Instant};

use anyhow::bail;

use crate::workspace::Workspace;
use tally::Tally;

/// Run every check and test: Rust, browsers, aiortc, Meta's SDKs, schemathesis, the examples
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only the Rust part: format, lint, tidy, tests
    #[arg(long)]
    fast: bool,
    /// Only the section of this name, such as "browser tests"; what it needs must have run before
    #[arg(long, conflicts_with = "fast", value_parser = SECTIONS.map(|section| section.name))]
    only: Option<String>,
}

impl Args {
    fn wants(&self, section: &Section) -> bool {
        match &self.only {
            Some(name) => name == section.name,
            None => section.fast || !self.fast,
        }
    }
}

struct Section {
    name: &'static str,
    fast: bool,
    /// What passed and failed; an error is a section that could not run at all, which ends the run.
    run: fn(&Workspace) -> anyhow::Result<Tally>,
}

const SECTIONS: [Section; 16] = [
    Section { name: "debian packages", fast: true, run: debian::install },
    Section { name: "format", fast: true, run: rust::format },
    Section { name: "tidy", fast: true, run: tidy },
    Section { name: "lint", fast: true, run: rust::lint },
    Section { name: "rust tests", fast: true, run: rust::tests },
    Section { name: "crash tests", fast: false, run: rust::crash_tests },
    Section { name: "fuzz targets", fast: false, run: fuzz::targets },
    Section { name: "plain check", fast: false, run: rust::plain_check },
    Section { name: "web types", fast: false, run: browser::types },
    Section { name: "browser tests", fast: false, run: browser::tests },
    Section { name: "aiortc tests", fast: false, run: python::aiortc },
    Section { name: "python sdk", fast: false, run: python::sdk },
    Section { name: "node sdk", fast: false, run: node::sdk },
    Section { name: "schemathesis", fast: false, run: python::schemathesis },
    Section { name: "python agent", fast: false, run: python::voice_agent },
    Section { name: "node agent", fast: false, run: node::voice_agent },
];

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut total = Tally::default();
    let mut report = Vec::new();
    for section in SECTIONS.iter().filter(|section| args.wants(section)) {
        println!("\n━━ {} ━━", section.name);
        let start = Instant::now();
        let tally = (section.run)(workspace)?;
        let line = summary(section.name, tally, start.elapsed());
        println!("{line}");
        report.push(line);
        total += tally;
    }
    println!("\n━━ all ━━\n{}\n{total}", report.join("\n"));
    if total.failed > 0 {
        bail!("{} failed", total.failed);
    }
    Ok(())
}

fn summary(name: &str, tally: Tally, took: Duration) -> String {
    format!("{name:16} {:>6.1} s   {tally}", took.as_secs_f64())
}

fn tidy(workspace: &Workspace) -> anyhow::Result<Tally> {
    let findings = crate::tidy::findings(workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok(Tally::of_check(findings.is_empty()))
}
