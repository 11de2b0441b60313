//! `cargo xtask fuzz`: runs the targets of `fuzz/` on stable Rust, two at a time.
//!
//! cargo-fuzz builds them without a sanitizer: the code has no `unsafe`, so what is looked for are panics, broken
//! invariants, slowness and memory. What a run finds worth keeping goes to `target/fuzz/corpus`; the checked-in corpus in
//! `fuzz/corpus` is only read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::workspace::{Workspace, cargo};

/// Run the fuzz targets, from the checked-in corpora on
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long each target runs
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
    /// Only this one: a file in `fuzz/fuzz_targets`
    target: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut targets = targets(workspace)?;
    if let Some(wanted) = &args.target {
        ensure!(targets.contains(wanted), "there is no target {wanted}, but {}", targets.join(", "));
        targets.retain(|target| target == wanted);
    }
    let outcomes = fuzz(workspace, &targets, Duration::from_secs(60) * args.minutes)?;
    let failed = outcomes.iter().filter(|outcome| !outcome.holds).count();
    ensure!(failed == 0, "{failed} of {} targets found something", outcomes.len());
    Ok(())
}

/// How a target's run ended.
pub(crate) struct Outcome {
    pub(crate) holds: bool,
}

/// Builds the targets and runs each for so long.
pub(crate) fn fuzz(workspace: &Workspace, targets: &[String], time: Duration) -> anyhow::Result<Vec<Outcome>> {
    let folder = workspace.target.join("fuzz");
    build(workspace, &folder)?;
    let binaries = folder.join(host()?).join("release");
    let waiting = Mutex::new(targets.iter());
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let work = || {
            loop {
                let next = waiting.lock().expect("no worker panics").next();
                let Some(target) = next else { return };
                let outcome = attempt(workspace, &folder, &binaries.join(target), target, time);
                outcomes.lock().expect("no worker panics").push(outcome);
            }
        };
        (0..AT_ONCE).for_each(|_| drop(scope.spawn(work)));
    });
    outcomes.into_inner().expect("no worker panics").into_iter().collect()
}

/// The names of all targets.
pub(crate) fn targets(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut targets = Vec::new();
    for file in fs::read_dir(workspace.path("fuzz/fuzz_targets"))? {
        let path = file?.path();
        let name = path.file_stem().with_context(|| path.display().to_string())?;
        targets.push(name.to_string_lossy().into_owned());
    }
    targets.sort();
    Ok(targets)
}

fn build(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(tool(workspace)?);
    command.args(["fuzz", "build", "--sanitizer", "none", "--fuzz-dir"]).arg(workspace.path("fuzz"));
    let built = command.arg("--target-dir").arg(folder).current_dir(&workspace.root).status()?;
    ensure!(built.success(), "the fuzz targets do not build");
    Ok(())
}

/// cargo-fuzz of the pinned version, installed for this workspace alone.
fn tool(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let root = workspace.target.join("tools");
    let tool = root.join("bin/cargo-fuzz");
    let wanted = format!("cargo-fuzz {CARGO_FUZZ}");
    let version = Command::new(&tool).arg("--version").output();
    if version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == wanted) {
        return Ok(tool);
    }
    let mut install = cargo();
    install.args(["install", "--quiet", "--locked", "--force", "--debug", "--version", CARGO_FUZZ, "--root"]);
    let installed = install.arg(&root).arg("cargo-fuzz").status()?;
    ensure!(installed.success(), "cannot install {wanted}");
    Ok(tool)
}

/// Runs a target; what it prints goes to a file.
fn attempt(
    workspace: &Workspace,
    folder: &Path,
    binary: &Path,
    target: &str,
    time: Duration,
) -> anyhow::Result<Outcome> {
    let (found, artifacts, log) =
        (folder.join("corpus").join(target), folder.join("artifacts"), folder.join(format!("{target}.log")));
    fs::create_dir_all(&found)?;
    fs::create_dir_all(&artifacts)?;
    let prefix = artifacts.join(format!("{target}-"));
    let mut command = Command::new(binary);
    command.arg(&found).arg(workspace.path("fuzz/corpus").join(target)).args(LIMITS);
    if target == OFFERS {
        command.arg(workspace.path("fixtures/sdp"));
    }
    command.arg(format!("-max_total_time={}", time.as_secs())).arg(format!("-artifact_prefix={}", prefix.display()));
    let holds = command.stderr(fs::File::create(&log)?).status().with_context(|| target.to_owned())?.success();
    let printed = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let runs = printed.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units: ")).unwrap_or("0");
    println!("{target:12} {} {:>10} inputs", if holds { "ok    " } else { "FAILED" }, runs.trim());
    if !holds {
        let panicked = printed.lines().skip_while(|line| !line.contains("panicked at") && !line.contains("ERROR:"));
        panicked.take(LINES_SHOWN).for_each(|line| println!("    {line}"));
        println!("    the input is {}*, to be given to {}", prefix.display(), binary.display());
    }
    Ok(Outcome { holds })
}

/// The machine's own target, which cargo-fuzz builds for.
fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let version = String::from_utf8(output.stdout)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

const CARGO_FUZZ: &str = "0.13.2";
const AT_ONCE: usize = 2;
/// Seconds for one input, megabytes for all, and bytes of an input: datagrams and texts are shorter, scripts rarely longer.
const LIMITS: [&str; 4] = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=4096", "-print_final_stats=1"];
/// Begins with the offers of real clients too.
const OFFERS: &str = "offer";
const LINES_SHOWN: usize = 12;
