//! What a run has of the machine: a CPU for the server under measurement, the others for the load, a network between them,
//! and a folder.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::namespace::Network;

pub(super) struct Machine {
    server_cpu: usize,
    network: Network,
    folder: TempDir,
}

impl Machine {
    /// The last CPU becomes the servers', and this thread keeps away from it. It is at the load's end of the network.
    pub(super) fn prepare() -> anyhow::Result<Self> {
        let mut load_cpus = sched_getaffinity(Pid::from_raw(0))?;
        let server_cpu = (0..CpuSet::count()).rfind(|&cpu| load_cpus.is_set(cpu) == Ok(true)).context("no CPU")?;
        load_cpus.unset(server_cpu)?;
        let left = (0..CpuSet::count()).any(|cpu| load_cpus.is_set(cpu) == Ok(true));
        anyhow::ensure!(left, "a server and its load need a CPU each");
        sched_setaffinity(Pid::from_raw(0), &load_cpus)?;
        prefer_this_thread()?;
        // Some have a socket or more for each leg. The servers inherit it.
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
        setrlimit(Resource::RLIMIT_NOFILE, most, most).context("room for open files")?;
        Ok(Self { server_cpu, network: Network::enter()?, folder: tempfile::tempdir()? })
    }

    pub(super) fn server_cpu(&self) -> usize {
        self.server_cpu
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// Removed at the end.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Whatever else runs on the machine waits for this thread and for the servers that it starts, which inherit the policy.
/// They sleep most of the time.
fn prefer_this_thread() -> anyhow::Result<()> {
    let thread = nix::unistd::gettid().to_string();
    let done = Command::new("chrt").args(["--fifo", "--pid", "1", &thread]).status().context("chrt (util-linux)")?;
    anyhow::ensure!(done.success(), "real-time priority needs root");
    Ok(())
}
