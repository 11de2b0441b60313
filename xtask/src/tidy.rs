//! `cargo xtask tidy`: the rules of ARCHITECTURE.md and CONTRIBUTING.md that a program can check.
//!
//! One file per rule, each a function from data to findings, with bad input beneath it. To add a rule: a file and a
//! line in [`findings`].

mod arrows;
mod compatibility;
mod guarantees;
mod lockfile;
mod named_tests;
mod names;
mod places;
mod ratchet;
mod security;
mod settings;
mod sizes;

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;

/// Check the arrows between crates, the size ratchet, names, paths, the settings' comments, the feature table, the
/// tests of the guarantees and of the page on security, and the fuzz targets' lock file
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Lower the ratchet to what the files and functions have become. Never raises it
    #[arg(long)]
    lower: bool,
}

/// A text file of the repository, relative to its root.
struct Source {
    path: PathBuf,
    text: String,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    if args.lower {
        return lower(workspace);
    }
    let findings = findings(workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings", findings.len());
    }
    println!("tidy: nothing found");
    Ok(())
}

/// Every breach of a rule, as a sentence that names the place.
pub(crate) fn findings(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let sources = sources(workspace)?;
    let ratchet = ratchet::Ratchet::read(workspace)?;
    let measured = sizes::measure(&sources)?;
    let paths: Vec<_> = sources.iter().map(|source| source.path.as_path()).collect();
    let mut findings = arrows::check(&workspace.packages);
    findings.extend(ratchet.check(&measured));
    findings.extend(names::check(&paths));
    findings.extend(sources.iter().flat_map(places::check));
    findings.extend(settings::check(&sources));
    findings.extend(compatibility::check(&sources));
    findings.extend(guarantees::check(&sources));
    findings.extend(security::check(&sources));
    findings.extend(lockfile::check(workspace)?);
    Ok(findings)
}

fn lower(workspace: &Workspace) -> anyhow::Result<()> {
    let measured = sizes::measure(&sources(workspace)?)?;
    ratchet::Ratchet::read(workspace)?.lowered(&measured).write(workspace)
}

/// The repository's text files; what is not UTF-8 is no source.
fn sources(workspace: &Workspace) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in workspace.files()? {
        let bytes = std::fs::read(workspace.path(&path)).with_context(|| path.display().to_string())?;
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}
