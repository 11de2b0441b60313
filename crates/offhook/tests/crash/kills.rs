//! Killed at random times. `OFFHOOK_CRASH_CYCLES` and `OFFHOOK_CRASH_SEED` say how often and with which dice;
//! `OFFHOOK_CRASH_REPORT` names a file for the figures. `cargo xtask crash` sets them.
#![expect(clippy::print_stderr, reason = "the figures are for whoever runs it")]

use std::collections::BTreeMap;
use std::ops::AddAssign;

use tokio::task::JoinSet;

use crate::checker::{self, Violation};
use crate::world::{Plan, World};

/// In the suite.
const CYCLES: usize = 300;

/// More would make the lists of the own API longer than they are shown.
const CYCLES_PER_WORLD: usize = 50;

const WORLDS_AT_A_TIME: usize = 2;

/// What is promised with figures.
#[derive(Debug, Default, serde::Serialize)]
struct Figures {
    cycles: usize,
    acked: usize,
    /// Acknowledged changes and owed webhooks.
    lost: usize,
    /// Second terminate webhooks.
    duplicates: usize,
    webhooks: usize,
    /// What agents did with calls.
    desk: BTreeMap<&'static str, usize>,
    /// Of other guarantees, by number.
    violations: BTreeMap<u8, usize>,
}

impl Figures {
    fn of(cycles: usize, world: &World, violations: &[Violation]) -> Self {
        let mut by_guarantee = BTreeMap::new();
        for violation in violations {
            *by_guarantee.entry(violation.guarantee).or_default() += 1;
        }
        Self {
            cycles,
            acked: checker::acknowledged(&world.history),
            lost: violations.iter().filter(|violation| matches!(violation.guarantee, 1 | 2)).count(),
            duplicates: checker::duplicates(&world.history),
            webhooks: world.history.arrivals.len(),
            desk: checker::at_desk(&world.history),
            violations: by_guarantee,
        }
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.cycles += other.cycles;
        self.acked += other.acked;
        self.lost += other.lost;
        self.duplicates += other.duplicates;
        self.webhooks += other.webhooks;
        for (deed, count) in other.desk {
            *self.desk.entry(deed).or_default() += count;
        }
        for (guarantee, count) in other.violations {
            *self.violations.entry(guarantee).or_default() += count;
        }
    }
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

fn plans(cycles: usize, seed: usize) -> impl Iterator<Item = (usize, Plan)> {
    let worlds = (0..cycles).step_by(CYCLES_PER_WORLD);
    worlds.map(move |done| {
        let deaths = CYCLES_PER_WORLD.min(cycles - done);
        (deaths, Plan::random((seed + done) as u64, deaths))
    })
}

async fn run((cycles, plan): (usize, Plan)) -> (usize, u64, World) {
    (cycles, plan.seed, plan.run().await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_comes_twice_when_the_program_is_killed() {
    let (cycles, seed) = (number("OFFHOOK_CRASH_CYCLES", CYCLES), number("OFFHOOK_CRASH_SEED", 1));
    let mut figures = Figures::default();
    let mut plans = plans(cycles, seed);
    let mut worlds: JoinSet<_> = plans.by_ref().take(WORLDS_AT_A_TIME).map(run).collect();
    while let Some(ended) = worlds.join_next().await {
        let (cycles, seed, world) = ended.expect("a world does not panic");
        if let Some(plan) = plans.next() {
            worlds.spawn(run(plan));
        }
        let violations = checker::check(&world.history);
        for violation in &violations {
            eprintln!("seed {seed}: {violation}");
        }
        figures += Figures::of(cycles, &world, &violations);
        eprintln!("{figures:?}");
    }
    let report = serde_json::to_string(&figures).expect("figures are plain data");
    if let Some(path) = std::env::var_os("OFFHOOK_CRASH_REPORT") {
        std::fs::write(path, &report).unwrap();
    }
    assert!(figures.violations.is_empty() && figures.lost + figures.duplicates == 0, "{report}");
}
