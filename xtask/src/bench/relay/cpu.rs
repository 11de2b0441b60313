//! Threads of this process: the CPU time they use and the CPU they run on.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// A thread of this process, by its name.
#[derive(Clone, Copy)]
pub(super) struct Thread(i32);

impl Thread {
    /// Waits for the thread, because one gets its name only when it begins to run.
    pub(super) fn named(name: &str) -> anyhow::Result<Self> {
        let deadline = Instant::now() + START_WITHIN;
        while Instant::now() < deadline {
            if let Some(thread) = Self::find(name)? {
                return Ok(thread);
            }
            std::thread::sleep(PAUSE);
        }
        anyhow::bail!("no thread is named {name}")
    }

    fn find(name: &str) -> anyhow::Result<Option<Self>> {
        for task in std::fs::read_dir("/proc/self/task")? {
            let task = task?;
            // A thread may end between the listing and the reading.
            if std::fs::read_to_string(task.path().join("comm")).is_ok_and(|found| found.trim_end() == name) {
                return Ok(Some(Self(task.file_name().to_string_lossy().parse()?)));
            }
        }
        Ok(None)
    }

    pub(super) fn current() -> Self {
        Self(nix::unistd::gettid().as_raw())
    }

    /// Nanoseconds on a CPU so far; exact while the thread sleeps.
    pub(super) fn cpu_ns(self) -> anyhow::Result<u64> {
        let path = format!("/proc/self/task/{}/schedstat", self.0);
        let schedstat = std::fs::read_to_string(&path).with_context(|| path.clone())?;
        schedstat.split_whitespace().next().and_then(|ns| ns.parse().ok()).with_context(|| path)
    }
}

/// Lets all threads run on one CPU only, the same for all.
pub(super) fn share_one(threads: &[Thread]) -> anyhow::Result<()> {
    let allowed = sched_getaffinity(Pid::from_raw(0))?;
    let cpu = (0..CpuSet::count()).rfind(|&cpu| allowed.is_set(cpu) == Ok(true)).context("no CPU to run on")?;
    let mut set = CpuSet::new();
    set.set(cpu)?;
    for thread in threads {
        sched_setaffinity(Pid::from_raw(thread.0), &set)?;
    }
    Ok(())
}

const START_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(1);
