//! Planted bugs, one for each guarantee at least: a net that catches nothing is no net.

use crate::checker;
use crate::world::Plan;

/// In one world.
const CYCLES: usize = 12;

/// A busy machine does less between two deaths, so a rare bug may need more of them to show.
const WORLDS_MAX: u64 = 4;

/// The checker sees that this guarantee is broken while the bug is on.
async fn assert_found(guarantee: u8, bug: &'static str) {
    for seed in (0..WORLDS_MAX).map(|world| 10 * world + u64::from(guarantee)) {
        let plan = Plan { bug, ..Plan::random(seed, CYCLES) };
        let violations = checker::check(&plan.run().await.history);
        if violations.iter().any(|violation| violation.guarantee == guarantee) {
            return;
        }
    }
    panic!("{bug} breaks G{guarantee} and is not found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_is_answered_but_not_committed_is_found() {
    assert_found(1, "bug::forget_commit=5%return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminate_that_is_not_owed_is_found() {
    assert_found(2, "bug::forget_terminate=return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_is_owed_twice_is_found() {
    assert_found(3, "bug::owe_twice=return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_overtakes_is_found() {
    assert_found(4, "bug::overtake=return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_changes_from_try_to_try_is_found() {
    assert_found(5, "bug::other_id=return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connect_that_forgets_a_revoke_is_found() {
    assert_found(6, "bug::forget_revoke=return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_not_kept_is_found() {
    assert_found(7, "bug::forget_key=return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_a_dead_process_left_behind_are_found() {
    assert_found(8, "bug::no_recovery=return").await;
}
