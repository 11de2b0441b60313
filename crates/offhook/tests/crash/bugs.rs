//! Planted bugs, one for each guarantee at least: a net that catches nothing is no net.

use crate::checker;
use crate::world::Plan;

const CYCLES: usize = 12;

/// The checker sees that this guarantee is broken while the bug is on.
async fn assert_found(guarantee: u8, bug: &'static str) {
    let plan = Plan { bug, ..Plan::random(u64::from(guarantee), CYCLES) };
    let violations = checker::check(&plan.run().await.history);
    let found = violations.iter().any(|violation| violation.guarantee == guarantee);
    assert!(found, "{bug} breaks G{guarantee} and is not found: {violations:#?}");
}

macro_rules! found {
    ($($name:ident: $guarantee:literal, $bug:literal;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                assert_found($guarantee, $bug).await;
            }
        )+
    };
}

found! {
    a_change_that_is_answered_but_not_committed_is_found: 1, "bug::forget_commit=5%return";
    a_terminate_that_is_not_owed_is_found: 2, "bug::forget_terminate=return";
    a_terminate_that_is_owed_twice_is_found: 3, "bug::owe_twice=return";
    an_event_that_overtakes_is_found: 4, "bug::overtake=return";
    an_id_that_changes_from_try_to_try_is_found: 5, "bug::other_id=return";
    a_connect_that_forgets_a_revoke_is_found: 6, "bug::forget_revoke=return";
    a_key_that_is_not_kept_is_found: 7, "bug::forget_key=return";
    calls_that_a_dead_process_left_behind_are_found: 8, "bug::no_recovery=return";
}
