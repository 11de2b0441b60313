//! Killed at named points: between commit, answer, send and mark.

use std::collections::BTreeSet;
use std::path::Path;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::checker;
use crate::world::{Death, Plan};

/// Every point at which the program can be told to die, and after how many passes at most.
const POINTS: [(&str, u32); 8] = [
    ("kill::store_before_commit", 40),
    ("kill::store_committed", 40),
    ("kill::service_committed", 20),
    ("kill::service_acted", 20),
    ("kill::http_before_answer", 40),
    ("kill::webhook_leased", 15),
    ("kill::webhook_sent", 15),
    ("kill::webhook_recorded", 15),
];

const TIMES_EACH: usize = 6;

fn plan(seed: u64) -> Plan {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut deaths: Vec<Death> = POINTS
        .iter()
        .flat_map(|point| [point; TIMES_EACH])
        .map(|(point, passes)| Death::At { point, passes: dice.random_range(0..*passes) })
        .collect();
    deaths.shuffle(&mut dice);
    Plan { seed, deaths, bug: "" }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_death_at_any_point_between_commit_answer_send_and_mark_does_no_harm() {
    let world = plan(7).run().await;
    assert!(world.unreached.is_empty(), "not every point was passed: {:?}", world.unreached);
    let violations = checker::check(&world.history);
    assert!(violations.is_empty(), "{violations:#?}");
    assert!(checker::acknowledged(&world.history) > 0);
}

/// The names of the points that stand in the code under a folder.
fn points_under(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            points_under(&path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let names = text.split("fail_point!(\"kill::").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.map(|name| format!("kill::{name}")));
        }
    }
}

#[test]
fn every_point_in_the_program_is_one_of_these() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates stand beside each other");
    let mut found = BTreeSet::new();
    for folder in std::fs::read_dir(crates).unwrap() {
        points_under(&folder.unwrap().path().join("src"), &mut found);
    }
    assert_eq!(found, POINTS.map(|(point, _)| point.to_owned()).into());
}
