//! The machine's clock: permissions, windows and certificates go by it.

use std::process::Command;
use std::time::{Duration, SystemTime};

use super::Line;

/// Whether something keeps the clock right, as far as systemd tells what the kernel knows.
pub(super) fn examine() -> Vec<Line> {
    let asked = Command::new("timedatectl").args(["show", "--property=NTPSynchronized", "--value"]).output();
    let told = asked.ok().filter(|output| output.status.success());
    told.and_then(|output| judge_synchronised(&String::from_utf8_lossy(&output.stdout))).into_iter().collect()
}

fn judge_synchronised(told: &str) -> Option<Line> {
    match told.trim() {
        "yes" => Some(Line::ok(CHECK, "the clock is synchronised")),
        "no" => Some(Line::warn(
            CHECK,
            "nothing synchronises the clock",
            "Switch NTP on: `timedatectl set-ntp true`, or chrony; in a virtual machine the host's.",
        )),
        // Where systemd does not run it has nothing to say.
        _ => None,
    }
}

/// This machine's clock beside the server's answer (`Date`), which has whole seconds.
pub(super) fn judge_drift(here: SystemTime, there: SystemTime) -> Line {
    let drift = here.duration_since(there).unwrap_or_else(|behind| behind.duration());
    let said = format!("this clock and the server's differ by {} s", drift.as_secs());
    let change = "Synchronise both with NTP.";
    if drift <= DRIFT_FINE {
        Line::ok(CHECK, "this clock and the server's agree")
    } else if drift <= DRIFT_MAX {
        Line::warn(CHECK, said, change)
    } else {
        Line::fail(CHECK, said, change)
    }
}

const CHECK: &str = "clock";
/// A whole second of `Date`, and the way.
const DRIFT_FINE: Duration = Duration::from_secs(3);
/// Receivers of webhooks refuse signatures that are older than some minutes (Standard Webhooks).
const DRIFT_MAX: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn clocks_that_drift_are_told_whichever_is_ahead() {
        let (here, seconds) = (SystemTime::now(), Duration::from_secs);
        assert_eq!(judge_drift(here, here - seconds(2)).verdict, Verdict::Ok);
        for there in [here - seconds(20), here + seconds(20)] {
            assert_eq!(judge_drift(here, there).verdict, Verdict::Warn);
        }
        let far = judge_drift(here, here + seconds(3600));
        assert_eq!(far.verdict, Verdict::Fail);
        assert!(far.said.contains("3600 s"), "{far}");
    }

    #[test]
    fn a_clock_that_nothing_keeps_is_told() {
        assert_eq!(judge_synchronised("yes\n").unwrap().verdict, Verdict::Ok);
        assert_eq!(judge_synchronised("no\n").unwrap().verdict, Verdict::Warn);
        assert_eq!(judge_synchronised(""), None);
    }
}
