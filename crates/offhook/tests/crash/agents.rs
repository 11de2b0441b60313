//! A workload that never comes to something shows nothing about it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::checker;
use crate::world::Plan;

const LIFE: Duration = Duration::from_secs(4);

/// The first has it all as a rule; a busy machine does less in a life.
const WORLDS_MAX: u64 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_dial_pick_up_hold_resume_hand_over_and_take_over() {
    let all = ["dialed", "picked_up", "held", "resumed", "handed_over", "taken_over"];
    let mut deeds: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..WORLDS_MAX {
        let world = Plan::calm(seed, LIFE).run().await;
        assert_eq!(checker::check(&world.history), []);
        for (deed, count) in checker::at_desk(&world.history) {
            *deeds.entry(deed).or_default() += count;
        }
        if all.iter().all(|deed| deeds.contains_key(deed)) {
            return;
        }
    }
    panic!("all that agents did is {deeds:?}");
}
