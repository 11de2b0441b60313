//! Threads of this process: the CPU time they use and the CPU they run on.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::{ClockId, clock_gettime};
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

    fn bind(self, set: &CpuSet) -> anyhow::Result<()> {
        Ok(sched_setaffinity(Pid::from_raw(self.0), set)?)
    }

    /// Nanoseconds on a CPU so far; exact while the thread sleeps.
    pub(super) fn cpu_ns(self) -> anyhow::Result<u64> {
        let path = format!("/proc/self/task/{}/schedstat", self.0);
        let schedstat = std::fs::read_to_string(&path).with_context(|| path.clone())?;
        schedstat.split_whitespace().next().and_then(|ns| ns.parse().ok()).with_context(|| path)
    }
}

/// CPU time of the calling thread.
pub(super) fn spent_here() -> anyhow::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

/// The CPUs that this process may use.
pub(super) struct Cpus(CpuSet);

impl Cpus {
    /// To be asked before any thread is bound to one.
    pub(super) fn allowed() -> anyhow::Result<Self> {
        Ok(Self(sched_getaffinity(Pid::from_raw(0))?))
    }

    /// All threads run on one CPU only, the same for all.
    pub(super) fn share_one(&self, threads: &[Thread]) -> anyhow::Result<()> {
        let last = self.numbers().next_back().context("no CPU to run on")?;
        threads.iter().try_for_each(|thread| thread.bind(&only(last)?))
    }

    /// The load has the first CPU and the threads under test the last one; they are the same if there is only one.
    pub(super) fn keep_apart(&self, load: Thread, tested: &[Thread]) -> anyhow::Result<()> {
        load.bind(&only(self.numbers().next().context("no CPU to run on")?)?)?;
        self.share_one(tested)
    }

    /// All threads run where they can.
    pub(super) fn share_all(&self, threads: &[Thread]) -> anyhow::Result<()> {
        threads.iter().try_for_each(|thread| thread.bind(&self.0))
    }

    fn numbers(&self) -> impl DoubleEndedIterator<Item = usize> {
        (0..CpuSet::count()).filter(|&cpu| self.0.is_set(cpu) == Ok(true))
    }
}

fn only(cpu: usize) -> anyhow::Result<CpuSet> {
    let mut set = CpuSet::new();
    set.set(cpu)?;
    Ok(set)
}

const START_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(1);
