//! A server under measurement: started on its CPU, measured from outside, and ended however the run ends.

use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use nix::sys::signal::{Signal, kill};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

use super::machine::Machine;

pub(super) struct Process {
    child: Child,
    watch: Option<Watch>,
}

/// Kills a process that takes too long, so that nobody waits for it forever.
struct Watch {
    over: Sender<()>,
    thread: JoinHandle<()>,
}

impl Process {
    /// Starts the command on the server's CPU and end of the network. The kernel kills it when this thread ends.
    pub(super) fn start(command: &Command, machine: &Machine) -> anyhow::Result<Self> {
        let cpu = machine.server_cpu().to_string();
        let mut pinned = Command::new("taskset");
        pinned.args(["--cpu-list", &cpu, "setpriv", "--pdeathsig", "KILL", "--"]);
        pinned.arg(command.get_program()).args(command.get_args());
        pinned.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let child = machine.network().among_servers(|| Ok(pinned.spawn()?));
        let child = child.with_context(|| format!("starting {}", command.get_program().display()))?;
        let pid = pid(&child);
        let (over, ended) = channel();
        let thread = std::thread::spawn(move || {
            if ended.recv_timeout(TIME_LIMIT) == Err(RecvTimeoutError::Timeout) {
                // It may have ended by itself.
                let _ = kill(pid, Signal::SIGKILL);
            }
        });
        Ok(Self { child, watch: Some(Watch { over, thread }) })
    }

    /// Its standard input and output, for the first caller.
    pub(super) fn pipes(&mut self) -> Option<(ChildStdin, ChildStdout)> {
        self.child.stdin.take().zip(self.child.stdout.take())
    }

    /// CPU time of all its threads so far, also of those that ended.
    pub(super) fn cpu(&self) -> anyhow::Result<Duration> {
        Ok(clock_getcpuclockid(pid(&self.child)).and_then(|clock| clock.now()).context("the server has ended")?.into())
    }

    /// Memory that it holds (VmRSS), in bytes.
    pub(super) fn resident_bytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the server has ended")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().with_context(|| format!("VmRSS is {line}"))?;
        Ok(kib * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(Watch { over, thread }) = self.watch.take() {
            drop(over);
            // It must not kill whoever gets the number next.
            let _ = thread.join();
        }
        // If it is gone already, that is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

/// Of one run of one server, which takes half a minute on a quiet machine.
const TIME_LIMIT: Duration = Duration::from_secs(240);
